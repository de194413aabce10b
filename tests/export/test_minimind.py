"""minimind reads every row whole: a loader written from its documented format is the judge."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from corpuskit.errors import ConfigError
from corpuskit.export import Options, export
from corpuskit.export.minimind import steps_per_epoch
from corpuskit.export.special_tokens import MINIMIND, special_tokens
from corpuskit.lm.settings import Target
from tests.corpus import rows
from tests.export.made import HOSTILE, make_run, many_rows, read_lines

IGNORED = -100


def load_row(text: str, tokenizer: Any, max_seq_len: int) -> tuple[list[int], list[int], int]:
    """Make a row as minimind does: first token, text, last token, padding; padding has no label.

    Returns the tokens, the labels, and how many tokens of the text did not fit.
    """
    first, last, padding = map(
        tokenizer.token_to_id, ("<|im_start|>", "<|im_end|>", "<|endoftext|>")
    )
    ids = tokenizer.encode(text, add_special_tokens=False).ids
    lost = max(0, len(ids) - (max_seq_len - 2))
    tokens = [first, *ids[: max_seq_len - 2], last]
    filled = tokens + [padding] * (max_seq_len - len(tokens))
    labels = [IGNORED if token == padding else token for token in filled]
    return filled, labels, lost


@pytest.mark.parametrize("max_seq_len", [64, 340])
def test_every_row_of_hostile_text_is_read_whole_and_without_control_tokens(
    hostile_run: Path, tokenizer_file: Path, tmp_path: Path, max_seq_len: int
) -> None:
    from tokenizers import Tokenizer

    options = Options(tokenizer=tokenizer_file.parent, target=Target(max_seq_len=max_seq_len))
    facts = export(hostile_run, "minimind", tmp_path / "out", options)
    found = read_lines(tmp_path / "out" / "pretrain.jsonl")
    tokenizer = Tokenizer.from_file(str(tokenizer_file))
    control = {token for token, _ in tokenizer.get_added_tokens_decoder().items()}
    for row in found:
        assert set(row) == {"text"}
        assert row["text"]
        filled, labels, lost = load_row(row["text"], tokenizer, max_seq_len)
        assert (lost, len(filled), len(labels)) == (0, max_seq_len, max_seq_len)
        inner = tokenizer.encode(row["text"], add_special_tokens=False).ids
        assert not control & set(inner)
    assert facts["rows"] == len(found)
    assert facts["tokens"] == sum(
        len(tokenizer.encode(row["text"], add_special_tokens=False).ids) for row in found
    )
    assert facts["counted_by"] == "tokenizer"


def test_the_rows_give_the_documents_back(hostile_run: Path, tmp_path: Path) -> None:
    facts = export(hostile_run, "minimind", tmp_path / "out")
    text = "".join(row["text"] for row in read_lines(tmp_path / "out" / "pretrain.jsonl"))
    special = special_tokens(MINIMIND)
    assert special.restore(pl.Series([text]))[0] == "".join(HOSTILE)
    assert facts["characters"] == len(text)
    assert (facts["documents"], facts["blank_documents"]) == (len(HOSTILE), 1)
    # 1 in the first text; 4 in the second, one with a backslash; 3 in the third
    assert facts["neutralised"] == 8


@pytest.mark.parametrize("format", ["parquet", "jsonl", "jsonl.gz", "jsonl.zst"])
def test_every_format_of_shards_gives_the_same_rows(format: str, run: Path, tmp_path: Path) -> None:
    made = make_run(tmp_path, many_rows(), format=format)
    one = export(made, "minimind", tmp_path / "one")
    other = export(run, "minimind", tmp_path / "other")
    assert one["files"] == other["files"]


def test_the_bytes_do_not_depend_on_the_workers(run: Path, tmp_path: Path) -> None:
    one = export(run, "minimind", tmp_path / "one", Options(workers=1))
    four = export(run, "minimind", tmp_path / "four", Options(workers=4))
    assert one["files"] == four["files"]


def test_an_epoch_of_3554_rows_has_14_steps_and_the_command_line_says_how(
    run: Path, tmp_path: Path
) -> None:
    assert steps_per_epoch(3554, 32, 8) == 14
    assert steps_per_epoch(256, 32, 8) == 1
    assert steps_per_epoch(257, 32, 8) == 2
    target = Target(epochs=3, learning_rate=1e-3, batch_size=2, accumulation=1)
    facts = export(run, "minimind", tmp_path / "o ut", Options(target=target))
    assert facts["steps"] == 3 * -(-facts["rows"] // 2)
    assert facts["command"] == (
        f"python train_pretrain.py --data_path '{tmp_path}/o ut/pretrain.jsonl' --max_seq_len 340 "
        "--learning_rate 0.001 --batch_size 2 --accumulation_steps 1 --epochs 3"
    )


def test_few_steps_and_unmeasured_languages_are_warned_of(
    run: Path, tokenizer_file: Path, tmp_path: Path
) -> None:
    facts = export(run, "minimind", tmp_path / "few")
    assert "under 200 optimiser steps" in facts["warnings"][0]
    assert "of the text is Chinese or English" in facts["warnings"][1]
    exact = Options(
        tokenizer=tokenizer_file, target=Target(epochs=200, batch_size=1, accumulation=1)
    )
    assert export(run, "minimind", tmp_path / "many", exact)["warnings"] == []


def test_a_chinese_and_english_corpus_may_be_counted_by_characters(tmp_path: Path) -> None:
    found = [row for row in rows() if row["id"][:3] in ("en-", "zh-")]
    target = Target(epochs=200)
    facts = export(make_run(tmp_path, found), "minimind", None, Options(target=target))
    assert facts["warnings"] == []
    assert facts["counted_by"] == "characters"


def test_a_run_without_languages_warns_that_characters_may_not_count(tmp_path: Path) -> None:
    run = make_run(tmp_path, rows(), coverage=False)
    facts = export(run, "minimind", None, Options(target=Target(epochs=200)))
    assert [told.split(";")[0] for told in facts["warnings"]] == [
        "the run did not identify languages"
    ]


def test_a_row_too_short_for_a_sentence_is_refused(run: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="--max-seq-len: 15"):
        export(run, "minimind", tmp_path / "out", Options(target=Target(max_seq_len=15)))
    assert not (tmp_path / "out").exists()
