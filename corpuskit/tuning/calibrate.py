"""Thresholds from a reference corpus: the bound of a rule that drops a chosen share of a language.

FineWeb-2 (Penedo et al. 2025, arXiv:2506.20920) took thresholds that were found on English to more
than a thousand languages by quantiles of reference text. Here the reference is the user's: of each
language and rule, the bound is the value of a document such that at most the share lies outside.

The quantile is exact: with n documents that the rule is asked of (its guards hold) and
``k = ⌊share · n⌋``, a lower bound is the value at place k from below, from 0, and an upper one the
value at place k from above. Bounds are closed (`min`, `max`), so that equal values stay together:
where many documents have the value of the bound, fewer than the share are dropped, never more.
Languages with under 1,000 documents get no bound and are named: a share of so few is noise.
They are not pooled, since the quantile of a mixture is that of its largest language.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import polars as pl

from corpuskit.errors import ConfigError, DataError
from corpuskit.languages import UNDETERMINED, normalise_all
from corpuskit.progress import Progress
from corpuskit.rules import Bound, Condition, Rule
from corpuskit.tuning.reference import LANGUAGE, Asked, Reference, open_reference
from corpuskit.tuning.sweep import LOWER, UPPER

FEWEST_DOCUMENTS = 1_000


@dataclass(frozen=True)
class Threshold:
    """A bound that was found for one rule and one language.

    rule : id of the rule whose bound it replaces; `published` is that bound, by side.
    side, bound : ``min`` or ``max``, and a value that a document has.
    documents : of the language that the rule is asked of; `dropped` of them lie outside.
    """

    rule: str
    language: str
    feature: str
    side: str
    bound: float | int
    published: tuple[str, Bound]
    when: tuple[Condition, ...]
    severity: str
    documents: int
    dropped: int

    def plain(self) -> dict[str, Any]:
        """Return the threshold as JSON data."""
        when = [guard.plain() for guard in self.when]
        return {**asdict(self), "published": dict([self.published]), "when": when}


@dataclass(frozen=True)
class LeftOut:
    """A rule, or a language (or a rule for one language) that got no bound, and why."""

    rule: str | None
    language: str | None
    why: str


@dataclass(frozen=True)
class Calibration:
    """What a reference corpus proposes.

    share : of each language's documents that each rule may drop at most.
    languages : calibrated ones and their documents, the largest first.
    """

    reference: tuple[str, ...]
    share: float
    documents: int
    skipped: dict[str, int]
    languages: dict[str, int]
    thresholds: tuple[Threshold, ...]
    left_out: tuple[LeftOut, ...]

    def plain(self) -> dict[str, Any]:
        """Return the calibration as JSON data."""
        found = asdict(self)
        found["thresholds"] = [threshold.plain() for threshold in self.thresholds]
        return found


def calibrate(
    asked: Asked, share: float, languages: Sequence[str] = (), progress: Progress | None = None
) -> Calibration:
    """Measure reference corpora, where they are no runs, and propose bounds.

    Raises
    ------
    ConfigError, DataError, RunError
        As `open_reference` and `find_thresholds`.
    """
    check_share(share)
    with tempfile.TemporaryDirectory(prefix="corpuskit-") as scratch:
        reference = open_reference(asked, Path(scratch), progress or Progress(quiet=True))
        return find_thresholds(reference, share, languages)


def check_share(share: float) -> None:
    """Refuse what is no share.

    Raises
    ------
    ConfigError
        If it does not lie between 0 and 1.
    """
    if not 0 < share < 1:
        raise ConfigError(f"--drop-share: {share} does not lie between 0 and 1; write 0.05")


def find_thresholds(
    reference: Reference, share: float, languages: Sequence[str] = ()
) -> Calibration:
    """Propose a bound for every one-sided numeric rule and every language of a reference.

    Parameters
    ----------
    share : above 0 and below 1.
    languages : codes; empty for every language with enough documents.

    Raises
    ------
    ConfigError
        For a share outside (0, 1), or a language that no document has.
    DataError
        If a language that was asked for has under 1,000 documents, or no language has enough.
    """
    check_share(share)
    counts = count_languages(reference.features)
    chosen, left_out = choose_languages(reference, counts, languages)
    thresholds: list[Threshold] = []
    for rule in reference.rules:
        if not is_one_sided(rule):
            left_out.append(LeftOut(rule.id, None, "it has no single bound that is a number"))
            continue
        found, missing = _thresholds(reference.features, rule, tuple(chosen), share)
        thresholds += found
        left_out += missing
    return Calibration(
        reference.names,
        share,
        sum(counts.values()),
        reference.skipped,
        chosen,
        tuple(thresholds),
        tuple(left_out),
    )


def count_languages(features: pl.LazyFrame) -> dict[str, int]:
    """Count documents by language, the most frequent first."""
    counts = features.group_by(LANGUAGE).len().sort(["len", LANGUAGE], descending=[True, False])
    return dict(counts.collect(engine="streaming").iter_rows())


def choose_languages(
    reference: Reference, counts: dict[str, int], wanted: Sequence[str]
) -> tuple[dict[str, int], list[LeftOut]]:
    """Choose the languages with enough documents, of those that are wanted."""
    where = ", ".join(reference.names)
    known = {name: count for name, count in counts.items() if name != UNDETERMINED}
    if not known:
        raise DataError(f"{where}: no document has a language; name another reference")
    if wanted:
        asked = normalise_all(wanted, tuple(known))
        for name in asked:
            if known[name] < FEWEST_DOCUMENTS:
                raise DataError(
                    f"{where}: {known[name]:,} documents in {name!r}, under {FEWEST_DOCUMENTS:,}; "
                    "leave it out of --languages, or add reference text"
                )
        return {name: known[name] for name in known if name in asked}, []
    chosen = {name: count for name, count in known.items() if count >= FEWEST_DOCUMENTS}
    few = {name: count for name, count in known.items() if name not in chosen}
    if not chosen:
        raise DataError(
            f"{where}: no language has {FEWEST_DOCUMENTS:,} documents (the largest, "
            f"{next(iter(few))!r}, has {next(iter(few.values())):,}); add reference text"
        )
    why = f"documents, under {FEWEST_DOCUMENTS:,}"
    return chosen, [LeftOut(None, name, f"{count:,} {why}") for name, count in few.items()]


def is_one_sided(rule: Rule) -> bool:
    """Say whether a rule has one bound, and that is a number."""
    return len(rule.keep.bounds) == 1 and rule.keep.bounds[0][0] in LOWER + UPPER


def _thresholds(
    features: pl.LazyFrame, rule: Rule, languages: tuple[str, ...], share: float
) -> tuple[list[Threshold], list[LeftOut]]:
    guards = [pl.col(LANGUAGE).is_in(languages), *(guard.holds() for guard in rule.when)]
    asked = features.filter(pl.all_horizontal(guards)).select(
        pl.col(LANGUAGE).alias("own"), pl.col(rule.keep.feature).alias("value")
    )
    frame = asked.sort("own", "value").collect(engine="streaming")
    parts = {str(key): part["value"] for (key,), part in frame.partition_by(
        "own", as_dict=True).items()}  # fmt: skip
    found: list[Threshold] = []
    missing: list[LeftOut] = []
    for language in languages:
        values = parts.get(language)
        number = 0 if values is None else len(values)
        if values is None or number < FEWEST_DOCUMENTS:
            why = f"its guards hold for {number:,} documents, under {FEWEST_DOCUMENTS:,}"
            missing.append(LeftOut(rule.id, language, why))
            continue
        side, bound, dropped = quantile(values, rule.keep.bounds[0][0], share)
        if not dropped:
            missing.append(LeftOut(rule.id, language, f"no value lies beyond {bound:g}"))
            continue
        found.append(
            Threshold(
                rule.id, language, rule.keep.feature, side, bound, rule.keep.bounds[0],
                rule.when, rule.severity, number, dropped,
            )
        )  # fmt: skip
    return found, missing


def quantile(values: pl.Series, side: str, share: float) -> tuple[str, float | int, int]:
    """Return the closed side, the bound and the number of values outside, at most ``share`` of all.

    Parameters
    ----------
    values : in ascending order, at least one.
    side : min, above, max or below.

    Examples
    --------
    >>> quantile(pl.Series([1, 2, 2, 3, 9]), "min", 0.4)
    ('min', 2, 1)
    >>> quantile(pl.Series([1, 2, 2, 3, 9]), "below", 0.4)
    ('max', 2, 2)
    """
    place = int(Fraction(str(share)) * len(values))  # 0.29 of 100 is 29, and not 28.999…
    if side in LOWER:
        bound = values[place]
        return "min", bound, int((values < bound).sum())
    bound = values[len(values) - 1 - place]
    return "max", bound, int((values > bound).sum())
