"""`corpuskit report`: four forms, where they go, and what is refused, in a sentence."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

import corpuskit as package
from corpuskit.cli import main
from tests.corpus import rows, write_jsonl


@dataclass(frozen=True)
class Told:
    """What a command printed, and its exit code."""

    returncode: int
    stdout: str
    stderr: str


Command = Callable[..., Told]


@pytest.fixture
def corpuskit(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """The command line, in this process."""

    def command(*words: object) -> Told:
        monkeypatch.setattr(sys, "argv", ["corpuskit", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
        return Told(int(ended.value.code or 0), *capsys.readouterr())

    return command


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a finished run."""
    source = write_jsonl(tmp_path_factory.mktemp("in") / "corpus.jsonl", rows())
    return package.clean(source, tmp_path_factory.mktemp("out") / "run").path


@pytest.fixture
def run(done: Path, tmp_path: Path) -> Path:
    """A copy of it, to write to."""
    return Path(shutil.copytree(done, tmp_path / "run"))


def test_the_page_is_written_again_from_the_folder_alone_in_either_language(
    corpuskit: Command, run: Path
) -> None:
    page = run / "report.html"
    before = page.read_bytes()
    page.unlink()
    told = corpuskit("report", run)
    assert (told.returncode, told.stdout, told.stderr) == (0, f"{page}\n", "")
    assert page.read_bytes() == before
    assert corpuskit("report", run, "--lang", "zh").returncode == 0
    assert 'data-lang="zh"' in page.read_text("utf-8")
    assert 'id="ex-' in page.read_text("utf-8")


@pytest.mark.parametrize(
    ("form", "name"), [("html", "report.html"), ("md", "report.md"), ("json", "report.json")]
)
def test_a_form_goes_into_the_run_or_to_a_file_or_a_folder_or_standard_output(
    corpuskit: Command, run: Path, tmp_path: Path, form: str, name: str
) -> None:
    (tmp_path / "folder").mkdir()
    texts = []
    for out, place in (
        ((), run / name),
        (("--out", tmp_path / "other"), tmp_path / "other"),
        (("--out", tmp_path / "folder"), tmp_path / "folder" / name),
    ):
        told = corpuskit("report", run, "--format", form, *out)
        assert (told.returncode, told.stdout) == (0, f"{place}\n"), told.stderr
        texts.append(place.read_text("utf-8"))
    printed = corpuskit("report", run, "--format", form, "--out", "-")
    assert {*texts} == {printed.stdout}


def test_json_is_the_summary_and_the_verdict(corpuskit: Command, run: Path) -> None:
    told = json.loads(corpuskit("report", run, "--format", "json", "--out", "-").stdout)
    assert told == {"summary": package.open_run(run).summary, "verdict": None}


def test_a_card_has_the_licence_that_was_named_and_the_name_of_the_folder(
    corpuskit: Command, run: Path
) -> None:
    words = ("--format", "md", "--license", "cc-by-4.0", "--lang", "zh", "--out", "-")
    text = corpuskit("report", run, *words).stdout
    assert text == package.open_run(run).report_markdown("zh", "cc-by-4.0")
    assert 'license: "cc-by-4.0"' in text
    assert "\n# run\n" in text


def test_png_draws_the_main_charts_into_a_folder(
    corpuskit: Command, run: Path, tmp_path: Path
) -> None:
    told = corpuskit("report", run, "--format", "png", "--out", tmp_path / "slides")
    assert (told.returncode, told.stdout) == (0, f"{tmp_path / 'slides'}\n"), told.stderr
    images = sorted((tmp_path / "slides").iterdir())
    assert {"funnel.png", "lengths.png"} <= {path.name for path in images}
    assert all(path.read_bytes().startswith(b"\x89PNG\r\n") for path in images)
    assert corpuskit("report", run, "--format", "png", "--lang", "zh").returncode == 0
    assert {path.name for path in (run / "report_images").iterdir()} == {p.name for p in images}


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("RUN", "RUN"), 2, "is named twice; name another run to compare it with"),
        (("RUN", "--format", "pdf"), 2, "--format: 'pdf'; choose html, md, json, png"),
        (("RUN", "--format", "png", "--out", "-"), 2, "--format: 'png'; choose html, md, json"),
        (("RUN", "--lang", "fr"), 2, "--lang: 'fr'; choose en, zh"),
        (("RUN", "--format", "md", "--lang", "fr"), 2, "--lang: 'fr'; choose en, zh"),
        (("RUN", "--license", "mit"), 2, "--license: is for --format md, not html"),
        (("nowhere",), 3, "nowhere: no such file or folder"),
        ((__file__,), 3, "unknown kind of file"),
    ],
)
def test_what_is_wrong_is_one_sentence_with_its_exit_code(
    corpuskit: Command, run: Path, words: tuple[str, ...], code: int, sentence: str
) -> None:
    told = corpuskit("report", *(run if word == "RUN" else word for word in words))
    assert told.returncode == code
    assert told.stdout == ""
    assert sentence in told.stderr
    assert told.stderr.count("\n") == 1


def test_a_half_finished_run_ends_with_exit_code_5_and_the_command_that_goes_on(
    corpuskit: Command, run: Path
) -> None:
    settings = json.loads((run / "manifest.json").read_text("utf-8"))
    (run / "manifest.json").unlink()
    (run / ".work").mkdir()
    plan = {"plan": "1", "repeat": settings["repeat"], **settings["settings"]}
    (run / ".work" / "plan.json").write_text(json.dumps(plan), "utf-8")
    told = corpuskit("report", run)
    assert (told.returncode, told.stdout) == (5, "")
    assert "not finished: 0% of the input is measured (0 documents)" in told.stderr
    assert settings["repeat"] in told.stderr


def test_what_a_run_has_lost_is_told_beside_the_report(corpuskit: Command, run: Path) -> None:
    shutil.rmtree(run / "scores")
    told = corpuskit("report", run)
    assert (told.returncode, told.stdout) == (0, f"{run / 'report.html'}\n")
    assert "scores: not whole, so sweep, decide, explain" in told.stderr


def test_help_has_examples_and_loads_nothing_heavy() -> None:
    code = (
        "import sys; sys.argv = ['corpuskit', 'report', '--help']\n"
        "from corpuskit.cli import app\n"
        "try: app()\n"
        "except SystemExit: pass\n"
        "heavy = {'numba', 'numpy', 'polars', 'jinja2', 'markupsafe'} & set(sys.modules)\n"
        "sys.exit(f'loaded {heavy}' if heavy else 0)"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
    assert "--format md --license" in told.stdout


def test_overwrite_takes_away_every_form_of_the_report(
    corpuskit: Command, run: Path, tmp_path: Path
) -> None:
    for form in ("md", "json"):
        corpuskit("report", run, "--format", form)
    (run / "report_images").mkdir()
    source = write_jsonl(tmp_path / "other.jsonl", rows()[:3])
    package.clean(source, run, overwrite=True)
    left = {path.name for path in run.iterdir()}
    assert not {"report.md", "report.json", "report_images"} & left
