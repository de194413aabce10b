"""Which column is the text and which is the user's id: by name, then by being the only one.

Chosen once per source, from its schema or its first records, so that all its splits agree.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from corpuskit.errors import DataError

TEXT_NAMES = (
    "text",
    "content",
    "raw_content",
    "raw_text",
    "document",
    "body",
    "article",
    "article_text",
    "passage",
    "contents",
    "page_content",
    "maintext",
    "markdown",
    "completion",
    "output",
)
ID_NAMES = ("id", "doc_id", "docid", "document_id", "uuid", "_id", "record_id", "uid", "guid")


class Columns(NamedTuple):
    """The user's names for the text and for the id; no id is fine."""

    text: str
    id: str | None


def choose(
    where: str,
    names: Sequence[str],
    texts: Sequence[str],
    text_column: str | None,
    id_column: str | None,
) -> Columns:
    """Choose the text and the id column of one source.

    Parameters
    ----------
    where : str
        The source, for messages.
    names : sequence of str
        All columns; `texts` are those that hold strings.
    text_column, id_column : str or None
        What the user asked for.

    Raises
    ------
    DataError
        If a column that the user named is not there, or the text cannot be found.

    Examples
    --------
    >>> choose("a.csv", ["URL", "Content"], ["URL", "Content"], None, None)
    Columns(text='Content', id=None)
    """
    ident = id_column if id_column is not None else _first_of(ID_NAMES, names)
    if ident is not None and ident not in names:
        raise DataError(
            f"{where}: no column {ident!r} for the id; the columns are {_listed(names)}: name "
            "one of them with --id-column, or leave it out"
        )
    return Columns(_choose_text(where, names, texts, text_column, ident), ident)


def _choose_text(
    where: str,
    names: Sequence[str],
    texts: Sequence[str],
    text_column: str | None,
    ident: str | None,
) -> str:
    if text_column is not None:
        if text_column in texts:
            return text_column
        problem = "is not text" if text_column in names else "is not there"
        raise DataError(
            f"{where}: the column {text_column!r} {problem}; the columns are {_listed(names)}, "
            f"with text in {_listed(texts)}: name one with --text-column"
        )
    named = _first_of(TEXT_NAMES, texts)
    if named is not None:
        return named
    left = [name for name in texts if name != ident]
    if len(left) == 1:
        return left[0]
    raise DataError(
        f"{where}: cannot tell which column is the text; the columns are {_listed(names)}: name "
        "it with --text-column"
    )


def _first_of(wanted: Sequence[str], names: Sequence[str]) -> str | None:
    """Find the first wanted name, exact before lower-cased."""
    lowered = {name.lower(): name for name in reversed(names)}
    for name in wanted:
        if name in names:
            return name
        if name in lowered:
            return lowered[name]
    return None


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:30]) + (", …" if len(names) > 30 else "") if names else "none"
