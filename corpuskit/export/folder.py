"""The folder of an export: what may be written where, and what may be deleted.

All files are made in a hidden folder beside their place and moved when all of them are there,
behind `export.json`, which lists them. So a killed export leaves nothing but the hidden folder,
and ``--overwrite`` deletes what the list names and not one file more.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from corpuskit.errors import ConfigError, RunError
from corpuskit.layout import Layout
from corpuskit.manifest import sha256
from corpuskit.writers import write_json

LIST = "export.json"
UNFINISHED = ".export-unfinished"


def check_place(layout: Layout, out: Path) -> None:
    """Refuse to mix an export with the run's own files.

    Raises
    ------
    ConfigError
        If `out` is the run's folder, holds it, or lies in one of the run's own folders.
    """
    root, place = layout.root.resolve(), out.resolve()
    if place == root or place in root.parents:
        raise ConfigError(
            f"--out {out}: holds the run {layout.root} itself; choose a folder of its own"
        )
    for own in layout.own():
        if place == own.resolve() or own.resolve() in place.parents:
            raise ConfigError(
                f"--out {out}: lies inside {own}, which belongs to the run; choose another folder"
            )


def check_free(out: Path, overwrite: bool) -> None:
    """Refuse a folder that holds something, unless it is an export that may be replaced.

    Raises
    ------
    ConfigError
        Naming a file that is there.
    """
    if out.exists() and not out.is_dir():
        raise ConfigError(f"--out {out}: is a file; choose a folder")
    there = sorted(path.name for path in out.glob("*") if path.name != UNFINISHED)
    if not there:
        return
    if not (out / LIST).exists():
        raise ConfigError(
            f"--out {out}: not empty (there is {there[0]!r}) and no export of corpuskit's, so "
            "nothing in it is touched; choose another folder"
        )
    if not overwrite:
        raise ConfigError(
            f"--out {out}: holds an export already; add --overwrite to replace it, or choose "
            "another folder"
        )


@contextmanager
def new_files(out: Path) -> Iterator[Path]:
    """Yield the hidden folder to write to; on failure all that was made is removed.

    Raises
    ------
    RunError
        If it cannot be made.
    """
    folder, is_new = out / UNFINISHED, not out.exists()
    try:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    except OSError as error:
        reason = error.strerror
        raise RunError(f"{out}: cannot be written ({reason}); choose another --out") from error
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if is_new and not any(out.iterdir()):
            out.rmdir()


def publish(out: Path, facts: dict[str, Any]) -> dict[str, Any]:
    """Move all files to their place, an earlier export's away; return the facts with the list.

    Raises
    ------
    ConfigError
        If a file of the same name is there that no export wrote.
    RunError
        If the list of the earlier export is damaged.
    """
    folder = out / UNFINISHED
    names = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    listed = {
        name: {"bytes": (folder / name).stat().st_size, "sha256": sha256(folder / name)}
        for name in names
    }
    earlier = listed_files(out)
    for name in names:
        if (out / name).exists() and out / name not in earlier:
            raise ConfigError(
                f"--out {out}: {name} is there and was not written by an export, so it is not "
                "replaced; move it away, or choose another folder"
            )
    remove(out, earlier)
    complete = {**facts, "files": listed}
    write_json(out / LIST, complete)
    for name in names:
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        os.replace(folder / name, out / name)
    return complete


def listed_files(out: Path) -> list[Path]:
    """Return the files that an earlier export in this folder wrote, its list aside.

    Raises
    ------
    RunError
        If the list is damaged, or names a path outside the folder.
    """
    path = out / LIST
    if not path.exists():
        return []
    try:
        places = [out / str(name) for name in json.loads(path.read_text("utf-8"))["files"]]
        if any(out.resolve() not in place.resolve().parents for place in places):
            raise ValueError("a path leads outside")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RunError(f"{path}: damaged ({error}); choose another folder for --out") from error
    return places


def remove(out: Path, places: Sequence[Path]) -> None:
    """Delete files of an earlier export, folders that are empty then, and its list."""
    for place in places:
        place.unlink(missing_ok=True)
    for folder in {place.parent for place in places} - {out}:
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
    (out / LIST).unlink(missing_ok=True)
