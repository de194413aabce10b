"""Quality of deduplication, beside other tools: docs/dedup-quality.md.

    .venv-bench/bin/python -m bench.dedup_quality

Needs ../shared/data. Every tool sees the same documents in the same run.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
import polars as pl

from bench import dedup_tools as tools
from bench.clusters import compare, share
from bench.inputs import MEGABYTE, OUT, ROOT, WEB
from corpuskit.dedup import recall, shingle_sets
from corpuskit.duplicate_settings import DuplicateSettings
from corpuskit.features import Measured
from corpuskit.kernels.jaccard import jaccard_pairs
from tests.dedup import known_pairs

PAGE = ROOT / "docs" / "dedup-quality.md"
DATA = WEB.parent
THRESHOLDS = (0.6, 0.7, 0.75, 0.8, 0.9)
SUBSET_BYTES = 1.5 * MEGABYTE
KNOWN_THRESHOLDS = (0.7, 0.8, 0.9)
KNOWN_PAIRS = 100
LEAST_IN_BIN = 200
DRAWS = 8
SETS = {
    "neardup_git_revisions": ("cluster_id", "pages of documentation at yearly revisions"),
    "neardup_license_texts": ("cluster_label", "licence texts and notices, by licence"),
    "neardup_extractor_variants": ("cluster_id", "83 pages through up to 33 text extractors each"),
}


@dataclass(frozen=True)
class Labelled:
    """Texts with known clusters, and what is true of them whatever the tool.

    pairs : int64 (p, 2), rows of texts in one known cluster; similarity : float64 (p,).
    """

    name: str
    texts: list[str]
    known: list[str]
    similar: Callable[[npt.NDArray[np.int64]], npt.NDArray[np.float64]]
    pairs: npt.NDArray[np.int64]
    similarity: npt.NDArray[np.float64]


def labelled(name: str, frame: pl.DataFrame, cluster: str) -> Labelled:
    """Measure the exact Jaccard similarity of all pairs within known clusters."""
    texts, known = frame["text"].to_list(), frame[cluster].to_list()
    offsets, values = shingle_sets(Measured(frame["text"]), DuplicateSettings())

    def similar(pairs: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        first, second = np.ascontiguousarray(pairs[:, 0]), np.ascontiguousarray(pairs[:, 1])
        found: npt.NDArray[np.float64] = jaccard_pairs(
            values, offsets[:-1], np.diff(offsets), first, second, 0.0
        )
        return found

    rows: dict[str, list[int]] = {}
    for row, label in enumerate(known):
        rows.setdefault(label, []).append(row)
    blocks = [np.array(each)[np.stack(np.triu_indices(len(each), 1), 1)] for each in rows.values()]
    pairs = np.concatenate(blocks).astype(np.int64)
    return Labelled(name, texts, known, similar, pairs, similar(pairs))


@cache
def data(name: str) -> pl.DataFrame:
    """Read one labelled set, texts without nulls."""
    return pl.read_parquet(DATA / f"{name}.parquet").drop_nulls("text")


def subset(frame: pl.DataFrame, cluster: str) -> pl.DataFrame:
    """Take whole clusters, English where that is known, up to `SUBSET_BYTES`."""
    if "lang" in frame.columns:
        frame = frame.filter(pl.col("lang").is_null() | (pl.col("lang") == "en"))
    sizes = frame.group_by(cluster).agg(pl.col("text").str.len_bytes().cast(pl.Int64).sum())
    sizes = sizes.sort(pl.col(cluster).hash(1))
    taken = sizes.filter(pl.col("text").cum_sum() <= SUBSET_BYTES)
    return frame.join(taken.select(cluster), on=cluster, how="semi", maintain_order="left")


def judged(one: Labelled, survivor: Sequence[int], threshold: float | None) -> str:
    """Write the cells of one tool at one threshold."""
    quality = compare(one.known, survivor)
    names = np.array(survivor)
    together = names[one.pairs[:, 0]] == names[one.pairs[:, 1]]
    dropped = np.flatnonzero(names != np.arange(len(names)))
    of_others = sum(one.known[row] != one.known[names[row]] for row in dropped.tolist())
    cells = [f"{value:.3f}" for value in (quality.precision, quality.recall, quality.f1)]
    cells.append(f"{quality.exact_clusters:.1%}")
    to_survivor = one.similar(np.stack([dropped, names[dropped]], 1).astype(np.int64))
    if threshold is None:
        cells += ["–", f"{len(dropped):,}", f"{share(of_others, len(dropped)):.1%}", "–"]
    else:
        near = one.similarity >= threshold
        unproven = int((to_survivor < threshold).sum())
        cells += [
            f"{share(int(together[near].sum()), int(near.sum())):.3f}",
            f"{len(dropped):,}",
            f"{of_others / max(1, len(dropped)):.1%}",
            f"{unproven / max(1, len(dropped)):.1%}",
        ]
    return " | ".join(cells)


HEAD = [
    "| tool | threshold | precision | recall | F1 | exact clusters | similar pairs found | dropped "
    "| of another cluster | unproven |",
    "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
]


def table(one: Labelled, thresholds: Iterable[float], with_datatrove: bool) -> list[str]:
    """Run every tool over one set and write its table."""
    sketches, minima = tools.datasketch_signatures(one.texts), tools.rensa_signatures(one.texts)
    rows = list(HEAD)
    for threshold in thresholds:
        for name, found in (
            ("**corpuskit**", tools.corpuskit(one.texts, threshold)),
            ("datasketch", tools.datasketch(sketches, threshold)),
            ("rensa", tools.rensa(minima, threshold)),
        ):
            rows.append(f"| {name} | {threshold} | {judged(one, found, threshold)} |")
    style = tools.text_dedup_style(one.texts)
    rows.append(f"| text-dedup style | – | {judged(one, style, None)} |")
    if with_datatrove:
        work = OUT / "dedup_quality"
        found = tools.datatrove(one.texts, work)
        shutil.rmtree(work)
        rows.append(f"| datatrove | – | {judged(one, found, None)} |")
    return rows


def human_pairs() -> list[str]:
    """F1 of every tool over pairs that people judged, for two meanings of duplicate."""
    frame = pl.read_parquet(DATA / "neardup_pairs.parquet")
    texts = [text for pair in frame.select("text_a", "text_b").iter_rows() for text in pair]
    truth = {least: [int(label) >= least for label in frame["label"]] for least in (1, 2, 3)}
    sketches, minima = tools.datasketch_signatures(texts), tools.rensa_signatures(texts)
    rows = ["| tool | threshold | 1 to 3 | 2 and 3 | 3 alone |", "|---|---:|---:|---:|---:|"]

    def add(name: str, threshold: str, survivor: Sequence[int]) -> None:
        found = [survivor[at] == survivor[at + 1] for at in range(0, len(survivor), 2)]
        cells = [f"{f1(found, labels):.3f}" for labels in truth.values()]
        rows.append(f"| {name} | {threshold} | {' | '.join(cells)} |")

    for threshold in THRESHOLDS:
        add("**corpuskit**", str(threshold), tools.corpuskit(texts, threshold))
        add("datasketch", str(threshold), tools.datasketch(sketches, threshold))
        add("rensa", str(threshold), tools.rensa(minima, threshold))
    add("text-dedup style", "–", tools.text_dedup_style(texts))
    return rows


def f1(found: Sequence[bool], truth: Sequence[bool]) -> float:
    """Return the harmonic mean of precision and recall over pairs."""
    both = sum(a and b for a, b in zip(found, truth, strict=True))
    return 2 * both / max(1, sum(found) + sum(truth))


def known(threshold: float) -> list[str]:
    """Recall by language over pairs of known similarity, ours and that of datasketch's bands."""
    settings = DuplicateSettings(similarity=threshold)
    stated = recall(settings.bands, settings.rows, threshold)
    their_bands = tools.datasketch_bands(threshold)
    rows = []
    for language, documents in known_documents().items():
        pairs = known_pairs.pairs_of(language, documents, KNOWN_PAIRS, threshold)
        texts = [text for pair in pairs for text in (pair.first, pair.second)]
        survivor = tools.corpuskit(texts, threshold)
        found = sum(survivor[at] == survivor[at + 1] for at in range(0, len(texts), 2))
        proven = [
            known_pairs.jaccard(*(known_pairs.shingles(known_pairs.cut(texts[k])) for k in pair))
            for pair in enumerate(survivor)
            if pair[0] != pair[1]
        ]
        precision = share(sum(value >= threshold for value in proven), len(proven))
        theirs = sum(bands_meet(texts, *their_bands))
        rows.append(
            f"| {threshold} | {language} | {len(pairs)} | {stated:.3f} | "
            f"{found / len(pairs):.3f} | {known_pairs.least_hits(len(pairs), stated)} | {found} | "
            f"{precision:.3f} | {theirs / len(pairs):.3f} |"
        )
    return rows


@cache
def known_documents() -> dict[str, list[Sequence[str]]]:
    """Cut passages from the documents of each language."""
    multi = pl.read_parquet(DATA / "multi.parquet", columns=["text", "lang"])
    both = pl.concat([pl.read_parquet(WEB, columns=["text", "lang"]), multi])
    seen: set[tuple[str, ...]] = set()
    found = {}
    for language in known_pairs.LANGUAGES:
        texts = both.filter(pl.col("lang") == language)["text"].sample(
            fraction=1.0, shuffle=True, seed=3
        )
        some = texts.str.slice(0, 1500).head(3 * KNOWN_PAIRS).to_list()
        found[language] = known_pairs.passages(some, KNOWN_PAIRS, 1, seen)
    return found


def bands_meet(texts: Sequence[str], bands: int, rows: int) -> list[bool]:
    """Tell for texts 2i and 2i + 1 whether one of these bands of our shingles agrees."""
    from corpuskit.kernels.minhash import minhash_bands

    sets = shingle_sets(Measured(pl.Series(texts)), DuplicateSettings())
    values = minhash_bands(*sets, bands, rows, 1)
    return (values[::2] == values[1::2]).any(axis=1).tolist()


def curve(sets: Sequence[Labelled]) -> list[str]:
    """Compare the stated recall with that of real pairs, by similarity, over draws of hashes."""
    from corpuskit.kernels.minhash import minhash_bands

    settings = DuplicateSettings()
    similarity, met = [], []
    for one in sets:
        shingled = shingle_sets(Measured(pl.Series(one.texts)), settings)
        share_of_draws = np.zeros(len(one.pairs))
        for seed in range(1, DRAWS + 1):
            marks = minhash_bands(*shingled, settings.bands, settings.rows, seed)
            first, second = marks[one.pairs[:, 0]], marks[one.pairs[:, 1]]
            share_of_draws += (first == second).any(axis=1) / DRAWS
        met.append(share_of_draws)
        similarity.append(one.similarity)
    values, hits = np.concatenate(similarity), np.concatenate(met)
    rows = ["| Jaccard | pairs | stated | measured |", "|---|---:|---:|---:|"]
    for low in np.arange(0.2, 1.0, 0.05):
        inside = (values >= low) & (values < low + 0.05)
        if inside.sum() < LEAST_IN_BIN:
            continue
        stated = np.mean(1 - (1 - values[inside] ** settings.rows) ** settings.bands)
        rows.append(
            f"| {low:.2f} to {low + 0.05:.2f} | {inside.sum():,} | {stated:.3f} | "
            f"{hits[inside].mean():.3f} |"
        )
    return rows


def main() -> None:
    """Measure, print and write the page."""
    from bench.dedup_quality_page import page

    full = [labelled(name, data(name), cluster) for name, (cluster, _) in SETS.items()]
    part = [
        labelled(name, subset(data(name), cluster), cluster) for name, (cluster, _) in SETS.items()
    ]
    written = page(
        known=[row for threshold in KNOWN_THRESHOLDS for row in known(threshold)],
        curve=curve(full),
        full=[(one, table(one, THRESHOLDS, False)) for one in full],
        part=[(one, table(one, (0.75, 0.8), True)) for one in part],
        human=human_pairs(),
    )
    PAGE.write_text(written, encoding="utf-8")
    print(written)


if __name__ == "__main__":
    main()
