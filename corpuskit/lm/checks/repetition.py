"""Is the corpus narrow: does a document mostly say what other documents already said?

Told without a reference corpus: of the different 5-grams of a training document, the share that
100,000 words of *other* training documents of its language hold, for the median document (one
weighs by its 5-grams, 200 at most, so that neither stubs nor books decide). Half of the documents
of broad web text share next to nothing, in every language tried (0 to 0.2 %); of documentation of
one project, laws or licences they share 1 to 50 %. bench/coverage_calibration.py makes the
numbers, docs/pretrain-coverage.md holds them.

The bounds hold at that volume, for overlap grows with it: where there is less text a failure
counts and anything else is inconclusive. Known limits: news of one publisher lies at the border of
a warning, and short pages from a template in many words (tldr-pages) or one author's course
(javascript.info) pass.

Two weaker signs make a failure of a high warning: all text from one domain, and few different
words. Mean over documents or all 5-grams together were refused: a few pages of one site in broad
text raise both as high as narrow text does.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import numpy as np

from corpuskit.languages import canonical
from corpuskit.lm import words as statistics
from corpuskit.lm.finding import OWN, Finding, percent
from corpuskit.lm.verdict import Status
from corpuskit.lm.words import Counts, Floats, Words

VOLUME: Final = 200_000
"""Units (see words.py) of the documents that a document is held against: 100,000 words."""
LEAST_VOLUME: Final = 50_000
"""Under this, not even a failure can be told."""
TURNS: Final = 4
MEASURED_DOCUMENTS: Final = 400
"""At most, in all turns."""
LEAST_DOCUMENTS: Final = 20
LEAST_SHINGLES: Final = 5
MOST_WEIGHT: Final = 200

WARN: Final = 0.01
FAIL: Final = 0.10
FAIL_WITH_SIGN: Final = 0.03
ONE_DOMAIN: Final = 1.5
"""Effective domains under which all text is said to be of one."""
FEW_WORDS: Final = 5_000
"""Different ones of 100,000; broad English has 12,000 to 15,000, other languages more."""
FEW_CHARACTERS: Final = 2_500
"""Different ones of 200,000 in Chinese or Japanese; broad text has 4,500 to 7,000."""

FAILING_SHARE: Final = 0.5
"""Of the text: failing languages with that much make the corpus fail, as do unknown ones open."""
WARNING_SHARE: Final = 0.1

_IDEOGRAPHIC: Final = ("zh", "ja", "yue", "wuu")
_UNJUDGED: Final = ("vi",)
"""Words are written syllable by syllable, so that there are few different ones."""
_MEASURE: Final = "share of a document's 5-grams that 100,000 words of others hold, median"


def self_overlap(words: Words) -> tuple[float | None, int]:
    """Measure how much of the median document others hold.

    Four times, from four places: so many documents that they make up the volume, and the next
    ones are held against them. So nearly all documents of a small corpus are measured.

    Parameters
    ----------
    words : of one language, documents in a mixed order.

    Returns
    -------
    overlap : in [0, 1]; None for too few documents or too little text.
    volume : units that the documents were held against, `VOLUME` or less.
    """
    volume = min(VOLUME, int(words.volume * 0.8))
    if volume < LEAST_VOLUME:
        return None, volume
    starts = sorted({turn * words.documents // TURNS for turn in range(TURNS)})
    turns = [_overlaps(words, start, volume) for start in starts]
    share, size, document = (np.concatenate(parts) for parts in zip(*turns, strict=True))
    long_enough = size >= LEAST_SHINGLES
    if len(np.unique(document[long_enough])) < LEAST_DOCUMENTS:
        return None, volume
    weights = np.minimum(size[long_enough], MOST_WEIGHT)
    return statistics.weighted_median(share[long_enough], weights), volume


def _overlaps(words: Words, start: int, volume: int) -> tuple[Floats, Counts, Counts]:
    """Hold documents against the `volume` units from `start` on: shares, sizes, documents."""
    turned = words.rotated(start)
    held = int(np.searchsorted(np.cumsum(turned.units), volume, side="right"))
    after = int(turned.word_document[held - 1]) + 1
    # A shingle starts at every word but a document's last ones, so as many shingles as words are
    # about the same volume: a book that lies across its end is cut there.
    others = turned.part(0, after)
    others = replace(
        others, shingle=others.shingle[:held], shingle_document=others.shingle_document[:held]
    )
    last = min(words.documents, after + MEASURED_DOCUMENTS // TURNS)
    share, size = statistics.covered(turned.part(after, last), others)
    return share, size, (np.arange(after, last) + start) % words.documents


def find_repetition(languages: dict[str, dict[str, Any]], domains: float | None) -> Finding:
    """Judge every language, then the corpus by how much of it is in failing ones.

    Parameters
    ----------
    languages : {language: measures}, with self_overlap, volume_units, types and share_of_bytes.
    domains : effective number of domains, None where unknown.
    """
    one_domain = domains is not None and domains < ONE_DOMAIN
    judged = {name: judge_language(name, each, one_domain) for name, each in languages.items()}
    status = judge_shares(
        [(judged[name], float(each["share_of_bytes"])) for name, each in languages.items()]
    )
    alike = ("warn", "fail") if status == "warn" else (status,)
    about = [name for name, own in judged.items() if own in alike]
    threshold = FAIL if status == "fail" else WARN
    if not about:
        return Finding(status, _MEASURE, None, threshold, OWN, _TOO_LITTLE)
    largest = max(about, key=lambda name: (languages[name]["share_of_bytes"], name))
    value = languages[largest]["self_overlap"]
    if status == "fail" and value < FAIL:
        threshold = FAIL_WITH_SIGN
    few = few_types(largest, languages[largest])
    amount = None
    if status == "fail":
        amount = f"{largest} is narrow: {percent(value)} of a document's 5-grams are in others"
    return Finding(
        status, f"{_MEASURE} ({largest})", value, threshold, OWN,
        _advice(status, largest, languages[largest], few, one_domain), amount,
    )  # fmt: skip


def judge_language(language: str, measures: dict[str, Any], one_domain: bool) -> Status:
    """Judge one language by its overlap, and by the weaker signs where that is high."""
    value, few = measures["self_overlap"], few_types(language, measures)
    if value is None:
        return "inconclusive"
    if value >= FAIL or (value >= FAIL_WITH_SIGN and (one_domain or few)):
        return "fail"
    if measures["volume_units"] < VOLUME:
        return "inconclusive"
    return "warn" if value >= WARN or few else "ok"


def judge_shares(judged: list[tuple[Status, float]]) -> Status:
    """Judge the corpus by its languages.

    Examples
    --------
    >>> judge_shares([("fail", 0.4), ("ok", 0.6)]), judge_shares([("ok", 0.4)])
    ('warn', 'inconclusive')
    """
    shares = {name: sum(share for own, share in judged if own == name)
              for name in ("ok", "warn", "fail")}  # fmt: skip
    if shares["fail"] >= FAILING_SHARE:
        return "fail"
    if sum(shares.values()) < 1 - FAILING_SHARE:
        return "inconclusive"
    return "warn" if shares["fail"] + shares["warn"] >= WARNING_SHARE else "ok"


def few_types(language: str, measures: dict[str, Any]) -> bool:
    """Tell whether there are few different words (characters) at the full volume."""
    if measures["volume_units"] < VOLUME or canonical(language) in _UNJUDGED:
        return False
    if measures["unspaced_share"] < 0.5:
        return bool(measures["types"] < FEW_WORDS)
    return canonical(language) in _IDEOGRAPHIC and bool(measures["types"] < FEW_CHARACTERS)


_TOO_LITTLE: Final = (
    f"Too little text of any language to tell narrow from broad: it takes {VOLUME // 2:,} words "
    f"and {LEAST_DOCUMENTS} further documents."
)


def _advice(
    status: Status, language: str, measures: dict[str, Any], few: bool, one_domain: bool
) -> str:
    value = measures["self_overlap"]
    if status == "inconclusive":
        return f"Most of the text is in languages with too little of it, as {language}. " + (
            _TOO_LITTLE
        )
    said = (
        f"Half of the {language} documents have at least {percent(value)} of their 5-grams in "
        "100,000 words of the others"
    )
    if status == "ok":
        return f"{said}: as in broad text."
    signs = [
        *(["all is from one domain"] if one_domain else []),
        *([f"there are only {measures['types']:,} different words or characters"] if few else []),
    ]
    also = f", and {' and '.join(signs)}" if signs else ""
    return f"{said} (broad text: under 0.2 %){also}: one kind of text, so add other sources."
