"""The text that the benchmarks read, and one way to run and measure a command.

Text comes from ``../shared/data/web.parquet`` where that folder lies beside the project, else
from ``sample_data/``. Only ratios taken in one run are comparable, never two printed speeds.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WEB = ROOT.parent / "shared" / "data" / "web.parquet"
SAMPLE = ROOT / "sample_data"
OUT = ROOT / "bench" / "out"
MEGABYTE = 1_000_000

# A child's peak starts at the memory of the process that started it, so a small one stands between.
# Linux counts ru_maxrss in KiB.
LAUNCHER = """
import json, os, subprocess, sys, time
started = time.perf_counter()
child = subprocess.Popen(sys.argv[2:])
_, status, usage = os.wait4(child.pid, 0)
with open(sys.argv[1], "w") as stream:
    seconds = time.perf_counter() - started, usage.ru_utime + usage.ru_stime
    json.dump([seconds[0], usage.ru_maxrss * 1024, seconds[1]], stream)
sys.exit(os.waitstatus_to_exitcode(status))
"""


@dataclass(frozen=True)
class Measured:
    """What one child process took: wall seconds, peak resident bytes, standard output, and the
    seconds of processor of all its threads.
    """

    seconds: float
    peak_bytes: int
    stdout: str
    cpu_seconds: float


def run_measured(command: Sequence[str]) -> Measured:
    """Run a command to its end and measure that process alone.

    Raises
    ------
    SystemExit
        The command failed; its standard error is the message.
    """
    with tempfile.TemporaryDirectory() as folder:
        usage = Path(folder) / "usage.json"
        launch = [sys.executable, "-c", LAUNCHER, str(usage), *command]
        result = subprocess.run(launch, cwd=ROOT, capture_output=True, text=True)
        if result.returncode != 0:
            line = f"{' '.join(command)}: exit {result.returncode}"
            raise SystemExit(f"{result.stderr}\n{line}")
        seconds, peak_bytes, cpu_seconds = json.loads(usage.read_text())
    return Measured(seconds, peak_bytes, result.stdout, cpu_seconds)


def corpuskit_clean(source: Path, out: Path, *options: str) -> list[str]:
    """Return the command that cleans ``source`` with one worker, replacing an earlier result."""
    command = [sys.executable, "-m", "corpuskit", "clean", str(source), "--out", str(out)]
    return [*command, "--workers", "1", "--quiet", "--overwrite", *options]


def texts(language: str | None = None) -> Iterator[str]:
    """Yield real documents in a fixed order, of one language (ISO 639-1) or of all."""
    import polars as pl

    if WEB.exists():
        frame = pl.scan_parquet(WEB)
    else:
        files = [pl.scan_parquet(path) for path in sorted(SAMPLE.glob("*.parquet"))]
        frame = pl.concat(files, how="diagonal")
    if language is not None:
        frame = frame.filter(pl.col("lang") == language)
    column = frame.select("text").drop_nulls().collect()["text"]
    yield from column.sample(fraction=1.0, shuffle=True, seed=0)


def write_jsonl(path: Path, documents: Iterator[str], limit_bytes: int) -> int:
    """Write documents as JSON lines up to ``limit_bytes`` of text; return the bytes of text."""
    path.parent.mkdir(parents=True, exist_ok=True)
    total = 0
    with path.open("w", encoding="utf-8") as stream:
        for number, text in enumerate(documents):
            total += len(text.encode())
            record = {"id": str(number), "text": text}
            stream.write(json.dumps(record, ensure_ascii=False) + "\n")
            if total >= limit_bytes:
                break
    return total
