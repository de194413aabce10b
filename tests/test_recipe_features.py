"""A recipe measures the feature groups that it names; one that names none, what its rules need."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpuskit.cleaners import CLEANERS
from corpuskit.errors import ConfigError
from corpuskit.features.groups import columns_by_group
from corpuskit.recipe import load_recipe, with_model
from corpuskit.recipe_features import MEASURED_ON_DEMAND

LABELS = ("en", "zh", "th", "no")


def features(folder: Path, text: str) -> tuple[str, ...]:
    """Load a recipe; return what it measures."""
    path = folder / "mine.yaml"
    path.write_text("name: mine\n" + text)
    return load_recipe(str(path), columns_by_group(), tuple(CLEANERS)).features


def test_nothing_named_measures_what_rules_and_guards_need(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(
        "name: own\nrules:\n  - id: r\n    feature: column.score\n    min: 1\n"
        "    when: [{feature: line_count, min: 3}, {feature: language, in: [en]}]\n    why: x.\n"
    )
    assert features(tmp_path, "rule_sets: [own]") == ("characters", "noise", "lines", "language")
    assert features(tmp_path, "") == ("characters", "noise", "language")
    assert features(tmp_path, "rule_sets: [gopher_repetition]") == (
        "characters", "noise", "lines", "words", "repetition", "language",
    )  # fmt: skip


def test_all_is_all_that_needs_no_extra(tmp_path: Path) -> None:
    every = tuple(name for name in columns_by_group() if name not in MEASURED_ON_DEMAND)
    assert features(tmp_path, "features: all") == every
    assert len(every) < len(columns_by_group())


def test_an_unknown_group_names_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"mine.yaml:2: unknown feature group 'wrods'; did you m"):
        features(tmp_path, "features: [wrods]")


def languages(folder: Path, text: str, guard: str) -> tuple[tuple[str, ...], object]:
    """Load a recipe for a model of four languages; return its languages and a guard's."""
    (folder / "own.yaml").write_text(
        "name: own\nrules:\n  - id: r\n    feature: char_count\n    min: 1\n"
        f"    when: {{feature: language, in: [{guard}]}}\n    why: x.\n"
    )
    path = folder / "mine.yaml"
    path.write_text(f"name: mine\nrule_sets: [own]\n{text}\n")
    recipe = load_recipe(str(path), columns_by_group(), tuple(CLEANERS))
    found = with_model(recipe, LABELS)
    return found.languages, found.rules[0].when[0].bounds[0][1]


def test_languages_become_labels_of_the_model_in_guards_too(tmp_path: Path) -> None:
    assert languages(tmp_path, "languages: [zho, no]", "eng, zh_Hans") == (
        ("zh", "no"), ("en", "zh"),
    )  # fmt: skip


def test_a_guard_for_a_language_that_the_model_does_not_know_never_applies(tmp_path: Path) -> None:
    assert languages(tmp_path, "", "ja, und, en")[1] == ("ja", "und", "en")


@pytest.mark.parametrize(
    ("text", "guard", "message"),
    [
        ("languages: [chn]", "en", "mine.yaml:3: languages: unknown language 'chn'.*mean 'zh'"),
        ("", "chn", "own.yaml:6: languages: unknown language 'chn'.* did you mean 'zh'"),
    ],
)
def test_an_unknown_language_is_refused_with_its_line(
    tmp_path: Path, text: str, guard: str, message: str
) -> None:
    with pytest.raises(ConfigError, match=message):
        languages(tmp_path, text, guard)
