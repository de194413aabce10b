"""Check 7: is the kept text better to train on than what it was made from?

Two arms are trained at equal tokens and steps, at least three seeds each, with one tokenizer, and
scored on the same held-out documents. The difference in bits per byte is believed only where its
95 % interval over seeds and documents (`bootstrap`) excludes 0.

**The gate comes first.** Near the unigram entropy a proxy has learnt frequencies only, and there
duplicated text *looked better* than clean text (3.072 against 3.145 bits per byte); once the proxy
had left it the order was right. So the better arm must have a loss of at most 0.7 × the unigram
entropy, or be better than xz, on the documents that decide; else no difference is believed. The
better one: whether the proxy and its budget are enough is asked once, and an arm that noise alone
keeps from passing is the very thing to be found. The loss is that of held-out text, since
memorised duplicates would pass a gate on the training loss. And a second configuration of the proxy
must agree in sign.

**Which held-out text decides?** All are shown.

- The reference, where there is one: neither arm chose it.
- Else, for kept against raw, the raw sample. On cleaned text the cleaner wins by construction; on
  the raw sample, which holds the junk too, the raw arm does. So kept that wins there has won on
  the other's ground. Kept that loses there, and wins on the cleaned text, proves little: warn. Only
  where it loses on the cleaned text too, its own ground, is losing on the raw sample a failure.
- Else, for kept against recleaned, the cleaned text. There nothing had been dropped, so the caller
  cleaned the kept text with the default recipe, and the question is whether noise is still in it. A
  sample of the kept text holds that same noise, and the arm that learnt to spell it wins there, the
  more the noisier the text is: it would acquit exactly the bad corpora. On the documents that the
  recipe keeps, the recleaned arm gains what the noise had cost in tokens and capacity: that is the
  very number asked for. It is by construction at most what those tokens are worth as good text.

**Status.** Kept against raw: better or no different is ok. Worse is a warning, and a failure beyond
2 % of the bits per byte (lower end of the interval): each document twice costs 0.9 %, 30 % noise
5.8 % (measured, 2.455 bits per byte). Recleaned better: fail, noise is still in the data; no
different or worse: ok. Where the interval excludes neither 0 nor 2 %, inconclusive.

The difference is also told as data: 2^(−Δ/slope), with the slope of `data_scaling` in bits per byte
a doubling; 1.6 means that the kept text is worth 1.6 times as much raw text.

Sources: corpuskit's measurements (seed deviation 0.005); rankings of small proxies can flip with
the learning rate (Magnusson et al. 2025, DataDecide, arXiv:2504.11393).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from corpuskit.lm.bootstrap import RESAMPLES, Estimate, difference_of_arms, ratio
from corpuskit.lm.verdict import Check, Status

Floats = NDArray[np.float64]
Other = Literal["raw", "recleaned"]
HeldOut = Literal["raw sample", "reference", "cleaned"]

LEAST_SEEDS: Final = 3
LEAST_DOCUMENTS: Final = 200
GATE: Final = 0.7  # of the unigram entropy
WORSE: Final = 0.02  # of the bits per byte
HELD_OUTS: Final[tuple[HeldOut, ...]] = ("raw sample", "reference", "cleaned")
DECIDES: Final[Mapping[Other, tuple[HeldOut, ...]]] = {
    "raw": ("reference", "raw sample"),
    "recleaned": ("reference", "cleaned"),
}
"""Which held-out text decides, the first that is there."""

SOURCE: Final = (
    "corpuskit: interval over seeds and documents excludes 0, two configurations agree; 2 % is harm"
)
AGREES: Final = "agrees"
REFUSED: Final = "refused: the proxy has not left the unigram plateau"


@dataclass(frozen=True, eq=False)
class HeldOutSet:
    """One held-out set under both arms.

    kept, other : (seeds, documents), nats of the same documents, in the same order.
    sizes : (documents,), UTF-8 bytes.
    unigram, xz : bits per byte of these documents by unigram entropy, and compressed.
    """

    kept: Floats
    other: Floats
    sizes: Floats
    unigram: float
    xz: float


Configuration = Mapping[HeldOut, HeldOutSet]
"""One configuration of the proxy: both arms on up to three held-out sets."""


@dataclass(frozen=True)
class Comparison:
    """Both arms on one held-out set, in bits per byte.

    kept, other : of each seed.
    difference : kept minus other; negative where kept is better.
    passed : whether the better arm passes the gate.
    """

    kept: tuple[float, ...]
    other: tuple[float, ...]
    difference: Estimate
    passed: bool

    @property
    def verdict(self) -> Literal["better", "worse", "no difference"]:
        """Say what kept is, where the interval excludes 0."""
        if self.difference.high < 0.0:
            return "better"
        return "worse" if self.difference.low > 0.0 else "no difference"


def proxy_gate(final_loss: float, unigram_entropy: float, bits_per_byte: float, xz: float) -> bool:
    """Tell whether a proxy has learnt enough for its differences to be believed.

    Parameters
    ----------
    final_loss, unigram_entropy : in one unit, for instance nats per token of the same text.
    bits_per_byte, xz : of the same held-out text.

    Examples
    --------
    >>> proxy_gate(4.1, 6.0, 2.5, 2.4), proxy_gate(4.3, 6.0, 2.5, 2.4)
    (True, False)
    """
    return final_loss <= GATE * unigram_entropy or bits_per_byte < xz


def check_clean_vs_raw(
    sets: Configuration,
    second: Configuration | None,
    *,
    other: Other,
    slope: float | None,
    seed: int,
    resamples: int = RESAMPLES,
) -> Check:
    """Judge the kept text against the raw or the recleaned text.

    Parameters
    ----------
    sets : both arms on the held-out sets, at least the one that decides, three seeds or more.
    second : the same under a second configuration of the proxy; one seed is enough.
    other : what the kept text is compared with; "recleaned" where nothing had been dropped.
    slope : bits per byte that a doubling of the data is worth, above 0; None where unknown.
    seed, resamples : of the bootstrap.

    Returns
    -------
    The check; its details hold `arms`, `seeds`, `sets` of {held_out, difference, low, high},
    `decided_on`, `gate`, `second` and `data_equivalent`.
    """
    deciding = next((name for name in DECIDES[other] if name in sets), None)
    missing = _missing(sets, deciding)
    if missing is not None or deciding is None:
        return _check("inconclusive", other, None, missing or "", {})
    compared = {
        name: compare(sets[name], seed=seed, resamples=resamples)
        for name in HELD_OUTS
        if name in sets
    }
    agreement = _agreement(second, deciding, compared[deciding].difference.value)
    details = _details(compared, deciding, other, slope, agreement)
    return _judge(compared, deciding, other, agreement, details)


def compare(held_out: HeldOutSet, *, seed: int, resamples: int = RESAMPLES) -> Comparison:
    """Compare two arms on one held-out set."""
    difference = difference_of_arms(
        held_out.kept, held_out.other, held_out.sizes, seed=seed, resamples=resamples
    )
    kept, other = _by_seed(held_out.kept, held_out), _by_seed(held_out.other, held_out)
    return Comparison(kept, other, difference, _passed(held_out))


def data_equivalent(difference: float, slope: float | None) -> float | None:
    """Return how many times as much of the other text the kept text is worth.

    Parameters
    ----------
    difference : bits per byte, kept minus other.
    slope : bits per byte a doubling.

    Returns
    -------
    2^(−difference/slope); None without a slope above 0, or where it lies beyond 1,000.

    Examples
    --------
    >>> data_equivalent(-0.1, 0.1), data_equivalent(0.1, 0.1), data_equivalent(0.1, 0.0)
    (2.0, 0.5, None)
    """
    if slope is None or slope <= 0.0 or abs(difference / slope) > math.log2(1000.0):
        return None
    return float(2.0 ** (-difference / slope))


def _judge(
    compared: Mapping[HeldOut, Comparison], deciding: HeldOut, other: Other, agreement: str,
    details: Mapping[str, Any],
) -> Check:  # fmt: skip
    """Return the check that the comparisons lead to."""
    decided = compared[deciding]
    shown = decided.difference
    if not decided.passed:
        return _check(
            "inconclusive", other, shown,
            f"The difference is {REFUSED}, where worse data can look better; train it longer.",
            {**details, "refused": REFUSED},
        )  # fmt: skip
    if decided.verdict != "no difference" and agreement != AGREES:
        return _check(
            "inconclusive", other, shown,
            f"Kept looks {decided.verdict} than {other} on the {deciding}, but the second "
            f"configuration of the proxy {agreement}: the difference is not believed.", details,
        )  # fmt: skip
    if other == "recleaned":
        return _against_recleaned(compared, deciding, details)
    return _against_raw(compared, deciding, details)


def _against_raw(
    compared: Mapping[HeldOut, Comparison], deciding: HeldOut, details: Mapping[str, Any]
) -> Check:
    """Judge kept against raw, once its difference may be believed."""
    decided = compared[deciding]
    shown, harm = decided.difference, WORSE * _mean(decided.other)
    size = f"{abs(shown.value):.3f} bits per byte"
    if decided.verdict == "better":
        return _check("ok", "raw", shown, (
            f"Cleaning helped: kept is {size} better than raw on the {deciding}"
            f"{_worth(details)}."
        ), details)  # fmt: skip
    if decided.verdict == "worse":
        cleaned = compared.get("cleaned")
        own_ground_lost = deciding == "reference" or cleaned is None or cleaned.verdict == "worse"
        if shown.low > harm and own_ground_lost:
            return _check("fail", "raw", shown, (
                f"Cleaning removed what the model needs: kept is {size} worse than raw on the "
                f"{deciding}; look at what was dropped, and loosen those rules."
            ), details, f"cleaning costs {size}{_worth(details)}")  # fmt: skip
        return _check("warn", "raw", shown, (
            f"Kept is {size} worse than raw on the {deciding}"
            + (", where raw is at home" if deciding == "raw sample" else "")
            + ": look at what was dropped."
        ), details)  # fmt: skip
    if shown.high > harm:
        return _check("inconclusive", "raw", shown, (
            f"Kept and raw cannot be told apart: between {-shown.low:.3f} bits per byte better and "
            f"{shown.high:.3f} worse; use more seeds or more held-out text."
        ), details)  # fmt: skip
    return _check("ok", "raw", shown, (
        f"Kept and raw do not differ on the {deciding}: cleaning does no harm at this compute."
    ), details)  # fmt: skip


def _against_recleaned(
    compared: Mapping[HeldOut, Comparison], deciding: HeldOut, details: Mapping[str, Any]
) -> Check:
    """Judge kept against its recleaned self, once its difference may be believed."""
    decided = compared[deciding]
    shown, harm = decided.difference, WORSE * _mean(decided.other)
    size = f"{abs(shown.value):.3f} bits per byte"
    if decided.verdict == "worse":
        return _check("fail", "recleaned", shown, (
            f"Noise is still in the data: cleaned with the default recipe it is {size} better on "
            f"the {deciding} text{_worth(details)}; run `corpuskit clean` on it."
        ), details, f"cleaning would gain {size}")  # fmt: skip
    if decided.verdict == "no difference" and shown.high > harm:
        return _check("inconclusive", "recleaned", shown, (
            "It cannot be told whether cleaning would help: it may gain up to "
            f"{shown.high:.3f} bits per byte; use more seeds or more held-out text."
        ), details)  # fmt: skip
    return _check("ok", "recleaned", shown, (
        "Cleaning the text again with the default recipe gains nothing: little noise is left."
    ), details)  # fmt: skip


def _agreement(second: Configuration | None, deciding: HeldOut, value: float) -> str:
    """Say what the second configuration does to a difference: AGREES, or why it does not."""
    if second is None or deciding not in second:
        return "was not trained"
    held_out = second[deciding]
    if not (np.isfinite(held_out.kept).all() and np.isfinite(held_out.other).all()):
        return "broke"
    if not _passed(held_out):
        return "has not left the unigram plateau"
    return AGREES if _difference(held_out) * value > 0.0 else "says the opposite"


def _details(
    compared: Mapping[HeldOut, Comparison], deciding: HeldOut, other: Other, slope: float | None,
    agreement: str,
) -> dict[str, Any]:  # fmt: skip
    """Return what the figures and the report read."""
    decided = compared[deciding]
    pairs = zip(decided.kept, decided.other, strict=False)
    return {
        "arms": ["kept", other],
        "decided_on": deciding,
        "seeds": [
            {"seed": at, "kept": kept, other: rest} for at, (kept, rest) in enumerate(pairs)
        ],
        "sets": [
            {"held_out": name, **found.difference.plain("difference"), "kept_is": found.verdict,
             "gate": found.passed}
            for name, found in compared.items()
        ],
        "gate": {"passed": decided.passed, "unigram_share": GATE},
        "second": agreement,
        "slope": slope,
        "data_equivalent": data_equivalent(decided.difference.value, slope),
    }  # fmt: skip


def _worth(details: Mapping[str, Any]) -> str:
    """Tell the difference as data, or nothing where there is no slope to tell it by."""
    factor = details["data_equivalent"]
    if factor is None:
        return ""
    if factor >= 1.0:
        return f", worth {factor:.1f} times as much {details['arms'][1]} text"
    return f", as if only {factor:.0%} of the text were there"


def _missing(sets: Configuration, deciding: HeldOut | None) -> str | None:
    """Say what is missing for a judgement, or None."""
    if deciding is None:
        return "There is no held-out text on which both arms could be compared."
    for name, held_out in sets.items():
        if not (np.isfinite(held_out.kept).all() and np.isfinite(held_out.other).all()):
            return f"A run broke: its loss on the {name} is NaN or infinite; lower the rate."
    seeds = min(len(sets[deciding].kept), len(sets[deciding].other))
    if seeds < LEAST_SEEDS:
        return f"Only {seeds} seeds were trained, and {LEAST_SEEDS} are needed to compare two arms."
    documents = len(sets[deciding].sizes)
    if documents < LEAST_DOCUMENTS:
        return f"Only {documents} documents in the {deciding}, and {LEAST_DOCUMENTS} are needed."
    return None


def _passed(held_out: HeldOutSet) -> bool:
    """Tell whether the better arm passes the gate, by its mean over seeds."""
    bits = min(_mean(_by_seed(arm, held_out)) for arm in (held_out.kept, held_out.other))
    return proxy_gate(bits, held_out.unigram, bits, held_out.xz)


def _difference(held_out: HeldOutSet) -> float:
    """Return bits per byte of kept minus other."""
    return _mean(_by_seed(held_out.kept, held_out)) - _mean(_by_seed(held_out.other, held_out))


def _by_seed(arm: Floats, held_out: HeldOutSet) -> tuple[float, ...]:
    """Return bits per byte of each seed."""
    return tuple(ratio(nats, held_out.sizes) for nats in arm)


def _mean(values: tuple[float, ...]) -> float:
    """Return the mean."""
    return sum(values) / len(values)


def _check(
    status: Status, other: Other, value: Estimate | None, advice: str,
    details: Mapping[str, Any], amount: str | None = None,
) -> Check:  # fmt: skip
    """Return the check under its name and source."""
    decided_on = details.get("decided_on")
    where = f" on the {decided_on}" if decided_on else ""
    return Check(
        "clean_vs_raw", status, f"kept minus {other}{where}, bits per byte",
        value.value if value else None, 0.0, SOURCE, advice,
        interval=value.interval if value else None, amount=amount, details=details,
    )  # fmt: skip
