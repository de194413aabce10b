"""The language group keeps its contract."""

from __future__ import annotations

import subprocess
import sys

import polars as pl

from corpuskit.features import Measured
from corpuskit.features.language import FEATURES, language_group, load_model


def measure(texts: list[str]) -> pl.DataFrame:
    values = language_group(load_model()).compute(Measured(pl.Series(texts, dtype=pl.String)))
    return pl.DataFrame({f.name: pl.Series(values[f.name], dtype=f.dtype) for f in FEATURES})


def test_texts_get_their_language_and_score() -> None:
    frame = measure(["Wie geht es dir heute?", "", "今天天气很好，我们去公园吧。"])
    assert frame["language"].to_list() == ["de", "und", "zh"]
    assert frame.schema == {"language": pl.String, "language_score": pl.Float32}
    assert frame["language_score"][1] == 0.0


def test_the_declared_value_for_empty_text_is_what_is_measured() -> None:
    assert measure([""]).row(0) == tuple(feature.empty for feature in FEATURES)


def test_scores_lie_between_0_and_1() -> None:
    scores = measure(["这是一个句子", "ok", "?", "これは日本語の文です"])["language_score"]
    assert scores.is_between(0, 1).all()
    assert scores[0] == 1.0  # the library says 1.0000388


def test_codes_need_neither_numba_nor_numpy() -> None:
    code = (
        "import sys, corpuskit.languages; "
        "sys.exit(any(m in sys.modules for m in ('numba', 'numpy', 'polars')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
