"""Two runs compared: directions, differences, settings, and what one of them has not."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

import corpuskit
from corpuskit import ConfigError, RunError
from corpuskit.cli import app
from corpuskit.coverage.reference import Held
from corpuskit.report.compare import Side, changed_settings, compare_view, comparison
from corpuskit.report.of_two import Comparison
from tests.corpus import rows, write_jsonl
from tests.report.summaries import HOSTILE, summary
from tests.report.test_render import Page


def side(name: str, run: dict[str, Any], **settings: Any) -> Side:
    return Side(name, Held(run, "model", None), settings, {"polars": "2.1"})


def texts(view: dict[str, Any], table: str) -> list[list[str]]:
    (found,) = [one for one in view["tables"] if one.id == table]
    return [[str(cell) for cell in row] for row in found.rows]


def small(kept: int, **more: Any) -> dict[str, Any]:
    """Make a summary of 100 documents, kept in part, all of English."""
    run = summary(100, 1)
    run["documents"] = {"in": 100, "kept": kept, "dropped": 100 - kept, "skipped": 0}
    run["bytes"] |= {"in": 1000, "kept": 10 * kept}
    run["rules"] = {"base.x": {**run["rules"]["base.too_short"], "fails": 100 - kept}}
    run["coverage"]["kept"]["documents"] = kept
    return {**run, **more}


def test_differences_are_b_minus_a() -> None:
    view = compare_view(side("one", small(50)), side("two", small(80)))
    assert (
        str(view["answer"]) == "B keeps 30 documents more than A: 80 against 50, +300 bytes of text"
    )
    assert texts(view, "balance")[:2] == [
        ["Documents in", "100", "100", "0"],
        ["Documents kept", "50", "80", "+30"],
    ]
    assert ["Share kept", "50.0%", "80.0%", "+30.0 points"] in texts(view, "balance")
    assert texts(view, "rules") == [
        ["base.x", "at least 100", "at least 100", "50.0%", "20.0%", "−30.0 points"]
    ]
    back = compare_view(side("two", small(80)), side("one", small(50)))
    assert "30 documents fewer" in str(back["answer"])
    assert texts(back, "balance")[1] == ["Documents kept", "80", "50", "−30"]


def test_numbers_are_those_of_the_summaries() -> None:
    a, b = small(50), small(80)
    b["rules"]["base.y"] = {**b["rules"]["base.x"], "fails": 7}
    found = comparison(side("one", a), side("two", b))
    assert found["documents"]["kept"] == [50, 80]
    assert found["rules"] == {"base.x": [50, 20], "base.y": [None, 7]}
    assert found["figures"]["bytes"] == [
        a["coverage"]["kept"]["bytes"],
        b["coverage"]["kept"]["bytes"],
    ]
    assert json.loads(json.dumps(found, allow_nan=False)) == found


def test_settings_that_differ_are_named_and_others_are_not() -> None:
    a = side("one", small(1), recipe={"name": "web", "languages": ["en"], "rules": {}},
             inputs=[{"source": "a.txt", "digest": "1"}], format="parquet")  # fmt: skip
    b = side("two", small(1), recipe={"name": "web", "languages": [], "rules": {"x": 1}},
             inputs=[{"source": "a.txt", "digest": "2"}], format="parquet",
             against=["z"])  # fmt: skip
    assert changed_settings(a, b) == [
        ("against", "–", "z"),
        ("inputs", "a.txt (1)", "a.txt (2)"),
        ("recipe.languages", "en", "–"),
    ]


def test_a_figure_of_one_run_alone_is_named() -> None:
    a, b = small(5), small(5)
    del a["coverage"]["kept"]["domains"]
    b["coverage"]["kept"]["tokens"] = {"total": 10}
    view = compare_view(side("one", a), side("two", b))
    told = [str(sentence) for sentence in view["only"]]
    assert "Tokens, from a sample: known of B alone." in told
    assert "Hosts: known of B alone." in told
    assert "Hosts: not measured in A; a run of this version may have it." in [
        str(sentence) for sentence in view["not_compared"]
    ]


def test_a_language_that_one_run_lacks_is_missing_in_b() -> None:
    a, b = summary(1000, 2), summary(1000, 1)
    view = compare_view(side("one", a), side("two", b))
    assert [row[0] for row in texts(view, "languages")] == ["English", "Korean"]
    assert "Korean is 0% of the text in B, 33.3% in A." in [str(one) for one in view["missing"]]


@pytest.mark.parametrize("documents", [0, 100])
def test_empty_runs_are_compared_in_words(documents: int) -> None:
    empty = summary(0, 0)
    for other in (empty, summary(documents, documents)):
        made = Comparison(side("one", empty), side("two", other))
        page = Page(made.html(), "en").text
        assert "nan" not in page.lower().split()
        assert "no document is kept" in page
        json.loads(made.text("json"))
    assert ("A and B keep the same: 0 documents" in page) == (not documents)


def test_hostile_names_are_escaped_in_every_form() -> None:
    run = summary(2000, 5, hostile=True)
    made = Comparison(side(HOSTILE, run), side("two", summary(2000, 3)))
    html = made.html()
    assert "<script>alert" not in html
    assert not list(Page(html).all("img"))
    assert "\u202e" not in html
    assert not re.search(r"(?<!\\)<script", made.text("md"))


def test_an_unknown_form_or_language_is_refused() -> None:
    made = Comparison(side("one", small(1)), side("two", small(1)))
    with pytest.raises(ConfigError, match="--format: 'png'"):
        made.text("png")
    with pytest.raises(ConfigError, match="--lang: 'de'"):
        made.text("html", "de")


def test_a_summary_of_another_version_is_one_sentence() -> None:
    old = small(1)
    del old["coverage"]
    made = Comparison(side("one", old), side("two", small(1)))
    with pytest.raises(RunError, match="one, two: a summary is not as this version writes it"):
        made.text("html")


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two runs over one corpus: with all rules, and with a few."""
    folder = tmp_path_factory.mktemp("runs")
    source = write_jsonl(folder / "corpus.jsonl", rows())
    for name, recipe in (("web", "web"), ("minimal", "minimal")):
        corpuskit.clean(source, folder / name, recipe=recipe)
    return folder / "web", folder / "minimal"


def report(*words: object) -> Result:
    """Run `corpuskit report` in this process."""
    return CliRunner().invoke(app, ["report", *map(str, words)])


def test_two_runs_are_one_page_with_the_fate_of_every_document(
    runs: tuple[Path, Path], tmp_path: Path
) -> None:
    done = report(*runs, "--out", tmp_path / "page.html")
    assert done.exit_code == 0, done.output
    assert done.stdout.strip() == str(tmp_path / "page.html")
    html = (tmp_path / "page.html").read_text("utf-8")
    assert "B minus A" in Page(html, "en").text
    assert "差值为 B 减 A" in Page(html, "zh").text
    found = json.loads(report(*runs, "--format", "json", "--out", "-").stdout)
    kept = [corpuskit.open_run(run).kept().collect()["doc_id"] for run in runs]
    alone = kept[1].is_in(kept[0].implode()).not_().sum()
    assert found["decisions"]["newly_kept"]["documents"] == alone > 0
    assert found["decisions"]["common"]["documents"] == len(rows())
    assert {row["setting"] for row in found["settings"]} >= {"recipe.name"}
    assert found["divergence"]["axes"]


def test_a_run_compared_with_a_copy_of_itself_says_so(
    runs: tuple[Path, Path], tmp_path: Path
) -> None:
    shutil.copytree(runs[0], tmp_path / "copy")
    done = report(runs[0], tmp_path / "copy", "--out", tmp_path)
    page = Page((tmp_path / "comparison.html").read_text("utf-8"), "en").text
    assert done.exit_code == 0
    assert "same plan" in page
    assert "A and B keep the same" in page


def test_lost_scores_leave_single_documents_out(runs: tuple[Path, Path], tmp_path: Path) -> None:
    shutil.copytree(runs[0], tmp_path / "lost")
    shutil.rmtree(tmp_path / "lost" / "scores")
    done = report(tmp_path / "lost", runs[1], "--format", "md", "--out", "-")
    assert done.exit_code == 0
    assert "What became of single documents was not compared" in done.stdout


def test_what_is_for_one_run_is_refused_for_two(runs: tuple[Path, Path]) -> None:
    assert isinstance(report(*runs, "--reference", "x").exception, ConfigError)
    assert isinstance(report(*runs, "--format", "png").exception, ConfigError)
