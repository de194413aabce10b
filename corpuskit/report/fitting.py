"""How much of the documents a page shows: texts get shorter first, then there are fewer examples.

One measure is taken for all: the longest length of a text at which everything fits. Where the
shortest is not enough, each rule has fewer examples; where one of each is too much, the last rules
have none. The page says what was taken. A text is measured once, however many lengths are tried.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any, Final

from corpuskit.report.charts import embedded
from corpuskit.report.wording import visible

LENGTHS: Final = (600, 500, 400, 350, 300, 260, 220, 180, 150, 120, 100, 80)
"""Characters of a text."""

COUNTS: Final = (20, 15, 10, 6, 4, 2, 1)
"""Examples of a rule, and documents on a side of its bounds."""

EXAMPLES_BYTES: Final = 850_000  # of HTML: examples and near misses
EXPLORER_BYTES: Final = 250_000  # of JSON
RULE_BYTES: Final = 1_200  # of HTML around what a rule shows
LINK_BYTES: Final = 110  # of HTML around an id
ARTICLE_BYTES: Final = 210  # of HTML around an id and a text
LINKED_CHARS: Final = 48  # of an id that links to a text further up

ORDER: Final = ("just_kept", "just_dropped", "examples")
"""What a rule shows, as it stands in the page."""

Documents = Mapping[str, Any]


@dataclass(frozen=True)
class Fit:
    """What is shown: characters of a text, documents of a list, rules from the first on."""

    chars: int
    count: int
    rules: int


def fit(documents: Documents) -> Fit:
    """Choose what fits `EXAMPLES_BYTES`."""
    rules = len(documents["rules"])
    texts = {document["doc"]: text_sizes(document["text"]) for document in documents["documents"]}
    names = {
        document["doc"]: (
            written(document["id"][:LINKED_CHARS]),
            written(document["id"][LINKED_CHARS:] + (document["representative"] or "")),
        )
        for document in documents["documents"]
    }
    for count in COUNTS:
        mentions = Counter(mentioned(documents, count))
        around = RULE_BYTES * rules + sum(
            times * (LINK_BYTES + names[doc][0]) + ARTICLE_BYTES - LINK_BYTES + names[doc][1]
            for doc, times in mentions.items()
        )
        for chars in LENGTHS if count == COUNTS[0] else LENGTHS[-1:]:
            whole = around + sum(texts[doc][chars] for doc in mentions)
            if whole <= EXAMPLES_BYTES:
                return Fit(chars, count, rules)
    return Fit(LENGTHS[-1], COUNTS[-1], rules * EXAMPLES_BYTES // whole)


def mentioned(documents: Documents, count: int) -> Iterator[str]:
    """Yield the doc_ids of all lists, each cut to so many."""
    for lists in documents["rules"].values():
        for kind in ORDER:
            for one in lists[kind][:count]:
                yield one if isinstance(one, str) else one["doc"]


def text_sizes(text: str) -> dict[int, int]:
    """Count the bytes that a text takes in the page when it is cut to each of `LENGTHS`."""
    ends = LENGTHS[::-1]
    pieces = [text[start:stop] for start, stop in pairwise((0, *ends))]
    return dict(zip(ends, accumulate(map(written, pieces)), strict=True))


def written(text: str) -> int:
    """Count the bytes of a text in the page."""
    return len(visible(text).encode("utf-8", "replace"))


def fit_explorer(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Cut texts to the longest length at which the list fits `EXPLORER_BYTES`.

    Only where reasons and names alone do not fit, the list is cut from its end.
    """
    for chars in LENGTHS:
        cut = [{**row, "text": row["text"][:chars]} for row in rows]
        if json_bytes(cut) <= EXPLORER_BYTES:
            return cut
    while json_bytes(cut) > EXPLORER_BYTES:
        cut = cut[: len(cut) // 2]
    return cut


def json_bytes(value: Any) -> int:
    """Count the bytes of JSON within a page, as the page escapes it."""
    return len(embedded(value).encode("utf-8"))
