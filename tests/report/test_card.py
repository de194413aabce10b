"""The dataset card: the Hub's header, the numbers of the summary, and text that stays text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from markdown_it import MarkdownIt
from ruamel.yaml import YAML

import corpuskit
from corpuskit.report.card import card, escaped, fenced, header, named
from tests.corpus import rows, write_jsonl
from tests.lm.made_verdict import verdict
from tests.report.summaries import HOSTILE, summary

MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable("table")


def parts(text: str) -> tuple[dict[str, Any], str]:
    """Part a card into its header and its body."""
    _, head, body = text.split("---\n", 2)
    found: dict[str, Any] = YAML(typ="safe").load(head)
    return found, body


def html(text: str) -> str:
    """Render the body of a card as a reader of it would, raw HTML let through."""
    return str(MARKDOWN.render(parts(text)[1]))


def test_the_header_is_what_the_hub_reads() -> None:
    head, _ = parts(card(summary(), "my corpus", license="cc-by-4.0"))
    assert head["pretty_name"] == "my corpus"
    assert head["language"][:3] == ["en", "ko", "fi"]
    assert head["license"] == "cc-by-4.0"
    assert head["size_categories"] == ["10K<n<100K"]
    assert head["task_categories"] == ["text-generation"]
    assert "corpuskit" in head["tags"]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("MIT", {"license": "mit"}),
        (" CC-BY-SA-4.0 ", {"license": "cc-by-sa-4.0"}),
        ("Public domain: see LICENCE", {"license": "other",
                                        "license_name": "Public domain: see LICENCE"}),
        ('a"\nb: c', {"license": "other", "license_name": 'a" b: c'}),
    ],
)  # fmt: skip
def test_a_licence_is_a_short_name_or_other_with_its_name(given: str, told: Any) -> None:
    head, _ = parts(card(summary(), "x", license=given))
    assert {key: head[key] for key in told} == told


def test_there_is_no_licence_that_nobody_named() -> None:
    assert "license" not in parts(card(summary(), "x"))[0]


def test_labels_of_other_models_become_codes_and_undetermined_is_none() -> None:
    kept = {"eng_Latn": 50, "zho_Hans": 30, "und": 10, "no": 10}
    run = {"languages": {code: {"documents": {"kept": n}} for code, n in kept.items()}}
    head = YAML(typ="safe").load("\n".join(header(run, 100)))
    assert head["language"] == ["en", "zh", "no"]
    assert head["size_categories"] == ["n<1K"]


def test_the_tables_have_the_numbers_of_the_summary() -> None:
    run = summary()
    text = card(run, "x")
    documents = run["documents"]
    assert f"{documents['kept']:,} of {documents['in']:,} documents were kept" in text
    assert f"| in | {documents['in']:,} | 100% |" in text
    assert f"| skipped, unreadable | {documents['skipped']:,} |" in text
    code, row = next(iter(run["languages"].items()))
    assert f"| English ({code}) | {row['documents']['in']:,} |" in text
    assert "14 more are in the report." in text  # 34 languages, 20 shown
    for name, rule in run["rules"].items():
        fails = f"| {rule['fails']:,} | {rule['alone']:,} |"
        line = next((line for line in text.splitlines() if f"`{name}`" in line), "")
        assert (fails in line) == bool(rule["fails"]), name
    assert "| Hosts | 4,631 | " in text  # 18,527 readable documents, a quarter of them


def test_every_table_is_one_and_every_row_has_its_cells() -> None:
    run = summary(hostile=True)
    run["rules"] = {f"set.a|b`{name}": rule for name, rule in run["rules"].items()}
    run["languages"] = {"x|y": run["languages"]["en"], **run["languages"]}
    tables = [token for token in MARKDOWN.parse(parts(card(run, "x"))[1])
              if token.type == "table_open"]  # fmt: skip
    assert len(tables) == 4
    body = html(card(run, "x"))
    assert "set.a|b`base.too_short" in body


def test_text_of_others_is_read_and_never_obeyed() -> None:
    run = summary(2_000, 12, hostile=True)
    evil = HOSTILE + "[x](javascript:alert(1)) ![y](https://evil.example/y.png) www.evil.example"
    run |= {"recipe": evil, "plan": evil, "repeat": f"corpuskit clean '```\n{evil}'"}
    run["languages"] = {evil: run["languages"]["en"]}
    run["rules"] = {evil: run["rules"]["base.too_short"] | {"feature": evil}}
    judged = verdict("INSUFFICIENT") | {"sentence": evil}
    for lang in ("en", "zh"):
        text = card(run, evil, verdict=judged, license=evil, lang=lang)
        found = html(text)
        code = found[found.index("<pre>") : found.index("</pre>")]
        for tag in ("<script", "<img", "<a ", "<h1>x", "</div>"):
            assert tag not in found.replace(code, "")
            assert tag not in code
        assert "\u202e" not in text
        assert "\0" not in text
        assert "javascript:alert(1)" in found


@pytest.mark.parametrize(
    "text", ["*a*", "_a_ b", "`a`", "a | b", "<b>", "&lt;", "~~a~~", "$a$", "[a]: b", "a\\*b",
             "https://a.b", "<https://a.b>", "![a](b)", "a\n\n# b", "1. a"],
)  # fmt: skip
def test_escaped_text_is_shown_as_it_is(text: str) -> None:
    shown = MARKDOWN.render("x " + escaped(text))
    plain = " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert shown.strip() == f"<p>x {plain}</p>"


def test_plain_names_are_code_and_others_are_escaped() -> None:
    assert named("gopher.too_few-words") == "`gopher.too_few-words`"
    assert named("a`b") == "a\\`b"


def test_a_fence_is_longer_than_any_run_of_backticks_and_keeps_spaces() -> None:
    lines = fenced("clean 'a  b' '````' \u202e")
    assert lines == ["`````sh", "clean 'a  b' '````' ‹U+202E›", "`````", ""]


def test_the_verdict_is_told_where_there_is_one() -> None:
    text = card(summary(), "x", verdict=verdict("INSUFFICIENT"))
    assert "## Is it enough?" in text
    assert "**INSUFFICIENT.**" in text
    assert "| Amount of data | " in text
    assert "Is it enough?" not in card(summary(), "x")


def test_the_card_is_written_in_chinese_with_the_same_header_and_numbers() -> None:
    english, chinese = (card(summary(), "x", lang=lang) for lang in ("en", "zh"))
    assert parts(english)[0] == parts(chinese)[0]
    assert "## 语言" in chinese
    assert "documents" not in parts(chinese)[1].lower()
    digits = [[word for word in text.split("|") if word.strip().replace(",", "").isdigit()]
              for text in (english, chinese)]  # fmt: skip
    assert digits[0] == digits[1]


@pytest.mark.parametrize("run", [summary(0, 0), summary(13, 1)])
def test_small_runs_have_a_card(run: dict[str, Any]) -> None:
    head, body = parts(card(run, "x"))
    assert head["size_categories"] == ["n<1K"]
    assert "nan" not in body.lower()
    if not run["documents"]["in"]:
        assert "The input held no documents." in body
        assert "language" not in head


def test_coverage_that_a_run_has_is_told() -> None:
    run = summary()
    for side in ("in", "kept"):
        run["coverage"][side] |= {
            "words": 1000,
            "tokens": {"total": 2_000_000},
            "ngrams": {"13": {"total": 200, "distinct": 150}},
        }
    text = card(run, "x")
    assert "| Words | 1,000 | 1,000 |" in text
    assert "| Tokens, measured on a sample | 2.00 million | 2.00 million |" in text
    assert "| 13-grams of words that stand more than once | 25.0% | 25.0% |" in text


@pytest.mark.parametrize(
    ("licenses", "told"),
    [(["cc-by-4.0"] * 3, "cc-by-4.0"), (["cc0", "mit", "mit"], None), (["mit", None, "mit"], None)],
)
def test_one_licence_of_all_that_is_kept_is_that_of_the_card(
    licenses: list[str | None], told: str | None, tmp_path: Path
) -> None:
    good = [row for row in rows() if row["id"] in ("zh-1", "ja-2", "th-3")]
    found = [row | {"license": name} for row, name in zip(good, licenses, strict=True)]
    source = write_jsonl(tmp_path / "in.jsonl", found)
    made = corpuskit.clean(source, tmp_path / "run", recipe="dedup")
    assert made.kept().select(pl.len()).collect().item() == 3
    assert parts(made.report_markdown())[0].get("license") == told
    assert parts(made.report_markdown(license="mit"))[0]["license"] == "mit"


def test_names_of_headers_survive_json_and_yaml() -> None:
    for name in ("no", "1e3", "a: b", "- x", "€ 中文 😀", '"q"'):
        head = YAML(typ="safe").load("\n".join(header(summary(), 5, name)))
        assert head["pretty_name"] == name
        assert json.dumps(head["pretty_name"])
