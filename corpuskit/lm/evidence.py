"""From finished arms to the eight checks, and to the numbers that are drawn.

What a check is told is put together here: which documents, which arms, which baseline. The checks
themselves know nothing of files or arms.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from corpuskit.lm import compression
from corpuskit.lm.checks import clean_vs_raw as comparison
from corpuskit.lm.checks.curve import check_curve
from corpuskit.lm.checks.data_scaling import Fraction, bits_per_doubling, check_data_scaling
from corpuskit.lm.checks.held_out import Baselines, Scored, check_held_out
from corpuskit.lm.checks.learning_rate import Run, check_learning_rate
from corpuskit.lm.experiment import FRACTIONS, SAME_SHARE, Prepared, shared_run, sweep_rates
from corpuskit.lm.packing import documents_of_step
from corpuskit.lm.parts import comparable
from corpuskit.lm.results import ArmResult, DocumentLosses
from corpuskit.lm.settings import Preset, Target
from corpuskit.lm.text_checks import Measured
from corpuskit.lm.verdict import Check

Floats = NDArray[np.float64]
Results = Mapping[str, ArmResult]

TOO_LITTLE: Final = "not measured"
SETS: Final[dict[str, comparison.HeldOut]] = {
    "raw_sample": "raw sample",
    "reference": "reference",
    "clean": "cleaned",
}
PROBES: Final = ("unread", "read")
CURVE_POINTS: Final = 2000


class Evidence:
    """The arms of one step, and what the checks ask of them."""

    def __init__(self, prepared: Prepared, results: Results, measured: Measured, seed: int) -> None:
        self.prepared, self.results, self.measured, self.seed = prepared, results, measured, seed
        self.unigram = compression.unigram_entropy(prepared.encoded("kept").tokens)

    @property
    def main(self) -> ArmResult:
        """The run over all of the budget."""
        return self.results["scaling-1"]

    def unigram_bits(self, losses: DocumentLosses) -> float:
        """Return the unigram entropy in bits per byte of a held-out set."""
        size = max(1, int(losses.bytes.sum()))
        return compression.bits_per_byte(self.unigram, int(losses.tokens.sum()), size)

    def checks(self, preset: Preset, target: Target) -> list[Check]:
        """Make the checks that need a trained proxy."""
        rate = self.learning_rate(preset, target)
        if self.main.nonfinite is not None:
            broken = f"The proxy's own training broke ({self.main.nonfinite} at step "
            broken += f"{self.main.nonfinite_step}): look at the text of its batch."
            names = ("held_out", "data_scaling", "clean_vs_raw")
            return [rate, self.curve(), *(unmade(name, broken) for name in names)]
        scaling = self.data_scaling()
        return [rate, self.curve(), self.held_out(), scaling, self.clean_vs_raw(preset, scaling)]

    def learning_rate(self, preset: Preset, target: Target) -> Check:
        """Judge the sweep."""
        runs = {}
        for rate in sweep_rates(preset, target):
            found = self.results[f"sweep-{rate:g}"]
            runs[rate] = Run(
                found.losses, found.gradient_norms, found.nonfinite_step, preset.sweep_steps
            )
        return check_learning_rate(runs, target.learning_rate, self.unigram)

    def curve(self) -> Check:
        """Judge the main run's loss; spikes are named by the users' ids."""
        encoded, arm = self.prepared.encoded("kept"), self.main.arm
        names = self.prepared.documents["kept"]["user_id"]

        def documents(step: int) -> list[str]:
            return [str(names[int(row)]) for row in documents_of_step(encoded, arm, step)]

        return check_curve(self.main.losses, documents)

    def losses(self, result: ArmResult, name: str) -> DocumentLosses | None:
        """Return a run's losses on a set; `clean` are documents of `part`."""
        part = result.held_out.get("part")
        if name != "clean" or name in result.held_out or part is None:
            return result.held_out.get(name)
        own = self.prepared.documents["clean"]["doc_id"]
        there = self.prepared.documents["part"]["doc_id"].is_in(own.implode()).to_numpy()
        return DocumentLosses(part.nats[there], part.bytes[there], part.tokens[there])

    def held_out(self) -> Check:
        """Judge the cleaned held-out documents beside unread ones of the training sources."""
        losses, shuffled = self.main.held_out["cleaned"], self.main.held_out["shuffled"]
        documents = self.prepared.documents["cleaned"]
        languages = comparable(self.prepared.documents["unread"], documents)
        mine = np.array([name in languages for name in documents["language"]], bool)
        mine &= losses.bytes > 0
        probe, read = (self.matched(name, languages, losses.bytes * mine) for name in PROBES)
        if not len(probe.sizes) or not mine.any():
            return unmade(
                "held_out",
                "Training and held-out text share no language, so there is nothing to compare: "
                "add sources of each language.",
            )
        return check_held_out(
            Scored(
                losses.nats[mine],
                losses.bytes[mine].astype(np.float64),
                shuffled=shuffled.nats[mine],
                languages=labels(documents["language"], mine),
                domains=labels(documents["domain"], mine),
            ),
            probe,
            Baselines(
                self.measured.xz["cleaned"],
                self.measured.xz_given_train,
                self.unigram_bits(losses),
            ),
            read=read,
            seed=self.seed,
        )

    def matched(self, name: str, languages: list[str], held: NDArray[np.int64]) -> Scored:
        """Return a probe, its languages weighted to their share of the held-out bytes."""
        losses, documents = self.main.held_out[name], self.prepared.documents[name]
        chosen = np.array([language in languages for language in documents["language"]], bool)
        chosen &= losses.bytes > 0
        rows = pl.concat(
            [
                self.prepared.documents["cleaned"].select("language", held=pl.Series(held)),
                documents.select("language", probe=pl.Series(losses.bytes * chosen)),
            ],
            how="diagonal",
        ).group_by("language").agg(pl.col("held", "probe").sum())  # fmt: skip
        weight = rows.select("language", weight=pl.col("held") / pl.col("probe").clip(1))
        weights = documents.join(weight, on="language", how="left", maintain_order="left")[
            "weight"
        ].to_numpy()[chosen]
        return Scored(losses.nats[chosen] * weights, losses.bytes[chosen] * weights)

    def data_scaling(self) -> Check:
        """Fit loss against data."""
        losses = self.main.held_out["part"]
        there = losses.bytes > 0
        fractions = []
        for part in FRACTIONS:
            result = self.results[f"scaling-{part}"]
            if result.nonfinite is None:
                fractions.append(Fraction(result.arm.tokens, result.held_out["part"].nats[there]))
        return check_data_scaling(
            fractions,
            losses.bytes[there].astype(np.float64),
            xz=self.measured.xz["part"],
            unigram=self.unigram_bits(losses),
            seed=self.seed,
        )

    def clean_vs_raw(self, preset: Preset, scaling: Check) -> Check:
        """Compare the kept text with the raw, or with itself cleaned again."""
        cleaner, other = self.prepared.compared
        if f"second-{cleaner}" not in self.results:
            return self.not_compared()
        if shared_run(self.prepared, preset, self.seed) is not None:
            self.results = {**self.results, f"compare-kept-{self.seed}": self.main}
        named: comparison.Other = "raw" if other == "raw" else "recleaned"
        seeds = range(self.seed, self.seed + preset.comparison_seeds)
        broken = [name for name, found in self.results.items()
                  if name.startswith(("compare-", "second-")) and found.nonfinite]  # fmt: skip
        if broken:
            return unmade("clean_vs_raw", f"Training of {', '.join(broken)} broke; no comparison.")
        first = self.configuration([f"compare-{{}}-{seed}" for seed in seeds], named)
        second = self.configuration(["second-{}"], named)
        fit, tokens = scaling.details.get("fit"), self.prepared.tokens["kept"]
        slope = bits_per_doubling(fit, min(tokens, preset.comparison_tokens)) if fit else None
        return comparison.check_clean_vs_raw(
            first, second, other=named, slope=slope, seed=self.seed
        )

    def configuration(
        self, names: list[str], other: comparison.Other
    ) -> dict[comparison.HeldOut, comparison.HeldOutSet]:
        """Collect both arms of one configuration on every held-out set."""
        found = {}
        for name, shown in SETS.items():
            kept = [self.losses(self.results[each.format("kept")], name) for each in names]
            others = [self.losses(self.results[each.format(other)], name) for each in names]
            mine = [each for each in kept if each is not None]
            theirs = [each for each in others if each is not None]
            if not mine or not theirs or not (mine[0].bytes > 0).any():
                continue
            there = mine[0].bytes > 0
            found[shown] = comparison.HeldOutSet(
                kept=np.stack([each.nats[there] for each in mine]),
                other=np.stack([each.nats[there] for each in theirs]),
                sizes=mine[0].bytes[there].astype(np.float64),
                unigram=self.unigram_bits(mine[0]),
                xz=self.measured.xz[name],
            )
        return found

    def not_compared(self) -> Check:
        """Say why nothing was compared: there is nothing to clean, or too little is left."""
        share = self.prepared.cleaned_away
        details = {"dropped_by_default_recipe": share, "arms": list(self.prepared.compared)}
        measure = "share of the kept text that the default recipe would still drop"
        if self.prepared.compared[0] == "recleaned" and share < SAME_SHARE:
            return Check(
                "clean_vs_raw", "ok", measure, share, SAME_SHARE, "corpuskit: web recipe",
                f"The default recipe would drop {share:.1%} of the kept text, so there is nothing "
                "left to clean.", details=details,
            )  # fmt: skip
        return Check(
            "clean_vs_raw", "inconclusive", measure, share, SAME_SHARE, "corpuskit: web recipe",
            "Too little text is left to train both sides of the comparison on: add text.",
            details=details,
        )  # fmt: skip

    def curves(self, preset: Preset, target: Target, checks: Mapping[str, Check]) -> dict[str, Any]:
        """Return what curves.json holds."""
        main = self.main
        every = max(1, math.ceil(len(main.losses) / CURVE_POINTS))
        spikes = checks["curve"].details.get("spikes", [])
        steps = sorted({*range(0, len(main.losses), every), *(spike["step"] for spike in spikes)})
        outcomes = {row["rate"]: row for row in checks["learning_rate"].details.get("sweep", [])}
        found: dict[str, Any] = {
            "main": {
                "steps": steps,
                "loss": finite(main.losses[steps]),
                "rate": finite(main.rates[steps]),
                "grad_norm": finite(main.gradient_norms[steps]),
                "unigram": self.unigram,
                "spikes": spikes,
            },
            "sweep": [
                {
                    "rate": rate,
                    "state": outcomes.get(rate, {}).get("state", "OK"),
                    "loss": finite(self.results[f"sweep-{rate:g}"].losses),
                }
                for rate in sweep_rates(preset, target)
            ],
        }
        return {**found, **drawn(checks), "baselines": self.baselines()}

    def baselines(self) -> dict[str, float]:
        """Return compressors and unigrams in bits per byte of the cleaned held-out text."""
        losses = self.main.held_out.get("cleaned")
        own = {} if losses is None else {"unigram": self.unigram_bits(losses)}
        return {**self.measured.baselines(), **own}


def judge_all(
    preset: Preset,
    target: Target,
    seed: int,
    measured: Measured,
    prepared: Prepared,
    results: Results,
) -> tuple[list[Check], dict[str, Any]]:
    """Make all eight checks; return them and what curves.json holds."""
    if not results:
        words = f"{prepared.tokens['kept']:,} tokens are too few to train even the proxy: add text."
        names = ("learning_rate", "curve", "held_out", "data_scaling", "clean_vs_raw")
        untrained = [unmade(name, words) for name in names]
        return [*measured.checks(target), *untrained], {"baselines": measured.baselines()}
    evidence = Evidence(prepared, results, measured, seed)
    noise = evidence.main.noise
    scale = None if noise is None else noise.tokens
    checks = [*measured.checks(target, scale), *evidence.checks(preset, target)]
    return checks, evidence.curves(preset, target, {check.id: check for check in checks})


def drawn(checks: Mapping[str, Check]) -> dict[str, Any]:
    """Take what is drawn out of the checks' details."""
    scaling, held, against = (
        checks[name].details for name in ("data_scaling", "held_out", "clean_vs_raw")
    )
    found: dict[str, Any] = {}
    if "points" in scaling:
        found["scaling"] = {name: scaling.get(name) for name in ("points", "fit", "doubling")}
    if "sets" in against:
        names = ("arms", "seeds", "sets", "gate", "data_equivalent")
        found["comparison"] = {name: against.get(name) for name in names}
    for name in ("languages", "domains"):
        if held.get(name):
            found[name] = held[name]
    return found


def labels(column: pl.Series, chosen: NDArray[np.bool_]) -> list[str]:
    """Return the labels of the chosen documents, or none where a label is missing everywhere."""
    if column.null_count() == len(column):
        return []
    return [str(name) for name in column.fill_null("(unknown)").filter(pl.Series(chosen))]


def unmade(name: str, why: str) -> Check:
    """Return a check that could not be made."""
    return Check(name, "inconclusive", TOO_LITTLE, None, None, "corpuskit", why)


def finite(values: Floats) -> list[float | None]:
    """Return numbers as JSON can have them."""
    return [float(value) if math.isfinite(value) else None for value in values]
