from __future__ import annotations

import pytest

from corpuskit.coverage.word_lists import ENOUGH_WORDS, WORD_LISTS, known
from tests.coverage.counting import same_tables, texts_of

GERMAN = "Der Hund und die Katze von nebenan. "


def told(texts: list[str], languages: list[str]) -> list[dict]:  # type: ignore[type-arg]
    return WORD_LISTS.describe(WORD_LISTS.count(texts_of(texts, languages)))["word_lists"]


def test_words_are_looked_for_in_the_documents_of_their_language_alone() -> None:
    (found,) = told([GERMAN * 200, "dem mit als " * 50, "die " * 900], ["de", "en", "und"])
    assert found["language"] == "deu_Latn"
    assert found["words"] == 7 * 200
    assert found["listed"] == 15
    assert found["found"] == 4  # der, und, die, von
    missing = "in im den des mit das er dem als wurde für"
    assert found["missing"] == missing.split()


@pytest.mark.parametrize(("words", "rows"), [(ENOUGH_WORDS - 1, 0), (ENOUGH_WORDS, 1)])
def test_a_language_needs_a_thousand_words(words: int, rows: int) -> None:
    assert len(told(["und " * words], ["de"])) == rows


def test_every_list_has_at_least_five_words_or_is_left_out() -> None:
    lists = known().lists
    assert len(lists) == 42
    assert all(len(words) >= 5 or not words for words in lists.values())
    assert [name for name, words in lists.items() if not words] == ["tha_Thai"]
    assert "。" not in lists["cmn_Hani"]
    assert {"的", "年", "由"} <= set(lists["cmn_Hani"])


def test_a_plain_count_finds_as_many() -> None:
    texts = ["Der und der, UND die! " * 3, "von in; im den", "kein wort davon"]
    tables = WORD_LISTS.count(texts_of(texts, ["de"] * 3))
    counts = {row[1]: row[2] for row in tables["words"].iter_rows()}
    assert counts == {
        "": 22, "der": 6, "und": 6, "die": 3, "von": 1, "in": 1, "im": 1, "den": 1
    }  # fmt: skip


def test_counts_merge_and_can_be_taken_away() -> None:
    one, two = [WORD_LISTS.count(texts_of([text], ["de"])) for text in ("und der", "die der")]
    both = WORD_LISTS.count(texts_of(["und der", "die der"], ["de", "de"]))
    assert same_tables(WORD_LISTS.merge([two, one]), both)
    assert WORD_LISTS.subtract is not None
    assert same_tables(WORD_LISTS.subtract(both, one), two)


def test_without_languages_nothing_is_told() -> None:
    assert WORD_LISTS.describe(WORD_LISTS.count(texts_of(["und der"]))) == {"word_lists": []}
    assert told([], []) == []
