"""`corpuskit clean` against datatrove's FineWeb chain: same documents, one worker each.

The chain is FineWeb's: language, Gopher repetition, Gopher quality, C4 (without the rule on
terminal punctuation), FineWeb quality, then MinHash in its four stages (14 bands of 8 hashes over
word 5-grams). It runs through datatrove's own executor with one task at a time.

The text is English, since the chain's word splitter is English; corpuskit is given
`--languages en`. datatrove's clock starts after its imports and stops after its last stage.
corpuskit is given two clocks: the wall time of the whole command, imports and all, and the time
of the run alone from summary.json. Compiling corpuskit's kernels happens once per machine and is
kept out by a first run that is not measured.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import time
from pathlib import Path
from typing import Any

from bench.inputs import MEGABYTE, OUT, ROOT, corpuskit_clean, run_measured, texts, write_jsonl

LANGUAGE_MODEL = ROOT / "corpuskit" / "models" / "lid.176.ftz"
BANDS, HASHES_PER_BAND, SHINGLE_WORDS = 14, 8, 5


def language_filter() -> Any:
    """Return datatrove's English filter on the bundled lid.176.ftz instead of a download."""
    from datatrove.pipeline.filters import LanguageFilter
    from datatrove.utils.lid import FT176LID
    from fasttext.FastText import _FastText

    class BundledModel(FT176LID):
        @property
        def model(self) -> Any:
            if self._model is None:  # loaded on first use: the executor copies its steps
                self._model = _FastText(str(LANGUAGE_MODEL))
            return self._model

        def predict(self, document: Any) -> tuple[tuple[str, float], dict[str, float]]:
            # The C++ binding itself: its Python wrapper in some wheels refuses NumPy 2.
            line = document.text.replace("\n", " ") + "\n"
            pairs = self.model.f.predict(line, self.k, 0.0, "strict")
            scores = {label.split("__")[2]: score for score, label in pairs}
            best = max(scores.items(), key=lambda pair: pair[1])
            return best, {code: scores.get(code, 0.0) for code in self.languages}

    step = LanguageFilter(languages=["en"])
    step.model = BundledModel(["en"])
    return step


def filter_steps(source: Path, filtered: Path) -> list[Any]:
    """Return the reader, FineWeb's filters in their published order, and a writer."""
    from datatrove.pipeline.filters import (
        C4QualityFilter,
        FineWebQualityFilter,
        GopherQualityFilter,
        GopherRepetitionFilter,
    )
    from datatrove.pipeline.readers import JsonlReader
    from datatrove.pipeline.writers import JsonlWriter

    return [
        JsonlReader(str(source.parent), glob_pattern=source.name),
        language_filter(),
        GopherRepetitionFilter(),
        GopherQualityFilter(),
        C4QualityFilter(filter_no_terminal_punct=False),
        FineWebQualityFilter(),
        JsonlWriter(str(filtered), compression=None),
    ]


def minhash_stages(filtered: Path, work: Path) -> list[tuple[int, list[Any]]]:
    """Return MinHash's stages as (tasks, steps); the bucket stage has a task per band."""
    from datatrove.pipeline.dedup import (
        MinhashDedupBuckets,
        MinhashDedupCluster,
        MinhashDedupFilter,
        MinhashDedupSignature,
    )
    from datatrove.pipeline.dedup.minhash import MinhashConfig
    from datatrove.pipeline.readers import JsonlReader
    from datatrove.pipeline.writers import ParquetWriter

    config = MinhashConfig(
        n_grams=SHINGLE_WORDS, num_buckets=BANDS, hashes_per_bucket=HASHES_PER_BAND
    )
    signatures, buckets, removed = (str(work / name) for name in ("sigs", "buckets", "remove"))
    return [
        (1, [JsonlReader(str(filtered)), MinhashDedupSignature(signatures, config=config)]),
        (BANDS, [MinhashDedupBuckets(signatures, buckets, config=config)]),
        (1, [MinhashDedupCluster(buckets, removed, config=config)]),
        (
            1,
            [
                JsonlReader(str(filtered)),
                MinhashDedupFilter(removed),
                ParquetWriter(str(work / "kept")),
            ],
        ),
    ]


def count_kept(folder: Path) -> int:
    """Count the rows of the parquet files that the chain has written."""
    import pyarrow.parquet as pq

    return sum(pq.ParquetFile(path).metadata.num_rows for path in folder.rglob("*.parquet"))


def run_chain(source: Path, work: Path) -> dict[str, float | int]:
    """Run the whole chain in this process; return its seconds and the documents it kept."""
    from datatrove.executor import LocalPipelineExecutor
    from loguru import logger

    logger.remove()
    shutil.rmtree(work, ignore_errors=True)
    filtered = work / "filtered"
    stages = [(1, filter_steps(source, filtered)), *minhash_stages(filtered, work)]
    started = time.perf_counter()
    for number, (tasks, steps) in enumerate(stages):
        LocalPipelineExecutor(
            pipeline=steps, tasks=tasks, workers=1, logging_dir=str(work / "logs" / str(number))
        ).run()
    seconds = time.perf_counter() - started
    return {"seconds": seconds, "kept": count_kept(work / "kept")}


def print_row(name: str, size: int, seconds: float, peak: int, kept: int) -> None:
    """Print one line of the table."""
    speed = size / MEGABYTE / seconds
    peak_megabytes = peak / MEGABYTE
    print(f"{name:<28}{seconds:9.2f} s{speed:9.2f} MB/s{peak_megabytes:8.0f} MB peak{kept:7} kept")


def compare(megabytes: float) -> float:
    """Measure both on the same documents, print the table, return how many times faster."""
    source, cleaned = OUT / "english.jsonl", OUT / "corpuskit"
    size = write_jsonl(source, texts("en"), int(megabytes * MEGABYTE))
    command = corpuskit_clean(source, cleaned, "--languages", "en")
    run_measured(command)
    ours = run_measured(command)
    summary = json.loads((cleaned / "summary.json").read_text(encoding="utf-8"))
    ours_inside, our_kept = summary["seconds"]["total"], summary["documents"]["kept"]
    chain = [sys.executable, "-m", "bench.datatrove_pipeline", "--chain", str(source)]
    theirs = run_measured(chain)
    result = json.loads(theirs.stdout.splitlines()[-1])
    print(f"English web text, {size / MEGABYTE:.1f} MB, one worker each")
    print_row("datatrove 0.10", size, result["seconds"], theirs.peak_bytes, result["kept"])
    print_row("corpuskit clean, command", size, ours.seconds, ours.peak_bytes, our_kept)
    print_row("corpuskit clean, run alone", size, ours_inside, ours.peak_bytes, our_kept)
    print(f"ratio: {result['seconds'] / ours.seconds:.0f} with corpuskit's start-up and imports")
    print(f"ratio: {result['seconds'] / ours_inside:.0f} without, as datatrove is timed")
    return float(result["seconds"] / ours_inside)


def main() -> None:
    """Compare, or with --chain run datatrove alone (the child process of the comparison)."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--megabytes", type=float, default=16.0, help="English text to clean")
    parser.add_argument("--chain", type=Path, help="run datatrove alone over this jsonl file")
    arguments, _ = parser.parse_known_args()
    if arguments.chain is not None:
        print(json.dumps(run_chain(arguments.chain, OUT / "datatrove")))
    else:
        compare(arguments.megabytes)


if __name__ == "__main__":
    main()
