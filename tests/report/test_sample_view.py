"""The section on tokens, compression and topics: numbers, and a sentence where there are none."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from corpuskit.report import render
from corpuskit.report.sample_view import sample_view
from tests.report.summaries import HOSTILE, summary
from tests.report.test_render import Page

TOKENS = {
    "tokenizer": "o200k_base", "sampled_documents": 1200, "sampled_bytes": 8_000_000,
    "total": 21_113_082, "low": 20_750_369, "high": 21_475_795,
    "by_language": [
        {"language": "en", "bytes": 60_000_000, "documents": 900, "bytes_per_token": 4.1698,
         "byte_fallback_ratio": 0.000179, "tokens": 14_389_179},
        {"language": "zh", "bytes": 24_000_000, "documents": 300, "bytes_per_token": 3.6055,
         "byte_fallback_ratio": 0.027122, "tokens": 6_656_497},
        {"language": "kn", "bytes": 389, "documents": 0, "bytes_per_token": None,
         "byte_fallback_ratio": None, "tokens": 100},
    ],
}  # fmt: skip
KEPT = {
    **TOKENS, "total": 14_573_621, "low": 14_573_621, "high": 14_573_621,
    "by_language": TOKENS["by_language"][:1],
}  # fmt: skip
COMPRESSION = {
    "documents": 2.3103,
    "whole": 2.4074,
    "method": "zstd -3",
    "sampled_bytes": 12_000_000,
}
TOPICS = [
    {"topic": 1, "in": 0.61, "kept": 0.8, "languages": {"en": 1.0},
     "words": {"en": ["garden", "flowers"]}},
    {"topic": 2, "in": 0.3, "kept": 0.2, "languages": {"zh": 0.75, "fi": 0.25},
     "words": {"zh": ["山水"], "fi": []}},
]  # fmt: skip


def run(**changes: Any) -> dict[str, Any]:
    """Make a summary with a sample, changed: `tokens`, `compression` of both sides, `topics`."""
    made = copy.deepcopy(summary())
    parts = {"tokens": (TOKENS, KEPT), "compression": (COMPRESSION, COMPRESSION), **changes}
    for side, place in (("in", 0), ("kept", 1)):
        for name in ("tokens", "compression"):
            if parts[name] is not None:
                made["coverage"][side][name] = parts[name][place]
    made["topics"] = changes.get("topics", TOPICS)
    return {**made, **changes.get("more", {})}


def text(made: dict[str, Any], lang: str = "en") -> str:
    return " ".join("".join(Page(render(made), lang).shown).split())


def test_totals_stand_with_their_interval() -> None:
    page = text(run())
    assert "21.1 million" in page
    assert "20,750,369 to 21,475,795" in page
    assert "all of it was counted" in page  # of what is kept
    assert "20,750,369 至 21,475,795" in text(run(), "zh")


def test_languages_stand_with_their_rates() -> None:
    english, chinese, kannada = sample_view(run())["tokens"]["shown"]
    assert (english["bytes_per_token"], english["fallback"]) == ("4.17", "<0.1%")
    assert (chinese["in"], chinese["kept"], chinese["fallback"]) == (6_656_497, 0, "2.7%")
    assert (kannada["bytes_per_token"], kannada["fallback"]) == ("–", "–")


def test_topics_stand_with_their_words_and_shares() -> None:
    page = text(run())
    assert "garden · flowers" in page
    assert "Chinese 75.0%, Finnish 25.0%" in page
    assert "no word stands out" in page
    assert "9.0% of the sampled documents have no topic" in page


def test_charts_have_the_numbers_of_the_tables() -> None:
    view = sample_view(run())
    assert view["tokens"]["chart"].rows[0][1:] == (14_389_179, 14_389_179)
    labels = [str(row[0]) for row in view["topics"]["chart"].rows]
    assert labels == ["1 · garden, flowers", "2 · 山水"]


LOST = {**TOKENS, "total": None, "low": None, "high": None, "reason": "nothing_sampled"}
EMPTY = {**TOKENS, "total": 0, "low": 0, "high": 0, "by_language": []}
NO_TEXT = {**COMPRESSION, "documents": None, "whole": None, "sampled_bytes": 0, "reason": "no_text"}
CASES: dict[str, tuple[Callable[[], dict[str, Any]], str]] = {
    "an old run": (lambda: run(tokens=None, topics=TOPICS), "counted no tokens with a tokenizer"),
    "no compression": (lambda: run(compression=None), "This run compressed no sample"),
    "few documents": (
        lambda: run(topics=None, more={"topics_reason": "too_few_documents"}),
        "Fewer than 50 documents",
    ),
    "no topics": (lambda: run(topics=[]), "no words that several documents share"),
    "nothing sampled": (lambda: run(tokens=(LOST, LOST)), "the sample holds no text of it"),
    "one sampled": (
        lambda: run(tokens=(TOKENS | {"low": None, "reason": "one_document_sampled"}, KEPT)),
        "one sampled document gives no interval",
    ),
    "zero documents": (
        lambda: run(tokens=(EMPTY, EMPTY), compression=(NO_TEXT, NO_TEXT), topics=None),
        "There is no text to compress",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_was_not_measured_is_said_in_a_sentence(case: str) -> None:
    make, sentence = CASES[case]
    page = text(make())
    assert sentence in page
    assert "None" not in page.replace("None of", "")
    assert "nan" not in page.lower().split()


def test_words_of_the_corpus_are_escaped() -> None:
    topics = copy.deepcopy(TOPICS)
    topics[0]["words"]["en"] = [HOSTILE, "</td><script>x</script>"]
    topics[1]["languages"] = {HOSTILE: 1.0}
    topics[1]["words"] = {HOSTILE: ["\u202eabc"]}
    page = render(run(topics=topics, tokens=(TOKENS | {"tokenizer": HOSTILE}, KEPT)))
    assert "<script>x" not in page
    assert "<script>alert" not in page
    assert "\u202e" not in page
    Page(page)


def test_a_run_without_a_sample_has_no_section() -> None:
    assert 'id="sample"' not in render(summary())
