"""Train apart from held out: by source, and near-duplicates across the border leave training.

Held-out documents are cut to the length at which the set reaches its volume, so that it holds as
many documents as it can: an interval over documents is only as good as their number.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from corpuskit.dedup import deduplicate
from corpuskit.duplicate_settings import DuplicateSettings
from corpuskit.lm.sample import Sample
from corpuskit.schema import DOC_ID

LEARNABLE: Final = 0.01
"""Share of the training text that a language needs to be measured."""
COMPARABLE: Final = 5
"""A probe that holds one byte for so many held-out ones says enough of a language."""
SHORTEST_CUT, LONGEST_CUT = 256, 65_536
"""Characters of a held-out document."""
_UNSPACED: Final = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Tibetan}"
_UNIT: Final = rf"(?:[{_UNSPACED}]\p{{M}}*|[^\s{_UNSPACED}]+)\s*|\s+"
"""A word with the white space behind it; a character, where words are not spaced."""


def separate(sample: Sample) -> tuple[dict[str, pl.DataFrame], dict[str, pl.DataFrame]]:
    """Return the frames to train on and the held-out ones, near-duplicates across both removed.

    Returns
    -------
    train : kept and raw.
    held_out : cleaned (kept documents), raw_sample, and reference if there is one; none holds a
        document twice.
    """
    frames = {"kept": sample.kept, "raw": sample.raw}
    if sample.reference is not None:
        frames["reference"] = sample.reference
    rows = pl.concat(
        [
            frame.select(pl.lit(name).alias("set"), DOC_ID, "text", pl.col("part") == "holdout")
            for name, frame in frames.items()
        ]
    ).with_row_index("row")
    members = deduplicate(
        rows["text"], rows["row"], DuplicateSettings(exact=True, near=True), first=rows["part"]
    ).frame.select(pl.col(DOC_ID).alias("row").cast(pl.UInt32), "cluster")
    rows = rows.drop("text").join(members, on="row", how="left", maintain_order="left")
    own = pl.coalesce("cluster", pl.col("row").cast(pl.UInt64))
    held = rows.filter("part").with_columns(own.alias("cluster")).unique(
        ["set", "cluster"], keep="first", maintain_order=True
    )  # fmt: skip
    touched = rows.filter(~pl.col("part") & pl.col("cluster").is_in(held["cluster"].implode()))

    def without(name: str) -> pl.DataFrame:
        gone = touched.filter(pl.col("set") == name)[DOC_ID]
        train = frames[name].filter(pl.col("part") == "train")
        return train.filter(~pl.col(DOC_ID).is_in(gone.implode()))

    def unique(name: str) -> pl.DataFrame:
        chosen = held.filter(pl.col("set") == name)[DOC_ID]
        return frames[name].filter(pl.col(DOC_ID).is_in(chosen.implode()))

    names = {"cleaned": "kept", "raw_sample": "raw"}
    if "reference" in frames:
        names["reference"] = "reference"
    return (
        {name: without(name) for name in ("kept", "raw")},
        {name: unique(of) for name, of in names.items()},
    )


def learnable(held_out: pl.DataFrame, train: pl.DataFrame) -> pl.DataFrame:
    """Take the held-out documents in languages that have a share of the training text.

    What a proxy has never seen says nothing of the text that it has seen; that a language is
    missing is for the check of coverage to say.
    """
    size = pl.col("text").str.len_bytes().cast(pl.Int64).sum()
    shares = train.group_by("language").agg(size.alias("size"))
    known = shares.filter(pl.col("size") >= LEARNABLE * pl.col("size").sum())["language"]
    return held_out.filter(pl.col("language").is_in(known.implode()))


def cut(frame: pl.DataFrame, volume: int) -> pl.DataFrame:
    """Cut documents, in their order, so that together they hold about `volume` bytes.

    Each language keeps its share of the bytes: one cut for all would leave short documents whole,
    and with them the languages that have many.

    Examples
    --------
    >>> texts = pl.DataFrame({"text": ["x" * 5000, "y" * 3000], "language": "en"})
    >>> cut(texts, 3000)["text"].str.len_chars().to_list()
    [1500, 1500]
    """
    frame = frame.filter(pl.col("text").str.contains(r"\S")).with_row_index("row")
    total = max(1, size(frame))
    groups = frame.partition_by("language", maintain_order=True)
    shorter = [shortened(group, volume * size(group) / total) for group in groups]
    return pl.concat(shorter or [frame]).sort("row").drop("row")


def shortened(frame: pl.DataFrame, volume: float) -> pl.DataFrame:
    """Cut documents to the shortest length at which they hold `volume` bytes, and take so many."""
    low, high = SHORTEST_CUT, LONGEST_CUT
    while low < high:
        middle = (low + high) // 2
        reached = size(frame, middle) >= volume
        low, high = (low, middle) if reached else (middle + 1, high)
    return start(frame.with_columns(pl.col("text").str.slice(0, low)), volume)


def start(frame: pl.DataFrame, volume: float) -> pl.DataFrame:
    """Take the first documents, up to a volume in bytes, one at least."""
    before = pl.col("text").str.len_bytes().cast(pl.Int64).cum_sum().shift(1, fill_value=0)
    return frame.filter(before < max(1, volume))


def size(frame: pl.DataFrame, longest: int | None = None) -> int:
    """Sum the UTF-8 bytes of the texts, of the first `longest` characters of each."""
    return int(frame["text"].str.slice(0, longest).str.len_bytes().cast(pl.Int64).sum())


def stratified(frame: pl.DataFrame) -> pl.DataFrame:
    """Order documents so that every prefix holds the languages in their proportions."""
    place = (pl.col("draw").rank("ordinal").over("language") - 0.5) / pl.len().over("language")
    return frame.with_columns(place.alias("place")).sort("place", "draw", DOC_ID).drop("place")


def matched(train: pl.DataFrame, held_out: pl.DataFrame) -> pl.DataFrame:
    """Choose training documents with the held-out documents' volume per language, as cut there.

    What a language's training text cannot fill stays open: `comparable` leaves that language out.
    """
    longest = int(held_out["text"].str.len_chars().max() or 0)  # type: ignore[arg-type]
    wanted = held_out.group_by("language").agg(
        pl.col("text").str.len_bytes().cast(pl.Int64).sum().alias("wanted")
    )
    size = pl.col("text").str.len_bytes().cast(pl.Int64)
    found = train.with_columns(pl.col("text").str.slice(0, longest)).join(
        wanted, on="language", how="inner", maintain_order="left"
    )
    before = size.cum_sum().shift(1, fill_value=0).over("language")
    return found.filter(before < pl.col("wanted")).drop("wanted")


def comparable(probe: pl.DataFrame, held_out: pl.DataFrame) -> list[str]:
    """List the languages of which the probe has at least a fifth of the held-out `bytes`."""
    size = pl.col("bytes").cast(pl.Int64).sum()
    both = held_out.group_by("language").agg(size.alias("held")).join(
        probe.group_by("language").agg(size.alias("probe")), on="language"
    )  # fmt: skip
    enough = both.filter(pl.col("probe") * COMPARABLE >= pl.col("held"))
    return [str(language) for language in enough["language"].sort()]


def shuffled(text: pl.Series, seed: int) -> pl.Series:
    """Shuffle the words of every document (characters, where words are not spaced).

    Examples
    --------
    >>> sorted(shuffled(pl.Series(["one two three "]), 0).item().split())
    ['one', 'three', 'two']
    """
    units = text.str.extract_all(_UNIT)
    frame = pl.DataFrame({"unit": units}).with_row_index("document").explode("unit")
    mixed = frame.sample(fraction=1.0, shuffle=True, seed=seed).group_by("document").agg("unit")
    joined = mixed.sort("document").select(pl.col("unit").list.join("", ignore_nulls=True))
    return joined.to_series().alias("text")
