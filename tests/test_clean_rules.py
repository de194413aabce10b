"""`clean` takes other rule sets and single bounds, measures what they need, and says so."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

import corpuskit
from corpuskit.cleaners import CLEANERS
from corpuskit.cli import app
from corpuskit.errors import ConfigError, RunError
from corpuskit.features.groups import columns_by_group
from corpuskit.recipe import load_recipe
from corpuskit.repeat import Options, repeat_with
from corpuskit.resolve import resolve
from corpuskit.tuning.again import Changes, changed_recipe
from corpuskit.tuning.finished import open_finished
from corpuskit.tuning.write import write_again
from tests.corpus import digests, rows, write_jsonl


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The corpus of tests/corpus.py as one file of JSON lines."""
    return write_jsonl(tmp_path_factory.mktemp("in") / "corpus.jsonl", rows())


@pytest.fixture(scope="module")
def run(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of one published rule set and nothing else."""
    out = tmp_path_factory.mktemp("out") / "run"
    words = ["--rules", "gopher_quality", "--set", "gopher_quality.too_few_words.min=400"]
    done = CliRunner().invoke(
        app, ["clean", str(source), "--out", str(out), *words, "--no-dedup", "--quiet"],
        catch_exceptions=False,
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    return out


def test_only_the_named_sets_drop(run: Path) -> None:
    dropped = corpuskit.open_run(run).dropped().explode("reasons").unnest("reasons").collect()
    assert {name.partition(".")[0] for name in dropped["rule"]} == {"gopher_quality"}
    rules = corpuskit.open_run(run).summary["rules"]
    assert {name.partition(".")[0] for name in rules} == {"gopher_quality"}
    assert dropped["id"].is_in(["short", "empty"]).any()


def test_the_bound_that_was_set_is_the_one_that_decides(run: Path) -> None:
    rule = corpuskit.open_run(run).summary["rules"]["gopher_quality.too_few_words"]
    scores = corpuskit.open_run(run).scores().collect()
    assert rule["bounds"] == {"min": 400}
    assert rule["fails"] == int((scores["word_count.gopher"] < 400).sum()) > 2


def test_the_groups_that_the_sets_need_are_measured_beside_the_recipes(run: Path) -> None:
    features = open_finished(run).recipe.features
    recipes_own = load_recipe("web", columns_by_group(), tuple(CLEANERS)).features
    assert set(features) == {*recipes_own, "gopher"}
    assert "gopher" not in recipes_own


def test_manifest_summary_and_report_show_how_to_repeat_it(source: Path, run: Path) -> None:
    command = (
        f"corpuskit clean {source} --out {run} --rules gopher_quality "
        "--set gopher_quality.too_few_words.min=400 --no-dedup"
    )
    manifest = json.loads((run / "manifest.json").read_text("utf-8"))
    assert manifest["repeat"] == corpuskit.open_run(run).summary["repeat"] == command
    assert manifest["recipe_source"].startswith("# changed by --rules gopher_quality\n")
    page = (run / "report.html").read_text("utf-8")
    assert "How to repeat it" in page
    assert command in page


def test_the_command_that_is_shown_gives_the_same_bytes(run: Path, tmp_path: Path) -> None:
    words = corpuskit.open_run(run).summary["repeat"].split()[1:]
    words[words.index("--out") + 1] = str(tmp_path / "again")
    assert CliRunner().invoke(app, [*words, "--quiet"], catch_exceptions=False).exit_code == 0
    assert digests(tmp_path / "again") == digests(run)


def test_every_option_is_in_the_command() -> None:
    from corpuskit.readers import ReadOptions

    options = Options(
        ("a b.jsonl",), Path("out"), "c4", ("de", "fr"), "own.bin", False, ("gopher", "./x.yaml"),
        ("gopher.a.min=1", "gopher.b.max=2"), "line", True, True, Path("new index"),
        ("old", "older"), "other run", ReadOptions("body", "key", "line", "stop"), "jsonl", 1 << 20,
    )  # fmt: skip
    assert repeat_with(options) == (
        "corpuskit clean 'a b.jsonl' --out out --recipe c4 --languages de,fr "
        "--language-model own.bin --text-column body --id-column key --text-mode line "
        "--on-bad-input stop --format jsonl --shard-size 1048576 --unit line "
        "--rules gopher,./x.yaml --save-index 'new index' --against old,older "
        "--reference 'other run' "
        "--set gopher.a.min=1 --set gopher.b.max=2 --no-dedup --per-host --keep-removed-lines"
    )
    copies = {"similarity": 0.8, "keep": "newest:a b", "near": False, "exact": True}
    assert repeat_with(Options(("a",), Path("out"), shard_bytes=256_000_000, dedup=copies)) == (
        "corpuskit clean a --out out --similarity 0.8 --keep 'newest:a b' --exact-only"
    )


def test_a_rule_file_of_ones_own_is_found_by_path(source: Path, tmp_path: Path) -> None:
    rule = '{id: too_long, feature: char_count, max: 1500, why: "Long for a paragraph."}'
    (tmp_path / "own.yaml").write_text(f"name: own\nrules: [{rule}]\n")
    run = corpuskit.clean(
        source, tmp_path / "run", rules=[str(tmp_path / "own.yaml")], duplicates=False
    )
    assert list(run.summary["rules"]) == ["own.too_long"]
    assert run.kept().collect()["text"].str.len_chars().max() <= 1500
    assert run.summary["documents"]["dropped"] > 0


def test_dedup_takes_another_threshold(source: Path, tmp_path: Path) -> None:
    setting = "duplicates.near_duplicate.below=0.99"
    words = ["dedup", str(source), "--out", str(tmp_path / "run"), "--set", setting, "--quiet"]
    assert CliRunner().invoke(app, words, catch_exceptions=False).exit_code == 0
    found = corpuskit.open_run(tmp_path / "run").summary
    assert (found["duplicates"]["similarity"], found["duplicates"]["near"]) == (0.99, 0)
    assert found["duplicates"]["exact"] == 1


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"rules": ["gohper"]}, "--rules: unknown rule set 'gohper'; did you mean 'gopher'"),
        ({"settings": ["gopher.too_few_word.min=3"]}, "did you mean 'gopher.too_few_words'"),
        ({"settings": ["gopher.too_few_words.mim=3"]}, "has no side 'mim'; did you mean 'min'"),
        ({"settings": ["gopher.too_few_words.min=many"]}, "expected a number"),
        ({"settings": ["gopher.too_few_words"]}, "write RULE.SIDE=VALUE"),
        ({"rules": ["base"], "settings": ["gopher.too_few_words.min=3"]}, "unknown rule"),
        ({"rules": ["./none.yaml"]}, "there is no file none.yaml"),
    ],
)  # fmt: skip
def test_a_slip_is_one_sentence_with_the_nearest_name(
    source: Path, tmp_path: Path, options: dict[str, list[str]], sentence: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        corpuskit.clean(source, tmp_path / "run", **options)  # type: ignore[arg-type]
    assert sentence in str(caught.value)
    assert caught.value.exit_code == 2
    assert not (tmp_path / "run").exists()


def test_a_changed_cleaner_changes_the_plan(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = corpuskit.clean(source, tmp_path / "run", recipe="dedup", rules=["base"])
    assert open_finished(run.path).settings["cleaners"] == {}
    run = corpuskit.clean(source, tmp_path / "web", duplicates=False, rules=["base"])
    old = open_finished(run.path)
    assert old.settings["cleaners"] == {"line_ends": 1, "control_characters": 1}
    changed = replace(CLEANERS["line_ends"], version=2)
    monkeypatch.setitem(CLEANERS, "line_ends", changed)
    with pytest.raises(RunError, match="holds a run of plan"):
        corpuskit.clean(source, tmp_path / "web", duplicates=False, rules=["base"])
    with pytest.raises(RunError, match="version 1 of the cleaner 'line_ends'"):
        write_again(old, old.recipe, tmp_path / "again", [str(source)])
    with pytest.raises(RunError, match="version 1 of the cleaner 'line_ends'"):
        changed_recipe(old, Changes(recipe="web", duplicates=False))


@pytest.mark.parametrize("recipe", ["web", "fineweb"])
def test_sets_that_are_named_alone_drop_alone(recipe: str) -> None:
    found, _ = resolve(recipe, duplicates=False, rule_sets=("gopher_quality",))
    assert {rule.id.partition(".")[0] for rule in found.all_rules()} == {"gopher_quality"}
    assert (found.languages, found.min_language_score) == ((), 0.0)


def test_languages_that_are_asked_for_stay_a_rule_beside_the_named_sets() -> None:
    found, _ = resolve("fineweb", languages=("deu",), rule_sets=("gopher_quality",))
    rules = {rule.id: rule for rule in found.all_rules()}
    assert rules["language.not_wanted"].keep.bounds == (("in", ("de",)),)
    assert "language.uncertain" not in rules
    assert "duplicates.near_duplicate" in rules


def test_a_recipe_without_other_sets_keeps_its_languages() -> None:
    found, _ = resolve("fineweb", duplicates=False)
    assert {"language.not_wanted", "language.uncertain"} <= {rule.id for rule in found.all_rules()}
