"""The documents of a report fit the page, stand in it once, and show a value against its bound."""

from __future__ import annotations

import re
from typing import Any

import pytest

from corpuskit.report import render
from corpuskit.report.documents import OPENING_CHARS, examples_view, explorer_documents
from corpuskit.report.fitting import (
    COUNTS,
    EXAMPLES_BYTES,
    EXPLORER_BYTES,
    LENGTHS,
    fit,
    json_bytes,
    mentioned,
    text_sizes,
    written,
)
from tests.report.summaries import HOSTILE, documents, summary
from tests.report.test_render import Page

KINDS = ("examples", "just_kept", "just_dropped")


def many(rules: int, text: str, shared: bool = False) -> tuple[dict[str, Any], dict[str, Any]]:
    """Make so many rules with twenty examples of one text; of the same documents, if shared."""
    run = summary()
    one = run["rules"]["base.too_short"]
    run["rules"] = {f"set.rule_{n:03d}": one | {"fails": 50, "alone": 9} for n in range(rules)}
    stored = documents(run)
    for document in stored["documents"]:
        document |= {"text": text[:600], "chars": len(text)}
    if shared:
        first = next(iter(stored["rules"].values()))
        stored["rules"] = dict.fromkeys(stored["rules"], first)
        reasons = [[name, 3, "min", 100] for name in stored["rules"]]
        for document in stored["documents"]:
            document["reasons"] = reasons
    return run, stored


def items(shown: dict[str, Any]) -> list[dict[str, Any]]:
    """List everything that the examples show, in the order of the page."""
    order = ("just_kept", "just_dropped", "examples")
    return [item for rule in shown["rules"] for kind in order for item in rule[kind]]


def test_a_text_stands_once_and_is_linked_to_from_every_other_rule() -> None:
    run, stored = many(4, "text " * 40, shared=True)
    shown = examples_view(stored, run["rules"])
    assert shown is not None
    found = items(shown)
    assert len(found) == 4 * 30
    assert sum(item["first"] for item in found) == 20
    html = render(run, documents=stored)
    section = html[html.index('<section id="examples"') :]
    ids = re.findall(r'id="ex-(\d+)"', section)
    links = re.findall(r'href="#ex-(\d+)"', section)
    assert len(ids) == len(set(ids)) == 20
    assert len(links) == 100
    assert set(links) == set(ids)
    assert section.count("text text") >= 20


@pytest.mark.parametrize(
    ("rules", "text"),
    [(1, "x" * 900), (90, "中" * 900), (90, "<&" * 450), (60, "\0\u202e" * 450), (400, "中" * 900)],
)
def test_the_examples_fit_the_page_whatever_the_rules_and_texts(rules: int, text: str) -> None:
    run, stored = many(rules, text)
    without = len(render(run).encode("utf-8"))
    added = len(render(run, documents=stored).encode("utf-8")) - without
    assert added < EXAMPLES_BYTES + EXPLORER_BYTES + 2_000  # the section around the explorer


@pytest.mark.parametrize(
    ("rules", "shortened", "fewer"), [(1, False, False), (60, True, False), (400, True, True)]
)
def test_texts_are_shortened_first_and_examples_left_out_last(
    rules: int, shortened: bool, fewer: bool
) -> None:
    run, stored = many(rules, "word " * 200)
    shown = examples_view(stored, run["rules"])
    assert shown is not None
    chars, count = shown["chars"], shown["count"]
    assert (chars < LENGTHS[0], count < COUNTS[0]) == (shortened, fewer)
    assert not fewer or chars == LENGTHS[-1]
    assert all(item["left_out"] == 1000 - chars for item in items(shown) if item["first"])
    assert f"cut to {chars} characters" in Page(render(run, documents=stored), "en").text
    assert f"Up to {count} documents" in Page(render(run, documents=stored), "en").text


def test_the_longest_length_that_fits_is_taken() -> None:
    run, stored = many(60, "word " * 200)
    chars = fit(stored).chars
    without = len(render(run, documents=stored | {"rules": {}}).encode("utf-8"))
    longer = LENGTHS[LENGTHS.index(chars) - 1]
    more = len(set(mentioned(stored, 20))) * (longer - chars)
    added = len(render(run, documents=stored).encode("utf-8")) - without
    assert added <= EXAMPLES_BYTES < added * 1.1 + more


@pytest.mark.parametrize("text", ["", "short", "x" * 700, "中<\0\u202e" * 150])
def test_a_text_is_measured_at_every_length(text: str) -> None:
    for chars, size in text_sizes(text).items():
        exact = written(text[:chars])
        assert exact <= size <= exact * 1.01 + 12 * len(LENGTHS)  # a run may be parted by a cut


def test_rules_that_do_not_fit_are_counted() -> None:
    run, stored = many(700, "word " * 200)
    shown = examples_view(stored, run["rules"])
    assert shown is not None
    assert shown["left_out"] > 0
    assert shown["left_out"] + len(shown["rules"]) == 700
    told = f"{shown['left_out']} more rules did not fit the page"
    assert told in Page(render(run, documents=stored), "en").text


def test_long_texts_are_folded_behind_their_beginning() -> None:
    run, stored = many(1, "word " * 200)
    html = render(run, documents=stored)
    article = html[html.index("<article id=") :]
    opening = re.search(r'<details class="text" dir="auto"><summary>(.*?)</summary>', article)
    assert opening is not None
    assert OPENING_CHARS / 2 < len(opening[1]) <= OPENING_CHARS
    assert not opening[1].endswith("wor")


def test_values_stand_against_their_bounds_on_both_sides() -> None:
    run = summary()
    stored = documents(run)
    doc, other = (stored["documents"][n]["doc"] for n in (1, 2))
    ratio = {"side": "max", "bound": 0.2}
    stored["rules"]["base.too_many_digits"] = {
        "examples": [],
        "just_kept": [{"doc": doc, "value": 0.19996, **ratio}],
        "just_dropped": [{"doc": other, "value": 0.20004, **ratio}],
    }
    text = Page(render(run, documents=stored), "en").text
    assert "0.19996 ≤ 0.2" in text
    assert "0.20004 > 0.2" in text


def test_a_rule_on_words_has_no_bound_to_be_near() -> None:
    run = summary()
    html = render(run, documents=documents(run))
    block = html[html.index('id="examples-language.unwanted"') :]
    block = block[: block.index("</section>") if 'class="rule"' not in block[30:] else
                  block.index('class="rule"', 30)]  # fmt: skip
    assert "Just dropped" not in block
    assert "xx" in block


def test_examples_show_language_length_and_what_was_kept_instead() -> None:
    run = summary()
    text = Page(render(run, documents=documents(run)), "en").text
    assert "kept instead: cc-1" in text
    assert "und" in text
    assert "The text is empty." in text


def test_a_run_that_stored_no_documents_says_so_and_how_to_have_them() -> None:
    page = Page(render(summary()), "en")
    assert "This run stored no documents for its report; run it again with --overwrite" in page.text


def test_a_run_whose_rules_show_nothing_says_so() -> None:
    none = {"text_chars": 600, "documents": [], "rules": {}, "sample": []}
    assert "there is no example" in Page(render(summary(), documents=none), "en").text


@pytest.mark.parametrize("text", ["x" * 900, "中" * 900, "<&" * 450, '"\\\n\0' * 225, HOSTILE * 4])
@pytest.mark.parametrize("rules", [1, 90, 400])
def test_the_explorers_list_fits_and_begins_with_the_sample(rules: int, text: str) -> None:
    _, stored = many(rules, text)
    listed = explorer_documents(stored)
    assert json_bytes(listed) <= EXPLORER_BYTES
    there = stored["sample"][: len(listed)]
    assert [one["doc"] for one in listed][: len(there)] == there
    assert len({one["doc"] for one in listed}) == len(listed)


def test_the_explorer_has_three_examples_of_every_rule_and_all_fields() -> None:
    _, stored = many(20, "word " * 20)
    stored["sample"] = []
    listed = explorer_documents(stored)
    assert len(listed) == 60
    assert set(listed[0]) == {
        "id", "doc", "source", "language", "chars", "text", "kept", "representative", "reasons",
    }  # fmt: skip


def test_reasons_that_alone_are_too_long_shorten_the_list_from_its_end() -> None:
    _, stored = many(1, "text")
    reasons = [[f"set.rule_{n:03d}", n, "min", 100] for n in range(500)]
    whole = [one | {"reasons": reasons, "doc": f"{n}"} for n in range(300)
             for one in stored["documents"][:1]]  # fmt: skip
    stored |= {"documents": whole, "sample": [one["doc"] for one in whole], "rules": {}}
    listed = explorer_documents(stored)
    assert 0 < len(listed) < 300
    assert [one["doc"] for one in listed] == stored["sample"][: len(listed)]
    assert json_bytes(listed) <= EXPLORER_BYTES
