"""Thresholds from a reference: exact quantiles per language, as a rule file that loads."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

import corpuskit
from corpuskit.cli import app
from corpuskit.errors import ConfigError, DataError
from corpuskit.features.groups import all_columns
from corpuskit.rules import Bound, Condition, Rule, decide, load_rule_set
from corpuskit.terminal import width
from corpuskit.tuning.calibrate import (
    Calibration,
    LeftOut,
    calibrate,
    find_thresholds,
    quantile,
)
from corpuskit.tuning.reference import Asked, Reference
from corpuskit.tuning.rule_file import calibration_page, rule_file, why, write_rule_file
from tests.corpus import paragraphs, write_jsonl
from tests.tuning.made import scores, write_run


def rule(name: str, feature: str, side: str, bound: Bound, *when: Condition) -> Rule:
    """Make a rule of the set `toy`."""
    return Rule(f"toy.{name}", Condition(feature, ((side, bound),)), when=when)


SPACED = Condition("spaceless_ratio", (("max", 0.5),))
RULES = (
    rule("too_few_words", "word_count", "min", 50),
    rule("too_many_digits", "digit_ratio", "below", 0.2, SPACED),
    Rule("toy.both", Condition("word_count", (("min", 1), ("max", 9)))),
    rule("tongue", "language", "in", ("en",)),
)


def reference(**counts: int) -> Reference:
    """Make a reference: document i of a language has i words and a digit ratio of (i // 10) / 1000.

    Chinese is written without spaces.
    """
    frames = [
        pl.DataFrame(
            {
                "language": [language] * count,
                "word_count": pl.Series(range(count), dtype=pl.UInt32),
                "digit_ratio": [(i // 10) / 1000 for i in range(count)],
                "spaceless_ratio": [float(language == "zh")] * count,
            }
        )
        for language, count in counts.items()
    ]
    return Reference(("wiki",), RULES, pl.concat(frames).lazy(), {})


def bounds(found: Calibration) -> dict[tuple[str, str], tuple[str, float, int, int]]:
    """Return what was found, by rule and language."""
    return {
        (t.rule.removeprefix("toy."), t.language): (t.side, t.bound, t.dropped, t.documents)
        for t in found.thresholds
    }


def test_a_bound_is_the_quantile_of_its_language() -> None:
    found = find_thresholds(reference(en=1000, no=2000), 0.05)
    assert bounds(found) == {
        ("too_few_words", "en"): ("min", 50, 50, 1000),
        ("too_few_words", "no"): ("min", 100, 100, 2000),
        ("too_many_digits", "en"): ("max", 0.094, 50, 1000),
        ("too_many_digits", "no"): ("max", 0.189, 100, 2000),
    }
    assert found.languages == {"no": 2000, "en": 1000}


def test_equal_values_stay_together_and_never_too_many_are_dropped() -> None:
    found = bounds(find_thresholds(reference(en=1000), 0.055))
    assert found["too_many_digits", "en"] == ("max", 0.094, 50, 1000)
    assert found["too_few_words", "en"] == ("min", 55, 55, 1000)


def test_a_language_under_1000_documents_is_left_out_and_named() -> None:
    found = find_thresholds(reference(en=1000, de=999), 0.05)
    assert {language for _, language in bounds(found)} == {"en"}
    assert LeftOut(None, "de", "999 documents, under 1,000") in found.left_out


def test_a_rule_that_is_not_asked_of_a_language_gets_no_bound_there() -> None:
    found = find_thresholds(reference(en=1000, zh=1000), 0.05)
    assert set(bounds(found)) == {
        ("too_few_words", "en"), ("too_many_digits", "en"), ("too_few_words", "zh"),
    }  # fmt: skip
    why_not = "its guards hold for 0 documents, under 1,000"
    assert LeftOut("toy.too_many_digits", "zh", why_not) in found.left_out


def test_rules_with_two_bounds_or_a_set_are_left_out_and_named() -> None:
    left_out = {row.rule for row in find_thresholds(reference(en=1000), 0.05).left_out}
    assert left_out == {"toy.both", "toy.tongue"}


def test_where_nothing_lies_outside_there_is_no_bound() -> None:
    found = find_thresholds(reference(en=1000), 0.001)
    assert bounds(found) == {("too_few_words", "en"): ("min", 1, 1, 1000)}
    assert LeftOut("toy.too_many_digits", "en", "no value lies beyond 0.099") in found.left_out


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    st.lists(st.integers(0, 12), min_size=1, max_size=60),
    st.sampled_from(["min", "above", "max", "below"]),
    st.integers(1, 99),
)
def test_no_tighter_bound_drops_at_most_the_share(
    values: list[int], side: str, percent: int
) -> None:
    closed, bound, dropped = quantile(pl.Series(sorted(values)), side, percent / 100)

    def outside(at: float) -> int:
        return sum(v < at if closed == "min" else v > at for v in values)

    assert bound in values
    assert dropped == outside(bound)
    assert dropped * 100 <= percent * len(values)
    tighter = [v for v in values if (v > bound if closed == "min" else v < bound)]
    for other in tighter:
        assert outside(other) * 100 > percent * len(values)


@pytest.mark.parametrize("share", [0.0, 1.0, -0.1, float("nan")])
def test_a_share_lies_between_0_and_1(share: float) -> None:
    with pytest.raises(ConfigError, match="--drop-share"):
        find_thresholds(reference(en=1000), share)


def test_a_language_that_was_asked_for_must_be_there_and_have_enough() -> None:
    made = reference(en=1000, de=999)
    with pytest.raises(DataError, match="999 documents in 'de', under 1,000"):
        find_thresholds(made, 0.05, ["de"])
    with pytest.raises(ConfigError, match="unknown language 'fr'"):
        find_thresholds(made, 0.05, ["fr"])
    with pytest.raises(DataError, match=r"no language has 1,000 documents .*'de', has 999"):
        find_thresholds(reference(de=999), 0.05)
    with pytest.raises(DataError, match="no document has a language"):
        find_thresholds(reference(und=2000), 0.05)
    assert find_thresholds(made, 0.05, ["eng"]).languages == {"en": 1000}


def test_the_rule_file_loads_and_drops_what_it_says(tmp_path: Path) -> None:
    made = reference(en=1000, no=2000)
    found = find_thresholds(made, 0.05)
    write_rule_file(found, tmp_path / "my rules.yaml")
    rules = load_rule_set(tmp_path / "my rules.yaml", all_columns())
    assert [r.id for r in rules] == [
        "my_rules.too_few_words_no", "my_rules.too_few_words_en",
        "my_rules.too_many_digits_no", "my_rules.too_many_digits_en",
    ]  # fmt: skip
    assert rules[2].when == (Condition("language", (("in", ("no",)),)), SPACED)
    decided = decide(made.features.collect(), rules)
    for loaded, threshold in zip(rules, found.thresholds, strict=True):
        assert decided[f"fails.{loaded.id}"].sum() == threshold.dropped
        assert loaded.why == why(threshold, "wiki")
    assert rules[0].why == (
        "Drops 5.0% (100 of 2,000) of the documents of wiki in Norwegian; toy.too_few_words "
        "keeps at least 50."
    )
    assert "Quantiles of wiki (3,000 documents)" in rules[0].source


def test_two_rules_of_one_name_are_told_apart_by_their_sets(tmp_path: Path) -> None:
    made = reference(en=1000)
    other = Rule("other.too_few_words", Condition("digit_ratio", (("min", 0.1),)))
    found = find_thresholds(
        Reference(made.names, (*RULES[:1], other), made.features, {}), 0.05
    )  # fmt: skip
    write_rule_file(found, tmp_path / "own.yaml")
    names = [r.id for r in load_rule_set(tmp_path / "own.yaml", all_columns())]
    assert names == ["own.toy_too_few_words_en", "own.other_too_few_words_en"]


@pytest.mark.parametrize("bound", [1e-05, 0.1 + 0.2, 5e22, 7])
def test_a_bound_comes_back_as_the_number_that_it_was(tmp_path: Path, bound: float) -> None:
    made = reference(en=1000).features.with_columns(digit_ratio=pl.lit(bound))
    up = pl.when(pl.int_range(pl.len()) < 9).then(pl.lit(bound) * 2).otherwise("digit_ratio")
    made = made.with_columns(digit_ratio=up)
    found = find_thresholds(Reference(("x",), RULES[1:2], made, {}), 0.05)
    write_rule_file(found, tmp_path / "own.yaml")
    (loaded,) = load_rule_set(tmp_path / "own.yaml", all_columns())
    assert loaded.keep.bounds == (("max", bound),)


def test_a_flag_stays_a_flag(tmp_path: Path) -> None:
    flag = Rule("toy.odd", Condition("word_count", (("min", 1),)), severity="flag")
    made = reference(en=1000)
    found = find_thresholds(Reference(("x",), (flag,), made.features, {}), 0.05)
    write_rule_file(found, tmp_path / "own.yaml")
    (loaded,) = load_rule_set(tmp_path / "own.yaml", all_columns())
    assert loaded.severity == "flag"


def test_the_page_is_80_columns_wide_and_names_what_is_left_out() -> None:
    found = find_thresholds(reference(en=1000, de=10), 0.05)
    page = calibration_page(found, Path("own.yaml"))
    assert max(map(width, page.split("\n"))) <= 80
    assert "no bound for de: 10 documents, under 1,000" in page
    assert "--rules ./own.yaml" in page
    assert rule_file(found) == rule_file(find_thresholds(reference(de=10, en=1000), 0.05))


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A thousand short documents in English, and a record that cannot be read."""
    lines = paragraphs("en")
    texts = [
        {"id": str(n), "text": "\n".join(lines[(n + i) % len(lines)] for i in range(1 + n % 9))}
        for n in range(1010)
    ]
    path = write_jsonl(tmp_path_factory.mktemp("in") / "wiki.jsonl", texts)
    with path.open("a", encoding="utf-8") as file:
        file.write('{"text": \n')
    return path


def test_raw_text_and_a_run_over_it_give_the_same_rules(source: Path, tmp_path: Path) -> None:
    sets = ("gopher_quality", "gopher_repetition")
    run = corpuskit.clean(source, tmp_path / "wiki.jsonl", rules=sets, duplicates=False)
    raw = calibrate(Asked((str(source),), sets), 0.05)
    again = calibrate(Asked((str(source),), sets, workers=3), 0.05)
    scored = calibrate(Asked((str(run.path),), sets), 0.05)
    assert raw.skipped
    assert not scored.skipped
    assert rule_file(raw) == rule_file(again) == rule_file(scored)
    assert len(raw.thresholds) > 10
    words = run.scores().filter(language="en").collect()["word_count.gopher"].sort()
    (threshold,) = (t for t in raw.thresholds if t.rule == "gopher_quality.too_few_words")
    assert threshold.bound == words[len(words) * 5 // 100]


def test_a_run_and_raw_text_are_one_reference(source: Path, tmp_path: Path) -> None:
    sets = ("gopher_quality",)
    run = corpuskit.clean(source, tmp_path / "run", rules=sets, duplicates=False)
    both = calibrate(Asked((str(run.path), str(source)), sets), 0.05)
    alone = calibrate(Asked((str(source),), sets), 0.05)
    assert both.documents == 2 * alone.documents
    assert both.reference == ("run", "wiki.jsonl")


def test_the_command_writes_a_file_that_clean_takes(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "thresholds.yaml"
    words = ["calibrate", str(source), "--rules", "gopher_quality", "--out", str(out), "--json"]
    done = CliRunner().invoke(app, words, catch_exceptions=False)
    found = json.loads(done.stdout)
    assert found["share"] == 0.05
    few = next(t for t in found["thresholds"] if t["rule"] == "gopher_quality.too_few_words")
    assert few["published"] == {"min": 50}
    run = corpuskit.clean(source, tmp_path / "run", rules=[str(out)], duplicates=False)
    assert run.summary["rules"]["thresholds.too_few_words_en"]["fails"] == few["dropped"] > 0
    with pytest.raises(ConfigError, match="is there already"):
        CliRunner().invoke(app, words, catch_exceptions=False)
    printed = CliRunner().invoke(app, [*words[:4], "--quiet"], catch_exceptions=False).stdout
    assert printed.splitlines()[1:] == out.read_text("utf-8").splitlines()[1:]


def test_a_run_without_the_features_says_what_to_do(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run", frame=scores())
    with pytest.raises(ConfigError, match="run clean again with 'gopher' among the recipe's"):
        calibrate(Asked((str(run),), ("gopher_quality",)), 0.05)


def test_a_place_that_is_no_rule_file_is_refused(source: Path, tmp_path: Path) -> None:
    words = ["calibrate", str(source), "--out", str(tmp_path / "thresholds.txt")]
    with pytest.raises(ConfigError, match=r"ends in \.yaml"):
        CliRunner().invoke(app, words, catch_exceptions=False)
