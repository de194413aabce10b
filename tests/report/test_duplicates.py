"""The section on duplicates: curve, sizes, policy, clusters and guards."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from corpuskit.report import render
from corpuskit.report.duplicates import (
    chances,
    curve,
    duplicates_view,
    policy,
    sentence,
    sizes_chart,
)
from corpuskit.terminal import COLUMNS, beside, table, width
from tests.report.summaries import HOSTILE, summary
from tests.report.test_render import Page

SIZES = [
    {"least": 2, "most": 2, "clusters": 100, "documents": 200},
    {"least": 3, "most": 3, "clusters": 0, "documents": 0},
    {"least": 4, "most": 4, "clusters": 10, "documents": 50},
]


def section(run: dict[str, Any]) -> str:
    html = render(run)
    start = html.index('<section id="duplicates"')
    return html[start : html.index("</section>", start)] + "</section>"


def test_the_chances_are_those_of_the_formula_for_the_bands_of_the_plan() -> None:
    rows = chances({"bands": 20, "rows": 6, "similarity": 0.75})
    assert [value for _, value, _ in rows] == pytest.approx(
        [1 - (1 - at**6) ** 20 for at in (0.6, 0.7, 0.75, 0.8, 0.9)]
    )


def test_the_curve_rises_from_nothing_to_all_and_marks_the_threshold() -> None:
    drawn = curve(20, 6, 0.75)
    assert drawn is not None
    assert drawn.rows[0] == (0.0, 0.0)
    assert drawn.rows[-1] == (1.0, 1.0)
    assert [y for _, y in drawn.rows] == sorted(y for _, y in drawn.rows)
    assert dict(drawn.rows)[0.75] == pytest.approx(0.98015, abs=1e-5)
    assert drawn.alt.values["at"] == "0.75: 98.0%"
    assert drawn.spec["layer"][-2]["encoding"]["x"]["datum"] == 0.75


def test_the_chosen_similarity_is_in_the_table_once() -> None:
    rows = chances({"bands": 20, "rows": 6, "similarity": 0.8})
    assert [(at, chosen) for at, _, chosen in rows] == [
        (0.6, False), (0.7, False), (0.8, True), (0.9, False),
    ]  # fmt: skip
    assert len(chances({"bands": 20, "rows": 6, "similarity": 0.75})) == 5


def test_bars_of_sizes_have_roots_for_heights_and_a_size_without_clusters_has_its_place() -> None:
    chart = sizes_chart(SIZES)
    assert chart is not None
    assert chart.rows == (("2", 200, 100), ("3", 0, 0), ("4", 50, 10))
    assert chart.spec["layer"][0]["encoding"]["y"]["scale"]["type"] == "sqrt"
    assert sizes_chart([]) is None


@pytest.mark.parametrize(
    ("keep", "words"),
    [
        ("longest", "the longest document"),
        ("first", "comes first in the input"),
        ("best:quality", "the highest quality"),
        ("newest:date", "the latest date"),
        ("priority:source=a,b", "whose source comes first"),
        ("anything", "“anything” puts first"),
    ],
)
def test_who_stays_is_said_in_words(keep: str, words: str) -> None:
    assert words in str(policy(keep))


def test_the_section_says_policy_curve_sizes_and_guards() -> None:
    page = Page(section(summary()))
    for part in (
        "the longest document stays", "Chains do not drag", "for 20 bands of 6 rows",
        "Documents by the size of their cluster", "5–9", "Of each cluster",
        "One cluster holds 400 of the 18,527 documents that were compared (2.2%)",
        "The host mirror.example.org loses 80 of its 100 documents (80.0%) to duplicates.",
        "3 documents side by side", "7 more warnings of this kind", "… and 3 more places",
    ):  # fmt: skip
        assert part in page.text, part
    tags = [name for name, _ in page.tags]
    assert tags.count("script") == 2
    assert "del" in tags
    assert "ins" in tags


def test_hostile_clusters_stay_text() -> None:
    html = section(summary(2_000, 12, hostile=True))
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert "<i>U+202E</i>" in html
    unseen = {c for c in HOSTILE if not c.isprintable()} - set("\n\u200d")
    assert not unseen & set(html)


def test_an_exact_search_has_no_curve() -> None:
    run = summary()
    run["duplicates"]["searched"] = ["exact"]
    html = section(run)
    assert "Chance to find" not in html
    assert html.count('class="plot"') == 1


def test_a_summary_of_an_older_version_has_a_shorter_section() -> None:
    run = summary()
    known = ("exact", "near", "clusters", "similarity", "bands", "rows", "recall")
    run["duplicates"] = {name: run["duplicates"][name] for name in known}
    page = Page(section(run))
    assert "the longest document stays" in page.text
    assert "The largest clusters" not in page.text


def test_no_search_has_no_curve_and_no_policy() -> None:
    found = duplicates_view({"exact": 0, "near": 0, "clusters": 0})
    assert found["curve"] is None
    assert found["sizes_chart"] is None
    assert found["warnings"] == []


def test_a_sentence_for_each_kind() -> None:
    numbers = {"name": "a.jsonl", "documents": 30, "compared": 40}
    assert str(sentence({"kind": "source", **numbers})).startswith(
        "The file a.jsonl loses 30 of its 40"
    )
    assert str(sentence({"kind": "host", **numbers})).startswith("The host a.jsonl loses")


@pytest.mark.parametrize("hostile", [False, True])
def test_the_terminal_ends_with_the_warnings(tmp_path: Any, hostile: bool) -> None:
    run = summary(18_539, 3, hostile)
    shown = table(run, tmp_path)
    assert shown.rstrip().endswith("!" * COLUMNS)
    assert "WARNING: One cluster holds 400 of the 18,527 documents" in shown
    assert "7 more such warnings" in shown
    guards = shown[shown.index("!" * COLUMNS) :]
    assert all(line.isprintable() for line in guards.split("\n"))
    assert max(map(width, guards.split("\n"))) <= COLUMNS


def test_a_run_without_guards_ends_with_the_report(tmp_path: Any) -> None:
    run = copy.deepcopy(summary())
    run["duplicates"]["guards"]["warnings"] = []
    assert table(run, tmp_path).endswith("report.html")


def test_texts_stand_side_by_side_cut_after_some_lines() -> None:
    page = beside(["one " * 100, "中文" * 100, ""], 4)
    lines = page.split("\n")
    assert len(lines) == 4
    assert all(line.count("│") == 2 for line in lines)
    assert lines[-1].split("│")[0].strip() == "…"
    assert max(map(width, lines)) <= COLUMNS
