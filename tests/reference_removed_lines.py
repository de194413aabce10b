"""The slow and obvious twin of what C4's line cleaner reports of the lines that it takes out."""

from __future__ import annotations

import re

from tests.reference_published import CAUSES, verdict


def removed(text: str, form: str) -> list[tuple[int, str, str]]:
    """List number, cause and line of everything that is taken out of one text."""
    found = []
    for number, line in enumerate(map(str.strip, text.splitlines()), start=1):
        if not line:
            continue
        if any(len(word) > 1000 for word in line.split()):
            found.append((number, "long_word", line))
            continue
        bare = re.sub(r"\[\d*\]|\[edit\]|\[citation needed\]", "", line)
        said = verdict(bare, len((bare if form == "c4" else line).split()), form)
        if said in CAUSES:
            found.append((number, said, line))
    return found
