"""Slow, obvious twins of `corpuskit.kernels.records`, built on the standard library."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

BLANK = b" \t\r"


def lines(data: bytes) -> list[tuple[int, bytes]]:
    """Byte position and content of every line that is not blank."""
    found, at = [], 0
    for line in data.split(b"\n"):
        if line.strip(BLANK):
            found.append((at, line))
        at += len(line) + 1
    return found


def text_lines(data: bytes) -> list[tuple[int, bytes]]:
    return [(at, line[:-1] if line.endswith(b"\r") else line) for at, line in lines(data)]


def json_record(line: bytes) -> dict[str, Any] | None:
    """Parse one line; of equal keys the first counts; None for what is no document."""

    def first(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        return dict([*reversed(pairs)])

    try:
        value = json.loads(line.decode("utf-8"), object_pairs_hook=first)
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except ValueError:
        return None
    return value if isinstance(value, dict) and isinstance(value.get("text"), str) else None


def csv_rows(text: str) -> list[list[str]]:
    return [row for row in csv.reader(io.StringIO(text, newline=""), strict=True) if row]
