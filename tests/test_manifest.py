"""The balance, the plan and what may be deleted."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpuskit.errors import ConfigError, RunError
from corpuskit.layout import Layout
from corpuskit.manifest import (
    Receipts,
    begin,
    check_apart,
    check_conservation,
    clear,
    input_digest,
    is_complete,
)


def test_a_lost_document_is_an_error_with_the_numbers() -> None:
    check_conservation(10, 6, 3, 1)
    with pytest.raises(RunError, match=r"10 records in, but 6 kept \+ 3 dropped \+ 0 skipped = 9"):
        check_conservation(10, 6, 3, 0)


def test_a_receipt_of_another_plan_is_refused(tmp_path: Path) -> None:
    Receipts(tmp_path, "aaa").write("x", {"documents": 1})
    assert Receipts(tmp_path, "aaa").read("x") == {"plan": "aaa", "documents": 1}
    assert Receipts(tmp_path, "aaa").read("y") is None
    with pytest.raises(RunError, match="written for plan aaa, this is bbb"):
        Receipts(tmp_path, "bbb").read("x")


def test_an_input_digest_changes_with_any_part_that_it_samples(tmp_path: Path) -> None:
    path = tmp_path / "f"
    seen = set()
    for place in (0, 500_000, 999_999):
        data = bytearray(1_000_000)
        data[place] = 1
        path.write_bytes(data)
        seen.add(input_digest(path))
    path.write_bytes(bytes(999_999))
    assert len(seen | {input_digest(path)}) == 4


def test_an_unfinished_run_is_not_complete_and_may_be_cleared(tmp_path: Path) -> None:
    layout = Layout(tmp_path / "run")
    begin(layout, {"a": 1}, "corpuskit clean in --out out")
    plan = Receipts(layout.work, "")  # the plan's own fingerprint is in plan.json
    assert layout.plan.exists()
    with pytest.raises(RunError, match="holds a run of plan"):
        is_complete(layout, "other")
    clear(layout)
    assert not layout.work.exists()
    assert plan.read("plan") is None


def test_a_damaged_plan_is_one_sentence(tmp_path: Path) -> None:
    layout = Layout(tmp_path / "run")
    begin(layout, {"a": 1}, "corpuskit clean in --out out")
    layout.plan.write_text("{")
    with pytest.raises(RunError, match="damaged"):
        is_complete(layout, "x")


def test_input_and_output_must_lie_apart(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    with pytest.raises(ConfigError, match="lies inside the input"):
        check_apart(tmp_path / "data" / "out", [tmp_path / "data"])
    with pytest.raises(ConfigError, match="holds the input"):
        check_apart(tmp_path, [tmp_path / "data"])
    check_apart(tmp_path / "out", [tmp_path / "data"])
