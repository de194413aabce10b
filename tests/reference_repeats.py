"""The slow and obvious twin of repeated lines: normal form, marks, search, and cut."""

from __future__ import annotations

import math
import unicodedata
from collections import Counter, defaultdict
from typing import NamedTuple

WIDE = ((0x2E80, 0xD7A3), (0xF900, 0xFAFF), (0x20000, 0x3FFFD))
LINE, PARAGRAPH, HOST = range(3)


class Page(NamedTuple):
    """One document: its id, its text, its host or None."""

    doc_id: int
    text: str
    host: str | None = None


def normal_form(line: str) -> str:
    """Write a line as it is compared."""
    kept = []
    for character in unicodedata.normalize("NFC", line):
        category = unicodedata.category(character)
        if character.isspace():
            kept.append(" ")
        elif category == "Nd":
            kept.append("0")
        elif category[0] != "P" and category not in ("Cc", "Cf"):
            lower = character.lower()
            kept.append(lower if len(lower) == 1 else character)
    return " ".join("".join(kept).split())


def width(form: str) -> int:
    """Count characters of a normal form; Han, kana and Hangul count two."""
    return sum(1 + any(a <= ord(c) <= b for a, b in WIDE) for c in form)


def units(text: str, unit: str) -> list[tuple[list[int], str, int]]:
    """List the units of a text: numbers of their lines, form, width."""
    lines = text.split("\n")
    forms = [normal_form(line) for line in lines]
    if unit == "line":
        return [([n], form, width(form)) for n, form in enumerate(forms) if form]
    found: list[list[int]] = [[]]
    for n, line in enumerate(lines):
        if line.strip():
            found[-1].append(n)
        elif found[-1]:
            found.append([])
    joined = [(group, [forms[n] for n in group if forms[n]]) for group in found if group]
    return [(group, "\n".join(own), sum(map(width, own)) + len(own) - 1)
            for group, own in joined if own]  # fmt: skip


def same_text(text: str) -> str:
    """Write a text so that exact duplicates are equal."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def repeated(
    pages: list[Page], unit: str, least: int, within: bool, equal_texts: bool
) -> list[set[int]]:
    """List the numbers of the lines that go from each page."""
    first: dict[str, tuple[int, object, int]] = {}

    def key(page: Page) -> object:
        return same_text(page.text) if equal_texts else page.doc_id

    for page in sorted(pages):
        for place, (_, form, _) in enumerate(numbered(page.text, unit)):
            first.setdefault(form, (page.doc_id, key(page), place if within else 0))
    gone = []
    for page in pages:
        lines: set[int] = set()
        for place, (group, form, wide) in enumerate(numbered(page.text, unit)):
            here = (key(page), place if within else 0)
            if form and wide >= least and first[form][1:] != here:
                lines.update(group)
        gone.append(lines)
    return gone


def numbered(text: str, unit: str) -> list[tuple[list[int], str, int]]:
    """List units; lines without any form are among them, so that places are those of lines."""
    if unit == "paragraph":
        return units(text, unit)
    known = {group[0]: (group, form, wide) for group, form, wide in units(text, unit)}
    return [known.get(n, ([n], "", 0)) for n in range(text.count("\n") + 1)]


def frames(pages: list[Page], least_pages: int, share: float) -> list[set[int]]:
    """List the numbers of the lines of the frame of each page's host."""
    different: dict[str, dict[tuple[str, ...], set[str]]] = defaultdict(dict)
    for page in sorted(pages):
        if page.host is not None:
            forms = tuple(form for _, form, _ in units(page.text, "line"))
            different[page.host].setdefault(forms, set(forms))
    found = set()
    for host, own in different.items():
        counts = Counter(form for forms in own.values() for form in forms)
        enough = max(least_pages, math.ceil(share * len(own) - 1e-9))
        found |= {(host, form) for form, count in counts.items() if count >= enough}
    return [
        {group[0] for group, form, _ in units(page.text, "line") if (page.host, form) in found}
        for page in pages
    ]


def cut(text: str, gone: set[int]) -> str:
    """Take lines out: blank lines behind them go where they would stand at the start or double."""
    kept: list[str] = []
    dangling = False
    pieces = text.split("\n")
    for number, line in enumerate(pieces):
        whole = line + ("\n" if number + 1 < len(pieces) else "")
        if number in gone and line.strip():
            dangling = True
            continue
        if not line.strip() and dangling and (not kept or not kept[-1].strip()):
            continue
        kept.append(whole)
        if line.strip():
            dangling = False
    if dangling:
        while kept and not kept[-1].strip():
            kept.pop()
        if kept:
            kept[-1] = kept[-1].removesuffix("\n")
    return "".join(kept)
