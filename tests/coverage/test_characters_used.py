from __future__ import annotations

import unicodedata
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpuskit.coverage.character_lists import character_lists
from corpuskit.coverage.characters_used import CHARACTERS_USED, KINDS, TELLING_CHARACTERS
from tests.coverage.counting import HOSTILE, same_tables, texts_of

LISTS = {one.name: one for one in character_lists()}


def told(*texts: str) -> dict:  # type: ignore[type-arg]
    return CHARACTERS_USED.describe(CHARACTERS_USED.count(texts_of(texts)))["characters_used"]


@settings(max_examples=100, deadline=None)
@given(st.lists(HOSTILE | st.text(max_size=30), max_size=5))
def test_every_character_is_counted(texts: list[str]) -> None:
    table = CHARACTERS_USED.count(texts_of(texts))["points"]
    counts = Counter(ord(character) for text in texts for character in text)
    assert dict(table.iter_rows()) == counts
    assert table["point"].to_list() == sorted(counts)


def test_counts_merge_and_can_be_taken_away() -> None:
    one, two, both = (
        CHARACTERS_USED.count(texts_of(texts)) for texts in (["aab"], ["ac中"], ["aab", "ac中"])
    )
    assert same_tables(CHARACTERS_USED.merge([two, one]), both)
    assert CHARACTERS_USED.subtract is not None
    assert same_tables(CHARACTERS_USED.subtract(both, one), two)


def test_every_character_has_one_kind_and_one_block() -> None:
    text = "aÄ1½.+ \n\0\u200b\ue000\ufffd\u0301中\U000e0fff"
    found = told(text)
    assert found["kinds"] == dict.fromkeys(KINDS, 1) | {"letters": 3, "white_space": 2}
    assert sum(block["characters"] for block in found["blocks"]) == len(text)
    names = {block["name"]: block["characters"] for block in found["blocks"]}
    assert names["Basic Latin"] == 7
    assert names["CJK Unified Ideographs"] == 1
    assert names["No block"] == 1


def test_kinds_are_those_of_python_where_both_know_the_character() -> None:
    kinds = {"L": "letters", "M": "marks", "P": "punctuation", "S": "symbols"}
    text = "".join(map(chr, range(0x20, 0x3000)))
    expected = Counter()
    for character in text:
        category = unicodedata.category(character)
        if category == "Cn" or character.isspace():
            continue
        expected[kinds.get(category[0]) or ("digits" if category == "Nd" else None)] += 1
    found = told(text)["kinds"]
    for kind in (*kinds.values(), "digits"):
        assert found[kind] >= expected[kind]  # a newer Unicode knows more
        assert found[kind] - expected[kind] < 100


@pytest.mark.parametrize(
    ("point", "block"),
    [(0x7F, "Basic Latin"), (0x80, "Latin-1 Supplement"), (0x4E00, "CJK Unified Ideographs"),
     (0x9FFF, "CJK Unified Ideographs"), (0xA000, "Yi Syllables"), (0x10FFFF,
     "Supplementary Private Use Area-B"), (0x1FB00, "Symbols for Legacy Computing")],
)  # fmt: skip
def test_blocks_begin_and_end_where_the_standard_has_them(point: int, block: str) -> None:
    assert [row["name"] for row in told(chr(point))["blocks"]] == [block]


def test_lists_have_the_sizes_of_their_standards_and_no_character_twice() -> None:
    sizes = {name: len(set(one.listed)) for name, one in LISTS.items()}
    assert sizes == {"gb2312_level_1": 3755, "big5_level_1": 5401, "joyo": 2136}
    assert all(len(one.listed) == len(set(one.listed)) for one in LISTS.values())


def test_all_but_two_jouyou_kanji_are_in_jis_x_0208() -> None:
    outside = [c for c in LISTS["joyo"].listed if not c.encode("shift_jis", "ignore")]
    assert sorted(outside) == ["剝", "塡"]
    assert all(c in LISTS["joyo"].listed for c in LISTS["joyo"].same)
    assert not any(c in LISTS["joyo"].listed for c in LISTS["joyo"].same.values())


def test_what_is_found_and_what_is_missing_make_up_the_list() -> None:
    listed = LISTS["gb2312_level_1"].listed
    (found,) = told(listed[:3000] * 10 + listed[3000:3700])["lists"]
    assert found["list"] == "gb2312_level_1"
    assert (found["listed"], found["found"], found["often"]) == (3755, 3700, 3000)
    assert found["missing"] == listed[3700:3750]


@pytest.mark.parametrize("more", [0, 1])
def test_a_list_is_told_where_enough_text_is_of_its_language(more: int) -> None:
    kana = "の" * (TELLING_CHARACTERS - 1 + more)
    assert [one["list"] for one in told(kana + "学校")["lists"]] == ["joyo"] * more


def test_japanese_text_is_not_held_against_the_lists_of_chinese() -> None:
    assert [one["list"] for one in told(LISTS["joyo"].listed + "の" * 1000)["lists"]] == ["joyo"]


def test_a_kanji_counts_in_either_of_its_forms() -> None:
    (found,) = told("の" * 1000 + "剥填頬叱")["lists"]
    assert found["found"] == 4


def test_no_text_has_no_characters() -> None:
    nothing = {"distinct": 0, "blocks": [], "kinds": dict.fromkeys(KINDS, 0), "lists": []}
    assert told() == told("") == nothing
    assert CHARACTERS_USED.describe(CHARACTERS_USED.merge([]))["characters_used"] == nothing
