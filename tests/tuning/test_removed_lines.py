"""`explain` shows what line cleaners took out of a document, by cause."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import corpuskit
from corpuskit.errors import RunError
from corpuskit.terminal import width
from corpuskit.tuning.explain import Explanation, explain
from corpuskit.tuning.finished import open_finished
from corpuskit.tuning.removed_lines import Removal, RemovedLine
from corpuskit.tuning.show_documents import explanation_page
from tests.corpus import write_jsonl

PAGE = "\n".join(
    ["Home", "One line of five words.", "Only four words here.", *(f"Item {n}" for n in range(7))]
)
ITEMS = (RemovedLine(1, "Home"), *(RemovedLine(4 + n, f"Item {n}") for n in range(7)))
PAGES = [{"id": "a", "text": PAGE}, {"id": "b", "text": "One line of five words. " * 3}]


def run(folder: Path, keep: bool) -> Path:
    """Make a run of the recipe c4."""
    source = write_jsonl(folder / "in.jsonl", PAGES)
    return corpuskit.clean(source, folder / "run", recipe="c4", keep_removed_lines=keep).path


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that keeps the lines."""
    return run(tmp_path_factory.mktemp("kept"), keep=True)


def one(folder: Path, name: str) -> Explanation:
    """Explain one document."""
    (found,) = explain(open_finished(folder), [name])
    return found


def test_kept_lines_are_listed_by_cause(kept: Path) -> None:
    assert one(kept, "a").removed == (
        Removal("c4", "no_terminal_mark", 8, ITEMS),
        Removal("c4", "too_few_words", 1, (RemovedLine(3, "Only four words here."),)),
    )
    assert one(kept, "b").removed == ()


def test_the_page_shows_the_first_lines_of_a_cause_and_all_on_demand(kept: Path) -> None:
    found = one(kept, "a")
    page, whole = explanation_page(found), explanation_page(found, whole_text=True)
    assert "line cleaners took out 9 lines\n  c4, no_terminal_mark: 8\n    1: Home\n" in page
    assert "    … and 3 more; --whole-text has all" in page
    assert "Item 6" not in page
    assert "    10: Item 6" in whole
    assert "    3: Only four words here." in page
    assert max(width(line) for line in page.split("\n")) <= 80
    assert "line cleaners" not in explanation_page(one(kept, "b"))


def test_the_json_has_every_line(kept: Path) -> None:
    plain = json.loads(json.dumps(one(kept, "a").plain()))["removed"]
    assert plain[1] == {
        "cleaner": "c4", "cause": "too_few_words", "count": 1,
        "lines": [{"number": 3, "text": "Only four words here."}],
    }  # fmt: skip


def test_without_kept_lines_the_scores_tell_their_number(tmp_path: Path) -> None:
    found = one(run(tmp_path, keep=False), "a")
    assert found.removed == (
        Removal("c4", "no_terminal_mark", 8, ()),
        Removal("c4", "too_few_words", 1, ()),
    )
    page = explanation_page(found)
    assert "c4, no_terminal_mark: 8" in page
    assert "run clean with --keep-removed-lines" in page


def test_a_file_of_removed_lines_that_is_gone_is_named(tmp_path: Path) -> None:
    folder = run(tmp_path, keep=True)
    (folder / "removed_lines/part-00000.parquet").unlink()
    with pytest.raises(RunError, match=r"removed_lines/part-00000.parquet: missing"):
        one(folder, "a")
