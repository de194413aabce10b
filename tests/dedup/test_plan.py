"""Bands and rows are computed at least cost, and what is said of them is so."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from corpuskit.banding import MAX_BANDS, MAX_ROWS, Banding, plan, recall
from corpuskit.dedup.plan import page
from corpuskit.duplicate_settings import DuplicateSettings
from corpuskit.errors import ConfigError

WANTED = [(s, r) for s in (0.1, 0.5, 0.7, 0.75, 0.8, 0.9, 0.999, 1.0) for r in (0.5, 0.95, 0.999)]


@pytest.mark.parametrize(("similarity", "wanted"), WANTED)
def test_a_plan_reaches_its_recall_and_one_band_less_does_not(
    similarity: float, wanted: float
) -> None:
    if (similarity, wanted) == (0.1, 0.999):
        wanted = 0.99
    found = plan(similarity, wanted)
    assert found.recall(similarity) >= wanted
    assert found.bands == 1 or recall(found.bands - 1, found.rows, similarity) < wanted


@pytest.mark.parametrize(("similarity", "wanted"), [(0.75, 0.95), (0.6, 0.9), (0.9, 0.99)])
def test_no_other_plan_costs_less(similarity: float, wanted: float) -> None:
    cost = sum(plan(similarity, wanted).seconds().values())
    others = [
        sum(Banding(bands, rows).seconds().values())
        for rows in range(1, 17)
        for bands in range(1, 61)
        if recall(bands, rows, similarity) >= wanted
    ]
    assert cost == min(others)


def test_recall_by_hand() -> None:
    # 0.75^6 = 0.177979; 1 - 0.822021^16 = 0.95653.
    # 0.75^8 = 0.100113; 1 - 0.899887^14 = 0.77163.
    assert recall(16, 6, 0.75) == pytest.approx(0.95653, abs=1e-5)
    assert recall(14, 8, 0.75) == pytest.approx(0.77163, abs=1e-5)
    assert recall(3, 2, 1.0) == 1.0
    assert recall(1, 1, 0.25) == pytest.approx(0.25)


def test_equal_shingles_need_few_functions() -> None:
    found = plan(1.0, 0.95)
    assert found.bands == 1
    assert found.rows <= 12


def test_a_greater_recall_costs_more_and_a_higher_similarity_less() -> None:
    costs = [sum(plan(0.75, wanted).seconds().values()) for wanted in (0.5, 0.9, 0.95, 0.99, 0.999)]
    assert costs == sorted(costs)
    costs = [sum(plan(at, 0.95).seconds().values()) for at in (0.95, 0.9, 0.8, 0.7, 0.6, 0.5)]
    assert costs == sorted(costs)


def test_more_bands_give_more_candidates_and_more_rows_fewer() -> None:
    assert Banding(20, 6).candidates() > Banding(16, 6).candidates() > Banding(16, 7).candidates()
    assert Banding(16, 6).candidates_per_pair(0.75) > Banding(16, 8).candidates_per_pair(0.75) > 1


def test_what_no_plan_can_find_is_refused_with_what_can() -> None:
    with pytest.raises(ConfigError, match=r"more than 512 bands; lower the recall to 0\.9231, or "):
        plan(0.005, 0.95)
    assert recall(MAX_BANDS, 1, 0.005) == pytest.approx(0.92320, abs=1e-4)
    assert plan(0.0059, 0.95) == Banding(507, 1)  # what the message says instead
    assert plan(0.005, 0.9231).bands <= MAX_BANDS


def test_bands_are_computed_unless_both_are_stated() -> None:
    assert (DuplicateSettings().bands, DuplicateSettings().rows) == (16, 6)
    published = DuplicateSettings(bands=14, rows=8)
    assert published.recall == recall(14, 8, 0.75)
    for settings in (DuplicateSettings(), published, DuplicateSettings(similarity=0.9, recall=0.5)):
        assert DuplicateSettings(**settings.plain()) == settings
    for alone in ({"bands": 14}, {"rows": 8}):
        with pytest.raises(ConfigError, match="is stated without"):
            DuplicateSettings(**alone)


def test_stated_bands_that_do_not_reach_the_recall_are_refused() -> None:
    assert DuplicateSettings(bands=14, rows=8, recall=0.77).recall == 0.77
    with pytest.raises(ConfigError, match=r"14 bands of 8 rows find 0\.7716 .* recall is 0\.78"):
        DuplicateSettings(bands=14, rows=8, recall=0.78)


def test_changes_compute_bands_again_and_leave_stated_ones() -> None:
    assert DuplicateSettings().changed({"similarity": 0.9}) == DuplicateSettings(similarity=0.9)
    published = DuplicateSettings(bands=14, rows=8)
    lower = published.changed({"similarity": 0.6})
    assert (lower.bands, lower.rows, lower.recall) == (14, 8, recall(14, 8, 0.6))
    assert published.changed({"recall": 0.95}).bands == plan(0.75, 0.95).bands
    assert published.changed({"keep": "first"}).recall == published.recall


def explained(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "corpuskit", "dedup", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_explain_needs_no_input_and_tells_the_plan() -> None:
    done = explained("--explain", "--json", "--similarity", "0.8", "--recall", "0.99")
    found = json.loads(done.stdout)
    assert found["plan"]["functions"] == found["bands"] * found["rows"] <= MAX_BANDS * MAX_ROWS
    assert found["recall_given"] == found["plan"]["curve"]["0.80"] >= 0.99
    assert list(found["plan"]["curve"]) == [f"{at / 100:.2f}" for at in range(50, 101, 5)]
    refused = explained("--json")
    assert refused.returncode == 2
    assert "--explain" in refused.stderr


def test_the_page_draws_the_curve_in_eighty_columns() -> None:
    text = page(DuplicateSettings(similarity=0.72))
    assert max(map(len, text.splitlines())) <= 80
    curve = [line for line in text.splitlines() if line.endswith("%")]
    assert [line[0] for line in curve] == [" "] * 5 + [">"] * 7
    assert [line.count("█") for line in curve] == sorted(line.count("█") for line in curve)
    assert "no bands" in page(DuplicateSettings(near=False))
