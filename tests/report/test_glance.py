"""Run and Report show themselves in a notebook: compact, escaped, without script or style sheet."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from corpuskit import Report, Run
from tests.report.summaries import HOSTILE, summary

# Of the lists of JupyterLab's sanitiser: https://github.com/jupyterlab/jupyterlab,
# packages/apputils/src/sanitizer.ts.
TAGS = {"div", "p", "b", "i", "code", "table", "thead", "tbody", "tr", "th", "td"}
STYLES = {"width", "height", "background-color", "text-align"}


class Tags(HTMLParser):
    """Collects tags, attributes and the text of a piece of HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def made(folder: Path, run: dict[str, Any]) -> Run:
    """Make a folder with a summary."""
    (folder / "summary.json").write_text(json.dumps(run), "utf-8")
    return Run(folder)


@pytest.mark.parametrize("hostile", [False, True])
def test_only_what_a_sanitiser_leaves_in_place_is_used(tmp_path: Path, hostile: bool) -> None:
    page = Tags(made(tmp_path, summary(hostile=hostile))._repr_html_())
    assert page.open == []
    assert {tag for tag, _ in page.tags} <= TAGS
    for _, attributes in page.tags:
        assert set(attributes) <= {"style"}
        parts = [part for part in (attributes.get("style") or "").split(";") if part]
        assert {part.partition(":")[0] for part in parts} <= STYLES


def test_text_of_the_corpus_stays_text(tmp_path: Path) -> None:
    run = summary() | {"languages": summary()["languages"]}
    run["languages"] = {HOSTILE: run["languages"]["en"]}
    html = made(tmp_path, run)._repr_html_()
    assert "<script" not in html
    assert "<img" not in html
    assert "&lt;script&gt;" in html
    assert "\u202e" not in html


def test_the_numbers_are_those_of_the_summary(tmp_path: Path) -> None:
    run = summary()
    page = Tags(made(tmp_path, run)._repr_html_())
    documents = run["documents"]
    assert f"{documents['kept']:,} of {documents['in']:,} documents kept" in page.text
    name, busiest = max(run["rules"].items(), key=lambda item: item[1]["fails"])
    assert f"{name}{busiest['fails']:,}{busiest['alone']:,}" in page.text
    code, row = next(iter(run["languages"].items()))
    assert f"{code}{row['documents']['in']:,}{row['documents']['kept']:,}" in page.text
    assert "26 more languages in the report" in page.text  # 34 languages, 8 shown


def test_bars_are_as_long_as_their_shares(tmp_path: Path) -> None:
    run = summary()
    page = Tags(made(tmp_path, run)._repr_html_())
    style = next(a["style"] for _, a in page.tags if "height" in (a.get("style") or ""))
    assert style is not None
    drawn = float(style.partition("width:")[2].partition("%")[0])
    documents = run["documents"]
    assert drawn == pytest.approx(100 * documents["kept"] / documents["in"], abs=0.01)


def test_it_is_small(tmp_path: Path) -> None:
    assert len(made(tmp_path, summary(3_000_000, 176))._repr_html_().encode()) < 12_000


def test_a_run_without_documents_rules_and_languages_is_shown(tmp_path: Path) -> None:
    page = Tags(made(tmp_path, summary(0, 0))._repr_html_())
    assert "0 of 0 documents kept" in page.text
    assert "No document fails a rule." in page.text
    assert "Languages were not measured, or there is no document." in page.text


def test_what_is_no_run_is_a_sentence_and_no_traceback(tmp_path: Path) -> None:
    assert "no run of corpuskit" in Run(tmp_path)._repr_html_()
    assert repr(Run(tmp_path)) == f"<Run {tmp_path}: no finished run>"
    (tmp_path / "summary.json").write_text('{"documents": 3}')
    assert "not as this version writes it" in Run(tmp_path)._repr_html_()
    assert repr(Run(tmp_path)) == f"<Run {tmp_path}: no finished run>"


def test_a_report_shows_the_same_and_is_a_path(tmp_path: Path) -> None:
    run = made(tmp_path, summary())
    assert run.report._repr_html_() == run._repr_html_()
    assert (
        repr(run)
        == f"<Run {tmp_path}: {summary()['documents']['kept']:,} of 18,539 documents kept>"
    )
    assert repr(run.report) == f"<Report {tmp_path / 'report.html'}>"
    assert Path(run.report) == tmp_path / "report.html" == Report(tmp_path).path
