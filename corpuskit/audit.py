"""What `corpuskit report` was given, and an audit of raw text.

A path is a finished run, a run that is not finished, or data. An audit is a run of the recipe
`measure`, which flags and drops nothing; it writes scores, samples and the report, and no copy of
the texts.
"""

from __future__ import annotations

import re
import shlex
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from corpuskit import run
from corpuskit.errors import ConfigError
from corpuskit.layout import NO_TEXTS, Layout
from corpuskit.progress import Progress
from corpuskit.readers import ReadOptions
from corpuskit.reference import held, held_against, identify
from corpuskit.repeat import Options

RECIPE: Final = "measure"
RUN: Final = "a run"
DATA: Final = "data"


def kind_of(path: str) -> str:
    """Say what a path is: `RUN`, finished or not, or `DATA`.

    A folder with a manifest, a summary or the plan of an unfinished run is a run.
    """
    layout = Layout(Path(path))
    signs = (layout.manifest, layout.summary, layout.plan)
    return RUN if any(sign.exists() for sign in signs) else DATA


def sort_out(paths: Sequence[str]) -> str:
    """Say what several paths are together.

    Raises
    ------
    ConfigError
        If runs and data are mixed, if there are more than two runs, or if one is named twice.
    """
    kinds = {path: kind_of(path) for path in paths}
    runs = [path for path in paths if kinds[path] == RUN]
    if not runs:
        return DATA
    data = [path for path in paths if kinds[path] == DATA]
    if data:
        raise ConfigError(
            f"report: {runs[0]} is a run and {data[0]} is data; give one run, two runs to compare, "
            "or data alone for an audit (--reference holds a run against data)"
        )
    if len(runs) > 2:
        raise ConfigError(f"report: {len(runs)} runs; give one, or two to compare")
    if len(runs) == 2 and Path(runs[0]).resolve() == Path(runs[1]).resolve():
        raise ConfigError(f"report: {runs[1]} is named twice; name another run to compare it with")
    return RUN


def default_out(inputs: Sequence[str]) -> Path:
    """Name the folder of an audit after its first input, in the working directory.

    Examples
    --------
    >>> default_out(["data/web.jsonl.gz"]), default_out(["crawl/*.parquet"]), default_out([".."])
    (PosixPath('web_report'), PosixPath('crawl_report'), PosixPath('corpus_report'))
    """
    fixed = re.split(r"[*?\[]", inputs[0])[0]
    name = (fixed.rstrip("/") if fixed == inputs[0] else fixed.rpartition("/")[0]).split("/")[-1]
    stem = re.sub(r"[^\w-]+", "_", name.partition(".")[0]).strip("_-")
    return Path(f"{stem or 'corpus'}_report")


def audit(
    inputs: Sequence[str],
    out: Path | None,
    read: ReadOptions,
    progress: Progress,
    reference: str | None = None,
    workers: int = 1,
    overwrite: bool = False,
) -> Path:
    """Measure raw text and write its report; return the folder.

    Raises
    ------
    ConfigError, DataError, RunError
        As a run.
    """
    folder = default_out(inputs) if out is None else out
    words = ["corpuskit", "report", *inputs, "--out", str(folder)]
    words += [] if reference is None else ["--reference", reference]
    run.execute(
        Options(
            inputs=tuple(inputs), out=folder, recipe=RECIPE, read=read, reference=reference,
            format=NO_TEXTS, workers=workers, overwrite=overwrite, repeat=shlex.join(words),
        ),
        progress,
    )  # fmt: skip
    return folder


def reference_of(
    folder: Path, reference: str, progress: Progress, workers: int = 1
) -> Mapping[str, Any]:
    """Hold a finished run against a reference; its own folder stays as it is.

    Raises
    ------
    ConfigError, DataError, RunError
        As `corpuskit.reference`.
    """
    own = Layout(folder)
    found = identify(reference, own)
    here = held(own)
    with tempfile.TemporaryDirectory(prefix="corpuskit-reference-") as scratch:
        return held_against(
            found, here, Layout(Path(scratch)),
            lambda options: run.execute(options, progress), progress, workers,
        )  # fmt: skip
