"""Made-up verdicts and curves of the pretraining step: every outcome, and what a page must bear."""

from __future__ import annotations

import json
import math
import random
from pathlib import Path
from typing import Any

from corpuskit.lm.verdict import CHECKS, Check, judge
from corpuskit.report.pretrain import Section, section
from tests.report.summaries import HOSTILE

FIT = {"E": 1.7, "A": 100.0, "b": 0.382}
INSTALL = 'pip install "corpuskit[lm]"'
OUTCOMES = ("SUFFICIENT", "INSUFFICIENT", "INCONCLUSIVE")
NEEDS_TORCH = ("learning_rate", "curve", "data_scaling", "clean_vs_raw")
LIMITS = (
    "The ranking of two corpora by a small model can flip with its learning rate.",
    "One scale of 150M parameters predicts which data is better at 1B about 80 % of the time "
    "(DataDecide, Magnusson et al. 2025).",
    "At very large compute the best filter may be none; this verdict is made at this compute.",
)

OK = {
    "quantity": Check(
        "quantity", "ok", "effective tokens per parameter, four passes", 24.7, 20.0,
        "Hoffmann et al. 2022; Muennighoff et al. 2023",
        "There are enough unique tokens for 26M parameters; up to 32M would still do.",
    ),
    "steps": Check(
        "steps", "warn", "optimiser steps of the target", 812.0, 1000.0,
        "corpuskit, measured on minimind",
        "Use a smaller batch, 32 × 4 rows, or two passes.",
    ),
    "learning_rate": Check(
        "learning_rate", "ok", "your learning rate", 5e-4, 1e-3,
        "sweep of the proxy, 7 rates; window of the target 1e-5 to 1e-3",
        "5e-4 is inside the window of AdamW.", state="OK",
    ),
    "curve": Check(
        "curve", "ok", "rank correlation of smoothed loss and step", -0.994, -0.9,
        "Spearman 1904; corpuskit", "The loss falls smoothly.",
    ),
    "held_out": Check(
        "held_out", "ok", "gap of held-out over training text, in percent", 1.8, 3.0,
        "corpuskit, 1,204 documents, 1.1 MB", "The proxy learns rather than memorises.",
        interval=(0.9, 2.7),
    ),
    "data_scaling": Check(
        "data_scaling", "ok", "gain of twice the data, bits per byte", 0.062, None,
        "fit L = E + A·D^−b over four sizes", "More data still helps by about 0.062.",
        interval=(0.041, 0.088),
    ),
    "clean_vs_raw": Check(
        "clean_vs_raw", "ok", "kept minus raw on the raw sample, bits per byte", -0.131, 0.0,
        "bootstrap over 3 seeds and 1,204 documents", "Cleaning helped.",
        interval=(-0.149, -0.113),
    ),
    "coverage": Check(
        "coverage", "ok", "share of held-out bytes that no word piece covers", 0.012, 0.05,
        "corpuskit; Good 1953", "The held-out text is covered.",
    ),
}  # fmt: skip
FAILED = {
    "quantity": Check(
        "quantity", "fail", "effective tokens per parameter, four passes", 6.45, 20.0,
        "Hoffmann et al. 2022; Muennighoff et al. 2023",
        "Add text, or train at most 8.4M parameters on what there is.",
        amount="about 3.1× more unique tokens for 26M parameters",
    ),
    "steps": Check(
        "steps", "fail", "optimiser steps of the target", 14.0, 200.0,
        "corpuskit, measured on minimind",
        "3,554 rows at 32 × 8 are 14 steps; use batch 8 and accumulation 1.",
        amount="186 more steps",
    ),
    "learning_rate": Check(
        "learning_rate", "fail", "your learning rate", 0.1, 1e-3,
        "sweep of the proxy, 7 rates; window of the target 1e-5 to 1e-3",
        "At 0.1 the loss explodes, far above its start; use 5e-4.", state="DIVERGED",
        amount="a rate 100× lower",
    ),
}  # fmt: skip


def checks(outcome: str = "INSUFFICIENT", without: tuple[str, ...] = ()) -> list[Check]:
    """Make the checks that lead to an outcome; those named in `without` were not made."""
    made = dict(OK)
    if outcome == "INSUFFICIENT":
        made |= FAILED
    if outcome == "INCONCLUSIVE":
        for name in ("held_out", "clean_vs_raw"):
            made[name] = Check(
                name, "inconclusive", OK[name].measure, None, OK[name].threshold, OK[name].source,
                "Only 61 held-out documents; 200 are needed, so give more sources.",
            )  # fmt: skip
    return [made[name] for name in CHECKS if name not in without]


def verdict(
    outcome: str = "INSUFFICIENT", without: tuple[str, ...] = (), **changes: Any
) -> dict[str, Any]:
    """Make what verdict.json holds."""
    made = checks(outcome, without)
    reached, binds = judge(made)
    assert reached == outcome
    sentences = {
        "SUFFICIENT": "By every check, this corpus is enough for 26M parameters and 1 pass.",
        "INSUFFICIENT": "For 26M parameters this corpus is too small: 8.4 million unique tokens "
        "are 6.45 for each parameter, where 20 are needed.",
        "INCONCLUSIVE": "It cannot be told whether this corpus is enough: some checks are open.",
    }
    return {
        "verdict": outcome,
        "sentence": sentences[outcome],
        "binding": binds and {"check": binds.id, "amount": binds.amount, "sentence": binds.advice},
        "target": {
            "params": 26_000_000, "epochs": 1, "learning_rate": 0.1, "batch_size": 32,
            "accumulation": 8, "max_seq_len": 340, "languages": ["en", "zh"],
        },
        "preset": "quick",
        "checks": [check.plain() for check in made],
        "limits": list(LIMITS),
        "waiting": None,
        "seeds": [0, 1, 2],
        "versions": {"corpuskit": "0.1.0", "torch": "2.8.0", "tokenizers": "0.22.0"},
        "digests": {"kept": "6b1f9a0c44d2", "raw_sample": "a0c3f2217be9"},
        **changes,
    }  # fmt: skip


def without_torch() -> dict[str, Any]:
    """Make the verdict of a machine that can do the arithmetic only."""
    return verdict("INSUFFICIENT", (*NEEDS_TORCH, "held_out"), waiting=INSTALL) | {
        "binding": {"check": "quantity", "amount": FAILED["quantity"].amount,
                    "sentence": FAILED["quantity"].advice},
    }  # fmt: skip


def losses(rng: random.Random, steps: int, start: float, end: float, noise: float) -> list[float]:
    """Make a loss that falls as a power of the step."""
    return [
        round(end + (start - end) * (1 + step / 12) ** -0.8 + rng.gauss(0, noise), 4)
        for step in range(steps)
    ]


def curves(steps: int = 1200, hostile: bool = False) -> dict[str, Any]:
    """Make what curves.json holds after a whole run."""
    rng = random.Random(steps)
    return {
        "main": main(rng, steps, hostile),
        "sweep": sweep(rng),
        "scaling": {
            "points": [
                {"tokens": tokens, "bits_per_byte": value, "low": value - 0.02,
                 "high": value + 0.02}
                for tokens, value in fitted(0.004)
            ],
            "fit": FIT,
            "doubling": {"gain": 0.095, "low": 0.071, "high": 0.121},
        },
        "comparison": {
            "arms": ["kept", "raw"],
            "seeds": [
                {"seed": 0, "kept": 2.452, "raw": 2.585}, {"seed": 1, "kept": 2.461, "raw": 2.579},
                {"seed": 2, "kept": 2.449, "raw": 2.59},
            ],
            "sets": [
                {"held_out": "raw sample", "difference": -0.131, "low": -0.149, "high": -0.113},
                {"held_out": "reference", "difference": 0.006, "low": -0.011, "high": 0.022},
                {"held_out": "cleaned", "difference": -0.187, "low": -0.205, "high": -0.166},
            ],
            "gate": {"passed": True},
            "data_equivalent": 1.6,
        },
        "baselines": {"xz": 2.362, "xz_given_train": 2.291, "unigram": 4.41},
        "languages": rows(
            [("en", 0.61, 2.05), ("zh", 0.29, 1.93), ("ja", 0.06, 2.11), ("de", 0.04, 2.77)]
        ),
        "domains": rows(domains(hostile)),
    }  # fmt: skip


def fitted(scatter: float) -> list[tuple[int, float]]:
    """Make bits per byte for four sizes, a little off the curve."""
    sizes = [1_600_000 // part for part in (8, 4, 2, 1)]
    return [
        (size, FIT["E"] + FIT["A"] * size ** -FIT["b"] + scatter * (-1) ** at)
        for at, size in enumerate(sizes)
    ]


def main(rng: random.Random, steps: int, hostile: bool) -> dict[str, Any]:
    """Make the main run, with two spikes."""
    loss = losses(rng, steps, 7.62, 3.31, 0.06)
    spiked = [step for step in (420, 815) if step < steps]
    for step in spiked:
        loss[step] += 1.4
    names = [HOSTILE if hostile else f"cc-2024-{rng.randrange(10**7):07d}" for _ in range(16)]
    return {
        "steps": list(range(steps)),
        "loss": loss,
        "rate": [0.02 * min(1.0, (step + 1) / 60, 2 * (1 - step / steps)) for step in range(steps)],
        "grad_norm": [abs(rng.gauss(0.8, 0.2)) + 3 * (step in spiked) for step in range(steps)],
        "unigram": 5.93,
        "spikes": [{"step": step, "documents": names} for step in spiked],
    }


def sweep(rng: random.Random) -> list[dict[str, Any]]:
    """Make a sweep: too low, fine, and a rate that explodes without a NaN or with one."""
    rates = ((1e-4, 6.6, "TOO_LOW"), (3e-4, 5.9, "OK"), (1e-3, 5.1, "OK"), (3e-3, 4.7, "OK"),
             (1e-2, 4.9, "OK"), (3e-2, 6.3, "TOO_HIGH"))  # fmt: skip
    made: list[dict[str, Any]] = [
        {"rate": rate, "state": state, "loss": losses(rng, 150, 7.62, end - 0.6, 0.05)}
        for rate, end, state in rates
    ]
    exploding = [7.62 + min(12.0, 0.02 * step**2) + rng.gauss(0, 0.3) for step in range(90)]
    exploding += [None] * 60
    return [*made, {"rate": 0.1, "state": "DIVERGED", "loss": exploding}]


def rows(groups: list[tuple[str, float, float]]) -> list[dict[str, Any]]:
    """Make rows of domains or languages."""
    return [
        {"name": name, "share": share, "bits_per_byte": bits,
         "low": bits - 0.008 / math.sqrt(share), "high": bits + 0.008 / math.sqrt(share)}
        for name, share, bits in groups
    ]  # fmt: skip


def domains(hostile: bool) -> list[tuple[str, float, float]]:
    """Make sixteen domains, one of them weak."""
    names = ["en.wikipedia.org", "gutenberg.org", "zh.wikipedia.org", "arxiv.org", "code.example"]
    names += [f"a-rather-long-name-of-a-site-{n}.example.org" for n in range(11)]
    if hostile:
        names = [f"{HOSTILE}{n}" for n in range(16)]
    weights = [1 / (n + 1) for n in range(16)]
    return [
        (name, weight / sum(weights), 3.1 if n == 4 else 2.0 + 0.013 * n)
        for n, (name, weight) in enumerate(zip(names, weights, strict=True))
    ]


def write(folder: Path, judged: dict[str, Any], measured: dict[str, Any] | None) -> None:
    """Write both files as the step does."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "verdict.json").write_text(json.dumps(judged, allow_nan=False), "utf-8")
    if measured is not None:
        (folder / "curves.json").write_text(json.dumps(measured, allow_nan=False), "utf-8")


def made_section(outcome: str = "INSUFFICIENT", **changes: Any) -> Section:
    """Make the section of the page, without images."""
    return section(verdict(outcome, **changes), curves(), {})
