"""Two runs: who changed, why, and whether they are of the same documents at all."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from corpuskit.errors import ConfigError
from corpuskit.recipe import with_overrides
from corpuskit.terminal import width
from corpuskit.tuning.diff import diff
from corpuskit.tuning.finished import Amount, FinishedRun
from corpuskit.tuning.show_documents import run_difference_page
from tests.tuning.made import RECIPE, TEXTS, made_run, scores


@pytest.fixture(scope="module")
def looser(tmp_path_factory: pytest.TempPathFactory) -> FinishedRun:
    """A run that asks for 40 words, lets half a text be digits, and knows no flag."""
    texts = ["toy.too_few_words.min=40", "toy.too_many_digits.max=0.5"]
    recipe = with_overrides(RECIPE, texts, scores().schema)
    recipe = replace(recipe, rules=recipe.rules[:2])
    return made_run(tmp_path_factory.mktemp("looser") / "run", recipe=recipe)


def test_a_run_does_not_differ_from_itself(toy: FinishedRun) -> None:
    found = diff(toy, toy)
    assert found.common == Amount(10, 6236)
    assert found.kept_a == found.kept_b == Amount(4, 1380)
    assert (found.newly_kept, found.newly_dropped) == (Amount(0, 0), Amount(0, 0))
    assert found.samples == ()


def test_changes_are_told_by_rule_and_by_language(toy: FinishedRun, looser: FinishedRun) -> None:
    found = diff(toy, looser)
    assert found.newly_kept == Amount(4, 240 + 241 + 294 + 3000)
    rules = {rule.id: rule for rule in found.rules}
    words = rules["toy.too_few_words"]
    assert (words.bounds_a, words.bounds_b) == ({"min": 50}, {"min": 40})
    assert (words.fails_a, words.fails_b) == (3, 0)
    assert words.newly_kept == Amount(3, 240 + 241 + 294)
    assert rules["toy.uncertain"].fails_b is None
    assert [(row.language, row.newly_kept.documents) for row in found.languages] == [
        ("en", 2), ("de", 2), ("zh", 0),
    ]  # fmt: skip


def test_the_way_back_is_the_other_way_round(toy: FinishedRun, looser: FinishedRun) -> None:
    found = diff(looser, toy)
    assert found.newly_dropped == diff(toy, looser).newly_kept
    assert {one.kept_in for one in found.samples} == {"A"}


def test_samples_say_by_what_a_document_was_dropped(toy: FinishedRun, looser: FinishedRun) -> None:
    found = diff(toy, looser, samples=4)
    assert {one.id for one in found.samples} == set("dehi")
    for one in found.samples:
        assert (one.kept_in, one.fails_b, one.text) == ("B", (), TEXTS[one.id])
        assert one.fails_a
    assert diff(toy, looser, samples=0).samples == ()


def test_only_documents_of_one_language_are_compared_when_asked(
    toy: FinishedRun, looser: FinishedRun
) -> None:
    found = diff(toy, looser, language="de")
    assert found.common == Amount(2, 3294)
    with pytest.raises(ConfigError, match=r"no document of .* is in 'dee'; did you mean 'de'"):
        diff(toy, looser, language="dee")
    with pytest.raises(ConfigError, match="--samples: -1"):
        diff(toy, looser, samples=-1)


def test_documents_of_one_run_alone_are_counted_and_not_compared(
    toy: FinishedRun, tmp_path: Path
) -> None:
    part = made_run(tmp_path / "run", frame=scores()[3:])
    found = diff(toy, part)
    assert found.only_a == Amount(3, 600 + 540 + 541)
    assert found.only_b == Amount(0, 0)
    assert found.common.documents == 7


def test_runs_of_different_inputs_have_nothing_in_common(toy: FinishedRun, tmp_path: Path) -> None:
    frame = scores().with_columns(doc_id=pl.col("doc_id") + 100)
    found = diff(toy, made_run(tmp_path / "run", frame=frame))
    assert found.common == Amount(0, 0)
    assert found.only_a.documents == found.only_b.documents == 10
    assert "in both: 0 documents" in run_difference_page(found, ("x", "y"))


def test_a_source_that_changed_between_the_runs_is_named(toy: FinishedRun, tmp_path: Path) -> None:
    inputs = [{"source": "toy.jsonl", "bytes": 1, "digest": "1"}]
    other = made_run(
        tmp_path / "run",
        settings={"inputs": inputs},
        frame=scores().with_columns(language=pl.lit("en")),
    )
    found = diff(toy, other)
    assert found.sources_changed == ("toy.jsonl",)
    assert found.relabelled == 5
    assert "toy.jsonl: not the same content" in run_difference_page(found, ("x", "y"))


def test_texts_of_another_digest_are_counted(tmp_path: Path) -> None:
    hashes = pl.Series("text_hash", [bytes([n]) * 16 for n in range(10)])
    others = pl.Series("text_hash", [b"\xff" * 16, *hashes[1:]])
    a = made_run(tmp_path / "a", frame=scores().with_columns(hashes))
    b = made_run(tmp_path / "b", frame=scores().with_columns(others))
    assert diff(a, b).texts_changed == 1


def test_without_digests_nothing_is_claimed_of_texts(toy: FinishedRun) -> None:
    assert diff(toy, toy).texts_changed is None


def test_the_page_is_80_columns_wide(toy: FinishedRun, looser: FinishedRun) -> None:
    found = diff(toy, looser)
    page = run_difference_page(found, ("a", "b"))
    assert max(width(line) for line in page.split("\n")) <= 80
    assert "min 50 → min 40" in page
    assert json.loads(json.dumps(found.plain()))["newly_kept"]["documents"] == 4
