"""The button beside a command, in a browser."""

from __future__ import annotations

from pathlib import Path

from corpuskit.report import render
from tests.report.browser import Browser
from tests.report.summaries import summary


def test_a_command_is_copied_and_the_page_says_so(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text(render(summary()), "utf-8")
    with browser.page(path) as page:
        assert page.run("document.querySelector('.copied').hidden")
        page.run("document.querySelector('.copy').click()")
        page.until("!document.querySelector('.copied').hidden || getSelection().toString() !== ''")
        assert page.faults() == []


def test_no_page_is_wider_than_a_small_telephone(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text(render(summary(2_000, 12, hostile=True), lang="zh"), "utf-8")
    with browser.page(path, width=400) as page:
        page.run("for (const one of document.querySelectorAll('details')) one.open = true")
        assert page.run("document.documentElement.scrollWidth") == 400
