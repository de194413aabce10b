"""What to do next, with the names of the run; how long each stage took; the guards that fired."""

from __future__ import annotations

from typing import Any

import pytest

from corpuskit.report import render
from corpuskit.report.guards import guards
from corpuskit.report.steps import folder, stages, steps
from tests.report.summaries import documents, summary
from tests.report.test_render import Page


def run_into(out: str) -> dict[str, Any]:
    return summary() | {"repeat": f"corpuskit clean 'my corpus' --out {out}"}


def test_commands_name_the_folder_the_busiest_rule_and_a_document() -> None:
    run = run_into("'my run'")
    shown = documents(run)
    first = shown["rules"]["gopher.too_few_words"]["examples"][0]
    (document,) = (one for one in shown["documents"] if one["doc"] == first)
    document["id"] = "it's"
    found = dict(steps(run, judged=False, documents=shown))
    assert (
        found["sweep"] == "corpuskit sweep 'my run' --rule gopher.too_few_words --curve --side min"
    )
    assert found["sample"] == "corpuskit sample 'my run' --rule gopher.too_few_words --near-miss"
    assert found["explain"] == "corpuskit explain 'my run' 'it'\"'\"'s'"
    assert found["clusters"] == "corpuskit clusters 'my run'"
    assert found["pretrain"] == "corpuskit pretrain 'my run'"
    assert "pretrain" not in dict(steps(run, judged=True))


def test_a_rule_that_bounds_no_number_is_not_swept() -> None:
    run = run_into("out")
    name = "language.unwanted"
    run["rules"] = {name: run["rules"][name]}
    assert "sweep" not in dict(steps(run, judged=False))
    assert dict(steps(run, judged=False))["sample"].endswith("--rule language.unwanted --near-miss")


def test_an_id_that_no_shell_could_take_is_not_offered() -> None:
    run = run_into("out")
    shown = documents(run, hostile=True)
    assert "explain" not in dict(steps(run, judged=False, documents=shown))
    shown["rules"] = {}
    assert "explain" not in dict(steps(run, judged=False, documents=shown))
    assert "explain" not in dict(steps(run, judged=False))


def test_without_a_command_the_folder_has_a_stand_in() -> None:
    assert folder({}) == folder({"repeat": "corpuskit clean 'broken"}) == "RUN"
    assert folder({"repeat": "corpuskit clean in --out a/b"}) == "a/b"


def test_a_run_that_kept_nothing_has_no_pretraining_step() -> None:
    assert steps(summary(0, 0), judged=False) == []


def test_stages_add_up_to_the_whole() -> None:
    run = summary()
    rows = {row["stage"]: row for row in stages(run)}
    assert list(rows) == ["score", "deduplicate", "write", "other", "total"]
    assert rows["other"]["seconds"] == pytest.approx(6.41 - 3.9 - 0.8 - 1.62)
    assert rows["score"]["speed"] == int(run["bytes"]["in"] / 3.9)
    assert stages(run | {"seconds": {"score": 0.0, "total": 0.0}})[0]["speed"] is None


def test_the_page_shows_each_guard_with_a_link_to_its_place() -> None:
    run = summary() | {"rules_always_failed": ["base.too_short"]}
    run["documents"]["kept"] -= 1
    told = [str(sentence) for sentence, _ in guards(run)]
    assert told == [
        "Documents in are not kept + dropped + skipped: 1 is missing.",
        "Every document fails base.too_short; look at its bound.",
        "One cluster holds 400 of the 18,527 documents that were compared (2.2%), and one of them "
        "stays.",
        "The host mirror.example.org loses 80 of its 100 documents (80.0%) to duplicates.",
        "12 records (0.1%) could not be read and were skipped.",
        "3 ids occur more than once.",
    ]
    text = Page(render(run)).text
    assert all(sentence in text for sentence in told)


def test_where_no_guard_fired_the_page_says_which_there_are() -> None:
    run = summary() | {"warnings": {"duplicate_user_ids": 0, "missing_user_ids": 0}}
    run["duplicates"]["guards"]["warnings"] = []
    run["documents"] |= {"in": run["documents"]["in"] - 12, "skipped": 0}
    assert guards(run) == []
    assert "No guard fired: documents add up" in Page(render(run)).text


def test_a_run_that_kept_nothing_is_a_guard() -> None:
    run = summary()
    run["documents"] |= {"kept": 0, "dropped": run["documents"]["in"] - 12}
    assert str(guards(run)[0][0]) == "No document was kept."
