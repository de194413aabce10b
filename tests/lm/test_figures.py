from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from corpuskit.errors import MissingExtraError
from corpuskit.lm.figures import FIGURES, specification, write_figures
from corpuskit.lm.figures.style import CONFIG, adapt, blend
from corpuskit.lm.figures.training import HEADROOM, POINTS, evenly, smoothed, thin
from corpuskit.report.evidence import drawn_groups, groups, panels
from corpuskit.report.pretrain import read
from tests.lm import made_verdict as made

NAMES = [panel.name for panel in panels({})]
PNG = b"\x89PNG\r\n\x1a\n"


def specs(curves: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {p.name: specification(p, curves) for p in panels(curves) if p.missing is None}


def values(spec: Any) -> list[list[dict[str, Any]]]:
    """Gather the data of every layer."""
    if isinstance(spec, list):
        return [data for part in spec for data in values(part)]
    if not isinstance(spec, dict):
        return []
    own = [spec["data"]["values"]] if "data" in spec else []
    return own + [data for key, part in spec.items() if key != "data" for data in values(part)]


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("vl_convert")
    folder = tmp_path_factory.mktemp("pretrain")
    write_figures(folder, made.curves(hostile=True), made.checks())
    return folder


def test_there_is_a_figure_for_every_panel_of_the_report() -> None:
    assert list(FIGURES) == NAMES
    assert list(specs(made.curves())) == NAMES


def test_every_figure_is_an_svg_and_a_png(drawn: Path) -> None:
    expected = sorted(f"{name}.{suffix}" for name in NAMES for suffix in ("svg", "png"))
    assert sorted(path.name for path in drawn.iterdir()) == expected
    for name in NAMES:
        assert (drawn / f"{name}.png").read_bytes().startswith(PNG)


def test_the_report_embeds_the_figures_that_were_drawn(drawn: Path) -> None:
    made.write(drawn, made.verdict(), made.curves())
    shown = read(drawn)
    assert shown is not None
    assert [bool(panel["image"]) for panel in shown["panels"]] == [True] * 6
    for name in ("verdict.json", "curves.json"):
        (drawn / name).unlink()


@pytest.mark.parametrize("name", NAMES)
def test_a_drawing_is_sound_and_loads_and_runs_nothing(drawn: Path, name: str) -> None:
    root = ElementTree.parse(drawn / f"{name}.svg").getroot()
    tags = {str(element.tag).split("}")[-1] for element in root.iter()}
    assert not tags & {"script", "image", "foreignObject", "use", "a"}
    for element in root.iter():
        assert not [key for key in element.attrib if key.startswith("on") or "href" in key]
    assert not re.search("NaN|undefined|Infinity|null", (drawn / f"{name}.svg").read_text("utf-8"))


@pytest.mark.parametrize("name", NAMES)
def test_a_drawing_is_as_wide_as_a_telephone_and_small(drawn: Path, name: str) -> None:
    root = ElementTree.parse(drawn / f"{name}.svg").getroot()
    assert 400 <= float(root.attrib["width"]) <= 425
    assert (drawn / f"{name}.svg").stat().st_size < 70_000


def test_the_same_numbers_give_the_same_files(drawn: Path, tmp_path: Path) -> None:
    for path in write_figures(tmp_path, made.curves(hostile=True), made.checks()):
        assert path.read_bytes() == (drawn / path.name).read_bytes()


def test_drawing_asks_no_address_for_anything() -> None:
    vl_convert = pytest.importorskip("vl_convert")
    assert '"url"' not in json.dumps(specs(made.curves()))
    asking = {"data": {"url": "http://127.0.0.1:1/data.json"}, "mark": "point", "encoding": {}}
    with pytest.raises(ValueError, match="not allowed"):
        vl_convert.vegalite_to_svg(asking, allowed_base_urls=[])


def test_what_was_not_measured_has_no_file_and_an_old_one_is_removed(tmp_path: Path) -> None:
    pytest.importorskip("vl_convert")
    (tmp_path / "domains.png").write_bytes(b"of an earlier run")
    written = write_figures(tmp_path, {"languages": made.curves()["languages"]})
    assert [path.name for path in written] == ["languages.svg", "languages.png"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["languages.png", "languages.svg"]


@pytest.mark.parametrize(
    "curves",
    [
        {},
        {"main": None, "sweep": [], "scaling": None, "comparison": {}},
        {"main": {"steps": [0, 1, 2], "loss": [None, None, 7.0]}},
        {"scaling": {"points": [{"tokens": 10, "bits_per_byte": 2.0}]}},
        {"languages": [{"name": "en", "share": 1.0, "bits_per_byte": None}]},
        {"sweep": [{"rate": 0.1, "state": "DIVERGED", "loss": [None]}]},
    ],
)
def test_with_nothing_to_draw_nothing_is_drawn_nor_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, curves: dict[str, Any]
) -> None:
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    assert write_figures(tmp_path, curves) == []
    assert not list(tmp_path.iterdir())


def test_a_missing_package_is_named_with_its_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    with pytest.raises(MissingExtraError, match=r'pip install "corpuskit\[lm\]"'):
        write_figures(tmp_path, made.curves())


def test_no_curve_has_more_points_than_400_however_long_the_run() -> None:
    for spec in specs(made.curves(30_000)).values():
        layers = values(spec)
        assert max(map(len, layers)) <= 7 * 120
    assert max(map(len, values(specs(made.curves(30_000))["loss_curve"]))) == POINTS == 400


def test_thinning_keeps_the_highest_and_lowest_of_each_stretch() -> None:
    pairs = [(float(step), 1.0) for step in range(1000)]
    pairs[437] = (437.0, 9.0)
    pairs[438] = (438.0, -9.0)
    kept = thin(pairs, 10)
    assert (437.0, 9.0) in kept
    assert (438.0, -9.0) in kept
    assert len(kept) <= 10
    assert kept == sorted(kept)
    assert thin(pairs[:10], 10) == pairs[:10]


def test_even_points_hold_both_ends() -> None:
    pairs = [(float(step), 0.0) for step in range(101)]
    assert [step for step, _ in evenly(pairs, 5)] == [0.0, 25.0, 50.0, 75.0, 100.0]


def test_a_straight_line_is_its_own_smoothed_curve() -> None:
    pairs = [(float(step), 2.0 * step) for step in range(200)]
    assert [step for step, _ in smoothed(pairs)] == [step for step, _ in pairs]
    assert [y for _, y in smoothed(pairs)] == pytest.approx([y for _, y in pairs])


def test_spikes_stand_at_their_loss() -> None:
    curves = made.curves()
    marked = values(specs(curves)["loss_curve"])[-2]
    assert [row["x"] for row in marked] == [420.0, 815.0]
    assert marked[0]["y"] == pytest.approx(curves["main"]["loss"][420], abs=0.001)


def test_a_rate_that_exploded_does_not_flatten_the_others() -> None:
    curves = made.curves()
    curves["sweep"][-1]["loss"] = [7.6, 1e6, 1e12, 1e12]
    above, below = specs(curves)["learning_rate"]["vconcat"]
    first = max(run["loss"][0] for run in curves["sweep"])
    top = below["encoding"]["y"]["scale"]["domain"][1]
    assert top == pytest.approx(HEADROOM * first)
    assert above["data"]["values"][-1]["y"] == top
    assert above["data"]["values"][-1]["state"] == "diverged"


def test_every_state_of_a_rate_has_a_shape_of_its_own() -> None:
    above = specs(made.curves())["learning_rate"]["vconcat"][0]
    scale = above["layer"][1]["encoding"]["shape"]["scale"]
    assert scale["domain"] == ["ok", "too low", "too high", "diverged"]
    assert len(set(scale["range"])) == 4


def test_twice_the_data_stands_at_the_last_value_less_the_gain() -> None:
    curves = made.curves()
    last = curves["scaling"]["points"][-1]
    rows = [row for data in values(specs(curves)["loss_against_data"]) for row in data]
    (doubled,) = {row["bits_per_byte"] for row in rows if row.get("name", "").startswith("twice")}
    assert doubled == pytest.approx(last["bits_per_byte"] - 0.095)
    assert {row["tokens"] for row in rows if row.get("name", "").startswith("twice")} == {3_200_000}


def test_the_fitted_curve_is_e_plus_a_times_d_to_the_minus_b() -> None:
    curves = made.curves()
    curves["scaling"]["fit"] = {"E": 1.0, "A": 400.0, "b": 0.5}
    solid = values(specs(curves)["loss_against_data"])[0]
    # 400 / √200,000 = 0.8944272 and 400 / √1,600,000 = 0.3162278
    assert solid[0]["bits_per_byte"] == pytest.approx(1.8944272)
    assert solid[-1]["bits_per_byte"] == pytest.approx(1.3162278)


def test_without_a_fit_the_points_stand_alone() -> None:
    curves = made.curves()
    curves["scaling"] |= {"fit": None, "doubling": None}
    del curves["baselines"]
    assert [len(rows) for rows in values(specs(curves)["loss_against_data"])] == [4, 4]


def test_a_difference_is_judged_by_its_whole_interval() -> None:
    rows = values(specs(made.curves())["clean_against_raw"])[1]
    assert [row["word"] for row in rows] == [
        "kept is better", "no difference shown", "kept is better",
    ]  # fmt: skip


def test_arms_of_a_second_cleaning_have_their_names() -> None:
    curves = made.curves()
    curves["comparison"] |= {
        "arms": ["recleaned", "kept"],
        "seeds": [{"seed": 0, "recleaned": 2.4, "kept": 2.4}],
    }
    spec = specs(curves)["clean_against_raw"]
    assert spec["title"] == "Cleaned again against kept"
    assert "cleaned again is better" in json.dumps(spec)


def test_weak_domains_are_drawn_however_small() -> None:
    found = groups({"domains": made.rows(
        [(f"{n}.org", 1.0, 2.0) for n in range(40)] + [("weak.org", 0.5, 9.0)]
    )}, "domains")  # fmt: skip
    chosen = drawn_groups(found)
    assert len(chosen) == 12
    assert chosen[-1].name == "weak.org"


def test_equal_names_stay_two_rows() -> None:
    curves = {"domains": made.rows([("same.org", 0.5, 2.0), ("same.org", 0.5, 2.5)])}
    rows = values(specs(curves)["domains"])[1]
    assert len({row["name"] for row in rows}) == 2


def contrast(first: str, second: str) -> float:
    """Contrast of two colours (WCAG 2.2, relative luminance)."""

    def luminance(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("paper", ["#ffffff", "#fcfbf9", "#14171a", "#000000"])
def test_every_colour_is_seen_on_a_light_and_on_a_dark_page(paper: str) -> None:
    from corpuskit.lm.figures import style

    for colour in (style.MAIN, style.ACCENT, style.BAD, *(blend(step / 12) for step in range(13))):
        assert contrast(colour, paper) >= 3.0
    for colour in (style.INK, style.SOFT, CONFIG["axis"]["labelColor"]):
        assert contrast(colour, paper) >= 4.0


def test_an_svg_adapts_to_the_page_and_stays_sound() -> None:
    adapted = adapt('<svg xmlns="http://www.w3.org/2000/svg"><text fill="#787c81">a</text></svg>')
    assert "prefers-color-scheme: dark" in adapted
    assert ElementTree.fromstring(adapted)[-1].text == "a"
