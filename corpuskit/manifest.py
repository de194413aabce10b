"""What makes a run trustworthy: the plan's fingerprint, receipts, resume, the conservation check.

A **plan** is everything that decides the bytes of the output; its fingerprint stands in each
receipt. A **receipt** is written after the data that it speaks of, so it is the commit point: a
killed run goes on behind its last receipts. `manifest.json` is the receipt of the whole run.
"""

from __future__ import annotations

import hashlib
import json
import platform
import resource
import shutil
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import corpuskit
from corpuskit.config import fingerprint
from corpuskit.errors import ConfigError, RunError
from corpuskit.layout import Layout
from corpuskit.writers import write_json

SAMPLED_BYTES = 1 << 16


@dataclass(frozen=True)
class Receipts:
    """The receipts of one stage, by name."""

    folder: Path
    plan: str

    def read(self, name: str) -> dict[str, Any] | None:
        """Return a receipt of this plan, or None."""
        path = self.folder / f"{name}.json"
        if not path.exists():
            return None
        receipt: dict[str, Any] = json.loads(path.read_text("utf-8"))
        if receipt["plan"] != self.plan:
            raise RunError(f"{path}: written for plan {receipt['plan']}, this is {self.plan}")
        return receipt

    def write(self, name: str, receipt: Mapping[str, Any]) -> None:
        """Commit: what the receipt speaks of is on disk."""
        write_json(self.folder / f"{name}.json", {"plan": self.plan, **receipt})


def input_digest(path: Path) -> str:
    """Hash size, first, middle and last 64 KiB of a file: cheap, and changes when the file does.

    For a folder (a saved dataset), of all its files.
    """
    digest = hashlib.sha256()
    for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
        if file.is_file():
            digest.update(_sampled(file))
    return digest.hexdigest()[:16]


def _sampled(path: Path) -> bytes:
    size = path.stat().st_size
    parts = [str(size).encode()]
    with path.open("rb") as file:
        for start in sorted({0, max(0, size // 2), max(0, size - SAMPLED_BYTES)}):
            file.seek(start)
            parts.append(file.read(SAMPLED_BYTES))
    return b" ".join(parts)


def sha256(path: Path) -> str:
    """Hash a whole file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def versions() -> dict[str, str]:
    """Name the versions that the bytes of the output depend on."""
    names = ("polars", "pyarrow", "numpy", "numba")
    own = {"corpuskit": corpuskit.__version__, "python": platform.python_version()}
    return {**own, **{name: version(name) for name in names}}


def peak_memory() -> int:
    """Return the largest resident memory of this process so far, in bytes.

    On Linux from /proc: `ru_maxrss` starts with the memory of whoever launched the process.
    """
    status = Path("/proc/self/status")
    if status.exists():
        (line,) = (row for row in status.read_text().splitlines() if row.startswith("VmHWM"))
        return int(line.split()[1]) * 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON file that a run wrote.

    Raises
    ------
    RunError
        If it is missing or damaged.
    """
    try:
        found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise RunError(
            f"{path}: missing or damaged ({error}); run again with --overwrite"
        ) from error
    return found


def is_complete(layout: Layout, plan: str) -> bool:
    """Say whether the folder holds this very run, finished.

    Raises
    ------
    RunError
        If it holds another run, or files that no run of corpuskit made.
    """
    found = _found_plan(layout)
    if found is None:
        strangers = _strangers(layout) + [path for path in layout.own() if path.exists()]
        if strangers:
            raise RunError(
                f"{layout.root}: not empty and not a corpuskit run (there is "
                f"{strangers[0].name!r}); choose another folder for --out"
            )
        return False
    if found != plan:
        raise RunError(
            f"{layout.root}: holds a run of plan {found}, this is plan {plan} (another input, "
            "recipe or option); add --overwrite to replace it, or choose another folder for --out"
        )
    return layout.manifest.exists()


def clear(layout: Layout) -> None:
    """Delete what an earlier run left in the folder, and nothing else.

    Raises
    ------
    RunError
        If the folder holds files but is no run of corpuskit's.
    """
    if _found_plan(layout) is None and any(layout.root.glob("*")):
        raise RunError(
            f"{layout.root}: not empty and not a corpuskit run, so --overwrite will not delete "
            "it; choose another folder for --out"
        )
    for path in layout.own():
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def begin(layout: Layout, plan: Mapping[str, Any], repeat: str) -> None:
    """Create the folder of a run and write its plan there, unless it is there already.

    Files that a killed run had not finished are deleted.

    Parameters
    ----------
    repeat : the command that asks for this run, and goes on with it; not part of the plan.
    """
    if layout.plan.exists():
        for folder in (path for path in layout.own() if path.is_dir()):
            for path in folder.rglob(".*.tmp-*"):
                path.unlink()
        return
    try:
        layout.work.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RunError(
            f"{layout.root}: cannot be written ({error.strerror}); choose another --out"
        ) from error
    write_json(layout.plan, {"plan": fingerprint(plan), "repeat": repeat, **plan})


def check_apart(out: Path, inputs: Iterable[Path]) -> None:
    """Refuse an output folder inside an input folder, or the other way round.

    Raises
    ------
    ConfigError
        Naming both.
    """
    out = out.resolve()
    for path in inputs:
        if not path.exists():
            continue  # a glob or the name of a dataset; what it stands for is given as well
        found = path.resolve()
        if out == found or found in out.parents:
            raise ConfigError(
                f"--out {out}: lies inside the input {path}, so a second run would read its own "
                "output; choose a folder outside"
            )
        if out in found.parents:
            raise ConfigError(
                f"--out {out}: holds the input {path}, which must not be mixed with output; "
                "choose another folder"
            )


def check_conservation(offered: int, kept: int, dropped: int, skipped: int) -> None:
    """Check that no document got lost: in = kept + dropped + skipped.

    Raises
    ------
    RunError
        With the four numbers.
    """
    if offered != kept + dropped + skipped:
        raise RunError(
            f"conservation: {offered} records in, but {kept} kept + {dropped} dropped + "
            f"{skipped} skipped = {kept + dropped + skipped}; nothing was published, please "
            "report this"
        )


def _found_plan(layout: Layout) -> str | None:
    for path in (layout.manifest, layout.plan):
        try:
            return str(json.loads(path.read_text("utf-8"))["plan"])
        except FileNotFoundError:
            continue
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise RunError(f"{path}: damaged ({error}); choose another folder") from error
    return None


def _strangers(layout: Layout) -> list[Path]:
    if layout.root.exists() and not layout.root.is_dir():
        raise RunError(f"{layout.root}: is a file; choose a folder for --out")
    own = {path.name for path in layout.own()}
    return sorted(path for path in layout.root.glob("*") if path.name not in own)
