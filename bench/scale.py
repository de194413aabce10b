"""Scale: memory, disk and seconds of `corpuskit dedup` on made corpora of growing size.

Corpora of the same bytes on every machine: short documents of about 1 kB, and long ones of
500 kB. Words are drawn from 2^20 by a counter that is mixed, so that a document is made without
those before it. One in five documents repeats an earlier one: one in ten word for word, one in
ten with every fortieth word replaced. Two more are hard: one line of text that every document
repeats, and three giant documents, a copy and a near copy of one, among 2,000 short ones.

Memory is the proportional set size of the process and its children (PSS,
/proc/PID/smaps_rollup), so that pages of a mapped file count as well.

``python -m bench.scale --short 100000,1000000 --long 200,2000 --equal 1000000 --giant 100000000``
measures these sizes (of giants, the bytes of each) and writes docs/scale.md; rows of sizes that
were measured before stay, and without an option nothing is measured. It is not among the
benchmarks that `python -m bench` runs.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa

from bench.inputs import MEGABYTE, OUT, ROOT
from bench.scale_page import KINDS, Row, page

PAGE = ROOT / "docs" / "scale.md"
MEASURED = OUT / "scale.json"
SHORT_WORDS, LONG_WORDS = 150, 75_000  # of 6 letters and a space: 1,050 and 525,000 bytes
VOCABULARY_BITS = 20
EVERY_CHANGED = 40  # a near duplicate has one word in so many replaced: Jaccard about 0.78
BATCH_BYTES = 32 * MEGABYTE
SAMPLE_SECONDS = 0.2
LINE = "This line of text is that of every document, however many there are of them."
GIANTS = (1, 5, 0)  # a document, one that nearly repeats it, and a copy
BESIDE_GIANTS = 2000


def main() -> None:
    """Measure what the options ask for, and write the page."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--short", default="", help="numbers of short documents, A,B")
    parser.add_argument("--long", default="", help="numbers of long documents, A,B")
    parser.add_argument("--equal", default="", help="numbers of equal documents, A,B")
    parser.add_argument("--giant", default="", help="bytes of each of three giants, A,B")
    parser.add_argument("--out", type=Path, help="folder for corpora and runs, deleted at the end")
    parser.add_argument("--memory", default="4GB")
    parser.add_argument("--workers", type=int, default=2)
    arguments, _ = parser.parse_known_args()
    rows = [Row(**row) for row in json.loads(MEASURED.read_text())] if MEASURED.exists() else []
    for kind in KINDS:
        for count in map(int, filter(None, getattr(arguments, kind).split(","))):
            row = measure(kind, count, arguments.memory, arguments.workers, arguments.out)
            rows = [old for old in rows if old.corpus != row.corpus] + [row]
            rows.sort(key=lambda each: (KINDS.index(each.kind), *each.corpus[1:]))
            MEASURED.parent.mkdir(parents=True, exist_ok=True)
            MEASURED.write_text(json.dumps([asdict(each) for each in rows], indent=2) + "\n")
            print(row)
    PAGE.write_text(page(rows), encoding="utf-8")
    print(PAGE)


def measure(kind: str, count: int, memory: str, workers: int, out: Path | None) -> Row:
    """Make a corpus, deduplicate it, delete it."""
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="corpuskit-scale-", dir=out))
    try:
        documents_in, text_bytes = write_corpus(folder / "in", corpus(kind, count))
        return run(kind, documents_in, text_bytes, memory, workers, folder)
    finally:
        shutil.rmtree(folder)


def corpus(kind: str, count: int) -> Iterator[pl.DataFrame]:
    """Make the documents of a corpus, about `BATCH_BYTES` at a time: id and text."""
    if kind == "giant":
        for number in GIANTS:
            yield numbered(np.array([number], np.uint64), count // 7)
        yield numbered(np.arange(10, 10 + BESIDE_GIANTS, dtype=np.uint64), SHORT_WORDS)
        return
    words = {"short": SHORT_WORDS, "long": LONG_WORDS, "equal": len(LINE) // 7}[kind]
    per_batch = max(1, BATCH_BYTES // (7 * words))
    for begin in range(0, count, per_batch):
        ids = np.arange(begin, min(begin + per_batch, count), dtype=np.uint64)
        if kind == "equal":
            yield pl.DataFrame({"id": pl.Series(ids).cast(pl.String), "text": LINE})
        else:
            yield numbered(ids, words)


def numbered(ids: np.ndarray, words: int) -> pl.DataFrame:
    """Make documents with their numbers as ids."""
    return pl.DataFrame({"id": pl.Series(ids).cast(pl.String), "text": documents(ids, words)})


def write_corpus(folder: Path, frames: Iterable[pl.DataFrame]) -> tuple[int, int]:
    """Write a Parquet file of each frame; return the documents and the bytes of their text."""
    folder.mkdir()
    count = total = 0
    for number, frame in enumerate(frames):
        count += frame.height
        total += int(frame["text"].str.len_bytes().sum())
        frame.write_parquet(folder / f"part-{number:06d}.parquet", compression_level=1)
    return count, total


def documents(ids: np.ndarray, words: int) -> pl.Series:
    """Make documents by their numbers.

    A document whose number ends in 0 repeats one that is up to a thousand tens earlier and ends
    in 1; one that ends in 5 nearly repeats such a document.
    """
    tens = ids // 10 * 10
    back = np.minimum(10 * (1 + mixed(ids) % np.uint64(1000)), tens)
    nearly = ids % 10 == 5
    origin = np.where((ids % 10 == 0) | nearly, tens - back + 1, ids)
    place = np.arange(words, dtype=np.uint64)
    drawn = mixed(2 * words * origin[:, None] + place)
    own = 2 * words * ids[nearly, None] + np.uint64(words) + place[::EVERY_CHANGED]
    drawn[np.ix_(nearly, np.arange(words) % EVERY_CHANGED == 0)] = mixed(own)
    drawn >>= np.uint64(64 - VOCABULARY_BITS)
    letters = np.full((len(ids), words, 7), ord(" "), np.uint8)
    for letter in range(6):
        letters[:, :, letter] = 97 + ((drawn >> np.uint64(4 * letter)) & np.uint64(15))
    ends = np.arange(len(ids) + 1, dtype=np.int64) * (7 * words)
    buffers = [None, pa.py_buffer(ends), pa.py_buffer(letters)]
    return pl.Series("text", pa.Array.from_buffers(pa.large_string(), len(ids), buffers))


def mixed(values: np.ndarray) -> np.ndarray:
    """Spread every bit over all (splitmix64's finaliser)."""
    with np.errstate(over="ignore"):
        values = (values + np.uint64(0x9E3779B97F4A7C15)).astype(np.uint64)
        values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return values ^ (values >> np.uint64(31))


def run(kind: str, count: int, text_bytes: int, memory: str, workers: int, folder: Path) -> Row:
    """Run the command and watch it."""
    out = folder / "out"
    command = [sys.executable, "-m", "corpuskit", "dedup", str(folder / "in"), "--out", str(out)]
    command += ["--workers", str(workers), "--memory", memory, "--quiet"]
    peak = work = 0
    used = cpu_seconds()
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        while process.poll() is None:
            peak = max(peak, sum(map(pss, tree(process.pid))))
            work = max(work, folder_bytes(out / ".work"))
            time.sleep(SAMPLE_SECONDS)
        complaint = process.stderr.read() if process.stderr else ""
    if process.returncode:
        raise SystemExit(f"{' '.join(command)}: exit {process.returncode}\n{complaint}")
    summary = json.loads((out / "summary.json").read_text())
    seconds, found = summary["seconds"], summary["duplicates"]
    return Row(
        kind=kind, documents=count, text_bytes=text_bytes, memory_bytes=in_bytes(memory),
        workers=workers, peak_bytes=peak, work_bytes=work, out_bytes=folder_bytes(out),
        score_seconds=seconds["score"], deduplicate_seconds=seconds["deduplicate"],
        write_seconds=seconds["write"], total_seconds=seconds["total"],
        cpu_seconds=cpu_seconds() - used,
        exact=found["exact"], near=found["near"], candidate_pairs=found["candidate_pairs"],
    )  # fmt: skip


def cpu_seconds() -> float:
    """Return the seconds on processors of all children that have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def in_bytes(memory: str) -> int:
    """Read --memory as the command line does."""
    from corpuskit.api import _bytes

    return _bytes("--memory", memory, 0, "nothing")


def tree(pid: int) -> list[int]:
    """List a process and its children, and theirs."""
    found = [pid]
    for each in found:
        for path in Path(f"/proc/{each}/task").glob("*/children"):
            try:
                found += map(int, path.read_text().split())
            except OSError:
                continue  # the thread is gone
    return found


def pss(pid: int) -> int:
    """Return a process's proportional set size in bytes; 0 for one that is gone."""
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


def folder_bytes(folder: Path) -> int:
    """Add up the files of a folder; one that goes away meanwhile counts nothing."""
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size if path.is_file() else 0
        except OSError:
            continue
    return total


if __name__ == "__main__":
    main()
