"""Small corpora for tests of whole runs: real paragraphs in five scripts, and faults.

The paragraphs are those of the Universal Declaration of Human Rights in sample_data/.
"""

from __future__ import annotations

import hashlib
import json
import random
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

SAMPLE_DATA = Path(__file__).parent.parent / "sample_data"
LANGUAGES = {"en": "eng", "zh": "cmn_hans", "ar": "arb", "th": "tha", "ja": "jpn"}
DOCUMENTS = 5


@cache
def paragraphs(language: str) -> tuple[str, ...]:
    """Return the paragraphs of a language's declaration, headings left out."""
    frame = pl.read_parquet(SAMPLE_DATA / "udhr.parquet")
    (text,) = frame.filter(pl.col("id") == f"udhr-{LANGUAGES[language]}")["text"]
    return tuple(line for line in text.split("\n") if len(line.encode()) > 60)


def document(language: str, part: int) -> str:
    """Deal the paragraphs of a language out to five documents that share nothing."""
    return "\n".join(paragraphs(language)[part::DOCUMENTS])


def shuffled(language: str, seed: int) -> str:
    """Draw a long document at random; two of them overlap."""
    return "\n".join(random.Random(seed).choices(paragraphs(language), k=40))


def rows() -> list[dict[str, Any]]:
    """Make the corpus: good documents of five languages and one of every fault."""
    found: list[dict[str, Any]] = [
        {
            "id": f"{language}-{part}",
            "text": document(language, part),
            "year": 1948 + part,
            "url": f"https://{language}{part % 3}.example.org/p/{part}",
        }
        for language in LANGUAGES
        for part in range(DOCUMENTS)
    ]
    first = str(found[0]["text"])
    faults = {
        "exact": first.replace("\n", "\n\n"),
        "near": first + " And one more sentence at the very end of the page.",
        "empty": "",
        "short": "Too short.",
        "repeated": "Click here to read the next page of this story now. " * 60,
        "digits": " ".join(str(number) for number in range(100_000, 100_200)),
    }
    found += [
        {"id": name, "text": text, "year": None, "url": "https://bad.example.com/"}
        for name, text in faults.items()
    ]
    return found


def write_jsonl(path: Path, found: list[dict[str, Any]]) -> Path:
    """Write rows as JSON lines."""
    lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in found)
    path.write_text("".join(lines), encoding="utf-8")
    return path


TIMINGS = ("seconds", "bytes_per_second", "peak_memory_bytes", "workers", "repeat")


def digests(out: Path) -> dict[str, str]:
    """Hash everything that two runs of one plan must agree on."""
    found = {
        str(path.relative_to(out)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(out.rglob("*"))
        if path.is_file() and path.name not in ("summary.json", "report.html", "manifest.json")
    }
    summary = json.loads((out / "summary.json").read_text("utf-8"))
    stable = {key: value for key, value in summary.items() if key not in TIMINGS}
    found["summary"] = json.dumps(stable, sort_keys=True)
    return found
