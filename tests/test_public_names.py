"""The public names are what they should be, whichever is used first."""

from __future__ import annotations

import subprocess
import sys

import pytest

import corpuskit


def test_the_public_names_are_these() -> None:
    assert sorted(corpuskit.__all__) == [
        "ConfigError",
        "CorpuskitError",
        "DataError",
        "FeatureError",
        "MissingExtraError",
        "Report",
        "Run",
        "RunError",
        "__version__",
        "clean",
        "decide",
        "dedup",
        "index_info",
        "minhashes",
        "open_run",
        "pretrain",
        "score",
    ]


@pytest.mark.parametrize("first", ["clean", "dedup", "Run", "ConfigError"])
def test_every_name_is_there_whichever_comes_first(first: str) -> None:
    code = (
        f"import corpuskit; corpuskit.{first}; corpuskit.clean\n"
        "assert callable(corpuskit.dedup)\n"
        "assert all(hasattr(corpuskit, name) for name in corpuskit.__all__)\n"
        "from corpuskit.dedup import recall"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_function_dedup_wins_over_the_folder_that_was_imported_before() -> None:
    code = (
        "from corpuskit.dedup import recall\nimport corpuskit\nimport polars as pl\n"
        "assert corpuskit.dedup(pl.DataFrame({'text': ['a b', 'a  b']}))['kind'][0] == 'exact'"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'cleen'"):
        corpuskit.cleen  # noqa: B018


def test_a_folder_that_is_no_run_is_refused(tmp_path: object) -> None:
    with pytest.raises(corpuskit.RunError, match="no finished run"):
        corpuskit.open_run(str(tmp_path))
