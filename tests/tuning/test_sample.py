"""A sample to be read is the same every time, and shows both sides of a bound when asked."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from corpuskit.errors import ConfigError
from corpuskit.tuning.finished import FinishedRun
from corpuskit.tuning.sample import sample
from corpuskit.tuning.show_documents import sample_page
from corpuskit.tuning.texts import drawn, salted
from tests.tuning.made import TEXTS, made_run, scores


def test_a_sample_holds_documents_that_fail_with_their_text(toy: FinishedRun) -> None:
    found = sample(toy, "toy.too_few_words")
    assert found.fails == 3
    assert {reading.id for reading in found.readings} == {"d", "e", "h"}
    for reading in found.readings:
        assert reading.fails
        assert not reading.kept
        assert reading.text == TEXTS[reading.id]
    (both,) = (reading for reading in found.readings if reading.id == "e")
    assert both.also == ("toy.too_many_digits",)
    assert both.value == 40


def test_a_larger_sample_begins_with_the_smaller_one(toy: FinishedRun) -> None:
    whole = sample(toy, "toy.too_few_words", count=3, seed=5).readings
    assert sample(toy, "toy.too_few_words", count=2, seed=5).readings == whole[:2]


def test_another_seed_draws_others_and_the_same_seed_the_same() -> None:
    frame = pl.DataFrame({"doc_id": pl.Series(range(1000), dtype=pl.UInt64)})
    first = drawn(frame, 10, seed=0)
    assert drawn(frame.reverse(), 10, seed=0).equals(first)
    assert not drawn(frame, 10, seed=1).equals(first)


def test_the_hash_is_that_of_splitmix64() -> None:
    # The first two outputs of splitmix64 from state 0, as its author's program prints them.
    golden = 0x9E3779B97F4A7C15
    ids = pl.Series([0, golden], dtype=pl.UInt64)
    assert salted(ids, 0).tolist() == [0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4]


def test_near_misses_stand_on_both_sides_by_value(toy: FinishedRun) -> None:
    found = sample(toy, "toy.too_few_words", count=4, near_miss=True)
    assert [reading.value for reading in found.readings][1:] == [49, 90, 90]
    assert [reading.fails for reading in found.readings] == [True, True, False, False]


def test_documents_that_the_rule_is_not_asked_of_are_no_near_misses(toy: FinishedRun) -> None:
    found = sample(toy, "toy.too_few_words", count=20, near_miss=True)
    assert {reading.language for reading in found.readings} == {"en", "de"}


def test_a_flag_shows_documents_that_are_kept(toy: FinishedRun) -> None:
    found = sample(toy, "toy.uncertain")
    assert {reading.id: reading.kept for reading in found.readings} == {
        "g": True, "h": False, "i": False,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"rule": "toy.few"}, "unknown rule 'toy.few'"),
        ({"rule": "toy.uncertain", "count": 0}, "-n: 0 documents"),
        ({"rule": "duplicates.exact_duplicate", "near_miss": True}, "no number to be near to"),
    ],
)
def test_a_sample_that_makes_no_sense_is_refused(
    toy: FinishedRun, options: dict[str, object], message: str
) -> None:
    with pytest.raises(ConfigError, match=message):
        sample(toy, **options)  # type: ignore[arg-type]


def test_a_rule_that_nothing_fails_gives_no_readings(tmp_path: Path) -> None:
    frame = scores().with_columns(digit_ratio=pl.lit(0.0))
    found = sample(made_run(tmp_path / "run", frame=frame), "toy.too_many_digits")
    assert found.readings == ()
    assert "0 drawn." in sample_page(found)


def test_the_page_shows_text_without_control_characters(tmp_path: Path) -> None:
    texts = {**TEXTS, "d": "one\ttwo\x1b[2J\n\n" + "long " * 200}
    page = sample_page(sample(made_run(tmp_path / "run", texts=texts), "toy.too_few_words"), 60)
    assert "one two\\x1b[2J" in page
    assert "…" in page
