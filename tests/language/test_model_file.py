"""A model file is trusted in nothing: each fault is one sentence that names the file."""

from __future__ import annotations

import hashlib
import struct
from pathlib import Path

import numpy as np
import pytest
from fasttext import train_supervised, train_unsupervised
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpuskit.errors import ConfigError
from corpuskit.features import language
from corpuskit.features.fasttext_model import read_fasttext
from corpuskit.features.language import BUNDLED_PATH, BUNDLED_SHA256, load_model
from tests.language.conftest import Oracle
from tests.language.test_library_agreement import ask

HEADER = 64
"""Bytes of magic, version and arguments."""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A tiny valid model: two labels, dim 4, no n-grams."""
    folder = tmp_path_factory.mktemp("small")
    text = folder / "train.txt"
    text.write_text("__label__a one two\n__label__a one\n__label__b three\n")
    model = train_supervised(str(text), dim=4, minCount=1, epoch=1, thread=1, verbose=0)
    model.save_model(str(folder / "model.bin"))
    return (folder / "model.bin").read_bytes()


def refused(tmp_path: Path, data: bytes) -> str:
    path = tmp_path / "broken.bin"
    path.write_bytes(data)
    with pytest.raises(ConfigError) as caught:
        load_model(path)
    message = str(caught.value)
    assert message.startswith(str(path))
    return message


def patched(data: bytes, at: int, layout: str, *values: int) -> bytes:
    changed = bytearray(data)
    struct.pack_into("<" + layout, changed, at, *values)
    return bytes(changed)


def test_the_bundled_model_is_the_published_file() -> None:
    assert hashlib.sha256(BUNDLED_PATH.read_bytes()).hexdigest() == BUNDLED_SHA256
    assert len(load_model().labels) == 176
    assert load_model().fingerprint == BUNDLED_SHA256


def test_a_damaged_bundled_model_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    damaged = tmp_path / "lid.176.ftz"
    damaged.write_bytes(BUNDLED_PATH.read_bytes()[:-1] + b"\x55")
    monkeypatch.setattr(language, "BUNDLED_PATH", damaged)
    with pytest.raises(ConfigError, match="the bundled language model is damaged"):
        load_model()


def test_a_model_is_loaded_once_per_process() -> None:
    assert load_model() is load_model("lid.176") is load_model(BUNDLED_PATH)


def test_the_rows_are_the_library_s(oracle: Oracle) -> None:
    model = read_fasttext(oracle.path)
    word = "the"
    index = oracle.library.get_word_id(word)
    if index >= 0:
        expected = oracle.library.get_input_vector(index)
        assert model.rows[index, : model.dim] == pytest.approx(expected, abs=1e-6)
    assert not model.rows[:, model.dim :].any()


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nothing\.bin: cannot read .*No such file"):
        load_model(tmp_path / "nothing.bin")


def test_a_folder_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot read"):
        load_model(tmp_path)


def test_an_empty_file_is_no_model(tmp_path: Path) -> None:
    assert "empty" in refused(tmp_path, b"")


def test_another_kind_of_file_is_named_by_its_magic_number(tmp_path: Path) -> None:
    assert "not 793712314" in refused(tmp_path, b"PK\x03\x04" + bytes(100))


def test_word_vectors_are_refused(tmp_path: Path) -> None:
    text = tmp_path / "text.txt"
    text.write_text("one two three\n" * 30)
    vectors = tmp_path / "vectors.bin"
    train_unsupervised(str(text), dim=4, bucket=10, epoch=1, thread=1, verbose=0).save_model(
        str(vectors)
    )
    with pytest.raises(ConfigError, match="holds word vectors and has no labels"):
        load_model(vectors)


@pytest.mark.parametrize(
    ("at", "layout", "values", "what"),
    [
        (4, "i", (13,), "version is 13"),
        (8, "i", (0,), "dim is 0"),
        (8, "i", (1 << 30,), "dim is 1073741824"),
        (28, "i", (-1,), "word_ngrams is -1"),
        (32, "i", (9,), "loss is number 9"),
        (40, "i", (-5,), "bucket is -5"),
        (48, "i", (3,), "has no buckets"),
        (HEADER, "3i", (1 << 30, (1 << 30) - 2, 2), "do not fit"),
        (HEADER, "3i", (6, 4, 3), "6 dictionary entries are 4 words and 3 labels"),
        (HEADER, "3i", (6, 6, 0), "6 words and 0 labels"),
        (HEADER + 20, "q", (1 << 60,), "the pruning table needs"),
        (HEADER + 20, "q", (0,), "pruned, but the input matrix is not compressed"),
    ],
)
def test_a_wrong_number_is_named(
    small: bytes, tmp_path: Path, at: int, layout: str, values: tuple[int, ...], what: str
) -> None:
    assert what in refused(tmp_path, patched(small, at, layout, *values))


def test_a_matrix_larger_than_the_file_is_refused_before_it_is_read(
    small: bytes, tmp_path: Path
) -> None:
    at = small.rindex(struct.pack("<2q", 2, 4))  # the output matrix: 2 labels × dim 4
    assert "are left" in refused(tmp_path, patched(small, at, "q", 1 << 58))


def test_bytes_after_the_end_are_refused(small: bytes, tmp_path: Path) -> None:
    assert "3 bytes follow" in refused(tmp_path, small + b"\0\0\0")


def test_a_number_that_is_not_finite_is_refused(small: bytes, tmp_path: Path) -> None:
    assert "not finite" in refused(tmp_path, small[:-4] + struct.pack("<f", np.nan))


def test_a_file_cut_anywhere_is_refused(small: bytes, tmp_path: Path) -> None:
    path = tmp_path / "cut.bin"
    for size in range(1, len(small)):
        path.write_bytes(small[:size])
        with pytest.raises(ConfigError):
            read_fasttext(path)


@given(data=st.data())
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_flipped_bytes_are_refused_or_read_but_never_crash(
    tmp_path: Path, data: st.DataObject
) -> None:
    content = bytearray(BUNDLED_PATH.read_bytes())
    structure = [*range(96), 117150, *range(117150, 117200), *range(517168, 517200)]
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.one_of(st.sampled_from(structure), st.integers(0, len(content) - 1)))
        content[at] = data.draw(st.integers(0, 255))
    path = tmp_path / "flipped.ftz"
    path.write_bytes(content)
    try:
        model = language._load(path, "kernel", None)
    except ConfigError as error:
        message = str(error)
    else:
        ((_, score),) = ask(model, ["hello world"])
        assert 0.0 <= score <= 1.0
        return
    assert message.startswith(str(path))
