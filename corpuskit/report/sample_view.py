"""The section on what a sample of cleaned texts says: tokens, compression, topics.

Every part may be missing, of an old run or because there was too little text; the section then
says so in a sentence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from corpuskit.report.charts import Chart, Phrase
from corpuskit.report.sentences import both, language, rough, verbatim
from corpuskit.report.specs import bars
from corpuskit.report.texts import comma, say
from corpuskit.report.wording import NOTHING, Both, count, share

LANGUAGES_SHOWN: Final = 15
BARS_SHOWN: Final = 12
WORDS_IN_LABEL: Final = 3
LONGEST_LABEL: Final = 42  # characters


def sample_view(summary: Mapping[str, Any]) -> dict[str, Any]:
    """Prepare the section.

    Returns
    -------
    `tokens` (sentences of the totals, rows by language, a chart), `compression` (rows) and
    `topics` (rows, a chart), each None where it was not measured, and `reasons`, what is said of
    those that could not be.
    """
    coverage = summary["coverage"]
    before, after = coverage["in"], coverage["kept"]
    measured = "tokens" in before and "tokens" in after
    packed = "compression" in before and "compression" in after
    return {
        "tokens": tokens(before["tokens"], after["tokens"]) if measured else None,
        "compression": compression(before["compression"], after["compression"]) if packed else None,
        "topics": topics(summary["topics"]) if summary.get("topics") else None,
        "no_topics": say(f"sample.reason.{summary.get('topics_reason', 'no_words')}"),
    }


def tokens(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Prepare the tokens by language, the largest language first, and the totals."""
    kept = {row["language"]: row for row in after["by_language"]}
    rows = [
        {
            "language": row["language"],
            "documents": row["documents"],
            "bytes_per_token": figure(row["bytes_per_token"]),
            "kept_bytes_per_token": figure(kept.get(row["language"], {}).get("bytes_per_token")),
            "fallback": NOTHING
            if row["byte_fallback_ratio"] is None
            else share(row["byte_fallback_ratio"], 1),
            "in": row["tokens"],
            "kept": kept[row["language"]]["tokens"] if row["language"] in kept else 0,
        }
        for row in before["by_language"]
    ]
    return {
        "tokenizer": before["tokenizer"],
        "sampled_documents": before["sampled_documents"],
        "sampled_bytes": before["sampled_bytes"],
        "totals": [
            {"name": say("table.in"), **total(before)},
            {"name": say("table.kept"), **total(after)},
        ],
        "shown": rows[:LANGUAGES_SHOWN],
        "folded": rows[LANGUAGES_SHOWN:],
        "chart": drawn_tokens(rows),
    }


def total(found: Mapping[str, Any]) -> dict[str, Any]:
    """Write a total and its interval; where there is none, why."""
    reason = found.get("reason")
    return {
        "tokens": rough(found["total"]) if found["total"] is not None else both(NOTHING),
        "interval": say(f"sample.reason.{reason}")
        if reason
        else say("sample.exact")
        if found["low"] == found["high"]
        else say("number.range", low=count(found["low"]), high=count(found["high"])),
    }


def figure(number: float | None) -> str:
    """Write a ratio to two places.

    Examples
    --------
    >>> figure(4.6132), figure(None)
    ('4.61', '–')
    """
    return NOTHING if number is None else f"{number:.2f}"


def drawn_tokens(rows: Sequence[Mapping[str, Any]]) -> Chart | None:
    """Draw the tokens of the largest languages, before and after."""
    drawn = [
        (language(row["language"]), row["in"] or 0, row["kept"] or 0) for row in rows[:BARS_SHOWN]
    ]
    alt = Phrase("sample.tokens_alt", {"n": len(drawn)})
    return bars("tokens", drawn, "@chart.tokens", alt, "@chart.language")


def compression(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Prepare the two ratios of either side; `reason` where there is no text at all."""
    rows = [
        {
            "name": say(f"sample.compressed_{name}"),
            "in": figure(before[name]),
            "kept": figure(after[name]),
        }
        for name in ("documents", "whole")
    ]
    sizes = (before["sampled_bytes"], after["sampled_bytes"])
    return {
        "rows": rows,
        "level": before["method"],
        "sizes": sizes,
        "reason": None if any(sizes) else say("sample.reason.no_text"),
    }


def topics(found: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Prepare the topics: the largest first, with languages and words as text of the corpus."""
    rows = [
        {
            "topic": row["topic"],
            "in": row["in"],
            "kept": row["kept"],
            "in_text": share(row["in"], 1),
            "kept_text": share(row["kept"], 1),
            "languages": languages(row["languages"]),
            "words": [{"language": code, "words": words} for code, words in row["words"].items()],
        }
        for row in found
    ]
    label = [(labelled(row), 100 * row["in"], 100 * row["kept"]) for row in found]
    alt = Phrase("sample.topics_alt", {"n": len(found)})
    return {
        "rows": rows,
        "none_in": share(max(0.0, 1 - sum(row["in"] for row in found)), 1),
        "chart": bars("topics", label, "@chart.topic_share", alt, "@chart.topic"),
    }


def languages(shares: Mapping[str, float]) -> Both:
    """Name the languages of a topic, with their shares where there are several."""
    if len(shares) == 1:
        return language(next(iter(shares)))
    return comma(
        [
            say("sample.language_share", language=language(code), share=share(part, 1))
            for code, part in shares.items()
        ]
    )


def labelled(topic: Mapping[str, Any]) -> Any:
    """Label a topic in a chart: its number and its first words, else its language."""
    words = [word for words in topic["words"].values() for word in words[:WORDS_IN_LABEL]]
    text = ", ".join(words[:WORDS_IN_LABEL])[:LONGEST_LABEL]
    if not text:
        first = next(iter(topic["languages"]))
        return say("sample.topic_named", n=topic["topic"], name=language(first))
    return say("sample.topic_named", n=topic["topic"], name=verbatim(text))
