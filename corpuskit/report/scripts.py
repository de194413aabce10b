"""What the page carries besides its text: its scripts, and the policy that lets only them run.

A script is allowed by the hash of its exact text; no other can run, whatever the corpus holds.
Vega is one script (`assets/vega.js`, made by scripts/make_vega.py), our own files are another.
"""

from __future__ import annotations

import base64
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
    """The scripts of the page in their order, and the policy that allows them."""

    texts: tuple[Markup, ...]
    policy: Markup


@cache
def scripts() -> Scripts:
    """Read the scripts once a process."""
    own = "\n".join((FOLDER / name).read_text("utf-8") for name in PAGE_SCRIPTS)
    texts = (
        (FOLDER / "vega.js").read_text("utf-8"),
        f'(() => {{\n"use strict";\n{own}}})();\n',
    )
    sources = " ".join(f"'sha256-{_digest(text)}'" for text in texts)
    return Scripts(tuple(map(Markup, texts)), Markup(POLICY.format(scripts=sources)))


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
