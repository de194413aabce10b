"""What the user asks of a run, and the command that asks for the same again."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from corpuskit import readers, splits

SHARD_BYTES = 256 << 20
COMMAND_SHARD_BYTES = 256 * 10**6
"""The default of the command line, which writes it as 256MB."""


@dataclass(frozen=True)
class Options:
    """What the user asks of a run; all but `overwrite`, `workers`, `memory_bytes`, `save_index` and
    `repeat` decide its bytes.

    rule_sets : rule sets, by name or path, instead of those of the recipe.
    unit, per_host : which repeated lines are taken out, instead of what the recipe says.
    overrides : single bounds, as ``gopher.too_few_words.min=30``.
    keep_removed_lines : also write what line cleaners took out.
    save_index : folder of an index of the kept documents that is written beside the run.
    against : folders of indexes; duplicates of their documents are removed.
    reference : folder of a run, or a corpus, that the result is held against.
    memory_bytes : of the search for duplicates; None for half of the machine's.
    repeat : the command that asks for the same; None for that of `repeat_with`.
    dedup : settings of duplicates instead of those of the recipe, by their names there.
    coverage : measure coverage even where the recipe does not.
    tokenizer : a tokenizer.json, its folder or a name on the Hub, for the tokens of coverage,
        instead of what the recipe says; o200k_base where neither says.
    """

    inputs: tuple[str, ...]
    out: Path
    recipe: str = "web"
    languages: tuple[str, ...] = ()
    language_model: str | None = None
    duplicates: bool = True
    rule_sets: tuple[str, ...] = ()
    overrides: tuple[str, ...] = ()
    unit: str | None = None
    per_host: bool = False
    keep_removed_lines: bool = False
    save_index: Path | None = None
    against: tuple[str, ...] = ()
    reference: str | None = None
    read: readers.ReadOptions = field(default_factory=readers.ReadOptions)
    format: str = "parquet"
    shard_bytes: int = SHARD_BYTES
    split_bytes: int = splits.SPLIT_BYTES
    overwrite: bool = False
    workers: int = 1
    memory_bytes: int | None = None
    repeat: str | None = None
    dedup: Mapping[str, Any] = field(default_factory=dict)
    coverage: bool = False
    tokenizer: str | None = None


def repeat_with(options: Options) -> str:
    """Write the command that repeats a run; what is as it is by default is left out.

    Examples
    --------
    >>> repeat_with(Options(("a b.jsonl",), Path("out"), overrides=("base.too_short.min=3",)))
    "corpuskit clean 'a b.jsonl' --out out --shard-size 268435456 --set base.too_short.min=3"
    """
    if options.repeat is not None:
        return options.repeat
    read, standard = options.read, readers.ReadOptions()
    named = {
        "--recipe": options.recipe if options.recipe != "web" else None,
        "--languages": ",".join(options.languages) or None,
        "--language-model": options.language_model,
        "--tokenizer": options.tokenizer,
        "--text-column": read.text_column,
        "--id-column": read.id_column,
        "--text-mode": read.text_mode if read.text_mode != standard.text_mode else None,
        "--on-bad-input": read.on_bad_input if read.on_bad_input != standard.on_bad_input else None,
        "--format": options.format if options.format != "parquet" else None,
        "--shard-size": None
        if options.shard_bytes == COMMAND_SHARD_BYTES
        else str(options.shard_bytes),
        "--unit": options.unit,
        "--rules": ",".join(options.rule_sets) or None,
        "--save-index": None if options.save_index is None else str(options.save_index),
        "--against": ",".join(options.against) or None,
        "--reference": options.reference,
    }
    words = ["corpuskit", "clean", *options.inputs, "--out", str(options.out)]
    for name, value in named.items():
        words += [] if value is None else [name, value]
    words += [word for text in options.overrides for word in ("--set", text)]
    words += dedup_words(options.dedup)
    words += [] if options.duplicates else ["--no-dedup"]
    words += ["--per-host"] if options.per_host else []
    words += ["--coverage"] if options.coverage else []
    words += ["--keep-removed-lines"] if options.keep_removed_lines else []
    return shlex.join(words)


def dedup_words(settings: Mapping[str, Any]) -> list[str]:
    """Write settings of duplicates as the words of the command line.

    Examples
    --------
    >>> dedup_words({"similarity": 0.8, "near": False, "exact": True})
    ['--similarity', '0.8', '--exact-only']
    """
    words: list[str] = []
    for name, value in settings.items():
        if name == "near":
            words.append("--exact-only")
        elif name != "exact":
            words += [f"--{name}", str(value)]
    return words
