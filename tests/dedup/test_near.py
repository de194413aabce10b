"""Near duplicates: who is found, who stays, and that nothing is dropped without proof."""

from __future__ import annotations

import random
import time
import unicodedata

import polars as pl
import pytest

from corpuskit.dedup import deduplicate
from corpuskit.duplicate_settings import DuplicateSettings
from tests.dedup.finding import DEFAULT, check, dropped, find, similarity
from tests.dedup.made_text import characters, edited, english, words


def test_a_text_with_a_few_changes_is_a_near_duplicate_of_the_longer_one() -> None:
    text = english(1)
    result = find([text, text + " and a last line", english(2)])
    assert dropped(result) == {0: 1}
    assert result.stats["near"] == 1
    assert result.stats["verified_pairs"] == 1


def test_case_and_punctuation_alone_make_a_near_duplicate_of_similarity_one() -> None:
    text = english(1, 40)
    result = find([text, text.upper().replace(" ", ", ")])
    assert result.frame["jaccard"].to_list() == [1.0, 1.0]
    assert result.frame["kind"].to_list() == ["near", "representative"]


def test_unlike_texts_are_left_alone() -> None:
    assert find([english(seed) for seed in range(300)]).frame.is_empty()


@pytest.mark.parametrize("script", ["zh", "th", "ja"])
def test_a_script_without_spaces_has_near_duplicates(script: str) -> None:
    text = characters(1, 500, script)
    changed = text[:100] + characters(2, 12, script) + text[112:]
    other = characters(3, 500, script)
    assert dropped(find(["".join(text), "".join(changed), "".join(other)])) == {1: 0}


def test_a_passage_of_chinese_inside_english_is_compared_by_characters() -> None:
    middle = "".join(characters(1, 300, "zh"))
    first = f"{english(1, 20)} {middle} {english(2, 20)}"
    second = f"{english(1, 20)} {middle} {english(3, 12)}"
    assert dropped(find([first, second])) == {1: 0}


def test_a_decomposed_copy_with_one_more_sentence_is_found() -> None:
    text = " ".join(word.replace("w", "é") for word in words(1, 100))
    longer = unicodedata.normalize("NFD", text) + " Encore une fois."
    assert dropped(find([text, longer])) == {0: 1}


def test_texts_shorter_than_a_shingle_are_compared_as_a_whole() -> None:
    assert dropped(find(["Hello, world!", "hello world", "hello", "world hello"])) == {1: 0}


@pytest.mark.parametrize("empty", ["", " \n\t", "...", "— ! —", "★☆"])
def test_texts_without_words_are_never_near_anything(empty: str) -> None:
    assert dropped(find([empty + "!", empty + "?", "a word"], DuplicateSettings(exact=False))) == {}


def spaced(parts: list[list[str]]) -> list[str]:
    """Join words, and pad with spaces so that the first text is the longest, and so on."""
    return [" ".join(words) + " " * 9999 * (9 - place) for place, words in enumerate(parts)]


def test_of_a_chain_only_what_is_similar_to_a_kept_document_is_dropped() -> None:
    body = words(1, 300)
    texts = spaced([body[:240], body[20:260], body[50:290]])
    assert similarity(texts[0], texts[1]) >= 0.75
    assert similarity(texts[1], texts[2]) >= 0.75
    assert similarity(texts[0], texts[2]) < 0.75
    assert dropped(find(texts)) == {1: 0}


def test_a_document_similar_to_two_kept_ones_goes_to_the_more_similar() -> None:
    body = words(1, 300)
    texts = spaced([body[:265], body[44:300], body[36:296]])
    assert similarity(texts[0], texts[1]) < 0.75 < similarity(texts[0], texts[2])
    assert dropped(find(texts)) == {2: 1}


def test_exact_copies_of_a_dropped_document_follow_it_to_its_representative() -> None:
    text = english(1)
    result = find([text, text + " more words here", text + " ", text.replace(" ", "  ", 1)])
    assert dropped(result) == {0: 1, 2: 1, 3: 1}
    assert set(result.frame["kind"]) == {"near", "representative"}
    assert result.stats["near"] == 3


def test_the_threshold_decides_just_inside_and_just_outside() -> None:
    text = words(1, 200)
    texts = [" ".join(text), " ".join(edited(text, 2, 4))]
    exactly = similarity(*texts)
    assert 0.75 < exactly < 0.95
    assert len(dropped(find(texts, DuplicateSettings(similarity=exactly)))) == 1
    assert dropped(find(texts, DuplicateSettings(similarity=exactly + 1e-9))) == {}


def test_equal_texts_are_near_where_exact_ones_are_not_looked_for() -> None:
    assert dropped(find([english(1), english(1)], DuplicateSettings(exact=False))) == {1: 0}


def test_near_duplicates_stay_where_they_are_not_looked_for() -> None:
    assert dropped(find([english(1), english(1) + " more"], DuplicateSettings(near=False))) == {}


def test_a_document_of_a_million_shingles_is_found() -> None:
    draw = random.Random(1)
    text = " ".join(f"{draw.getrandbits(24):x}" for _ in range(1_000_000))
    column = pl.Series([text, text + " " + english(1), english(1)])
    result = deduplicate(column, pl.Series([5, 6, 7]), DEFAULT)
    assert dropped(result) == {5: 6}


def test_five_thousand_near_equal_documents_are_stars_and_not_a_square() -> None:
    body = words(1, 120)
    texts = [" ".join([*body, f"number{seed}"]) for seed in range(5000)]
    begun = time.perf_counter()
    result = find_unchecked(texts)
    assert time.perf_counter() - begun < 20
    assert result.stats["clusters"] == 1
    assert result.stats["near"] == 4999
    assert result.stats["candidate_pairs"] < 20 * 8 * 5000
    assert result.stats["unverified_documents"] == 0


def find_unchecked(texts: list[str]):  # type: ignore[no-untyped-def]
    return deduplicate(pl.Series(texts), pl.Series(range(len(texts))), DEFAULT)


def test_groups_that_share_a_large_bucket_are_all_found_in_later_rounds() -> None:
    # A band of one row is shared by all: 30 groups of 20, of which no group has the first hubs.
    common = words(0, 40)
    texts = [
        " ".join([*common, *words(group + 1, 60), *(["tail"] * (copy % 3))])
        for copy in range(20)
        for group in range(30)
    ]
    settings = DuplicateSettings(bands=60, rows=1, exact=False)
    result = find(texts, settings)
    assert result.stats["clusters"] == 30
    assert result.stats["near"] == 570
    assert result.stats["unverified_documents"] == 0


def test_what_the_last_round_left_unmet_is_counted_and_kept() -> None:
    # 300 documents with one long passage in common, and no two of them similar.
    common = words(0, 60)
    texts = [" ".join([*common, *words(seed + 1, 60)]) for seed in range(300)]
    result = find(texts, DuplicateSettings(bands=40, rows=1))
    assert result.frame.is_empty()
    assert 0 < result.stats["unverified_documents"] <= 300


def corpus() -> list[str]:
    texts = []
    for seed in range(60):
        body = words(seed, 80 + seed)
        texts.append(" ".join(body))
        texts += [" ".join(edited(body, 100 * seed + copy, copy)) for copy in range(seed % 4)]
    return texts


def test_the_result_does_not_depend_on_the_order_of_documents() -> None:
    texts = corpus()
    expected = find(texts)
    order = list(range(len(texts)))
    random.Random(5).shuffle(order)
    column = pl.Series([texts[number] for number in order])
    again = deduplicate(column, pl.Series(order), DEFAULT)
    check(again, texts, DEFAULT)
    assert again.frame.equals(expected.frame)
    assert again.stats == expected.stats


def test_no_cluster_is_removed_as_a_whole_and_survivors_are_documents() -> None:
    texts = corpus()
    result = find(texts)
    assert result.stats["near"] > 30
    assert set(result.frame["representative"]) <= set(range(len(texts)))
    assert not set(result.frame["representative"]) & set(dropped(result))
