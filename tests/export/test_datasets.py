"""`datasets` opens the folder, offline, with its splits and types; the card says what is true."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from ruamel.yaml import YAML

import corpuskit
from corpuskit.export import Options, export
from corpuskit.export.hub import card
from corpuskit.report.card import main_languages, size_category
from tests.corpus import rows
from tests.export.made import HOSTILE, make_run, many_rows
from tests.export.test_nanogpt import expected


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Open a folder as a user would, with a cache of its own and no network."""
    import datasets

    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", True)
    return lambda folder: datasets.load_dataset(str(folder), cache_dir=str(tmp_path / "cache"))


def header(folder: Path) -> dict[str, Any]:
    """Read the card's YAML header."""
    found: dict[str, Any] = YAML(typ="safe").load(
        (folder / "README.md").read_text("utf-8").split("---")[1]
    )
    return found


def test_the_folder_opens_with_both_splits_and_all_columns(
    run: Path, tmp_path: Path, opened: Any
) -> None:
    export(run, "datasets", tmp_path / "out")
    found = opened(tmp_path / "out")
    assert set(found) == {"train", "validation"}
    assert found["train"]["text"][:] == expected(run, "train")
    assert found["validation"]["text"][:] == expected(run, "holdout")
    assert found["train"].column_names == ["id", "text", "year", "url", "doc_id"]
    assert found["train"].features["doc_id"].dtype == "uint64"


def test_json_lines_give_the_same_rows_as_parquet(tmp_path: Path, run: Path) -> None:
    made = make_run(tmp_path, many_rows(), format="jsonl.gz")
    export(made, "datasets", tmp_path / "lines")
    export(run, "datasets", tmp_path / "parquet")
    for name in ("train", "validation"):
        lines, parquet = (pl.read_parquet(tmp_path / folder / "data" / f"{name}-*.parquet")
                          for folder in ("lines", "parquet"))  # fmt: skip
        assert lines.equals(parquet)


def test_hostile_text_keeps_its_name_and_every_character(
    hostile_run: Path, tmp_path: Path, opened: Any
) -> None:
    export(hostile_run, "datasets", tmp_path / "out", Options(hold_out="documents"))
    found = opened(tmp_path / "out")
    bodies = [body for split in found.values() for body in split["body"]]
    assert sorted(bodies) == sorted([*HOSTILE, " \n\u3000"])


def test_the_card_names_languages_size_and_only_a_given_licence(run: Path, tmp_path: Path) -> None:
    export(run, "datasets", tmp_path / "out")
    found = header(tmp_path / "out")
    assert found["language"] == ["ar", "en", "ja", "th", "zh"]
    assert found["size_categories"] == ["n<1K"]
    assert "license" not in found
    assert found["configs"][0]["data_files"][0] == {
        "split": "train",
        "path": "data/train-*.parquet",
    }
    export(run, "datasets", tmp_path / "out", Options(license="cc-by-4.0", overwrite=True))
    assert header(tmp_path / "out")["license"] == "cc-by-4.0"


def test_the_card_has_the_numbers_of_the_summary(run: Path, tmp_path: Path) -> None:
    export(run, "datasets", tmp_path / "out")
    written = (tmp_path / "out" / "README.md").read_text("utf-8")
    summary = corpuskit.open_run(run).summary
    assert "125 of 125 documents" in written
    assert summary["plan"] in written


def test_norwegian_is_a_language_and_not_false() -> None:
    summary = {
        "languages": {"no": {"documents": {"kept": 99}}, "xx": {"documents": {"kept": 0}}},
        "documents": {"in": 99, "kept": 99}, "rules": {}, "version": "1", "recipe": "r",
        "plan": "p",
    }  # fmt: skip
    written = card(summary, {"train": 99, "validation": 0}, "text", None)
    assert YAML(typ="safe").load(written.split("---")[1])["language"] == ["no"]
    assert "validation-*" not in written


def test_a_language_needs_one_document_in_a_hundred() -> None:
    kept = {"en": 980, "de": 11, "fr": 9}
    summary = {"languages": {code: {"documents": {"kept": n}} for code, n in kept.items()}}
    assert main_languages(summary) == ["en", "de"]


@pytest.mark.parametrize(
    ("documents", "expected_category"),
    [(0, "n<1K"), (999, "n<1K"), (1000, "1K<n<10K"), (10**12 - 1, "100B<n<1T"), (10**12, "n>1T")],
)
def test_sizes_are_named_as_on_the_hub(documents: int, expected_category: str) -> None:
    assert size_category(documents) == expected_category


def test_a_run_with_nothing_held_out_has_one_split(tmp_path: Path, opened: Any) -> None:
    found = [{**row, "url": "https://en0.example.org/"} for row in rows()[:10]]
    facts = export(make_run(tmp_path, found), "datasets", tmp_path / "out")
    assert facts["documents"] == {"train": 10, "validation": 0}
    assert facts["warnings"]
    assert set(opened(tmp_path / "out")) == {"train"}
