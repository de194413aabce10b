"""What the user names becomes sources with stable keys and disjoint places."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpuskit.errors import DataError
from corpuskit.readers import ReadOptions, Source, discover
from corpuskit.readers.discover import _base, _Found, _meet, _with_bases


def make(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text('{"text": "a"}\n')


def find(*inputs: Path | str) -> list[Source]:
    return discover([str(item) for item in inputs], ReadOptions(text_mode="line"))


def keys(*inputs: Path | str) -> list[str]:
    return [source.key for source in find(*inputs)]


def test_a_folder_is_searched_for_known_files(tmp_path: Path) -> None:
    make(
        tmp_path,
        *("b.jsonl", "a/x.CSV", "a/y.txt.gz", "c.ndjson.zst", "d.jsonlines"),
        *(".hidden.jsonl", ".git/x.jsonl", "README.txt", "LICENSE.txt", "notes.md", "x.parquet.gz"),
    )
    assert keys(tmp_path) == ["a/x.CSV", "a/y.txt.gz", "b.jsonl", "c.ndjson.zst", "d.jsonlines"]


def test_keys_and_places_do_not_depend_on_where_the_folder_is(tmp_path: Path) -> None:
    make(tmp_path, "one/a/x.jsonl", "two/a/x.jsonl")
    (one,), (two,) = find(tmp_path / "one"), find(tmp_path / "two")
    assert (one.key, one.base) == (two.key, two.base)


def test_globs_give_keys_below_their_fixed_part(tmp_path: Path) -> None:
    make(tmp_path, "a/x.jsonl", "b/x.jsonl", "b/y.md")
    assert keys(f"{tmp_path}/*/*") == ["a/x.jsonl", "b/x.jsonl"]
    assert keys(f"{tmp_path}/**/x.jsonl") == ["a/x.jsonl", "b/x.jsonl"]


def test_inputs_that_share_a_key_are_numbered(tmp_path: Path) -> None:
    make(tmp_path, "a/x.jsonl", "b/x.jsonl", "b/y.jsonl")
    assert keys(tmp_path / "a", tmp_path / "b") == ["1/x.jsonl", "2/x.jsonl", "y.jsonl"]


def test_a_file_named_twice_is_read_once(tmp_path: Path) -> None:
    make(tmp_path, "x.jsonl")
    assert keys(tmp_path, tmp_path / "x.jsonl", tmp_path) == ["x.jsonl"]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("nothing/here.jsonl", "no such file or folder"),
        ("*.jsonl", r"no input matched; files are known by \.parquet, \.jsonl"),
        ("empty", "no input in this folder; files are known by"),
        ("x.md", "unknown kind of file; files are known by"),
    ],
)
def test_an_input_that_gives_nothing_is_one_sentence(
    tmp_path: Path, name: str, message: str
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "x.md").touch()
    with pytest.raises(DataError, match=message):
        find(tmp_path / name)


def test_an_unreadable_file_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(tmp_path, "x.jsonl")

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(DataError, match=r"cannot be read \(Permission denied\)"):
        find(tmp_path)


def test_no_input_is_an_error() -> None:
    with pytest.raises(DataError, match="no input"):
        discover([], ReadOptions())


def test_spans_meet_on_the_circle() -> None:
    top = (1 << 64) - 5
    assert _meet(10, 5, 14, 1)
    assert not _meet(10, 5, 15, 1)
    assert _meet(12, 1, 10, 3)
    assert not _meet(13, 1, 10, 3)
    assert _meet(top, 6, 0, 1)
    assert not _meet(top, 5, 0, 1)


def test_a_source_whose_places_would_meet_anothers_is_salted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bases = {("a", 0): 100, ("b", 0): 101, ("b", 1): 102, ("b", 2): 1 << 40}
    monkeypatch.setitem(_with_bases.__globals__, "_base", lambda key, salt: bases[key, salt])
    found = [_Found(1, key, Path(key), "jsonl", bytes=1000) for key in ("a", "b")]
    assert [source.base for source in _with_bases(found)] == [100, 1 << 40]


def test_salt_changes_the_base() -> None:
    assert len({_base("a", 0), _base("a", 1), _base("b", 0)}) == 3
