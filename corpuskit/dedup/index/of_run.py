"""What a run asks of indexes, checked before it writes anything."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from corpuskit.dedup.index.folder import Index, check_plan, is_index, open_index
from corpuskit.dedup.index.marks import marks_plan
from corpuskit.dedup.index.write import check_target
from corpuskit.duplicate_settings import DuplicateSettings
from corpuskit.errors import ConfigError


def open_against(
    folders: Sequence[str], settings: DuplicateSettings | None, verify: bool
) -> list[Index]:
    """Open the indexes of ``--against``.

    Raises
    ------
    ConfigError
        If one is of another plan, or the run does not look for duplicates.
    DataError
        If one is missing or damaged.
    """
    if folders and settings is None:
        raise ConfigError(
            f"--against {','.join(folders)}: the run does not look for duplicates; leave out "
            "--no-dedup"
        )
    indexes = [open_index(folder, verify) for folder in folders]
    if settings is not None:
        for index in indexes:
            check_plan(index, marks_plan(settings), "this run")
    return indexes


def is_saved(
    folder: Path,
    settings: DuplicateSettings | None,
    run: str,
    overwrite: bool,
    apart: Iterable[Path],
) -> bool:
    """Say whether the index of ``--save-index`` is there already, written by this very run.

    Parameters
    ----------
    run : fingerprint of the run's plan.
    apart : folders and files that the index must lie beside: outputs, inputs, other indexes.

    Raises
    ------
    ConfigError
        If the index cannot be written there, or the run does not look for duplicates.
    """
    if settings is None:
        raise ConfigError(
            f"--save-index {folder}: the run does not look for duplicates, so it has no marks; "
            "leave out --no-dedup"
        )
    own = folder.resolve()
    for path in apart:
        other = path.resolve()
        if own == other or other in own.parents or own in other.parents:
            raise ConfigError(
                f"--save-index {folder}: lies inside {path}, or holds it; choose a folder beside it"
            )
    if not overwrite and is_index(folder):
        index = open_index(folder, verify=False)
        if index.facts["made_by"].get("run") == run:
            return True
    check_target(folder, overwrite)
    return False
