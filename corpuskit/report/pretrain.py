"""The verdict of the pretraining step as its part of the page wants it: "Is it enough?"

A pure function from verdict.json, curves.json and the drawn charts to text that is ready to be
laid out; `read` is the only thing here that touches files. A status is always a word with its sign,
never a colour alone. Charts are the files that the step drew, carried in the page as images, where
no script of theirs could run.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from corpuskit.errors import RunError
from corpuskit.report.evidence import NAME_CHARS, UNMEASURED, Panel, groups, panels
from corpuskit.report.wording import between, count, measured, plain, setting, share

CHECK_NAMES: Final = {
    "quantity": "Amount of data",
    "steps": "Optimiser steps",
    "learning_rate": "Learning rate",
    "curve": "Loss curve",
    "held_out": "Held-out text",
    "data_scaling": "Loss against data",
    "clean_vs_raw": "Clean against raw",
    "coverage": "Coverage",
}
"""The checks in the order in which they are shown."""

OUTCOMES: Final = {
    "SUFFICIENT": ("good", "✓"),
    "INSUFFICIENT": ("bad", "✗"),
    "INCONCLUSIVE": ("open", "?"),
}
"""Class and sign of an outcome."""

STATUSES: Final = {
    "ok": ("good", "✓ ok"),
    "warn": ("warn", "! warning"),
    "fail": ("bad", "✗ fail"),
    "inconclusive": ("open", "? open"),
    "absent": ("absent", "– not made"),
}
"""Class and words of a status; `absent` is a check that the verdict does not hold."""

SPIKES_SHOWN: Final = 15
DOCUMENTS_SHOWN: Final = 12
WEAK_SHOWN: Final = 20

Section = dict[str, Any]


def read(folder: Path) -> Section | None:
    """Read what the pretraining step left in a folder; None where it has not judged yet.

    Parameters
    ----------
    folder : of the step's own files, inside the folder of the run.

    Raises
    ------
    RunError
        For a verdict.json or curves.json that is damaged, or that another version wrote.
    """
    verdict, curves = _json(folder / "verdict.json"), _json(folder / "curves.json")
    if verdict is None:
        return None
    names = [panel.name for panel in panels({})]
    drawn = {name: folder / f"{name}.svg" for name in names}
    charts = {name: path.read_bytes() for name, path in drawn.items() if path.is_file()}
    try:
        return section(verdict, curves or {}, charts)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise RunError(
            f"{folder / 'verdict.json'}: it or curves.json is not as this version writes it "
            f"({error!r}); run corpuskit pretrain again"
        ) from error


def section(
    verdict: Mapping[str, Any], curves: Mapping[str, Any], charts: Mapping[str, bytes]
) -> Section:
    """Prepare the section of the page.

    Parameters
    ----------
    verdict, curves : what the two JSON files hold; keys of `curves` may be absent.
    charts : the SVG files by the name of their panel.
    """
    by_id = {check["id"]: check for check in verdict["checks"]}
    style, sign = OUTCOMES[verdict["verdict"]]
    shown = [_panel(panel, by_id, verdict["waiting"], charts) for panel in panels(curves)]
    return {
        "outcome": verdict["verdict"],
        "style": style,
        "sign": sign,
        "sentence": verdict["sentence"],
        "binding": _binding(verdict["binding"]),
        "target": target(verdict["target"]),
        "checks": [check_row(name, by_id.get(name), verdict["waiting"]) for name in CHECK_NAMES],
        "panels": [panel for panel in shown if panel["rows"]],
        "missing": _missing(shown),
        "spikes": _spikes(curves),
        "weak": _weak(curves),
        "baselines": _baselines(curves),
        "limits": list(verdict["limits"]),
        "waiting": verdict["waiting"],
        "facts": _facts(verdict),
    }


def check_row(name: str, check: Mapping[str, Any] | None, waiting: str | None) -> dict[str, Any]:
    """Write a check as the cells of its row; None is a check that was not made.

    Parameters
    ----------
    name : the id of the check.
    check : as verdict.json has it.
    waiting : the command that installs what checks wait for, or None.
    """
    if check is None:
        style, word = STATUSES["absent"]
        empty = dict.fromkeys(("measure", "value", "interval", "threshold", "source"), "")
        advice = "This run did not make it." if waiting is None else "It waits for a trained model."
        return {"id": name, "name": CHECK_NAMES[name], "style": style, "word": word, "state": None,
                "advice": advice, "amount": None, **empty}  # fmt: skip
    style, word = STATUSES[check["status"]]
    write = setting if name == "learning_rate" else measured
    return {
        "id": name,
        "name": CHECK_NAMES[name],
        "style": style,
        "word": word,
        "state": _words(check.get("state")),
        "measure": check["measure"],
        "value": write(check["value"]),
        "interval": between(check["interval"]) if check["interval"] else "",
        "threshold": "" if check["threshold"] is None else setting(check["threshold"]),
        "source": check["source"],
        "advice": check["advice"],
        "amount": check.get("amount"),
    }


def target(stated: Mapping[str, Any]) -> list[tuple[str, str]]:
    """List what the verdict is relative to, as names and text."""
    rate, languages = stated["learning_rate"], stated["languages"]
    rows, steps, length = (stated[n] for n in ("batch_size", "accumulation", "max_seq_len"))
    return [
        ("Model", f"{model_size(stated['params'])} parameters"),
        ("Passes over the data", count(stated["epochs"])),
        ("Batch", f"{count(rows)} × {count(steps)} rows of {count(length)} tokens"),
        ("Learning rate", "not stated" if rate is None else setting(rate)),
        ("Languages", ", ".join(languages) if languages else "whatever the corpus holds"),
    ]


def model_size(parameters: float) -> str:
    """Write a number of parameters as model names do.

    Examples
    --------
    >>> model_size(26_000_000), model_size(1_500_000_000), model_size(900)
    ('26M', '1.5B', '900')
    """
    for unit, suffix in ((10**9, "B"), (10**6, "M"), (10**3, "K")):
        if parameters >= unit:
            return f"{parameters / unit:.4g}{suffix}"
    return f"{parameters:.0f}"


def _json(path: Path) -> dict[str, Any] | None:
    try:
        value = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise RunError(f"{path}: damaged ({error}); run corpuskit pretrain again") from error
    if not isinstance(value, dict):
        raise RunError(f"{path}: damaged (no object); run corpuskit pretrain again")
    return value


def _binding(binding: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if binding is None:
        return None
    return {
        "check": CHECK_NAMES[binding["check"]],
        "id": binding["check"],
        "amount": binding["amount"],
        "sentence": binding["sentence"],
    }


def _panel(
    panel: Panel,
    checks: Mapping[str, Mapping[str, Any]],
    waiting: str | None,
    charts: Mapping[str, bytes],
) -> dict[str, Any]:
    """Add its image to a panel, or the reason why there is none."""
    chart, missing = charts.get(panel.name), panel.missing
    if missing == UNMEASURED:
        missing = f"{UNMEASURED}: {_reason(checks.get(panel.check), waiting)}"
    elif missing is None and chart is None:
        missing = "Not drawn: the run holds no image of it. Its numbers are below."
    image = None
    if missing is None and chart is not None:
        image = "data:image/svg+xml;base64," + base64.b64encode(chart).decode("ascii")
    return {**asdict(panel), "image": image, "missing": missing}


def _missing(shown: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """List what could not be shown at all, titles with one reason together."""
    titles: dict[str, list[str]] = {}
    for panel in shown:
        if not panel["rows"]:
            titles.setdefault(panel["missing"], []).append(panel["title"])
    return [(", ".join(names), reason) for reason, names in titles.items()]


def _reason(check: Mapping[str, Any] | None, waiting: str | None) -> str:
    if check is not None and check["status"] == "inconclusive":
        return str(check["advice"])
    if waiting is not None:
        return f"it needs a trained model; {waiting}"
    return "curves.json of this run does not hold it."


def _spikes(curves: Mapping[str, Any]) -> dict[str, Any]:
    found = (curves.get("main") or {}).get("spikes") or []
    rows = [
        {
            "step": count(spike["step"]),
            "documents": [str(id)[:NAME_CHARS] for id in spike["documents"][:DOCUMENTS_SHOWN]],
            "more": max(0, len(spike["documents"]) - DOCUMENTS_SHOWN),
        }
        for spike in found[:SPIKES_SHOWN]
    ]
    return {"rows": rows, "more": max(0, len(found) - SPIKES_SHOWN)}


def _weak(curves: Mapping[str, Any]) -> list[dict[str, str]]:
    """List the weak languages and domains with their share of the text."""
    return [
        {
            "kind": kind,
            "name": group.name,
            "share": share(group.share, 1),
            "value": measured(group.value),
            "interval": between((group.low, group.high)),
        }
        for key, kind in (("languages", "language"), ("domains", "domain"))
        for group in [group for group in groups(curves, key) if group.weak][:WEAK_SHOWN]
    ]


def _baselines(curves: Mapping[str, Any]) -> list[tuple[str, str]]:
    found = curves.get("baselines") or {}
    names = {
        "xz": "xz alone",
        "xz_given_train": "xz that has seen the training sample",
        "unigram": "counting tokens",
    }
    return [(text, measured(found[key])) for key, text in names.items() if found.get(key)]


def _facts(verdict: Mapping[str, Any]) -> list[tuple[str, str]]:
    """List what repeats this verdict."""
    return [
        ("Preset", _flat(verdict["preset"])),
        *((name.capitalize(), _flat(verdict[name])) for name in ("seeds", "versions", "digests")),
    ]


def _flat(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_flat(inner)}" for key, inner in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(map(_flat, value))
    return value if isinstance(value, str) else plain(value)


def _words(state: Any) -> str | None:
    return None if state is None else str(state).replace("_", " ")
