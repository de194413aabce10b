"""Two runs side by side: what was read and kept, what they were asked, what they found.

A is the first run that was named, B the second; every difference is B minus A. A figure is
compared where both runs have it, and named where one has not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from corpuskit.coverage.reference import Held, hold_against
from corpuskit.report.reference import axis_view, missing, passed_over
from corpuskit.report.sentences import both, bounded, language, rough, size, verbatim
from corpuskit.report.texts import say
from corpuskit.report.wording import NOTHING, Both, count, measured, share

ROWS_SHOWN: Final = 25
SIDE: Final = "kept"
LISTED: Final = 8  # items of a list among the settings
MINUS: Final = "−"

Write = Callable[[float | None], Any]


@dataclass(frozen=True)
class Side:
    """One of the two runs.

    name : the folder as the user gave it. held : summary, language model and common words.
    settings : the plan of the run, from its manifest. versions : that its bytes depend on.
    """

    name: str
    held: Held
    settings: Mapping[str, Any]
    versions: Mapping[str, str]

    @property
    def summary(self) -> Mapping[str, Any]:
        """The run's summary."""
        return self.held.summary


@dataclass(frozen=True)
class Table:
    """A table: keys of its title and heads, rows of texts, and how many rows are left out."""

    id: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Both, ...], ...]
    left_out: int = 0


FIGURES: Final[tuple[tuple[str, tuple[str, ...], Write], ...]] = (
    ("documents", ("documents",), count),
    ("bytes", ("bytes",), size),
    ("characters", ("characters",), rough),
    ("words", ("words",), rough),
    ("estimated_tokens", ("estimated_tokens",), rough),
    ("tokens", ("tokens", "total"), rough),
    ("vocabulary_size", ("vocabulary_size",), rough),
    ("heaps", ("vocabulary", "heaps_exponent"), measured),
    ("zipf", ("vocabulary", "zipf_exponent"), measured),
    ("new_word", ("vocabulary", "new_word_chance"), measured),
    ("compression", ("compression", "documents"), measured),
    ("compression_whole", ("compression", "whole"), measured),
    ("hosts", ("domains", "distinct"), count),
    ("registered_domains", ("registered_domains", "distinct"), count),
)
"""Figures of what is kept: the end of a key, where it stands in `coverage.kept`, how written."""

FIRST_HEADS: Final = {"languages": "languages.column", "scripts": "languages.script_column"}
LEAST_POINTS: Final = 0.1
DECISIONS: Final = (
    "common", "kept_a", "kept_b", "newly_kept", "newly_dropped", "only_a", "only_b"
)  # fmt: skip


def comparison(
    first: Side, second: Side, decisions: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Compare two runs, as JSON data: what `--format json` writes.

    Parameters
    ----------
    decisions : the difference of their decisions, from `corpuskit.tuning.diff`; None where it is
        not known.
    """
    a, b = first.summary, second.summary
    return {
        "a": _identity(first),
        "b": _identity(second),
        "same_plan": a["plan"] == b["plan"],
        "settings": [
            {"setting": name, "a": was, "b": now}
            for name, was, now in changed_settings(first, second)
        ],
        "documents": {
            side: [a["documents"][side], b["documents"][side]] for side in a["documents"]
        },
        "figures": {
            name: [_at(run["coverage"][SIDE], path) for run in (a, b)] for name, path, _ in FIGURES
        },
        "rules": {
            name: [run["rules"].get(name, {}).get("fails") for run in (a, b)]
            for name in _union(a["rules"], b["rules"])
        },
        "duplicates": {
            name: [a["duplicates"].get(name), b["duplicates"].get(name)]
            for name in ("exact", "near", "clusters")
        },
        "divergence": hold_against(second.held, first.held),
        "decisions": None if decisions is None else dict(decisions),
    }


def compare_view(
    first: Side, second: Side, decisions: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Prepare the page of a comparison: sentences, tables, divergences with charts."""
    a, b = first.summary, second.summary
    found = hold_against(second.held, first.held)
    sides = say("compare.in_b"), say("compare.in_a")
    tables = (
        _balance(a, b),
        _settings(first, second),
        _decisions(decisions),
        _groups("languages", a, b, language),
        _groups("scripts", a, b, verbatim),
        _figures(a, b),
        _noise(a, b),
        _duplicates(a, b),
        _rules(a, b),
    )
    return {
        "a": _identity(first),
        "b": _identity(second),
        "answer": answer(a, b),
        "same_plan": a["plan"] == b["plan"],
        "tables": [table for table in tables if table is not None],
        "only": [*_only(a, b), *_undecided(decisions)],
        "axes": [axis_view(axis, sides, "compare") for axis in found["axes"]],
        "missing": [missing(one, sides) for one in found["missing"]],
        "not_compared": [passed_over(one, sides) for one in found["not_compared"]],
    }


def answer(a: Mapping[str, Any], b: Mapping[str, Any]) -> Both:
    """Say in one sentence what B keeps more or less than A."""
    was, now = (run["documents"]["kept"] for run in (a, b))
    text = b["bytes"]["kept"] - a["bytes"]["kept"]
    if was == now and not text:
        return say("compare.answer.same", n=now)
    key = "compare.answer.more" if now >= was else "compare.answer.fewer"
    return say(key, n=abs(now - was), a=was, b=now, text=signed(text, size))


def signed(difference: float, write: Write) -> Both:
    """Write a difference with its sign.

    Examples
    --------
    >>> str(signed(1234, count)), str(signed(-2_000_000, size)), str(signed(0, count))
    ('+1,234', '−2.00 MB', '0')
    """
    if not difference:
        return both("0")
    sign, written = "+" if difference > 0 else MINUS, write(abs(difference))
    if isinstance(written, Both):
        return Both(sign + written.en, sign + written.zh)
    return both(sign + written)


def points(difference: float) -> Both:
    """Write the difference of two shares in percentage points.

    Examples
    --------
    >>> str(points(0.125)), str(points(-0.0004))
    ('+12.5 points', '−<0.1 points')
    """
    if not difference:
        return both("0")
    sign, number = "+" if difference > 0 else MINUS, 100 * abs(difference)
    written = f"{number:.1f}" if number >= LEAST_POINTS else f"<{LEAST_POINTS}"
    return say("compare.points", sign=sign, number=written)


def changed_settings(first: Side, second: Side) -> list[tuple[str, str, str]]:
    """List settings that differ: name, in A, in B; one that a run has not is a dash."""
    one, two = (dict(_flat(_told_settings(side))) for side in (first, second))
    return [
        (name, one.get(name, NOTHING), two.get(name, NOTHING))
        for name in sorted({*one, *two})
        if one.get(name) != two.get(name)
    ]


def _told_settings(side: Side) -> dict[str, Any]:
    """Collect what a run was asked; its rules stand in a table of their own."""
    settings = dict(side.settings)
    recipe = dict(settings.pop("recipe", {}))
    recipe.pop("rules", None)
    inputs = settings.pop("inputs", [])
    settings.pop("corpuskit", None)
    return {
        "recipe": recipe,
        **settings,
        "inputs": [f"{row['source']} ({row['digest']})" for row in inputs],
        "versions": dict(side.versions),
    }


def _flat(node: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(node, Mapping):
        for name, value in node.items():
            yield from _flat(value, f"{path}.{name}" if path else str(name))
    elif isinstance(node, list | tuple):
        more = f" … ({len(node)})" if len(node) > LISTED else ""
        yield path, (", ".join(str(item) for item in node[:LISTED]) or NOTHING) + more
    else:
        yield path, NOTHING if node is None else str(node)


def _identity(side: Side) -> dict[str, Any]:
    summary = side.summary
    return {"folder": side.name, "plan": summary["plan"], "recipe": summary["recipe"],
            "version": summary["version"]}  # fmt: skip


def _balance(a: Mapping[str, Any], b: Mapping[str, Any]) -> Table:
    rows = [
        _pair(say(f"compare.balance.{name}"), a["documents"][name], b["documents"][name], count)
        for name in ("in", "kept", "dropped", "skipped")
    ]
    rows.append(_shares(say("compare.balance.share_kept"),
                        *(_share(run["documents"]["kept"], run["documents"]["in"])
                          for run in (a, b))))  # fmt: skip
    rows += [
        _pair(say(f"compare.balance.text_{name}"), a["bytes"][name], b["bytes"][name], size)
        for name in ("in", "kept")
    ]
    return Table("balance", _heads("balance"), tuple(rows))


def _settings(first: Side, second: Side) -> Table | None:
    changed = changed_settings(first, second)
    rows = [(verbatim(name), verbatim(a), verbatim(b)) for name, a, b in changed]
    return _table("settings", rows, differences=False)


def _groups(
    key: str, a: Mapping[str, Any], b: Mapping[str, Any], name: Callable[[str], Both]
) -> Table | None:
    """Compare shares of kept text by language or script; the largest differences first."""
    shares = []
    for run in (a, b):
        total = sum(row["bytes"][SIDE] for row in run[key].values())
        shares.append(
            {code: _share(row["bytes"][SIDE], total) or 0.0 for code, row in run[key].items()}
        )
    if not all(shares):
        return None
    codes = [code for code in _union(*shares) if any(one.get(code) for one in shares)]
    codes.sort(key=lambda code: (-abs(shares[1].get(code, 0) - shares[0].get(code, 0)), code))
    rows = [_shares(name(code), *(one.get(code, 0.0) for one in shares)) for code in codes]
    return _table(key, rows)


def _figures(a: Mapping[str, Any], b: Mapping[str, Any]) -> Table:
    rows = [
        _pair(say(f"compare.figure.{name}"), was, now, write)
        for name, path, write in FIGURES
        for was, now in [[_at(run["coverage"][SIDE], path) for run in (a, b)]]
        if was is not None and now is not None
    ]
    return Table("figures", _heads("figures"), tuple(rows))


def _noise(a: Mapping[str, Any], b: Mapping[str, Any]) -> Table | None:
    one, two = (run["coverage"][SIDE].get("noise") for run in (a, b))
    if not one or not two:
        return None
    rows = [
        _shares(verbatim(kind.replace("_", " ")),
                *(_share(found[kind]["documents"], run["coverage"][SIDE]["documents"])
                  for found, run in ((one, a), (two, b))))
        for kind in one if kind in two
    ]  # fmt: skip
    return _table("noise", rows)


def _duplicates(a: Mapping[str, Any], b: Mapping[str, Any]) -> Table | None:
    found = [run["duplicates"] for run in (a, b)]
    if not all("similarity" in one for one in found):
        return None
    rows = [
        _pair(say(f"compare.duplicates.{name}"), found[0][name], found[1][name], count)
        for name in ("exact", "near", "clusters")
    ]
    return Table("duplicates", _heads("duplicates"), tuple(rows))


def _rules(a: Mapping[str, Any], b: Mapping[str, Any]) -> Table | None:
    """Compare the shares of documents that fail each rule; the largest differences first."""
    drawn = []
    for name in _union(a["rules"], b["rules"]):
        was, now = (_failing(run, name) for run in (a, b))
        told = [bounded(run["rules"][name]["bounds"]) if name in run["rules"] else both(NOTHING)
                for run in (a, b)]  # fmt: skip
        if not was and not now and told[0] == told[1]:
            continue
        row = (verbatim(name), *told, *_shares(both(""), was, now)[1:])
        drawn.append((-abs((now or 0) - (was or 0)), name, row))
    rows = [row for _, _, row in sorted(drawn, key=lambda item: item[:2])]
    heads = ("rules.rule", "compare.bound_a", "compare.bound_b", "compare.fails_a",
             "compare.fails_b", "compare.difference")  # fmt: skip
    return Table("rules", heads, tuple(rows[:ROWS_SHOWN]), len(rows[ROWS_SHOWN:])) if rows else None


def _decisions(decisions: Mapping[str, Any] | None) -> Table | None:
    """Tell what became of the documents that both runs have."""
    if decisions is None or not decisions["common"]["documents"]:
        return None
    rows = [
        (say(f"compare.decision.{name}"), both(count(decisions[name]["documents"])),
         size(decisions[name]["bytes"]))
        for name in DECISIONS
    ]  # fmt: skip
    heads = ("table.documents", "compare.number", "compare.text")
    return Table("decisions", heads, tuple(rows))


def _undecided(decisions: Mapping[str, Any] | None) -> list[Both]:
    if decisions is None:
        return [say("compare.no_decisions")]
    return [] if decisions["common"]["documents"] else [say("compare.no_common")]


def _only(a: Mapping[str, Any], b: Mapping[str, Any]) -> list[Both]:
    """Name the figures that one run alone has."""
    told = []
    for name, path, _ in FIGURES:
        was, now = (_at(run["coverage"][SIDE], path) for run in (a, b))
        if (was is None) != (now is None):
            key = "compare.only.a" if now is None else "compare.only.b"
            told.append(say(key, name=say(f"compare.figure.{name}")))
    for name, key in (("languages", "languages"), ("scripts", "scripts")):
        if bool(a[key]) != bool(b[key]):
            side = "compare.only.a" if a[key] else "compare.only.b"
            told.append(say(side, name=say(f"compare.name.{name}")))
    return told


def _table(id: str, rows: Sequence[tuple[Both, ...]], differences: bool = True) -> Table | None:
    if not rows:
        return None
    heads = _heads(id) if differences else _heads(id)[:-1]
    return Table(id, heads, tuple(rows[:ROWS_SHOWN]), len(rows[ROWS_SHOWN:]))


def _heads(id: str) -> tuple[str, ...]:
    return FIRST_HEADS.get(id, "compare.what"), "compare.a", "compare.b", "compare.difference"


def _pair(name: Both, was: float, now: float, write: Write) -> tuple[Both, ...]:
    written = [
        found if isinstance(found, Both) else both(found) for found in map(write, (was, now))
    ]
    return (name, *written, signed(now - was, write))


def _shares(name: Both, was: float | None, now: float | None) -> tuple[Both, ...]:
    written = [both(NOTHING if one is None else share(one, 1)) for one in (was, now)]
    known = was is not None and now is not None
    return (name, *written, points((now or 0) - (was or 0)) if known else both(NOTHING))


def _failing(run: Mapping[str, Any], name: str) -> float | None:
    """Return the share of the read documents that fail a rule; None where there is no such rule."""
    if name not in run["rules"]:
        return None
    documents = run["documents"]["in"] - run["documents"]["skipped"]
    return _share(run["rules"][name]["fails"], documents)


def _share(some: float, whole: float) -> float | None:
    return some / whole if whole else None


def _at(node: Any, path: Sequence[str]) -> Any:
    for name in path:
        node = node.get(name) if isinstance(node, Mapping) else None
    return node


def _union(*several: Mapping[str, Any]) -> list[str]:
    return list(dict.fromkeys(name for one in several for name in one))
