"""The documents of a report: examples and near misses of every rule, and the explorer's list.

A text stands in the examples once, under the first rule that shows it, and is linked to from the
others. All together they fit a page: the longest length is taken at which they do, the same for
every text, and only where the shortest is not enough are there fewer examples of each rule. The
page says what was taken.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from corpuskit.report.wording import plain, visible

LENGTHS: Final = (600, 500, 400, 300, 240, 200, 160, 120, 80)  # characters of a text
COUNTS: Final = (20, 15, 10, 6, 4, 2, 1)  # examples of a rule
EXAMPLES_BYTES: Final = 750_000  # of HTML: examples and near misses
EXPLORER_BYTES: Final = 450_000  # of JSON
ARTICLE_BYTES: Final = 400  # of HTML around a text
LINK_BYTES: Final = 280  # of HTML that names a document once more
EXPLORED: Final = 3  # examples of each rule that the explorer has beside the sample
OPENING_CHARS: Final = 200  # of a text that is not folded
OPEN: Final = 5  # examples of a rule that are not folded
SIGNS: Final = {"min": ("≥", "<"), "above": (">", "≤"), "max": ("≤", ">"), "below": ("<", "≥")}
"""How a value stands to each side of a bound: kept, dropped."""


Documents = Mapping[str, Any]


def examples_view(documents: Documents | None, rules: Mapping[str, Any]) -> dict[str, Any] | None:
    """Lay out the examples, or return None where a run has none stored.

    Returns
    -------
    chars : the most characters of a text; count : of examples of a rule at most; open : of them not
    folded; rules : those that show a document, in recipe order, each with name and `examples`,
    `just_kept`, `just_dropped` (items: doc, `against`, and `first` where the text stands here).
    """
    if documents is None:
        return None
    by_id = {document["doc"]: document for document in documents["documents"]}
    chars, count = fitting(documents, by_id)
    shown: set[str] = set()
    found = []
    for name, lists in documents["rules"].items():
        items = {
            kind: [_item(by_id, one, name, kind, shown, chars) for one in entries]
            for kind, entries in cut_lists(lists, count)
        }
        if any(items.values()):
            numeric = not SIGNS.keys().isdisjoint(rules[name]["bounds"])
            found.append({"name": name, "rule": rules[name], "numeric": numeric, **items})
    return {"chars": chars, "count": count, "open": OPEN, "rules": found}


def cut_lists(
    lists: Mapping[str, Sequence[Any]], count: int
) -> Iterator[tuple[str, Sequence[Any]]]:
    """Yield the kinds of documents of a rule, each with at most so many."""
    for kind in ("just_kept", "just_dropped", "examples"):  # as they stand in the page
        yield kind, lists[kind][:count]


def fitting(documents: Documents, by_id: Mapping[str, Mapping[str, Any]]) -> tuple[int, int]:
    """Choose the longest texts, and only then the most examples, that fit the page."""
    for count in COUNTS:
        for chars in LENGTHS if count == COUNTS[0] else LENGTHS[-1:]:
            if html_bytes(documents, by_id, chars, count) <= EXAMPLES_BYTES:
                return chars, count
    return LENGTHS[-1], COUNTS[-1]


def html_bytes(
    documents: Documents, by_id: Mapping[str, Mapping[str, Any]], chars: int, count: int
) -> int:
    """Say about how many bytes the examples take in the page."""
    mentions = [
        one if isinstance(one, str) else one["doc"]
        for lists in documents["rules"].values()
        for _, entries in cut_lists(lists, count)
        for one in entries
    ]
    texts = sum(len(visible(by_id[doc]["text"][:chars]).encode("utf-8", "replace"))
                for doc in set(mentions))  # fmt: skip
    once = len(set(mentions))
    return texts + ARTICLE_BYTES * once + LINK_BYTES * (len(mentions) - once)


def _item(
    by_id: Mapping[str, Mapping[str, Any]],
    entry: str | Mapping[str, Any],
    rule: str,
    kind: str,
    shown: set[str],
    chars: int,
) -> dict[str, Any]:
    """Give a document as it stands under a rule: its value against a bound, and its text once."""
    if isinstance(entry, str):
        document = by_id[entry]
        _, value, side, bound = next(why for why in document["reasons"] if why[0] == rule)
    else:
        document = by_id[entry["doc"]]
        value, side, bound = entry["value"], entry["side"], entry["bound"]
    first = document["doc"] not in shown
    shown.add(document["doc"])
    text = document["text"][:chars]
    opening, rest = opened(text)
    return {
        **{name: document[name] for name in ("doc", "id", "language", "chars", "representative")},
        "inside": kind == "just_kept",
        "against": compared(value, side, bound, kind == "just_kept"),
        "first": first,
        "opening": opening,
        "rest": rest,
        "left_out": document["chars"] - len(text),
    }


def opened(text: str) -> tuple[str, str]:
    """Part a text into what is read at once and what is folded, where a word ends if one does.

    Examples
    --------
    >>> opened("short"), [len(part) for part in opened("word " * 60)]
    (('short', ''), [199, 101])
    """
    if len(text) <= OPENING_CHARS:
        return text, ""
    head = text[:OPENING_CHARS]
    cut = max(head.rfind(" "), head.rfind("\n"))
    cut = cut if cut > OPENING_CHARS // 2 else OPENING_CHARS
    return text[:cut], text[cut:]


def compared(value: Any, side: str, bound: Any, kept: bool) -> str:
    """Write a value and how it stands to its bound; a word or a truth stands for itself.

    Examples
    --------
    >>> compared(49, "min", 50, kept=False), compared(0.19, "max", 0.2, kept=True)
    ('49 < 50', '0.19 ≤ 0.2')
    >>> compared("de", "in", "en, zh", kept=False)
    'de'
    """
    if side not in SIGNS:
        return plain(value)
    return f"{against(value, bound)} {SIGNS[side][not kept]} {plain(bound)}"


def against(value: Any, bound: Any) -> str:
    """Write a measured value in as few figures as tell it from the bound.

    Examples
    --------
    >>> against(0.2, 0.2), against(0.20003, 0.2), against(0.2000000001, 0.2), against(49, 50)
    ('0.2', '0.20003', '0.2000000001', '49')
    """
    if not isinstance(value, float) or isinstance(bound, str | bool) or value == bound:
        return plain(value)
    texts = [plain(value), *(f"{value:,.{figures}g}" for figures in range(5, 18))]
    return next(text for text in texts if float(text.replace(",", "")) != bound)


def explorer_documents(documents: Documents | None) -> list[dict[str, Any]]:
    """List what the explorer of the page filters: the sample, and a few examples of every rule.

    Each is {id, doc, source, language, chars, text, kept, representative, reasons}; texts are cut
    to the longest length at which all fit `EXPLORER_BYTES`. Only where reasons and names alone do
    not fit, the first half of the list is taken, which begins with the draw.
    """
    if documents is None:
        return []
    by_id = {document["doc"]: document for document in documents["documents"]}
    wanted = dict.fromkeys(documents["sample"])
    for lists in documents["rules"].values():
        wanted |= dict.fromkeys(lists["examples"][:EXPLORED])
    rows = [by_id[doc] for doc in wanted]
    for chars in LENGTHS:
        cut = [{**row, "text": row["text"][:chars]} for row in rows]
        if json_bytes(cut) <= EXPLORER_BYTES:
            return cut
    while json_bytes(cut) > EXPLORER_BYTES:  # ids and reasons alone are too long
        cut = cut[: len(cut) // 2]
    return cut


def json_bytes(value: Any) -> int:
    """Count the bytes of JSON within a page, where ``<``, ``>`` and ``&`` take six each."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    marks = sum(text.count(mark) for mark in "<>&")
    return len(text.encode("utf-8", "replace")) + 5 * marks
