"""Check 5: what the proxy makes of text it has not seen.

Bits per byte = nats / (ln 2 · UTF-8 bytes): no tokenizer's merit, comparable with a compressor.
Four questions, in this order:

- **Is there enough to judge?** 200 documents and 0.5 MB, else inconclusive, saying what is missing.
- **Is it language?** The same documents with their words shuffled must cost a trained proxy more.
  Measured on English web text, 150 and 400 steps: shuffling cost 0.33 and 0.41 bits per byte, and
  at most 2 % of the bytes lay in documents where it cost no more than 0.02; on the same text with
  its words shuffled, 0.001 and over 99 %; on random letters, 0.000 and 100 %. Hence fail where
  shuffling costs at most 0.02 (upper end of the interval) or where over 20 % of the bytes are in
  documents without order (lower end). Documents that shuffling leaves as they are (one word, or a
  script without spaces) say nothing and are left out. "Trained" is: better than xz, or 5 % below
  the unigram entropy; shuffled words and noise get there by the inside of words alone (0.84, 0.96).
- **Does it learn rather than memorise?** The gap of the held-out text over a probe of the training
  sources with the same mix of languages: up to 3 % ok, to 10 % warn, above fail. The lower end of
  the interval is held against the bound, so a gap that might be smaller gets the milder status. It
  counts where the proxy has learnt its training text, even if it beats no compressor on the
  held-out: that is what memorising looks like. The probe holds documents that the proxy has *not*
  read. A model of this size gains 8 to 10 % on any text that it reads once (measured on web text,
  English and Chinese), so a probe of read text would call every corpus memorised; text that
  repeats what was read is known to the proxy before it is read. The gap over read text is told.
- **Has it learnt enough to judge?** A proxy that beats neither xz of the held-out nor xz given the
  training sample: inconclusive.

Domains and languages that are significantly worse than the whole (lower end of their own interval
above the whole's bits per byte) are named with their share of bytes: at least 1 % of the bytes, and
ten documents, of which an interval can be drawn. Scripts differ in bytes per character, so compare
a language with itself rather than with another.

Sources: the bounds are corpuskit's own, from its proxy; bits per byte against compressors: Delétang
et al. 2024 (arXiv:2309.10668); a shuffled copy as control: Sinha et al. 2021 (arXiv:2104.06644).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from corpuskit.lm.bootstrap import (
    BITS_PER_NAT,
    RESAMPLES,
    Estimate,
    bits_per_byte,
    estimate,
    ratio,
    resampled_sums,
)
from corpuskit.lm.verdict import Check, Status

Floats = NDArray[np.float64]

LEAST_DOCUMENTS: Final = 200
LEAST_BYTES: Final = 500_000
GAP_WARN: Final = 0.03
GAP_FAIL: Final = 0.10
LEAST_ORDER_GAIN: Final = 0.02  # bits per byte that shuffling the words must cost
ORDERLESS_SHARE: Final = 0.20  # of the bytes
LEFT_UNIGRAM: Final = 0.95
UNCHANGED: Final = 1e-6  # of the nats: what the same text differs by in another batch
WEAK_SHARE: Final = 0.01  # of the bytes
WEAK_DOCUMENTS: Final = 10

BITS: Final = "held-out bits per byte, against the weaker of two xz baselines"
GAP: Final = "held-out bits per byte over those of unread text of the training sources, minus 1"
ORDER: Final = "bits per byte that shuffling the words costs"
ORDERLESS: Final = "share of held-out bytes in documents without word order"
SOURCE: Final = "corpuskit: xz baselines; gap 3 % and 10 %; word order 0.02 bits per byte and 20 %"


@dataclass(frozen=True, eq=False)
class Scored:
    """Documents under the proxy.

    nats : (documents,), negative log likelihood of each.
    sizes : (documents,), UTF-8 bytes of each, above 0.
    shuffled : (documents,), nats of the same documents with their words shuffled; None where this
        was not measured, as for the train probe.
    languages, domains : (documents,), labels; empty where there are none.
    """

    nats: Floats
    sizes: Floats
    shuffled: Floats | None = None
    languages: Sequence[str] = ()
    domains: Sequence[str] = ()


@dataclass(frozen=True)
class Baselines:
    """Bits per byte of the held-out documents without the proxy.

    xz : compressed alone.
    xz_given_train : what they add to the compressed training sample.
    unigram : by the entropy of the training text's tokens.
    """

    xz: float
    xz_given_train: float
    unigram: float

    @property
    def weakest_xz(self) -> float:
        """Return the xz baseline that is easier to beat."""
        return max(self.xz, self.xz_given_train)


@dataclass(frozen=True)
class Findings:
    """What was measured, each with its interval; None where it could not be.

    bits, probe, read : bits per byte of the held-out documents, of the probe, and of text that
        the proxy was trained on.
    gap, read_gap : bits over probe and over read, minus 1.
    order_gain : bits per byte that shuffling costs, over the documents that it changes.
    orderless : share of those documents' bytes where it costs no more than 0.02.
    unchanged : share of all bytes in documents that shuffling leaves as they are.
    """

    bits: Estimate
    probe: Estimate
    gap: Estimate
    read: Estimate | None
    read_gap: Estimate | None
    order_gain: Estimate | None
    orderless: Estimate | None
    unchanged: float


def check_held_out(
    held_out: Scored,
    probe: Scored,
    baselines: Baselines,
    *,
    read: Scored | None = None,
    near_duplicates_removed: int = 0,
    seed: int,
    resamples: int = RESAMPLES,
) -> Check:
    """Judge the proxy on held-out documents.

    Parameters
    ----------
    held_out : documents split off by source before any cleaning, with their shuffled copy.
    probe : documents of the training sources that the proxy has not read, in the same languages.
    read : such documents that it has read.
    baselines : bits per byte of the held-out documents without the proxy.
    near_duplicates_removed : documents taken out of training because they resemble these.
    seed, resamples : of the bootstrap over documents.

    Returns
    -------
    The check; `value` is what decided, and its details hold everything that was measured, with
    `languages` and `domains` as rows of {name, share, bits_per_byte, low, high, weak}.
    """
    missing = _missing(held_out, probe)
    if missing is not None:
        return Check("held_out", "inconclusive", BITS, None, baselines.weakest_xz, SOURCE, missing,
                     details=_sizes(held_out, near_duplicates_removed))  # fmt: skip
    found = measure(held_out, probe, read, seed=seed, resamples=resamples)
    languages = _groups(held_out, held_out.languages, found.bits.value, seed, resamples)
    domains = _groups(held_out, held_out.domains, found.bits.value, seed, resamples)
    details: dict[str, Any] = {
        **_sizes(held_out, near_duplicates_removed),
        "baselines": {**vars(baselines)},
        **{
            name: part.plain() if isinstance(part, Estimate) else part
            for name, part in vars(found).items()
        },
        "languages": languages,
        "domains": domains,
    }
    return judge(found, baselines, details)


def measure(
    held_out: Scored,
    probe: Scored,
    read: Scored | None = None,
    *,
    seed: int,
    resamples: int = RESAMPLES,
) -> Findings:
    """Measure bits per byte, gaps and word order, drawing the documents again."""
    shuffled = held_out.nats if held_out.shuffled is None else held_out.shuffled
    cost = shuffled - held_out.nats
    changed = np.abs(cost) > UNCHANGED * np.abs(held_out.nats)
    bare = changed & (BITS_PER_NAT * cost <= LEAST_ORDER_GAIN * held_out.sizes)
    columns = np.column_stack(
        (held_out.nats, held_out.sizes, cost * changed, held_out.sizes * changed,
         held_out.sizes * bare)
    )  # fmt: skip
    sums = resampled_sums(columns, seed=seed, resamples=resamples)
    whole = columns.sum(axis=0)
    draws = BITS_PER_NAT * sums[:, 0] / sums[:, 1]
    bits = estimate(ratio(held_out.nats, held_out.sizes), draws)
    known, gap = beside(probe, bits.value, draws, seed + 1)
    of_read = (
        beside(read, bits.value, draws, seed + 2) if read and len(read.sizes) else (None, None)
    )
    order_gain = orderless = None
    if whole[3] > 0:
        held = sums[sums[:, 3] > 0]
        order_gain = estimate(BITS_PER_NAT * whole[2] / whole[3],
                              BITS_PER_NAT * held[:, 2] / held[:, 3])  # fmt: skip
        orderless = estimate(whole[4] / whole[3], held[:, 4] / held[:, 3])
    return Findings(
        bits=bits,
        probe=known,
        gap=gap,
        read=of_read[0],
        read_gap=of_read[1],
        order_gain=order_gain,
        orderless=orderless,
        unchanged=float(1.0 - whole[3] / whole[1]),
    )


def beside(other: Scored, bits: float, draws: Floats, seed: int) -> tuple[Estimate, Estimate]:
    """Return bits per byte of other documents, and the held-out's gap over them."""
    columns = np.column_stack((other.nats, other.sizes))
    sums = resampled_sums(columns, seed=seed, resamples=len(draws))
    own, own_draws = ratio(other.nats, other.sizes), BITS_PER_NAT * sums[:, 0] / sums[:, 1]
    return estimate(own, own_draws), estimate(bits / own - 1.0, draws / own_draws - 1.0)


def judge(found: Findings, baselines: Baselines, details: Mapping[str, Any]) -> Check:
    """Return the check that the findings lead to; what fails speaks before what is open."""
    limit = baselines.weakest_xz
    trained = found.bits.value < max(limit, LEFT_UNIGRAM * baselines.unigram)
    if trained and (failed := _orderless(found, details)) is not None:
        return failed
    if found.gap.low > GAP_FAIL and found.probe.value < limit:
        return _check(
            "fail", GAP, found.gap, GAP_FAIL,
            f"The proxy is memorising: text of other sources costs it {found.gap.value:.0%} more "
            "than unread text of the sources that it was trained on, so those repeat themselves: "
            "it needs more unique text, or more sources.", details,
            f"unique text: other sources are {found.gap.value:.0%} worse than the training's own",
        )  # fmt: skip
    if found.bits.value >= limit:
        return _check(
            "inconclusive", BITS, found.bits, limit,
            f"The proxy has learnt too little to judge: {found.bits.value:.2f} bits per byte, and "
            f"xz needs {limit:.2f}; train it longer.", details,
        )  # fmt: skip
    if (doubtful := _doubtful(found, details)) is not None:
        return doubtful
    return _check("ok", BITS, found.bits, limit, _praise(found, details), details)


def _orderless(found: Findings, details: Mapping[str, Any]) -> Check | None:
    """Return the failure of text whose words are in no order, or None."""
    if found.order_gain is None or found.orderless is None:
        return None
    if found.order_gain.high <= LEAST_ORDER_GAIN:
        return _check(
            "fail", ORDER, found.order_gain, LEAST_ORDER_GAIN,
            "The words of this text are in no order: shuffling them costs a trained proxy nothing, "
            "so it is not language as it stands; look for shuffled, generated or broken text.",
            details, "text whose words are in order",
        )  # fmt: skip
    if found.orderless.low > ORDERLESS_SHARE:
        return _check(
            "fail", ORDERLESS, found.orderless, ORDERLESS_SHARE,
            f"{found.orderless.value:.0%} of the bytes are in documents whose words are in no "
            "order: remove lists, tables, keyword spam and shuffled text.",
            details, f"{found.orderless.value:.0%} of the text has no word order",
        )  # fmt: skip
    return None


def _doubtful(found: Findings, details: Mapping[str, Any]) -> Check | None:
    """Return the warning of a gap, or of too little word order, or None."""
    if found.gap.low > GAP_WARN:
        return _check(
            "warn", GAP, found.gap, GAP_WARN,
            f"Text of other sources costs the proxy {found.gap.value:.0%} more than unread text of "
            "the sources that it was trained on: these are alike or few, so add others.", details,
        )  # fmt: skip
    if found.orderless is not None and found.orderless.value > ORDERLESS_SHARE:
        return _check(
            "warn", ORDERLESS, found.orderless, ORDERLESS_SHARE,
            f"About {found.orderless.value:.0%} of the bytes are in documents whose words are in "
            "no order: look for lists, tables and keyword spam.", details,
        )  # fmt: skip
    return None


def _praise(found: Findings, details: Mapping[str, Any]) -> str:
    """Say that the proxy learns, and where it learns least."""
    weak = [
        row for kind in ("languages", "domains") for row in details.get(kind, ()) if row["weak"]
    ]
    said = f"The proxy learns rather than memorises (gap {found.gap.value:.1%})"
    if not weak:
        return f"{said}."
    weak.sort(key=lambda row: -row["bits_per_byte"])
    named = ", ".join(f"{row['name']} ({row['share']:.0%} of the bytes)" for row in weak[:3])
    return f"{said}; it does worst on {named}: more text of that kind would help it."


def _groups(
    held_out: Scored, labels: Sequence[str], whole: float, seed: int, resamples: int
) -> list[dict[str, Any]]:
    """Return bits per byte of every label with at least 1 % of the bytes, largest first."""
    if not len(labels):
        return []
    names, which = np.unique(np.asarray(labels), return_inverse=True)
    shares = np.bincount(which, weights=held_out.sizes) / held_out.sizes.sum()
    rows = []
    for at in np.argsort(-shares, kind="stable"):
        own = which == at
        if shares[at] < WEAK_SHARE or own.sum() < WEAK_DOCUMENTS:
            continue
        bits = bits_per_byte(
            held_out.nats[own], held_out.sizes[own], seed=seed, resamples=resamples
        )
        rows.append({"name": str(names[at]), "share": float(shares[at]),
                     **bits.plain("bits_per_byte"), "weak": bits.low > whole})  # fmt: skip
    return rows


def _missing(held_out: Scored, probe: Scored) -> str | None:
    """Say what is missing for a judgement, or None."""
    documents, size = len(held_out.sizes), int(held_out.sizes.sum())
    lacks = []
    if documents < LEAST_DOCUMENTS:
        lacks.append(f"{LEAST_DOCUMENTS - documents} more held-out documents")
    if size < LEAST_BYTES:
        lacks.append(f"{(LEAST_BYTES - size) / 1e6:.2f} MB more held-out text")
    if lacks:
        return (
            f"{' and '.join(lacks)} needed to judge ({documents} documents, {size / 1e6:.2f} MB "
            "are there): give more sources, or more text of each."
        )
    if len(probe.sizes) == 0:
        return "No text of the training set was scored to compare the held-out text with."
    known = [held_out.nats, probe.nats, *([] if held_out.shuffled is None else [held_out.shuffled])]
    if not all(np.isfinite(nats).all() for nats in known):
        return "The proxy's loss is NaN or infinite on some documents: lower its learning rate."
    return None


def _sizes(held_out: Scored, near_duplicates_removed: int) -> dict[str, Any]:
    """Return how much was held out."""
    return {
        "documents": len(held_out.sizes),
        "bytes": int(held_out.sizes.sum()),
        "near_duplicates_removed": near_duplicates_removed,
    }


def _check(
    status: Status, measure: str, value: Estimate, bound: float, advice: str,
    details: Mapping[str, Any], amount: str | None = None,
) -> Check:  # fmt: skip
    """Return the check under its name and source."""
    return Check("held_out", status, measure, value.value, bound, SOURCE, advice,
                 interval=value.interval, amount=amount, details=details)  # fmt: skip
