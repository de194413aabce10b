"""One split: read → clean → measure → scores and a receipt; later read again → kept and dropped.

Each function takes a split and the job and leaves nothing behind but files that are named after
the split. Before pass 1, where a recipe has `repeats`, lines are hashed (`mark_split`). Pass 1
(`score_split`) measures; the verification pass (`shingle_split`) fetches the shingles of the few
documents that may be duplicates; pass 2 (`sort_split`) parts kept from dropped. None of them knows
of another split.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from corpuskit import coverage, readers
from corpuskit.cleaners import clean, clean_noting, split_cleaners
from corpuskit.coverage.hosts import ADDRESS_COLUMNS, host_column
from corpuskit.dedup import fingerprint, shingle_sets
from corpuskit.dedup.columns import among, duplicates_of, with_duplicates
from corpuskit.dedup.evidence import shown
from corpuskit.dedup.index import index_marks
from corpuskit.dedup.priority import Order, input_order, missing_column
from corpuskit.dedup.store import ShingleStore
from corpuskit.duplicate_settings import FROM_INPUT, Keep, parse_keep
from corpuskit.errors import DataError, RunError
from corpuskit.features import FeatureGroup, Measured
from corpuskit.features.groups import dtypes, measure
from corpuskit.layout import Layout
from corpuskit.ledger import align, user_frame
from corpuskit.manifest import Receipts, peak_memory
from corpuskit.recipe import Recipe
from corpuskit.repeat_settings import RepeatSettings
from corpuskit.repeats import HostMarks, Removal, Taken, mark_hosts, mark_units
from corpuskit.report_documents import described
from corpuskit.rules import count_failures, decide, reasons
from corpuskit.rules.own_columns import own_columns, take
from corpuskit.sampling import raw_sample, text_sample
from corpuskit.schema import (
    BANDS,
    DOC_ID,
    KEEP,
    KEEP_ORDER,
    REASONS,
    REMOVED_LINES,
    REPRESENTATIVE,
    TEXT_HASH,
    USER_ID,
    check_scores,
)
from corpuskit.splits import Split
from corpuskit.writers import write_parquet

_MIX_1, _MIX_2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)


@dataclass(frozen=True)
class Job:
    """What every split of a run shares; nothing in it changes while the run lasts."""

    layout: Layout
    recipe: Recipe
    groups: tuple[FeatureGroup, ...]
    read: readers.ReadOptions
    plan: str
    keep_removed_lines: bool = False
    removal: Removal | None = None
    tokenizer: coverage.Tokenizer | None = None

    @property
    def equal_texts(self) -> bool:
        """Documents of one text keep the same lines, as all but one are dropped as duplicates."""
        return self.recipe.drops_equal_texts


@dataclass(frozen=True)
class Sorted:
    """One split after pass 2, ready to be appended to the shards in order.

    removed_lines : what line cleaners took out (schema.REMOVED_LINES), or None where nobody asked.
    coverage : counts of what is kept. text_sample : cleaned texts that were drawn for coverage.
    documents_shown : what the report says of documents of this split, by doc_id.
    shown : texts of members of clusters that the report shows, by doc_id.
    """

    split: str
    documents: int
    read_bytes: int
    kept: pl.DataFrame
    dropped: pl.DataFrame
    raw_sample: pl.DataFrame | None
    removed_lines: pl.DataFrame | None
    counts: dict[str, dict[str, int]]
    documents_shown: dict[str, dict[str, Any]]
    shown: dict[str, dict[str, Any]]
    coverage: coverage.Counts | None
    text_sample: pl.DataFrame | None


def doc_ids(base: int, position: pl.Series) -> pl.Series:
    """Make document ids: a bijective mix (splitmix64's finaliser) of base + position, modulo 2^64.

    Two documents of one source never share an id; the sources' intervals are disjoint.
    """
    mixed = position.to_numpy().astype(np.uint64) + np.uint64(base)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * _MIX_1
    mixed = (mixed ^ (mixed >> np.uint64(27))) * _MIX_2
    return pl.Series(DOC_ID, mixed ^ (mixed >> np.uint64(31)))


def mark_split(split: Split, job: Job, folder: Path, search: str) -> dict[str, Any]:
    """Before pass 1: hash the lines of one split for a search, return its receipt.

    Parameters
    ----------
    search : ``hosts`` or ``units``, which see what the search for hosts has left.

    Raises
    ------
    DataError
        If lines are looked for by host and there is no column of addresses.
    """
    settings = job.recipe.repeats
    assert settings is not None, "only a recipe with repeats asks for marks"
    batch = readers.read(split, job.read)
    ids = doc_ids(split.source.base, batch.position)
    page = page_of(batch, ids, job)
    if search == "units":
        rows = [mark_units(units_path(folder, split.name), page.text, ids, settings,
                           job.equal_texts)]  # fmt: skip
    else:
        hosts = host_column(batch.columns)
        if hosts is None:
            raise DataError(
                f"{split.source.key}: no column of addresses for lines by host "
                f"({', '.join(ADDRESS_COLUMNS)}); add one, or leave per_host out"
            )
        rows = [*mark_hosts(HostMarks.of(folder, split.name), page.text, ids, hosts)]
    receipt = {"split": split.name, "rows": rows, "read_bytes": split.bytes}
    Receipts(folder, job.plan).write(split.name, receipt)
    return receipt


def units_path(folder: Path, split_name: str) -> Path:
    """Path of one split's lines or paragraphs."""
    return folder / f"{split_name}.units.npy"


def page_of(batch: readers.Batch, ids: pl.Series, job: Job) -> Taken:
    """Clean the characters of texts, and take out lines that stand elsewhere: the page."""
    return taken_out(batch.text, ids, host_column(batch.columns), job)


def taken_out(text: pl.Series, ids: pl.Series, hosts: pl.Series | None, job: Job) -> Taken:
    """Do what `page_of` does to some of the texts of a batch."""
    text = clean(text, split_cleaners(job.recipe.cleaners)[0])
    removal = job.removal or Removal(RepeatSettings(), equal_texts=False)  # takes nothing out
    return removal.take_out(text, ids, hosts)


def score_split(split: Split, job: Job, known: pl.DataFrame | None = None) -> dict[str, Any]:
    """Pass 1: measure one split, write scores and counts; `known` are scores of an earlier run."""
    begun = time.perf_counter()
    batch = readers.read(split, job.read)
    ids = doc_ids(split.source.base, batch.position)
    page = page_of(batch, ids, job)
    measured = Measured(page.text, split_cleaners(job.recipe.cleaners)[1])
    measured.repeats = page.counts
    scores = score_texts(measured, job).insert_column(0, ids)
    scores.insert_column(1, shown_ids(batch, split))
    scores = scores.hstack(own_scores(batch, split, job))
    order = keep_order(batch, split, job)
    scores = scores if order is None else scores.with_columns(order.values.alias(KEEP_ORDER))
    check_scores(scores, scored(job), len(batch.text))
    rows, size, digest = write_parquet(job.layout.score_part(split.name), scores)
    if (named := coverage.host_column(batch.columns)) is not None:
        write_parquet(job.layout.hosts(split.name), named.to_frame())
    if job.recipe.coverage:
        told = scores if known is None or known.height != scores.height else known
        texts = coverage.Texts(measured.left, batch.columns, told, split.source.key)
        coverage.save(job.layout.counts(split.name), coverage.count(texts))
    receipt = {
        "split": split.name,
        "source": split.source.key,
        "documents": len(batch.text),
        "skipped": batch.skipped,
        "bad": [vars(record) for record in batch.bad],
        "id_name": batch.id_name,
        "missing_user_ids": int(batch.user_id.null_count()) if batch.id_name else 0,
        "text_bytes": int(batch.text.str.len_bytes().sum()),
        "read_bytes": split.bytes,
        "keep_kinds": list(order.kinds) if order else [],
        "schema": readers.schema_to_json(batch.columns.schema),
        "text_name": batch.text_name,
        "text_index": batch.text_index,
        "scores": {"documents": rows, "bytes": size, "sha256": digest},
        "seconds": time.perf_counter() - begun,
        "peak_memory_bytes": peak_memory(),
    }
    Receipts(job.layout.work / "score", job.plan).write(split.name, receipt)
    return receipt


def score_texts(measured: Measured, job: Job) -> pl.DataFrame:
    """Measure the features and, where duplicates are wanted, the hash and the bands."""
    scores = measure(measured, job.groups)
    if job.recipe.duplicates is not None:
        marks = fingerprint(measured.left, job.recipe.duplicates)
        scores = scores.with_columns(marks[TEXT_HASH].alias(TEXT_HASH), marks[BANDS].alias(BANDS))
    return scores


def scored(job: Job) -> dict[str, pl.DataType]:
    """Declare the columns of scores/."""
    columns: dict[str, pl.DataType] = {DOC_ID: pl.UInt64(), USER_ID: pl.String()}
    for group in job.groups:
        columns |= dtypes(group.features)
    if job.recipe.duplicates is not None:
        columns[TEXT_HASH] = pl.Binary()
        columns[BANDS] = pl.Array(pl.UInt64, job.recipe.duplicates.bands)
    own = own_columns(job.recipe.rules)
    own_dtypes = {name: column.dtype for name, column in own.items()}
    order = {KEEP_ORDER: pl.Int64()} if keep_from_input(job.recipe) else {}
    return {**columns, **own_dtypes, **order}


def read_scores(job: Job, split_name: str) -> pl.DataFrame:
    """Read the scores of a split, without the marks, which rules do not look at."""
    scores = pl.scan_parquet(job.layout.score_part(split_name))
    return scores.drop(TEXT_HASH, BANDS, strict=False).collect()


def keep_from_input(recipe: Recipe) -> Keep | None:
    """Return which copy stays, where a column of the input says so."""
    keep = parse_keep(recipe.duplicates.keep) if recipe.duplicates else None
    return keep if keep and keep.kind in FROM_INPUT else None


def own_scores(batch: readers.Batch, split: Split, job: Job) -> list[pl.Series]:
    """Take the columns of the input that rules use; a missing value is refused with its row."""
    rows = places(batch, split)
    return take(batch.columns, own_columns(job.recipe.rules), rows, split.source.key)


def keep_order(batch: readers.Batch, split: Split, job: Job) -> Order | None:
    """Order documents by the column of the input that says which copy stays, if one does."""
    keep, source = keep_from_input(job.recipe), split.source
    if keep is None:
        return None
    whole = split.start == 0 and split.stop == source.bytes and not source.compression
    known = source.format != "jsonl" or whole  # later lines may have what these leave out
    if keep.column not in batch.columns.columns and known and len(batch.text):
        raise missing_column(keep, source.key, batch.columns.columns)
    return input_order(batch.columns, keep, places(batch, split), source.key)


def places(batch: readers.Batch, split: Split) -> pl.Series:
    """Say where each document of a split stands, for messages."""
    unit = "row" if split.source.format in ("parquet", "dataset") else "byte"
    place = pl.format("{}:{} {}", pl.lit(split.source.key), pl.lit(unit), pl.col("position"))
    return batch.position.alias("position").to_frame().select(place).to_series()


def shown_ids(batch: readers.Batch, split: Split) -> pl.Series:
    """Name each document for people: the user's id, or source#position where there is none."""
    place = pl.format("{}#{}", pl.lit(split.source.key), pl.col("position"))
    frame = pl.DataFrame({"position": batch.position, "id": batch.user_id})
    return frame.select(pl.coalesce(pl.col("id").cast(pl.String), place).alias(USER_ID)).to_series()


def shingle_split(split: Split, job: Job, wanted: pl.Series, store: ShingleStore) -> int:
    """Verification pass: put the shingle sets of a split's wanted documents in the store.

    Returns the split's bytes, for progress.
    """
    settings = job.recipe.duplicates
    assert settings is not None, "only a search for duplicates asks for shingles"
    known = pl.read_parquet(job.layout.score_part(split.name), columns=[DOC_ID])[DOC_ID]
    mask = pl.Series(among(wanted, known))
    if not mask.any():
        return split.bytes
    batch = readers.read(split, job.read)
    check_same(known, doc_ids(split.source.base, batch.position), split)
    texts = left_of(batch, known, mask, job)
    store.append(known.filter(mask), *shingle_sets(Measured(texts), settings))
    return split.bytes


def index_split(split: Split, job: Job, duplicates: pl.DataFrame) -> tuple[pl.DataFrame, int]:
    """Index pass: make the rows of an index of a split's kept documents; give its bytes too."""
    settings = job.recipe.duplicates
    assert settings is not None, "only a search for duplicates can be saved"
    scores = pl.read_parquet(job.layout.score_part(split.name))
    own = duplicates_of(duplicates, scores[DOC_ID])
    keep = decide(with_duplicates(scores, own), job.recipe.all_rules())[KEEP]
    batch = readers.read(split, job.read)
    check_same(scores[DOC_ID], doc_ids(split.source.base, batch.position), split)
    texts = left_of(batch, scores[DOC_ID], keep, job)
    return index_marks(Measured(texts), settings, scores.filter(keep)), split.bytes


def left_of(batch: readers.Batch, ids: pl.Series, wanted: pl.Series, job: Job) -> pl.Series:
    """Clean the wanted texts of a batch as pass 1 did, lines that stand elsewhere taken out."""
    hosts = host_column(batch.columns.filter(wanted))
    page = taken_out(batch.text.filter(wanted), ids.filter(wanted), hosts, job)
    return clean(page.text, split_cleaners(job.recipe.cleaners)[1])


def check_same(known: pl.Series, found: pl.Series, split: Split) -> None:
    """Refuse to go on when a source changed between two passes."""
    if not known.equals(found):
        raise RunError(
            f"{split.source.key}: changed while the run was reading it; run again with --overwrite"
        )


@dataclass(frozen=True)
class SortPlan:
    """What pass 2 needs to know of the whole corpus.

    duplicates : the members of clusters that are to be dropped, by doc_id (doc_id,
        CORPUS_COLUMNS and `representative`, the user's id of the representative).
    documents_shown : UInt64, ascending, the documents that the report shows.
    shown : UInt64, the documents whose texts the report shows among the clusters.
    schema : the unified schema of the user's columns, over all splits.
    text_name, text_index : name and place of the text column in the output.
    sample_share, text_share : of all documents, for the raw sample and for that of cleaned texts;
        there are none without coverage.
    """

    duplicates: pl.DataFrame
    documents_shown: pl.Series
    shown: pl.Series
    schema: dict[str, pl.DataType]
    text_name: str
    text_index: int
    sample_share: float
    text_share: float


def sort_split(split: Split, job: Job, plan: SortPlan) -> Sorted:
    """Pass 2: read a split again and part what is kept from what is dropped."""
    batch = readers.read(split, job.read, plan.schema)
    scores = read_scores(job, split.name)
    check_same(scores[DOC_ID], doc_ids(split.source.base, batch.position), split)
    text, removed = cleaned(batch, scores, job)
    rules = job.recipe.all_rules()
    duplicates = duplicates_of(plan.duplicates, scores[DOC_ID])
    decided = decide(with_duplicates(scores, duplicates), rules)
    documents = user_frame(batch.columns, text, plan.text_name, plan.text_index).with_columns(
        scores[DOC_ID]
    )
    keep, measures = decided[KEEP], job.recipe.coverage
    ledger = decided.filter(~keep)
    dropped = documents.filter(~keep).with_columns(
        align(ledger[DOC_ID], reasons(ledger, rules))[REASONS], ledger[REPRESENTATIVE]
    )
    return Sorted(
        split=split.name,
        documents=documents.height,
        read_bytes=split.bytes,
        kept=documents.filter(keep),
        dropped=dropped,
        raw_sample=raw_sample(batch, scores, plan.sample_share) if measures else None,
        removed_lines=removed,
        counts=count_failures(decided, rules),
        documents_shown=described(
            decided, text, batch.columns, split.source.key, rules, plan.documents_shown
        ),
        shown=shown(scores[DOC_ID], text, plan.shown),
        coverage=covered(batch, scores, text, keep, split, job) if measures else None,
        text_sample=text_sample(scores, text, keep, plan.text_share) if measures else None,
    )


def covered(
    batch: readers.Batch, scores: pl.DataFrame, text: pl.Series, keep: pl.Series, split: Split,
    job: Job,
) -> coverage.Counts:  # fmt: skip
    """Count the documents that are kept."""
    texts = coverage.Texts(Measured(text), batch.columns, scores, split.source.key)
    return coverage.count_kept(texts, keep, coverage.load(job.layout.counts(split.name)))


def cleaned(
    batch: readers.Batch, scores: pl.DataFrame, job: Job
) -> tuple[pl.Series, pl.DataFrame | None]:
    """Clean texts; give the lines that went as well, where they are asked for."""
    page, lines = page_of(batch, scores[DOC_ID], job), split_cleaners(job.recipe.cleaners)[1]
    if not job.keep_removed_lines:
        return clean(page.text, lines), None
    text, noted = clean_noting(page.text, lines)
    noted = pl.concat([page.removed, noted]).sort("row", maintain_order=True)
    named = [scores[name].gather(noted["row"]) for name in (DOC_ID, USER_ID)]
    return text, noted.drop("row").with_columns(named).select(list(REMOVED_LINES))
