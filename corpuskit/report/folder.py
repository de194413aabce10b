"""The folder of a run as a report finds it: finished, half-finished, with parts missing, or none.

A half-finished run has no report: half the numbers in a page would be taken for all of them, and
a script that asked for a page would not notice. So it is an error (exit code 5), which says how far
the run came by its receipts, and with which command it goes on. What a finished run has lost since,
such as scores/, is told in notes; the report needs none of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl

from corpuskit.errors import RunError
from corpuskit.layout import Layout
from corpuskit.report.pretrain import read as read_pretrain
from corpuskit.report.wording import count, share

NEEDS: Final = {
    "scores": "sweep, decide, explain, sample, diff, clusters and calibrate",
    "duplicates.parquet": "sweep, decide, explain, sample, diff and clusters",
    "kept": "export, pretrain and explain",
    "dropped": "explain and sample",
    "raw_sample": "pretrain",
}
"""What a run may have lost, and what is not possible without it."""


@dataclass(frozen=True)
class Contents:
    """What a report is made from.

    summary : what summary.json holds. documents : what report_documents.json holds, or None.
    pretrain : the section of the pretraining step, or None where it has not judged the run.
    """

    summary: Mapping[str, Any]
    documents: Mapping[str, Any] | None
    pretrain: Mapping[str, Any] | None


def read_contents(layout: Layout) -> Contents:
    """Read what a report is made from.

    Raises
    ------
    RunError
        If there is no summary, or if it, the documents or the verdict are damaged.
    """
    summary = _json(layout.summary)
    if summary is None:
        raise RunError(
            f"{layout.root}: no summary.json, so no finished run; run corpuskit clean first"
        )
    documents = _json(layout.report_documents)
    return Contents(summary, documents, read_pretrain(layout.pretrain))


def read_verdict(layout: Layout) -> dict[str, Any] | None:
    """Read verdict.json of the pretraining step, or return None where it has not judged the run."""
    return _json(layout.pretrain / "verdict.json")


@contextmanager
def as_written(layout: Layout) -> Iterator[None]:
    """Make one sentence of what a summary of another version, or a mended one, lacks.

    Raises
    ------
    RunError
        For a key that is missing or a value of another type.
    """
    try:
        yield
    except (LookupError, TypeError, AttributeError, ValueError) as error:
        raise RunError(
            f"{layout.summary}: not as this version writes it ({error}); "
            "run the command again with --overwrite"
        ) from error


def only_license(layout: Layout) -> str | None:
    """Return the licence of all kept documents, where their column `license` has one value.

    Only Parquet is looked at: it has the column apart from the texts.
    """
    paths = sorted(layout.kept.glob("part-*.parquet"))
    if not paths or pl.read_parquet_schema(paths[0]).get("license") != pl.String:
        return None
    column = pl.scan_parquet(paths).select("license").unique().head(2)
    found = column.collect(engine="streaming")["license"].to_list()
    return found[0] or None if len(found) == 1 else None


def check_finished(layout: Layout) -> None:
    """Refuse what is no finished run, in words that say what it is.

    Raises
    ------
    RunError
        If there is no such folder, if it is no run's, or if its run is not finished.
    """
    root = layout.root
    if not root.exists():
        raise RunError(f"{root}: no such folder; name the folder of a run, --out of clean")
    if not root.is_dir():
        raise RunError(f"{root}: is a file; name the folder of a run, --out of clean")
    if layout.manifest.exists():
        return
    if layout.plan.exists():
        raise RunError(f"{root}: {unfinished(layout)}")
    if not layout.summary.exists():
        raise RunError(
            f"{root}: no run of corpuskit (no manifest.json, no summary.json); name the folder "
            "that clean wrote with --out"
        )


def unfinished(layout: Layout) -> str:
    """Say how far a run came that is not finished, and what finishes it.

    Raises
    ------
    RunError
        If its plan or a receipt is damaged.
    """
    plan = _json(layout.plan) or {}
    receipts = _receipts(layout.work / "score")
    shards = _receipts(layout.work / "write")
    total = sum(source["bytes"] for source in plan.get("inputs", ()))
    read = sum(receipt["read_bytes"] for receipt in receipts)
    scored = sum(receipt["documents"] for receipt in receipts)
    written = sum(shard["documents"]["in"] for shard in shards)
    searched = (layout.work / "deduplicate.json").exists()
    parts = [
        f"{share(min(read, total), total)} of the input is measured ({count(scored)} documents)",
        "duplicates are searched" if searched else "duplicates are not searched",
        f"{count(written)} documents are written to kept/ and dropped/",
        "the summary is missing" if not layout.summary.exists() else "the manifest is missing",
    ]
    command = plan.get("repeat", "the command that began it")
    return f"not finished: {', '.join(parts)}; to go on from there, give again: {command}"


def lost(layout: Layout) -> list[str]:
    """Say what a finished run has lost, and what needs a new run; a sentence each."""
    facts = _json(layout.manifest)
    if facts is None:
        return []
    parts: dict[str, list[Path]] = {name: [] for name in NEEDS}
    for name in (*facts.get("outputs", ()), layout.duplicates.name):
        parts.setdefault(name.partition("/")[0], []).append(layout.root / name)
    missing = [name for name in NEEDS if not all(path.exists() for path in parts[name])]
    again = facts.get("repeat", "run corpuskit clean again")
    return [f"{layout.root / name}: not whole, so {NEEDS[name]} need a new run: {again}"
            for name in missing]  # fmt: skip


def _receipts(folder: Path) -> list[dict[str, Any]]:
    found = (_json(path) for path in sorted(folder.glob("*.json")))
    return [receipt for receipt in found if receipt is not None]


def _json(path: Path) -> dict[str, Any] | None:
    """Read a JSON file of a run, or return None where there is none."""
    try:
        found = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise RunError(
            f"{path}: damaged ({error}); run the command again with --overwrite"
        ) from error
    if not isinstance(found, dict):
        raise RunError(f"{path}: damaged (no object); run the command again with --overwrite")
    return found
