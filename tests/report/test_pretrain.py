from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from typing import Any

import pytest

from corpuskit.errors import RunError
from corpuskit.lm.verdict import CHECKS
from corpuskit.report import render, write_report
from corpuskit.report.evidence import NAME_CHARS, average, final_loss, groups, panels
from corpuskit.report.pretrain import CHECKS as SHOWN
from corpuskit.report.pretrain import STATUSES, check_name, section
from corpuskit.report.sentences import between, parameters
from corpuskit.report.texts import say
from corpuskit.report.wording import measured, seen, setting
from corpuskit.terminal import verdict_table, width
from tests.lm import made_verdict as made
from tests.report.summaries import HOSTILE, summary
from tests.report.test_render import Page, without_scripts

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
DRAWN = {panel.name: SVG for panel in panels({})}
CASES = {
    **{outcome: (made.verdict(outcome), made.curves()) for outcome in made.OUTCOMES},
    "without torch": (made.without_torch(), {"baselines": {"xz": 2.36}}),
    "no curves": (made.verdict(), {}),
    "hostile": (
        made.verdict(sentence=HOSTILE, preset=HOSTILE, limits=[HOSTILE], waiting=HOSTILE),
        made.curves(hostile=True),
    ),
}


def page_of(verdict: dict[str, Any], curves: dict[str, Any], drawn: bool = True) -> Page:
    return Page(render(summary(), section(verdict, curves, DRAWN if drawn else {})))


def status_word(status: str) -> object:
    return say(f"pretrain.check_status.{status}")


def words(page: Page) -> str:
    """Return what a page shows, cell by cell."""
    return " ".join(" ".join(page.shown).split())


@pytest.fixture(scope="module", params=CASES)
def page(request: pytest.FixtureRequest) -> Page:
    return page_of(*CASES[request.param])


@pytest.fixture
def run(tmp_path: Path) -> Path:
    (tmp_path / "summary.json").write_text(json.dumps(summary()), "utf-8")
    return tmp_path


def test_the_page_of_a_run_that_was_not_judged_has_no_word_of_it(run: Path) -> None:
    written = write_report(run).read_text("utf-8")
    assert written == render(summary())
    assert "#enough" not in written
    assert "<img" not in without_scripts(written)


def test_the_verdict_becomes_part_of_the_report_once_it_is_there(run: Path) -> None:
    made.write(run / "pretrain", made.verdict(), made.curves())
    (run / "pretrain" / "loss_curve.svg").write_bytes(SVG)
    page = Page(write_report(run).read_text("utf-8"))
    assert {"href": "#enough"} in list(page.all("a"))
    assert [image["src"] for image in page.all("img")] == [
        "data:image/svg+xml;base64," + base64.b64encode(SVG).decode()
    ]


def test_a_verdict_without_curves_is_shown(run: Path) -> None:
    made.write(run / "pretrain", made.without_torch(), None)
    text = words(Page(write_report(run).read_text("utf-8")))
    assert "✗ INSUFFICIENT" in text
    assert f"it needs a trained model; {made.INSTALL}" in text


@pytest.mark.parametrize("name", ["verdict.json", "curves.json"])
@pytest.mark.parametrize("content", ["{", "[]", "\xff"])
def test_a_damaged_file_is_named_and_the_old_report_stays(
    run: Path, name: str, content: str
) -> None:
    made.write(run / "pretrain", made.verdict(), made.curves())
    write_report(run)
    before = (run / "report.html").read_bytes()
    (run / "pretrain" / name).write_bytes(content.encode("latin-1"))
    with pytest.raises(RunError, match=rf"{name}: damaged .*run corpuskit pretrain again"):
        write_report(run)
    assert (run / "report.html").read_bytes() == before


@pytest.mark.parametrize(
    "change",
    [{"verdict": "FINE"}, {"checks": None}, {"checks": [{"id": "steps"}]}, {"target": {}},
     {"binding": {"check": "weather", "amount": None, "sentence": ""}}, {"limits": None}],
)  # fmt: skip
def test_a_verdict_of_another_version_is_refused(run: Path, change: dict[str, Any]) -> None:
    made.write(run / "pretrain", made.verdict() | change, made.curves())
    with pytest.raises(RunError, match=r"verdict\.json.*not as this version writes it"):
        write_report(run)


@pytest.mark.parametrize(
    "change",
    [{"main": {"steps": [1, 2, 3], "loss": [1.0]}}, {"sweep": [{"rate": 0.1}]},
     {"languages": "en"}, {"scaling": {"points": [{"tokens": 1}, {"tokens": 2}]}}],
)  # fmt: skip
def test_curves_of_another_version_are_refused(run: Path, change: dict[str, Any]) -> None:
    made.write(run / "pretrain", made.verdict(), made.curves() | change)
    with pytest.raises(RunError, match="not as this version writes it"):
        write_report(run)


def test_tags_are_balanced_ids_unique_and_links_lead_somewhere(page: Page) -> None:
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert {link["href"].removeprefix("#") for link in page.all("a")} <= set(ids)


def test_nothing_runs_and_images_come_from_the_page_itself(page: Page) -> None:
    assert {script.get("type") for script in page.all("script")} <= {"application/json"}
    assert not {name for name, _ in page.tags} & {"iframe", "object", "form", "svg2"}
    for image in page.all("img"):
        assert image["src"].startswith("data:image/svg+xml;base64,")
        assert len(image["alt"]) > 20
    for _, attributes in page.tags:
        assert not [name for name in attributes if name.startswith("on")]


def test_no_number_is_missing_or_infinite(page: Page) -> None:
    text = words(page) + " ".join(image["alt"] for image in page.all("img"))
    assert not re.search(r"\b(nan|NaN|inf|Infinity|None|undefined)\b", text)


@pytest.mark.parametrize("key", [*made.curves(), *(f"main.{k}" for k in made.curves()["main"])])
def test_whatever_was_not_measured_is_said_and_not_drawn(key: str) -> None:
    curves = made.curves()
    outer, _, inner = key.partition(".")
    del (curves[outer] if inner else curves)[inner or outer]
    page = page_of(made.verdict(), curves)
    assert not re.search(r"\b(nan|None|undefined)\b", words(page))
    gone = {"main": "Loss curve", "sweep": "Learning rate", "scaling": "Loss against data",
            "comparison": "Clean against raw", "languages": "Languages", "domains": "Domains",
            "main.steps": "Loss curve", "main.loss": "Loss curve"}.get(key)  # fmt: skip
    assert len(list(page.all("img"))) == (6 if gone is None else 5)
    if gone is not None:
        assert f"{gone} Not measured: curves.json of this run does not hold it." in words(page)


@pytest.mark.parametrize(
    ("outcome", "sign"), [("SUFFICIENT", "✓"), ("INSUFFICIENT", "✗"), ("INCONCLUSIVE", "?")]
)
def test_the_outcome_is_a_word_and_a_sign_and_a_colour(outcome: str, sign: str) -> None:
    verdict = made.verdict(outcome)
    page = page_of(verdict, {})
    assert f"Is it enough? {sign} {outcome} {verdict['sentence']}" in words(page)
    assert (
        len([1 for tag in page.all("div") if (tag.get("class") or "").startswith("verdict")]) == 1
    )


def test_the_binding_constraint_is_named_with_its_amount() -> None:
    text = words(page_of(made.verdict(), {}))
    assert "What binds: Amount of data : about 3.1× more unique tokens for 26M parameters" in text


def test_every_check_is_a_row_with_all_that_it_says() -> None:
    verdict = made.verdict("INCONCLUSIVE")
    page = page_of(verdict, {})
    rows = {attributes.get("id") for attributes in page.all("tr")}
    assert {f"check-{name}" for name in CHECKS} <= rows
    for check in verdict["checks"]:
        for text in (check["measure"], check["source"], check["advice"]):
            assert text in words(page)
        assert str(status_word(check["status"])) in words(page)
    assert "0.0620 0.0410 to 0.0880" in words(page)
    assert "! warning Optimiser steps optimiser steps of the target 812 1,000" in words(page)


def test_the_checks_are_those_of_the_step_in_its_order() -> None:
    assert SHOWN == CHECKS


def test_a_check_that_was_not_made_is_listed_as_such() -> None:
    text = words(page_of(made.without_torch(), {}))
    assert text.count("– not made") == 5
    assert "– not made Loss curve It waits for a trained model." in text


def test_a_learning_rate_shows_its_state_and_few_figures() -> None:
    text = words(page_of(made.verdict(), {}))
    assert "✗ fail DIVERGED Learning rate your learning rate 0.1 0.001" in text


def test_an_inconclusive_check_says_why_its_chart_is_not_there() -> None:
    curves = made.curves()
    del curves["comparison"]
    text = words(page_of(made.verdict("INCONCLUSIVE"), curves))
    assert "Clean against raw Not measured: Only 61 held-out documents; 200 are needed" in text


def test_a_comparison_that_the_gate_refused_is_not_drawn() -> None:
    curves = made.curves()
    curves["comparison"]["gate"]["passed"] = False
    page = page_of(made.verdict(), curves)
    assert "cannot be believed: the proxy did not pass its gate" in words(page)
    assert len(list(page.all("img"))) == 5


def test_a_single_language_is_a_sentence_and_no_chart() -> None:
    curves = made.curves() | {"languages": made.rows([("de", 1.0, 2.1)])}
    page = page_of(made.verdict(), curves)
    assert "There is one only: German, 2.10 bits per byte (2.09 to 2.11)." in words(page)
    assert len(list(page.all("img"))) == 5


def test_without_images_the_numbers_are_open() -> None:
    page = page_of(made.verdict(), made.curves(), drawn=False)
    assert words(page).count("Not drawn: the run holds no image of it.") == 6
    assert len([tag for tag in page.all("details") if "open" in tag]) == 6
    assert "kept is better" in words(page)


def test_a_loss_that_left_the_numbers_is_called_so() -> None:
    rows = panels(made.curves())[1].rows
    assert [str(cell) for cell in rows[-1][:2]] == ["0.1", "diverged"]
    assert str(rows[-1][3]) == "not a number"


def test_each_spike_names_its_documents_and_counts_the_rest() -> None:
    curves = made.curves()
    spike = curves["main"]["spikes"][0]
    text = words(page_of(made.verdict(), curves))
    assert " ".join(["420", *spike["documents"][:12], "and 4 more"]) in text


def test_a_weak_group_lies_wholly_above_the_average_and_is_named_with_its_share() -> None:
    # The average is 0.75 · 2 + 0.25 · 3 = 2.25.
    rows = [
        {"name": "de", "share": 0.75, "bits_per_byte": 2.0, "low": 1.0, "high": 4.0},
        {"name": "zh", "share": 0.25, "bits_per_byte": 3.0, "low": 2.26, "high": 3.5},
    ]
    assert average(rows) == 2.25
    assert [group.weak for group in groups({"languages": rows}, "languages")] == [False, True]
    rows[1]["low"] = 2.25
    assert not groups({"languages": rows}, "languages")[1].weak
    rows[1]["weak"] = True
    assert groups({"languages": rows}, "languages")[1].weak
    rows[1] |= {"low": 2.26}
    text = words(page_of(made.verdict(), {"languages": rows}))
    assert "Chinese language 25.0% 3 2.26 to 3.50" in text


def test_the_loss_that_a_run_ended_with_is_the_mean_of_its_last_tenth() -> None:
    assert final_loss([9.0] * 18 + [2.0, 4.0]) == 3.0
    assert final_loss([9.0] * 19 + [None]) is None


def test_hostile_text_stays_text_and_unseen_characters_are_shown() -> None:
    html = render(summary(), section(*CASES["hostile"], DRAWN))
    assert "<script>" not in without_scripts(html)
    assert "&lt;script&gt;alert" in html
    unseen = {character for character in HOSTILE if not character.isprintable()} - set("\n\u200d")
    assert not unseen & set(html)
    assert seen("a\ud800\u202eb\n c") == "a‹U+D800›‹U+202E›b c"


def test_a_very_long_name_is_shortened() -> None:
    curves = {"domains": made.rows([("x" * 10**6, 0.5, 2.0), ("y", 0.5, 2.0)])}
    curves["main"] = made.curves()["main"] | {"spikes": [{"step": 3, "documents": ["z" * 10**6]}]}
    shown = section(made.verdict(), curves, {})
    assert len(render(summary(), shown)) < len(render(summary())) + 40_000
    assert len(groups(curves, "domains")[0].name) == NAME_CHARS


def test_the_section_does_not_grow_with_the_run() -> None:
    long = made.curves(20_000)
    long["main"]["spikes"] = [{"step": step, "documents": ["id"] * 500} for step in range(500)]
    long["domains"] = made.rows([(f"{n}.org", 0.001, 2.0) for n in range(1000)])
    html = render(summary(), section(made.verdict(), long, {}))
    assert len(html) < len(render(summary())) + 60_000
    assert "485 more are in" in html
    assert "960 more are in curves.json" in html


@pytest.mark.parametrize(
    ("number", "expected"),
    [(0.0, "0"), (2.104, "2.10"), (-0.1313, "−0.131"), (999.6, "1,000"), (8.44e6, "8.44M"),
     (0.00096, "9.6e-4"), (float("nan"), "not a number"), (None, "–")],
)  # fmt: skip
def test_an_estimate_has_three_figures(number: float | None, expected: str) -> None:
    assert measured(number) == expected


@pytest.mark.parametrize(
    ("number", "expected"),
    [(1e-5, "1e-5"), (5e-4, "5e-4"), (0.001, "0.001"), (20.0, "20"), (-0.9, "−0.9"), (None, "–")],
)
def test_a_setting_has_the_figures_it_was_given(number: float | None, expected: str) -> None:
    assert setting(number) == expected


def test_an_interval_with_an_open_end_is_none() -> None:
    assert str(between((1.5, None))) == "–"
    assert str(between((1.5, 2.5))) == "1.50 to 2.50"


def test_a_model_is_named_by_its_parameters() -> None:
    assert [parameters(n) for n in (135_000_000, 500_000_000, 7e9)] == ["135M", "500M", "7B"]


@pytest.mark.parametrize("case", CASES)
def test_the_terminal_is_at_most_80_columns_wide(case: str) -> None:
    printed = verdict_table(CASES[case][0], Path("out"))
    assert max(width(line) for line in printed.splitlines()) <= 80
    assert all(character.isprintable() for character in printed.replace("\n", ""))


def test_wide_characters_take_two_columns() -> None:
    printed = verdict_table(made.verdict(sentence="语料库" * 60), Path("out"))
    assert max(width(line) for line in printed.splitlines()) <= 80
    assert printed.replace("\n", "").count("语料库") >= 55


def test_the_terminal_has_one_line_for_each_check_and_advice_where_it_is_needed() -> None:
    printed = verdict_table(made.verdict(), Path("out"))
    lines = printed.splitlines()
    assert lines[0] == "INSUFFICIENT for 26M parameters, 1 pass"
    assert lines[3].startswith("what binds: Amount of data: about 3.1× more unique tokens")
    shown = [
        line for line in lines if line[:11].strip() in set(map(str, map(status_word, STATUSES)))
    ]
    assert [line[11:29].strip() for line in shown] == [str(check_name(name)) for name in SHOWN]
    assert "✗ fail     Learning rate      DIVERGED, 0.1 against 0.001: your learning rate" in lines
    assert "Learning rate: At 0.1 the loss explodes, far above its start; use 5e-4." in lines
    assert not [line for line in lines if line.startswith("Coverage:")]
    assert lines[-1] == "report: out/report.html"


def test_the_terminal_says_what_waits_and_what_was_not_judged() -> None:
    assert made.INSTALL in verdict_table(made.without_torch(), Path("out"))
    printed = verdict_table(made.verdict("INCONCLUSIVE"), Path("out"))
    assert "? open     Held-out text      not judged: gap of held-out" in printed
