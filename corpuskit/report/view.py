"""The summary as the template wants it: what is first, what is folded away, what is drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from corpuskit.report.charts import Chart, Phrase
from corpuskit.report.documents import examples_view, explorer_documents
from corpuskit.report.duplicates import duplicates_view
from corpuskit.report.guards import guards
from corpuskit.report.questions import questions
from corpuskit.report.repeats import repeats_intro, repeats_rows
from corpuskit.report.sentences import both, feature, rough, size
from corpuskit.report.specs import funnel as funnel_chart
from corpuskit.report.specs import histogram, lengths
from corpuskit.report.steps import stages as stages_of_time
from corpuskit.report.steps import steps
from corpuskit.report.texts import join, say
from corpuskit.report.vocabulary import vocabulary_view
from corpuskit.report.wording import Both, count

ROWS_SHOWN = 25  # of a long table; the rest is folded
DOMAINS_SHOWN = 15
CHARTS_SHOWN = 12
REASONS_SHOWN = 3  # rules in the head of the page
WORDS = "vocabulary_size"
SECTIONS = (
    "balance", "questions", "removed", "rules", "distributions", "examples", "explorer",
    "repeats", "duplicates", "languages", "coverage", "breadth", "vocabulary", "sample", "noise",
    "reference", "guards", "enough", "skipped", "inputs", "run",
)  # fmt: skip
"""The ids of the page's sections in their order; those of `FILES` are there where the file is."""
FILES = {
    "breadth": "breadth_more.html.j2",
    "vocabulary": "vocabulary.html.j2",
    "sample": "sample.html.j2",
    "noise": "noise.html.j2",
    "reference": "reference.html.j2",
    "explorer": "explorer.html.j2",
}
TEMPLATES = Path(__file__).parent / "templates"


def view(
    summary: Mapping[str, Any],
    pretrain: Mapping[str, Any] | None = None,
    shown: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Prepare what the template cannot say in one expression.

    pretrain : the section of the pretraining step, or None.
    shown : what report_documents.json holds, or None where a run has none.
    """
    documents = summary["documents"]
    rules, explored = summary["rules"], explorer_documents(shown)
    return {
        "sections": sections(summary, pretrain is not None, bool(explored)),
        "questions": questions(summary, pretrain),
        "guards": guards(summary),
        "timings": stages_of_time(summary),
        "next": steps(summary, pretrain is not None, shown),
        "languages_kept": sum(
            row["documents"]["kept"] > 0 for row in summary["languages"].values()
        ),
        "inputs": {
            "shown": summary["inputs"][:ROWS_SHOWN],
            "folded": summary["inputs"][ROWS_SHOWN:],
        },
        "adds_up": documents["in"] == sum(documents[n] for n in ("kept", "dropped", "skipped")),
        "readable": documents["in"] - documents["skipped"],
        **rules_view(summary),
        "repeats": repeats_rows(summary["repeats"]) if "repeats" in summary else [],
        "repeats_intro": repeats_intro(summary["repeats"]) if "repeats" in summary else None,
        "duplicates": duplicates_view(summary["duplicates"]),
        "languages": cut(summary["languages"], ROWS_SHOWN),
        "scripts": cut(summary["scripts"], ROWS_SHOWN),
        "not_measured": not_measured(summary),
        "volumes": volumes(summary["coverage"]),
        "domains": domains(summary["coverage"]),
        "lengths": lengths(summary["coverage"]),
        "vocabulary": vocabulary_view(summary["coverage"]),
        "distributions": distributions(summary),
        "examples": examples_view(shown, rules),
        "documents": explored,
    }


def rules_view(summary: Mapping[str, Any]) -> dict[str, Any]:
    """Prepare the funnel and the tables of rules."""
    rules, taken = summary["rules"], funnel(summary)
    busy = fired(rules)
    return {
        "steps": taken,
        "stages": stages(taken),
        "funnel_chart": drawn_funnel(stages(taken)),
        "fired": busy,
        "most_fails": max((rule["fails"] for rule in rules.values()), default=0),
        "always_failed": summary.get("rules_always_failed", []),
        "silent": {name: rule for name, rule in rules.items() if not rule["fails"]},
        "top_reasons": top_reasons(rules),
    }


def top_reasons(rules: Mapping[str, Any]) -> list[tuple[str, int]]:
    """List the few rules that drop and that most documents fail, with how many do."""
    busy = fired(rules)["shown"]
    return [(name, rule["fails"]) for name, rule in busy if rule["severity"] == "drop"][
        :REASONS_SHOWN
    ]


def sections(summary: Mapping[str, Any], judged: bool, explored: bool) -> list[str]:
    """List the ids of the page's sections in their order, as far as this run has them."""
    gaps, measured = summary.get("not_measured", ()), summary["coverage"]["in"]
    there = {
        "breadth": "breadth" in measured,
        "vocabulary": bool({"vocabulary", "characters_used", "word_lists"} & set(measured)),
        "sample": bool({"tokens", "compression"} & set(measured)) or "topics" in summary,
        "noise": bool({"noise", "repeated_lines"} & set(measured)),
        "reference": "reference" in summary,
        "enough": judged,
        "repeats": bool(summary.get("repeats")),
        "languages": "languages" not in gaps or "scripts" not in gaps,
        "explorer": explored,
    }
    return [
        name
        for name in SECTIONS
        if there.get(name, True) and (name not in FILES or (TEMPLATES / FILES[name]).is_file())
    ]


def not_measured(summary: Mapping[str, Any]) -> Both:
    """Name what a run did not measure, in words; empty where it measured everything.

    Examples
    --------
    >>> str(not_measured({"not_measured": ["vocabulary", "ngrams", "domains"]}))
    'distinct words, distinct n-grams and domains'
    """
    return join([say(f"measure.{name}") for name in summary.get("not_measured", ())])


def funnel(summary: Mapping[str, Any]) -> list[dict[str, Any]]:
    """List the rules in recipe order with what each takes from what the earlier ones left."""
    left = summary["documents"]["in"] - summary["documents"]["skipped"]
    steps = []
    for name, rule in summary["rules"].items():
        if rule["first"]:
            left -= rule["first"]
            steps.append({"rule": name, "taken": rule["first"], "left": left})
    return steps


def stages(steps: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Sum up the funnel per rule set; the sets are in recipe order."""
    summed: list[dict[str, Any]] = []
    for step in steps:
        name = step["rule"].partition(".")[0]
        if not summed or summed[-1]["stage"] != name:
            summed.append({"stage": name, "taken": 0, "rules": 0})
        summed[-1]["taken"] += step["taken"]
        summed[-1]["rules"] += 1
        summed[-1]["left"] = step["left"]
    return summed


def drawn_funnel(steps: Sequence[Mapping[str, Any]]) -> Chart | None:
    """Draw the funnel per rule set."""
    if not steps:
        return None
    before = steps[0]["left"] + steps[0]["taken"]
    alt = Phrase("removed.alt", {"n": len(steps), "before": before, "after": steps[-1]["left"]})
    rows = [(step["stage"], step["left"], step["taken"]) for step in steps]
    return funnel_chart("funnel", rows, alt, "@removed.rule_set")


def fired(rules: Mapping[str, Any]) -> dict[str, Any]:
    """Part the rules that some document fails, busiest first, into shown and folded."""
    busy = [(name, rule) for name, rule in rules.items() if rule["fails"]]
    busy.sort(key=lambda item: -item[1]["fails"])
    return {"shown": busy[:ROWS_SHOWN], "folded": busy[ROWS_SHOWN:]}


def cut(table: Mapping[str, Any], rows: int) -> dict[str, Any]:
    """Part a table (largest first) into what is shown and what is folded away."""
    items = list(table.items())
    biggest = max((row["documents"]["in"] for _, row in items), default=0)
    return {"shown": items[:rows], "folded": items[rows:], "biggest": biggest}


def volumes(coverage: Mapping[str, Any]) -> list[dict[str, Any]]:
    """List what the corpus holds, before and after, as numbers and as text."""
    before, after = coverage["in"], coverage["kept"]
    rows = [
        (say("coverage.documents"), _exact, before["documents"], after["documents"]),
        (say("coverage.bytes"), size, before["bytes"], after["bytes"]),
        (say("coverage.characters"), rough, before["characters"], after["characters"]),
    ]
    rows += [
        (say(f"coverage.{key}"), rough, before[key], after[key])
        for key in ("estimated_tokens", WORDS)
        if key in before
    ]
    for n, number in before.get("distinct_ngrams", {}).items():
        name = say("coverage.distinct_ngrams", length=n)
        rows.append((name, rough, number, after["distinct_ngrams"][n]))
    return [
        {"name": name, "in": one, "kept": two, "in_text": write(one), "kept_text": write(two)}
        for name, write, one, two in rows
    ]


def _exact(number: float | None) -> Both:
    return both(count(number))


def domains(coverage: Mapping[str, Any]) -> dict[str, Any] | None:
    """List the largest domains with their documents in and kept, or None without addresses."""
    if coverage["in"].get("domains") is None:
        return None
    kept = coverage["kept"]["domains"] or {"distinct": 0, "top": []}
    by_name = {row["domain"]: row["documents"] for row in kept["top"]}
    # A domain that is missing among the largest of the kept corpus has a count that is not known.
    complete = kept["distinct"] == len(kept["top"])
    rows = [
        {**row, "kept": by_name.get(row["domain"], 0 if complete else None)}
        for row in coverage["in"]["domains"]["top"]
    ]
    return {
        "in": coverage["in"]["domains"]["distinct"],
        "kept": kept["distinct"],
        "shown": rows[:DOMAINS_SHOWN],
        "folded": rows[DOMAINS_SHOWN:],
    }


def distributions(summary: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Draw every feature that a rule bounds, those of the busiest rules first."""
    drawn = []
    for name, bins in summary["histograms"].items():
        rules = {rule: row for rule, row in summary["rules"].items() if row["feature"] == name}
        words = feature(name)
        alt = Phrase("distributions.alt", {"feature": words, "n": sum(bins["in"])})
        chart = histogram(f"histogram-{name}", bins, words, alt, rules)
        fails = max((row["fails"] for row in rules.values()), default=0)
        drawn.append({"feature": name, "chart": chart, "rules": rules, "fails": fails})
    drawn.sort(key=lambda item: (-item["fails"], item["feature"]))
    return {"shown": drawn[:CHARTS_SHOWN], "folded": drawn[CHARTS_SHOWN:]}
