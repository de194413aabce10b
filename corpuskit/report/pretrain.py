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
from pathlib import Path
from typing import Any, Final

from corpuskit.errors import RunError
from corpuskit.report.evidence import NAME_CHARS, UNMEASURED, Panel, groups, panels
from corpuskit.report.sentences import between, both, parameters, verbatim
from corpuskit.report.texts import comma, say
from corpuskit.report.wording import Both, count, measured, plain, setting, share

CHECKS: Final = (
    "quantity", "steps", "learning_rate", "curve", "held_out", "data_scaling", "clean_vs_raw",
    "coverage",
)  # fmt: skip
"""The checks in the order in which they are shown."""

OUTCOMES: Final = {
    "SUFFICIENT": ("good", "✓"),
    "INSUFFICIENT": ("bad", "✗"),
    "INCONCLUSIVE": ("open", "?"),
}
"""Class and sign of an outcome."""

STATUSES: Final = {
    "ok": "good", "warn": "warn", "fail": "bad", "inconclusive": "open", "absent": "absent",
}  # fmt: skip
"""Class of a status; `absent` is a check that the verdict does not hold."""

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
        "checks": [check_row(name, by_id.get(name), verdict["waiting"]) for name in CHECKS],
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
    status = "absent" if check is None else check["status"]
    head = {"id": name, "name": check_name(name), "style": STATUSES[status],
            "word": say(f"pretrain.check_status.{status}"), "ours": check is None}  # fmt: skip
    if check is None:
        empty = dict.fromkeys(("measure", "value", "interval", "threshold", "source"), "")
        advice = say("pretrain.not_made" if waiting is None else "pretrain.waits")
        return {**head, "state": None, "advice": advice, "amount": None, **empty}
    write = setting if name == "learning_rate" else measured
    return {
        **head,
        "state": _words(check.get("state")),
        "measure": check["measure"],
        "value": write(check["value"]),
        "interval": between(check["interval"]) if check["interval"] else "",
        "threshold": "" if check["threshold"] is None else setting(check["threshold"]),
        "source": check["source"],
        "advice": check["advice"],
        "amount": check.get("amount"),
    }


def check_name(name: str) -> Both:
    """Name a check of the step.

    Raises
    ------
    KeyError
        For a check that this version does not know.
    """
    return say(f"pretrain.check.{name}")


def target(stated: Mapping[str, Any]) -> list[tuple[Both, Both]]:
    """List what the verdict is relative to, as names and text."""
    rate, languages = stated["learning_rate"], stated["languages"]
    rows, steps, length = (stated[n] for n in ("batch_size", "accumulation", "max_seq_len"))
    return [
        (say("target.model"), say("target.parameters", size=parameters(stated["params"]))),
        (say("target.epochs"), both(count(stated["epochs"]))),
        (say("target.batch"), say("target.rows", rows=rows, steps=steps, length=length)),
        (say("target.rate"), say("target.no_rate") if rate is None else both(setting(rate))),
        (
            say("target.languages"),
            verbatim(", ".join(languages)) if languages else say("target.any_language"),
        ),
    ]


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
        "check": check_name(binding["check"]),
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
        missing = say("pretrain.unmeasured", why=_reason(checks.get(panel.check), waiting))
    elif missing is None and chart is None:
        missing = say("pretrain.no_image")
    image = None
    if missing is None and chart is not None:
        image = "data:image/svg+xml;base64," + base64.b64encode(chart).decode("ascii")
    return {**vars(panel), "image": image, "missing": missing}


def _missing(shown: Sequence[Mapping[str, Any]]) -> list[tuple[Both, Both]]:
    """List what could not be shown at all, titles with one reason together."""
    titles: dict[Both, list[Both]] = {}
    for panel in shown:
        if not panel["rows"]:
            titles.setdefault(panel["missing"], []).append(panel["title"])
    return [(comma(names), reason) for reason, names in titles.items()]


def _reason(check: Mapping[str, Any] | None, waiting: str | None) -> Both:
    if check is not None and check["status"] == "inconclusive":
        return verbatim(check["advice"])
    if waiting is not None:
        return say("pretrain.needs_model", command=waiting)
    return say("pretrain.not_in_curves")


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


def _weak(curves: Mapping[str, Any]) -> list[dict[str, Any]]:
    """List the weak languages and domains with their share of the text."""
    return [
        {
            "kind": say(f"pretrain.{kind}"),
            "name": group.name,
            "share": share(group.share, 1),
            "value": measured(group.value),
            "interval": between((group.low, group.high)),
        }
        for key, kind in (("languages", "language"), ("domains", "domain"))
        for group in [group for group in groups(curves, key) if group.weak][:WEAK_SHOWN]
    ]


def _baselines(curves: Mapping[str, Any]) -> list[tuple[Both, str]]:
    found = curves.get("baselines") or {}
    return [
        (say(f"pretrain.baseline.{key}"), measured(found[key]))
        for key in ("xz", "xz_given_train", "unigram")
        if found.get(key)
    ]


def _facts(verdict: Mapping[str, Any]) -> list[tuple[Both, str]]:
    """List what repeats this verdict."""
    return [
        (say(f"pretrain.fact.{name}"), _flat(verdict[name]))
        for name in ("preset", "seeds", "versions", "digests")
    ]


def _flat(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_flat(inner)}" for key, inner in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(map(_flat, value))
    return value if isinstance(value, str) else plain(value)


def _words(state: Any) -> str | None:
    return None if state is None else str(state).replace("_", " ")
