"""Why was this document dropped, what nearly dropped it, and whose copy is it?"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from corpuskit.errors import DataError, RunError
from corpuskit.tuning.explain import FAILS_IT, NOT_ASKED, PASSES, Explanation, explain
from corpuskit.tuning.finished import FinishedRun
from corpuskit.tuning.show_documents import explanation_page
from tests.tuning.made import TEXTS, made_run, write_run


def one(run: FinishedRun, name: str) -> Explanation:
    """Explain one document."""
    (found,) = explain(run, [name])
    return found


def test_every_bound_of_every_rule_is_told_with_value_side_and_margin(toy: FinishedRun) -> None:
    found = one(toy, "e")
    checks = {check.rule: check for check in found.checks}
    assert list(checks) == [rule.id for rule in toy.recipe.all_rules()]
    words, digits = checks["toy.too_few_words"], checks["toy.too_many_digits"]
    assert (words.value, words.side, words.bound, words.status) == (40, "min", 50, FAILS_IT)
    assert words.margin == -10
    assert words.relative_margin == -0.2
    assert (digits.value, digits.side, digits.bound, digits.status) == (0.3, "max", 0.2, FAILS_IT)
    assert checks["duplicates.exact_duplicate"].status == PASSES
    assert checks["duplicates.exact_duplicate"].margin is None
    assert (found.kept, found.language, found.bytes) == (False, "en", 241)


def test_a_rule_whose_guard_does_not_hold_is_not_asked(toy: FinishedRun) -> None:
    found = one(toy, "f")
    assert found.kept
    assert found.checks[0].status == NOT_ASKED


def test_the_nearest_miss_comes_first(toy: FinishedRun) -> None:
    found = one(toy, "g")  # its digits are at their bound, its language score too
    assert found.nearest_misses[0].rule == "toy.too_many_digits"
    assert found.nearest_misses[0].relative_margin == 0
    assert all(check.status == PASSES for check in found.nearest_misses)


def test_a_flag_that_fails_does_not_drop(toy: FinishedRun) -> None:
    found = one(toy, "g")
    flag = next(check for check in found.checks if check.rule == "toy.uncertain")
    assert (flag.status, flag.severity, found.kept) == (FAILS_IT, "flag", True)


def test_a_copy_names_its_representative_and_how_the_texts_differ(toy: FinishedRun) -> None:
    found = one(toy, "b").cluster
    assert found is not None
    assert (found.size, found.own.kind, found.own.jaccard) == (3, "near", 0.9)
    assert (found.representative.id, found.representative.doc_id) == ("a", 1)
    assert [member.id for member in found.members] == ["c"]
    assert found.difference is not None
    assert [(c.removed, c.added) for c in found.difference.changes] == [("b", "a")]


def test_a_representative_names_its_copies(toy: FinishedRun) -> None:
    found = one(toy, "a")
    assert found.kept
    assert found.cluster is not None
    assert found.cluster.difference is None
    assert [member.id for member in found.cluster.members] == ["c", "b"]


def test_documents_are_found_by_either_id_in_the_order_asked(toy: FinishedRun) -> None:
    found = explain(toy, ["j", "1", "a"])
    assert [one.id for one in found] == ["j", "a"]
    assert found[0].text == TEXTS["j"]


def test_an_id_that_occurs_twice_gives_both(tmp_path: Path) -> None:
    from tests.tuning.made import scores

    frame = scores().with_columns(user_id=scores()["user_id"].replace({"j": "d"}))
    found = explain(made_run(tmp_path / "run", frame=frame), ["d"])
    assert [one.doc_id for one in found] == [4, 10]


@pytest.mark.parametrize(
    ("asked", "nearest"),
    [("news-2014-17x", "'news-2014-17'"), ("xews-2014-17", "'news-2014-17'"), ("", "'blog-1'")],
)
def test_an_unknown_id_names_the_nearest(tmp_path: Path, asked: str, nearest: str) -> None:
    from tests.tuning.made import IDS, scores

    names = [f"news-2014-1{n}" for n in range(9)] + ["blog-1"]
    frame = scores().with_columns(user_id=scores()["user_id"].replace(list(IDS), names))
    texts = dict.fromkeys(names, "text")
    run = made_run(tmp_path / "run", frame=frame, texts=texts)
    with pytest.raises(
        DataError, match=f"no document has the id '{asked}'; the nearest are {nearest}"
    ):
        explain(run, [asked])


def test_a_number_beyond_doc_ids_is_only_unknown(toy: FinishedRun) -> None:
    with pytest.raises(DataError, match="no document has the id"):
        explain(toy, [str(1 << 64)])


def test_a_shard_that_is_gone_is_named(tmp_path: Path) -> None:
    run = made_run(tmp_path / "run")
    (tmp_path / "run/dropped/part-00000.parquet").unlink()
    with pytest.raises(RunError, match=r"dropped/part-00000.parquet: missing"):
        explain(run, ["d"])


def test_an_older_summary_without_the_text_column_is_refused(tmp_path: Path) -> None:
    run = made_run(tmp_path / "run")
    (tmp_path / "run/summary.json").write_text("{}")
    with pytest.raises(RunError, match="does not name the text column"):
        explain(run, ["d"])


def test_the_page_is_80_columns_wide_and_escapes_what_could_act(tmp_path: Path) -> None:
    texts = {**TEXTS, "b": "\x1b[31mred\x07 " + "中文" * 200 + "\u202eevil"}
    folder = write_run(tmp_path / "run", texts=texts)
    from corpuskit.terminal import width
    from corpuskit.tuning.finished import open_finished

    page = explanation_page(one(open_finished(folder), "b"), whole_text=True)
    assert "\x1b" not in page
    assert "\u202e" not in page
    assert "\\x1b[31mred\\x07" in page
    assert max(width(line) for line in page.split("\n")) <= 80
    for word in ("duplicates.near_duplicate", "nearest misses", "stands for it: a", "passes"):
        assert word in page


def test_the_json_has_the_whole_explanation(toy: FinishedRun) -> None:
    plain = json.loads(json.dumps(one(toy, "b").plain()))
    assert plain["cluster"]["representative"]["id"] == "a"
    assert plain["checks"][0]["margin"] == 40
