"""What the page says of breadth, where a run has measured it and where it has not."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from corpuskit.coverage import PARTS, Texts, unite
from corpuskit.features import Measured
from corpuskit.report import render
from corpuskit.report.breadth import breadth_view
from corpuskit.report.texts import say
from tests.report.summaries import HOSTILE, summary
from tests.report.test_render import Page

COLUMNS: dict[str, Any] = {
    "url": ["http://a.b.co.uk/x", "http://c.b.co.uk", "http://d.org/x/y"],
    "source": ["web", "web", None],
    "date": ["2019-01-01", "2021", "soon"],
}


def counted(columns: dict[str, Any], texts: list[str] | None = None) -> dict[str, Any]:
    """Measure one side as a run does, n-grams aside."""
    text = pl.Series(texts if texts is not None else ["汉语学习", "abc", "abc"], dtype=pl.String)
    scores = pl.DataFrame({"byte_count": text.str.len_bytes()}).with_columns(
        script=pl.Series(["Han", "Latin", "Latin"][: len(text)], dtype=pl.String)
    )
    batch = Texts(Measured(text), pl.DataFrame(columns), scores, "a.jsonl")
    told: dict[str, Any] = {}
    for part in PARTS:
        if part.name in ("hosts", "scripts", "sources", "years"):
            told = unite(told, part.describe(part.merge([part.count(batch)])))
    return told


def run(before: dict[str, Any], after: dict[str, Any] | None = None) -> dict[str, Any]:
    made = summary()
    for side, found in (("in", before), ("kept", before if after is None else after)):
        made["coverage"][side] = unite(made["coverage"][side], found)
    return made


NOTHING = counted({"url": [], "source": [], "date": []}, [])


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_tells_effective_numbers_and_shares_in_both_languages(lang: str) -> None:
    shown = Page(render(run(counted(COLUMNS))), lang).text
    said = say("breadth.says.domains", number="1.89", share="66.7%")  # 2 : 1, ln 3 - 2/3 ln 2
    for part in (said, say("breadth.sources_without", n=1), say("breadth.undated", n=1)):
        assert part.plain(lang) in shown
    assert "b.co.uk" in shown
    assert "publicsuffixlist" in shown
    assert "@" not in shown[shown.index(say("breadth.intro").plain(lang)) :].split("2021")[0]


def test_charts_have_the_numbers_before_and_after() -> None:
    one = {name: column[:1] for name, column in COLUMNS.items()}
    view = breadth_view(run(counted(COLUMNS), counted(one, ["汉语学习"]))["coverage"])
    assert view["years"].rows == (("2019", 1, 1), ("2020", 0, 0), ("2021", 1, 0))
    assert view["depth"].rows[:4] == (("0", 1, 0), ("1", 1, 1), ("2", 1, 0), ("3", 0, 0))
    assert view["depth"].rows[-1] == ("10+", 0, 0)


def test_many_years_are_drawn_by_decades() -> None:
    frame = {"date": ["1863", "1869-05-01", "2021"]}
    chart = breadth_view(run(counted(frame))["coverage"])["years"]
    assert chart.rows[0] == ("1860–1869", 2, 2)
    assert chart.rows[-1] == ("2020–2029", 1, 1)
    assert sum(row[1] for row in chart.rows) == 3


def test_what_has_no_column_is_said_in_words() -> None:
    shown = Page(render(run(counted({"other": [1, 2, 3]})))).text
    assert "domains, hosts and the depth of paths are not known" in shown
    assert "so years are not known" in shown
    assert "By input, as no column source" in shown


def test_a_column_of_dates_that_cannot_be_read_is_named() -> None:
    shown = Page(render(run(counted({"Date": ["soon", "later", None]})))).text
    assert "No value of the column date reads as a date" in shown


def test_a_column_of_too_many_sources_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("corpuskit.coverage.sources.MOST_SOURCES", 1)
    shown = Page(render(run(counted({"source": ["a", "b", "c"]})))).text
    assert "source has more than 10,000 different values" in shown


def test_a_side_that_is_counted_by_another_column_is_not_compared() -> None:
    before, after = counted({"source": ["a", "a", "b"]}), counted({"subset": ["a", "a", "b"]})
    page = render(run(before, after))
    assert "so the two do not compare" in Page(page).text
    (row, _) = breadth_view(run(before, after)["coverage"])["sources"]["shown"]
    assert row["kept"] is None


def test_nothing_kept_is_a_dash_and_no_fault() -> None:
    view = breadth_view(run(counted(COLUMNS), NOTHING)["coverage"])
    domains = next(row for row in view["axes"] if row["name"] == say("breadth.axis.domains"))
    assert (domains["kept"], domains["effective_kept"], domains["tops"][0]) == (0, "–", "–")
    assert {row["kept"] for row in view["domains"]["shown"]} == {0}
    Page(render(run(counted(COLUMNS), NOTHING)))


def test_no_documents_are_said_in_words() -> None:
    made = summary(0, 0)
    for side in made["coverage"].values():
        side["breadth"] = {"languages": None, "scripts": None}
    assert "No documents, so nothing is broad or narrow." in Page(render(made)).text


def test_a_run_that_has_not_measured_it_has_no_section() -> None:
    assert 'id="breadth"' not in render(summary())


def test_hostile_names_are_shown_as_text() -> None:
    columns = {"source": [HOSTILE] * 3, "url": [f"http://{HOSTILE[:30]}/"] * 3}
    page = render(run(counted(columns)))
    assert "<img src=https" not in page
    Page(page)
