"""Is there enough text for the parameters, and how much of it repeats itself?

The value is D_eff(4) / N: the unique tokens, worth what four passes make of them, for each
parameter. Up to four passes repeated tokens are almost as good as fresh ones (Muennighoff et al.
2023), and 20 tokens per parameter are compute-optimal (Hoffmann et al. 2022). Half of that is
ours: under 10 a smaller model would do better from the same text at the same cost. Small models
are often trained far beyond 20, so "ok" is a floor and no optimum.

Duplicates: Lee et al. 2022 (arXiv:2107.06499) found near duplicates among 0.4 % (Wiki-40B) to 14 %
(RealNews) of the documents of well-known corpora, and better models, which emit far less memorised
text, without them. The bounds on the share, 5 and 25 %, are ours: the first is about what LM1B and
C4 held, and beyond the second every fourth byte is read again within one pass.
"""

from __future__ import annotations

from typing import Any, Final

from corpuskit.lm.scaling import (
    TOKENS_PER_PARAMETER,
    effective_tokens,
    largest_params,
    needed_unique_tokens,
    short_number,
)
from corpuskit.lm.settings import Target
from corpuskit.lm.verdict import Check, Status

PASSES: Final = 4
"""Passes up to which repeated tokens are almost as good as fresh ones (Muennighoff et al. 2023)."""
TOO_FEW: Final = 10.0
WARN_DUPLICATES, FAIL_DUPLICATES = 0.05, 0.25

_SOURCE: Final = "Hoffmann et al. 2022: 20 tokens per parameter; Muennighoff et al. 2023: 4 passes"
_DUPLICATE_SOURCE: Final = "Lee et al. 2022: duplicates harm; the bounds are corpuskit's"
_RANK: Final[dict[Status, int]] = {"ok": 0, "warn": 1, "fail": 2}


def quantity(unique_tokens: int, duplicate_share: float, target: Target) -> Check:
    """Judge the volume of the text for the target.

    Parameters
    ----------
    unique_tokens : tokens that are left when near-duplicates are removed.
    duplicate_share : bytes of kept documents that repeat other kept ones, exactly or nearly, over
        bytes of all kept documents, in [0, 1].

    Examples
    --------
    >>> check = quantity(13_000_000, 0.0, Target(params=26_000_000))
    >>> check.status, check.amount
    ('fail', 'about 12× more unique tokens for 26M parameters')
    """
    volume = effective_tokens(unique_tokens, PASSES) / target.params
    of_volume: Status = (
        "ok" if volume >= TOKENS_PER_PARAMETER else "warn" if volume >= TOO_FEW else "fail"
    )
    of_copies: Status = (
        "ok" if duplicate_share <= WARN_DUPLICATES
        else "warn" if duplicate_share <= FAIL_DUPLICATES else "fail"
    )  # fmt: skip
    details = _details(unique_tokens, duplicate_share, target)
    copies = f"{100 * duplicate_share:.0f} % of the text repeats other kept documents"
    remedy = f"{copies}: run `corpuskit dedup` on it"
    if _RANK[of_copies] > _RANK[of_volume]:
        return Check(
            "quantity", of_copies, "share of the kept text that repeats other kept documents",
            duplicate_share, FAIL_DUPLICATES if of_copies == "fail" else WARN_DUPLICATES,
            _DUPLICATE_SOURCE, f"{remedy}.", amount=copies if of_copies == "fail" else None,
            details=details,
        )  # fmt: skip
    advice = _advice(unique_tokens, of_volume, details, target)
    if of_copies != "ok":
        advice = f"{advice.rstrip('.')}; {remedy}."
    return Check(
        "quantity", of_volume, f"effective tokens per parameter, {PASSES} passes", volume,
        TOKENS_PER_PARAMETER, _SOURCE, advice,
        amount=_amount(details, target) if of_volume == "fail" else None, details=details,
    )  # fmt: skip


def _details(unique_tokens: int, duplicate_share: float, target: Target) -> dict[str, Any]:
    own = effective_tokens(unique_tokens, target.epochs)
    return {
        "unique_tokens": unique_tokens,
        "params": target.params,
        "epochs": target.epochs,
        "effective_tokens": effective_tokens(unique_tokens, PASSES),
        "effective_tokens_at_epochs": own,
        "tokens_per_parameter_at_epochs": own / target.params,
        "largest_params": largest_params(unique_tokens, PASSES),
        "largest_params_at_epochs": largest_params(unique_tokens, target.epochs),
        "needed_unique_tokens": needed_unique_tokens(target.params, PASSES),
        "needed_unique_tokens_at_epochs": needed_unique_tokens(target.params, target.epochs),
        "duplicate_share": duplicate_share,
    }


def _advice(unique_tokens: int, status: Status, details: dict[str, Any], target: Target) -> str:
    """Say what to do: add text, take a smaller model, or make more passes."""
    has, size = short_number(unique_tokens), short_number(target.params)
    largest = short_number(details["largest_params"])
    if status != "ok":
        needed = short_number(details["needed_unique_tokens"])
        smaller = f", or train at most {largest} parameters on it" if unique_tokens else ""
        return (
            f"The corpus has {has} unique tokens and {size} parameters need about {needed}, read "
            f"{PASSES} times: add text{smaller}."
        )
    enough = f"{has} unique tokens are enough for up to {largest} parameters in {PASSES} passes"
    at_epochs = details["tokens_per_parameter_at_epochs"]
    if at_epochs < TOKENS_PER_PARAMETER:
        passes = "one pass gives" if target.epochs == 1 else f"{target.epochs} passes give"
        return (
            f"{enough}; {passes} {size} parameters {at_epochs:.3g} tokens each, so make {PASSES}."
        )
    return f"{enough}."


def _amount(details: dict[str, Any], target: Target) -> str:
    """Say how much is missing."""
    for_params = f"unique tokens for {short_number(target.params)} parameters"
    if not details["unique_tokens"]:
        return f"all of the {short_number(details['needed_unique_tokens'])} {for_params}"
    times = details["needed_unique_tokens"] / details["unique_tokens"]
    return f"about {times:,.0f}× more {for_params}" if times >= 10 else (
        f"about {times:.1f}× more {for_params}"
    )  # fmt: skip
