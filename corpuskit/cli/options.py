"""Options that several commands share, and how their text is taken apart."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

_INPUTS = typer.Argument(
    help="Files, folders or globs of .parquet, .jsonl, .csv, .txt (plain, .gz or .zst), "
    "or a Hugging Face dataset.",
    show_default=False,
)
Inputs = Annotated[list[str], _INPUTS]
OptionalInputs = Annotated[list[str] | None, _INPUTS]
OptionalOut = Annotated[
    Path | None, typer.Option("--out", help="Folder of the result.", show_default=False)
]
RunFolder = Annotated[Path, typer.Argument(help="Folder of a run.", show_default=False)]
Out = Annotated[Path, typer.Option("--out", help="Folder of the result.", show_default=False)]
TextColumn = Annotated[str | None, typer.Option(help="Column of the text [default: detected].")]
IdColumn = Annotated[str | None, typer.Option(help="Column of your ids [default: detected].")]
TextMode = Annotated[
    str, typer.Option(help="What a document is in .txt: the whole 'file' or each 'line'.")
]
Format = Annotated[str, typer.Option(help="kept/ as parquet, jsonl, jsonl.gz or jsonl.zst.")]
ShardSize = Annotated[str, typer.Option(help="Largest text volume of one shard.")]
Workers = Annotated[
    int | None, typer.Option(min=1, help="Threads [default: all cores].", show_default=False)
]
Memory = Annotated[
    str | None,
    typer.Option(
        help="Memory of the search for duplicates, such as 4GB [default: half of the machine's].",
        show_default=False,
    ),
]
RuleSets = Annotated[
    str,
    typer.Option(
        "--rules",
        help="Rule sets (names, .yaml files), A,B, instead of the recipe's rules and languages.",
    ),
]
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", help="One bound, RULE.SIDE=VALUE; may be given more than once."),
]
Similarity = Annotated[
    float | None,
    typer.Option(help="Least Jaccard similarity of a near duplicate [default: the recipe's]."),
]
Recall = Annotated[
    float | None,
    typer.Option(help="Share of such pairs to find at least [default: the recipe's]."),
]
ShingleKind = Annotated[
    str | None,
    typer.Option(
        "--shingle",
        help="What texts are compared by: auto, words:N or chars:N [default: the recipe's].",
    ),
]
KeepCopy = Annotated[
    str | None,
    typer.Option(
        "--keep",
        help="Which copy stays: longest, shortest, first, best:FEATURE, newest:COLUMN or "
        "priority:COLUMN=A,B,C [default: the recipe's].",
    ),
]
ExactOnly = Annotated[bool, typer.Option("--exact-only", help="Look for exact duplicates alone.")]
SaveIndex = Annotated[
    Path | None,
    typer.Option("--save-index", help="Write an index of the kept documents here."),
]
Against = Annotated[
    str, typer.Option("--against", help="Also remove duplicates of the documents of indexes, A,B.")
]
KeepRemovedLines = Annotated[
    bool, typer.Option("--keep-removed-lines", help="Also write what line cleaners took out.")
]
Unit = Annotated[
    str | None,
    typer.Option(
        "--unit",
        help="'line' or 'paragraph': one that stands in several documents stays in the first "
        "(by doc_id); then documents are compared as ever. 'document': only that [default].",
        show_default=False,
    ),
]
PerHost = Annotated[
    bool,
    typer.Option(
        "--per-host",
        help="First take out lines on at least 7 and a fifth of the pages of a host (needs a url).",
    ),
]
OnBadInput = Annotated[str, typer.Option(help="'skip' and count broken records, or 'stop'.")]
Coverage = Annotated[
    bool,
    typer.Option("--coverage", help="Measure coverage, where the recipe does not."),
]
ReferenceTo = Annotated[
    str | None,
    typer.Option(
        "--reference",
        help="Another run, or a corpus: say how far the result is from it, and what is missing.",
        show_default=False,
    ),
]
TokenizerName = Annotated[
    str | None,
    typer.Option(
        "--tokenizer",
        help="Count tokens with this one: a tokenizer.json, its folder, or a name on the Hub "
        "[default: the recipe's, o200k_base].",
        show_default=False,
    ),
]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace an earlier run in --out.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print summary.json, and nothing else.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="No progress, no table.")]


def split_list(text: str) -> tuple[str, ...]:
    """Split a comma-separated option."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def available_cores() -> int:
    """Count the cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
