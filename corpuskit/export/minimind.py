"""Rows for minimind's `train_pretrain.py`: JSON lines of only ``{"text": string}``.

minimind makes one row of each line: its first token, the tokens of the text, its last token, and
padding up to ``--max_seq_len``. What does not fit is cut off without a word: of one corpus of
whole documents, 77 % of all tokens. So every document is cut at sentence ends into rows that fit.
The last micro-batches of an epoch make a step of their own, so an epoch has
⌈rows / (batch size × accumulation)⌉ optimiser steps.
Source: `dataset/lm_dataset.py` and `trainer/train_pretrain.py` of github.com/jingyaogong/minimind.
"""

from __future__ import annotations

import math
import shlex
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import polars as pl

from corpuskit.errors import ConfigError
from corpuskit.export import tokenizer as tokenizers
from corpuskit.export.chunks import Chunks, by_characters, by_tokens
from corpuskit.export.kept import Documents, Kept
from corpuskit.export.settings import Options
from corpuskit.export.special_tokens import MINIMIND, SpecialTokens, special_tokens
from corpuskit.writers import ShardWriter

FILE: Final = "pretrain.jsonl"
ENDS: Final = 2
"""Tokens that minimind puts around the text of a row: one before it, one behind it."""

LEAST_ROW: Final = 16
LEARNING_RATE: Final = 5e-4
"""minimind's own default."""

FEW_STEPS: Final = 200
"""Under so many optimiser steps a model is hardly past the first fast fall of the loss."""

MEASURED_LANGUAGES: Final = ("zh", "en")
MEASURED_SHARE: Final = 0.9
"""With less kept text in these languages, rows that were cut by characters may be too long."""


class _Rows(NamedTuple):
    documents: int
    blank: int
    neutralised: int
    chunks: Chunks


def write(kept: Kept, folder: Path, options: Options) -> dict[str, Any]:
    """Write `pretrain.jsonl`; return the numbers of rows, tokens and steps."""
    limit = options.target.max_seq_len - ENDS
    if options.target.max_seq_len < LEAST_ROW:
        raise ConfigError(
            f"--max-seq-len: {options.target.max_seq_len} tokens are too short for a sentence; "
            f"choose {LEAST_ROW} or more (minimind's own is 340)"
        )
    tokenizer, special = None, special_tokens(MINIMIND)
    if options.tokenizer is not None:
        tokenizer, written = tokenizers.load(options.tokenizer)
        special = special_tokens((*MINIMIND, *tokenizers.control_strings(written)))
    work = partial(_rows, special=special, limit=limit, tokenizer=tokenizer)
    writer = ShardWriter(folder / FILE, "jsonl", {"text": pl.String()})
    try:
        totals = _write_all(kept, writer, work)
        writer.close()
    finally:
        writer.abort()
    exact = tokenizer is not None
    totals["longest_row_tokens"] = totals.pop("longest")
    counted = {"counted_by": "tokenizer" if exact else "characters", "row_tokens": limit}
    training = _training(totals["rows"], options)
    warnings = [*_few_steps(training["steps"]), *([] if exact else _other_languages(kept.summary))]
    return {**counted, **totals, **training, "warnings": warnings}


def lines(facts: dict[str, Any], out: Path) -> list[str]:
    """Say what was written, and how to train on it."""
    about = "" if facts["counted_by"] == "tokenizer" else "about "
    found = [
        f"{facts['documents']:>12,}  documents",
        f"{facts['rows']:>12,}  rows of at most {facts['row_tokens']} tokens, "
        f"{facts['hard_cuts']:,} of them end inside a sentence",
        f"{facts['tokens']:>12,}  tokens ({about}{facts['tokens_per_row']:.0f} a row; counted by "
        f"{facts['counted_by']})",
        f"{facts['characters']:>12,}  characters",
        f"{facts['neutralised']:>12,}  special strings neutralised",
        f"{facts['steps']:>12,}  optimiser steps: {facts['epochs']} × ⌈{facts['rows']:,} / "
        f"({facts['batch_size']} × {facts['accumulation_steps']})⌉",
    ]
    if facts["blank_documents"]:
        found.insert(1, f"{facts['blank_documents']:>12,}  blank documents left out")
    warnings = [f"warning: {sentence}" for sentence in facts["warnings"]]
    return [*found, *warnings, "", "in minimind's folder trainer/:", "  " + command(facts, out)]


def command(facts: dict[str, Any], out: Path) -> str:
    """Return the command line that trains on the rows."""
    path = shlex.quote(str((out / FILE).resolve()))
    return (
        f"python train_pretrain.py --data_path {path} --max_seq_len {facts['max_seq_len']} "
        f"--learning_rate {facts['learning_rate']:g} --batch_size {facts['batch_size']} "
        f"--accumulation_steps {facts['accumulation_steps']} --epochs {facts['epochs']}"
    )


def steps_per_epoch(rows: int, batch_size: int, accumulation: int) -> int:
    """Count the optimiser steps of an epoch; an incomplete last step is one.

    Examples
    --------
    >>> steps_per_epoch(3554, 32, 8)
    14
    """
    return math.ceil(rows / (batch_size * accumulation))


def _rows(documents: Documents, special: SpecialTokens, limit: int, tokenizer: Any) -> _Rows:
    text, neutralised = special.neutralise(documents.text)
    chunks = by_characters(text, limit) if tokenizer is None else by_tokens(text, limit, tokenizer)
    return _Rows(len(text), documents.blank, neutralised, chunks)


def _write_all(kept: Kept, writer: ShardWriter, work: Any) -> dict[str, Any]:
    names = ("documents", "blank_documents", "rows", "tokens", "characters", "hard_cuts",
             "too_long", "neutralised", "longest")  # fmt: skip
    sums = dict.fromkeys(names, 0)
    for rows in kept.map(work):
        chunks = rows.chunks
        writer.append(chunks.text.alias("text").to_frame())
        longest = max(sums["longest"], int(np.max(chunks.tokens, initial=0)))
        counts = (
            rows.documents, rows.blank, len(chunks.text), int(chunks.tokens.sum()),
            int(chunks.text.str.len_chars().sum()), chunks.hard_cuts, chunks.too_long,
            rows.neutralised,
        )  # fmt: skip
        for name, count in zip(names, counts, strict=False):
            sums[name] += count
        sums["longest"] = longest
    return {**sums, "tokens_per_row": round(sums["tokens"] / max(1, sums["rows"]), 1)}


def _training(rows: int, options: Options) -> dict[str, Any]:
    target = options.target
    steps = steps_per_epoch(rows, target.batch_size, target.accumulation)
    return {
        "max_seq_len": target.max_seq_len,
        "learning_rate": target.learning_rate or LEARNING_RATE,
        "batch_size": target.batch_size,
        "accumulation_steps": target.accumulation,
        "epochs": target.epochs,
        "steps_per_epoch": steps,
        "steps": steps * target.epochs,
    }


def _few_steps(steps: int) -> list[str]:
    if steps >= FEW_STEPS:
        return []
    return [
        f"under {FEW_STEPS} optimiser steps ({steps:,}), too few for the loss to settle; lower "
        "--accumulation-steps or --batch-size, add --epochs, or add text"
    ]


def _other_languages(summary: dict[str, Any]) -> list[str]:
    kept = {code: row["bytes"]["kept"] for code, row in summary["languages"].items()}
    if not kept:
        return [
            "the run did not identify languages; the tokens per character were measured on Chinese "
            "and English, so name minimind's tokenizer with --tokenizer if the text is neither"
        ]
    total = max(1, sum(kept.values()))
    share = sum(kept.get(code, 0) for code in MEASURED_LANGUAGES) / total
    if share >= MEASURED_SHARE:
        return []
    return [
        f"only {share:.0%} of the text is Chinese or English, which the tokens per character were "
        "measured on; name minimind's tokenizer with --tokenizer, or the ends of rows may be lost"
    ]
