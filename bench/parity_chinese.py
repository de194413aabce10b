"""FineWeb-2's rules for Chinese against the installed datatrove, and our words beside jieba's.

Both sides judge the same Chinese documents, by each filter as it stands. datatrove asks jieba for
its words, corpuskit its own kernel; the last lines tell how fast each cuts the same text, on one
thread, in one run. datatrove takes time that grows with the square of a document, so long ones
are left out.

    .venv-bench/bin/python -m bench.parity_chinese              up to 500 documents
    .venv-bench/bin/python -m bench.parity_chinese --limit 50
"""

from __future__ import annotations

import argparse
import logging
import time
import warnings
from collections import Counter
from collections.abc import Callable, Sequence

import polars as pl

from bench.inputs import MEGABYTE, SAMPLE, WEB
from corpuskit.features import Measured
from corpuskit.features.jieba_dictionary import lexicon
from corpuskit.features.zh_words import ZH_WORDS
from corpuskit.kernels.segment import segment
from tests.oracle.chinese import FILTERS, ours
from tests.oracle.filters import KEPT, Verdict, theirs

DOCUMENTS = 500
MAX_CHARS = 10_000
ROUNDS = 3


def documents(limit: int) -> list[str]:
    """Read Chinese web pages, then articles; without them, the samples that ship."""
    if WEB.exists():
        frames = [pl.read_parquet(WEB), pl.read_parquet(WEB.with_name("multi.parquet"))]
    else:
        frames = [pl.read_ndjson(SAMPLE / "chinese-classics.jsonl.gz")]
    columns = []
    for frame in frames:
        chosen = frame.filter(
            pl.col("lang").str.starts_with("zh"),
            pl.col("text").str.len_chars().is_between(1, MAX_CHARS),
        )
        columns.append(chosen["text"].sample(fraction=1.0, shuffle=True, seed=0))
    return pl.concat(columns).head(limit).to_list()


def table(expected: dict[str, list[Verdict]], found: dict[str, list[Verdict]]) -> list[str]:
    """Count where both sides decide alike, and where the first reason is the same."""
    lines = [
        "| filter | dropped by datatrove | by corpuskit | same decision | same reason |",
        "|---|---|---|---|---|",
    ]
    for filter_ in FILTERS:
        pairs = list(zip(expected[filter_.name], found[filter_.name], strict=True))
        dropped = [sum(side.reason != KEPT for side in sides) for sides in zip(*pairs, strict=True)]
        decided = sum((one.reason == KEPT) == (two.reason == KEPT) for one, two in pairs)
        reasons = sum(one.reason == two.reason for one, two in pairs)
        lines.append(
            f"| {filter_.name} | {dropped[0]} | {dropped[1]} | {decided} of {len(pairs)} "
            f"({100 * decided / len(pairs):.2f} %) | {reasons} |"
        )
        apart = Counter((a.reason, b.reason) for a, b in pairs if a.reason != b.reason)
        lines += [f"    {theirs_} / {ours_}: {count}" for (theirs_, ours_), count in apart.items()]
    return lines


def speed(texts: Sequence[str]) -> list[str]:
    """Time jieba, the kernel and the whole feature group on the same text; the best counts."""
    import jieba

    batch = Measured(pl.Series(texts, dtype=pl.String))
    megabytes = (batch.buffer.offsets[-1] - batch.buffer.offsets[0]) / MEGABYTE
    ours_ = best(lambda: segment(batch.buffer, lexicon()))
    rows = [
        ("jieba.lcut", best(lambda: [jieba.lcut(text) for text in texts], rounds=1)),
        ("corpuskit segment", ours_),
        ("corpuskit zh_words", best(lambda: ZH_WORDS.compute(batch))),
    ]
    return [
        f"{name:20s} {megabytes / seconds:8.2f} MB/s {seconds / ours_:8.2f} x our time"
        for name, seconds in rows
    ]


def best(run: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Return the fewest seconds of this thread's own time, of some rounds."""
    seconds = []
    for _ in range(rounds):
        started = time.thread_time()
        run()
        seconds.append(time.thread_time() - started)
    return min(seconds)


def main() -> None:
    """Compare and print."""
    warnings.simplefilter("ignore")
    logging.getLogger("jieba").setLevel(logging.ERROR)
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--limit", type=int, default=DOCUMENTS, help="documents at most")
    arguments, _ = parser.parse_known_args()
    texts = documents(arguments.limit)
    theirs(FILTERS, texts[:1])  # load the dictionaries
    started = time.perf_counter()
    ours(texts[:1])
    lexicon.cache_clear()
    compiled = time.perf_counter()
    lexicon()
    loaded = time.perf_counter()
    expected = theirs(FILTERS, texts)
    judged = time.perf_counter()
    found, _ = ours(texts)
    done = time.perf_counter()
    print(f"{len(texts)} documents, {sum(map(len, texts)):,} characters")
    print("\n".join(table(expected, found)))
    print(
        f"datatrove {judged - loaded:.1f} s, corpuskit {done - judged:.2f} s; our dictionary "
        f"loads in {loaded - compiled:.2f} s (the first time, with kernels, in "
        f"{compiled - started:.1f} s)"
    )
    print("\n".join(speed(texts)))


if __name__ == "__main__":
    main()
