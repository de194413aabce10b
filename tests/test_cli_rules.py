"""`corpuskit rules` and `corpuskit features`: what is shown, and how bad files are refused."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from corpuskit.cli import rules as cli
from corpuskit.errors import ConfigError
from corpuskit.features import listing
from corpuskit.features.groups import all_columns
from corpuskit.rulebook import chapters, check
from corpuskit.rules import Condition, Rule
from corpuskit.rules.sentences import sentence
from corpuskit.rules.sets import recipe_names, rule_set_names
from tests.corpus import rows, write_jsonl
from tests.test_cli import corpuskit

RULE = "  - {id: short, feature: word_count, min: 30, why: Short.}\n"
SET = "name: own\nrules:\n" + RULE


def test_sets_and_recipes_are_listed() -> None:
    done = corpuskit("rules")
    assert done.returncode == 0, done.stderr
    head, _, recipes = done.stdout.partition("\nrecipes\n")
    singles, _, folder = head.partition("\n\n  fineweb2/NAME, 42 sets:")
    listed = [line.split()[0] for line in singles.splitlines()[1:] if line]
    assert listed + [f"fineweb2/{name}" for name in folder.replace(",", " ").split()] == sorted(
        rule_set_names(), key=lambda name: ("/" in name, name)
    )
    assert [line.split()[0] for line in recipes.splitlines()] == recipe_names()
    assert all(len(line) <= 104 for line in done.stdout.splitlines())


def test_the_json_of_all_is_that_of_each() -> None:
    every = json.loads(corpuskit("rules", "--json").stdout)
    (gopher,) = (one for one in every if one["kind"] == "recipe" and one["name"] == "gopher")
    assert json.loads(corpuskit("rules", "--recipe", "gopher", "--json").stdout) == gopher
    assert gopher["languages"] == ["en"]
    assert json.loads(corpuskit("rules", "gopher", "--json").stdout)["kind"] == "rule set"


def test_a_rule_is_said_in_plain_language_with_why_and_source() -> None:
    page = corpuskit("rules", "gopher").stdout
    assert (
        "gopher.too_few_stop_words\n  Drops a document whose stop_word_count is under 2 words, "
        "where spaceless_ratio is" in page
    )
    assert "language is en" in page
    assert "Source: Rae et al. 2021" in page


def test_every_shipped_rule_has_a_sentence_that_names_its_column_and_bounds() -> None:
    units = listing.units()
    rules = [rule for chapter in chapters() for rule in chapter.rules]
    assert len(rules) > 100
    for rule in rules:
        said = sentence(rule, units)
        assert all(condition.feature in said for condition in rule.conditions())
        assert said.startswith("Drops" if rule.severity == "drop" else "Marks (and keeps)")
        assert said.endswith(".")


@pytest.mark.parametrize(
    ("bounds", "said"),
    [
        ({"min": 1000}, "x is under 1,000 words."),
        ({"above": 0.5}, "x is 0.5 or less words."),
        ({"max": 3, "min": 1}, "x is under 1 or over 3 words."),
        ({"below": 3}, "x is 3 or more words."),
        ({"in": ("en", "de", "fr")}, "x is not en, de or fr."),
        ({"not_in": ("en",)}, "x is en."),
        ({"is": False}, "x is true."),
        ({"min": "p10"}, "x is under p10 (the value that 10 % of the documents do not exceed)."),
    ],
)
def test_a_sentence_says_what_breaks_the_bound(bounds: dict[str, object], said: str) -> None:
    order = ("min", "above", "max", "below", "in", "not_in", "is")
    pairs = tuple((side, bounds[side]) for side in order if side in bounds)
    rule = Rule("t.r", Condition("x", pairs))  # type: ignore[arg-type]
    assert sentence(rule, {"x": "words"}) == f"Drops a document whose {said}"


def test_a_flag_and_guards_and_own_columns_are_said() -> None:
    guards = (Condition("l", (("not_in", ("zh",)),)), Condition("b", (("is", True),)))
    keep = Condition("column.score", (("min", 0.5),))
    rule = Rule("t.r", keep, when=guards, severity="flag")
    assert sentence(rule, {}) == (
        "Marks (and keeps) a document whose own column score is under 0.5, where l is not zh and "
        "b is true."
    )


def test_features_are_listed_and_told_in_full() -> None:
    listed = json.loads(corpuskit("features", "--json").stdout)
    assert {row["name"] for row in listed} >= all_columns().keys()
    page = corpuskit("features", "word_count").stdout
    assert page.startswith(
        "word_count\n  group       words (corpuskit)\n  type, unit  UInt32, words"
    )
    assert "Tokens with a letter, mark or number." in page
    group = json.loads(corpuskit("features", "language", "--json").stdout)
    assert [row["name"] for row in group] == ["language", "language_score"]


def test_a_good_rule_set_is_checked_and_said(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(SET)
    done = corpuskit("rules", "check", tmp_path / "own.yaml")
    assert done.returncode == 0, done.stderr
    assert "nothing wrong; 1 rules" in done.stdout
    assert "Drops a document whose word_count is under 30 words." in done.stdout
    (tmp_path / "mine.yaml").write_text("name: mine\nrule_sets: [own]\nlanguages: [zho]\n")
    found = json.loads(corpuskit("rules", "check", tmp_path / "mine.yaml", "--json").stdout)
    assert found["languages"] == ["zh"]
    assert found["features"] == ["characters", "noise", "words", "language"]
    assert [rule["id"] for rule in found["rules"]] == ["language.not_wanted", "own.short"]


def line(text: str) -> str:
    """Make a rule set whose one rule has this line."""
    return f"name: own\nrules:\n  - id: r\n    why: x.\n    {text}\n"


BAD = {
    "unknown feature": (line("feature: word_cuont\n    min: 1"), 5, "did you mean 'word_count'"),
    "unknown language": (line("feature: language\n    in: [chn]"), 5, "did you mean 'zh'"),
    "unknown rule": ("name: own\nextends: gopher\nwithout: [too_few_wrods]", 3, "'too_few_words'"),
    "unknown set": ("name: own\nextends: gohper", 2, "did you mean 'gopher'"),
    "unknown recipe set": ("name: own\nrule_sets: [gohper]", 2, "did you mean 'gopher'"),
    "recipe language": ("name: own\nlanguages: [chn]", 2, "did you mean 'zh'"),
    "text for a number": (line("feature: word_count\n    min: many"), 6, "expected a number, fou"),
    "a number for text": (line("feature: language\n    min: 1"), 6, "'min' needs a number"),
    "number for a truth": (line("feature: column.x\n    is: 0"), 6, "expected true or false, fou"),
    "a key twice": (line("feature: word_count\n    min: 1\n    min: 2"), 7, "'min' is given twice"),
    "a rule twice": (SET + RULE, 4, "is given twice"),
    "no for false": (line("feature: column.x\n    is: no"), 6, "expected true or false, found 'no"),
    "12:30": (line("feature: word_count\n    min: 12:30"), 6, "expected a number, found '12:30'"),
    "guard": (
        line("feature: word_count\n    min: 1\n    when: {feature: x, min: 1}"),
        7,
        "unknown",
    ),
    "no YAML": ("name: [", 1, "not valid YAML"),
    "empty": ("", 1, "the file is empty"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused_with_line_and_nearest_name(tmp_path: Path, name: str) -> None:
    text, number, part = BAD[name]
    path = tmp_path / "own.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError) as caught:
        cli.rules(cli.CHECK, path)
    assert str(caught.value).startswith(f"{path}:{number}: ")
    assert part in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_command_line_ends_with_2_and_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text("name: own\nextends: gohper\n")
    done = corpuskit("rules", "check", path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"corpuskit: {path}:2: unknown rule set 'gohper'; did you mean 'gopher'?\n"
    )


def test_1e_3_is_a_number(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(line("feature: digit_ratio\n    max: 1e-3"))
    assert "digit_ratio is over 0.001." in check(tmp_path / "own.yaml").page()


@pytest.mark.parametrize(
    ("given", "part"),
    [
        ({"name": "gohper"}, "unknown rule set or recipe 'gohper'; did you mean 'gopher'"),
        ({"recipe": "wbe"}, "unknown recipe 'wbe'; did you mean 'web'"),
        ({"name": "check"}, "rules check FILE"),
        ({"name": "gopher", "file": Path("gopher.yaml")}, "rules check FILE"),
        ({"name": "gopher", "recipe": "web"}, "give one"),
        ({"name": "check", "file": Path("none.yaml")}, "none.yaml: cannot be read"),
    ],
)
def test_an_unknown_name_is_one_sentence(given: dict[str, Any], part: str) -> None:
    with pytest.raises(ConfigError) as caught:
        cli.rules(**given)
    assert part in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_unknown_feature_names_the_nearest() -> None:
    with pytest.raises(ConfigError, match=r"'word_cuont'; did you mean 'word_count'"):
        cli.features("word_cuont")


def test_old_scores_and_missing_guards_are_refused_by_decide(tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "in.jsonl", rows()[:3])
    out = tmp_path / "run"
    assert corpuskit("clean", source, "--out", out, "--recipe", "web").returncode == 0
    path = tmp_path / "own.yaml"
    path.write_text(line("feature: word_count\n    min: 1\n    when: {feature: column.x, min: 1}"))
    done = corpuskit("decide", out, "--rules", path)
    assert done.returncode == 2
    assert f"{path}:7: rule own.r: is guarded by the feature 'column.x'" in done.stderr
    found = json.loads((out / "manifest.json").read_text())
    found["settings"]["features"]["words"] = 0
    (out / "manifest.json").write_text(json.dumps(found))
    path.write_text(SET)
    done = corpuskit("decide", out, "--rules", path)
    assert done.returncode == 2
    assert f"{path}:3: rule own.short uses 'word_count'" in done.stderr
    assert "version 0 of the feature group 'words'" in done.stderr


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; sys.argv = ['corpuskit', 'rules', '--help']\n"
        "from corpuskit.cli import app\n"
        "try: app()\n"
        "except SystemExit: pass\n"
        "heavy = {'numba', 'numpy', 'polars', 'pyarrow'} & set(sys.modules)\n"
        "sys.exit(f'loaded {heavy}' if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "check FILE" in done.stdout
