"""The section on words and characters."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from corpuskit.coverage import Texts, count
from corpuskit.coverage import counts as merged
from corpuskit.coverage.parts import Part
from corpuskit.features import Measured
from corpuskit.report import render
from corpuskit.report.scripts import spoken
from corpuskit.report.vocabulary import vocabulary_view
from tests.report.summaries import HOSTILE, summary
from tests.report.test_render import Page, without_scripts

PROSE = ("Der Hund und die Katze von nebenan. " * 300, "我们学习中文，" * 300, "の" * 1000 + "学校")


def told(*texts: str) -> dict[str, Any]:
    """Describe texts as a run does, languages made up."""
    from corpuskit.coverage import PARTS

    measured = Measured(pl.Series(texts, dtype=pl.String))
    languages = [{"D": "de", "我": "zh", "の": "ja"}.get(text[:1], "und") for text in texts]
    scores = pl.DataFrame(
        {
            "doc_id": range(len(texts)),
            "byte_count": measured.text.str.len_bytes(),
            "language": languages,
        },
        schema_overrides={"doc_id": pl.UInt64, "language": pl.String},
    )
    parts: tuple[Part, ...] = PARTS
    counted = count(Texts(measured, pl.DataFrame(), scores, "a.jsonl"))
    found = merged.describe(parts, counted)
    return {name: value for name, value in found.items() if name != "domains"}


def with_words(before: tuple[str, ...], after: tuple[str, ...]) -> dict[str, Any]:
    run = summary()
    for side, texts in (("in", before), ("kept", after)):
        run["coverage"][side] = run["coverage"][side] | told(*texts)
    return run


@pytest.fixture(scope="module")
def shown() -> dict[str, str]:
    """The page in both languages, of prose of which the German part is kept."""
    run = with_words(PROSE, PROSE[:1])
    return {code: Page(render(run), code).text for code in ("en", "zh")}


def test_the_numbers_are_said_in_sentences(shown: dict[str, str]) -> None:
    for part in (
        "The kept text has 2,100 words, 7 different ones.",
        "No word occurs once only",
        "Of all runs of 13 words, 99.7% repeat another one.",
        "different characters from 1 block of Unicode; 0% of all characters are digits.",
        "No characters that stand for damage",
    ):  # fmt: skip
        assert part in shown["en"], part
    assert "保留的文本词数为 2,100，其中不同的词 7。" in shown["zh"]


def test_lists_of_characters_are_told_of_the_text_that_has_them(shown: dict[str, str]) -> None:
    assert "Of the 2,136 jōyō kanji (list of 2010), 5 occur in the text before" in shown["en"]
    assert "Missing: 2,131" in shown["en"]
    assert "日文 2,136 个常用汉字（2010 年表）中，有 5 个出现在清洗前的文本里" in shown["zh"]


def test_stop_words_are_told_by_language(shown: dict[str, str]) -> None:
    assert "German2,1001544in, im, den" in shown["en"]
    assert "德语2,1001544in、im、den" in shown["zh"]


def test_charts_have_both_sides_and_their_numbers() -> None:
    view = vocabulary_view(with_words(PROSE, PROSE[:1])["coverage"])
    assert view is not None
    for name in ("growth", "zipf"):
        chart = view[name]
        assert {row[0] for row in chart.rows} == {"@chart.all", "@chart.kept"}
        assert len(chart.spec["layer"]) == 2
        titles = [axis["title"] for axis in chart.spec["layer"][0]["encoding"].values()
                  if "title" in axis]  # fmt: skip
        assert chart.head[1:] == (f"@chart.{name}_x", f"@chart.{name}_y")
        assert all(head[1:] in spoken()["zh"] for head in (*chart.head, *titles))
    assert ("@chart.kept", 2100, 7) in view["growth"].rows


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ((), (), "There is no text, so there are no words."),
        (("",), ("",), "There is no text, so there are no characters."),
        (("short",), (), "Nothing was kept; all the text that came in has 1 words"),
        (("one two",), ("one two",), "Under 1,000 words, so how the vocabulary grows is not told."),
        (("one two",), ("one two",), "No language with a list of stop words has 1,000 words here."),
        (("one two",), ("one two",), "Too little Chinese and Japanese text"),
        (("\ufffd\ue000\0",), ("\ufffd\ue000\0",), "1 replacement (U+FFFD), 1 private use, 1 cont"),
    ],
)
def test_what_cannot_be_told_is_said_in_words(
    before: tuple[str, ...], after: tuple[str, ...], sentence: str
) -> None:
    for code in ("en", "zh"):
        page = Page(render(with_words(before, after)), code)
        assert "NaN" not in page.text
        assert code == "zh" or sentence in page.text


def test_a_run_of_an_older_version_has_no_such_section() -> None:
    assert vocabulary_view(summary()["coverage"]) is None
    html = render(summary())
    assert 'id="vocabulary"' not in html
    assert 'href="#vocabulary"' not in html


def test_names_of_an_altered_summary_stay_text() -> None:
    run = with_words(PROSE, PROSE)
    run["coverage"]["in"]["characters_used"]["blocks"][0]["name"] = HOSTILE
    run["coverage"]["kept"]["word_lists"][0]["missing"] = [HOSTILE]
    run["coverage"]["kept"]["characters_used"]["lists"][0]["missing"] = HOSTILE
    assert "<script>" not in without_scripts(render(run))
