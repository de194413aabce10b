"""The Python face of corpuskit: clean a corpus, look at a run, or work on a frame in memory."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from corpuskit import readers, run
from corpuskit.cleaners import CLEANERS, split_cleaners
from corpuskit.cleaners import clean as clean_text
from corpuskit.dedup import LEAST_MEMORY_BYTES, deduplicate
from corpuskit.dedup.index.info import index_info
from corpuskit.dedup.index.minhashes import minhashes
from corpuskit.dedup.priority import keep_columns
from corpuskit.duplicate_settings import DuplicateSettings, parse_keep
from corpuskit.errors import ConfigError, RunError
from corpuskit.features import Measured
from corpuskit.features.groups import columns_by_group, groups, known_columns, measure
from corpuskit.features.language import load_model
from corpuskit.layout import SUFFIXES, Layout
from corpuskit.progress import Progress
from corpuskit.recipe import load_recipe, with_overrides
from corpuskit.report.folder import check_finished
from corpuskit.report.glance import glance, line
from corpuskit.report.of_run import Report
from corpuskit.resolve import measuring_keep, with_dedup
from corpuskit.rules import Rule, load_rule_set
from corpuskit.rules import decide as decide_rules
from corpuskit.rules.quantiles import resolve
from corpuskit.schema import CORPUS_COLUMNS

_UNITS = {"": 1, "b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9,
          "kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30}  # fmt: skip
MIN_SHARD_BYTES = 1 << 16

__all__ = [
    "Report",
    "Run",
    "clean",
    "decide",
    "dedup",
    "index_info",
    "minhashes",
    "open_run",
    "read_options",
    "score",
]


@dataclass(frozen=True, repr=False)
class Run:
    """A finished run in a folder; in a notebook it shows itself at a glance.

    Examples
    --------
    >>> run = clean("shards/", out="cleaned")          # doctest: +SKIP
    >>> run.summary["documents"]                       # doctest: +SKIP
    {'in': 1069, 'kept': 612, 'dropped': 455, 'skipped': 2}
    >>> run.dropped().select("reasons").head().collect()  # doctest: +SKIP
    """

    path: Path

    @property
    def summary(self) -> dict[str, Any]:
        """Every number of the report, as summary.json has it."""
        return dict(json.loads(Layout(self.path).summary.read_text("utf-8")))

    @property
    def report(self) -> Report:
        """The report, in every form; as a path it is that of report.html."""
        return Report(self.path)

    def report_markdown(self, lang: str = "en", license: str | None = None) -> str:
        """Return the report as a dataset card; see `Report.markdown`."""
        return self.report.markdown(lang, license)

    def kept(self) -> pl.LazyFrame:
        """Cleaned documents: the user's columns, the cleaned text, and doc_id."""
        return self._scan(Layout(self.path).kept)

    def dropped(self) -> pl.LazyFrame:
        """Dropped documents with `reasons` and, for duplicates, `representative`."""
        return self._scan(Layout(self.path).dropped)

    def scores(self) -> pl.LazyFrame:
        """Every document's features, with doc_id and the user's id."""
        return self._scan(Layout(self.path).scores)

    def removed_lines(self) -> pl.LazyFrame:
        """Lines that line cleaners took out, if the run was asked to keep them."""
        folder = Layout(self.path).removed_lines
        if not folder.exists():
            raise RunError(f"{folder}: not there; run clean with --keep-removed-lines")
        return self._scan(folder)

    def duplicates(self) -> pl.LazyFrame:
        """Members of clusters of duplicates, representatives included."""
        return pl.scan_parquet(Layout(self.path).duplicates)

    def __repr__(self) -> str:
        return f"<Run {self.path}: {line(self.path)}>"

    def _repr_html_(self) -> str:
        return glance(self.path)

    def _scan(self, folder: Path) -> pl.LazyFrame:
        paths = sorted(folder.glob("part-*"))
        if not paths:
            raise RunError(f"{folder}: no shards; run the command again to complete the run")
        if paths[0].suffix == ".parquet":
            return pl.scan_parquet(paths)
        return pl.scan_ndjson(paths, infer_schema_length=None)


def open_run(path: str | Path) -> Run:
    """Open the folder of a finished run.

    Raises
    ------
    RunError
        If the folder is no finished run; of a half-finished one it says what is done.
    """
    layout = Layout(Path(path))
    if layout.plan.exists():
        check_finished(layout)
    if not layout.manifest.exists():
        raise RunError(f"{path}: no finished run of corpuskit (no manifest.json); run clean first")
    return Run(layout.root)


def clean(
    inputs: str | Path | Sequence[str | Path],
    out: str | Path,
    *,
    recipe: str = "web",
    languages: Sequence[str] = (),
    language_model: str | None = None,
    duplicates: bool = True,
    rules: Sequence[str] = (),
    settings: Sequence[str] = (),
    similarity: float | None = None,
    recall: float | None = None,
    shingle: str | None = None,
    keep: str | None = None,
    exact_only: bool = False,
    unit: str | None = None,
    per_host: bool = False,
    keep_removed_lines: bool = False,
    save_index: str | Path | None = None,
    against: str | Path | Sequence[str | Path] = (),
    coverage: bool = False,
    text_column: str | None = None,
    id_column: str | None = None,
    text_mode: str = "file",
    on_bad_input: str = "skip",
    format: str = "parquet",
    shard_size: int | str = "256MB",
    workers: int = 1,
    memory: int | str | None = None,
    overwrite: bool = False,
    quiet: bool = True,
) -> Run:
    """Filter, deduplicate and measure a corpus; the Python form of ``corpuskit clean``.

    Parameters
    ----------
    inputs : files, folders, globs, or a Hugging Face dataset.
    out : folder of the result; see docs for what is in it.
    recipe : a shipped recipe by name, or the path of a .yaml file.
    languages : codes to keep, such as ``["zh", "en"]``; empty keeps what the recipe keeps.
    rules : rule sets (names, or .yaml files) instead of those of the recipe.
    settings : single bounds, such as ``["gopher.too_few_words.min=30"]``.
    similarity, recall, shingle, keep : what counts as a duplicate and which of several stays,
        instead of what the recipe says; see `corpuskit.duplicate_settings`.
    exact_only : look for exact duplicates alone.
    unit : ``"line"`` or ``"paragraph"`` to keep each once in the corpus, before documents are
        compared; None leaves it to the recipe, ``"document"`` to none.
    per_host : take out lines that stand on many pages of one host.
    keep_removed_lines : also write the lines that line cleaners took out.
    save_index : folder to write an index of the kept documents to; see docs/index-format.md.
    against : folders of indexes; a document that is a duplicate of one of theirs is removed.
    coverage : measure coverage even where the recipe, as ``dedup`` does, leaves it out.
    shard_size : largest text volume of a shard, in bytes or as ``"256MB"``.
    workers : threads; the output does not depend on it.
    memory : what the search for duplicates may take, in bytes or as ``"4GB"``; by default half
        of the machine's. The output does not depend on it.

    Raises
    ------
    ConfigError, DataError, RunError
        With one sentence that says where, what, and what to do.
    """
    paths = [inputs] if isinstance(inputs, str | Path) else list(inputs)
    indexes = [against] if isinstance(against, str | Path) else list(against)
    options = run.Options(
        inputs=tuple(str(path) for path in paths),
        out=Path(out),
        recipe=recipe,
        languages=tuple(languages),
        language_model=language_model,
        duplicates=duplicates,
        rule_sets=tuple(rules),
        overrides=tuple(settings),
        unit=unit,
        per_host=per_host,
        keep_removed_lines=keep_removed_lines,
        coverage=coverage,
        dedup=dedup_changes(similarity, recall, shingle, keep, exact_only),
        save_index=None if save_index is None else Path(save_index),
        against=tuple(str(path) for path in indexes),
        read=read_options(text_column, id_column, text_mode, on_bad_input),
        format=_choice("format", format, tuple(SUFFIXES)),
        shard_bytes=_bytes("--shard-size", shard_size, MIN_SHARD_BYTES, "64 KiB"),
        workers=workers,
        memory_bytes=None
        if memory is None
        else _bytes("--memory", memory, LEAST_MEMORY_BYTES, "256 MB"),
        overwrite=overwrite,
    )
    run.execute(options, Progress(quiet))
    return Run(options.out)


def dedup_changes(
    similarity: float | None = None,
    recall: float | None = None,
    shingle: str | None = None,
    keep: str | None = None,
    exact_only: bool = False,
) -> dict[str, Any]:
    """Collect the settings of duplicates that were given, by their names in a recipe."""
    given: dict[str, Any] = {
        "similarity": similarity, "recall": recall, "shingle": shingle, "keep": keep,
        "near": False if exact_only else None, "exact": True if exact_only else None,
    }  # fmt: skip
    return {name: value for name, value in given.items() if value is not None}


def dedup_settings(settings: Sequence[str] = (), **changes: Any) -> DuplicateSettings:
    """Return what ``corpuskit dedup`` looks for, without looking: bands, rows and the rest.

    Parameters
    ----------
    settings : single bounds, as in `clean`.
    changes : as `dedup_changes` takes them.
    """
    recipe = load_recipe("dedup", columns_by_group(), tuple(CLEANERS))
    recipe = with_dedup(recipe, dedup_changes(**changes))
    found = measuring_keep(with_overrides(recipe, settings, known_columns())).duplicates
    if found is None:
        raise ConfigError("recipe dedup: has no duplicates section; mend it")
    return found


def read_options(
    text_column: str | None = None,
    id_column: str | None = None,
    text_mode: str = "file",
    on_bad_input: str = "skip",
) -> readers.ReadOptions:
    """Check how the input is to be read.

    Raises
    ------
    ConfigError
        For a text mode, or an answer to bad input, that there is not.
    """
    return readers.ReadOptions(
        text_column=text_column,
        id_column=id_column,
        text_mode=_choice("text mode", text_mode, ("file", "line")),
        on_bad_input=_choice("on-bad-input", on_bad_input, ("skip", "stop")),
    )


def score(frame: pl.DataFrame, *, text_column: str = "text", recipe: str = "web") -> pl.DataFrame:
    """Measure every feature of the texts of a frame: one row per row, one column per feature.

    Cleaners of the recipe are applied before measuring, as in `clean`.

    Examples
    --------
    >>> frame = pl.DataFrame({"text": ["One two three.", "两个句子。都很短。"]})
    >>> score(frame)["language"].to_list()
    ['en', 'zh']
    """
    loaded = load_recipe(recipe, columns_by_group(), tuple(CLEANERS))
    if loaded.repeats is not None:
        raise ConfigError(
            f"recipe {loaded.name!r}: its section repeats needs a pass over a corpus; use clean, "
            "or leave the section out"
        )
    characters, lines = split_cleaners(loaded.cleaners)
    measured = Measured(clean_text(frame[text_column].fill_null(""), characters), lines)
    return measure(measured, groups(load_model(loaded.language_model), loaded.features))


def decide(scores: pl.DataFrame, rules: str | Path | Sequence[Rule] = "web") -> pl.DataFrame:
    """Add ``fails.<rule>`` and `keep` to scores.

    Parameters
    ----------
    rules : a recipe's name, the path of a rule set (.yaml), or rules.
    """
    if isinstance(rules, str | Path) and str(rules).endswith((".yaml", ".yml")):
        rules = load_rule_set(Path(rules), known_columns())
    elif isinstance(rules, str | Path):
        rules = load_recipe(str(rules), columns_by_group(), tuple(CLEANERS)).all_rules()
    missing = {
        name: pl.lit(default).alias(name)
        for name, (_, default) in CORPUS_COLUMNS.items()
        if name not in scores.columns
    }
    rules = resolve(rules, scores.lazy())
    return decide_rules(scores.with_columns(list(missing.values())), rules)


def dedup(
    frame: pl.DataFrame,
    *,
    text_column: str = "text",
    similarity: float | None = None,
    recall: float | None = None,
    shingle: str | None = None,
    keep: str | None = None,
    exact_only: bool = False,
) -> pl.DataFrame:
    """Find the duplicates in a frame.

    Parameters
    ----------
    similarity, recall, shingle, keep, exact_only : as in `clean`; `best`, `newest` and `priority`
        name columns of the frame.

    Returns
    -------
    frame with the columns `representative` (row number of the kept document; its own where the
    document is kept), `jaccard` and `kind` (unique, representative, exact, near).

    Examples
    --------
    >>> dedup(pl.DataFrame({"text": ["a b c", "d e f", "a  b c"]}))["kind"].to_list()
    ['representative', 'unique', 'exact']
    """
    rows = pl.Series("doc_id", range(frame.height), dtype=pl.UInt64)
    recipe = load_recipe("dedup", columns_by_group(), tuple(CLEANERS))
    changes = dedup_changes(similarity, recall, shingle, keep, exact_only)
    wanted = with_dedup(recipe, changes).duplicates
    if wanted is None:
        raise ConfigError("recipe dedup: has no duplicates section; mend it")
    texts = frame[text_column].fill_null("")
    order = keep_columns(frame.drop(text_column), parse_keep(wanted.keep))
    found = deduplicate(texts, rows, wanted, columns=order).frame
    named = rows.to_frame().join(
        found.select("doc_id", "representative", "jaccard", "kind"),
        on="doc_id", how="left", maintain_order="left",
    )  # fmt: skip
    return frame.with_columns(
        named["representative"].fill_null(rows),
        named["jaccard"].fill_null(1.0),
        named["kind"].fill_null("unique"),
    )


def _choice(name: str, value: str, known: tuple[str, ...]) -> Any:
    if value not in known:
        raise ConfigError(f"--{name.replace(' ', '-')}: {value!r}; choose {', '.join(known)}")
    return value


def _bytes(option: str, size: int | str, least: int, shown: str) -> int:
    """Read a size such as 256MB; `shown` is how the least size is written."""
    text = str(size).strip().lower().replace(" ", "")
    digits = text.rstrip("bkmgi")
    unit = text[len(digits) :]
    try:
        count = int(float(digits) * _UNITS[unit])
    except (ValueError, KeyError, OverflowError) as error:
        raise ConfigError(f"{option}: {size!r} is not a size; write 256MB or 1GiB") from error
    if count < least:
        raise ConfigError(f"{option}: {size!r} is under {shown}; choose a larger one")
    return count
