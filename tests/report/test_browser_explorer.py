"""The document explorer in a real browser: filters, pages, links, and hostile text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.report.browser import Browser, Page
from tests.report.documents import documents, page_with
from tests.report.summaries import HOSTILE, summary

DOCUMENTS = documents()
LONG = 10_000_000
TEXTS = "document.querySelectorAll('#explorer .text')"


def page_of(listed: list[dict[str, Any]]) -> str:
    return page_with(summary(13, 1), listed)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("explorer") / "report.html"
    made.write_text(page_of(DOCUMENTS), "utf-8")
    return made


@pytest.fixture
def page(browser: Browser, path: Path) -> Iterator[Page]:
    with browser.page(path) as opened:
        yield opened
        assert opened.faults() == []
        assert len(opened.requests()) >= 1
        assert all(url.startswith("file:") for url in opened.requests())


def count(page: Page) -> str:
    return str(page.run("document.getElementById('explorer-count').textContent"))


def choose(page: Page, name: str, value: str) -> None:
    page.run(
        f"{{ const one = document.getElementById('explorer-{name}'); one.value = {value!r};"
        "one.dispatchEvent(new Event('input')); }"
    )


def shown(page: Page) -> list[str]:
    """Return the ids of the documents on the page, in their order."""
    articles = "[...document.querySelectorAll('#explorer-results article')]"
    return list(page.run(f"{articles}.map((one) => one.querySelector('.id').textContent)"))


@pytest.mark.parametrize(
    ("name", "value", "holds"),
    [
        ("rule", "base.too_short", lambda d: any(r[0] == "base.too_short" for r in d["reasons"])),
        ("language", "zh", lambda d: d["language"] == "zh"),
        ("language", "null", lambda d: d["language"] is None),
        ("source", "shards/b.jsonl", lambda d: d["source"] == "shards/b.jsonl"),
        ("fate", "kept", lambda d: d["kept"]),
        ("fate", "dropped", lambda d: not d["kept"]),
        ("text", "cc-012", lambda d: "cc-012" in d["id"]),
        ("text", "LOGIN", lambda d: "login" in d["text"].lower()),
        ("text", "no document has this", lambda d: d is None),
    ],
)
def test_a_filter_leaves_the_documents_for_which_it_holds(
    page: Page, name: str, value: str, holds: Callable[[dict[str, Any]], bool]
) -> None:
    wanted = [one["id"] for one in DOCUMENTS if holds(one)]
    choose(page, name, value)
    assert count(page).startswith(f"{len(wanted)} of {len(DOCUMENTS)} documents, page 1 of ")
    assert shown(page) == wanted[:25]


def test_filters_hold_together(page: Page) -> None:
    wanted = [d["id"] for d in DOCUMENTS if d["language"] == "ja" and not d["kept"]]
    choose(page, "language", "ja")
    choose(page, "fate", "dropped")
    assert shown(page) == wanted[:25]


def test_pages_are_turned_by_the_keyboard(page: Page) -> None:
    page.run("document.getElementById('explorer-next').focus()")
    page.key("Enter", 13, "\r")
    assert shown(page) == [one["id"] for one in DOCUMENTS[25:50]]
    assert "page 2 of 6" in count(page)
    assert page.run("document.activeElement.id") == "explorer-count"
    page.run("document.getElementById('explorer-back').click()")
    assert page.run("document.getElementById('explorer-back').disabled")
    assert shown(page) == [one["id"] for one in DOCUMENTS[:25]]


def test_reasons_are_shown_with_value_against_bound(page: Page) -> None:
    choose(page, "rule", "base.too_many_digits")
    items = page.run("[...document.querySelectorAll('.because li')].map((i) => i.textContent)")
    assert "base.too_many_digits 0.31; kept up to 0.2" in items


def test_a_long_text_is_folded_and_can_be_unfolded(page: Page) -> None:
    place, long = next((n, d) for n, d in enumerate(DOCUMENTS[:25]) if len(d["text"]) > 700)
    box = f"document.querySelectorAll('#explorer-results article')[{place}]"
    assert page.run(f"{box}.querySelector('.text').textContent.length") == 600
    page.run(f"{box}.querySelector('button').click()")
    text = page.run(f"{box}.querySelector('.text').firstChild.textContent")
    assert text == long["text"]
    assert page.run(f"{box}.querySelector('button').ariaExpanded") == "true"


def test_an_address_leads_to_its_document_on_whatever_page(page: Page) -> None:
    doc = DOCUMENTS[60]["doc"]
    choose(page, "fate", "kept")
    page.run(f"location.hash = 'doc-{doc}'")
    page.until(f"document.activeElement.id === 'doc-{doc}'")
    assert "page 3 of 6" in count(page)
    page.until(
        f"(() => {{ const top = document.getElementById('doc-{doc}').getBoundingClientRect().top;"
        "return top >= 0 && top < innerHeight; })()"
    )


def test_the_explorer_speaks_both_languages(page: Page) -> None:
    page.run("document.querySelector('[data-set-lang=zh]').click()")
    assert count(page) == "130 篇中的 130 篇，第 1 页，共 6 页"
    options = page.run("[...document.getElementById('explorer-fate').options].map((o) => o.text)")
    assert options == ["不限", "保留", "丢弃"]


def test_hostile_documents_are_shown_and_do_nothing(browser: Browser, tmp_path: Path) -> None:
    attack = "</script><img src=x onerror=hacked=1><script>hacked=1</script><!--<script>" + HOSTILE
    line = "x" * LONG
    listed = [
        {**one, "id": attack, "text": text, "chars": len(text), "source": attack,
         "representative": attack, "reasons": [[attack, attack, "min", attack]]}
        for one, text in zip(DOCUMENTS, (attack, line, "👩‍👩‍👧" * 400, "\0\u202e"), strict=False)
    ]  # fmt: skip
    path = tmp_path / "hostile.html"
    path.write_text(page_of(listed), "utf-8")
    with browser.page(path) as page:
        assert page.run("typeof hacked") == "undefined"
        assert (
            page.run(
                "document.querySelectorAll('#explorer img, #explorer script:not([type])').length"
            )
            == 0
        )
        text = page.run("document.querySelector('#explorer .text').textContent")
        assert text.startswith("</script><img src=x onerror=hacked=1><script>")
        marks = page.run(
            "[...document.querySelectorAll('#explorer .text i')].map((i) => i.textContent)"
        )
        assert {"U+202E", "U+0000 ×3", "U+0000"} <= set(marks)
        assert not {"\u202e", "\0", "\u2066"} & set(
            page.run("document.getElementById('explorer').innerText")
        )
        page.run(f"{TEXTS}[1].scrollIntoView()")
        assert page.run(f"{TEXTS}[1].textContent") == "x" * 600
        choose(page, "text", "X" * 700)
        assert len(shown(page)) == 1
        assert page.faults() == []
        assert len(page.requests()) == 1
