"""Is the text the right text: the languages wanted, characters covered, more than one thing said?

Four findings, and the worst is the check's: the volume of the **languages** that the target is
meant for; **characters** of the held-out text that a tokenizer of the training text would spell
as bytes; **narrowness** (repetition.py); and **leakage**, held-out documents that training holds,
so that the held-out loss says nothing.

The chance that the next word is new (Good 1953), the exponent of vocabulary growth (Heaps 1978)
and effective numbers (Hill 1973) are told and not judged: what is usual for them depends on the
language more than on the corpus.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from corpuskit.languages import UNDETERMINED, canonical
from corpuskit.lm import words as statistics
from corpuskit.lm.checks.repetition import (
    LEAST_SHINGLES,
    MOST_WEIGHT,
    VOLUME,
    find_repetition,
    self_overlap,
)
from corpuskit.lm.finding import OWN, Finding, percent
from corpuskit.lm.settings import Target
from corpuskit.lm.verdict import Check, Status

ALPHABET_COVERAGE: Final = 0.9995
"""SentencePiece's default for languages with a large character set (Kudo and Richardson 2018)."""
BYTES_WARN, BYTES_FAIL = 0.05, 0.15
LEAST_CHARACTERS: Final = 10_000
TARGETS_FAIL, TARGET_WARN = 0.50, 0.05
LEAKED: Final = 0.5
"""A held-out document with this share of its 5-grams in training is said to be in there."""
LEAK_WARN, LEAK_FAIL = 0.10, 0.30
LEAST_HELD_OUT: Final = 50
"""Documents; with fewer, two copies are a tenth of the text."""
MEASURED_SHARE: Final = 0.01
"""Languages with less of the text are counted, not judged, unless the target is meant for them."""

_ORDER: Final[tuple[Status, ...]] = ("fail", "inconclusive", "warn", "ok")
_BYTES_MEASURE: Final = "share of held-out characters that a tokenizer would spell as bytes"
_LEAK_MEASURE: Final = "share of the held-out text in documents that training half contains"


def coverage(train: pl.DataFrame, held_out: pl.DataFrame, target: Target) -> Check:
    """Judge what the training text is about, alone and against the held-out text.

    Parameters
    ----------
    train, held_out : columns text, language and domain (null, or no such column, where unknown);
        `bytes` (UTF-8 length) and `tokens` are used where they are there. Samples of up to some
        100 MB: both are held in memory, with some 40 bytes a word.

    Returns
    -------
    Check, with every measure of every language in `details`.
    """
    train, held_out = _complete(train), _complete(held_out)
    shares = language_shares(train)
    languages = measure_languages(train, held_out, target)
    domains = _effective(train, "domain")
    leaked = leaked_share(train["text"], held_out["text"])
    findings = (
        find_languages(shares, "tokens" if "tokens" in train.columns else "text", target),
        find_unspelt(languages, target),
        find_repetition(languages, domains),
        find_leaks(leaked),
    )
    worst = min(findings, key=lambda finding: _ORDER.index(finding.status))
    more = [each.advice for each in findings if each.status == "warn" and each is not worst]
    details = {
        "volume_units": VOLUME,
        "effective_domains": domains,
        "effective_languages": _effective(train, "language"),
        "effective_documents": statistics.effective_number(train["bytes"].to_numpy()),
        "leaked_share": leaked,
        "language_shares": shares,
        "languages": languages,
        "findings": [finding.plain() for finding in findings],
    }
    return Check(
        "coverage", worst.status, worst.measure, worst.value, worst.threshold, worst.source,
        " ".join([worst.advice, *more]), amount=worst.amount, details=details,
    )  # fmt: skip


def language_shares(train: pl.DataFrame) -> dict[str, float]:
    """Return each language's share of the tokens (of the bytes, where no tokens are given)."""
    unit = "tokens" if "tokens" in train.columns else "bytes"
    sums = train.group_by("language").agg(pl.col(unit).cast(pl.Int64).sum())
    ordered = sums.sort([unit, "language"], descending=[True, False])
    total = max(1, int(ordered[unit].sum()))
    return {str(language): volume / total for language, volume in ordered.iter_rows()}


def measure_languages(
    train: pl.DataFrame, held_out: pl.DataFrame, target: Target
) -> dict[str, dict[str, Any]]:
    """Measure every language that counts, the largest first; JSON values."""
    alphabet = covering_alphabet(statistics.characters(train["text"]))
    total = max(1, int(train["bytes"].sum()))
    found = {}
    for language in _counted(train, held_out, target):
        own = pl.col("language") == language
        measures = _measure(train.filter(own), held_out.filter(own), alphabet)
        found[language] = {"share_of_bytes": measures["train_bytes"] / total, **measures}
    return found


def covering_alphabet(counts: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Choose the most frequent code points that make up 0.9995 of all, as SentencePiece does.

    Parameters
    ----------
    counts : int64 (n,), per code point; of equal ones the smaller code point goes first.

    Returns
    -------
    bool (n,).
    """
    order = np.argsort(-counts, kind="stable")
    reached = np.cumsum(counts[order])
    size = int(np.searchsorted(reached, ALPHABET_COVERAGE * reached[-1])) + 1
    alphabet = np.zeros(len(counts), np.bool_)
    alphabet[order[:size]] = True
    return alphabet & (counts > 0)


def find_languages(shares: dict[str, float], unit: str, target: Target) -> Finding:
    """Hold the volume of the target's languages against half of all, and each against 5 %.

    Parameters
    ----------
    shares : {language: share}.
    unit : what they are shares of, "tokens" or "text".
    """
    measure = f"share of the {unit} in the target's languages"
    own = dict.fromkeys(map(canonical, target.languages), 0.0)
    if not own:
        return Finding("ok", measure, None, TARGETS_FAIL, "corpuskit", "No language was named.")
    for language, share in shares.items():
        if canonical(language) in own:
            own[canonical(language)] += share
    together, names = sum(own.values()), " and ".join(own)
    said = f"{names} {'is' if len(own) == 1 else 'are'} {percent(together)} of the {unit}"
    if together < TARGETS_FAIL:
        advice = f"{said}, less than half: add text in {names}, or drop the other languages."
        return Finding("fail", measure, together, TARGETS_FAIL, "corpuskit", advice, said)
    rarest = min(own, key=lambda code: (own[code], code))
    if len(own) > 1 and own[rarest] < TARGET_WARN:
        return Finding(
            "warn", f"share of the {unit} in {rarest}", own[rarest], TARGET_WARN, "corpuskit",
            f"{rarest} is only {percent(own[rarest])} of the {unit}: add text in it.",
        )  # fmt: skip
    return Finding("ok", measure, together, TARGETS_FAIL, "corpuskit", f"{said}.")


def find_unspelt(languages: dict[str, dict[str, Any]], target: Target) -> Finding:
    """Judge the language with the largest share of held-out characters outside the alphabet."""
    shares = {
        language: float(measures["byte_fallback"])
        for language, measures in languages.items()
        if measures["held_out_chars"] >= LEAST_CHARACTERS
    }
    if not shares:
        return Finding(
            "inconclusive", _BYTES_MEASURE, None, BYTES_WARN, OWN,
            f"No language has {LEAST_CHARACTERS:,} held-out characters to look at.",
        )  # fmt: skip
    worst = max(shares, key=lambda language: (shares[language], language))
    value = shares[worst]
    status: Status = "ok" if value <= BYTES_WARN else "warn" if value <= BYTES_FAIL else "fail"
    said = f"{percent(value)} of the held-out {worst} characters are as good as new to training"
    meant = canonical(worst) in map(canonical, target.languages)
    remedy = f"add text in {worst}{'' if meant else ', or leave that language out'}"
    return Finding(
        status, f"{_BYTES_MEASURE} ({worst})", value,
        BYTES_FAIL if status == "fail" else BYTES_WARN, OWN,
        f"{said}." if status == "ok" else f"{said}: {remedy}.",
        said if status == "fail" else None,
    )  # fmt: skip


def leaked_share(train: pl.Series, held_out: pl.Series) -> float | None:
    """Return how much held-out text is in documents that training half contains, in [0, 1].

    A document weighs by its different 5-grams, 200 at most; None if under 50 have five of them.
    """
    share, size = statistics.covered(statistics.read_words(held_out), statistics.read_words(train))
    long_enough = size >= LEAST_SHINGLES
    if long_enough.sum() < LEAST_HELD_OUT:
        return None
    weight = np.where(long_enough, np.minimum(size, MOST_WEIGHT), 0)
    return float(weight[share >= LEAKED].sum() / weight.sum())


def find_leaks(leaked: float | None) -> Finding:
    """Judge how much of the held-out text is in the training text."""
    if leaked is None:
        few = f"Under {LEAST_HELD_OUT} held-out documents are long enough to look for."
        return Finding("inconclusive", _LEAK_MEASURE, None, LEAK_WARN, OWN, few)
    said = f"{percent(leaked)} of the held-out text is in documents that training half contains"
    status: Status = "ok" if leaked <= LEAK_WARN else "warn" if leaked <= LEAK_FAIL else "fail"
    remedy = "remove near-duplicates and repeated boilerplate, so that held out means unseen"
    return Finding(
        status, _LEAK_MEASURE, leaked, LEAK_FAIL if status == "fail" else LEAK_WARN, OWN,
        f"{said}." if status == "ok" else f"{said}: {remedy}.",
        said if status == "fail" else None,
    )  # fmt: skip


def _measure(
    train: pl.DataFrame, held_out: pl.DataFrame, alphabet: npt.NDArray[np.bool_]
) -> dict[str, Any]:
    """Measure one language; JSON values."""
    words = statistics.read_words(train["text"])
    others = statistics.read_words(held_out["text"])
    overlap, volume = self_overlap(words)
    chance, interval = statistics.good_turing(words.word)
    points = statistics.characters(held_out["text"])
    grown = statistics.growth(words, VOLUME)
    return {
        "train_bytes": int(train["bytes"].sum()),
        "held_out_bytes": int(held_out["bytes"].sum()),
        "held_out_chars": int(points.sum()),
        "byte_fallback": int(points[~alphabet].sum()) / max(1, int(points.sum())),
        "training_words": len(words.word),
        "new_word_chance": chance,
        "new_word_interval": list(interval),
        "unseen_held_out_words": statistics.unseen_words(others, words),
        "words_of_growth": grown["words"],
        "types": grown["types"],
        "type_growth_exponent": grown["exponent"],
        "held_out_5gram_overlap": statistics.common_shingles(others, words),
        "self_overlap": overlap,
        "volume_units": volume,
        "unspaced_share": words.unspaced_share,
    }


def _complete(frame: pl.DataFrame) -> pl.DataFrame:
    """Add the columns that may be left out."""
    size = pl.col("bytes") if "bytes" in frame.columns else pl.col("text").str.len_bytes()
    domain = pl.col("domain") if "domain" in frame.columns else pl.lit(None, pl.String)
    return frame.with_columns(
        pl.col("language").fill_null(UNDETERMINED), size.cast(pl.Int64).alias("bytes"),
        domain.alias("domain"),
    )  # fmt: skip


def _counted(train: pl.DataFrame, held_out: pl.DataFrame, target: Target) -> list[str]:
    """List the languages with 1 % of either text, and the target's, largest in training first."""
    sizes = [
        frame.group_by("language").agg(pl.col("bytes").sum().alias(name))
        for name, frame in (("train", train), ("held_out", held_out))
    ]
    both = sizes[0].join(sizes[1], on="language", how="full", coalesce=True)
    both = both.with_columns(pl.col("train", "held_out").fill_null(0))
    both = both.sort(["train", "language"], descending=[True, False])
    least = both.select(pl.col("train", "held_out").sum() * MEASURED_SHARE).row(0)
    wanted = set(map(canonical, target.languages))
    return [
        language
        for language, own, held in both.iter_rows()
        if (own and own >= least[0]) or (held and held >= least[1]) or canonical(language) in wanted
    ]


def _effective(frame: pl.DataFrame, column: str) -> float | None:
    """Return the effective number of values, by bytes; None where most text has no value."""
    known = frame.drop_nulls(column)
    if 2 * int(known["bytes"].sum()) < int(frame["bytes"].sum()) or not len(known):
        return None
    return statistics.effective_number(
        known.group_by(column).agg("bytes").select(pl.col("bytes").list.sum())["bytes"].to_numpy()
    )
