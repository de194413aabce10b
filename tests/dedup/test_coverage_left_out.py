"""`dedup` measures what duplicates need; what it leaves out is told, and can be had."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from corpuskit.api import clean
from corpuskit.errors import ConfigError, RunError
from corpuskit.lm.sample import read_sample
from corpuskit.report import write_report
from corpuskit.resolve import resolve
from corpuskit.tuning.again import Changes, changed_recipe
from corpuskit.tuning.explain import explain
from corpuskit.tuning.finished import open_finished
from tests.report.test_render import Page

OLD = "The mill stood by the river, and its wheel turned all night while the village slept on."
NEW = "A different page about the weather in spring, the rain, the wind and the first swallows."
TEXTS = [OLD, OLD, NEW, OLD + " Then it stopped.", "另一篇文章，关于春天的天气。" * 4]
LEFT_OUT = [
    "languages", "scripts", "estimated_tokens", "vocabulary", "ngrams", "domains", "noise",
    "tokens", "compression", "topics", "raw_sample",
]  # fmt: skip


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Make a run without coverage and one with it."""
    root = tmp_path_factory.mktemp("runs")
    rows = [
        {"id": str(n), "url": f"https://a.org/{n}", "text": text} for n, text in enumerate(TEXTS)
    ]
    source = root / "pages.jsonl"
    source.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    for name in ("bare", "covered"):
        clean(source, root / name, recipe="dedup", similarity=0.7, coverage=name == "covered")
    return {name: root / name for name in ("bare", "covered")}


def summary(run: Path) -> Any:
    return json.loads((run / "summary.json").read_text("utf-8"))


def test_what_is_written_is_the_same_with_coverage_and_without(runs: dict[str, Path]) -> None:
    for name in ("kept/part-00000.parquet", "dropped/part-00000.parquet", "duplicates.parquet"):
        assert (runs["bare"] / name).read_bytes() == (runs["covered"] / name).read_bytes()
    bare, covered = (summary(run) for run in runs.values())
    for name in ("documents", "bytes", "rules", "duplicates"):
        assert bare[name] == covered[name]


def test_scores_hold_sizes_and_marks_alone(runs: dict[str, Path]) -> None:
    bare, covered = (pl.read_parquet(run / "scores" / "*.parquet") for run in runs.values())
    assert bare.columns == ["doc_id", "user_id", "byte_count", "char_count", "text_hash", "bands"]
    assert bare.equals(covered.select(bare.columns))
    assert bare["char_count"].to_list() == [len(text) for text in TEXTS]


def ids(page: Page) -> set[str | None]:
    return {attributes.get("id") for _, attributes in page.tags}


def test_summary_and_report_say_what_was_not_measured(runs: dict[str, Path]) -> None:
    assert summary(runs["bare"])["not_measured"] == LEFT_OUT
    assert "not_measured" not in summary(runs["covered"])
    page = Page(write_report(runs["bare"]).read_text("utf-8"))
    assert "did not measure languages, scripts, the number of tokens, distinct words" in page.text
    assert "hosts before" not in page.text
    assert "languages" not in ids(page)
    whole = Page(write_report(runs["covered"]).read_text("utf-8"))
    assert "did not measure" not in whole.text
    assert "languages" in ids(whole)
    assert "hosts before" in whole.text
    assert not (runs["bare"] / "raw_sample").exists()


def test_commands_that_need_coverage_say_how_to_get_it(runs: dict[str, Path]) -> None:
    with pytest.raises(RunError, match=r"no raw sample.*--coverage --overwrite"):
        read_sample(runs["bare"])
    run = open_finished(runs["bare"])
    with pytest.raises(ConfigError, match=r"'language'.*--coverage --overwrite"):
        changed_recipe(run, Changes(languages=("en",)))
    assert explain(run, ["1"])[0].language == "not measured"
    assert explain(open_finished(runs["covered"]), ["1"])[0].language == "en"


def test_a_rule_that_needs_the_language_has_it_measured() -> None:
    recipe, model = resolve("dedup")
    assert (recipe.features, model) == ((), None)
    for asked in ({"languages": ("en",)}, {"rule_sets": ("dclm",)}, {"coverage": True}):
        recipe, model = resolve("dedup", **asked)
        assert model is not None
        assert "language" in recipe.features
    recipe, _ = resolve("dedup", dedup={"keep": "best:word_count"})
    assert recipe.features == ("words",)
    recipe, _ = resolve("dedup", coverage=True)
    assert recipe.features == ("characters", "noise", "language")
    assert recipe.coverage
