"""p10 is a number of the corpus: exact, of the documents that the rule speaks of, once for all."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

import corpuskit
from corpuskit.errors import ConfigError
from corpuskit.manifest import Receipts
from corpuskit.recipe import with_overrides
from corpuskit.rules import Condition, Rule, load_rule_set, quantiles, rule_from_plain
from corpuskit.rules.quantiles import quantile, resolve
from corpuskit.tuning.again import Changes, changed_recipe
from corpuskit.tuning.compare import compare
from corpuskit.tuning.finished import open_finished
from corpuskit.tuning.sweep import sweep
from tests.corpus import digests, rows, write_jsonl
from tests.tuning.made import RECIPE, made_run, scores

RULES = """name: own
rules:
  - {id: short, feature: char_count, min: p20, why: Short.}
  - id: short_en
    feature: char_count
    above: p10
    max: p99.5
    when: {feature: language, in: [en]}
    why: Short English.
"""


def frame(values: list[int], tongue: list[str]) -> pl.LazyFrame:
    """Make scores whose doc_ids run against the order of the rows."""
    ids = pl.Series(range(len(values), 0, -1), dtype=pl.UInt64)
    return pl.LazyFrame({"doc_id": ids, "n": values, "language": tongue})


def ruled(bound: str, *guards: Condition) -> Rule:
    """Make a rule with a quantile."""
    return Rule("t.r", Condition("n", (("min", bound),)), when=guards, why="Short.")


@pytest.mark.parametrize("percent", ["0.1", "0.5", "1", "10", "25", "33.3", "50", "90", "99"])
@pytest.mark.parametrize("count", [1, 2, 3, 10, 200, 1000])
def test_a_quantile_is_the_inverted_distribution_of_numpy(percent: str, count: int) -> None:
    values = np.random.default_rng(count).integers(0, 50, count)
    expected = np.percentile(values, float(percent), method="inverted_cdf")
    assert quantile(pl.Series(values), percent) == expected


def test_exactly_at_a_rank_floats_would_go_wrong() -> None:
    assert quantile(pl.Series(range(1, 1001)), "0.7") == 7
    assert quantile(pl.Series(range(1, 1001)), "7") == 70


def test_guards_choose_the_documents_and_why_tells_how_many() -> None:
    english = Condition("language", (("in", ("en",)),))
    data = frame([1, 2, 3, 4, 100, 200], ["en"] * 4 + ["zh"] * 2)
    (found,) = resolve([ruled("p50", english)], data)
    assert found.keep.bounds == (("min", 2),)
    assert found.why == "Short. Here min p50 is 2, by 4 documents of this corpus."
    assert resolve([ruled("p50")], data)[0].keep.bounds == (("min", 3),)


def test_the_sample_is_that_of_the_smallest_doc_ids(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quantiles, "SAMPLED", 3)
    (found,) = resolve([ruled("p50")], frame([9, 9, 9, 1, 2, 3], ["en"] * 6))
    assert found.keep.bounds == (("min", 2),)
    assert "by 3 documents" in found.why


def test_no_document_drops_nothing_and_is_said() -> None:
    never = Condition("language", (("in", ("th",)),))
    (found,) = resolve([ruled("p10", never)], frame([1], ["en"]))
    assert (found.keep.bounds, found.why) == (
        (("min", 0),),
        "Short. Here min p10 is 0, by no document of this corpus.",
    )


def test_a_rule_without_a_number_decides_nothing() -> None:
    with pytest.raises(ConfigError, match="min p10 has no number without scores"):
        ruled("p10").fails()
    assert rule_from_plain("t.r", ruled("p10").plain()).keep.quantiles() == [("min", "p10")]


@pytest.mark.parametrize("bound", ["p0", "p100", "p0.0", "p1.2.3", "p101"])
def test_what_is_no_quantile_is_refused_with_its_line(tmp_path: Path, bound: str) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(f"name: own\nrules:\n  - {{id: r, feature: n, min: {bound}, why: x}}\n")
    with pytest.raises(ConfigError, match=rf"own.yaml:3: '{bound}' is not a quantile; write p1"):
        load_rule_set(path, {"n": pl.UInt32()})


def test_a_guard_needs_a_number(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text("name: own\nwhen: {feature: n, min: p10}\nrules: []\n")
    with pytest.raises(ConfigError, match=r"own.yaml:2: a guard needs a number, found 'p10'"):
        load_rule_set(path, {"n": pl.UInt32()})


def test_a_finished_run_is_decided_with_quantiles_of_its_scores(tmp_path: Path) -> None:
    run = made_run(tmp_path / "run")
    found = changed_recipe(run, Changes(overrides=("toy.too_few_words.min=p50",)))
    # Words of all that is not Chinese, in order: 40 40 49 90 90 100 500.
    assert found.rules[0].keep.bounds == (("min", 90),)
    assert compare(run, found).plain()
    unresolved = with_overrides(RECIPE, ["toy.too_few_words.min=p50"], scores().schema)
    assert unresolved.rules[0].plain()["bounds"] == {"min": "p50"}


@pytest.fixture(scope="module")
def recipe(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recipe with the rules above."""
    folder = tmp_path_factory.mktemp("recipe")
    (folder / "own.yaml").write_text(RULES)
    path = folder / "mine.yaml"
    path.write_text("name: mine\nrule_sets: [own]\n")
    return path


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small corpus."""
    return write_jsonl(tmp_path_factory.mktemp("in") / "corpus.jsonl", rows())


def test_a_run_writes_numbers_that_tuning_reads(recipe: Path, source: Path, tmp_path: Path) -> None:
    run = corpuskit.clean(source, tmp_path / "run", recipe=str(recipe), workers=1)
    lengths = run.scores().select("char_count", "language").collect()
    expected = quantile(lengths["char_count"], "20")
    told = run.summary["rules"]["own.short"]
    assert told["bounds"] == {"min": expected}
    assert told["why"] == (
        f"Short. Here min p20 is {expected}, by {lengths.height} documents of this corpus."
    )
    english = lengths.filter(pl.col("language") == "en")["char_count"]
    bounds = run.summary["rules"]["own.short_en"]["bounds"]
    assert bounds == {"above": quantile(english, "10"), "max": quantile(english, "99.5")}
    settings = json.loads((tmp_path / "run/manifest.json").read_text())["settings"]
    assert settings["recipe"]["rules"]["own.short"]["bounds"] == {"min": expected}
    finished = open_finished(tmp_path / "run")
    assert sweep(finished, "own.short", thresholds=[10]).bound == expected
    again = changed_recipe(finished, Changes(recipe=str(recipe)))
    assert again.rules == finished.recipe.rules
    assert corpuskit.clean(source, tmp_path / "run", recipe=str(recipe)).summary == run.summary
    kept = corpuskit.decide(run.scores().collect(), recipe.parent / "own.yaml")["keep"].sum()
    assert kept == run.summary["documents"]["kept"]


class KilledError(Exception):
    """Stands for a kill."""


def test_a_run_killed_behind_pass_one_ends_with_the_same_numbers_and_bytes(
    recipe: Path, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpuskit.clean(source, tmp_path / "whole", recipe=str(recipe), workers=1)

    def die(*_: object) -> None:
        raise KilledError

    with monkeypatch.context() as patch:
        patch.setattr(Receipts, "write", lambda self, name, receipt: die()
                      if name == "deduplicate" else WRITE(self, name, receipt))  # fmt: skip
        with pytest.raises(KilledError):
            corpuskit.clean(source, tmp_path / "killed", recipe=str(recipe), workers=1)
    corpuskit.clean(source, tmp_path / "killed", recipe=str(recipe), workers=3)
    assert digests(tmp_path / "killed") == digests(tmp_path / "whole")


WRITE = Receipts.write
