"""Make corpuskit/report/assets/vega.js: Vega, Vega-Lite and Vega-Embed as one script for the page.

python scripts/make_vega.py            write the script
python scripts/make_vega.py --check    exit 1 if the file is not what vl-convert makes today

vl-convert carries these libraries and bundles them without a network. The file depends on its
version alone (constraints.txt); the licences of its parts are in vega.js.LICENSE beside it.
"""

from __future__ import annotations

import sys
from pathlib import Path

TARGET = Path(__file__).parent.parent / "corpuskit" / "report" / "assets" / "vega.js"
FORBIDDEN = ("</script", "<!--")  # would end or change the script element that holds it


def main() -> None:
    """Write the script, or check it."""
    text = bundle()
    if "--check" not in sys.argv:
        TARGET.write_text(text, encoding="utf-8")
    elif TARGET.read_text("utf-8") != text:
        sys.exit(f"not current: {TARGET.name}; run: python scripts/make_vega.py")


def bundle() -> str:
    """Return the script as it may stand in a page."""
    import vl_convert

    text = str(vl_convert.javascript_bundle()).strip() + "\n"
    for sequence in FORBIDDEN:
        if sequence in text.lower():
            sys.exit(f"vega.js: holds {sequence!r}; it cannot be embedded")
    return text


if __name__ == "__main__":
    main()
