"""What the page carries besides its text: its scripts, and the policy that lets only them run.

A script is allowed by the hash of its exact text; no other can run, whatever the corpus holds. Our
own files are one script. Vega (`assets/vega.js`, made by scripts/make_vega.py) is another, which
stands in the page packed: the first chart that is drawn unpacks it, and its hash is that of what
comes out.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from markupsafe import Markup

from corpuskit.report.charts import SPOKEN
from corpuskit.report.texts import catalogue
from corpuskit.report.wording import LANGUAGES

FOLDER: Final = Path(__file__).parent / "assets"
PAGE_SCRIPTS: Final = ("page.js", "charts.js", "explorer.js", "start.js")
POLICY: Final = (
    "default-src 'none'; script-src {scripts}; style-src 'unsafe-inline'; img-src data:; "
    "base-uri 'none'; form-action 'none'"
)


@dataclass(frozen=True)
class Scripts:
    """The scripts of the page, and the policy that allows them.

    own : our own files.
    vega : packed by gzip, in base64.
    """

    own: Markup
    vega: Markup
    policy: Markup


@cache
def scripts() -> Scripts:
    """Read the scripts once a process."""
    files = "\n".join((FOLDER / name).read_text("utf-8") for name in PAGE_SCRIPTS)
    own = f'(() => {{\n"use strict";\n{files}}})();\n'
    vega = (FOLDER / "vega.js").read_text("utf-8")
    packed = base64.b64encode(gzip.compress(vega.encode("utf-8"), mtime=0)).decode("ascii")
    sources = " ".join(f"'sha256-{_digest(text)}'" for text in (vega, own))
    return Scripts(Markup(own), Markup(packed), Markup(POLICY.format(scripts=sources)))


def spoken() -> dict[str, dict[str, str]]:
    """Return what scripts say, by language and key: words of charts and of their own."""
    return {
        language: {
            key: text
            for key, text in catalogue(language).items()
            if key.partition(".")[0] in SPOKEN
        }
        for language in LANGUAGES
    }


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
