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

from corpuskit.report.wording import between, count, language, measured, seen, setting, share

Curves = Mapping[str, Any]
Rows = tuple[tuple[str, ...], ...]

TABLE_ROWS: Final = 20  # of a curve's table
GROUPS_LISTED: Final = 40  # of domains or languages in a table
GROUPS_DRAWN: Final = 12
NAME_CHARS: Final = 120  # of a name from the corpus
END_SHARE: Final = 0.1  # of a run's steps: their mean is the loss that it ended with

UNMEASURED: Final = "Not measured"
"""Why there is no chart, where the numbers themselves are not there."""

ARM_NAMES: Final = {"kept": "kept", "raw": "raw", "recleaned": "cleaned again"}
SET_NAMES: Final = {
    "raw sample": "raw sample", "reference": "your reference", "cleaned": "cleaned text",
}  # fmt: skip


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
    title: str
    check: str
    caption: str = ""
    alt: str = ""
    head: tuple[str, ...] = ()
    rows: Rows = ()
    missing: str | None = None


@dataclass(frozen=True)
class Group:
    """A domain or a language: its share of the text in [0, 1], and its bits per byte."""

    name: str
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
    return [fill(panel, curves) for panel, fill in PANELS]


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
    write: Callable[[Any], str] = language if key == "languages" else str
    found = [
        Group(
            named(write(row["name"])), row["share"], row["bits_per_byte"], row["low"], row["high"],
            bool(row.get("weak", limit is not None and row["low"] > limit)),
        )
        for row in rows
    ]  # fmt: skip
    return sorted(found, key=lambda group: (-group.share, group.name))


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
    alt = (
        f"Loss of the proxy over {count(len(losses))} steps: from {measured(known[0][1])} "
        f"to {measured(final_loss(losses))} nats per token"
        + (f", unigram entropy {measured(unigram)}" if unigram is not None else "")
        + f"; {len(spikes) or 'no'} {'spike' if len(spikes) == 1 else 'spikes'}."
    )
    return replace(
        panel,
        alt=alt,
        caption="Thin: the loss of each step. Thick: smoothed. A triangle is a spike. A model "
        "that knows only how often each token occurs stays on the dashed line.",
        head=("Steps", "Mean loss", "Learning rate", "Gradient norm"),
        rows=_loss_rows(main),
    )


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
            f"{count(steps[start])} to {count(steps[start : start + height][-1])}",
            *(mean(name, start) for name in ("loss", "rate", "grad_norm")),
        )
        for start in range(0, len(steps), height)
    )


def _sweep(panel: Panel, curves: Curves) -> Panel:
    runs = [run for run in curves.get("sweep") or () if points(run["loss"], run["loss"])]
    if not runs:
        return _without(panel)
    rows = tuple(
        (setting(run["rate"]), state(run), measured(run["loss"][0]), _ended(run))
        for run in sorted(runs, key=lambda run: float(run["rate"]))
    )
    ends = "; ".join(f"{rate}: {end} ({word})" for rate, word, _, end in rows)
    return replace(
        panel,
        alt=f"Final loss of the proxy by learning rate: {ends}.",
        caption="Above: the loss that a short run of each rate ended with. Below: the runs, in "
        "the same colours; what leaves the picture has diverged. These are rates of the tiny "
        "proxy with AdamW: a larger model wants a lower one.",
        head=("Learning rate", "State", "First loss", "Final loss"),
        rows=rows,
    )


def state(run: Mapping[str, Any]) -> str:
    """Write the state of a run of the sweep as words."""
    return seen(str(run.get("state") or "not judged").replace("_", " ").lower())


def _ended(run: Mapping[str, Any]) -> str:
    end = final_loss(run["loss"])
    return "not a number" if end is None else measured(end)


def _scaling(panel: Panel, curves: Curves) -> Panel:
    scaling = curves.get("scaling") or {}
    rows = [row for row in scaling.get("points") or () if finite(row["bits_per_byte"]) is not None]
    if len(rows) < 2:
        return _without(panel)
    first, last = rows[0], rows[-1]
    alt = (
        f"Bits per byte on held-out text fall from {measured(first['bits_per_byte'])} with "
        f"{measured(first['tokens'])} tokens to {measured(last['bits_per_byte'])} with "
        f"{measured(last['tokens'])}"
    )
    gain = scaling.get("doubling") or {}
    if finite(gain.get("gain")) is not None:
        alt += (
            f"; twice the data is predicted to give {measured(gain['gain'])} less "
            f"({between((gain['low'], gain['high']))})"
        )
    return replace(
        panel,
        alt=alt + ".",
        caption="Bits per byte on held-out text, lower is better, after training on 1/8, 1/4, 1/2 "
        "and all of the sample. The curve is L = E + A·D⁻ᵇ; it is dashed where it predicts. "
        "Bars are 95 % intervals.",
        head=("Tokens", "Bits per byte", "95 % interval"),
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
    filled = replace(
        panel,
        title=f"{first} against {second}".capitalize(),
        alt=f"Difference in bits per byte, {first} minus {second}: "
        + "; ".join(f"on {name} {value} ({span}), {word}" for name, value, span, word in rows)
        + ".",
        caption=f"Equal tokens, equal steps. Left of the line, {first} is better. On cleaned text "
        "the cleaner corpus wins by construction; the raw sample is the fair judge."
        + _equivalent(comparison, first, second),
        head=("Held-out text", f"{first} − {second}".capitalize(), "95 % interval", "Meaning"),
        rows=rows,
    )
    if believed(curves):
        return filled
    return replace(
        filled,
        missing="Not drawn, because it cannot be believed: the proxy did not pass its gate.",
    )


def _equivalent(comparison: Mapping[str, Any], first: str, second: str) -> str:
    times = finite(comparison.get("data_equivalent"))
    if times is None:
        return ""
    return f" A token of {first} is worth about {measured(times)} of {second}."


def arm(name: Any) -> str:
    """Name one side of the comparison."""
    return ARM_NAMES.get(name, seen(name))


def held_out(row: Mapping[str, Any]) -> str:
    """Name the text that a comparison was made on."""
    return SET_NAMES.get(row["held_out"], seen(row["held_out"]))


def difference(row: Mapping[str, Any], first: str, second: str) -> str:
    """Say what a difference (first minus second, in bits per byte) means."""
    if row["high"] < 0:
        return f"{first} is better"
    return f"{second} is better" if row["low"] > 0 else "no difference shown"


def _groups(key: str, caption: str) -> Callable[[Panel, Curves], Panel]:
    def fill(panel: Panel, curves: Curves) -> Panel:
        found = groups(curves, key)
        if not found:
            return _without(panel)
        rows = tuple(
            (group.name, share(group.share, 1), measured(group.value),
             between((group.low, group.high)), "weak" if group.weak else "")
            for group in found[:GROUPS_LISTED]
        )  # fmt: skip
        alt = "; ".join(f"{row[0]}: {row[2]} ({row[3]}) {row[4]}".rstrip() for row in rows[:12])
        more = len(found) - GROUPS_LISTED
        return replace(
            panel,
            alt=f"Bits per byte on held-out text. {alt}.",
            caption=caption + (f" {count(more)} more are in curves.json." if more > 0 else ""),
            head=("Name", "Share of the text", "Bits per byte", "95 % interval", ""),
            rows=rows,
            missing=None
            if len(found) > 1
            else f"There is one only: {rows[0][0]}, {rows[0][2]} bits per byte ({rows[0][3]}).",
        )

    return fill


def drawn_groups(found: Sequence[Group]) -> list[Group]:
    """Choose the groups of a chart: the weak ones first, then the largest; ordered by share."""
    chosen = sorted(found, key=lambda group: (not group.weak, -group.share, group.name))
    return sorted(chosen[:GROUPS_DRAWN], key=lambda group: (-group.share, group.name))


def _estimate(name: str, row: Mapping[str, Any], key: str) -> tuple[str, str, str]:
    return name, measured(row[key]), between((row.get("low"), row.get("high")))


def _without(panel: Panel) -> Panel:
    return replace(panel, missing=UNMEASURED)


PANELS: Final = (
    (Panel("loss_curve", "Loss curve", "curve"), _loss),
    (Panel("learning_rate", "Learning rate", "learning_rate"), _sweep),
    (Panel("loss_against_data", "Loss against data", "data_scaling"), _scaling),
    (Panel("clean_against_raw", "Clean against raw", "clean_vs_raw"), _comparison),
    (
        Panel("languages", "Languages", "held_out"),
        _groups(
            "languages",
            "Lower is better, but compare a language with itself: scripts of two or three bytes "
            "a character have fewer bits in each byte.",
        ),
    ),
    (
        Panel("domains", "Domains", "held_out"),
        _groups(
            "domains",
            "Lower is better. Diamonds are weak: their whole interval lies above the average "
            "(dashed).",
        ),
    ),
)
"""The panels of the page in their order, and what fills each one from curves.json."""
