"""`decide` and `sweep` over a million documents, and how long cleaning those would have taken.

The documents of the benchmarks are cleaned once with the default recipe; their scores are then
repeated under new ids, so that the values, the rules and the duplicates are real ones. Each
command is timed three ways: the decision alone (the scores are in memory), with reading the
scores, and as a whole process. The limits are those of the project: a second for each decision.
"""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path

from bench.inputs import OUT, SAMPLE, WEB, corpuskit_clean, run_measured

DOCUMENTS = 1_000_000
PART = 50_000
ROUNDS = 3
LIMIT_SECONDS = 1.0
RULE, SETTING = "gopher.too_few_words", "gopher.too_few_words.min=30"


def main() -> None:
    """Print a table: seconds of each command, and the ratio to cleaning."""
    source, big = OUT / "tuning_source", OUT / "tuning"
    cleaning = run_measured(corpuskit_clean(WEB if WEB.exists() else SAMPLE, source)).seconds
    try:
        documents = enlarge(source, big)
        report(big, DOCUMENTS, cleaning * DOCUMENTS / documents)
    finally:
        shutil.rmtree(big, ignore_errors=True)
        shutil.rmtree(source, ignore_errors=True)


def enlarge(source: Path, big: Path) -> int:
    """Write a run of `DOCUMENTS` documents that repeats another; return how many that has."""
    import polars as pl

    from corpuskit import manifest
    from corpuskit.layout import Layout
    from corpuskit.writers import write_json, write_parquet

    old, new = Layout(source), Layout(big)
    shutil.rmtree(big, ignore_errors=True)
    scores = pl.read_parquet(old.score_parts())
    facts = manifest.read_json(old.manifest)
    facts["outputs"] = {}
    for number, start in enumerate(range(0, DOCUMENTS, PART)):
        rows = pl.Series(range(start, min(start + PART, DOCUMENTS)), dtype=pl.UInt64)
        part = scores[rows % scores.height].with_columns(doc_id=renamed(rows, scores))
        path = new.score_part(f"{number:05d}-000000")
        count, size, digest = write_parquet(path, part)
        facts["outputs"][f"scores/{path.name}"] = {
            "documents": count, "bytes": size, "sha256": digest,
        }  # fmt: skip
    members = pl.read_parquet(old.duplicates)
    copies = range(DOCUMENTS // scores.height + 1)
    ids = ("doc_id", "cluster", "representative")
    repeated = pl.concat([members.with_columns(pl.col(ids).hash(copy)) for copy in copies])
    write_parquet(new.duplicates, repeated)
    facts["duplicates_sha256"] = manifest.sha256(new.duplicates)
    write_json(new.manifest, facts)
    return scores.height


def renamed(rows: object, scores: object) -> object:
    """Give every repetition of a document an id of its own, as `enlarge` gives the members."""
    import polars as pl

    assert isinstance(rows, pl.Series)
    assert isinstance(scores, pl.DataFrame)
    copies = rows // scores.height
    ids = scores["doc_id"][rows % scores.height]
    return pl.concat(
        [
            ids.filter(copies == copy).to_frame().select(pl.col("doc_id").hash(copy)).to_series()
            for copy in copies.unique(maintain_order=True)
        ]
    )


def report(folder: Path, documents: int, cleaning: float) -> None:
    """Time the commands on a run and print them."""
    from corpuskit.tuning.again import Changes, changed_recipe
    from corpuskit.tuning.compare import compare
    from corpuskit.tuning.finished import open_finished
    from corpuskit.tuning.sweep import sweep

    run = open_finished(folder)
    recipe = changed_recipe(run, Changes(overrides=(SETTING,)))
    rules = len(recipe.all_rules())
    size = sum(path.stat().st_size for path in run.parts) / 1e6
    held = Held(run)
    command = [sys.executable, "-m", "corpuskit"]
    thresholds = [20.0, 30.0, 50.0, 70.0]
    rows: list[tuple[str, Callable[[], object], Callable[[], object], list[str]]] = [
        (
            "decide", lambda: compare(held.run, recipe), lambda: compare(run, recipe),
            [*command, "decide", str(folder), "--set", SETTING, "--json"],
        ),
        (
            "sweep, 4 thresholds", lambda: sweep(held.run, RULE, "min", thresholds),
            lambda: sweep(run, RULE, "min", thresholds),
            [*command, "sweep", str(folder), "--rule", RULE, "--min", "20,30,50,70", "--json"],
        ),
        (
            "sweep, curve by language", lambda: sweep(held.run, RULE, by="language"),
            lambda: sweep(run, RULE, by="language"),
            [*command, "sweep", str(folder), "--rule", RULE, "--curve", "--by", "language",
             "--json"],
        ),
    ]  # fmt: skip
    print(f"{documents:,} documents, {rules} rules, {size:.0f} MB of scores; best of {ROUNDS}")
    print(f"{'':<26}{'decision':>10}{'+ reading':>11}{'process':>10}{'of cleaning':>14}")
    for name, decision, reading, words in rows:
        seconds = best(decision), best(reading), run_measured(words).seconds
        cells = "".join(f"{value:>9.2f} s" for value in seconds)
        over = "" if seconds[0] < LIMIT_SECONDS else f"  over {LIMIT_SECONDS} s"
        print(f"{name:<26}{cells}{cleaning / seconds[2]:>11.0f} x{over}")


class Held:
    """A run whose scores are in memory already, so that deciding can be timed alone."""

    def __init__(self, run: object) -> None:
        from dataclasses import fields

        from corpuskit.tuning.finished import FinishedRun

        assert isinstance(run, FinishedRun)
        frame = run.scores().drop("bands", "text_hash", strict=False).collect()

        class InMemory(FinishedRun):
            def scores(self) -> object:  # type: ignore[override]
                return frame.lazy()

        self.run = InMemory(**{field.name: getattr(run, field.name) for field in fields(run)})


def best(call: Callable[[], object]) -> float:
    """Run a call some times; return the shortest time in seconds."""
    shortest = float("inf")
    for _ in range(ROUNDS):
        started = time.perf_counter()
        call()
        shortest = min(shortest, time.perf_counter() - started)
    return shortest


if __name__ == "__main__":
    main()
