"""What coverage costs on top of the same `clean`; writes docs/coverage.md.

    python -m bench.coverage [--rounds 3] [--documents N]

Both runs measure the same features, those that the recipe `web` names, and keep the same documents;
one of them has `coverage: false`. Taken are the processor's seconds of the whole command, one
worker, the runs in turn, the least of each: other work on the machine changes the seconds of the
clock more than these. Parts are timed on one thread, with the words and tokens that they share made
before.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import polars as pl

from bench.inputs import MEGABYTE, ROOT, SAMPLE, WEB, corpuskit_clean, run_measured
from corpuskit.coverage import PARTS, Texts
from corpuskit.features import Measured
from corpuskit.features.characters import CHARACTERS
from corpuskit.features.language import language_group, load_model

PAGE = ROOT / "docs" / "coverage.md"
LIMIT = 0.30
PART_DOCUMENTS = 4_000
MORE = ("books", "neardup_git_revisions", "neardup_license_texts", "neardup_extractor_variants")
SWITCH = {True: "true", False: "false"}

ABOUT = """<!-- made by python -m bench.coverage -->

# What coverage costs

A run with coverage counts words, n-grams, characters, hosts and more, of all documents and of those
that are kept. Here is what that adds to the same run without it: the same recipe and features, and
the same documents kept. Seconds are of the processor, one worker, the least of {rounds} round(s);
they are of this machine at that time, and only the ratio is meant to be compared. The aim is
{limit:.0%} at most. Two parts do not grow with a corpus beyond their size: the sample of 16 MB
behind tokens, compression and topics (its stage has a column), and the raw sample of at most 64 MB
that `corpuskit pretrain` reads. `together` are the texts of both files, of books and of pages that
repeat each other.

| corpus | documents | text | without, s | with, s | of which the sample, s | on top |
|---|---:|---:|---:|---:|---:|---:|
{runs}

What single parts count at, in MB of text per second on one thread, words and tokens made before
(the tokeniser of a run has made them for its features):

| part | {names} |
|---|{lines}
{parts}

## How it is kept cheap

- What is kept is counted by taking the dropped documents away from what pass 1 has counted of all,
  where they are less text: whole numbers can be taken away, and so can the counts of a share of all
  words and n-grams ([decision 11](decisions/0011-distinct-words.md)). A part without `subtract`
  reads the kept texts again.
- Words and n-grams are counted for a share of all different ones: most of an n-gram's work is one
  multiplication and one comparison.
"""


def main() -> None:
    """Measure, print and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--documents", type=int, default=None, help="only the first of each corpus")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="corpuskit-") as name:
        sources = corpora(Path(name), options.documents)
        runs = [cost(source, Path(name), options.rounds) for source in sources]
        speeds = {source.stem: part_speeds(source) for source in sources}
    parts = [
        f"| {part.name} | "
        + " | ".join(f"{speeds[name][part.name]:,.0f}" for name in speeds)
        + " |"
        for part in PARTS
    ]
    written = ABOUT.format(
        rounds=options.rounds,
        limit=LIMIT,
        runs="\n".join(runs),
        names=" | ".join(speeds),
        lines="---:|" * len(speeds),
        parts="\n".join(parts),
    )
    PAGE.write_text(written, encoding="utf-8")
    print(written)


def corpora(folder: Path, documents: int | None) -> list[Path]:
    """Return web pages, documentation, and the texts of these with more where they lie beside the
    project, else sample_data/."""
    if not WEB.exists():
        return [SAMPLE / "udhr.parquet"]
    sources = [WEB, WEB.with_name("multi.parquet")]
    if documents is None:
        more = [WEB.with_name(f"{name}.parquet") for name in MORE]
        texts = [pl.read_parquet(path, columns=["text"]) for path in (*sources, *more)]
        pl.concat(texts).write_parquet(folder / "together.parquet", row_group_size=2_000)
        return [*sources, folder / "together.parquet"]
    parts = [folder / source.name for source in sources]
    for source, part in zip(sources, parts, strict=True):
        pl.read_parquet(source)[:documents].write_parquet(part, row_group_size=2_000)
    return parts


def cost(source: Path, folder: Path, rounds: int) -> str:
    """Run with and without coverage; return a row of the table."""
    text = (ROOT / "rules" / "recipes" / "web.yaml").read_text("utf-8")
    seconds: dict[bool, list[float]] = {True: [], False: []}
    sample = 0.0
    for number in range(rounds + 1):
        for measured in seconds:
            recipe = folder / f"{SWITCH[measured]}.yaml"
            recipe.write_text(f"{text}\ncoverage: {SWITCH[measured]}\n", "utf-8")
            command = corpuskit_clean(source, folder / "out", "--recipe", str(recipe))
            taken = run_measured(command).cpu_seconds
            stages = json.loads((folder / "out" / "summary.json").read_text("utf-8"))["seconds"]
            sample = stages.get("sample", sample)
            if number:  # the first compiles kernels and fills the cache of files
                seconds[measured].append(taken)
    sizes = pl.read_parquet(source, columns=["text"])["text"].str.len_bytes().cast(pl.Int64)
    bare, covered = min(seconds[False]), min(seconds[True])
    return (
        f"| {source.name} | {len(sizes):,} | {sizes.sum() / MEGABYTE:.0f} MB | {bare:.1f} "
        f"| {covered:.1f} | {sample:.1f} | {covered / bare - 1:+.0%} |"
    )


def part_speeds(source: Path) -> dict[str, float]:
    """Return the megabytes a second that each part counts."""
    frame = pl.read_parquet(source)[:PART_DOCUMENTS]
    measured = Measured(frame["text"])
    characters = CHARACTERS.compute(measured)
    scores = pl.DataFrame(
        {
            "doc_id": pl.Series(range(frame.height), dtype=pl.UInt64),
            "byte_count": frame["text"].str.len_bytes(),
            "language": language_group(load_model()).compute(measured)["language"],
            "script": characters["script"],
        }
    )
    size = int(scores["byte_count"].cast(pl.Int64).sum()) / MEGABYTE
    texts = Texts(measured, frame.drop("text"), scores, source.name)
    _ = texts.words
    return {part.name: size / best(lambda part=part: part.count(texts)) for part in PARTS}


def best(work: Callable[[], object]) -> float:
    """Return the least seconds of three that this thread worked, kernels compiled before."""
    work()
    taken = []
    for _ in range(3):
        begun = time.thread_time()
        work()
        taken.append(time.thread_time() - begun)
    return min(taken)


if __name__ == "__main__":
    main()
