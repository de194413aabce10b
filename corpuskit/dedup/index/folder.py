"""Open an index: its manifest, its parts, and everything that may be wrong with them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from corpuskit.config import fingerprint
from corpuskit.dedup.index.marks import index_schema
from corpuskit.errors import ConfigError, DataError
from corpuskit.manifest import sha256

FORMAT = "corpuskit index"
VERSION = 1
MANIFEST = "manifest.json"
PART = re.compile(r"part-\d{5,}\.parquet")
_PLAN = ("bands", "rows", "seed", "similarity", "shingle")


@dataclass(frozen=True)
class Index:
    """An index whose manifest was read and whose parts were found.

    facts : the manifest. parts : paths, in order.
    """

    folder: Path
    facts: Mapping[str, Any] = field(repr=False)
    parts: tuple[Path, ...] = field(repr=False)

    @property
    def plan(self) -> dict[str, Any]:
        """The plan of the marks."""
        return dict(self.facts["marks"])

    @property
    def documents(self) -> int:
        """How many documents it holds."""
        return int(self.facts["documents"])

    @property
    def bytes(self) -> int:
        """Bytes of all parts."""
        return int(self.facts["bytes"])

    @property
    def minima_count(self) -> int:
        """Minima of a document."""
        return int(self.plan["bands"] * self.plan["rows"])

    @property
    def digest(self) -> str:
        """A fingerprint of its plan and the digests of its parts."""
        return fingerprint({"marks": self.plan, "parts": self.facts["parts"]})

    def batches(self, columns: Sequence[str]) -> Iterator[pl.DataFrame]:
        """Yield the row groups of all parts, in order; 8 MB of shingles and no more in each.

        Raises
        ------
        DataError
            If a part cannot be decoded.
        """
        import pyarrow as pa
        import pyarrow.parquet as pq

        for path in self.parts:
            try:
                with pq.ParquetFile(path) as file:
                    for group in range(file.num_row_groups):
                        table = file.read_row_group(group, columns=list(columns))
                        yield pl.DataFrame(pl.from_arrow(table)).select(columns)
            except (pa.ArrowException, OSError) as error:
                raise _damaged(path, str(error).splitlines()[0]) from error


def is_index(folder: Path) -> bool:
    """Say whether a folder has the manifest of an index, whatever its state."""
    try:
        return bool(json.loads((folder / MANIFEST).read_text("utf-8"))["format"] == FORMAT)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def open_index(folder: str | Path, verify: bool = True) -> Index:
    """Open an index and check it.

    Parameters
    ----------
    verify : read every part once and compare its digest; else only sizes are compared.

    Raises
    ------
    ConfigError
        If a newer version of corpuskit wrote it.
    DataError
        If it is missing or damaged.
    """
    folder = Path(folder)
    facts = _manifest(folder)
    try:
        version, parts = int(facts["version"]), dict(facts["parts"])
        if version > VERSION:
            raise ConfigError(
                f"{folder}: an index of version {version}, and this corpuskit reads up to "
                f"{VERSION}; upgrade corpuskit"
            )
        if not all(PART.fullmatch(name) for name in parts):
            raise _damaged(folder / MANIFEST, "a part has a strange name")
        index = Index(folder, facts, tuple(folder / name for name in parts))
        total = sum(int(part["documents"]) for part in parts.values())
        if total != index.documents or index.minima_count < 1 or set(_PLAN) - index.plan.keys():
            raise _damaged(folder / MANIFEST, "its numbers do not add up")
        for name, part in parts.items():
            _check_part(folder / name, part, index.minima_count, verify)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _damaged(folder / MANIFEST, repr(error)) from error
    return index


def check_plan(index: Index, plan: Mapping[str, Any], other: str) -> None:
    """Refuse an index whose marks cannot be compared with others.

    Parameters
    ----------
    plan : of the others, as `marks_plan` gives it.
    other : what they are called in the message, as "this run".

    Raises
    ------
    ConfigError
        With every setting that differs.
    """
    mine = index.plan
    names = [name for name in {**plan, **mine} if mine.get(name) != plan.get(name)]
    if names:
        told = "; ".join(
            f"{name} is {mine.get(name, 'not stated')} there and {plan.get(name, 'not stated')} "
            f"in {other}"
            for name in names
        )
        raise ConfigError(
            f"{index.folder}: an index of other marks ({told}); use the same settings, or make "
            "the index again"
        )


def _manifest(folder: Path) -> dict[str, Any]:
    path = folder / MANIFEST
    if not folder.is_dir():
        raise DataError(f"{folder}: no such index; check the path")
    if not path.exists():
        raise DataError(f"{folder}: no index (there is no {MANIFEST}); make one with --save-index")
    try:
        facts = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise _damaged(path, str(error)) from error
    if not isinstance(facts, dict) or facts.get("format") != FORMAT:
        raise DataError(f"{folder}: is no index; make one with --save-index")
    return facts


def _check_part(path: Path, facts: Mapping[str, Any], count: int, verify: bool) -> None:
    if not path.exists():
        raise _damaged(path, "missing")
    if path.stat().st_size != facts["bytes"]:
        raise _damaged(path, f"{path.stat().st_size:,} bytes, {facts['bytes']:,} were written")
    if verify:
        if sha256(path) != facts["sha256"]:
            raise _damaged(path, "its digest is not the one in the manifest")
        try:
            schema = pl.read_parquet_schema(path)
        except (pl.exceptions.PolarsError, OSError) as error:
            raise _damaged(path, str(error).splitlines()[0]) from error
        if dict(schema) != index_schema(count):
            raise _damaged(path, "its columns are not those of an index of this plan")


def _damaged(path: Path, what: str) -> DataError:
    return DataError(
        f"{path}: the index is damaged ({what}); restore it from a copy, or make it again"
    )
