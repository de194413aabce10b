"""The page in a real browser: what its scripts do, and what nothing of the corpus can do."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from corpuskit.report import render
from corpuskit.report.bounds import sliders
from tests.report.browser import Browser, Page
from tests.report.summaries import documents, summary

DRAW_ALL = """(async () => {
  for (const one of document.querySelectorAll("details")) one.open = true;
  for (const one of document.querySelectorAll(".chart")) {
    one.scrollIntoView();
    while (!one.dataset.drawn) await new Promise((done) => setTimeout(done, 10));
  }
  return document.querySelectorAll(".chart").length;
})()"""
SEEN = "[...document.querySelectorAll({0!r})].filter((one) => one.checkVisibility())"


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Write a page once and give its path."""
    folder = tmp_path_factory.mktemp("pages")

    def write(name: str, run: dict[str, Any]) -> Path:
        path = folder / f"{name}.html"
        if not path.exists():
            path.write_text(render(run, documents=documents(run, name == "hostile")), "utf-8")
        return path

    return write


@pytest.fixture
def page(browser: Browser, pages: Callable[..., Path]) -> Iterator[Page]:
    with browser.page(pages("usual", summary())) as opened:
        yield opened
        assert opened.faults() == []
        assert [url for url in opened.requests() if not url.startswith("file:")] == []


def texts(page: Page, selector: str) -> list[str]:
    """Return the texts of what can be seen."""
    return list(page.run(SEEN.format(selector) + ".map((one) => one.textContent.trim())"))


@pytest.mark.parametrize(
    ("name", "run"),
    [
        ("usual", summary()),
        ("hostile", summary(2_000, 12, hostile=True)),
        ("one", summary(13, 1)),
        ("nothing", summary(0, 0)),
    ],
)
def test_every_chart_is_drawn_when_it_is_seen_without_a_fault_or_a_request(
    browser: Browser, pages: Callable[..., Path], name: str, run: dict[str, Any]
) -> None:
    with browser.page(pages(name, run)) as page:
        found = page.run(DRAW_ALL)
        assert found == page.run("document.querySelectorAll('.plot svg').length")
        assert found == (
            0 if name == "nothing" else page.run("document.querySelectorAll('.chart').length")
        )
        assert page.faults() == []
        assert len(page.requests()) == 1


def test_a_chart_is_not_drawn_before_it_is_seen(page: Page) -> None:
    page.run("document.getElementById('removed').scrollIntoView()")
    page.until("document.querySelector('.chart[data-drawn]')")
    drawn = page.run("document.querySelectorAll('.chart[data-drawn]').length")
    assert 0 < drawn < page.run("document.querySelectorAll('.chart').length")


def test_printing_draws_all_that_lies_in_no_fold(page: Page) -> None:
    page.run("dispatchEvent(new Event('beforeprint'))")
    page.until(
        "[...document.querySelectorAll('.chart')].every((one) => "
        "one.dataset.drawn || one.closest('details:not([open])'))"
    )


SLIDER = "document.getElementById('bound-histogram-non_space_count-1')"


def test_a_slider_moves_the_bound_the_numbers_and_the_command(page: Page) -> None:
    run = summary()
    rules = {n: r for n, r in run["rules"].items() if r["feature"] == "non_space_count"}
    bins = run["histograms"]["non_space_count"]
    slider = next(s for s in sliders(bins, rules) if s.rule == "base.too_short")
    figure = f"{SLIDER}.closest('.chart')"
    line = f"{figure}.querySelectorAll('.mark-rule.role-mark line')[1].getAttribute('transform')"
    page.run(f"{figure}.querySelector('.sliders').open = true; {figure}.scrollIntoView()")
    page.until(f"{figure}.dataset.drawn")
    before = page.run(line)
    page.run(f"{SLIDER}.focus()")
    for _ in range(3):
        page.key("ArrowRight", 39)
    place = slider.now + 3
    says = page.run(f"{SLIDER}.parentElement.querySelector('.says').textContent")
    dropped = slider.dropped[place]
    assert f"drop {dropped:,} of {slider.documents:,} documents" in says
    assert f"keep {slider.documents - dropped:,}" in says
    assert dropped > slider.dropped[slider.now] == rules["base.too_short"]["fails"]
    bound = re.search(
        r"--min (\S+)\n", page.run(f"{SLIDER}.parentElement.querySelector('.command').textContent")
    )
    assert bound is not None
    assert float(bound[1]) == slider.at[place]
    page.until(f"{line} !== {before!r}")
    assert (
        page.run(f"{SLIDER}.getAttribute('aria-valuetext')")
        .replace(",", "")
        .startswith(f"{slider.at[place]:.6g}")
    )


def test_the_bound_of_a_guarded_rule_gives_an_upper_bound_away_from_where_it_is(page: Page) -> None:
    box = "document.getElementById('bound-histogram-word_count-0')"
    page.run(f"{box}.closest('.sliders').open = true; {box}.focus()")
    says = f"{box}.parentElement.querySelector('.says').textContent"
    assert "at most" not in page.run(says)
    page.key("ArrowRight", 39)
    assert "at most" in page.run(says)


def test_the_language_switch_changes_headings_axes_and_attributes(page: Page) -> None:
    page.run("document.getElementById('removed').scrollIntoView()")
    page.until("document.querySelector('[data-chart=funnel]').dataset.drawn === 'en'")
    axis = "[data-chart=funnel] .role-axis-title text, [data-chart=funnel] .role-legend text"
    assert texts(page, axis) == ["documents", "left", "removed"]
    page.run("document.querySelector('[data-set-lang=zh]').click()")
    page.until("document.querySelector('[data-chart=funnel]').dataset.drawn === 'zh'")
    assert texts(page, axis) == ["文档数", "剩余", "去掉"]
    assert page.run("document.documentElement.lang") == "zh-Hans"
    assert page.run("document.querySelector('nav').getAttribute('aria-label')") == "章节"
    assert all(re.search(r"[\u4e00-\u9fff]", text) for text in texts(page, "h2 .t"))
    page.run("document.querySelector('[data-set-lang=en]').click()")
    page.until("document.querySelector('[data-chart=funnel]').dataset.drawn === 'en'")
    assert texts(page, axis) == ["documents", "left", "removed"]


def test_the_theme_switch_changes_page_and_charts_and_print_is_light(page: Page) -> None:
    page.run("document.getElementById('removed').scrollIntoView()")
    page.until("document.querySelector('[data-chart=funnel] svg')")
    bar = "getComputedStyle(document.querySelector('[data-chart=funnel] .mark-rect path')).fill"
    paper = "getComputedStyle(document.body).backgroundColor"
    page.run("document.querySelector('[data-set-theme=light]').click()")
    light = page.run(f"[{bar}, {paper}]")
    page.run("document.querySelector('[data-set-theme=dark]').click()")
    assert page.run(f"[{bar}, {paper}]") == ["rgb(92, 179, 187)", "rgb(20, 23, 26)"]
    assert light == ["rgb(29, 107, 116)", "rgb(252, 251, 249)"]
    page.media("print")
    assert page.run(f"[{bar}, {paper}]") == ["rgb(29, 107, 116)", "rgb(255, 255, 255)"]


def test_the_page_follows_what_the_reader_prefers_until_a_theme_is_chosen(page: Page) -> None:
    paper = "getComputedStyle(document.body).backgroundColor"
    page.media(prefers_color_scheme="dark")
    assert page.run(paper) == "rgb(20, 23, 26)"
    assert page.run("document.querySelector('[data-set-theme=dark]').ariaPressed") == "true"
    page.run("document.querySelector('[data-set-theme=light]').click()")
    assert page.run(paper) == "rgb(252, 251, 249)"


def test_a_table_is_saved_as_csv_in_which_no_cell_is_a_formula(page: Page) -> None:
    page.run("""
      URL.createObjectURL = (blob) => { globalThis.saved = blob; return "blob:none"; };
      HTMLAnchorElement.prototype.click = function () { globalThis.named = this.download; };
      const funnel = document.querySelector("[data-chart=funnel]");
      funnel.querySelector(".numbers").open = true;
      funnel.querySelector("tbody th").textContent = '=HYPERLINK("x"), y';
      funnel.querySelector(".csv").click();
    """)
    lines = page.run("saved.text()").strip("\ufeff\r\n").split("\r\n")
    assert page.run("named") == "funnel.csv"
    assert lines[0] == "Rule set,left,removed"
    assert lines[1].startswith('"\'=HYPERLINK(""x""), y",')
    assert re.fullmatch(r"gopher,\d+,\d+", lines[2])


def test_numbers_and_documents_are_told_without_scripts(
    browser: Browser, pages: Callable[..., Path]
) -> None:
    path = pages("usual", summary())
    with browser.page(path) as page:
        page.call("Emulation.setScriptExecutionDisabled", value=True)
        page.open(path)
        assert len(texts(page, "noscript .warning, noscript .note")) == 2
        assert page.run("document.querySelectorAll('.numbers table').length") > 10
        assert texts(page, "button") == []
