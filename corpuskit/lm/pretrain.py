"""The pretraining step, in order: read, measure, train, judge, write. The only place that knows it.

    sample      kept and raw documents of a finished run, one source in ten held out
    text        quantity, steps, coverage, compression: no torch needed
    proxy       all arms side by side, each a process of one thread; finished ones are kept, so
                that a run that was killed goes on where it was
    verdict     eight checks → pretrain/verdict.json, curves.json, figures, report.html

The same seed gives the same verdict.json on the same machine: it holds no times.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from corpuskit import manifest
from corpuskit.config import fingerprint
from corpuskit.errors import ConfigError, MissingExtraError
from corpuskit.layout import Layout
from corpuskit.lm import evidence, experiment, text_checks
from corpuskit.lm.sample import Sample, read_sample
from corpuskit.lm.scaling import short_number
from corpuskit.lm.settings import PRESETS, Preset, Target, parse_params, parse_rate
from corpuskit.lm.verdict import CHECKS, Check, judge
from corpuskit.progress import Progress
from corpuskit.report import write_report
from corpuskit.writers import write_json

EXTRA: Final = 'pip install "corpuskit[lm]"'
LIMITS: Final = (
    "The statement is about this compute: a small proxy, minutes of training.",
    "Rankings of small proxies can flip with the learning rate, so the comparison of clean and "
    "raw is believed only if two configurations agree.",
    "Runs at a single scale of 150M parameters predict the better of two corpora at 1B about 80 % "
    "of the time (DataDecide, Magnusson et al. 2025).",
    "At very large compute the best filter may be none: what is dropped here may be wanted there.",
)


@dataclass(frozen=True)
class Options:
    """What the user asks of the step; everything but `workers` and `quiet` decides its result."""

    run: Path
    target: Target
    preset: Preset
    reference: Path | None = None
    seed: int = 0
    device: str = "auto"
    save_model: Path | None = None
    workers: int = 1
    quiet: bool = True


def pretrain(
    run: str | Path,
    *,
    target_params: str | int = "26M",
    epochs: int = 1,
    learning_rate: str | float | None = None,
    batch_size: int = 32,
    accumulation: int = 8,
    max_seq_len: int = 340,
    languages: Sequence[str] = (),
    preset: str = "default",
    reference: str | Path | None = None,
    seed: int = 0,
    device: str = "auto",
    save_model: str | Path | None = None,
    workers: int = 1,
    quiet: bool = True,
) -> dict[str, Any]:
    """Judge whether the kept text of a run is sufficient for a target; return verdict.json.

    Parameters
    ----------
    run : folder of a finished run.
    target_params : parameters of the target, such as ``"26M"``.
    learning_rate, batch_size, accumulation, max_seq_len, epochs : of the target's training.
    languages : codes that the target is meant for; empty: those of the run's recipe.
    preset : quick, default or full.
    reference : a file or folder of text that the target shall be good at.

    Raises
    ------
    ConfigError, DataError, RunError, MissingExtraError
        See `corpuskit.errors`. An insufficient verdict is a result, not an error.
    """
    if preset not in PRESETS:
        raise ConfigError(f"--preset: {preset!r} is not known; choose {', '.join(PRESETS)}")
    if device not in ("auto", "cpu", "cuda"):
        raise ConfigError(f"--device: {device!r} is not known; choose auto, cpu or cuda")
    target = Target(
        params=parse_params(str(target_params)),
        epochs=epochs,
        learning_rate=None if learning_rate is None else parse_rate(str(learning_rate)),
        batch_size=batch_size,
        accumulation=accumulation,
        max_seq_len=max_seq_len,
        languages=tuple(languages),
    )
    options = Options(
        Path(run), target, PRESETS[preset], None if reference is None else Path(reference),
        seed, device, None if save_model is None else Path(save_model), workers, quiet,
    )  # fmt: skip
    return execute(options)


def execute(options: Options) -> dict[str, Any]:
    """Run the step and write what it found."""
    layout = Layout(options.run)
    if options.save_model is not None:
        check_model_folder(options.save_model, layout)
    progress = Progress(options.quiet)
    progress.say("pretrain: reading the sample")
    sample = read_sample(options.run, options.reference, options.preset.sample_bytes)
    options = with_languages(options, sample)
    streams, held_out = experiment.texts(sample, options.preset, options.seed)
    progress.say("pretrain: measuring the text")
    measured = text_checks.measure(
        sample, streams, held_out, options.target, experiment.train_bytes(options.preset)
    )
    if trainable():
        prepared, results = train(options, layout, sample, streams, held_out, progress)
        checks, curves = evidence.judge_all(
            options.preset, options.target, options.seed, measured, prepared, results
        )
        digests = {"streams": prepared.digests(), "sample": sample.plan["plan"]}
    else:
        known = measured.checks(options.target)
        checks = [*known, *waiting(known)]
        curves, digests = {"baselines": measured.baselines()}, {"sample": sample.plan["plan"]}
    verdict = as_json(options, checks, digests)
    write(layout, verdict, curves, checks)
    if trainable():
        shutil.rmtree(layout.pretrain / ".work")
    return verdict


def train(
    options: Options,
    layout: Layout,
    sample: Sample,
    streams: dict[str, Any],
    held_out: dict[str, Any],
    progress: Progress,
) -> tuple[experiment.Prepared, dict[str, Any]]:
    """Encode the text and train every arm, or none where there is too little text."""
    from corpuskit.lm.arms import run_arms
    from corpuskit.lm.saved import save_model

    progress.say("pretrain: training the tokenizer")
    folder = layout.pretrain / ".work"
    prepared = experiment.prepare(sample, streams, held_out, options.preset, folder)
    if prepared.tokens["kept"] < experiment.LEAST_TOKENS:
        if options.save_model is not None:
            raise ConfigError(
                f"--save-model: {prepared.tokens['kept']:,} tokens are too few to train the "
                "proxy; leave the option out"
            )
        return prepared, {}
    arms = experiment.arms(prepared, options.preset, options.target, options.seed)
    results = run_arms(arms, layout.pretrain / "arms", options.workers, options.device, progress)
    if options.save_model is not None:
        save_model(results["scaling-1"], prepared.folder / "tokenizer.json", options.save_model)
    return prepared, results


def trainable() -> bool:
    """Tell whether the optional packages are installed."""
    return all(find_spec(name) is not None for name in ("torch", "tokenizers"))


def waiting(known: Sequence[Check]) -> list[Check]:
    """Say of each check that needs a trained model that it waits for torch."""
    made = {check.id for check in known}
    return [
        Check(
            name, "inconclusive", "not measured", None, None, "needs the optional packages",
            f"Install them and run pretrain again: {EXTRA}.",
        )
        for name in CHECKS
        if name not in made
    ]  # fmt: skip


def with_languages(options: Options, sample: Sample) -> Options:
    """Fill in the languages of the run's recipe where the user named none."""
    from corpuskit.features.language import load_model
    from corpuskit.languages import normalise_all

    own = options.target.languages or tuple(sample.plan["settings"]["recipe"]["languages"] or ())
    known = normalise_all(own, load_model(None).labels)
    return replace(options, target=replace(options.target, languages=tuple(known)))


def check_model_folder(folder: Path, layout: Layout) -> None:
    """Refuse a folder that holds something, or that is the run's own.

    Raises
    ------
    ConfigError
    MissingExtraError
        If there is nothing to train the model with.
    """
    if not trainable():
        raise MissingExtraError(f"--save-model: there is no model without torch; {EXTRA}")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ConfigError(f"--save-model: {folder} exists and is not empty; name a new folder")
    if layout.root.resolve() in folder.resolve().parents:
        raise ConfigError(f"--save-model: {folder} is inside the run; name a folder beside it")


def as_json(options: Options, checks: Sequence[Check], digests: dict[str, Any]) -> dict[str, Any]:
    """Put the verdict together, as verdict.json has it."""
    ordered = sorted(checks, key=lambda check: CHECKS.index(check.id))
    outcome, binding = judge(ordered)
    target, preset = options.target, options.preset
    names = ("torch", "tokenizers") if trainable() else ()
    return {
        "verdict": outcome,
        "sentence": sentence(outcome, binding, ordered, target),
        "binding": None if binding is None else {
            "check": binding.id,
            "amount": binding.amount,
            "sentence": binding.advice,
        },
        "target": {**asdict(target), "languages": list(target.languages)},
        "preset": preset.name,
        "checks": [check.plain() for check in ordered],
        "limits": list(LIMITS),
        "waiting": None if trainable() else EXTRA,
        "seeds": {
            "seed": options.seed,
            "comparison": list(range(options.seed, options.seed + preset.comparison_seeds)),
        },
        "versions": {**manifest.versions(), **{name: version(name) for name in names}},
        "digests": {**digests, "settings": fingerprint([asdict(target), asdict(preset)])},
    }  # fmt: skip


def sentence(outcome: str, binding: Check | None, checks: Sequence[Check], target: Target) -> str:
    """Say the verdict in one sentence.

    Examples
    --------
    >>> sentence("SUFFICIENT", None, [], Target())
    'The data is sufficient for 26M parameters and 1 epoch, at this compute.'
    """
    passes = f"{target.epochs} epoch{'s' if target.epochs > 1 else ''}"
    aim = f"{short_number(target.params)} parameters and {passes}"
    if outcome == "SUFFICIENT":
        return f"The data is sufficient for {aim}, at this compute."
    if binding is not None:
        missing = binding.amount or binding.advice.rstrip(".")
        return f"Not sufficient for {aim}: {missing}."
    names = [check.id.replace("_", " ") for check in checks if check.status == "inconclusive"]
    return f"No check failed for {aim}, but not all could be made: {', '.join(names)}."


def write(
    layout: Layout, verdict: dict[str, Any], curves: dict[str, Any], checks: Sequence[Check]
) -> None:
    """Write verdict, curves and figures, and the report with them."""
    from corpuskit.lm.figures import write_figures

    write_json(layout.pretrain / "curves.json", curves)
    if trainable():
        write_figures(layout.pretrain, curves, checks)
    write_json(layout.pretrain / "verdict.json", verdict)
    write_report(layout.root)
