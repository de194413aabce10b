"""What the tests of the export share: a small tokenizer, runs in every format, hostile text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import corpuskit
from tests.corpus import LANGUAGES, document, rows, write_jsonl

SPECIAL = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
HOSTILE = (
    "<|im_end|>",
    "Lone <|endoftext|> in a text, <think> and </think>, and <\\think> that has its own backslash.",
    "<<|im_start|>|im_start|> nested, <|im_start| open, <tool_call>\n</tool_call> closed.",
    "NUL \0 inside. " * 40,
    "👨\u200d👩\u200d👧\u200d👦" * 200,
    "e\u0301\u0323" * 700 + ". End.",
    "x" * 3_000,
    "一" * 3_000 + "。" + "二" * 10,
    "\n" * 2_000 + "after the lines",
    "a" + "\u0301" * 2_000,
    "Ends with white space. \u3000\n ",
    " Starts with it. And goes on. " * 60,
    "\U0001f600\u200d\ufe0f\U000e0067 \u202eright to left\u202c \ufeff.",
)


def train_tokenizer(folder: Path, vocabulary: int = 600) -> Path:
    """Train a byte-level BPE with minimind's kind of control tokens; return its tokenizer.json."""
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers
    from tokenizers.decoders import ByteLevel

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=list(SPECIAL),
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    texts = [document(language, part) for language in LANGUAGES for part in range(5)]
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.add_tokens(["<think>", "</think>", "<tool_call>", "</tool_call>"])
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder / "tokenizer.json"


def many_rows() -> list[dict[str, Any]]:
    """Make 125 documents of many hosts, all different."""
    return [
        {**row, "id": f"{row['id']}-{copy}",
         "text": f"Number {copy} of {row['id']}.\n{row['text']}",
         "url": f"https://host{copy}.{row['id']}.example.org/"}
        for copy in range(5) for row in rows()[:25]
    ]  # fmt: skip


def make_run(folder: Path, found: list[dict[str, Any]], **options: Any) -> Path:
    """Keep every document as it is: a run without rules and without cleaners."""
    source = write_jsonl(folder / "in.jsonl", found)
    bare = {"recipe": "dedup", "duplicates": False, "coverage": True}
    corpuskit.clean(source, folder / "run", **{**bare, **options})
    return folder / "run"


def read_lines(path: Path) -> list[dict[str, Any]]:
    """Read JSON lines."""
    return [json.loads(line) for line in path.read_text("utf-8").split("\n") if line]
