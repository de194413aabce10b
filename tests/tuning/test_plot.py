"""The picture of a sweep is a file that other programs read."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from corpuskit.errors import ConfigError, MissingExtraError
from corpuskit.tuning.finished import FinishedRun
from corpuskit.tuning.plot import save_plot, svg
from corpuskit.tuning.sweep import sweep

SVG = "{http://www.w3.org/2000/svg}"


def texts(drawn: str) -> list[str]:
    """Return what a picture says."""
    return [node.text or "" for node in ElementTree.fromstring(drawn).iter(f"{SVG}text")]


def test_the_svg_names_the_rule_the_lines_and_the_runs_own_bound(toy: FinishedRun) -> None:
    said = texts(svg(sweep(toy, "toy.too_few_words", "min", [30, 50, 95])))
    assert "toy.too_few_words: what each threshold drops" in said
    assert {"fail this rule", "only this rule drops", "now 50", "30", "50", "95"} <= set(said)


def test_every_threshold_is_a_dot_of_every_line(toy: FinishedRun) -> None:
    drawn = ElementTree.fromstring(svg(sweep(toy, "toy.too_few_words", "min", [30, 50, 95])))
    assert len(list(drawn.iter(f"{SVG}circle"))) == 6


def test_what_is_dropped_more_lies_higher(toy: FinishedRun) -> None:
    drawn = ElementTree.fromstring(svg(sweep(toy, "toy.too_few_words", "min", [30, 50, 95])))
    heights = [float(dot.attrib["cy"]) for dot in drawn.iter(f"{SVG}circle")][:3]
    assert heights == sorted(heights, reverse=True)  # y grows downwards


def test_languages_are_lines_and_their_names_are_escaped(toy: FinishedRun) -> None:
    found = sweep(toy, "toy.too_few_words", by="language")
    assert {"en", "zh", "de"} <= set(texts(svg(found)))
    hostile = replace(found, curves=(found.curves[0], replace(found.curves[1], group='<&">')))
    assert '<&">' in texts(svg(hostile))


def test_one_threshold_is_drawn_too(toy: FinishedRun) -> None:
    assert "nan" not in svg(sweep(toy, "toy.too_few_words", "min", [50]))


def test_the_suffix_chooses_the_kind(toy: FinishedRun, tmp_path: Path) -> None:
    found = sweep(toy, "toy.too_few_words")
    save_plot(found, tmp_path / "a.svg")
    assert (tmp_path / "a.svg").read_text("utf-8") == svg(found)
    with pytest.raises(ConfigError, match=r"write a name in \.svg or \.png"):
        save_plot(found, tmp_path / "a.pdf")


def test_png_is_that_svg_rendered(toy: FinishedRun, tmp_path: Path) -> None:
    pytest.importorskip("vl_convert")
    save_plot(sweep(toy, "toy.too_few_words"), tmp_path / "a.png")
    data = (tmp_path / "a.png").read_bytes()
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    assert int.from_bytes(data[16:20], "big") == 1440  # twice the width of the SVG


def test_png_without_its_package_names_it(
    toy: FinishedRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    with pytest.raises(MissingExtraError, match="pip install 'vl-convert-python"):
        save_plot(sweep(toy, "toy.too_few_words"), tmp_path / "a.png")
    assert not list(tmp_path.iterdir())
