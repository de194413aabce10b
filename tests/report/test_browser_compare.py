"""The pages of two runs, and of a run against a reference, in a real browser and under axe-core."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from corpuskit.coverage.reference import Held, hold_against
from corpuskit.report import render
from corpuskit.report.of_two import Comparison
from tests.report.browser import Browser
from tests.report.summaries import HOSTILE, summary
from tests.report.test_browser import DRAW_ALL
from tests.report.test_browser_axe import AXE, CHECK, GRAVE
from tests.report.test_compare import side


def compared() -> str:
    return Comparison(
        side(HOSTILE, summary(2000, 5, hostile=True)), side("two", summary(3000, 8))
    ).html()


def held() -> str:
    run, other = summary(2000, 5), summary(3000, 8)
    found = hold_against(Held(run, "model", None), Held(other, "model", None))
    reference = {"path": HOSTILE, "kind": "run", "identity": "x", "recipe": HOSTILE,
                 "documents": 3000, "bytes": 10**7, **found}  # fmt: skip
    return render({**run, "reference": reference})


@pytest.mark.parametrize("made", [compared, held], ids=["comparison", "reference"])
def test_charts_are_drawn_nothing_is_asked_for_and_axe_is_content(
    browser: Browser, tmp_path: Path, made: Callable[[], str]
) -> None:
    path = tmp_path / "page.html"
    path.write_text(made(), "utf-8")
    with browser.page(path) as page:
        assert page.run(DRAW_ALL) >= 2
        page.run("document.querySelector('[data-set-lang=zh]').click()")
        assert page.run("document.documentElement.dataset.lang") == "zh"
        section = "#divergence" if made is compared else "#reference"
        shown = page.run(f"document.querySelector('{section}').innerText")
        assert "占比" in shown or "散度" in shown
        assert "undefined" not in shown
        page.run(
            f"for (const one of document.querySelectorAll('main > :not({section})')) one.remove()"
        )
        page.run(AXE.read_text("utf-8") + "; 1")
        assert [one for one in page.run(CHECK) if one["impact"] in GRAVE] == []
        assert page.faults() == []
        assert [url for url in page.requests() if not url.startswith("file:")] == []
