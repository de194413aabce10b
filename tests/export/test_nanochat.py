"""nanochat takes the last shard for validation and shares row groups out to its GPUs."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pytest

from corpuskit.export import export
from corpuskit.export import parquet_shards as shards_module
from corpuskit.export.parquet_shards import ParquetShards, row_groups
from tests.export.test_nanogpt import expected


def texts(paths: list[Path]) -> list[str]:
    """Read as nanochat does: row group by row group, the column `text`."""
    files = [pq.ParquetFile(path) for path in paths]
    return [
        text
        for file in files
        for group in range(file.num_row_groups)
        for text in file.read_row_group(group).column("text").to_pylist()
    ]


def test_the_last_shard_is_what_is_held_out(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shards_module, "SHARD_BYTES", 60_000)
    monkeypatch.setattr(shards_module, "GROUP_BYTES", 20_000)
    facts = export(run, "nanochat", tmp_path / "out")
    paths = sorted((tmp_path / "out").glob("*.parquet"))
    assert [path.name for path in paths] == [f"shard_{n:05d}.parquet" for n in range(len(paths))]
    assert facts["shards"] == len(paths) > 3
    assert texts(paths[:-1]) == expected(run, "train")
    assert texts(paths[-1:]) == expected(run, "holdout")
    assert {tuple(pq.read_schema(path).names) for path in paths} == {("text",)}
    assert facts["row_groups"]["train"] > 3


def test_blank_documents_are_left_out_and_few_row_groups_warned_of(
    run: Path, tmp_path: Path
) -> None:
    facts = export(run, "nanochat", tmp_path / "out")
    assert facts["blank_documents"] == 0
    assert facts["warnings"] == ["too few documents for 8 GPUs to share; train on at most 1"]


@pytest.mark.parametrize(
    ("sizes", "expected_heights"),
    [
        ([1] * 0, [0]),
        ([1] * 127, [127]),
        ([1] * 128, [128, 0]),
        ([1] * 129, [128, 1]),
        ([4, 4, 4, 1], [3, 1]),  # 12 bytes reach 10
        ([10, 1], [1, 1]),
        ([9, 1, 1], [2, 1]),
        ([50, 50], [1, 1, 0]),
    ],
)
def test_row_groups_are_bounded_in_rows_and_bytes(
    sizes: list[int], expected_heights: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shards_module, "GROUP_BYTES", 10 if len(sizes) < 100 else 1000)
    frame = pl.DataFrame({"text": ["x" * size for size in sizes]}, schema={"text": pl.String})
    assert [group.height for group in row_groups(frame, "text")] == expected_heights


def test_row_groups_are_the_same_however_the_rows_come(tmp_path: Path) -> None:
    frame = pl.DataFrame({"text": [str(number) for number in range(1000)]})
    for name, step in (("one", 1000), ("many", 7)):
        shards = ParquetShards(tmp_path, name, frame.schema, "text")
        for start in range(0, 1000, step):
            shards.append(frame[start : start + step])
        assert shards.close() == [tmp_path / f"{name}-00000.parquet"]
        assert (shards.rows, shards.groups) == (1000, 8)
    assert (tmp_path / "one-00000.parquet").read_bytes() == (
        tmp_path / "many-00000.parquet"
    ).read_bytes()
