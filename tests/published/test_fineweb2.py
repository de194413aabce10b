"""FineWeb-2's columns, by hand and by the twin; its rule sets are made by a script and resolve."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.cleaners import CLEANERS
from corpuskit.errors import ConfigError, FeatureError
from corpuskit.features import Measured
from corpuskit.features.fineweb2 import FINEWEB2, language_numbers, table
from corpuskit.features.groups import columns_by_group, groups, measure
from corpuskit.features.language import load_model
from corpuskit.kernels.fineweb2_words import HABITS, language_tables
from corpuskit.languages import LANGUAGES
from corpuskit.recipe import Recipe, load_recipe
from corpuskit.recipe_features import ALWAYS_MEASURED
from corpuskit.rules import decide
from corpuskit.rules.sets import rule_set_names
from scripts import make_fineweb2 as script
from tests import reference_published as twin
from tests.reference_published import pieces
from tests.words.hostile import several, texts

NAMES = tuple(script.rows())
GRAMS = [f"duplicate_{n}gram_char_ratio.fineweb2" for n in range(5, 11)]
GERMAN = (
    "Der Wärter ging am Morgen bis an das Ende der Mole, wie er es seit Jahren getan hatte. "
    "Niemand hatte das Boot seit dem Sturm gesehen, und das Wasser lag grau und still vor ihm. "
    "Dann kehrte er in die Stube zurück und las den Brief noch einmal, der auf dem Tisch lag.\n"
    "Darin stand, dass das Boot erst am Abend kommen werde und dass man nicht warten solle."
)


def measured(language: str, *documents: str) -> list[dict[str, float]]:
    batch = Measured(pl.Series(documents, dtype=pl.String))
    batch.language = pl.Series([language] * len(documents), dtype=pl.String)
    return measure(batch, (FINEWEB2,)).to_dicts()


def recipe() -> Recipe:
    return load_recipe("fineweb2", columns_by_group(), tuple(CLEANERS))


@pytest.mark.parametrize(
    ("language", "text", "words"),
    [
        ("de", "E-Mail am 15. Mai", 4),  # E-Mail, am, 15., Mai
        ("de", "10-15 Euro", 3),  # 10, 15, Euro; the hyphen is punctuation
        ("es", "10-15 por 95%", 3),
        ("ru", "1-й день из-за", 4),  # 1-й, день, из, за
        ("fr", "l'homme d’un an", 5),
        ("it", "E'- l'11 E'é", 5),  # E'-, l', 11, E', é
        ("eu", "E-Mail l'homme 15. 95%", 5),  # no habits: E, Mail, l'homme, 15, 95
    ],
)
def test_words_follow_the_habits_of_the_language(language: str, text: str, words: int) -> None:
    assert measured(language, text)[0]["word_count.fineweb2"] == words


def test_a_joined_word_has_all_its_characters_and_one_letter_is_enough() -> None:
    # 1-й . x: two words of 3 and 1 characters; of three tokens two have a letter
    found = measured("ru", "1-й . x\n")[0]
    assert found == {
        "word_count.fineweb2": 2,
        "mean_word_chars.fineweb2": 2,
        "alphabetic_word_ratio.fineweb2": 2 / 3,
        "hash_marks_per_word.fineweb2": 0,
        "ellipses_per_word.fineweb2": 0,
        "newlines_per_word.fineweb2": 1 / 3,
        "stop_word_count.fineweb2": 0,
        "top_2gram_char_ratio.fineweb2": 5 / 8,
        "top_3gram_char_ratio.fineweb2": 7 / 8,
        "top_4gram_char_ratio.fineweb2": 0,
        **dict.fromkeys(GRAMS, 0),
    }


@pytest.mark.parametrize(
    ("language", "text", "count"),
    [
        ("de", "und die und Der", 2),
        ("deu_Latn", "und die", 2),
        ("en", "und die", 0),
        ("nl", "und die", 0),
        ("fr", "l'homme d'un L'an", 3),  # l', d', un
        ("bg", "1990 г. и", 2),
        ("fi", "s. ja", 2),
        ("zh", "中国人的", 2),  # 中 的 are pieces, 国人 is another
        ("ja", "中の人に", 2),  # characters inside words, too
        ("yue", "香港可以", 2),
        ("sr", "и je", 1),
    ],
)
def test_different_stop_words_of_the_own_language_count(
    language: str, text: str, count: int
) -> None:
    assert measured(language, text)[0]["stop_word_count.fineweb2"] == count


# Thai words are several of our tokens; no rule asks for them.
@pytest.mark.parametrize("name", [name for name in NAMES if name != "tha_Thai"])
def test_every_stop_word_that_is_at_most_two_tokens_is_found(name: str) -> None:
    words = table()[name].stop_words
    text = " ".join(f"{word}x" if word.endswith("'") else word for word in words)
    assert measured(name, text)[0]["stop_word_count.fineweb2"] == len(words)


def test_chinese_is_cut_into_pieces() -> None:
    assert pieces("我来到北京清华大学的3.14%。abc T恤") == [
        "我", "来", "到", "北京", "清华", "大学", "的", "3.14%", "。", "abc", "T", "恤",
    ]  # fmt: skip
    found = measured("zh", "我来到北京清华大学的3.14%。abc T恤")[0]
    assert found["word_count.fineweb2"] == 11
    assert found["alphabetic_word_ratio.fineweb2"] == 10 / 12
    assert measured("ja", "清华大学")[0]["word_count.fineweb2"] == 4


def test_a_joined_word_is_one_of_a_run() -> None:
    text = "E-Mail am Ende an ihn. "  # five tokens and a period
    german, none = measured("de", text * 2)[0], measured("eu", text * 2)[0]
    assert german["duplicate_6gram_char_ratio.fineweb2"] == 18 / 46
    assert german["duplicate_7gram_char_ratio.fineweb2"] == 0
    assert none["duplicate_8gram_char_ratio.fineweb2"] == 18 / 46


def test_labels_of_other_models_mean_the_same_lists_and_other_scripts_none() -> None:
    labels = ["no", "nb", "zho_Hant", "cmn_Hani", "sr", "srp_Cyrl", "srp_Latn", "nn", "und", "en"]
    wanted = ["nob_Latn"] * 2 + ["cmn_Hani"] * 2 + ["srp_Cyrl"] * 2 + [""] * 4
    numbers = language_numbers(pl.Series(labels))
    assert [NAMES[number] if number >= 0 else "" for number in numbers] == wanted


def test_an_empty_batch_and_an_empty_text_have_the_declared_values() -> None:
    assert measured("de") == []
    assert measured("de", "") == [{feature.name: feature.empty for feature in FINEWEB2.features}]


def test_a_batch_without_languages_is_refused() -> None:
    with pytest.raises(FeatureError, match="has no languages"):
        FINEWEB2.compute(Measured(pl.Series(["und"])))


def test_the_languages_come_from_the_group_language() -> None:
    chosen = groups(load_model(), ("language", "fineweb2"))
    frame = measure(Measured(pl.Series([GERMAN])), chosen)
    assert frame["language"][0] == "de"
    # der, und, die, in, den, das, er, dem
    assert frame["stop_word_count.fineweb2"][0] == 8


def test_a_list_that_does_not_fit_is_refused() -> None:
    with pytest.raises(FeatureError, match="33"):
        language_tables([[str(k) for k in range(33)]], [[]])


PIECES = st.sampled_from(
    [
        "E",
        "-",
        "Mail",
        "15",
        ".",
        "%",
        "'",
        "’",
        "l",
        "й",
        "1",
        "г",
        " ",
        "\n",
        "и",
        "de",
        "的",
        "天",
        "地人",
        "#",
        "…",
        "_",
        "\r\n",
    ]
)


@given(
    documents=st.lists(texts | st.lists(PIECES, max_size=30).map("".join), max_size=3),
    language=st.sampled_from((*NAMES, "eu")),
)
@several
def test_the_kernels_equal_their_twin(documents: list[str], language: str) -> None:
    row = table().get(language)
    habits, words = (set(row.habits), set(row.stop_words)) if row else (set(), set())
    for found, text in zip(measured(language, *documents), documents, strict=True):
        assert found == pytest.approx(twin.fineweb2(text, habits, words)), repr(text)


def test_the_files_are_what_the_script_makes() -> None:
    made = script.files()
    folder = script.RULES
    assert {path for path, text in made.items() if not script.is_current(folder / path, text)} == (
        set()
    )
    found = {path.relative_to(folder) for path in (folder / "fineweb2").glob("*.yaml")}
    assert found == {path for path in made if path.parts[0] == "fineweb2"}


def test_the_tables_hold_the_same_42_languages_with_habits_that_there_are() -> None:
    assert len(NAMES) == len({script.code(name) for name in NAMES}) == 42
    assert tuple(table()) == NAMES
    assert {habit for row in table().values() for habit in row.habits} == set(HABITS)
    assert {script.code(name) for name in NAMES} <= set(LANGUAGES)


def test_nothing_and_less_mean_that_a_rule_is_off() -> None:
    row = {**script.rows()["fra_Latn"], "dup_line_frac": "0", "min_avg_word_length": "0"}
    every = {id_ for id_, *_ in script.rules("fra_Latn", script.rows()["fra_Latn"])}
    gone = {"too_many_duplicate_lines", "words_too_short", "too_few_lines_end_in_punctuation"}
    for share in ("0", "0.0", "-1"):
        left = {id_ for id_, *_ in script.rules("fra_Latn", {**row, "line_punct_thr": share})}
        assert every - left == gone


def test_the_recipe_is_for_these_languages_and_measures_what_its_rules_need() -> None:
    chosen = recipe()
    assert chosen.languages == tuple(map(script.code, NAMES))
    assert chosen.all_rules()[1].id == "fineweb2_arb_Arab.language_uncertain"
    used = {rule.keep.feature for rule in chosen.rules}
    used |= {guard.feature for rule in chosen.rules for guard in rule.when}
    needed = {group for group, columns in columns_by_group().items() if used & columns.keys()}
    assert set(chosen.features) == needed | set(ALWAYS_MEASURED)


def test_prose_is_kept_and_another_language_is_not_wanted() -> None:
    chosen = recipe()
    english = "The keeper of the light walked to the end of the pier that morning, as before."
    text = pl.Series([GERMAN, english, "Zu wenig deutscher Text auf dieser einen Seite."])
    decided = decide(
        measure(Measured(text), groups(load_model(), chosen.features)), chosen.quality_rules()
    )
    failed = [
        {rule.id for rule in chosen.quality_rules() if decided[f"fails.{rule.id}"][row]}
        for row in range(3)
    ]
    assert failed[:2] == [set(), {"language.not_wanted"}]
    assert "fineweb2_deu_Latn.too_few_words" in failed[2]
    assert all(id_.startswith("fineweb2_deu_Latn.") for id_ in failed[2])


def test_rule_sets_in_a_folder_are_known_by_its_name() -> None:
    names = rule_set_names()
    assert {f"fineweb2/{name}" for name in NAMES} <= set(names)
    assert "web" not in names
    assert not any(name.startswith("recipes/") for name in names)


def test_a_recipe_finds_its_own_rule_sets_in_a_folder_beside_it(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "toy.yaml").write_text(
        "name: toy\nrules:\n  - {id: long, feature: char_count, max: 9, why: Short is good.}\n"
    )
    assert [rule.id for rule in load(tmp_path, "own/toy").rules] == ["toy.long"]
    assert len(load(tmp_path, "fineweb2/deu_Latn").rules) == 22


@pytest.mark.parametrize(
    "name",
    ["../outside", "own/../../outside", "/etc/outside", "own//outside", ".", "recipes/web", "a\\b"],
)
def test_a_name_leads_to_no_file_outside_the_folder(tmp_path: Path, name: str) -> None:
    (tmp_path / "inside").mkdir()
    (tmp_path / "outside.yaml").write_text("name: outside\nrules: []\n")
    with pytest.raises(ConfigError, match="unknown rule set"):
        load(tmp_path / "inside", name)


def test_an_unknown_language_names_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="did you mean 'fineweb2/deu_Latn'"):
        load(tmp_path, "fineweb2/deu_Latin")


def load(folder: Path, rule_set: str) -> Recipe:
    path = folder / "mine.yaml"
    path.write_text(f"name: mine\nrule_sets: ['{rule_set}']\n".replace("\\", "\\\\"))
    return load_recipe(str(path), columns_by_group(), tuple(CLEANERS))
