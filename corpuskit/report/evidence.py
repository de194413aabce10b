"""What the pretraining step measured, as panels: a title, a chart's text, and its numbers.

A panel says in words what its chart shows, holds the same numbers as a table, and where there is
nothing to draw it says why instead. The charts themselves are drawn once, when they are measured
(`corpuskit.lm.figures`), under the names of `PANELS`; so page and image files cannot disagree.

Numbers that JSON cannot hold (a loss that left the numbers) are null there and are left out here.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from corpuskit.report.sentences import between, both, language, verbatim
from corpuskit.report.texts import comma, say
from corpuskit.report.wording import Both, count, measured, seen, setting, share

Curves = Mapping[str, Any]
Cell = str | Both
Rows = tuple[tuple[Cell, ...], ...]

TABLE_ROWS: Final = 20  # of a curve's table
GROUPS_LISTED: Final = 40  # of domains or languages in a table
GROUPS_DRAWN: Final = 12
NAME_CHARS: Final = 120  # of a name from the corpus
END_SHARE: Final = 0.1  # of a run's steps: their mean is the loss that it ended with

UNMEASURED: Final = both("Not measured")
"""Why there is no chart, where the numbers themselves are not there; a mark, never shown."""

ARMS: Final = ("kept", "raw", "recleaned")
STATES: Final = ("ok", "not judged", "diverged", "too high", "too low")
SETS: Final = ("raw sample", "reference", "cleaned")
NOTHING_SAID: Final = both("")


@dataclass(frozen=True)
class Panel:
    """One thing that was measured.

    name : of its image files, without the suffix.
    check : the id of the check that it belongs to.
    caption : how to read the chart.
    alt : what the chart shows, in numbers.
    head, rows : the same as a table, ready to be read.
    missing : why there is no chart, or None where there is one to draw.
    """

    name: str
    check: str
    title: Both = NOTHING_SAID
    caption: Both = NOTHING_SAID
    alt: Both = NOTHING_SAID
    head: tuple[Cell, ...] = ()
    rows: Rows = ()
    missing: Both | None = None


@dataclass(frozen=True)
class Group:
    """A domain or a language: its share of the text in [0, 1], and its bits per byte."""

    name: Cell
    share: float
    value: float
    low: float
    high: float
    weak: bool


def panels(curves: Curves) -> list[Panel]:
    """Put what was measured into panels, in the order of the page.

    Parameters
    ----------
    curves : what curves.json holds; any key may be absent.
    """
    titled = ((replace(p, title=say(f"evidence.{p.name}.title")), fill) for p, fill in PANELS)
    return [fill(panel, curves) for panel, fill in titled]


def finite(value: Any) -> float | None:
    """Return a number as it is, and None for none, NaN and infinity."""
    if value is None or not math.isfinite(value):
        return None
    return float(value)


def points(steps: Sequence[Any], values: Sequence[Any]) -> list[tuple[float, float]]:
    """Pair steps with values; a value that is no finite number is left out."""
    pairs = zip(steps, map(finite, values), strict=True)
    return [(float(step), value) for step, value in pairs if value is not None]


def final_loss(losses: Sequence[Any]) -> float | None:
    """Return the mean of a run's last tenth, or None where the run left the numbers there.

    Examples
    --------
    >>> final_loss([9.0, 8.0, 7.0, 6.0]), final_loss([9.0, None]), final_loss([])
    (6.0, None, None)
    """
    end = [finite(loss) for loss in losses[-max(1, round(len(losses) * END_SHARE)) :]]
    known = [loss for loss in end if loss is not None]
    return sum(known) / len(known) if known and len(known) == len(end) else None


def groups(curves: Curves, key: str) -> list[Group]:
    """List domains or languages by their share, the largest first.

    One is weak where its row says so (`weak`), and where it does not say, if the whole interval
    lies above the average of all, weighted by share.
    """
    rows = [
        row
        for row in curves.get(key) or ()
        if None not in [finite(row.get(name)) for name in ("share", "bits_per_byte", "low", "high")]
    ]
    limit = average(rows)
    write: Callable[[str], Cell] = language if key == "languages" else str
    found = [
        Group(
            write(named(row["name"])), row["share"], row["bits_per_byte"], row["low"], row["high"],
            bool(row.get("weak", limit is not None and row["low"] > limit)),
        )
        for row in rows
    ]  # fmt: skip
    return sorted(found, key=lambda group: (-group.share, str(group.name)))


def named(text: Any) -> str:
    """Write a name from the corpus in one line, shortened where it is very long."""
    line = seen(str(text)[: 2 * NAME_CHARS])
    return line if len(line) <= NAME_CHARS else line[: NAME_CHARS - 1] + "…"


def average(rows: Sequence[Mapping[str, Any]]) -> float | None:
    """Return the bits per byte of rows taken together, weighted by share; None without shares."""
    weight = sum(row["share"] for row in rows)
    return sum(row["share"] * row["bits_per_byte"] for row in rows) / weight if weight else None


def believed(curves: Curves) -> bool:
    """Say whether the proxy passed the gate that a comparison of two corpora needs."""
    gate = (curves.get("comparison") or {}).get("gate") or {}
    return bool(gate.get("passed", True))


def _loss(panel: Panel, curves: Curves) -> Panel:
    main = curves.get("main") or {}
    steps, losses = main.get("steps") or (), main.get("loss") or ()
    known = points(steps, losses) if steps and losses else []
    if len(known) < 2:
        return _without(panel)
    unigram, spikes = finite(main.get("unigram")), main.get("spikes") or ()
    parts = [
        say("evidence.loss_curve.alt", n=len(losses), first=measured(known[0][1]),
            last=ended(final_loss(losses)))
    ]  # fmt: skip
    if unigram is not None:
        parts.append(say("evidence.loss_curve.unigram", entropy=measured(unigram)))
    parts.append(say("evidence.loss_curve.spikes", n=len(spikes)))
    return replace(
        panel,
        alt=comma(parts),
        caption=say("evidence.loss_curve.caption"),
        head=heads("steps", "mean_loss", "rate", "norm"),
        rows=_loss_rows(main),
    )


def heads(*names: str) -> tuple[Both, ...]:
    """Name the columns of a table."""
    return tuple(say(f"evidence.column.{name}") for name in names)


def ended(loss: float | None) -> Cell:
    """Write the loss that a run ended with."""
    return say("evidence.no_number") if loss is None else measured(loss)


def _loss_rows(main: Mapping[str, Any]) -> Rows:
    """Cut a run into equal stretches and give the means of each."""
    steps = main["steps"]
    height = math.ceil(len(steps) / TABLE_ROWS)

    def mean(name: str, start: int) -> str:
        values = [finite(value) for value in (main.get(name) or ())[start : start + height]]
        known = [value for value in values if value is not None]
        return measured(sum(known) / len(known) if known else None)

    return tuple(
        (
            say("number.range", low=steps[start], high=steps[start : start + height][-1]),
            *(mean(name, start) for name in ("loss", "rate", "grad_norm")),
        )
        for start in range(0, len(steps), height)
    )


def _sweep(panel: Panel, curves: Curves) -> Panel:
    runs = [run for run in curves.get("sweep") or () if points(run["loss"], run["loss"])]
    if not runs:
        return _without(panel)
    rows = tuple(
        (setting(run["rate"]), state(run), measured(run["loss"][0]), ended(final_loss(run["loss"])))
        for run in sorted(runs, key=lambda run: float(run["rate"]))
    )
    ends = [
        say("evidence.learning_rate.run", rate=r, loss=end, state=word) for r, word, _, end in rows
    ]
    return replace(
        panel,
        alt=say("evidence.learning_rate.alt", runs=comma(ends)),
        caption=say("evidence.learning_rate.caption"),
        head=heads("rate", "state", "first_loss", "final_loss"),
        rows=rows,
    )


def state(run: Mapping[str, Any]) -> Both:
    """Write the state of a run of the sweep as words."""
    name = str(run.get("state") or "not judged").replace("_", " ").lower()
    return say(f"evidence.state.{name}") if name in STATES else verbatim(seen(name))


def _scaling(panel: Panel, curves: Curves) -> Panel:
    scaling = curves.get("scaling") or {}
    rows = [row for row in scaling.get("points") or () if finite(row["bits_per_byte"]) is not None]
    if len(rows) < 2:
        return _without(panel)
    first, last = rows[0], rows[-1]
    parts = [
        say("evidence.loss_against_data.alt", first=measured(first["bits_per_byte"]),
            few=measured(first["tokens"]), last=measured(last["bits_per_byte"]),
            many=measured(last["tokens"]))
    ]  # fmt: skip
    gain = scaling.get("doubling") or {}
    if finite(gain.get("gain")) is not None:
        interval = between((gain["low"], gain["high"]))
        parts.append(
            say("evidence.loss_against_data.gain", gain=measured(gain["gain"]), interval=interval)
        )
    return replace(
        panel,
        alt=comma(parts),
        caption=say("evidence.loss_against_data.caption"),
        head=heads("tokens", "bits_per_byte", "interval"),
        rows=tuple(_estimate(count(row["tokens"]), row, "bits_per_byte") for row in rows),
    )


def _comparison(panel: Panel, curves: Curves) -> Panel:
    comparison = curves.get("comparison") or {}
    sets = [row for row in comparison.get("sets") or () if finite(row["difference"]) is not None]
    if not sets:
        return _without(panel)
    first, second = (arm(name) for name in comparison["arms"])
    rows = tuple(
        (*_estimate(held_out(row), row, "difference"), difference(row, first, second))
        for row in sets
    )
    names = {"first": first, "second": second}
    told = [
        say("evidence.clean_against_raw.row", text=text, value=value, interval=span, meaning=word)
        for text, value, span, word in rows
    ]
    filled = replace(
        panel,
        title=capital(say("evidence.clean_against_raw.against", **names)),
        alt=say("evidence.clean_against_raw.alt", rows=comma(told), **names),
        caption=_comparison_caption(comparison, names),
        head=(
            say("evidence.column.held_out"),
            capital(say("evidence.clean_against_raw.minus", **names)),
            *heads("interval", "meaning"),
        ),
        rows=rows,
    )  # fmt: skip
    if believed(curves):
        return filled
    return replace(filled, missing=say("evidence.clean_against_raw.gate"))


def _comparison_caption(comparison: Mapping[str, Any], names: Mapping[str, Both]) -> Both:
    times = finite(comparison.get("data_equivalent"))
    if times is None:
        return say("evidence.clean_against_raw.caption", **names)
    return say("evidence.clean_against_raw.caption_worth", times=measured(times), **names)


def capital(text: Both) -> Both:
    """Begin the English text with a capital letter."""
    return replace(text, en=text.en[:1].upper() + text.en[1:])


def arm(name: Any) -> Both:
    """Name one side of the comparison."""
    return say(f"evidence.arm.{name}") if name in ARMS else verbatim(seen(name))


def held_out(row: Mapping[str, Any]) -> Both:
    """Name the text that a comparison was made on."""
    name = row["held_out"]
    return say(f"evidence.text.{name}") if name in SETS else verbatim(seen(name))


def difference(row: Mapping[str, Any], first: Cell, second: Cell) -> Both:
    """Say what a difference (first minus second, in bits per byte) means."""
    if row["high"] < 0:
        return say("evidence.better", name=first)
    return say("evidence.better", name=second) if row["low"] > 0 else say("evidence.no_difference")


def _groups(key: str) -> Callable[[Panel, Curves], Panel]:
    def fill(panel: Panel, curves: Curves) -> Panel:
        found = groups(curves, key)
        if not found:
            return _without(panel)
        rows = tuple(_group_row(group) for group in found[:GROUPS_LISTED])
        told = [
            say("evidence.group", name=name, bits=value, interval=span, weak=weak)
            for name, _, value, span, weak in rows[:12]
        ]
        more, one = len(found) - GROUPS_LISTED, rows[0]
        caption = say(f"evidence.{key}.caption")
        return replace(
            panel,
            alt=say("evidence.groups_alt", groups=comma(told)),
            caption=say("evidence.caption_more", caption=caption, n=more) if more > 0 else caption,
            head=heads("name", "text_share", "bits_per_byte", "interval", "note"),
            rows=rows,
            missing=None
            if len(found) > 1
            else say("evidence.one_only", name=one[0], bits=one[2], interval=one[3]),
        )

    return fill


def _group_row(group: Group) -> tuple[Cell, ...]:
    return (
        group.name, share(group.share, 1), measured(group.value),
        between((group.low, group.high)), say("evidence.weak") if group.weak else "",
    )  # fmt: skip


def drawn_groups(found: Sequence[Group]) -> list[Group]:
    """Choose the groups of a chart: the weak ones first, then the largest; ordered by share."""
    chosen = sorted(found, key=lambda group: (not group.weak, -group.share, str(group.name)))
    return sorted(chosen[:GROUPS_DRAWN], key=lambda group: (-group.share, str(group.name)))


def _estimate(name: Cell, row: Mapping[str, Any], key: str) -> tuple[Cell, Cell, Cell]:
    return name, measured(row[key]), between((row.get("low"), row.get("high")))


def _without(panel: Panel) -> Panel:
    return replace(panel, missing=UNMEASURED)


PANELS: Final = (
    (Panel("loss_curve", "curve"), _loss),
    (Panel("learning_rate", "learning_rate"), _sweep),
    (Panel("loss_against_data", "data_scaling"), _scaling),
    (Panel("clean_against_raw", "clean_vs_raw"), _comparison),
    (Panel("languages", "held_out"), _groups("languages")),
    (Panel("domains", "held_out"), _groups("domains")),
)
"""The panels of the page in their order, and what fills each one from curves.json."""
