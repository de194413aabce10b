from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from datasketch import HyperLogLogPlusPlus
from hypothesis import given, settings
from hypothesis import strategies as st

from corpuskit.coverage.parts import Tables, Texts
from corpuskit.coverage.sketches import SKETCHES
from corpuskit.features import Measured
from corpuskit.kernels.sketches import NGRAMS, REGISTERS, ngram_registers
from corpuskit.kernels.tokenise import IS_SYMBOL, Tokens
from tests.reference_coverage import mix, registers

ERROR = 1.04 / REGISTERS**0.5
HOSTILE = st.text(st.sampled_from("ab Ä9.\n\r\0中か\u3099ไא\u202eé\u0301🙂👍🏽"), max_size=80)


def sketched(*texts: str) -> Tables:
    measured = Measured(pl.Series(list(texts), dtype=pl.String))
    return SKETCHES.count(Texts(measured, pl.DataFrame(), pl.DataFrame(), "made.jsonl"))


def registers_of(tables: Tables) -> np.ndarray:
    return tables["registers"].to_numpy().T


def as_table(rows: np.ndarray) -> Tables:
    return {"registers": pl.DataFrame(rows.T, schema=[str(n) for n in NGRAMS])}


def words(values: np.ndarray) -> Tokens:
    """Make one document of the words that these hashes stand for."""
    count = len(values)
    places = np.zeros(count, np.int32)
    return Tokens(
        offsets=np.array([0, count], np.int64), start=places, end=places, chars=places,
        hash=values, fold=values, kind=np.ones(count, np.uint8),
    )  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(st.lists(HOSTILE, max_size=5))
def test_the_kernel_agrees_with_its_twin(texts: list[str]) -> None:
    measured = Measured(pl.Series(texts, dtype=pl.String))
    tokens = measured.tokens
    documents = [
        [
            int(tokens.fold[t])
            for t in range(tokens.offsets[i], tokens.offsets[i + 1])
            if not tokens.kind[t] & IS_SYMBOL
        ]
        for i in range(len(texts))
    ]
    found = registers_of(sketched(*texts))
    for row, length in enumerate(NGRAMS):
        assert found[row].tolist() == registers(documents, length)


@pytest.mark.parametrize("size", [0, 1, 100, 5_000, 15_000, 20_000, 60_000, 100_000, 1_000_000])
def test_known_sets_are_counted_within_three_standard_errors(size: int) -> None:
    counted = SKETCHES.describe(as_table(ngram_registers(words(np.arange(size, dtype=np.uint64)))))
    assert counted["vocabulary_size"] == pytest.approx(size, rel=3 * ERROR)
    assert counted["distinct_ngrams"]["5"] == pytest.approx(max(0, size - 4), rel=3 * ERROR)


def test_registers_are_laid_out_as_datasketch_lays_them_out() -> None:
    counter = HyperLogLogPlusPlus(p=14, hashfunc=lambda value: value)
    for word in range(2_000):
        counter.update(mix(mix(word)))
    found = ngram_registers(words(np.arange(2_000, dtype=np.uint64)))
    assert found[0].tolist() == counter.reg.tolist()


def test_merged_batches_count_as_one_batch() -> None:
    texts = ["a b c d e f", "b c d e f g", "世界 你好"]
    parts = [sketched(text) for text in texts]
    whole = registers_of(sketched(*texts))
    forward = SKETCHES.merge([SKETCHES.merge([SKETCHES.merge([]), parts[0]]), parts[1], parts[2]])
    backward = SKETCHES.merge([SKETCHES.merge([parts[2], parts[1]]), parts[0]])
    assert np.array_equal(registers_of(forward), whole)
    assert np.array_equal(registers_of(backward), whole)


def test_case_and_punctuation_make_no_new_word() -> None:
    assert SKETCHES.describe(sketched("The cat, the CAT! ..."))["vocabulary_size"] == 2


def test_a_character_of_a_spaceless_script_is_a_word() -> None:
    assert SKETCHES.describe(sketched("你好世界"))["vocabulary_size"] == 4


def test_ngrams_end_with_their_document() -> None:
    apart = SKETCHES.describe(sketched("a b", "c d"))
    assert apart["distinct_ngrams"]["2"] == 2
    assert apart["distinct_ngrams"]["3"] == 0


def test_no_text_counts_nothing() -> None:
    nothing = {"vocabulary_size": 0, "distinct_ngrams": {"2": 0, "3": 0, "5": 0}}
    assert SKETCHES.describe(sketched()) == nothing
    assert SKETCHES.describe(SKETCHES.merge([])) == nothing
