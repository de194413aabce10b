"""An index on the disk: what is written is read, and what is wrong is said in one sentence."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from corpuskit.dedup import shingle_sets
from corpuskit.dedup.index import check_plan, check_target, marks_plan, merge, open_index, write
from corpuskit.dedup.index.info import describe
from corpuskit.duplicate_settings import DuplicateSettings
from corpuskit.errors import ConfigError, DataError, RunError
from corpuskit.features import Measured
from corpuskit.kernels.minhash import minhash_minima
from corpuskit.schema import DOC_ID, TEXT_HASH
from tests.dedup.indexed import SMALL, save, story
from tests.reference_dedup import digest

TEXTS = {number: story(number) for number in range(6)} | {99: ""}


def rows(folder: Path) -> pl.DataFrame:
    """Read all rows of an index, by doc_id."""
    return pl.read_parquet(folder / "part-*.parquet").sort(DOC_ID, TEXT_HASH)


def test_what_is_written_is_what_the_text_gives(tmp_path: Path) -> None:
    index = save(tmp_path / "i", TEXTS)
    offsets, values = shingle_sets(Measured(pl.Series(TEXTS.values())), SMALL)
    minima = minhash_minima(offsets, values, 120, SMALL.seed)
    for place, row in enumerate(rows(tmp_path / "i").iter_rows(named=True)):
        number = row["doc_id"]
        assert row["user_id"] == f"old-{number}"
        assert row["text_hash"] == digest(TEXTS[number])
        assert row["minima"] == minima[place].tolist()
        assert row["shingles"] == values[offsets[place] : offsets[place + 1]].tolist()
    assert index.documents == len(TEXTS)
    assert index.bytes == sum(path.stat().st_size for path in index.parts)


def test_the_bytes_do_not_depend_on_how_the_documents_come(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(write, "GROUP_VALUES", 700)
    monkeypatch.setattr(write, "GROUPS_PER_PART", 2)
    found = []
    for batch in (1, 2, 5, 100):
        save(tmp_path / str(batch), TEXTS, batch=batch)
        files = sorted((tmp_path / str(batch)).iterdir())
        found.append({path.name: path.read_bytes() for path in files})
    assert all(each == found[0] for each in found)
    assert sorted(found[0]) == ["manifest.json", "part-00000.parquet", "part-00001.parquet"]
    assert not list(tmp_path.glob(".*"))
    assert rows(tmp_path / "1").height == len(TEXTS)


def test_a_merge_is_the_index_of_both(tmp_path: Path) -> None:
    save(tmp_path / "a", {n: TEXTS[n] for n in (0, 1, 2, 3)})
    save(tmp_path / "b", {n: TEXTS[n] for n in (2, 3, 4, 5, 99)})
    save(tmp_path / "both", TEXTS)
    merged = merge([tmp_path / "a", tmp_path / "b"], tmp_path / "c")
    assert rows(tmp_path / "c").equals(rows(tmp_path / "both"))
    assert describe(merged)["made_by"]["merged"] == [
        open_index(tmp_path / name).digest for name in "ab"
    ]


def test_a_merge_keeps_a_doc_id_that_has_two_texts(tmp_path: Path) -> None:
    save(tmp_path / "a", {1: "one text"})
    save(tmp_path / "b", {1: "another text"})
    assert merge([tmp_path / "a", tmp_path / "b"], tmp_path / "c").documents == 2


def test_indexes_of_other_plans_do_not_merge(tmp_path: Path) -> None:
    save(tmp_path / "a", TEXTS)
    save(tmp_path / "b", TEXTS, DuplicateSettings(bands=20, rows=6, seed=7))
    with pytest.raises(ConfigError, match=r"seed is 7 there and 1 in .*a\)"):
        merge([tmp_path / "a", tmp_path / "b"], tmp_path / "c")
    with pytest.raises(ConfigError, match="is one of the indexes"):
        merge([tmp_path / "a", tmp_path / "a"], tmp_path / "a")
    with pytest.raises(ConfigError, match="name two"):
        merge([tmp_path / "a"], tmp_path / "c")
    assert not (tmp_path / "c").exists()


@pytest.mark.parametrize(
    ("settings", "part"),
    [
        (DuplicateSettings(bands=10, rows=6), "bands is 20 there and 10 in this run"),
        (DuplicateSettings(bands=20, rows=5), "rows is 6 there and 5"),
        (DuplicateSettings(similarity=0.8, bands=20, rows=6), "similarity is 0.75 there and 0.8"),
    ],
)
def test_the_setting_that_differs_is_named(
    tmp_path: Path, settings: DuplicateSettings, part: str
) -> None:
    index = save(tmp_path / "i", {1: "a b c"})
    with pytest.raises(ConfigError, match=part):
        check_plan(index, marks_plan(settings), "this run")


def test_what_does_not_change_the_marks_does_not_matter(tmp_path: Path) -> None:
    index = save(tmp_path / "i", {1: "a b c"})
    other = DuplicateSettings(near=False, keep="shortest", bands=20, rows=6)
    check_plan(index, marks_plan(other), "this run")


def change(folder: Path, **facts: object) -> None:
    """Change the manifest of an index."""
    path = folder / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **facts}))


@pytest.mark.parametrize("damage", ["bit", "cut", "gone", "documents", "name", "json", "parts"])
def test_damage_is_found(tmp_path: Path, damage: str) -> None:
    folder = tmp_path / "i"
    save(folder, TEXTS)
    part, manifest = folder / "part-00000.parquet", folder / "manifest.json"
    data = part.read_bytes()
    facts = json.loads(manifest.read_text())
    if damage == "bit":
        part.write_bytes(data[:100] + bytes([data[100] ^ 1]) + data[101:])
    elif damage == "cut":
        part.write_bytes(data[:-10])
    elif damage == "gone":
        part.unlink()
    elif damage == "documents":
        change(folder, documents=3)
    elif damage == "name":
        change(folder, parts={"../part-00000.parquet": facts["parts"]["part-00000.parquet"]})
    elif damage == "json":
        manifest.write_text(manifest.read_text()[:50])
    else:
        change(folder, parts=None)
    with pytest.raises(DataError, match=r"the index is damaged .*restore it") as caught:
        open_index(folder)
    assert "\n" not in str(caught.value)


def test_a_newer_version_and_a_folder_that_is_no_index_are_refused(tmp_path: Path) -> None:
    folder = tmp_path / "i"
    save(folder, TEXTS)
    change(folder, version=2)
    with pytest.raises(ConfigError, match="version 2, and this corpuskit reads up to 1"):
        open_index(folder)
    change(folder, format="something")
    with pytest.raises(DataError, match="is no index"):
        open_index(folder)
    (folder / "manifest.json").unlink()
    with pytest.raises(DataError, match=r"there is no manifest\.json"):
        open_index(folder)
    with pytest.raises(DataError, match="no such index"):
        open_index(tmp_path / "none")


def test_nothing_but_an_index_is_ever_replaced(tmp_path: Path) -> None:
    save(tmp_path / "i", TEXTS)
    check_target(tmp_path / "i", overwrite=True)
    check_target(tmp_path / "new", overwrite=False)
    with pytest.raises(ConfigError, match="holds an index already"):
        check_target(tmp_path / "i", overwrite=False)
    (tmp_path / "file").write_text("mine")
    (tmp_path / "mine").mkdir()
    check_target(tmp_path / "mine", overwrite=False)
    (tmp_path / "mine" / "a").write_text("mine")
    for name in ("file", "mine"):
        with pytest.raises(ConfigError, match="is no index"):
            check_target(tmp_path / name, overwrite=True)


def test_a_writer_that_fails_leaves_what_was_there(tmp_path: Path) -> None:
    save(tmp_path / "i", TEXTS)
    before = {path.name: path.read_bytes() for path in (tmp_path / "i").iterdir()}
    with (
        pytest.raises(KeyboardInterrupt),
        write.IndexWriter(tmp_path / "i", marks_plan(SMALL), {}),
    ):
        raise KeyboardInterrupt
    assert {path.name: path.read_bytes() for path in (tmp_path / "i").iterdir()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["i"]


def test_a_place_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(RunError, match="cannot be written"),
        write.IndexWriter(tmp_path / "file" / "i", marks_plan(SMALL), {}),
    ):
        pass
