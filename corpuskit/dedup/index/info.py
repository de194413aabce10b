"""What is in an index, as facts and as a page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from corpuskit.dedup.index.folder import Index, open_index


def index_info(folder: str | Path) -> dict[str, Any]:
    """Say what is in an index, without reading its parts: the Python form of `index info`.

    Raises
    ------
    ConfigError
        If a newer version of corpuskit wrote it.
    DataError
        If it is missing or damaged.
    """
    return describe(open_index(folder, verify=False))


def describe(index: Index) -> dict[str, Any]:
    """Return documents, bytes, bytes a document (None for no document), plan and origin."""
    documents = index.documents
    return {
        "index": str(index.folder),
        "version": index.facts["version"],
        "documents": documents,
        "bytes": index.bytes,
        "bytes_per_document": round(index.bytes / documents, 1) if documents else None,
        "parts": len(index.parts),
        "marks": index.plan,
        "made_by": index.facts["made_by"],
    }


def page(facts: dict[str, Any]) -> str:
    """Write the facts for a terminal.

    Examples
    --------
    >>> facts = {"index": "seen", "documents": 2, "bytes": 9000, "bytes_per_document": 4500.0,
    ...          "marks": {"bands": 20, "rows": 6}, "made_by": {"recipe": "web"}}
    >>> print(page(facts))
    seen: 2 documents, 9,000 bytes, 4,500 bytes a document
    marks: bands 20, rows 6
    made by: recipe web
    """
    each = facts["bytes_per_document"]
    told = "" if each is None else f", {each:,.0f} bytes a document"
    rows = [f"{facts['index']}: {facts['documents']:,} documents, {facts['bytes']:,} bytes{told}"]
    for key, name in (("marks", "marks"), ("made_by", "made by")):
        rows.append(f"{name}: " + ", ".join(f"{k} {_plain(v)}" for k, v in facts[key].items()))
    return "\n".join(rows)


def _plain(value: Any) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)
