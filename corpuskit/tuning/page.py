"""Plain text for a terminal: tables, bars and text of the corpus, at most 80 columns wide.

Text of the corpus is never trusted: what could act on a terminal is shown escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from corpuskit.terminal import folded, human_bytes, printable, wrapped
from corpuskit.terminal import width as columns_of

WIDTH = 80
_SPACES = {ord(space): " " for space in "\t\xa0\u202f\u3000\r"}


def table(rows: Iterable[Sequence[str]], widths: Sequence[int]) -> str:
    """Set rows in columns: the first to the left, the others to the right.

    A first cell that is too long has a line of its own, so that a name can always be copied.

    Examples
    --------
    >>> print(table([("rule", "documents"), ("a.b", "12"), ("long.name", "3")], (6, 11)))
    rule    documents
    a.b            12
    long.name
                    3
    """
    return "\n".join(line for row in rows for line in _row(row, widths))


def _row(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    first, *rest = (printable(cell) for cell in row)
    numbers = "".join(
        " " * max(0, width - columns_of(cell)) + cell
        for cell, width in zip(rest, widths[1:], strict=True)
    )
    if columns_of(first) < widths[0] or not numbers.strip():
        gap = " " * max(0, widths[0] - columns_of(first))
        return [clipped((first + gap + numbers).rstrip(), WIDTH)]
    return [clipped(first, WIDTH), " " * widths[0] + numbers]


def clipped(text: str, width: int) -> str:
    """Cut a text, made printable, to a number of columns.

    Examples
    --------
    >>> clipped("a long text", 7)
    'a long…'
    """
    text = printable(text)
    if columns_of(text) <= width:
        return text
    taken, used = [], 0
    for char in text:
        used += columns_of(char)
        if used > width - 1:
            break
        taken.append(char)
    return "".join(taken) + "…"


def passage(text: str, chars: int, indent: str = "  ") -> str:
    """Show the beginning of a text in indented lines, without blank ones; spaces are plain.

    Examples
    --------
    >>> print(passage("One.\\n\\nTwo.\\x1b[0m", 100))
      One.
      Two.\\x1b[0m
    """
    shown = text[:chars] + ("…" if len(text) > chars else "")
    lines = [line.translate(_SPACES) for line in shown.split("\n") if line.strip()]
    return "\n".join(indent + part for line in lines for part in folded(line, WIDTH - len(indent)))


def documents(count: int, size: int) -> str:
    """Write an amount.

    Examples
    --------
    >>> documents(1, 20), documents(1200, 5_000_000)
    ('1 document (20 B)', '1,200 documents (5.0 MB)')
    """
    noun = "document" if count == 1 else "documents"
    return f"{count:,} {noun} ({human_bytes(size)})"


def paragraph(text: str, indent: str = "  ") -> str:
    """Fold a sentence to the width of a terminal; lines after the first are indented."""
    return wrapped(text, indent)
