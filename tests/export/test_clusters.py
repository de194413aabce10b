"""Clusters as columns of a `datasets` Dataset."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import corpuskit
from corpuskit.errors import ConfigError, RunError
from corpuskit.export import Options, export
from tests.corpus import write_jsonl
from tests.export.made import many_rows

WITH = Options(clusters=True, hold_out="documents")


@pytest.fixture(scope="module")
def deduplicated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of ten documents, of which the first was there three times."""
    folder = tmp_path_factory.mktemp("clusters")
    rows = many_rows()[:30:3]
    first = rows[0]
    rows += [{**first, "id": "again"}, {**first, "id": "near", "text": first["text"] + " More."}]
    found = [{**row, "cluster": f"mine-{n}"} for n, row in enumerate(rows)]
    corpuskit.clean(write_jsonl(folder / "in.jsonl", found), folder / "run", recipe="dedup")
    return folder / "run"


def loaded(folder: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    import datasets

    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", True)
    parts = datasets.load_dataset(str(folder), cache_dir=str(cache))
    return datasets.concatenate_datasets(list(parts.values()))


def test_each_document_has_its_cluster_and_its_size(
    deduplicated: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export(deduplicated, "datasets", tmp_path / "out", WITH)
    found = loaded(tmp_path / "out", tmp_path / "cache", monkeypatch)
    assert found.column_names[-2:] == ["cluster", "cluster_size"]
    assert found.features["cluster"].dtype == "uint64"
    assert found.features["cluster_size"].dtype == "uint32"
    assert sorted(found["cluster_size"]) == [1] * (found.num_rows - 1) + [3]
    for row in found:
        assert row["cluster"] == row["doc_id"]  # a document stands for its own cluster
        assert row["input_cluster"].startswith("mine-")
    members = corpuskit.open_run(deduplicated).duplicates().collect()
    assert set(members["cluster"]) == {r["cluster"] for r in found if r["cluster_size"] > 1}
    card = (tmp_path / "out" / "README.md").read_text("utf-8")
    assert "`cluster_size` counts the documents" in card


def test_without_the_option_nothing_is_added(
    deduplicated: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export(deduplicated, "datasets", tmp_path / "out", Options(hold_out="documents"))
    found = loaded(tmp_path / "out", tmp_path / "cache", monkeypatch)
    assert "cluster_size" not in found.column_names
    assert found["cluster"][0].startswith("mine-")


def test_another_form_and_a_run_without_a_search_are_refused(
    deduplicated: Path, run: Path, tmp_path: Path
) -> None:
    with pytest.raises(ConfigError, match="--clusters: is for --for datasets, not for nanochat"):
        export(deduplicated, "nanochat", tmp_path / "out", WITH)
    with pytest.raises(RunError, match="did not look for duplicates"):
        export(run, "datasets", tmp_path / "out", WITH)
    assert not (tmp_path / "out").exists()
