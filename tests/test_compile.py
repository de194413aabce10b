"""Kernels are compiled for the types that a run uses, and each set by one process."""

from __future__ import annotations

import gc
from itertools import chain

import polars as pl
import pytest

from corpuskit import compile as compiling
from corpuskit.kernels.arrow import text_buffer
from corpuskit.kernels.tokenise import tokenise


def test_made_up_tokens_have_the_types_of_real_ones() -> None:
    real = tokenise(text_buffer(pl.Series(["Some words.", "更多"])))
    made = compiling.made_up_tokens(2)
    for one, other in zip(made, real, strict=True):
        assert (one.dtype, one.ndim) == (other.dtype, other.ndim)
        assert one.flags.writeable == other.flags.writeable
        assert one.flags.c_contiguous == other.flags.c_contiguous


@pytest.mark.parametrize("hands", [1, 2, 3, 64])
def test_every_set_is_dealt_once(hands: int) -> None:
    shares = compiling.deal(list(compiling.SETS), hands)
    assert sorted(chain(*shares)) == sorted(compiling.SETS)
    assert len(shares) <= hands
    assert all(shares)


def test_where_kernels_are_cached_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiling, "are_cached", lambda: True)
    compiling.compile_kernels(2, {"jsonl"}, pytest.fail)


def test_where_nothing_is_cached_it_is_said_and_every_needed_set_is_compiled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    done: list[str] = []
    said: list[str] = []
    sets = {name: (lambda name=name: done.append(name), 1.0) for name in ("grams", "csv")}
    monkeypatch.setattr(compiling, "SETS", sets)
    monkeypatch.setattr(compiling, "are_cached", lambda: False)
    monkeypatch.setattr(compiling, "duplicates", lambda: done.append("duplicates"))
    compiling.compile_kernels(1, {"parquet"}, said.append)
    assert said == ["compiling kernels, once …"]
    assert set(done) == {"grams", "duplicates"}


def test_the_garbage_collector_is_on_again_afterwards() -> None:
    with compiling.without_garbage_collection():
        assert not gc.isenabled()
    assert gc.isenabled()
