"""A rule that no document fails, and one that every document fails, are reported."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import corpuskit
from corpuskit.api import Run
from corpuskit.report import render
from corpuskit.rules import Condition, Rule
from corpuskit.summary import odd_rules
from corpuskit.terminal import table, width
from tests.corpus import write_jsonl

RULES = [Rule(f"toy.{name}", Condition("char_count", (("min", 1),))) for name in "abc"]


def shards(**fails: int) -> list[dict[str, Any]]:
    """Make the receipts of two shards with these failures in all."""
    first = {f"toy.{name}": {"fails": count - count // 2} for name, count in fails.items()}
    second = {f"toy.{name}": {"fails": count // 2} for name, count in fails.items()}
    return [{"rules": first}, {"rules": second}]


@pytest.mark.parametrize(
    ("documents", "never", "always"),
    [(100, ["toy.a"], ["toy.c"]), (101, ["toy.a"], []), (0, [], [])],
)
def test_rules_are_told_by_their_failures(
    documents: int, never: list[str], always: list[str]
) -> None:
    found = odd_rules(RULES, shards(a=0, b=99, c=100), documents)
    assert found == {"rules_never_failed": never, "rules_always_failed": always}


def test_under_100_documents_no_rule_is_blamed_for_failing_all() -> None:
    assert odd_rules(RULES, shards(a=0, b=1, c=99), 99)["rules_always_failed"] == []


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A hundred short documents, judged by three rules."""
    folder = tmp_path_factory.mktemp("odd")
    rules = (
        '{id: too_short, feature: char_count, min: 1000, why: "Short."}',
        '{id: too_long, feature: char_count, max: 1000000, why: "Long."}',
        '{id: odd, feature: char_count, max: 30, why: "Odd."}',
    )
    (folder / "own.yaml").write_text(f"name: own\nrules: [{', '.join(rules)}]\n")
    texts = [{"id": str(n), "text": f"Document {n}. " * (1 + n % 3)} for n in range(100)]
    source = write_jsonl(folder / "in.jsonl", texts)
    return corpuskit.clean(
        source, folder / "run", rules=[str(folder / "own.yaml")], duplicates=False
    )


def test_the_summary_names_them(run: Run) -> None:
    assert run.summary["rules_never_failed"] == ["own.too_long"]
    assert run.summary["rules_always_failed"] == ["own.too_short"]


def test_the_terminal_has_a_sentence_for_each(run: Run) -> None:
    page = table(run.summary, Path("run"))
    assert "warning: every document fails own.too_short; look at its bound" in page
    assert "1 of 3 rules never fired; --json and the report name them" in page
    assert "own.too_long" not in page
    assert max(map(width, page.split("\n"))) <= 80


def test_the_report_has_a_sentence_for_each(run: Run) -> None:
    page = render(run.summary)
    assert "Every document fails <code>own.<wbr>too_<wbr>short</code>; look at its bound." in page
    assert "1 of 3 rules never fired" in page
    assert page.count("own.<wbr>too_<wbr>long") >= 1


def test_where_every_rule_fires_and_none_always_nothing_is_said(run: Run) -> None:
    summary = {**run.summary, "rules_never_failed": [], "rules_always_failed": []}
    assert "never fired" not in table(summary, Path("run"))
    assert "every document fails" not in table(summary, Path("run"))
