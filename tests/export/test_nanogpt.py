"""nanoGPT maps the files into memory; the documents are in them, and nothing that is held out."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import corpuskit
from corpuskit.coverage import tokenizer_files
from corpuskit.errors import ConfigError, DataError, MissingExtraError
from corpuskit.export import Options, export
from corpuskit.sampling import part, sources
from tests.corpus import rows
from tests.export.made import HOSTILE, make_run

pytest.importorskip("tokenizers", reason="the extra lm is not installed")
SMALL = Options(vocabulary=400)


def documents(folder: Path, name: str, facts: dict[str, Any]) -> list[str]:
    """Decode a token file, document by document."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokens = np.memmap(folder / name, dtype=np.uint16, mode="r")
    ends = np.flatnonzero(tokens == facts["separator_id"])
    starts = np.r_[0, ends[:-1] + 1]
    assert ends[-1] == len(tokens) - 1
    return [tokenizer.decode(tokens[a:b].tolist(), skip_special_tokens=False)
            for a, b in zip(starts, ends, strict=True)]  # fmt: skip


def expected(run: Path, name: str) -> list[str]:
    """Return the kept texts of one part, by the function that `pretrain` holds out with."""
    kept = corpuskit.open_run(run).kept().collect()
    found = kept.filter(part(sources(kept["doc_id"], kept)) == name)["text"].to_list()
    assert found
    return found


def test_the_files_hold_the_documents_of_their_part(run: Path, tmp_path: Path) -> None:
    facts = export(run, "nanogpt", tmp_path / "out", SMALL)
    for name, file in (("train", "train.bin"), ("holdout", "val.bin")):
        assert documents(tmp_path / "out", file, facts) == expected(run, name)
    assert facts["tokens"]["val"] == (tmp_path / "out/val.bin").stat().st_size // 2
    assert facts["tokenizer"] == "trained on this run"


def test_windows_can_be_drawn_as_nanogpt_draws_them(run: Path, tmp_path: Path) -> None:
    facts = export(run, "nanogpt", tmp_path / "out", SMALL)
    tokens = np.memmap(tmp_path / "out/train.bin", dtype=np.uint16, mode="r")
    meta = pickle.loads((tmp_path / "out/meta.pkl").read_bytes())
    at = np.random.default_rng(0).integers(0, len(tokens) - 256, 64)
    x = np.stack([tokens[i : i + 256] for i in at]).astype(np.int64)
    y = np.stack([tokens[i + 1 : i + 257] for i in at]).astype(np.int64)
    assert (x[:, 1:] == y[:, :-1]).all()
    assert x.max() < meta["vocab_size"] == facts["vocabulary"] == 400


def test_meta_encodes_and_decodes_as_nanogpts_sampling_does(run: Path, tmp_path: Path) -> None:
    export(run, "nanogpt", tmp_path / "out", SMALL)
    meta = pickle.loads((tmp_path / "out/meta.pkl").read_bytes())
    tokens = [meta["stoi"][character] for character in "\nAll men"]
    assert "".join(meta["itos"][token] for token in tokens) == "\nAll men"


def test_a_given_tokenizer_is_used_and_control_strings_are_spelled_out(
    tokenizer_file: Path, hostile_run: Path, tmp_path: Path
) -> None:
    options = Options(tokenizer=tokenizer_file, hold_out="documents")
    facts = export(hostile_run, "nanogpt", tmp_path / "out", options)
    train = documents(tmp_path / "out", "train.bin", facts)
    val = documents(tmp_path / "out", "val.bin", facts)
    assert sorted(train + val) == sorted(HOSTILE)
    assert facts["blank_documents"] == 1
    assert (tmp_path / "out/tokenizer.json").read_bytes() == tokenizer_file.read_bytes()


def test_a_trained_tokenizer_is_the_same_every_time(run: Path, tmp_path: Path) -> None:
    one = export(run, "nanogpt", tmp_path / "one", SMALL)
    other = export(run, "nanogpt", tmp_path / "other", Options(vocabulary=400, workers=3))
    assert one["files"] == other["files"]


def test_a_tokenizer_beyond_uint16_is_refused(tmp_path: Path, run: Path) -> None:
    def export_with(size: int) -> None:
        vocabulary = {"<|endoftext|>": 0, "a": size - 1}
        model = {"type": "WordLevel", "vocab": vocabulary, "unk_token": "a"}
        written = {"version": "1.0", "added_tokens": [], "normalizer": None, "pre_tokenizer": None,
                   "post_processor": None, "decoder": None, "model": model}  # fmt: skip
        (tmp_path / "big.json").write_text(json.dumps(written))
        export(run, "nanogpt", tmp_path / str(size), Options(tokenizer=tmp_path / "big.json"))

    export_with(65_535)
    with pytest.raises(ConfigError, match="65,536 tokens do not fit into uint16"):
        export_with(65_536)


def test_a_tokenizer_without_a_separator_is_refused(tmp_path: Path, run: Path) -> None:
    model = {"type": "WordLevel", "vocab": {"a": 0}, "unk_token": "a"}
    (tmp_path / "plain.json").write_text(json.dumps({"version": "1.0", "model": model}))
    with pytest.raises(ConfigError, match="no token that closes a document"):
        export(run, "nanogpt", tmp_path / "out", Options(tokenizer=tmp_path / "plain.json"))


@pytest.mark.parametrize("content", [None, "not json", "{}"])
def test_what_is_no_tokenizer_is_refused(tmp_path: Path, run: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "tokenizer.json").write_text(content)
    with pytest.raises(ConfigError, match=r"--tokenizer .*tokenizer\.json"):
        export(run, "nanogpt", tmp_path / "out", Options(tokenizer=tmp_path))


@pytest.mark.parametrize("vocabulary", [256, 65_536])
def test_a_vocabulary_that_cannot_be_is_refused(tmp_path: Path, run: Path, vocabulary: int) -> None:
    with pytest.raises(ConfigError, match="--vocabulary"):
        export(run, "nanogpt", tmp_path / "out", Options(vocabulary=vocabulary))


def test_the_missing_package_is_named_with_its_remedy(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokenizer_files, "find_spec", {}.get)
    with pytest.raises(MissingExtraError, match=r'pip install "corpuskit\[lm\]"'):
        export(run, "nanogpt", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_one_host_cannot_be_held_out_of_itself_but_its_documents_can(tmp_path: Path) -> None:
    found = [{**row, "url": "https://en0.example.org/"} for row in rows()[:25]]
    made = make_run(tmp_path, found)
    with pytest.raises(DataError, match="--hold-out documents"):
        export(made, "nanogpt", None, SMALL)
    facts = export(made, "nanogpt", None, Options(vocabulary=400, hold_out="documents"))
    assert min(facts["documents"].values()) > 0
