"""Kernels are compiled for the types that a run uses, and each set by one process."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Sequence
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from corpuskit import compile as compiling
from corpuskit import kernel_sets
from corpuskit.cleaners import CLEANERS
from corpuskit.duplicate_settings import DuplicateSettings
from corpuskit.errors import FeatureError
from corpuskit.features.groups import TEXT_GROUPS, columns_by_group
from corpuskit.kernels import cut_lines, line_marks, minhash, shingle_words, shingles
from corpuskit.kernels.arrow import text_buffer
from corpuskit.kernels.tokenise import tokenise


def test_made_up_tokens_have_the_types_of_real_ones() -> None:
    real = tokenise(text_buffer(pl.Series(["Some words.", "更多"])))
    made = kernel_sets.made_up_tokens(2)
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


@pytest.fixture
def made_sets(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """Sets that only note that they were compiled, and a folder of its own for their marks."""
    done: list[str] = []

    def sets(*names: str) -> dict[str, tuple[Callable[[], None], float]]:
        return {name: (partial(done.append, name), 1.0) for name in names}

    monkeypatch.setattr(compiling, "SETS", sets("grams", "csv"))
    monkeypatch.setattr(compiling, "MORE", sets("gopher", "nemo", "cleaner.c4"))
    monkeypatch.setattr(compiling, "duplicates", partial(done.append, "duplicates"))
    monkeypatch.setattr(compiling, "_mark", lambda name: tmp_path / name)
    return done


def compiled(formats: set[str], *groups: str, cleaners: Sequence[str] = ()) -> list[str]:
    """Have a run's kernels compiled in this process; return what was said."""
    said: list[str] = []
    chosen = [group for group in TEXT_GROUPS if group.name in groups]
    compiling.compile_kernels(1, formats, said.append, chosen, cleaners)
    return said


def test_where_nothing_is_cached_it_is_said_and_every_needed_set_is_compiled(
    made_sets: list[str],
) -> None:
    assert compiled({"parquet"}) == ["compiling kernels, once …"]
    assert set(made_sets) == {"grams", "duplicates"}


def test_where_kernels_are_cached_nothing_is_said_or_compiled(made_sets: list[str]) -> None:
    compiled({"parquet"}, "gopher")
    made_sets.clear()
    assert compiled({"parquet"}, "gopher") == []
    assert made_sets == []


def test_what_another_recipe_needs_is_said_by_name_and_compiled_alone(
    made_sets: list[str],
) -> None:
    compiled({"parquet"})
    made_sets.clear()
    said = compiled({"parquet"}, "gopher", cleaners=["c4", "unicode"])
    assert said == ["compiling kernels of gopher, cleaner.c4, once …"]
    assert set(made_sets) == {"gopher", "cleaner.c4"}
    assert compiled({"csv"}, "nemo") == ["compiling kernels of csv, nemo, once …"]


def test_what_duplicates_and_repeated_lines_need_beside_is_named() -> None:
    def beside(**more: Any) -> list[str]:
        return compiling.beside(DuplicateSettings(**more), repeats=False, index=False)

    assert beside() == beside(near=False) == beside(shingle="words:3") == []
    assert beside(shingle="chars:3") == ["shingles.chars"]
    assert compiling.beside(None, repeats=True, index=True) == ["index", "repeats"]
    assert set(compiling.beside(DuplicateSettings(shingle="chars:9"), True, True)) < set(
        compiling.MORE
    )


@pytest.mark.parametrize(
    ("name", "kernels"),
    [
        ("marks", [shingle_words._text_shingles, shingle_words._text_bands]),
        ("shingles.chars", [shingles._char_shingles]),
        ("index", [minhash._minima, minhash._mixed]),
        ("repeats", [line_marks._mark, line_marks._paragraphs, line_marks._pages,
                     cut_lines._cut, cut_lines._look_up]),
    ],
)  # fmt: skip
def test_a_set_compiles_the_kernels_that_it_is_for(name: str, kernels: list[Any]) -> None:
    (compiling.SETS | compiling.MORE)[name][0]()
    assert all(kernel.signatures for kernel in kernels)


def test_a_changed_kernel_makes_every_set_new(
    made_sets: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled({"parquet"}, "gopher")
    made_sets.clear()
    monkeypatch.setattr(compiling, "_stamp", lambda: "another")
    assert compiled({"parquet"}, "gopher") == ["compiling kernels, once …"]
    assert set(made_sets) == {"grams", "duplicates", "gopher"}


def test_a_set_that_failed_is_not_remembered(
    made_sets: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise FeatureError("made")

    monkeypatch.setitem(compiling.MORE, "gopher", (fail, 1.0))
    with pytest.raises(FeatureError):
        compiled({"parquet"}, "gopher")
    assert "gopher" in compiling.missing(["gopher"])
    assert not made_sets.count("gopher")


def test_every_group_and_line_cleaner_has_a_set() -> None:
    own = {"characters", "noise", "lines", "words", "repetition", "language"}
    lines = {f"cleaner.{name}" for name, cleaner in CLEANERS.items() if cleaner.cut is not None}
    others = {"shingles.chars", "index", "repeats"}
    assert compiling.MORE.keys() == (columns_by_group().keys() - own) | lines | others


def test_asking_for_what_is_missing_takes_less_than_50_milliseconds() -> None:
    names = [*compiling.SETS, *compiling.MORE]
    compiling.missing(names)
    begun = time.thread_time()
    compiling.missing(names)
    assert time.thread_time() - begun < 0.05


def test_the_garbage_collector_is_on_again_afterwards() -> None:
    with compiling.without_garbage_collection():
        assert not gc.isenabled()
    assert gc.isenabled()
