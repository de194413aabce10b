"""The three questions of pretraining data: is it broad, is the noise out, is there enough?

Each question has measures, each measure two thresholds, all of them in `MEASURES`. A measure is
green up to the first, red beyond the second and amber between; a question has the worst light of
its measures. What was not measured is grey, and so is a question whose key measure is, unless
another one is red. The
thresholds are conventions for web text, meant to make a reader look, and say where they come from.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import exp
from typing import Any, Final

from corpuskit.languages import UNDETERMINED
from corpuskit.report.sentences import both, language, parameters, rough, verbatim
from corpuskit.report.texts import comma, say
from corpuskit.report.wording import NOTHING, Both, measured, share

Summary = Mapping[str, Any]

TOKENS_PER_PARAMETER: Final = 20  # Hoffmann et al. 2022, arXiv:2203.15556
FOUR_PASSES: Final = 1 + 15.39 * (1 - exp(-3 / 15.39))
"""What four passes over unique tokens are worth in fresh ones: 3.73; Muennighoff et al. 2023,
arXiv:2305.16264, equation 5 with R* = 15.39."""
TARGET: Final = 26_000_000  # parameters; the default target of `corpuskit pretrain`
SIZES: Final = (26e6, 135e6, 500e6, 1.5e9, 7e9)
LEAST_OF_A_LANGUAGE: Final = 100  # documents; fewer are no loss to speak of
LOST: Final = 0.1  # of a language's documents: fewer left means that it is lost
NAMED: Final = 3

BROKEN: Final = ("mojibake", "replacement_characters", "control_characters")
COPIES: Final = ("exact_duplicate", "near_duplicate_jaccard")
PRIVATE: Final = (
    "mail_addresses", "phone_numbers", "ip_addresses", "id_numbers_cn", "id_numbers_us",
    "id_numbers_de",
)  # fmt: skip


@dataclass(frozen=True)
class Measure:
    """A number that a light depends on.

    good, bad : green up to `good`, red beyond `bad`; where `good` is the larger one, more is
        better: green from `good` on, red below `bad`.
    key : without it the question is not answered with yes.
    """

    name: str
    question: str
    good: float
    bad: float
    key: bool = False
    shares: bool = True


MEASURES: Final = (
    Measure("largest_domain", "broad", 0.05, 0.25),
    Measure("effective_domains", "broad", 100, 10, key=True, shares=False),
    Measure("documents", "broad", 1000, 50, shares=False),
    Measure("languages_lost", "broad", 0.01, 0.10),
    Measure("broken_text", "noise", 0.001, 0.01, key=True),
    Measure("html_remains", "noise", 0.005, 0.05),
    Measure("private_data", "noise", 0.01, 0.10),
    Measure("repeated_text", "noise", 0.05, 0.20),
    Measure("duplicates", "noise", 0.0, 0.01),
    Measure(
        "tokens", "enough", TOKENS_PER_PARAMETER * TARGET,
        round(TOKENS_PER_PARAMETER * TARGET / FOUR_PASSES), key=True, shares=False,
    ),
)  # fmt: skip
"""All thresholds; their sources are in the catalogue under `questions.source`."""

QUESTIONS: Final = ("broad", "noise", "enough")
ORDER: Final = ("unknown", "good", "warn", "bad")
OUTCOMES: Final = {"SUFFICIENT": "good", "INSUFFICIENT": "bad", "INCONCLUSIVE": "unknown"}


@dataclass(frozen=True)
class Found:
    """What a summary says of a measure: before and after, and words for its sentence.

    says : the key of its sentence under `questions.says`; by default the name of the measure.
    """

    before: float | None
    after: float | None
    words: Mapping[str, Any] = field(default_factory=dict)
    says: str = ""


UNKNOWN: Final = Found(None, None)


def questions(summary: Summary, pretrain: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
    """Answer the three questions from a summary, and from the verdict where there is one."""
    found = {name: look(summary) for name, look in LOOKS.items()}
    answers = [_question(name, found, summary) for name in QUESTIONS]
    if pretrain is not None:
        state = OUTCOMES[pretrain["outcome"]]
        model = pretrain["target"][0][1]
        says = say(f"questions.verdict.{pretrain['outcome']}", model=model)
        answers[-1] |= {"light": state, "says": says, "judged": True}
    return answers


def light(measure: Measure, value: float | None) -> str:
    """Return good, warn, bad or unknown.

    Examples
    --------
    >>> [light(MEASURES[0], value) for value in (0.05, 0.06, 0.25, 0.26, None)]
    ['good', 'warn', 'warn', 'bad', 'unknown']
    >>> [light(MEASURES[1], value) for value in (100, 99.9, 10, 9.9)]
    ['good', 'warn', 'warn', 'bad']
    """
    if value is None:
        return "unknown"
    sign = -1 if measure.good > measure.bad else 1
    if sign * value <= sign * measure.good:
        return "good"
    return "warn" if sign * value <= sign * measure.bad else "bad"


def _question(name: str, found: Mapping[str, Found], summary: Summary) -> dict[str, Any]:
    asked = [measure for measure in MEASURES if measure.question == name]
    rows = [_row(measure, found[measure.name]) for measure in asked]
    open_key = any(m.key and found[m.name].after is None for m in asked)
    worst = max(rows, key=lambda row: ORDER.index(row["light"]))
    nothing = not summary["documents"]["kept"]
    if nothing or (open_key and worst["light"] != "bad"):
        empty = "nothing_kept" if summary["documents"]["in"] else "no_input"
        state = "bad" if nothing and name == "enough" else "unknown"
        says = say(f"questions.{empty}") if nothing else say(f"questions.unknown.{name}")
    else:
        state = worst["light"]
        says = say(f"questions.all_good.{name}") if state == "good" else worst["says"]
        if name == "enough":
            says = worst["says"]
    return {
        "name": name, "light": state, "says": says, "rows": rows, "judged": False,
        "known": sum(row["light"] != "unknown" for row in rows),
        "sizes": sizes(found["tokens"].after) if name == "enough" else [],
    }  # fmt: skip


def _row(measure: Measure, found: Found) -> dict[str, Any]:
    after = light(measure, found.after)
    known = after != "unknown"
    return {
        "name": measure.name,
        "light": after,
        "before": _text(measure, found.before),
        "after": _text(measure, found.after),
        "good": _text(measure, measure.good),
        "bad": _text(measure, measure.bad),
        "more": measure.good > measure.bad,
        "says": say(
            f"questions.says.{found.says or measure.name}"
            if known
            else f"questions.missing.{measure.name}",
            **({"value": _text(measure, found.after), **found.words} if known else {}),
        ),
    }


def _text(measure: Measure, value: float | None) -> Both:
    if value is None:
        return both(NOTHING)
    if measure.shares:
        return both(
            f"{100 * value:g}%" if value in (measure.good, measure.bad) else share(value, 1)
        )
    return rough(value) if value >= 1000 else both(measured(value))


def sizes(tokens: float | None) -> list[dict[str, Any]]:
    """Say which sizes of model the tokens feed, in one pass and in four.

    Examples
    --------
    >>> [row["light"] for row in sizes(600e6)]
    ['good', 'bad', 'bad', 'bad', 'bad']
    """
    if not tokens:
        return []
    rows = []
    for size in SIZES:
        need = TOKENS_PER_PARAMETER * size
        state = "good" if tokens >= need else "warn" if tokens * FOUR_PASSES >= need else "bad"
        rows.append({"size": size, "light": state, "need": need, "share": share(tokens, need)})
    return rows


def _axis(side: Summary) -> Mapping[str, Any] | None:
    """Return the concentration over registered domains, or over hosts where there are none."""
    breadth = side.get("breadth") or {}
    return breadth.get("domains") or breadth.get("hosts")


def _largest_domain(summary: Summary) -> Found:
    kept = summary["coverage"]["kept"]
    top = (kept.get("registered_domains") or kept.get("domains") or {}).get("top") or [{}]
    name = top[0].get("name", top[0].get("domain", ""))
    return _concentration(summary, "top_1", {"name": verbatim(name)})


def _effective_domains(summary: Summary) -> Found:
    return _concentration(summary, "effective", {})


def _concentration(summary: Summary, key: str, words: Mapping[str, Any]) -> Found:
    """Look up a number of `breadth`, which counts documents that have an address."""
    before, after = (_axis(summary["coverage"][side]) for side in ("in", "kept"))
    if after is None:
        return UNKNOWN
    return Found(None if before is None else float(before[key]), float(after[key]), words)


def _documents(summary: Summary) -> Found:
    before, after = (float(summary["coverage"][side]["documents"]) for side in ("in", "kept"))
    return Found(before, after)


def _languages_lost(summary: Summary) -> Found:
    """Return the share of documents in languages that lost over nine tenths of theirs.

    Languages that the run was asked to drop are not counted, nor are those of few documents.
    """
    table = {code: row["documents"] for code, row in summary["languages"].items()}
    if not table or "languages" in summary.get("not_measured", ()):
        return UNKNOWN
    wanted = _wanted(summary)
    mine = {code: n for code, n in table.items() if wanted is None or code in wanted}
    lost = [
        code
        for code, n in mine.items()
        if n["in"] >= LEAST_OF_A_LANGUAGE and n["kept"] < LOST * n["in"] and code != UNDETERMINED
    ]
    lost.sort(key=lambda code: (-mine[code]["in"], code))
    whole = sum(n["in"] for n in mine.values())
    names = comma([language(code) for code in lost[:NAMED]])
    part = sum(mine[code]["in"] for code in lost)
    says = "languages_lost" if lost else "no_language_lost"
    return Found(None, part / whole if whole else None, {"names": names, "n": len(lost)}, says)


def _wanted(summary: Summary) -> set[str] | None:
    for rule in summary["rules"].values():
        if rule["feature"] == "language" and "in" in rule["bounds"] and not rule["when"]:
            return set(rule["bounds"]["in"])
    return None


def _noise(kinds: Sequence[str]) -> Callable[[Summary], Found]:
    """Return what looks up the share of documents with the most frequent of some kinds."""

    def look(summary: Summary) -> Found:
        before, after = (_shares(summary["coverage"][side], kinds) for side in ("in", "kept"))
        if not after:
            return UNKNOWN
        worst = max(after, key=after.__getitem__)
        return Found(before.get(worst), after[worst], {"kind": say(f"questions.kind.{worst}")})

    return look


def _shares(side: Summary, kinds: Sequence[str]) -> dict[str, float]:
    """Return the share of documents with each kind of noise that was measured."""
    noise = (side.get("noise") or {}) if side["documents"] else {}
    return {kind: noise[kind]["documents"] / side["documents"] for kind in kinds if noise.get(kind)}


def _repeated_text(summary: Summary) -> Found:
    before, after = (_repeated(summary["coverage"][side]) for side in ("in", "kept"))
    return Found(before, after)


def _repeated(side: Summary) -> float | None:
    grams = (side.get("ngrams") or {}).get("13")
    if not grams or not grams["total"]:
        return None
    return float(max(0.0, 1 - grams["distinct"] / grams["total"]))


def _duplicates(summary: Summary) -> Found:
    """Return the share of duplicates among the documents compared, and of those that stayed."""
    found = summary["duplicates"]
    if "similarity" not in found:
        return UNKNOWN
    copies = found["exact"] + found["near"]
    compared = found.get("compared") or summary["documents"]["kept"] + copies
    if not compared:
        return UNKNOWN
    rules = summary["rules"].values()
    drops = any(row["feature"] in COPIES and row["severity"] == "drop" for row in rules)
    return Found(copies / compared, 0.0 if drops else copies / compared)


def _tokens(summary: Summary) -> Found:
    before, after = (_token_count(summary["coverage"][side]) for side in ("in", "kept"))
    if after is None:
        return UNKNOWN
    one, four = after / TOKENS_PER_PARAMETER, FOUR_PASSES * after / TOKENS_PER_PARAMETER
    return Found(before, after, {"one": _three(one), "four": _three(four)})


def _three(number: float) -> Both:
    return both(parameters(float(f"{number:.3g}")))


def _token_count(side: Summary) -> float | None:
    counted = (side.get("tokens") or {}).get("total")
    number = side.get("estimated_tokens") if counted is None else counted
    return None if number is None else float(number)


LOOKS: Final[Mapping[str, Callable[[Summary], Found]]] = {
    "largest_domain": _largest_domain,
    "effective_domains": _effective_domains,
    "documents": _documents,
    "languages_lost": _languages_lost,
    "broken_text": _noise(BROKEN),
    "html_remains": _noise(("html_remains",)),
    "private_data": _noise(PRIVATE),
    "repeated_text": _repeated_text,
    "duplicates": _duplicates,
    "tokens": _tokens,
}
"""Where the summary says each measure."""
