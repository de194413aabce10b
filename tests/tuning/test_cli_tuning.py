"""The commands on a finished run: what they print, and how they refuse."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

import corpuskit
from corpuskit.cli import tuning
from corpuskit.errors import CorpuskitError
from corpuskit.terminal import width
from tests.corpus import rows, write_jsonl
from tests.tuning.made import write_run

app = typer.Typer()
for command, examples in tuning.COMMANDS:
    app.command(epilog=examples)(command)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The folder of the made run."""
    return str(write_run(tmp_path_factory.mktemp("cli") / "run"))


def call(*words: object) -> str:
    """Run a command and return what it prints."""
    done = CliRunner().invoke(app, [str(word) for word in words], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_decide_prints_the_difference(run: str) -> None:
    page = call("decide", run, "--set", "toy.too_few_words.min=40")
    for part in ("newly kept                       2", "min 50 → min 40", "never compared"):
        assert part in page
    assert call("decide", run, "--set", "toy.too_few_words.min=40", "--quiet") == ""


def test_decide_that_changes_nothing_says_so(run: str) -> None:
    assert "no rule decides otherwise" in call("decide", run)


def test_decide_writes_shards_where_it_is_asked_to(tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "corpus.jsonl", rows()[:10])
    corpuskit.clean(source, tmp_path / "run")
    options = ("--set", "base.empty.min=2", "--write", "--out", tmp_path / "new", "--input", source)
    page = call("decide", tmp_path / "run", *options)
    assert "report.html" in page
    assert (tmp_path / "new/kept/part-00000.parquet").exists()


def test_sweep_prints_a_table_and_bars_and_draws(run: str, tmp_path: Path) -> None:
    plot = tmp_path / "words.svg"
    page = call("sweep", run, "--rule", "toy.too_few_words", "--min", "30,50,95", "--plot", plot)
    assert "→ 50" in page
    assert "5 / 2" in page  # at 95: b, c, d, e, h fail; a and the three Chinese texts pass
    assert plot.read_text().startswith("<svg")


def test_sweep_parts_by_language(run: str) -> None:
    page = call("sweep", run, "--rule", "toy.too_many_digits", "--curve", "--by", "language")
    assert [line.split()[0] for line in page.split("\n") if "kept by it alone" in line] == [
        "kept", "en", "zh", "de",
    ]  # fmt: skip


def test_explain_sample_and_diff_print_pages(run: str) -> None:
    assert "stands for it: a" in call("explain", run, "b", "c")
    assert "word_count 49 fails" in call("sample", run, "--rule", "toy.too_few_words", "-n", "5")
    assert "no rule decides otherwise" in call("diff", run, run)


def test_every_page_is_at_most_80_columns_wide(run: str) -> None:
    pages = (
        call("decide", run, "--set", "toy.too_few_words.min=95", "--languages", "en,zh"),
        call("sweep", run, "--rule", "toy.too_few_words", "--curve", "--by", "language"),
        call("explain", run, *"abcdefghij"),
        call("sample", run, "--rule", "toy.too_few_words", "--near-miss"),
        call("diff", run, run),
    )
    for page in pages:
        for line in page.split("\n"):
            assert width(line) <= 80 or run in line


@pytest.mark.parametrize(
    "words",
    [
        ("decide", "--set", "toy.too_few_words.min=40"),
        ("sweep", "--rule", "toy.too_few_words", "--min", "30"),
        ("explain", "b"),
        ("sample", "--rule", "toy.too_few_words"),
    ],
)
def test_json_is_all_that_is_printed(run: str, words: tuple[str, ...]) -> None:
    assert json.loads(call(words[0], run, *words[1:], "--json"))


def test_diff_prints_json(run: str) -> None:
    assert json.loads(call("diff", run, run, "--json"))["common"]["documents"] == 10


@pytest.mark.parametrize(
    ("words", "code", "part"),
    [
        (("decide", "RUN", "--set", "toy.too_few_word.min=1"), 2, "did you mean 'toy.too_few_w"),
        (("decide", "RUN", "--recipe", "wbe"), 2, "did you mean 'web'"),
        (("decide", "RUN", "--languages", "chn"), 2, "did you mean"),
        (("decide", "RUN", "--write"), 2, "go together"),
        (("decide", "RUN", "--out", "new"), 2, "go together"),
        (("decide", "nowhere"), 5, "no finished run"),
        (("sweep", "RUN", "--rule", "toy.x", "--min", "1"), 2, "unknown rule"),
        (("sweep", "RUN", "--rule", "toy.too_few_words"), 2, "give one of --min"),
        (("sweep", "RUN", "--rule", "toy.too_few_words", "--min", "1", "--curve"), 2, "give one"),
        (("sweep", "RUN", "--rule", "toy.too_few_words", "--min", "few"), 2, "'few' is not a num"),
        (
            ("sweep", "RUN", "--rule", "toy.too_few_words", "--min", "1", "--side", "min"), 2,
            "--side min: is for --curve",
        ),
        (("explain", "RUN", "zz"), 3, "no document has the id 'zz'"),
        (("sample", "RUN", "--rule", "toy.x"), 2, "unknown rule"),
        (("diff", "RUN", "nowhere"), 5, "no finished run"),
        (("diff", "RUN", "RUN", "--language", "xx"), 2, "no document"),
    ],
)  # fmt: skip
def test_bad_input_is_one_sentence_with_its_exit_code(
    run: str, words: tuple[str, ...], code: int, part: str
) -> None:
    asked = [run if word == "RUN" else word for word in words]
    with pytest.raises(CorpuskitError) as caught:
        CliRunner().invoke(app, asked, catch_exceptions=False)
    assert caught.value.exit_code == code
    assert part in str(caught.value)
    assert "\n" not in str(caught.value)
