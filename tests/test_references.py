"""Runs held against a reference: another run, or a corpus; and every way that fails."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import corpuskit
from corpuskit import ConfigError, DataError, RunError
from corpuskit.audit import reference_of
from corpuskit.layout import Layout
from corpuskit.progress import Progress
from corpuskit.reference import identify
from corpuskit.report.of_run import Report
from tests.corpus import document, write_jsonl
from tests.report.test_render import Page

QUIET = Progress(quiet=True)


def write(folder: Path, name: str, documents: dict[str, int]) -> Path:
    """Write as many different documents of each language, with addresses."""
    rows = [
        {"id": f"{language}-{number}", "text": f"{document(language, number % 5)}\n{number}",
         "url": f"https://{language}.example.org/{number}"}
        for language, count in documents.items()
        for number in range(count)
    ]  # fmt: skip
    return write_jsonl(folder / name, rows)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """English alone, a corpus of English and Chinese, and a run over that."""
    made = tmp_path_factory.mktemp("references")
    write(made, "english.jsonl", {"en": 12})
    write(made, "both.jsonl", {"en": 12, "zh": 12})
    corpuskit.clean(made / "both.jsonl", made / "both", recipe="measure", duplicates=False)
    return made


@pytest.fixture(scope="module")
def held(folder: Path) -> dict[str, Any]:
    """The summary of the English run, held against the other."""
    run = corpuskit.clean(
        folder / "english.jsonl", folder / "english", recipe="measure", duplicates=False,
        reference=folder / "both",
    )  # fmt: skip
    return run.summary


def axis(found: dict[str, Any], name: str) -> dict[str, Any]:
    (one,) = [one for one in found["axes"] if one["axis"] == name]
    return one


def test_what_a_run_says_of_its_reference_is_what_the_folders_hold(
    held: dict[str, Any], folder: Path
) -> None:
    found = held["reference"]
    texts = pl.read_parquet(folder / "both" / "kept" / "*.parquet")
    sizes = texts["text"].str.len_bytes()
    chinese = int(sizes.filter(texts["id"].str.starts_with("zh")).sum()) / int(sizes.sum())
    (missing,) = [one for one in found["missing"] if one["axis"] == "languages"]
    assert missing["name"] == "zh"
    assert missing["here"] == 0
    assert missing["there"] == pytest.approx(chinese, abs=1e-6)
    assert found["documents"] == texts.height
    assert found["bytes"] == int(sizes.sum())
    hosts = axis(found, "hosts")  # all of one host here; half there
    assert hosts["low"] == hosts["high"] == pytest.approx(0.311278, abs=1e-6)


def test_common_words_are_those_of_the_kept_texts(held: dict[str, Any], folder: Path) -> None:
    counts = pl.read_parquet(folder / "english" / "word_counts.parquet")
    texts = pl.read_parquet(folder / "english" / "kept" / "*.parquet")["text"]
    words = " ".join(texts).lower().replace("\n", " ").split()
    (the,) = counts.filter(pl.col("word") == "the")["count"]
    assert the == words.count("the")
    assert axis(held["reference"], "words")["here"] == counts["count"].sum()


def test_the_manifest_names_the_reference_and_the_command_asks_for_it(
    held: dict[str, Any], folder: Path
) -> None:
    facts = json.loads((folder / "english" / "manifest.json").read_text("utf-8"))
    plan = json.loads((folder / "both" / "manifest.json").read_text("utf-8"))["plan"]
    path = str(folder / "both")
    assert facts["settings"]["reference"] == {"path": path, "kind": "run", "identity": plan}
    assert f"--reference {path}" in held["repeat"]


def test_a_corpus_is_measured_in_scratch_and_says_the_same(
    held: dict[str, Any], folder: Path, tmp_path: Path
) -> None:
    run = corpuskit.clean(
        folder / "english.jsonl", tmp_path / "run", recipe="measure", duplicates=False,
        reference=folder / "both.jsonl",
    )  # fmt: skip
    found, other = run.summary["reference"], held["reference"]
    assert found["kind"] == "corpus"
    for name in ("axes", "missing", "documents", "bytes"):
        assert found[name] == other[name]
    assert not (tmp_path / "run" / ".work").exists()


def test_a_finished_run_is_held_against_a_reference_and_left_as_it_is(
    folder: Path, held: dict[str, Any]
) -> None:
    before = {path: path.read_bytes() for path in (folder / "both").rglob("*") if path.is_file()}
    found = reference_of(folder / "both", str(folder / "english"), QUIET)
    assert {path: path.read_bytes() for path in before} == before
    mirrored = held["reference"]
    assert axis(dict(found), "languages")["low"] == axis(mirrored, "languages")["low"]
    assert found["missing"] == []
    html = Report(folder / "both", found).html()
    for lang, title in (("en", "Against the reference"), ("zh", "与参照对比")):
        assert title in Page(html, lang).text
    assert "## Against the reference" in Report(folder / "both", found).markdown()


def test_the_page_names_what_is_missing_in_both_languages(
    held: dict[str, Any], folder: Path
) -> None:
    html = (folder / "english" / "report.html").read_text("utf-8")
    assert "Chinese is 0% of the text here, " in Page(html, "en").text
    assert "中文：占本语料文本的 0%，" in Page(html, "zh").text


def test_another_reference_is_another_plan(held: dict[str, Any], folder: Path) -> None:
    assert held
    with pytest.raises(RunError, match="holds a run of plan"):
        corpuskit.clean(folder / "english.jsonl", folder / "english", recipe="measure",
                        duplicates=False)  # fmt: skip


def test_the_run_itself_is_no_reference(folder: Path) -> None:
    with pytest.raises(ConfigError, match="is the run itself"):
        reference_of(folder / "both", str(folder / "both" / "."), QUIET)


def test_what_is_no_run_and_no_corpus_is_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"--reference .*nothing: no finished run, and no corpus"):
        identify(str(tmp_path / "nothing"))
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="no finished run, and no corpus"):
        corpuskit.clean(folder / "english.jsonl", tmp_path / "run", reference=tmp_path / "empty")
    assert not (tmp_path / "run").exists()


def test_an_unfinished_run_is_no_reference(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    layout.work.mkdir()
    layout.plan.write_text("{}")
    with pytest.raises(RunError, match="not finished"):
        identify(str(tmp_path))


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("manifest.json", b"{", "damaged"),
        ("manifest.json", b'{"plan": "x"}', "says nothing of settings"),
        ("summary.json", b"{", "damaged"),
        ("summary.json", b'{"documents": {"kept": 5}}', "says nothing of coverage"),
        ("word_counts.parquet", b"nonsense", "damaged"),
    ],
)
def test_a_damaged_reference_is_one_sentence(
    folder: Path, held: dict[str, Any], tmp_path: Path, name: str, content: bytes, sentence: str
) -> None:
    assert held
    shutil.copytree(folder / "both", tmp_path / "both")
    (tmp_path / "both" / name).write_bytes(content)
    with pytest.raises(RunError, match=sentence) as caught:
        reference_of(folder / "english", str(tmp_path / "both"), QUIET)
    assert name in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_reference_of_another_version_is_one_sentence(
    folder: Path, held: dict[str, Any], tmp_path: Path
) -> None:
    assert held
    shutil.copytree(folder / "both", tmp_path / "both")
    path = tmp_path / "both" / "summary.json"
    summary = json.loads(path.read_text("utf-8"))
    del summary["coverage"]["kept"]["lengths"]
    path.write_text(json.dumps(summary))
    with pytest.raises(RunError, match="another version of corpuskit"):
        reference_of(folder / "english", str(tmp_path / "both"), QUIET)


def test_a_reference_without_words_is_compared_in_the_rest(
    folder: Path, held: dict[str, Any], tmp_path: Path
) -> None:
    assert held
    shutil.copytree(folder / "both", tmp_path / "both")
    (tmp_path / "both" / "word_counts.parquet").unlink()
    found = reference_of(folder / "english", str(tmp_path / "both"), QUIET)
    assert {"axis": "words", "reason": "not_measured_there"} in found["not_compared"]
    assert axis(dict(found), "languages")["low"] > 0
