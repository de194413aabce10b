"""What the report says of noise and of lines that stand on many documents."""

from __future__ import annotations

from typing import Any

import pytest

from corpuskit.report import render
from corpuskit.report.noise import GROUPS, noise_view
from tests.report.summaries import HOSTILE, summary
from tests.report.test_render import Page, without_scripts

KINDS = [kind for kinds in GROUPS.values() for kind in kinds]


def noise(**documents: int) -> dict[str, dict[str, int]]:
    """Make the noise of a side: three occurrences in each document."""
    found = {kind: documents.get(kind, 0) for kind in KINDS}
    return {kind: {"documents": n, "count": 3 * n} for kind, n in found.items()}


def lines(sampled: float = 0.125, share: float | None = 0.2065) -> dict[str, Any]:
    """Make the repeated lines of a side."""
    error = None if share is None else 0.0 if sampled == 1 else 0.0119
    row = {"lines": share, "lines_error": error, "width": share, "width_error": error}
    return {
        "lines": 0 if share is None else 450_150, "width": 70_000_000, "sampled_lines": 36_618,
        "sampled": sampled, "distinct_lines": 292_944, "texts_sampled": 0.25,
        "on": [{"documents": least, **row} for least in (2, 10, 100)],
        "most_spread": [{"text": HOSTILE[:120], "documents": 18}],
    }  # fmt: skip


def run(*sides: dict[str, Any]) -> dict[str, Any]:
    """Make a summary with these parts of coverage, before and after."""
    found = summary()
    for name, part in zip(("in", "kept"), sides, strict=True):
        found["coverage"][name] |= part
    return found


def page(*sides: dict[str, Any], lang: str = "en") -> str:
    return Page(render(run(*sides)), lang).text


def test_kinds_are_counted_before_and_after_and_per_million_characters() -> None:
    sides = {"noise": noise(mojibake=9), "characters": 1_000_000}, {"noise": noise(mojibake=4),
             "characters": 3_000_000}  # fmt: skip
    row = noise_view(run(*sides)["coverage"])["groups"]["broken"][0]
    assert (row["documents"], row["count"]) == ([9, 4], [27, 12])
    assert row["per_million"] == ["27", "4"]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_most_frequent_kind_of_each_group_is_said(lang: str) -> None:
    before = noise(mojibake=74, html_remains=216, mail_addresses=774)
    after = noise(mojibake=43, html_remains=117, mail_addresses=453)
    text = page({"noise": before}, {"noise": after}, lang=lang)
    expected = {
        "en": ("Remains of HTML, in 117 of the kept documents",
               "Mail addresses, in 453 of the kept documents", "not of proof"),
        "zh": ("HTML 残留：保留的文档中有 117 篇", "邮箱地址：保留的文档中有 453 篇", "不是证据"),
    }  # fmt: skip
    for part in expected[lang]:
        assert part in text


def test_a_clean_corpus_is_said_to_be_clean_and_nothing_is_drawn() -> None:
    sides = {"noise": noise()}, {"noise": noise()}
    assert noise_view(run(*sides)["coverage"])["chart"] is None
    assert "No document has broken text of the kinds below." in page(*sides)
    assert "No document has personal data of the kinds below." in page(*sides)


def test_nothing_kept_has_no_rate_per_million() -> None:
    found = run({"noise": noise(mojibake=2)}, {"noise": noise(), "characters": 0, "documents": 0})
    assert noise_view(found["coverage"])["groups"]["broken"][0]["per_million"][1] == "–"
    assert "in 0 of the kept documents (–); before, in 2" in Page(render(found)).text


def test_only_kinds_that_have_documents_are_drawn() -> None:
    chart = noise_view(run({"noise": noise(mojibake=2)}, {"noise": noise()})["coverage"])["chart"]
    assert chart is not None
    assert [(str(name), *numbers) for name, *numbers in chart.rows] == [("Mojibake", 2, 0)]


def test_shares_of_lines_have_their_error_and_the_sample_is_named() -> None:
    text = page({"repeated_lines": lines()}, {"repeated_lines": lines(1)})
    assert "20.6% ± 1.2%" in text
    assert "36,618 were followed, one in 8, chosen by their hash" in text
    assert "all 450,150 lines, 292,944 different ones, were counted" in text
    assert "This run did not count noise" in text


def test_a_sample_without_such_lines_is_no_proof_that_there_are_none() -> None:
    assert "none in the sample" in page(
        {"repeated_lines": lines(0.5, 0.0)}, {"repeated_lines": lines()}
    )
    text = page({"repeated_lines": lines(1, 0.0)}, {"repeated_lines": lines(1)})
    assert "none in the sample" not in text


def test_lines_of_the_corpus_are_shown_as_text() -> None:
    html = render(run({"repeated_lines": lines()}, {"repeated_lines": lines()}))
    assert "<script>alert" not in without_scripts(html)
    assert "Before: 1 line of the sample on more than one document" in Page(html).text


def test_a_side_without_lines_says_so() -> None:
    empty = lines(1, None) | {"most_spread": []}
    text = page({"repeated_lines": lines()}, {"repeated_lines": empty})
    assert "there are no lines." in text
    assert "Kept: 1 line" not in text


def test_a_run_that_counted_neither_has_no_section() -> None:
    assert 'id="noise"' not in render(summary())
