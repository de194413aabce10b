"""What the pretraining step reads of a run: kept and raw documents, a part of them held out.

Documents are drawn by the hash that drew the run's raw sample, so kept and raw ones meet in the
same documents. Of a corpus too large to read, row groups (or shards of JSON lines) at even
distances are read: the verdict needs megabytes, not the corpus.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

import polars as pl

from corpuskit import api, coverage, readers, splits
from corpuskit.cleaners import CLEANERS, clean
from corpuskit.dedup import deduplicate
from corpuskit.duplicate_settings import DuplicateSettings
from corpuskit.errors import DataError, RunError
from corpuskit.features import Measured
from corpuskit.features.groups import columns_by_group, groups, measure
from corpuskit.features.language import load_model
from corpuskit.layout import Layout
from corpuskit.manifest import read_json
from corpuskit.recipe import load_recipe
from corpuskit.sampling import HELD_OUT_SHARE, draw_number, part, sources
from corpuskit.schema import DOC_ID, KEEP, USER_ID

READ_BYTES: Final = 512 << 20
"""Of kept text; beyond it, a part of the shards is read."""
SAMPLE_BYTES: Final = 32 << 20
"""Of kept and of raw text, at most: over 7 million tokens, more than any preset trains on."""
LARGEST_HOST: Final = 0.1
"""Share of the raw text above which a host is too large to be held out, or trained on, whole."""
ENOUGH_DOCUMENTS: Final = 400
LARGEST_SHARE: Final = 0.3
"""Where documents are held out, a small corpus gives up to so many, so that it can be judged."""
DOMAIN_COLUMNS: Final = ("domain", "source", "subset")
"""Name the domain of a document where there is no address."""

Item = TypeVar("Item")


@dataclass(frozen=True)
class Sample:
    """Documents of a run, in the order of their draw numbers.

    kept, raw : doc_id, user_id, text, domain (null where unknown), part (train or holdout), draw,
        language; kept also has `copy` (it repeats another kept document of the sample) and
        `clean` (the default recipe would keep it).
    reference : the same columns, all held out; None where no reference was given.
    share : of the kept text that is in the sample, in (0, 1].
    unit : what is held out whole: a `source` (host), or a `document` where there are no hosts, or
        one has so much of the text that the answer would depend on the side that it falls on.
    """

    kept: pl.DataFrame
    raw: pl.DataFrame
    reference: pl.DataFrame | None
    share: float
    summary: dict[str, Any]
    plan: dict[str, Any]
    unit: str = "source"


def read_sample(root: Path, reference: Path | None = None, most: int = SAMPLE_BYTES) -> Sample:
    """Read and measure the sample of a finished run: up to `most` bytes of kept and of raw text.

    Raises
    ------
    RunError
        If the folder is no finished run, one of an older version, or has no raw sample.
    DataError
        If the run kept no document, or the reference holds none.
    """
    layout = Layout(api.open_run(root).path)
    summary = read_json(layout.summary)
    if "text_column" not in summary or "id_column" not in summary:
        raise RunError(f"{layout.summary}: of an older version; run clean again with --overwrite")
    if not summary["documents"]["kept"]:
        raise DataError(
            f"{root}: the run kept none of {summary['documents']['in']:,} documents, so there is "
            "nothing to train on; report.html names the rules that dropped them"
        )
    if "raw_sample" in summary.get("not_measured", ()):
        raise RunError(
            f"{root}: the run looked for duplicates alone and drew no raw sample, which the "
            "held-out text is taken from; run it again with --coverage --overwrite"
        )
    raw = with_language(read_raw(layout, most))
    kept = measured(read_kept(layout, summary, most))
    named = kept.select(DOC_ID).join(raw.select(DOC_ID, USER_ID), on=DOC_ID, how="left",
                                     maintain_order="left")  # fmt: skip
    kept = kept.with_columns(named[USER_ID].fill_null(kept[USER_ID]))
    unit = held_out_unit(raw)
    if unit == "document":
        share = min(LARGEST_SHARE, max(HELD_OUT_SHARE, ENOUGH_DOCUMENTS / kept.height))
        kept, raw = by_document(kept, share), by_document(raw, share)
    size = int(kept["text"].str.len_bytes().sum())
    return Sample(
        kept=with_copies(kept),
        raw=raw,
        reference=None if reference is None else with_language(read_reference(reference, most)),
        share=min(1.0, size / max(1, summary["bytes"]["kept"])),
        summary=summary,
        plan=read_json(layout.manifest),
        unit=unit,
    )


def held_out_unit(raw: pl.DataFrame) -> str:
    """Tell whether there are sources, and all small enough to be held out whole."""
    size = pl.col("text").str.len_bytes().cast(pl.Int64).sum()
    largest = raw.group_by("domain").agg(size.alias("size")).drop_nulls("domain")["size"].max()
    total = int(raw["text"].str.len_bytes().cast(pl.Int64).sum())
    return "source" if isinstance(largest, int) and largest <= LARGEST_HOST * total else "document"


def by_document(frame: pl.DataFrame, share: float) -> pl.DataFrame:
    """Hold out a share of the documents, whatever their source."""
    return frame.with_columns(part(frame[DOC_ID].cast(pl.String), share))


def read_kept(layout: Layout, summary: dict[str, Any], most: int) -> pl.DataFrame:
    """Draw kept documents."""
    total = max(1, summary["bytes"]["kept"])
    share = min(1.0, most / min(total, READ_BYTES))
    frames = []
    for frame in kept_frames(layout, min(1.0, READ_BYTES / total)):
        drawn = frame.filter(draw_number(frame[DOC_ID]) < share)
        own = pl.Series(USER_ID, drawn[summary["id_column"] or DOC_ID]).cast(pl.String)
        frames.append(
            pl.DataFrame(
                [
                    drawn[DOC_ID],
                    own.fill_null(drawn[DOC_ID].cast(pl.String)),
                    drawn[summary["text_column"]].alias("text"),
                    domains(drawn),
                    part(sources(drawn[DOC_ID], drawn)),
                ]
            )
        )
    return capped(pl.concat(frames), most)


def kept_frames(layout: Layout, share: float) -> Iterator[pl.DataFrame]:
    """Read kept shards, or about `share` of them at even distances."""
    import pyarrow.parquet as pq

    paths = sorted(layout.kept.glob("part-*"))
    if not paths:
        raise RunError(
            f"{layout.kept}: no shards; run corpuskit clean (an audit by report writes none)"
        )
    if paths[0].suffix != ".parquet":
        for path in every(paths, share):
            yield pl.read_ndjson(path, infer_schema_length=None).with_columns(
                pl.col(DOC_ID).cast(pl.UInt64)
            )
        return
    groups = [
        (path, number)
        for path in paths
        for number in range(pq.ParquetFile(path).metadata.num_row_groups)
    ]
    for path, number in every(groups, share):
        yield pl.DataFrame(pl.from_arrow(pq.ParquetFile(path).read_row_group(number)))


def read_raw(layout: Layout, most: int) -> pl.DataFrame:
    """Read the raw sample."""
    paths = sorted(layout.raw_sample.glob("*.parquet"))
    if not paths:
        raise RunError(
            f"{layout.raw_sample}: no raw sample, which the held-out text is taken from; "
            "run clean again with --overwrite"
        )
    frame = pl.read_parquet(paths).with_columns(
        pl.when(pl.col("source") != pl.col(DOC_ID).cast(pl.String)).then("source").alias("domain"),
        pl.coalesce(USER_ID, pl.col(DOC_ID).cast(pl.String)),
    )
    return capped(frame.select(DOC_ID, USER_ID, "text", "domain", "part"), most)


def read_reference(path: Path, most: int) -> pl.DataFrame:
    """Read text that the model shall be good at: any input that `clean` reads."""
    options = readers.ReadOptions()
    frames: list[pl.DataFrame] = []
    size = 0
    for number, source in enumerate(readers.discover([str(path)], options)):
        for split in splits.plan(number, source, options):
            batch = readers.read(split, options)
            ids = (batch.position + source.base).cast(pl.UInt64).alias(DOC_ID)
            frames.append(
                pl.DataFrame([ids, batch.user_id.cast(pl.String).alias(USER_ID),
                              batch.text.alias("text"), domains(batch.columns)])
            )  # fmt: skip
            size += int(batch.text.str.len_bytes().sum())
            if size > most:
                break
    if not size:
        raise DataError(f"{path}: no text in the reference; give a file with documents")
    frame = pl.concat(frames).with_columns(pl.lit("holdout").alias("part"))
    return capped(frame.with_columns(pl.coalesce(USER_ID, pl.col(DOC_ID).cast(pl.String))), most)


def domains(columns: pl.DataFrame) -> pl.Series:
    """Return the domain of every document: its host, else a column that names one, else null."""
    host = coverage.host_column(columns)
    if host is not None:
        return host.alias("domain")
    for name in DOMAIN_COLUMNS:
        if columns.schema.get(name) == pl.String:
            return columns[name].alias("domain")
    return pl.Series("domain", [None] * columns.height, dtype=pl.String)


def capped(frame: pl.DataFrame, most: int) -> pl.DataFrame:
    """Order by draw number, and take `most` bytes of text, one document at least."""
    ordered = frame.with_columns(draw_number(frame[DOC_ID])).sort("draw", DOC_ID)
    before = pl.col("text").str.len_bytes().cast(pl.Int64).cum_sum().shift(1, fill_value=0)
    return ordered.filter(before < most)


def measured(frame: pl.DataFrame) -> pl.DataFrame:
    """Add the language of each document, and whether the default recipe would keep it."""
    scores = api.score(frame)
    keep = api.decide(scores)[KEEP]
    return frame.with_columns(scores["language"], keep.alias("clean"))


def with_language(frame: pl.DataFrame) -> pl.DataFrame:
    """Add the language of each document, and measure nothing else."""
    recipe = load_recipe("web", columns_by_group(), tuple(CLEANERS))
    text = Measured(clean(frame["text"], recipe.cleaners))
    scores = measure(text, groups(load_model(recipe.language_model), ("language",)))
    return frame.with_columns(scores["language"])


def with_copies(frame: pl.DataFrame) -> pl.DataFrame:
    """Mark documents that repeat others: `copy`; they are not `clean` either."""
    found = deduplicate(frame["text"], frame[DOC_ID], DuplicateSettings()).frame
    copies = found.filter(pl.col("kind") != "representative")[DOC_ID]
    frame = frame.with_columns(pl.col(DOC_ID).is_in(copies.implode()).alias("copy"))
    return frame.with_columns(pl.col("clean") & ~pl.col("copy"))


def every(items: Sequence[Item], share: float) -> list[Item]:
    """Take about `share` of the items, at even distances, one at least.

    Examples
    --------
    >>> every("abcdefgh", 0.5)
    ['a', 'c', 'e', 'g']
    """
    count = max(1, round(len(items) * share))
    return [items[place * len(items) // count] for place in range(count)]
