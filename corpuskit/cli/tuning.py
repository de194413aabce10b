"""A finished run on the command line: decide it again, move a bound, read documents, compare."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from corpuskit.cli.options import (
    Overwrite,
    Quiet,
    RuleSets,
    RunFolder,
    Settings,
    Workers,
    available_cores,
    split_list,
)
from corpuskit.errors import ConfigError

DECIDE_EXAMPLES = """Examples:

  corpuskit decide cleaned --set gopher.too_few_words.min=30

  corpuskit decide cleaned --recipe mine.yaml --write --out cleaned2"""

SWEEP_EXAMPLES = """Examples:

  corpuskit sweep cleaned --rule gopher.too_few_words --min 20,30,50,70

  corpuskit sweep cleaned --rule base.too_many_digits --curve --by language --plot digits.svg"""

EXPLAIN_EXAMPLES = """Example:

  corpuskit explain cleaned doc-17 doc-18"""

SAMPLE_EXAMPLES = """Examples:

  corpuskit sample cleaned --rule gopher.too_few_words -n 20

  corpuskit sample cleaned --rule gopher.too_few_words --near-miss"""

DIFF_EXAMPLES = """Example:

  corpuskit diff cleaned cleaned2 --samples 5"""

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, and nothing else.")]
Seed = Annotated[int, typer.Option(help="Another seed draws other documents.")]
Chars = Annotated[int, typer.Option(min=1, help="Characters of each text that are shown.")]
RuleName = Annotated[str, typer.Option("--rule", help="Id of a rule.", show_default=False)]
Thresholds = Annotated[str | None, typer.Option(help="Thresholds, such as 20,30,50.")]


def decide(
    run: RunFolder,
    recipe: Annotated[
        str | None, typer.Option(help="A shipped recipe, or a .yaml file [default: the run's].")
    ] = None,
    settings: Settings = None,
    rules: RuleSets = "",
    languages: Annotated[
        str, typer.Option(help="Keep only these, such as zh,en [default: the recipe's].")
    ] = "",
    no_dedup: Annotated[bool, typer.Option("--no-dedup", help="Keep duplicates.")] = False,
    write: Annotated[
        bool, typer.Option("--write", help="Write the new shards to --out; reads the inputs again.")
    ] = False,
    out: Annotated[Path | None, typer.Option("--out", help="New folder, with --write.")] = None,
    inputs: Annotated[
        list[str] | None,
        typer.Option("--input", help="Where the inputs are now [default: where they were]."),
    ] = None,
    workers: Workers = None,
    overwrite: Overwrite = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Decide a finished run again with other rules, from its scores; print what changes.

    Reads no text, unless --write asks for the new shards.
    """
    from corpuskit.tuning.again import Changes, changed_recipe
    from corpuskit.tuning.compare import compare
    from corpuskit.tuning.finished import open_finished
    from corpuskit.tuning.show import difference_page

    if write != (out is not None):
        raise ConfigError("decide: --write and --out NEW go together; give both or neither")
    finished = open_finished(run)
    changes = Changes(
        recipe=recipe,
        rule_sets=split_list(rules),
        overrides=tuple(settings or ()),
        languages=split_list(languages),
        duplicates=not no_dedup,
    )
    wanted = changed_recipe(finished, changes, redo=write)
    found = compare(finished, wanted)
    if out is None:
        _print(found.plain(), "" if quiet else difference_page(finished, found), as_json)
        return
    if not quiet and not as_json:
        print(difference_page(finished, found) + "\n")
    _write(finished, wanted, changes, out, inputs or [], workers, overwrite, as_json, quiet)


def _write(
    finished: Any,
    wanted: Any,
    changes: Any,
    out: Path,
    inputs: list[str],
    workers: int | None,
    overwrite: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    from corpuskit.progress import Progress
    from corpuskit.terminal import table
    from corpuskit.tuning.write import write_again

    summary = write_again(
        finished,
        wanted,
        out,
        inputs,
        workers or available_cores(),
        overwrite,
        Progress(quiet or as_json),
        changes,
    )
    _print(summary, "" if quiet else table(summary, out), as_json)


def sweep(
    run: RunFolder,
    rule: RuleName,
    min: Thresholds = None,
    above: Thresholds = None,
    max: Thresholds = None,
    below: Thresholds = None,
    curve: Annotated[
        bool, typer.Option("--curve", help="Thresholds at quantiles of the feature.")
    ] = False,
    side: Annotated[
        str | None, typer.Option(help="The bound that --curve moves, if the rule has two.")
    ] = None,
    by: Annotated[str | None, typer.Option(help="Also apart, by language or script.")] = None,
    plot: Annotated[Path | None, typer.Option(help="Draw it too; a name in .svg or .png.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show what other thresholds of one rule would keep, alone and with all other rules."""
    from corpuskit.tuning.finished import open_finished
    from corpuskit.tuning.plot import save_plot
    from corpuskit.tuning.show import sweep_page
    from corpuskit.tuning.sweep import sweep as sweep_run

    chosen, thresholds = _thresholds(
        {"min": min, "above": above, "max": max, "below": below}, curve, side
    )
    found = sweep_run(open_finished(run), rule, chosen, thresholds, by)
    if plot is not None:
        save_plot(found, plot)
    _print(found.plain(), sweep_page(found), as_json)


def _thresholds(
    given: dict[str, str | None], curve: bool, side: str | None
) -> tuple[str | None, list[float] | None]:
    """Read which bound moves, and to where; no thresholds ask for a curve."""
    named = {name: text for name, text in given.items() if text is not None}
    if len(named) + curve != 1:
        raise ConfigError(
            "sweep: give one of --min, --above, --max, --below (with thresholds) or --curve"
        )
    if curve:
        return side, None
    if side is not None:
        raise ConfigError(f"--side {side}: is for --curve; leave it out")
    ((name, text),) = named.items()
    return name, [_number(name, part) for part in split_list(text)]


def _number(side: str, text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise ConfigError(f"--{side}: {text!r} is not a number; write 20,30,50") from error


def explain(
    run: RunFolder,
    ids: Annotated[list[str], typer.Argument(help="Your ids, or doc_ids.", show_default=False)],
    whole_text: Annotated[
        bool, typer.Option("--whole-text", help="Show the text, and lines taken out, to the end.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show why documents were kept or dropped: every bound, near misses, duplicates."""
    from corpuskit.tuning.explain import explain as explain_documents
    from corpuskit.tuning.finished import open_finished
    from corpuskit.tuning.show_documents import explanation_page

    found = explain_documents(open_finished(run), ids)
    pages = (explanation_page(one, whole_text) for one in found)
    _print([one.plain() for one in found], f"\n\n{'─' * 80}\n\n".join(pages), as_json)


def sample(
    run: RunFolder,
    rule: RuleName,
    count: Annotated[int, typer.Option("-n", "--count", help="Documents to show.")] = 20,
    near_miss: Annotated[
        bool, typer.Option("--near-miss", help="Those closest to the bound, on both sides.")
    ] = False,
    seed: Seed = 0,
    chars: Chars = 400,
    as_json: AsJson = False,
) -> None:
    """Show documents that fail a rule, to be read; the same ones every time."""
    from corpuskit.tuning.finished import open_finished
    from corpuskit.tuning.sample import sample as sample_run
    from corpuskit.tuning.show_documents import sample_page

    found = sample_run(open_finished(run), rule, count, seed, near_miss)
    _print(found.plain(), sample_page(found, chars), as_json)


def diff(
    first: Annotated[Path, typer.Argument(metavar="RUN_A", show_default=False)],
    second: Annotated[Path, typer.Argument(metavar="RUN_B", show_default=False)],
    samples: Annotated[int, typer.Option(help="Documents of each kind to show.")] = 3,
    language: Annotated[str | None, typer.Option(help="Only documents of this language.")] = None,
    seed: Seed = 0,
    chars: Chars = 200,
    as_json: AsJson = False,
) -> None:
    """Show what changed between two runs, by rule and by language, with samples."""
    from corpuskit.tuning.diff import diff as compare_runs
    from corpuskit.tuning.finished import open_finished
    from corpuskit.tuning.show_documents import run_difference_page

    found = compare_runs(open_finished(first), open_finished(second), samples, seed, language)
    page = run_difference_page(found, (str(first), str(second)), chars)
    _print(found.plain(), page, as_json)


def _print(data: object, page: str, as_json: bool) -> None:
    if as_json:
        print(json.dumps(data, ensure_ascii=False, indent=2))
    elif page:
        print(page)


COMMANDS = (
    (decide, DECIDE_EXAMPLES),
    (sweep, SWEEP_EXAMPLES),
    (explain, EXPLAIN_EXAMPLES),
    (sample, SAMPLE_EXAMPLES),
    (diff, DIFF_EXAMPLES),
)
