"""axe-core finds no serious fault in the page, in either language, light or dark."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpuskit.report import render
from corpuskit.report.pretrain import section
from tests.lm import made_verdict as made
from tests.report.browser import Browser
from tests.report.summaries import documents, summary

AXE = Path(__file__).parent / "vendor" / "axe-core" / "axe.min.js"
# What repeats is looked at three times: axe takes seconds for thousands of elements.
ALIKE = "tbody tr:nth-child(n+4), .grid figure:nth-child(n+4), article:nth-of-type(n+4)"
GRAVE = {"serious", "critical"}
CHECK = """axe.run(document, {resultTypes: ["violations"]}).then((found) =>
  found.violations.map((one) => ({
    impact: one.impact, id: one.id,
    nodes: one.nodes.slice(0, 20).map((node) => node.target + " " + node.failureSummary),
  })))"""


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    page = tmp_path_factory.mktemp("axe") / "report.html"
    judged = section(made.verdict(), made.curves(), {})
    run = summary(2_000, 5)
    page.write_text(render(run, judged, documents=documents(run, each=1)), "utf-8")
    return page


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_axe_finds_no_serious_fault(browser: Browser, path: Path, lang: str, theme: str) -> None:
    with browser.page(path) as page:
        for choice in (f"lang={lang}", f"theme={theme}"):
            page.run(f"document.querySelector('[data-set-{choice}]').click()")
        page.run(
            "for (const one of document.querySelectorAll('details:not(.numbers)')) one.open = true;"
            "document.querySelector('.numbers').open = true;"
            f"for (const one of document.querySelectorAll({ALIKE!r})) one.remove();"
            "document.querySelector('.chart').scrollIntoView()"
        )
        page.until("document.querySelector('.chart[data-drawn]')")
        page.run(AXE.read_text("utf-8") + "; 1")
        found = page.run(CHECK)
        assert [one for one in found if one["impact"] in GRAVE] == []
