from __future__ import annotations

from pathlib import Path

import polars as pl

from corpuskit.coverage import PARTS, Texts, adding_up, count, count_kept, describe, merge, save
from corpuskit.coverage.counts import COUNTS_AT_A_TIME, Counts, load
from corpuskit.features import Measured


def batch(*texts: str) -> Texts:
    measured = Measured(pl.Series(texts, dtype=pl.String))
    columns = pl.DataFrame({"url": [f"http://{text[:1]}.org" for text in texts]})
    ids = pl.Series("doc_id", range(len(texts)), dtype=pl.UInt64)
    sizes = pl.DataFrame([ids, measured.text.str.len_bytes().alias("byte_count")])
    return Texts(measured, columns, sizes, "made.jsonl")


def counted(*texts: str) -> Counts:
    return count(batch(*texts))


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
    assert len(texts) > 2 * COUNTS_AT_A_TIME
    for number, text in enumerate(texts):
        save(tmp_path / f"{number:02d}.npz", counted(text))
    save(tmp_path / "all.npz", counted(*texts))
    told = describe(sorted(tmp_path.glob("[0-9]*.npz")), [tmp_path / "all.npz"])
    assert told["in"] == told["kept"]
    assert told["in"]["vocabulary_size"] == 50
    assert told["in"]["domains"]["top"][0] == {"domain": "a.org", "documents": 4, "bytes": 31}


def test_counts_that_come_one_by_one_add_up() -> None:
    texts = [f"word{number} x" for number in range(2 * COUNTS_AT_A_TIME + 3)]
    added = adding_up()
    for text in texts:
        added.add(counted(text))
    assert same(added.counts(), counted(*texts))


def test_what_is_kept_is_counted_alike_from_the_kept_and_from_the_dropped() -> None:
    texts = ["a long text of many words", "b", "c 中文 and", "d d"]
    for keep in ([True, False, True, True], [False, True, False, True], [True] * 4, [False] * 4):
        kept = count_kept(batch(*texts), pl.Series(keep), counted(*texts))
        left = [text for text, stays in zip(texts, keep, strict=True) if stays]
        assert same(kept, counted(*left))


def test_no_files_tell_of_nothing() -> None:
    told = describe([], [])
    assert told["in"] == told["kept"]
    assert told["in"]["vocabulary_size"] == 0
