"""The language kernel against the fastText library: speed, labels, scores, in one run.

Both read the bundled lid.176.ftz and the same documents, one thread each, in turns. The library
is given what its fastest call takes, a list of lines; making that list is not counted.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from itertools import islice

import numpy as np
import polars as pl

from bench.inputs import MEGABYTE, WEB, texts

DOCUMENTS = 5_000
ROUNDS = 3
MULTILINGUAL = WEB.with_name("multi.parquet")


def main() -> None:
    """Print a row per corpus: MB/s of both, the ratio, and how far the answers agree."""
    print("corpus      MB    kernel MB/s  fastText MB/s  ratio  same labels  largest difference")
    for name, documents in corpora():
        print(compare(name, pl.Series(list(islice(documents, DOCUMENTS)), dtype=pl.String)))


def corpora() -> Iterator[tuple[str, Iterator[str]]]:
    """Web text, and documentation with much Chinese where it is there."""
    yield "web" if WEB.exists() else "sample", texts()
    if MULTILINGUAL.exists():
        column = pl.read_parquet(MULTILINGUAL, columns=["text"])["text"].drop_nulls()
        yield "multi", iter(column.sample(fraction=1.0, shuffle=True, seed=0))


def compare(name: str, documents: pl.Series) -> str:
    """Measure one corpus; the best of some rounds counts for each side."""
    from fasttext.FastText import _FastText

    from corpuskit.features.language import BUNDLED_PATH, identify, load_model
    from corpuskit.kernels.arrow import text_buffer

    model, buffer = load_model(), text_buffer(documents)
    library = _FastText(model_path=str(BUNDLED_PATH))
    lines = [text.replace("\n", " ") + "\n" for text in documents]
    identify(model, text_buffer(documents[:1]))  # compile
    kernel_seconds, (labels, scores) = best(lambda: identify(model, buffer))
    library_seconds, (names, values) = best(
        lambda: library.f.multilinePredict(lines, 1, 0.0, "strict")
    )
    worded = labels >= 0  # the library names a language for empty texts too
    expected = np.array([name[0].removeprefix("__label__") for name in names])[worded]
    found = np.array(model.labels)[labels[worded]]
    gap = np.abs(np.minimum([value[0] for value in values], 1)[worded] - scores[worded])
    megabytes = (buffer.offsets[-1] - buffer.offsets[0]) / MEGABYTE
    return (
        f"{name:8s} {megabytes:6.1f} {megabytes / kernel_seconds:13.1f} "
        f"{megabytes / library_seconds:14.1f} {library_seconds / kernel_seconds:6.1f} "
        f"{(expected == found).sum():6d}/{worded.sum():<6d} {gap.max():.1e}"
    )


def best(call: Callable[[], tuple]) -> tuple[float, tuple]:
    """Run a call some times; return the shortest time in seconds and the last answer."""
    shortest = float("inf")
    for _ in range(ROUNDS):
        started = time.perf_counter()
        answer = call()
        shortest = min(shortest, time.perf_counter() - started)
    return shortest, answer


if __name__ == "__main__":
    main()
