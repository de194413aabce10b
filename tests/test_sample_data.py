"""What sample_data/README.md says of the sample is true."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import zstandard

from corpuskit import readers, splits

FOLDER = Path(__file__).resolve().parent.parent / "sample_data"
JSONL = ("apache-docs.jsonl.zst", "chinese-classics.jsonl.gz", "legal-texts.jsonl")
PARQUET = ("debian-handbook.parquet", "udhr.parquet")


@cache
def records(name: str) -> list[dict[str, Any]]:
    """Return the readable records of a file."""
    path = FOLDER / name
    if path.suffix == ".parquet":
        return pl.read_parquet(path).to_dicts()
    raw = path.read_bytes()
    if path.suffix == ".csv":
        csv.field_size_limit(1 << 24)
        return list(csv.DictReader(io.StringIO(raw.decode(), newline="")))
    if path.suffix == ".txt":
        return [{"text": raw.decode()}]
    if path.suffix == ".zst":
        raw = zstandard.ZstdDecompressor().decompress(raw)
    elif path.suffix == ".gz":
        raw = gzip.decompress(raw)
    parsed = [parse(line) for line in raw.split(b"\n") if line.strip()]
    return [record for record in parsed if record is not None]


def parse(line: bytes) -> dict[str, Any] | None:
    """Return the record of a JSON line, None for a line that holds no document."""
    try:
        record = json.loads(line.decode())
    except ValueError:
        return None
    if not isinstance(record, dict) or not isinstance(record.get("text"), str | None):
        return None
    try:
        (record.get("text") or "").encode()
    except UnicodeEncodeError:
        return None
    return record


def readme_rows(columns: int) -> list[list[str]]:
    """Return the rows of README's tables with that many columns, heads and rules left out."""
    lines = (FOLDER / "README.md").read_text(encoding="utf-8").splitlines()
    rows = [line.strip("|").split("|") for line in lines if line.startswith("| ")]
    return [[cell.strip() for cell in row] for row in rows if len(row) == columns][1:]


def text_bytes(rows: list[dict[str, Any]]) -> int:
    return sum(len((row.get("text") or "").encode()) for row in rows)


def traps() -> Counter[str]:
    return Counter(row["trap"] for row in records("traps.jsonl"))


def trap_lines() -> list[bytes]:
    return [line for line in (FOLDER / "traps.jsonl").read_bytes().split(b"\n") if line.strip()]


@pytest.mark.parametrize("row", readme_rows(6), ids=lambda row: row[0].strip("`"))
def test_a_file_holds_the_records_and_bytes_that_readme_names(row: list[str]) -> None:
    name, _, count, size, *_ = (cell.strip("`") for cell in row)
    rows = records(name)
    offered = len(trap_lines()) if name == "traps.jsonl" else len(rows)
    assert offered == int(count.replace(",", ""))
    assert text_bytes(rows) == int(size.replace(",", ""))


def test_readme_names_every_file_of_the_folder() -> None:
    named = {row[0].strip("`") for row in readme_rows(6)}
    present = {path.name for path in FOLDER.iterdir()}
    assert present == named | {"README.md", "LICENSE.CC-BY-SA-3.0", "LICENSE.MIT"}


def test_the_sample_is_between_four_and_eight_megabytes_of_text() -> None:
    total = sum(text_bytes(records(row[0].strip("`"))) for row in readme_rows(6))
    assert 4_000_000 <= total <= 8_000_000


def test_the_declaration_is_there_in_59_languages_and_both_chinese_scripts() -> None:
    languages = Counter(row["lang"] for row in records("udhr.parquet"))
    assert len(languages) == 59
    assert languages["zh"] == 2


def test_english_and_chinese_are_foremost() -> None:
    size: Counter[str] = Counter()
    for name in (*JSONL, *PARQUET, "public-domain.csv"):
        for row in records(name):
            size[row["lang"]] += len(row["text"].encode())
    (first, _), (second, least), (_, next_least) = size.most_common(3)
    assert {first, second} == {"en", "zh"}
    assert least > 2 * next_least


def test_each_file_of_real_text_holds_one_licence() -> None:
    for name in (*JSONL, *PARQUET, "public-domain.csv"):
        assert len({row["license"] for row in records(name)}) == 1, name


def test_ids_are_unique_outside_the_traps() -> None:
    ids = [row["id"] for name in (*JSONL, *PARQUET, "public-domain.csv") for row in records(name)]
    assert len(ids) == len(set(ids))


def test_35_handbook_pages_are_english_under_a_declared_language_that_is_wrong() -> None:
    pages = [row for row in records("debian-handbook.parquet") if row["cluster"] is not None]
    assert len(pages) == 35
    assert len({row["lang"] for row in pages}) == 22
    assert all(row["lang"] != "en" and " the " in row["text"] for row in pages)


def test_legal_texts_hold_ten_clusters() -> None:
    assert len({row["cluster"] for row in records("legal-texts.jsonl")}) == 10


def test_the_trap_table_accounts_for_every_readable_trap() -> None:
    counts = [int(row[1]) for row in readme_rows(3)]
    assert sum(counts) == len(records("traps.jsonl")) == sum(traps().values())


def test_seven_trap_lines_are_no_documents_and_one_is_not_utf8() -> None:
    lines = trap_lines()
    assert len(lines) - len(records("traps.jsonl")) == 7
    assert sum(not valid_utf8(line) for line in lines) == 1


def valid_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def test_one_line_of_prose_is_longer_than_200_kilobytes() -> None:
    (row,) = [row for row in records("traps.jsonl") if row["trap"] == "very long line"]
    assert len(row["text"].encode()) >= 200_000
    assert "\n" not in row["text"]


def test_empty_null_and_missing_texts_are_there() -> None:
    by_trap = {row["trap"]: row for row in records("traps.jsonl")}
    assert by_trap["empty text"]["text"] == ""
    assert by_trap["null text"]["text"] is None
    assert "text" not in by_trap["no text field"]


def test_one_id_is_given_twice_and_one_is_missing() -> None:
    ids = Counter(row["id"] for row in records("traps.jsonl"))
    assert [name for name, count in ids.items() if count > 1] == ["twin"]
    assert ids[None] == 1


def test_an_exact_duplicate_stands_in_another_file_than_its_original() -> None:
    originals = {row["text"] for row in records("public-domain.csv")}
    (copy,) = [row for row in records("traps.jsonl") if row["trap"] == "exact duplicate"]
    assert copy["text"] in originals


def test_near_duplicates_share_three_quarters_of_their_shingles_with_an_original() -> None:
    originals = [*records("public-domain.csv"), *records("chinese-classics.jsonl.gz")]
    long = [shingles(row["text"]) for row in originals if len(row["text"]) > 2000]
    near = [row for row in records("traps.jsonl") if row["trap"].startswith("near duplicate")]
    assert len(near) == 9
    for row in near:
        own = shingles(row["text"])
        best = max(len(own & other) / len(own | other) for other in long)
        assert 0.75 <= best < 1.0, row["id"]


def shingles(text: str) -> set[str]:
    """Return the character n-grams without white space: five Chinese or 25 Latin letters."""
    packed = re.sub(r"\s+", "", text)
    width = 25 if packed[:50].isascii() else 5
    return {packed[start : start + width] for start in range(len(packed) - width + 1)}


def test_the_excerpt_traps_are_no_near_duplicates_of_their_originals() -> None:
    originals = [*records("public-domain.csv"), *records("chinese-classics.jsonl.gz")]
    long = [shingles(row["text"]) for row in originals if len(row["text"]) > 2000]
    names = ("declared-fr", "declared-en", "undeclared", "crlf", "twin", None)
    for row in records("traps.jsonl"):
        if row["id"] in names:
            own = shingles(row["text"])
            assert max(len(own & other) / len(own | other) for other in long) < 0.5, row["id"]


def test_the_readers_take_the_folder_as_readme_says() -> None:
    options = readers.ReadOptions()
    taken, skipped = 0, Counter[str]()
    for number, source in enumerate(readers.discover([str(FOLDER)], options)):
        for split in splits.plan(number, source, options):
            batch = readers.read(split, options)
            taken += batch.columns.height
            skipped.update(batch.skipped)
    assert taken == 1455 - 9
    assert sum(skipped.values()) == 9
    assert skipped["not_utf8"] == skipped["null_text"] == 1
