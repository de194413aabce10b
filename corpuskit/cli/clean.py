"""The main job on the command line: clean and dedup."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from corpuskit.cli.options import (
    Against,
    AsJson,
    Coverage,
    ExactOnly,
    Format,
    IdColumn,
    Inputs,
    KeepCopy,
    KeepRemovedLines,
    Memory,
    OnBadInput,
    OptionalInputs,
    OptionalOut,
    Out,
    Overwrite,
    PerHost,
    Quiet,
    Recall,
    RuleSets,
    SaveIndex,
    Settings,
    ShardSize,
    ShingleKind,
    Similarity,
    TextColumn,
    TextMode,
    Unit,
    Workers,
    available_cores,
    split_list,
)
from corpuskit.errors import ConfigError

CLEAN_EXAMPLES = """Examples:

  corpuskit clean shards/ --out cleaned

  corpuskit clean 'crawl/*.jsonl.zst' --out cleaned --languages zh,en --format jsonl.zst

  corpuskit clean data.csv --out cleaned --text-column body --json

  corpuskit clean shards/ --out cleaned --rules gopher_quality,./mine.yaml --no-dedup

  corpuskit clean shards/ --out cleaned --set gopher.too_few_words.min=30

  corpuskit clean shards/ --out cleaned --similarity 0.8 --recall 0.99 --keep newest:date

  corpuskit clean shards/ --out cleaned --recipe fineweb --keep-removed-lines

  corpuskit clean shards/ --out cleaned --pretrain"""

DEDUP_EXAMPLES = """Examples:

  corpuskit dedup shards/ --out unique

  corpuskit dedup a.parquet b.jsonl.gz --out unique --workers 4 --memory 4GB

  corpuskit dedup shards/ --out unique --similarity 0.85 --keep priority:source=books,web

  corpuskit dedup shards/ --out unique --shingle chars:13 --keep best:word_count

  corpuskit dedup shards/ --out unique --unit line --keep-removed-lines

  corpuskit dedup may/ --out may_unique --save-index may_index

  corpuskit dedup june/ --out june_unique --against may_index --save-index june_index

  corpuskit dedup --explain --similarity 0.8 --recall 0.99"""


def clean(
    inputs: Inputs,
    out: Out,
    recipe: Annotated[str, typer.Option(help="A shipped recipe, or a .yaml file.")] = "web",
    languages: Annotated[
        str, typer.Option(help="Keep only these, such as zh,en [default: the recipe's].")
    ] = "",
    language_model: Annotated[
        str | None, typer.Option(help="Another fastText language model, by path.")
    ] = None,
    rules: RuleSets = "",
    settings: Settings = None,
    unit: Unit = None,
    per_host: PerHost = False,
    no_dedup: Annotated[bool, typer.Option("--no-dedup", help="Keep duplicates.")] = False,
    similarity: Similarity = None,
    recall: Recall = None,
    shingle: ShingleKind = None,
    keep: KeepCopy = None,
    exact_only: ExactOnly = False,
    keep_removed_lines: KeepRemovedLines = False,
    save_index: SaveIndex = None,
    against: Against = "",
    coverage: Coverage = False,
    text_column: TextColumn = None,
    id_column: IdColumn = None,
    text_mode: TextMode = "file",
    format: Format = "parquet",
    shard_size: ShardSize = "256MB",
    workers: Workers = None,
    memory: Memory = None,
    on_bad_input: OnBadInput = "skip",
    overwrite: Overwrite = False,
    pretrain: Annotated[
        bool, typer.Option("--pretrain", help="Then judge the result: corpuskit pretrain OUT.")
    ] = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Filter, deduplicate and measure a corpus; write clean shards, a ledger and a report.

    The same command continues a run that was interrupted.
    """
    options = {
        "recipe": recipe,
        "languages": split_list(languages),
        "language_model": language_model,
        "rules": split_list(rules),
        "settings": tuple(settings or ()),
        "duplicates": not no_dedup,
        **chosen_copies(similarity, recall, shingle, keep, exact_only),
        "unit": unit,
        "per_host": per_host,
        "keep_removed_lines": keep_removed_lines,
        "save_index": save_index,
        "against": split_list(against),
        "coverage": coverage,
        "format": format,
        "shard_size": shard_size,
        "memory": memory,
    }
    reading = (text_column, id_column, text_mode, on_bad_input)
    hidden = quiet or (as_json and pretrain)
    execute(inputs, out, options, reading, workers, overwrite, as_json and not pretrain, hidden)
    if pretrain:
        judge(out, workers, as_json, quiet)


def judge(out: Path, workers: int | None, as_json: bool, quiet: bool) -> None:
    """Make the pretraining step with its defaults; with --json both answers are one object."""
    from corpuskit.api import open_run
    from corpuskit.cli.pretrain import show_verdict
    from corpuskit.lm.pretrain import pretrain

    verdict = pretrain(out, workers=workers or available_cores(), quiet=quiet or as_json)
    if as_json:
        both = {"summary": open_run(out).summary, "verdict": verdict}
        print(json.dumps(both, ensure_ascii=False, indent=2))
    else:
        show_verdict(verdict, out, as_json=False, quiet=quiet)


def dedup(
    inputs: OptionalInputs = None,
    out: OptionalOut = None,
    similarity: Similarity = None,
    recall: Recall = None,
    shingle: ShingleKind = None,
    keep: KeepCopy = None,
    exact_only: ExactOnly = False,
    settings: Settings = None,
    explain: Annotated[
        bool,
        typer.Option("--explain", help="Print the plan of the search, its recall and its cost."),
    ] = False,
    save_index: SaveIndex = None,
    against: Against = "",
    unit: Unit = None,
    per_host: PerHost = False,
    keep_removed_lines: KeepRemovedLines = False,
    coverage: Coverage = False,
    text_column: TextColumn = None,
    id_column: IdColumn = None,
    text_mode: TextMode = "file",
    format: Format = "parquet",
    shard_size: ShardSize = "256MB",
    workers: Workers = None,
    memory: Memory = None,
    on_bad_input: OnBadInput = "skip",
    overwrite: Overwrite = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Remove exact and near duplicates, and nothing else.

    With --unit line or paragraph, those that stand more than once go first. Nothing else is
    measured: languages, vocabulary, domains and a raw sample for `corpuskit pretrain` come with
    --coverage. With --explain nothing is read, and neither inputs nor --out are needed.
    """
    copies = chosen_copies(similarity, recall, shingle, keep, exact_only)
    if explain:
        show_plan(copies, tuple(settings or ()), as_json)
        return
    if not inputs or out is None:
        raise ConfigError("dedup: name inputs and --out DIR, or add --explain to see the plan")
    options = {
        "recipe": "dedup",
        **copies,
        "settings": tuple(settings or ()),
        "save_index": save_index,
        "against": split_list(against),
        "unit": unit,
        "per_host": per_host,
        "keep_removed_lines": keep_removed_lines,
        "coverage": coverage,
        "format": format,
        "shard_size": shard_size,
        "memory": memory,
    }
    reading = (text_column, id_column, text_mode, on_bad_input)
    execute(inputs, out, options, reading, workers, overwrite, as_json, quiet)


def chosen_copies(
    similarity: float | None,
    recall: float | None,
    shingle: str | None,
    keep: str | None,
    exact_only: bool,
) -> dict[str, Any]:
    """Name the options of duplicates as the Python functions do."""
    return {
        "similarity": similarity,
        "recall": recall,
        "shingle": shingle,
        "keep": keep,
        "exact_only": exact_only,
    }


def show_plan(copies: dict[str, Any], settings: tuple[str, ...], as_json: bool) -> None:
    """Print what a search with these options would do."""
    from corpuskit.api import dedup_settings
    from corpuskit.dedup.plan import explain, page

    wanted = dedup_settings(settings, **copies)
    print(json.dumps(explain(wanted), indent=2) if as_json else page(wanted))


def execute(
    inputs: list[str],
    out: Path,
    options: dict[str, Any],
    reading: tuple[str | None, str | None, str, str],
    workers: int | None,
    overwrite: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Run, then print what was asked for."""
    from corpuskit.api import clean as clean_corpus
    from corpuskit.terminal import table

    text_column, id_column, text_mode, on_bad_input = reading
    summary = clean_corpus(
        inputs,
        out,
        text_column=text_column,
        id_column=id_column,
        text_mode=text_mode,
        on_bad_input=on_bad_input,
        workers=workers or available_cores(),
        overwrite=overwrite,
        quiet=quiet or as_json,
        **options,
    ).summary
    if as_json:
        print(json.dumps(summary, ensure_ascii=False, indent=2))
    elif not quiet:
        print(table(summary, out))


COMMANDS = ((clean, CLEAN_EXAMPLES), (dedup, DEDUP_EXAMPLES))
