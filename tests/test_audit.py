"""`corpuskit report` over raw text: an audit that drops nothing, and what a path is taken for."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner, Result

import corpuskit
from corpuskit import ConfigError, RunError
from corpuskit.audit import DATA, RUN, default_out, kind_of, sort_out
from corpuskit.cli import app
from corpuskit.layout import Layout
from corpuskit.rules import count_failures
from corpuskit.tuning.finished import failing, open_finished
from tests.corpus import rows, write_jsonl
from tests.report.test_render import Page


def report(*words: object) -> Result:
    """Run `corpuskit report` in this process."""
    return CliRunner().invoke(app, ["report", *map(str, words)])


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The corpus of tests/corpus.py as one file of JSON lines."""
    return write_jsonl(tmp_path_factory.mktemp("in") / "corpus.jsonl", rows())


@pytest.fixture(scope="module")
def audited(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an audit of it."""
    out = tmp_path_factory.mktemp("out") / "audit"
    done = report(source, "--out", out, "--workers", "2", "--quiet")
    assert done.exit_code == 0, done.output
    assert done.stdout == f"{out / 'report.html'}\n"
    return out


def test_an_audit_drops_nothing_and_flags_what_web_would_drop(audited: Path) -> None:
    summary = json.loads((audited / "summary.json").read_text("utf-8"))
    documents = len(rows())
    assert summary["documents"] == {"in": documents, "kept": documents, "dropped": 0, "skipped": 0}
    assert {rule["severity"] for rule in summary["rules"].values()} == {"flag"}
    run = open_finished(audited)
    rules = run.recipe.all_rules()
    counts = count_failures(run.evaluate(failing(rules)), rules)
    found = {name: rule["fails"] for name, rule in summary["rules"].items()}
    assert found == {name: count["fails"] for name, count in counts.items()}
    assert found["base.empty"] == 1
    assert summary["coverage"]["in"] == summary["coverage"]["kept"]


def test_an_audit_counts_duplicates_among_all_documents(audited: Path) -> None:
    summary = json.loads((audited / "summary.json").read_text("utf-8"))
    # en-0, "exact" and "near" are one text, its copy and a near copy: two of them are copies.
    found = summary["duplicates"]
    assert found["exact"] + found["near"] == 2
    assert found["clusters"] == 1


def test_an_audit_writes_no_copy_of_the_texts(audited: Path) -> None:
    assert not (audited / "kept").exists()
    assert not (audited / "dropped").exists()
    assert pl.read_parquet(audited / "scores" / "*.parquet").height == len(rows())
    done = CliRunner().invoke(app, ["sample", str(audited), "--rule", "base.empty"])
    assert isinstance(done.exception, RunError)
    assert "an audit, which holds no texts" in str(done.exception)


def test_the_page_says_in_both_languages_that_it_is_an_audit(audited: Path) -> None:
    html = (audited / "report.html").read_text("utf-8")
    english, chinese = Page(html, "en").text, Page(html, "zh").text
    assert "Audit of raw text" in english
    assert "nothing was dropped" in english
    assert "What was removed" not in english
    assert "原始文本审计" in chinese
    assert "corpuskit clean " in english


def test_the_same_command_finds_the_audit_done_and_another_is_refused(
    source: Path, audited: Path
) -> None:
    before = (audited / "summary.json").read_bytes()
    assert report(source, "--out", audited, "--quiet").exit_code == 0
    assert (audited / "summary.json").read_bytes() == before
    other = report(source, "--out", audited, "--text-column", "id", "--quiet")
    assert isinstance(other.exception, RunError)
    assert "--overwrite" in str(other.exception)


def test_the_report_of_an_audit_is_written_again_like_any_other(audited: Path) -> None:
    before = (audited / "report.html").read_bytes()
    assert report(audited).exit_code == 0
    assert (audited / "report.html").read_bytes() == before
    card = report(audited, "--format", "md", "--out", "-")
    assert card.stdout.startswith("---\n")


def test_an_audit_can_be_decided_with_rules_that_drop(audited: Path) -> None:
    words = ["decide", str(audited), "--rules", "base", "--no-dedup", "--json"]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    run = open_finished(audited)
    own = [rule for rule in run.recipe.all_rules() if rule.id.startswith("base.")]
    fails = run.evaluate(failing(own)).select(pl.any_horizontal(pl.all())).to_series()
    assert found["kept_before"]["documents"] == len(rows())
    assert found["newly_dropped"]["documents"] == fails.sum() > 0


def test_a_severity_of_one_rule_cannot_be_set_where_the_recipe_flags_all(
    source: Path, tmp_path: Path
) -> None:
    with pytest.raises(ConfigError, match="every rule flags by the severity of recipe"):
        corpuskit.clean(source, tmp_path / "run", recipe="measure",
                        settings=["base.empty.severity=drop"])  # fmt: skip


@pytest.mark.parametrize(
    ("inputs", "name"),
    [
        (["data/web.jsonl.gz"], "web_report"),
        (["shards/"], "shards_report"),
        (["crawl/2024/*.parquet"], "2024_report"),
        (["*.parquet"], "corpus_report"),
        (["org/some-data"], "some-data_report"),
        ([".."], "corpus_report"),
        (["/"], "corpus_report"),
        (["语料.txt", "b.txt"], "语料_report"),
        (["a b;c.txt"], "a_b_c_report"),
    ],
)
def test_an_audit_stands_beside_the_working_directory_by_default(
    inputs: list[str], name: str
) -> None:
    assert default_out(inputs) == Path(name)


def folders(tmp_path: Path) -> tuple[Path, Path, Path]:
    """Make signs of a finished run, of one that is not finished, and data."""
    run, unfinished, data = (tmp_path / name for name in ("run", "unfinished", "data"))
    for folder in (run, unfinished / ".work", data):
        folder.mkdir(parents=True)
    Layout(run).manifest.write_text("{}")
    Layout(unfinished).plan.write_text("{}")
    (data / "a.txt").write_text("A text.")
    return run, unfinished, data


def test_a_path_is_a_run_or_data(tmp_path: Path) -> None:
    run, unfinished, data = folders(tmp_path)
    assert [kind_of(str(path)) for path in (run, unfinished, data)] == [RUN, RUN, DATA]
    assert kind_of("org/dataset") == DATA
    assert sort_out([str(data), str(data / "a.txt")]) == DATA


def test_a_mix_of_runs_and_data_says_what_each_is(tmp_path: Path) -> None:
    run, _, data = folders(tmp_path)
    done = report(run, data)
    assert isinstance(done.exception, ConfigError)
    assert f"{run} is a run and {data} is data" in str(done.exception)
    assert "--reference" in str(done.exception)


def test_three_runs_or_one_run_twice_are_refused(tmp_path: Path) -> None:
    run, unfinished, _ = folders(tmp_path)
    with pytest.raises(ConfigError, match="3 runs"):
        sort_out([str(run), str(unfinished), str(run)])
    with pytest.raises(ConfigError, match="named twice"):
        sort_out([str(run), f"{run}/."])


def test_options_of_raw_text_are_refused_with_a_run(tmp_path: Path) -> None:
    run, _, data = folders(tmp_path)
    for words in (("--text-column", "body"), ("--overwrite",), ("--text-mode", "line")):
        done = report(run, *words)
        assert isinstance(done.exception, ConfigError)
        assert str(done.exception).startswith(words[0])
    assert "an audit writes a folder" in str(report(data, "--out", "-").exception)


def test_a_wrong_form_is_refused_before_anything_is_measured(tmp_path: Path) -> None:
    _, _, data = folders(tmp_path)
    done = report(data, "--format", "pdf", "--out", tmp_path / "audit")
    assert isinstance(done.exception, ConfigError)
    assert not (tmp_path / "audit").exists()
