"""What a user writes finds the label that the model writes."""

from __future__ import annotations

import pytest

from corpuskit.errors import ConfigError
from corpuskit.features.language import load_model
from corpuskit.languages import LANGUAGES, canonical, language_name, normalise, normalise_all

FLORES = ("eng_Latn", "zho_Hans", "zho_Hant", "yue_Hant", "als_Latn", "nob_Latn", "arb_Arab")


def test_the_table_holds_the_labels_of_the_bundled_model() -> None:
    assert set(LANGUAGES) == set(load_model().labels)
    assert all(LANGUAGES.values())


@pytest.mark.parametrize("label", LANGUAGES)
def test_every_label_means_itself(label: str) -> None:
    assert normalise(label) == label
    assert canonical(label) == label


@pytest.mark.parametrize(
    ("code", "label"),
    [
        ("zho", "zh"), ("cmn", "zh"), ("chi", "zh"), ("zh_Hans", "zh"), ("zho_Hans", "zh"),
        ("zh-CN", "zh"), ("eng", "en"), ("EN", "en"), ("en-US", "en"), (" en ", "en"),
        ("__label__en", "en"), ("deu", "de"), ("ger", "de"), ("fil", "tl"), ("nb", "no"),
        ("nob", "no"), ("gsw", "als"), ("iw", "he"), ("hbs", "sh"), ("pes_Arab", "fa"),
        ("als", "als"), ("als_Latn", "sq"), ("yue", "yue"),
    ],
)  # fmt: skip
def test_a_code_finds_its_label(code: str, label: str) -> None:
    assert normalise(code) == label


@pytest.mark.parametrize(
    ("code", "labels"),
    [
        ("en", ("eng_Latn",)),
        ("zh", ("zho_Hans", "zho_Hant")),
        ("zh_Hant", ("zho_Hant",)),
        ("zho_Hans", ("zho_Hans",)),
        ("sq", ("als_Latn",)),
        ("no", ("nob_Latn",)),
        ("ar", ("arb_Arab",)),
    ],
)
def test_a_code_finds_its_labels_in_another_model(code: str, labels: tuple[str, ...]) -> None:
    assert normalise_all([code], FLORES) == labels


def test_languages_keep_the_user_s_order_and_come_once() -> None:
    assert normalise_all(["zh", "en", "cmn", "de"], list(LANGUAGES)) == ("zh", "en", "de")


@pytest.mark.parametrize(
    ("code", "meant"),
    [
        ("chn", "zh"),
        ("cn", "zh"),
        ("jp", "ja"),
        ("Chinese", "zh"),
        ("german", "de"),
        ("engg", "en"),
    ],
)
def test_an_unknown_code_names_the_nearest(code: str, meant: str) -> None:
    with pytest.raises(ConfigError, match=f"unknown language '{code}'.*did you mean '{meant}'"):
        normalise(code)


def test_a_script_that_the_model_lacks_is_unknown() -> None:
    with pytest.raises(ConfigError, match=r"unknown language 'en_Cyrl'.*did you mean 'eng_Latn'"):
        normalise("en_Cyrl", FLORES)


@pytest.mark.parametrize(
    ("label", "name"), [("zh", "Chinese"), ("eng_Latn", "English"), ("xyz", "xyz")]
)
def test_a_label_has_an_english_name(label: str, name: str) -> None:
    assert language_name(label) == name
