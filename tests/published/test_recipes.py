"""The published recipes measure what their rules need, at the stage where it was published."""

from __future__ import annotations

import polars as pl
import pytest

from corpuskit.cleaners import CLEANERS, split_cleaners
from corpuskit.features import Measured
from corpuskit.features.groups import columns_by_group, groups, measure
from corpuskit.features.language import load_model
from corpuskit.recipe import Recipe, load_recipe
from corpuskit.recipe_features import ALWAYS_MEASURED, MEASURED_ON_DEMAND
from corpuskit.rules import decide

PUBLISHED = ("gopher", "c4", "fineweb", "fineweb_2024", "dclm")
PROSE = (
    "The keeper of the light walked to the end of the pier that morning, as he had done before. "
    "Nobody had seen the boat since the storm. He looked at the water for a long time. "
    "The wind had turned to the north and it was cold. Then he went back to the house.\n"
    "There was a letter on the table, and it had not been there when he left. He read it twice. "
    "It said that the boat would be late and that nobody should wait for it.\n"
)


def recipe(name: str) -> Recipe:
    return load_recipe(name, columns_by_group(), tuple(CLEANERS))


def failed(name: str, text: str) -> set[str]:
    """Name the rules of a recipe's rule sets that a text fails."""
    chosen = recipe(name)
    _, lines = split_cleaners(chosen.cleaners)
    measured = Measured(pl.Series([text]), lines)
    decided = decide(measure(measured, groups(load_model(), chosen.features)), chosen.rules)
    return {rule.id for rule in chosen.rules if decided[f"fails.{rule.id}"][0]}


@pytest.mark.parametrize("name", PUBLISHED)
def test_prose_is_kept(name: str) -> None:
    assert failed(name, PROSE) == set()


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_recipe_measures_no_group_that_no_rule_of_it_needs(name: str) -> None:
    chosen = recipe(name)
    used = {rule.keep.feature for rule in chosen.rules}
    used |= {guard.feature for rule in chosen.rules for guard in rule.when}
    needed = {group for group, columns in columns_by_group().items() if used & columns.keys()}
    assert set(chosen.features) == needed | set(ALWAYS_MEASURED)


@pytest.mark.parametrize("name", ["web", "dedup"])
def test_the_default_pays_for_no_published_group(name: str) -> None:
    own = {"characters", "noise", "chinese", "lines", "words", "repetition", "language"}
    assert set(recipe(name).features) <= own


def test_measure_drops_nothing_and_measures_everything() -> None:
    chosen = recipe("measure")
    assert {rule.severity for rule in chosen.all_rules()} == {"flag"}
    names = [rule.id for rule in chosen.all_rules()]
    assert names == [rule.id for rule in recipe("web").all_rules()]
    assert set(chosen.features) == set(columns_by_group()) - set(MEASURED_ON_DEMAND)


def test_gopher_judges_the_page_and_fineweb_what_c4_left_of_it() -> None:
    menu = "".join(f"Page {k}\n" for k in range(12))
    # of 14 lines 12 are short, on the page; C4's line cleaner takes those out
    assert failed("fineweb", menu + PROSE) == set()
    repeated = "Share this page with a friend now\n" * 5
    assert "gopher_repetition.too_many_duplicate_lines" in failed("fineweb", repeated + PROSE)


def test_blank_lines_and_a_repeated_stop_word_tell_2024_from_today() -> None:
    blank = PROSE.replace("\n", "\n\n\n")
    assert failed("fineweb", blank) == failed("fineweb_2024", blank) == set()  # C4 takes them out
    once = "Such the is the way. " + "People call him brave. " * 3
    today, before = failed("fineweb", once), failed("fineweb_2024", once)
    assert "gopher_quality.too_few_stop_words" in today
    assert "gopher_quality_2024.too_few_stop_words" not in before


def test_c4_drops_pages_with_braces_or_too_few_sentences() -> None:
    code = "function x() { return what is given. }.\n"
    assert failed("c4", PROSE + code) == {"c4.braces"}
    assert failed("c4", "One sentence with five words.\nMenu") == {"c4.too_few_sentences"}
    assert failed("c4", PROSE + "Then lorem ipsum and more words.") == {"c4.lorem_ipsum"}


def test_dclm_judges_the_page_and_drops_it_where_too_much_goes() -> None:
    menu = "Home\nSIGN UP HERE NOW\n12 likes\n"
    assert failed("dclm", menu + PROSE) == {"refinedweb.too_many_words_removed"}
    assert failed("dclm", "Home\n" + PROSE) == set()
    assert "dclm.too_few_words" in failed("dclm", "One line of few words to be read.")


def test_line_cleaners_run_once_for_all_groups() -> None:
    measured = Measured(pl.Series([PROSE]), ("c4_fineweb",))
    assert measured.after("c4_fineweb") is measured.left
    assert measured.left.left is measured.left
    assert Measured(pl.Series([PROSE])).left.removed is None
