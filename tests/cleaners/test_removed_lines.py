"""What line cleaners took out is written line by line, where it is asked for."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import corpuskit
from corpuskit.api import Run
from corpuskit.cleaners import CLEANERS, clean, clean_noting, split_cleaners
from corpuskit.errors import ConfigError, RunError
from corpuskit.tuning.again import Changes, changed_recipe
from corpuskit.tuning.finished import open_finished
from corpuskit.tuning.write import write_again
from tests import reference_removed_lines as twin
from tests.corpus import digests, rows, write_jsonl

PIECES = (
    "\n", "\n", "\r", "\r\n", "\v", "\x1c", "\x85", "\u2028", " ", "\t", "\u3000", "é ", "三",
    "one ", "Two words ", "five words are in this ", ".", "...", '"', "[12]", "[edit]", "[",
    "javascript ", "use cookies ", "{", "lorem ipsum ", "x" * 1001, "é" * 500,
)  # fmt: skip
HOSTILE = st.lists(st.sampled_from(PIECES) | st.characters(exclude_categories=("Cs", "Cn")))
PAGE = (
    "Home\r\n"
    "\r\n"
    "One line of five words.\r\n"
    "  Only four words here. \n"
    "[12]\n"
    "Please enable JavaScript to read it.\n"
    f"{'x' * 1001} and four words more.\n"
    "We use cookies on this page."
)
REMOVED = [
    (1, "no_terminal_mark", "Home"),
    (4, "too_few_words", "Only four words here."),
    (5, "no_terminal_mark", "[12]"),
    (6, "javascript", "Please enable JavaScript to read it."),
    (7, "long_word", f"{'x' * 1001} and four words more."),
    (8, "policy", "We use cookies on this page."),
]


def noted(form: str, *documents: str) -> list[list[tuple[int, str, str]]]:
    """List what a cleaner takes out of each document."""
    _, frame = clean_noting(pl.Series("text", documents, dtype=pl.String), [form])
    assert set(frame["cleaner"]) <= {form}
    columns = ("line_number", "cause", "text")
    return [frame.filter(row=row).select(columns).rows() for row in range(len(documents))]


def test_every_line_has_its_number_its_cause_and_its_text() -> None:
    assert noted("c4", "", PAGE, "Kept with its five words.") == [[], REMOVED, []]


def test_lines_that_refinedweb_takes_out_are_noted_as_they_stood() -> None:
    page = "\n  HOME  \nA line of prose that stays.\n\n3 likes\r\n sign-in\nThe end, said he."
    column = pl.Series([page, "", "12\nOne more line that stays.\nword\n"])
    left, frame = clean_noting(column, ["refinedweb"])
    assert left.to_list()[2] == "One more line that stays."
    assert frame.rows() == [
        (0, 2, "uppercase", "refinedweb", "HOME"),
        (0, 5, "counter", "refinedweb", "3 likes"),
        (0, 6, "one_word", "refinedweb", "sign-in"),
        (2, 1, "digits", "refinedweb", "12"),
        (2, 3, "one_word", "refinedweb", "word"),
    ]


def test_a_line_of_which_a_phrase_was_all_is_noted_with_the_phrase() -> None:
    column = pl.Series(["A line of prose that stays.\n items in cart \nThe end, said he."])
    _, frame = clean_noting(column, ["refinedweb"])
    assert frame.rows() == [(0, 2, "items_in_cart", "refinedweb", "items in cart")]


@pytest.mark.parametrize("form", ["c4", "c4_fineweb"])
@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.lists(HOSTILE.map("".join), max_size=4))
def test_the_report_equals_its_twin(form: str, documents: list[str]) -> None:
    assert noted(form, *documents) == [twin.removed(text, form) for text in documents]


def test_a_slice_of_a_column_is_reported_as_itself() -> None:
    column = pl.Series(["gone", "é kept line of words.\nshort", "gone too"])
    _, frame = clean_noting(column[1:2], ["c4"])
    assert frame.rows() == [(0, 2, "no_terminal_mark", "c4", "short")]


def test_noting_changes_no_text_and_a_second_cleaner_numbers_what_the_first_left() -> None:
    names = ["c4_fineweb", "c4", "line_ends"]
    column = pl.Series("own", ["Home\rThree words here\rOne line of five words."])
    text, frame = clean_noting(column, names)
    assert text.equals(clean(column, names), check_names=True)
    assert frame.rows() == [
        (0, 1, "too_few_words", "c4_fineweb", "Home"),
        (0, 1, "no_terminal_mark", "c4", "Three words here"),
    ]


def test_every_line_cleaner_names_its_causes() -> None:
    for name in split_cleaners(list(CLEANERS))[1]:
        assert CLEANERS[name].causes, name


def test_documents_without_line_cleaners_have_no_removed_lines() -> None:
    _, frame = clean_noting(pl.Series(["a\rb"]), ["line_ends"])
    assert frame.is_empty()


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The corpus of tests/corpus.py, and a page of every cause, twice."""
    pages = [{"id": f"page-{n}", "text": PAGE.replace("Home", f"Home {n}")} for n in range(2)]
    return write_jsonl(tmp_path_factory.mktemp("in") / "corpus.jsonl", rows() + pages)


@pytest.fixture(scope="module")
def run(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run of the recipe c4 that keeps what it removed."""
    return corpuskit.clean(
        source, tmp_path_factory.mktemp("out") / "run", recipe="c4", keep_removed_lines=True
    )


def test_the_lines_are_as_many_as_the_features_say(run: Run) -> None:
    kept = run.removed_lines().collect()
    assert kept.schema == {
        "doc_id": pl.UInt64, "user_id": pl.String, "line_number": pl.UInt32,
        "cause": pl.String, "cleaner": pl.String, "text": pl.String,
    }  # fmt: skip
    counts = dict(kept.group_by("doc_id", "cause").len().select(
        pl.concat_list(pl.col("doc_id").cast(pl.String), "cause").list.join(" "), "len"
    ).iter_rows())  # fmt: skip
    scores = run.scores().collect()
    total = 0
    for row in scores.iter_rows(named=True):
        for cause in CLEANERS["c4"].causes:
            expected = row[f"removed_line_count.{cause}.c4"]
            assert counts.get(f"{row['doc_id']} {cause}", 0) == expected
            total += expected
    assert total == kept.height > 12
    assert kept.filter(user_id="page-1").select("line_number", "cause").rows() == [
        line[:2] for line in REMOVED
    ]


def test_the_file_is_in_the_manifest_and_named_after_its_shard(run: Run) -> None:
    found = open_finished(run.path).facts["outputs"]["removed_lines/part-00000.parquet"]
    assert found["documents"] == run.removed_lines().collect().height


def test_the_bytes_do_not_depend_on_the_workers(source: Path, run: Run, tmp_path: Path) -> None:
    again = corpuskit.clean(
        source, tmp_path / "run", recipe="c4", keep_removed_lines=True, workers=3
    )
    assert digests(again.path) == digests(run.path)


def test_another_decision_writes_them_again(source: Path, run: Run, tmp_path: Path) -> None:
    old = open_finished(run.path)
    wanted = changed_recipe(old, Changes(overrides=("c4.too_few_sentences.min=1",)), redo=True)
    write_again(old, wanted, tmp_path / "again", [str(source)])
    name = "removed_lines/part-00000.parquet"
    assert (tmp_path / "again" / name).read_bytes() == (run.path / name).read_bytes()


def test_without_the_option_nothing_is_written(source: Path, tmp_path: Path) -> None:
    plain = corpuskit.clean(source, tmp_path / "run", recipe="c4")
    assert not (plain.path / "removed_lines").exists()
    with pytest.raises(RunError, match="run clean with --keep-removed-lines"):
        plain.removed_lines()


def test_an_empty_corpus_has_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "none.jsonl").write_text("")
    empty = corpuskit.clean(
        tmp_path / "none.jsonl", tmp_path / "run", recipe="c4", keep_removed_lines=True
    )
    assert empty.removed_lines().collect().is_empty()


def test_a_recipe_without_line_cleaners_is_refused(source: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"'web' has no line cleaner.*c4"):
        corpuskit.clean(source, tmp_path / "run", keep_removed_lines=True)
    assert not (tmp_path / "run").exists()
