"""What the report and the terminal say of repeated lines."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from corpuskit.report import render
from corpuskit.report.repeats import repeats_rows
from corpuskit.terminal import COLUMNS, table, width
from tests.report.summaries import HOSTILE, summary
from tests.report.test_render import Page, without_scripts

FOUND: dict[str, Any] = {
    "unit": "line", "least_chars": 20, "within_documents": False, "per_host": True,
    "host_pages": 7, "host_share": 0.2, "found": {"hosts": 3, "units": 40}, "documents": 12,
    "lines": {"repeated_line": 90, "repeated_paragraph": 0, "host_line": 10},
    "chars": {"repeated_line": 2_000, "repeated_paragraph": 0, "host_line": 500},
    "chars_left": 7_500,
}  # fmt: skip
EXAMPLES = {
    "host_line": [{"text": HOSTILE, "chars": len(HOSTILE) + 7, "times": 8}],
    "repeated_line": [], "repeated_paragraph": [],
}  # fmt: skip


def test_causes_that_were_looked_for_have_their_numbers_and_share() -> None:
    rows = [(row["cause"], row["lines"], row["share"]) for row in repeats_rows(FOUND)]
    assert rows == [("host_line", 10, "5.0%"), ("repeated_line", 90, "20.0%")]
    only = {**FOUND, "unit": "paragraph", "per_host": False}
    assert [row["cause"] for row in repeats_rows(only)] == ["repeated_paragraph"]


def test_the_page_has_a_section_where_lines_were_looked_for(tmp_path: Path) -> None:
    shown = Page(render(summary() | {"repeats": FOUND})).text
    for part in (
        "taken out of 12 documents: each line of 20 characters or more",
        "on 7 pages or more, and on 20% or more, of the different pages of one host",
        "Lines on many pages of one host105005.0%", "Left7,50075.0%", "keep-removed-lines",
    ):  # fmt: skip
        assert part in shown, part
    assert "Repeated lines" not in Page(render(summary())).text


def test_examples_are_shown_as_text_and_fit_a_terminal(tmp_path: Path) -> None:
    run = summary() | {"repeats": {**FOUND, "examples": EXAMPLES}}
    html = render(run)
    assert "the 1 that went most often" in html
    assert "7 more characters" in html
    assert "<script>" not in without_scripts(html)
    shown = table(run, tmp_path)
    assert "    8 × </div>" in shown
    part = shown[shown.index("repeated lines taken out") :].split("\n\n")[0].split("\n")
    assert max(map(width, part)) <= COLUMNS
    assert all(line.isprintable() for line in part)
