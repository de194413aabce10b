"""Charts: their words, how they are embedded, and files drawn from them."""

from __future__ import annotations

import json
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.errors import MissingExtraError
from corpuskit.report.charts import (
    LIGHT,
    Chart,
    Phrase,
    embedded,
    images,
    page_data,
    told,
    whole,
    worded,
)
from corpuskit.report.specs import bars, columns, funnel, histogram, line
from corpuskit.report.texts import catalogue, say
from tests.report.summaries import HOSTILE

BINS = {"edges": [0.0, 1.0, 2.0, 3.0], "in": [10, 20, 5], "kept": [0, 20, 5]}
ALT = Phrase("duplicates.sizes_alt")


def every_kind() -> list[Chart]:
    rule = {"bounds": {"min": 1.0}, "when": [], "fails": 10}
    made = [
        histogram("histogram", BINS, "x", ALT, {"base.low": rule}),
        line("line", {"@chart.found": [(1, 0.1), (10, 0.9)], "other": [(1, 0.5)]}, "x", "y", ALT,
             log=(True, False), percent=True, mark=(2, "here"), shade=True),
        bars("bars", [(say("chart.kept"), 5, 4), ("b", 3, None), ("b", 1, 0)], "@chart.documents",
             ALT, "@chart.rule"),
        funnel("funnel", [("base", 90, 10), ("gopher", 80, 10)], ALT),
        columns("columns", [("2", 10, 5), ("3+", 0, 0)], "@chart.cluster_size", ALT),
    ]  # fmt: skip
    assert None not in made
    return [one for one in made if one is not None]


@pytest.mark.parametrize("chart", every_kind(), ids=lambda chart: chart.name)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_key_of_a_chart_is_in_the_catalogue(chart: Chart, lang: str) -> None:
    text = json.dumps(worded(whole(chart), catalogue(lang), lang))
    assert '"@' not in text
    assert {head[1:] for head in chart.head if head.startswith("@")} <= set(catalogue(lang))


@pytest.mark.parametrize("format", ["svg", "png"])
def test_files_are_drawn_in_the_language_that_was_asked_for(format: str) -> None:
    pytest.importorskip("vl_convert")
    starts = {"svg": b"<svg", "png": b"\x89PNG"}
    drawn = dict(images(every_kind(), format, "zh"))
    assert list(drawn) == ["histogram", "line", "bars", "funnel", "columns"]
    assert all(file.startswith(starts[format]) for file in drawn.values())
    if format == "svg":
        funnel_svg = drawn["funnel"].decode()
        assert "剩余" in funnel_svg
        assert LIGHT["dropped"] in funnel_svg
        assert not [name for name, file in drawn.items() if b"var(--" in file]


def test_files_without_vl_convert_name_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    with pytest.raises(MissingExtraError, match=r"corpuskit\[plot\]"):
        next(images(every_kind(), "png", "en"))


def test_data_are_not_translated_but_labels_are() -> None:
    spec = {"data": {"values": [{"a": "@chart.kept", "label": told(say("chart.kept"))}]}}
    assert worded(spec, catalogue("zh"), "zh")["data"]["values"] == [
        {"a": "@chart.kept", "label": "保留"}
    ]


def test_a_label_that_looks_like_a_key_stays() -> None:
    assert worded("@everyone", catalogue("en"), "en") == "@everyone"


def test_a_key_that_the_scripts_do_not_carry_is_written_out_in_the_page() -> None:
    chart = funnel("funnel", [("base", 90, 10)], ALT, "@removed.rule_set")
    assert chart is not None
    tooltip = json.loads(page_data(chart))["spec"]["layer"][0]["encoding"]["tooltip"]
    assert [field["title"] for field in tooltip] == [
        {"en": "Rule set", "zh": "规则集"}, "@chart.left", "@chart.removed",
    ]  # fmt: skip


def test_data_are_columns_in_the_page_and_lose_nothing() -> None:
    (chart,) = [one for one in every_kind() if one.name == "histogram"]
    data = json.loads(page_data(chart))["spec"]["data"]
    rows = [
        dict(zip(data["columns"], row, strict=True))
        for row in zip(*data["columns"].values(), strict=True)
    ]
    assert rows == chart.spec["data"]["values"]
    assert data["rows"] == len(rows)


@given(st.text() | st.just(HOSTILE) | st.just("a\ud800b"))
def test_embedded_json_reads_back_and_holds_nothing_that_acts(text: str) -> None:
    written = embedded({text: [text, 1, None]})
    assert json.loads(written) == {text: [text, 1, None]}
    assert not set("<>&\u2028\u2029\u202e\0\ufeff\ud800") & set(written)
    written.encode("utf-8")


def test_numbers_that_json_lacks_are_refused() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        embedded({"a": float("nan")})
