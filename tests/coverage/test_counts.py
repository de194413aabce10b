from __future__ import annotations

from pathlib import Path

import polars as pl

from corpuskit.coverage import PARTS, Texts, count, describe, merge, save
from corpuskit.coverage.counts import FILES_AT_A_TIME, Counts, load
from corpuskit.features import Measured


def counted(*texts: str) -> Counts:
    measured = Measured(pl.Series(texts, dtype=pl.String))
    columns = pl.DataFrame({"url": [f"http://{text[:1]}.org" for text in texts]})
    ids = pl.Series("doc_id", range(len(texts)), dtype=pl.UInt64)
    sizes = pl.DataFrame([ids, measured.text.str.len_bytes().alias("byte_count")])
    return count(Texts(measured, columns, sizes, "made.jsonl"))


def same(one: Counts, other: Counts) -> bool:
    return all(
        one[part.name].keys() == other[part.name].keys()
        and all(one[part.name][name].equals(table) for name, table in other[part.name].items())
        for part in PARTS
    )


def test_counts_are_read_as_they_were_saved(tmp_path: Path) -> None:
    save(tmp_path / "one.npz", counted("a b"))
    assert same(load(tmp_path / "one.npz"), counted("a b"))
    assert [path.name for path in tmp_path.iterdir()] == ["one.npz"]


def test_counts_merge_in_any_order_to_those_of_one_batch() -> None:
    one, two, both = counted("a b"), counted("b c", "a"), counted("a b", "b c", "a")
    assert same(merge([one, two]), both)
    assert same(merge([merge([]), two, one]), both)


def test_many_files_tell_what_one_would(tmp_path: Path) -> None:
    texts = [f"{letter} word{number}" for number, letter in enumerate("abcdefghij" * 4)]
    assert len(texts) > 2 * FILES_AT_A_TIME
    for number, text in enumerate(texts):
        save(tmp_path / f"{number:02d}.npz", counted(text))
    save(tmp_path / "all.npz", counted(*texts))
    told = describe(sorted(tmp_path.glob("[0-9]*.npz")))
    assert told == describe([tmp_path / "all.npz"])
    assert told["vocabulary_size"] == 50
    assert told["domains"]["top"][0] == {"domain": "a.org", "documents": 4, "bytes": 31}


def test_no_files_tell_of_nothing() -> None:
    assert describe([])["vocabulary_size"] == 0
