"""Speed of deduplication on one core, beside datatrove and rensa: docs/dedup-speed.md.

    .venv-bench/bin/python -m bench.dedup_speed

Every pipeline runs in a process of its own, one after the other, and is timed in seconds of CPU of
that process, imports and compiling aside: other work on the machine moves these least.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import polars as pl

from bench.inputs import MEGABYTE, OUT, ROOT, WEB, run_measured

PAGE = ROOT / "docs" / "dedup-speed.md"
WORK = OUT / "dedup_speed"
DATATROVE_BYTES = 3 * MEGABYTE
ROUNDS = 3


@dataclass(frozen=True)
class Timed:
    """What a child says: seconds of CPU, bytes of text, documents kept, and parts of the time."""

    seconds: float
    size: int
    kept: int
    parts: dict[str, float]

    @property
    def speed(self) -> float:
        """MB of text per second."""
        return self.size / MEGABYTE / self.seconds


def text_bytes(frame: pl.DataFrame) -> int:
    """Return the size of a column of texts."""
    return int(frame["text"].str.len_bytes().cast(pl.Int64).sum())


def corpuskit(source: Path) -> Timed:
    """Run the whole of `corpuskit dedup` in this process, then again for the clock."""
    from corpuskit.progress import Progress
    from corpuskit.run import Options, execute

    parts: dict[str, float] = {}
    size = text_bytes(pl.read_parquet(source, columns=["text"]))
    for _ in range(2):
        begun = time.process_time()
        options = Options((str(source),), WORK / "ours", recipe="dedup", overwrite=True)
        with profiled(parts):
            summary = execute(options, Progress(quiet=True))
        seconds = time.process_time() - begun
    return Timed(seconds, size, summary["documents"]["kept"], parts)


class profiled:
    """Time the steps of a run, without what they call of one another; one worker."""

    STEPS: ClassVar = {
        "readers.read": "reading (twice, and once more for candidates)",
        "pipeline.fingerprint": "digest, shingles and MinHash",
        "pipeline.measure": "sizes of documents",
        "pipeline.shingle_sets": "shingle sets of candidates",
        "run.find_duplicates": "candidates, exact Jaccard, survivors",
        "run.write_shards": "writing kept and dropped",
        "pipeline.write_parquet": "writing scores",
        "run.summarise": "summary",
        "run.publish": "report and manifest",
        "run.make_plan": "plan",
    }

    def __init__(self, parts: dict[str, float]) -> None:
        self.parts, self.inner, self.undo = parts, [0.0], []
        parts.clear()

    def __enter__(self) -> None:
        """Put a clock around every step."""
        from corpuskit import pipeline, readers, run

        homes = {"readers": readers, "pipeline": pipeline, "run": run}
        for step, label in self.STEPS.items():
            home, name = homes[step.partition(".")[0]], step.partition(".")[2]
            self.undo.append((home, name, getattr(home, name)))
            setattr(home, name, self.timed(getattr(home, name), label))

    def __exit__(self, *_: object) -> None:
        """Take the clocks away."""
        for home, name, call in self.undo:
            setattr(home, name, call)

    def timed(self, call: Callable[..., object], label: str) -> Callable[..., object]:
        """Wrap a step."""

        def wrapped(*arguments: object, **named: object) -> object:
            begun = time.process_time()
            self.inner.append(0.0)
            try:
                return call(*arguments, **named)
            finally:
                whole = time.process_time() - begun
                own = whole - self.inner.pop()
                self.inner[-1] += whole
                self.parts[label] = self.parts.get(label, 0.0) + own

        return wrapped


def datatrove(source: Path) -> Timed:
    """Run datatrove's four stages on some of the texts."""
    from bench import dedup_tools

    frame = pl.read_parquet(source, columns=["text"])
    sizes = frame["text"].str.len_bytes().cast(pl.Int64).cum_sum()
    frame = frame.filter(sizes < DATATROVE_BYTES)
    texts = frame["text"].to_list()
    dedup_tools.datatrove(texts[:2], WORK / "datatrove")  # its splitter is loaded by now
    begun = time.process_time()
    survivor = dedup_tools.datatrove(texts, WORK / "datatrove")
    seconds = time.process_time() - begun
    return Timed(seconds, text_bytes(frame), len(set(survivor)), {})


def rensa(source: Path) -> Timed:
    """Read, cut 5-grams, hash, look up, check the estimated Jaccard, write what is kept."""
    from bench import dedup_tools

    parts: dict[str, float] = {}
    begun = time.process_time()
    frame = pl.read_parquet(source)
    signatures = dedup_tools.rensa_signatures(frame["text"].to_list())
    parts["reading, 5-grams in Python, hashing"] = time.process_time() - begun
    survivor = dedup_tools.rensa(signatures, 0.75)
    rows = [row for row, kept in enumerate(survivor) if row == kept]
    frame[rows].write_parquet(WORK / "rensa.parquet", compression="zstd", compression_level=1)
    return Timed(time.process_time() - begun, text_bytes(frame), len(rows), parts)


def signatures(source: Path) -> Timed:
    """Text to bands at the default plan, alone, the best of some rounds."""
    from corpuskit.duplicate_settings import DuplicateSettings
    from corpuskit.kernels.arrow import text_buffer
    from corpuskit.kernels.minhash import minhash_bands
    from corpuskit.kernels.shingle_words import text_bands, text_shingles

    settings = DuplicateSettings()
    frame = pl.read_parquet(source, columns=["text"])
    batches = [text_buffer(frame["text"][at : at + 2000]) for at in range(0, frame.height, 2000)]
    plan = settings.bands, settings.rows, settings.seed
    found = []
    for _ in range(ROUNDS + 1):  # the first one compiles
        clocks = [0.0, 0.0]
        for buffer in batches:
            begun = time.process_time()
            text_bands(buffer, *plan)
            clocks[0] += time.process_time() - begun
            sets = text_shingles(buffer)
            begun = time.process_time()
            minhash_bands(*sets, *plan)
            clocks[1] += time.process_time() - begun
        found.append(clocks)
    seconds = min(whole for whole, _ in found[1:])
    alone = min(alone for _, alone in found[1:])
    parts = {"words and shingles": seconds - alone, "MinHash": alone}
    return Timed(seconds, text_bytes(frame), frame.height, parts)


PIPELINES = {
    "corpuskit": corpuskit, "datatrove": datatrove, "rensa": rensa, "signatures": signatures
}  # fmt: skip


def child(name: str, source: Path) -> Timed:
    """Run one pipeline in a process of its own, with one thread."""
    os.environ["POLARS_MAX_THREADS"] = "1"
    command = [sys.executable, "-m", "bench.dedup_speed", "--run", name, "--source", str(source)]
    return Timed(**json.loads(run_measured(command).stdout.splitlines()[-1]))


def page(all_text: Timed, english: dict[str, Timed], every: Timed) -> str:
    """Write the page."""
    ours = english["corpuskit"]
    rows = [
        f"| {name} | {one.size / MEGABYTE:.1f} | {one.seconds:.2f} | {one.speed:.2f} | "
        f"{ours.speed / one.speed:.1f} |"
        for name, one in english.items()
        if name != "signatures"
    ]
    kernel = english["signatures"]
    rest = all_text.seconds - sum(all_text.parts.values())
    profile = sorted({**all_text.parts, "the rest": rest}.items(), key=lambda part: -part[1])
    return "\n".join(
        [
            "<!-- made by python -m bench.dedup_speed -->",
            "",
            "# Speed of deduplication",
            "",
            (__doc__ or "").split("\n\n", 2)[2].strip(),
            "",
            "- Text to signature at the default plan (words, shingles, MinHash): "
            f"**{kernel.speed:.0f} MB/s** of English web text, {every.speed:.0f} MB/s of web text "
            "in 30 languages; the aim was 100. Of the English time "
            + ", ".join(
                f"{name} {seconds / kernel.seconds:.0%}" for name, seconds in kernel.parts.items()
            )
            + ".",
            f"- The whole of `corpuskit dedup` (reading, verification, writing, report) on "
            f"{all_text.size / MEGABYTE:.0f} MB in 30 languages: **{all_text.speed:.1f} MB/s**. "
            "The aim was 30.",
            "",
            "| English web text | MB | CPU s | MB/s | corpuskit's speed by theirs |",
            "|---|---:|---:|---:|---:|",
            *rows,
            "",
            "datatrove: its four stages, JSON Lines to JSON Lines, on some of the documents. "
            "rensa: Parquet to Parquet, 5-grams cut in Python, 128 hashes, candidates checked "
            "by their "
            "estimated Jaccard; it reads once, writes no report and proves nothing exactly. "
            "corpuskit also writes scores, the dropped documents and a report. The "
            "aims were 80 × datatrove and 3 × rensa.",
            "",
            f"Where the time of the {all_text.size / MEGABYTE:.0f} MB goes:",
            "",
            "| step | CPU s | share |",
            "|---|---:|---:|",
            *(
                f"| {name} | {seconds:.2f} | {seconds / all_text.seconds:.0%} |"
                for name, seconds in profile
            ),
            "",
        ]
    )


def main() -> None:
    """Run every pipeline, print and write the page; with --run, one of them (the child)."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--run", choices=list(PIPELINES))
    parser.add_argument("--source", type=Path)
    arguments, _ = parser.parse_known_args()
    WORK.mkdir(parents=True, exist_ok=True)
    if arguments.run is not None:
        print(json.dumps(vars(PIPELINES[arguments.run](arguments.source))))
        return
    english = WORK / "english.parquet"
    pl.read_parquet(WEB).filter(pl.col("lang") == "en").write_parquet(english)
    found = {name: child(name, english) for name in PIPELINES}
    written = page(child("corpuskit", WEB), found, child("signatures", WEB))
    shutil.rmtree(WORK)
    PAGE.write_text(written, encoding="utf-8")
    print(written)


if __name__ == "__main__":
    main()
