"""Which documents a report shows: the nearest to a bound, the first of the draw, each once."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpuskit.errors import RunError
from corpuskit.report_documents import (
    EXAMPLES,
    LEAST,
    NEAREST,
    SAMPLE,
    Chooser,
    described,
    share_out,
)
from corpuskit.rules import Condition, Rule, decide
from corpuskit.sampling import draw_number

WORDS = Rule("toy.words", Condition("word_count", (("min", 50), ("max", 100))))
ENGLISH = Rule(
    "toy.score",
    Condition("score", (("above", 0.5),)),
    (Condition("language", (("in", ("en",)),)),),
)
LABEL = Rule("toy.label", Condition("language", (("in", ("en", "zh")),)))
FLAG = Rule("toy.flag", Condition("word_count", (("min", 10),)), severity="flag")
NEAR = Rule("duplicates.near", Condition("near_duplicate_jaccard", (("below", 0.75),)))
RULES = [WORDS, ENGLISH, LABEL, FLAG, NEAR]


def scores(rows: list[dict[str, Any]]) -> pl.DataFrame:
    """Make decided scores; what a row leaves out is harmless."""
    harmless = {"word_count": 75, "score": 0.9, "language": "en", "near_duplicate_jaccard": 0.0}
    full = [
        {"doc_id": place + 1, "user_id": f"u{place + 1}", "representative": None, **harmless, **row}
        for place, row in enumerate(rows)
    ]
    schema = {"doc_id": pl.UInt64, "representative": pl.String, "score": pl.Float32}
    return decide(pl.DataFrame(full, schema_overrides=schema), RULES)


def chosen(*frames: pl.DataFrame) -> Any:
    """Choose among the documents of splits."""
    chooser = Chooser(RULES)
    for frame in frames:
        chooser.look(frame)
    return chooser.choice()


def near(choice: Any, rule: str, kind: str) -> list[tuple[int, Any, str]]:
    """List what lies near a bound: number, value, side."""
    return [(int(one["doc"]), one["value"], one["side"]) for one in choice.rules[rule][kind]]


def test_the_nearest_on_both_sides_of_every_bound_come_first() -> None:
    frame = scores([{"word_count": n} for n in (49, 50, 51, 10, 100, 101, 99, 500)])
    choice = chosen(frame)
    by_bound = {"min": [], "max": []}
    for doc, value, side in near(choice, "toy.words", "just_kept"):
        by_bound[side].append((doc, value))
    assert by_bound["min"] == [(2, 50), (3, 51), (7, 99)]
    assert by_bound["max"] == [(5, 100), (7, 99), (3, 51)]
    assert near(choice, "toy.words", "just_dropped") == [
        (1, 49, "min"), (4, 10, "min"), (6, 101, "max"), (8, 500, "max"),
    ]  # fmt: skip


def test_what_a_guard_leaves_out_is_not_near_a_bound() -> None:
    choice = chosen(scores([{"score": 0.5, "language": "zh"}, {"score": 0.5}, {"score": 0.75}]))
    assert near(choice, "toy.score", "just_dropped") == [(2, 0.5, "above")]
    assert near(choice, "toy.score", "just_kept") == [(3, 0.75, "above")]


def test_a_rule_on_words_has_examples_and_no_near_misses() -> None:
    choice = chosen(scores([{"language": "de"}, {}]))
    assert choice.rules["toy.label"] == {"examples": ["1"], "just_kept": [], "just_dropped": []}


def test_a_document_that_was_not_compared_is_not_just_below_a_similarity() -> None:
    frame = scores([{}, {"near_duplicate_jaccard": 0.75}, {"near_duplicate_jaccard": 0.74}])
    choice = chosen(frame)
    assert near(choice, "duplicates.near", "just_kept") == [(3, 0.74, "below")]
    assert near(choice, "duplicates.near", "just_dropped") == [(2, 0.75, "below")]


def test_equal_distances_are_ordered_by_doc_id_and_cut() -> None:
    choice = chosen(scores([{"word_count": 49}] * 9))
    assert [doc for doc, _, _ in near(choice, "toy.words", "just_dropped")] == [1, 2, 3]
    assert NEAREST == 3


def test_examples_are_the_first_of_the_draw_among_those_that_fail() -> None:
    choice = chosen(scores([{"word_count": 3 if n % 2 else 75} for n in range(100)]))
    failing = pl.Series("doc_id", range(2, 101, 2), dtype=pl.UInt64)
    order = pl.DataFrame({"doc": failing, "draw": draw_number(failing)}).sort("draw")
    assert choice.rules["toy.words"]["examples"] == [
        str(doc) for doc in order["doc"].head(EXAMPLES)
    ]


@pytest.mark.parametrize(
    ("kept", "dropped", "told"),
    [
        (0, 0, (0, 0)),
        (1, 0, (1, 0)),
        (200, 100, (200, 100)),
        (900, 100, (270, 30)),
        (10**6, 10**6, (150, 150)),
        (10**6, 5, (295, 5)),
        (5, 10**6, (5, 295)),
        (10**9, 10**3, (SAMPLE - LEAST, LEAST)),
        (0, 10**6, (0, SAMPLE)),
    ],
)
def test_the_sample_has_both_kinds_in_proportion_and_some_of_each(
    kept: int, dropped: int, told: tuple[int, int]
) -> None:
    assert share_out(kept, dropped) == told


rows = st.lists(
    st.fixed_dictionaries(
        {
            "word_count": st.integers(0, 120),
            "score": st.sampled_from([0.1, 0.5, 0.51, 0.9]),
            "language": st.sampled_from(["en", "zh", "de"]),
        }
    ),
    min_size=1,
    max_size=60,
)


@settings(max_examples=60, deadline=None)
@given(rows, st.lists(st.integers(0, 60), max_size=4))
def test_splits_and_their_order_do_not_change_the_choice(
    found: list[dict[str, Any]], cuts: list[int]
) -> None:
    frame = scores(found)
    ends = sorted({0, frame.height, *(cut for cut in cuts if cut < frame.height)})
    parts = [frame[start:stop] for start, stop in pairwise(ends)]
    assert chosen(*parts) == chosen(frame) == chosen(*parts[::-1])


@settings(max_examples=60, deadline=None)
@given(rows)
def test_the_choice_is_what_sorting_everything_gives(found: list[dict[str, Any]]) -> None:
    frame = scores(found)
    choice = chosen(frame)
    for side, bound in (("min", 50), ("max", 100)):
        failed = pl.col("word_count") < 50 if side == "min" else pl.col("word_count") > 100
        held = pl.col("word_count").is_between(50, 100)
        distance = (pl.col("word_count").cast(pl.Int64) - bound).abs().alias("distance")
        for kind, mask in (("just_kept", held), ("just_dropped", failed)):
            order = frame.filter(mask).with_columns(distance).sort("distance", "doc_id")
            expected = order.head(NEAREST)["doc_id"].to_list()
            told = [doc for doc, _, at in near(choice, "toy.words", kind) if at == side]
            assert told == expected


def describe(frame: pl.DataFrame, wanted: list[int], **columns: list[Any]) -> list[dict[str, Any]]:
    """Describe documents of a split whose texts are their numbers."""
    text = pl.Series("text", [f"text {doc}" for doc in frame["doc_id"]])
    own = pl.DataFrame(columns) if columns else pl.DataFrame({"x": frame["doc_id"]})
    ids = pl.Series("doc_id", wanted, dtype=pl.UInt64)
    return list(described(frame, text, own, "in.jsonl", RULES, ids).values())


def test_a_document_is_told_with_every_rule_that_it_fails_and_the_side() -> None:
    frame = scores([{}, {"word_count": 5, "score": 0.3, "representative": "u1"}])
    (told,) = describe(frame, [2])
    assert told == {
        "id": "u2",
        "doc": "2",
        "source": "in.jsonl",
        "language": "en",
        "chars": 6,
        "text": "text 2",
        "kept": False,
        "representative": "u1",
        "reasons": [
            ["toy.words", 5, "min", 50],
            ["toy.score", 0.3, "above", 0.5],  # a Float32, in the figures that it has
            ["toy.flag", 5, "min", 10],
        ],
    }


def test_a_document_that_only_a_flag_marks_is_kept_and_says_so() -> None:
    rules = [FLAG]
    frame = decide(scores([{"word_count": 5}]).select("doc_id", "user_id", "representative",
                                                     "word_count"), rules)  # fmt: skip
    ids = pl.Series("doc_id", [1], dtype=pl.UInt64)
    own = pl.DataFrame({"x": [1]})
    (told,) = described(frame, pl.Series(["a"]), own, "in", rules, ids).values()
    assert (told["kept"], told["language"]) == (True, None)
    assert told["reasons"] == [["toy.flag", 5, "min", 10]]


def test_a_source_is_the_column_of_that_name_else_the_host_else_the_input() -> None:
    frame = scores([{}, {}, {}])
    addresses = ["https://www.a.org/x", "https://b.org/", None]
    told = describe(frame, [1, 2, 3], source=["books", None, None], url=addresses)
    assert [one["source"] for one in told] == ["books", "b.org", "in.jsonl"]


def test_long_words_and_long_bounds_are_cut() -> None:
    many = tuple(f"l{n}" for n in range(100))
    rules = [Rule("toy.many", Condition("language", (("in", many),)))]
    plain = scores([{"language": "x" * 5000}]).drop([f"fails.{rule.id}" for rule in RULES])
    ids = pl.Series("doc_id", [1], dtype=pl.UInt64)
    frame = decide(plain.drop("keep"), rules)
    own = pl.DataFrame({"x": [1]})
    (told,) = described(frame, pl.Series(["a"]), own, "in", rules, ids).values()
    _, value, _, bound = told["reasons"][0]
    assert len(value) == 200
    assert bound == "l0, l1, l2, l3, l4, l5, l6, l7, …"


def test_a_document_that_nobody_read_again_is_an_error() -> None:
    with pytest.raises(RunError, match="the document 1 was not read again"):
        chosen(scores([{}])).plain({})


def test_no_documents_give_no_choice() -> None:
    assert Chooser(RULES).choice().doc_ids().to_list() == []
    empty = scores([{}])[:0]
    assert chosen(empty).doc_ids().to_list() == []
