"""A feature group of another package is found when it is needed, and only then."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from corpuskit.errors import ConfigError, FeatureError
from corpuskit.features import Feature, FeatureGroup, Measured
from corpuskit.features.groups import columns_by_group, measure
from corpuskit.features.packages import find_offers
from tests.corpus import document, write_jsonl

EXAMPLE = Path(__file__).parent.parent / "examples" / "own_feature"
MODULE = """
import polars as pl
from corpuskit.features import Feature, FeatureGroup
def compute(measured):
    return {"%s": measured.text.str.len_chars()}
GROUP = FeatureGroup("%s", 1, (Feature("%s", pl.UInt32(), "x", 0, "x"),), compute)
"""
Installed = Callable[..., Path]


def install(site: Path, package: str, version: str, points: dict[str, str]) -> None:
    """Write the metadata of an installed package."""
    folder = site / f"{package.replace('-', '_')}-{version}.dist-info"
    folder.mkdir(parents=True)
    (folder / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {package}\nVersion: {version}\n"
    )
    lines = "".join(f"{name} = {value}\n" for name, value in points.items())
    (folder / "entry_points.txt").write_text(f"[corpuskit.features]\n{lines}")


def example(site: Path, version: str = "0.1.0") -> Path:
    """Install the package of examples/own_feature."""
    site.mkdir(exist_ok=True)
    shutil.copy(EXAMPLE / "corpuskit_shouting.py", site)
    install(site, "corpuskit-shouting", version, {"shouting": "corpuskit_shouting:SHOUTING"})
    return site


def corpuskit(site: Path | None, *words: object) -> subprocess.CompletedProcess[str]:
    """Run the command line with packages of a folder."""
    path = os.pathsep.join([*([str(site)] if site else []), str(EXAMPLE.parent.parent)])
    command = [sys.executable, "-m", "corpuskit", *map(str, words)]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": path}
    )


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Installed:
    """Return a function that installs modules, seen by this process until the test is over."""
    site = tmp_path / "site"
    site.mkdir()
    monkeypatch.syspath_prepend(str(site))

    def put(module: str, text: str, points: dict[str, str]) -> Path:
        (site / f"{module}.py").write_text(text)
        install(site, module.replace("_", "-"), "1.0", points)
        return site

    return put


def test_a_run_measures_and_decides_with_the_example(tmp_path: Path) -> None:
    site = example(tmp_path / "site")
    texts = [
        {"id": "calm", "text": document("en", 0)},
        {"id": "loud", "text": "Buy! Now! " * 20 + document("en", 1)},
        {"id": "two", "text": "Oh! Oh!"},
    ]
    source = write_jsonl(tmp_path / "in.jsonl", texts)
    clean = ["clean", source, "--out", tmp_path / "run", "--recipe", EXAMPLE / "recipe.yaml"]
    done = corpuskit(site, *clean, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["documents"] == {"in": 3, "kept": 2, "dropped": 1, "skipped": 0}
    scores = pl.read_parquet(tmp_path / "run/scores/*.parquet")
    assert dict(zip(scores["user_id"], scores["exclamation_mark_count"], strict=True)) == {
        "calm": 0, "loud": 40, "two": 2,
    }  # fmt: skip
    assert "word_count" not in scores.columns  # a recipe without `features` measures what it needs
    settings = json.loads((tmp_path / "run/manifest.json").read_text())["settings"]
    assert settings["packages"] == {"shouting": "corpuskit-shouting 0.1.0"}
    assert settings["features"] == {"characters": 1, "language": 1, "noise": 1, "shouting": 1}
    rule = "shouting.too_many_exclamation_marks"
    swept = corpuskit(None, "sweep", tmp_path / "run", "--rule", rule, "--max", "0.5,1")
    assert swept.returncode == 0, swept.stderr  # scores are enough, the package is not needed
    shutil.rmtree(site)
    done = corpuskit(example(site, "0.2.0"), *clean, "--quiet")
    assert done.returncode == 5
    assert "holds a run of plan" in done.stderr


def test_without_the_package_the_rule_is_refused_at_its_line(tmp_path: Path) -> None:
    done = corpuskit(None, "rules", "check", EXAMPLE / "shouting.yaml")
    assert done.returncode == 2
    # The guard of the rule, in line 8, is fine once its own feature, in line 6, is known.
    assert "shouting.yaml:6: unknown feature 'exclamation_mark_ratio'" in done.stderr


def test_features_and_rules_tell_of_the_package(tmp_path: Path) -> None:
    site = example(tmp_path / "site")
    told = json.loads(corpuskit(site, "features", "shouting", "--json").stdout)
    assert [(row["name"], row["package"]) for row in told] == [
        ("exclamation_mark_count", "corpuskit-shouting 0.1.0"),
        ("exclamation_mark_ratio", "corpuskit-shouting 0.1.0"),
    ]
    page = corpuskit(site, "rules", "check", EXAMPLE / "recipe.yaml").stdout
    assert "measures    characters, noise, language, shouting" in page
    assert "exclamation_mark_count is at least 3 characters" in page


def test_a_package_is_not_imported_without_need(tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / "fails.py").write_text("raise SystemExit('imported')\n")
    install(site, "fails", "1", {"fails": "fails:GROUP"})
    for words in (["rules", "web"], ["rules", "--recipe", "measure"], ["--version"]):
        done = corpuskit(site, *words)
        assert (done.returncode, done.stderr) == (0, "")
    assert "imported" in corpuskit(site, "features").stderr


@pytest.mark.parametrize(
    ("module", "group", "feature", "message"),
    [
        ("own_group", "words", "new", "the feature group 'words' is there already, from corpuskit"),
        ("own_feature", "new", "word_count", "feature 'word_count' is there already, from corpusk"),
        ("own_doc_id", "new", "doc_id", "the feature 'doc_id' is there already, from corpuskit"),
        ("own_column", "new", "column.x", "'column.x': column. and fails. begin no feature's name"),
    ],
)
def test_a_name_that_is_taken_is_refused(
    installed: Installed, module: str, group: str, feature: str, message: str
) -> None:
    installed(module, MODULE % (feature, group, feature), {group: f"{module}:GROUP"})
    with pytest.raises(ConfigError, match=message) as caught:
        find_offers(columns_by_group())
    assert str(caught.value).startswith(f"package {module.replace('_', '-')}: ")


def test_two_packages_of_one_feature_are_refused(installed: Installed) -> None:
    installed("first_of_two", MODULE % ("same", "a", "same"), {"a": "first_of_two:GROUP"})
    installed("second_of_two", MODULE % ("same", "b", "same"), {"b": "second_of_two:GROUP"})
    with pytest.raises(
        ConfigError, match=r"package second-of-two: .*from first-of-two; rename one"
    ):
        find_offers(columns_by_group())


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("gone_module:GROUP", "gone_module:GROUP cannot be imported"),
        ("bad_module:NOTHING", "bad_module:NOTHING cannot be imported"),
        ("bad_module:pl", "bad_module:pl is a module, not a FeatureGroup"),
        ("bad_module:GROUP", "the entry point 'a' holds the group 'other'"),
    ],
)
def test_what_is_no_feature_group_is_refused(
    installed: Installed, value: str, message: str
) -> None:
    installed("bad_module", MODULE % ("x", "other", "x"), {"a": value})
    with pytest.raises(ConfigError, match=f"package bad-module: {message}"):
        find_offers(columns_by_group())


def test_a_group_that_forgets_a_column_is_named() -> None:
    group = FeatureGroup("own", 1, (Feature("x", pl.UInt32(), "x", 0, "x"),), lambda _: {})
    with pytest.raises(FeatureError, match="feature group 'own': 'x' is declared or computed, but"):
        measure(Measured(pl.Series(["a"])), [group])
