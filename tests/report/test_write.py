from __future__ import annotations

import json
from pathlib import Path

import pytest

from corpuskit.errors import RunError
from corpuskit.report import render, write_report
from tests.report.summaries import summary


def test_the_report_stands_beside_its_summary(tmp_path: Path) -> None:
    run = summary()
    (tmp_path / "summary.json").write_text(json.dumps(run), "utf-8")
    path = write_report(tmp_path)
    assert path == tmp_path / "report.html"
    assert path.read_text("utf-8") == render(run)


def test_a_folder_without_a_summary_is_no_run(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"no summary\.json, so no finished run"):
        write_report(tmp_path)


def test_a_damaged_summary_is_named(tmp_path: Path) -> None:
    (tmp_path / "summary.json").write_text("{", "utf-8")
    with pytest.raises(RunError, match="damaged"):
        write_report(tmp_path)


@pytest.mark.parametrize("part", ["documents", "coverage", "version"])
def test_a_summary_of_another_version_is_refused(tmp_path: Path, part: str) -> None:
    run = summary()
    del run[part]
    (tmp_path / "summary.json").write_text(json.dumps(run), "utf-8")
    with pytest.raises(RunError, match="not as this version writes it"):
        write_report(tmp_path)
    assert not (tmp_path / "report.html").exists()
