"""What a summary shows of the duplicates: sizes, the largest clusters, the guards, with texts.

Which documents are shown is known before pass 2, which reads every text anyway and hands these
few on (`shown`); so nothing is read twice. A text is looked at up to `SHOWN_CHARS` characters.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

import polars as pl

from corpuskit.dedup.clusters import Cluster, Member, count_sizes, describe, largest
from corpuskit.dedup.guards import CLUSTER_SHARE, LEAST_DOCUMENTS, SOURCE_SHARE, Guards, guard
from corpuskit.dedup.text_difference import TextDifference, text_difference
from corpuskit.errors import RunError
from corpuskit.schema import DOC_ID

LARGEST_SHOWN: Final = 5
SHOWN_CHARS: Final = 50_000
"""Of a text that is compared: about 8,000 words, of which the first 2,000 differing ones count."""

PASSAGE_CHARS: Final = 600
CHANGES_SHOWN: Final = 12
CHANGE_CHARS: Final = 300  # of each side of a change: a word may be a megabyte

Texts = Mapping[int, Mapping[str, Any]]


@dataclass(frozen=True)
class Evidence:
    """What was found, before anyone read a text."""

    sizes: list[dict[str, int]]
    largest: tuple[Cluster, ...]
    guards: Guards

    def doc_ids(self) -> pl.Series:
        """Return the documents whose texts are wanted, UInt64, ascending."""
        told = [(found.representative, *_read(found)) for found in self.largest]
        told += [(found.representative, *found.members) for found in self.guards.warnings]
        here = (one for group in told for one in group if not one.in_index)
        wanted = sorted({document.doc_id for document in here})
        return pl.Series(DOC_ID, wanted, dtype=pl.UInt64)

    def plain(self, texts: Texts) -> dict[str, Any]:
        """Return what summary.json holds.

        Parameters
        ----------
        texts : what `shown` gave for each of `doc_ids`.

        Raises
        ------
        RunError
            If one of them is missing.
        """
        return {
            "compared": self.guards.compared,
            "sizes": self.sizes,
            "largest": [_cluster(found, texts) for found in self.largest],
            "guards": {
                "cluster_share": CLUSTER_SHARE,
                "source_share": SOURCE_SHARE,
                "least_documents": LEAST_DOCUMENTS,
                "found": self.guards.found,
                "warnings": [
                    {
                        "kind": found.kind,
                        "name": found.name,
                        "documents": found.documents,
                        "compared": found.compared,
                        "representative": _document(found.representative, texts),
                        "members": [_document(document, texts) for document in found.members],
                    }
                    for found in self.guards.warnings
                ],
            },
        }


def gather(compared: pl.LazyFrame, members: pl.LazyFrame) -> Evidence:
    """Look at a finished search.

    Parameters
    ----------
    compared : see `guards.compared_documents`, of all splits.
    members : duplicates.parquet.
    """
    numbers = largest(members, LARGEST_SHOWN)
    found = tuple(describe(members, number) for number in numbers)
    return Evidence(count_sizes(members), found, guard(compared, members))


def shown(doc_id: pl.Series, text: pl.Series, wanted: pl.Series) -> dict[str, dict[str, Any]]:
    """Take the texts that are wanted out of a split: {doc_id: {text, chars}}, as JSON data."""
    rows = doc_id.is_in(wanted.implode())
    bodies = text.filter(rows)
    return {
        str(number): {"text": body, "chars": chars}
        for number, body, chars in zip(
            doc_id.filter(rows), bodies.str.head(SHOWN_CHARS), bodies.str.len_chars(), strict=True
        )
    }


def compare(first: Mapping[str, Any], second: Mapping[str, Any]) -> TextDifference:
    """Compare two texts as far as they are there; a run of white space is one space."""
    found = text_difference(*(" ".join(one["text"].split()) for one in (first, second)))
    whole = all(len(one["text"]) == one["chars"] for one in (first, second))
    return found if whole else TextDifference(
        found.changes, found.removed_chars, found.added_chars, compared_all=False
    )  # fmt: skip


def _read(found: Cluster) -> tuple[Member, ...]:
    """Choose the members that a report compares: the furthest, and the nearest if it is another."""
    return tuple(dict.fromkeys((found.furthest, found.nearest)))


def _cluster(found: Cluster, texts: Texts) -> dict[str, Any]:
    return {
        **found.plain(),
        "representative": _document(found.representative, texts),
        "members": [_member(document, found.representative, texts) for document in _read(found)],
    }


def _member(document: Member, first: Member, texts: Texts) -> dict[str, Any]:
    """Give what a member has otherwise than its representative, or its text where that has none."""
    if first.in_index:
        return {**_document(document, texts), "difference": None}
    own = _text(document, texts)
    difference = _difference(compare(_text(first, texts), own))
    return {**asdict(document), "chars": own["chars"], "difference": difference}


def _difference(found: TextDifference) -> dict[str, Any]:
    changes = [
        {name: _clipped(part) for name, part in asdict(change).items()}
        for change in found.changes[:CHANGES_SHOWN]
    ]
    return {
        "changes": changes,
        "places": len(found.changes),
        "removed_chars": found.removed_chars,
        "added_chars": found.added_chars,
        "compared_all": found.compared_all,
    }


def _clipped(text: str) -> str:
    return text if len(text) <= CHANGE_CHARS else text[: CHANGE_CHARS - 1] + "…"


def _document(document: Member, texts: Texts) -> dict[str, Any]:
    if document.in_index:
        return {**asdict(document), "text": None, "chars": None}
    found = _text(document, texts)
    return {**asdict(document), "text": found["text"][:PASSAGE_CHARS], "chars": found["chars"]}


def _text(document: Member, texts: Texts) -> Mapping[str, Any]:
    if document.doc_id not in texts:
        raise RunError(
            f"duplicates: the document {document.id!r} of a cluster was not read again; "
            "please report this"
        )
    return texts[document.doc_id]
