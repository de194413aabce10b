"""The documents of a report: examples and near misses of every rule, and the explorer's list.

A text stands in the examples once, under the first rule that shows it, and is linked to from the
others. How much of it all is shown is decided in `fitting`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from corpuskit.report.fitting import LINKED_CHARS, ORDER, Documents, fit, fit_explorer
from corpuskit.report.wording import plain

EXPLORED: Final = 3  # examples of each rule that the explorer has beside the sample
OPENING_CHARS: Final = 200  # of a text that is not folded
OPEN: Final = 5  # examples of a rule that are not folded
SIGNS: Final = {"min": ("≥", "<"), "above": (">", "≤"), "max": ("≤", ">"), "below": ("<", "≥")}
"""How a value stands to each side of a bound: kept, dropped."""


def examples_view(documents: Documents | None, rules: Mapping[str, Any]) -> dict[str, Any] | None:
    """Lay out the examples, or return None where a run has none stored.

    Returns
    -------
    chars : the most characters of a text; count : of examples of a rule at most; open : of them not
    folded; left_out : rules that did not fit; rules : those that show a document, in recipe order,
    each with name and `just_kept`, `just_dropped`, `examples` (items: doc, `against`, and `first`
    where the text stands here).
    """
    if documents is None:
        return None
    by_id = {document["doc"]: document for document in documents["documents"]}
    chosen = fit(documents)
    shown: set[str] = set()
    found = []
    for name, lists in list(documents["rules"].items())[: chosen.rules]:
        items = {
            kind: [_item(by_id, one, name, kind, shown, chosen.chars)
                   for one in lists[kind][: chosen.count]]
            for kind in ORDER
        }  # fmt: skip
        if any(items.values()):
            numeric = not SIGNS.keys().isdisjoint(rules[name]["bounds"])
            found.append({"name": name, "rule": rules[name], "numeric": numeric, **items})
    left_out = len(documents["rules"]) - chosen.rules
    return {"chars": chosen.chars, "count": chosen.count, "open": OPEN, "left_out": left_out,
            "rules": found}  # fmt: skip


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
        **{name: document[name] for name in ("doc", "language", "chars", "representative")},
        "id": document["id"] if first else document["id"][:LINKED_CHARS],
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
    """List what the explorer of the page filters: the sample, then a few examples of every rule.

    Each is {id, doc, source, language, chars, text, kept, representative, reasons}; `text` is cut,
    `chars` counts the whole.
    """
    if documents is None:
        return []
    by_id = {document["doc"]: document for document in documents["documents"]}
    wanted = dict.fromkeys(documents["sample"])
    for lists in documents["rules"].values():
        wanted |= dict.fromkeys(lists["examples"][:EXPLORED])
    return fit_explorer([by_id[doc] for doc in wanted])
