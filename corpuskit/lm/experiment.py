"""From documents to what the proxy is trained and measured on: token streams, held-out sets, arms.

tokenizer     one for all arms, trained on kept and raw text together
streams       kept, raw, recleaned: training documents in stratified order, so that every
              prefix is a fair, smaller corpus and the fractions are nested
held out      cleaned, raw_sample, reference; `part` is cleaned, cut to half the volume, `clean`
              its documents that the default recipe keeps; `shuffled` is cleaned with its words in
              random order. `read` and `unread` are documents of the training sources that match
              the cleaned ones in language and length, before and behind the end of the main run
arms          scaling-1/8 … scaling-1, sweep-RATE, compare-ARM-SEED, second-ARM
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from corpuskit.lm import parts
from corpuskit.lm.packing import Encoded, save_array
from corpuskit.lm.sample import Sample
from corpuskit.lm.settings import Preset, Target
from corpuskit.lm.shape import Arm, ModelShape, Training
from corpuskit.lm.tokenizer import bytes_per_token, encode, save_tokenizer, train_tokenizer
from corpuskit.manifest import sha256

TOKENIZER_BYTES: Final = 4 << 20
"""Of kept and of raw text each; 2,048 tokens need no more."""
LEAST_TOKENS: Final = 65_536
"""64 steps of the proxy; with less there is nothing to judge."""
SAME_SHARE: Final = 0.02
"""Kept text within this share of the raw text was hardly cleaned."""
FRACTIONS: Final = (8, 4, 2, 1)
UNREAD: Final = 10
"""One token in so many of a stream stays unread, though the stream be short."""
NOISE_BATCHES: Final = 32
SECOND_RATE: Final = 0.5
"""Of the first configuration's rates: what makes rankings of small proxies flip is the rate."""
BYTES_PER_TOKEN: Final = 6
"""More than a token of 2,048 stands for in any language; only what is trained on is encoded."""


@dataclass(frozen=True)
class Prepared:
    """What the arms read, on disk, and what is known of it.

    documents : {set: frame of doc_id, user_id, language, domain, bytes} in the order of the
        encoded documents.
    compared : the two streams that are compared, the cleaner one first.
    """

    folder: Path
    documents: dict[str, pl.DataFrame]
    tokens: dict[str, int]
    shape: ModelShape
    compared: tuple[str, str]
    cleaned_away: float

    def path(self, name: str) -> Path:
        """Folder of an encoded set."""
        return self.folder / name

    def encoded(self, name: str) -> Encoded:
        """Open an encoded set."""
        return Encoded.load(self.path(name))

    def digests(self) -> dict[str, str]:
        """Hash the tokenizer and every encoded set."""
        names = ["tokenizer.json", *(f"{name}/tokens.npy" for name in sorted(self.documents))]
        return {name: sha256(self.folder / name)[:16] for name in names}


def texts(sample: Sample, preset: Preset, seed: int) -> tuple[dict[str, pl.DataFrame], ...]:
    """Return training frames in stratified order and the held-out sets, cut."""
    train, held_out = parts.separate(sample)
    streams = {name: parts.stratified(frame) for name, frame in train.items()}
    streams["recleaned"] = streams["kept"].filter("clean")
    held = {
        name: parts.stratified(
            parts.cut(
                parts.learnable(frame, train["kept"]),
                preset.held_out_bytes if name == "cleaned" else preset.held_out_bytes // 3,
            )
        )
        for name, frame in held_out.items()
    }
    held["part"] = parts.cut(held["cleaned"], preset.held_out_bytes // 3)
    held["clean"] = held["part"].filter("clean")
    held["shuffled"] = held["cleaned"].with_columns(parts.shuffled(held["cleaned"]["text"], seed))
    return streams, held


def prepare(
    sample: Sample,
    streams: dict[str, pl.DataFrame],
    held_out: dict[str, pl.DataFrame],
    preset: Preset,
    folder: Path,
) -> Prepared:
    """Train the tokenizer, encode everything, and write it for the arms."""
    tokenizer = train_tokenizer(
        pl.concat([parts.start(streams[name], TOKENIZER_BYTES)["text"] for name in ("kept", "raw")])
    )
    save_tokenizer(tokenizer, folder / "tokenizer.json")
    save_array(folder / "bytes_per_token.npy", bytes_per_token(tokenizer))
    needed = train_bytes(preset)
    sets = {name: parts.stratified(parts.cut(frame, needed)) for name, frame in streams.items()}
    encoded = {name: Encoded(*encode(tokenizer, frame["text"])) for name, frame in sets.items()}
    budget = min(preset.scaling_tokens, usable(len(encoded["kept"].tokens)))
    read = int(np.searchsorted(encoded["kept"].starts, budget, side="right")) - 1
    measured = {
        **held_out,
        "read": parts.matched(sets["kept"].head(max(1, read)), held_out["part"]),
        "unread": parts.matched(sets["kept"].slice(read + 1), held_out["part"]),
    }
    for name, frame in measured.items():
        encoded[name] = Encoded(*encode(tokenizer, frame["text"]))
    sets = {**sets, **measured}
    for name, each in encoded.items():
        each.save(folder / name)
    volume = sample.summary["bytes"]
    lost = 1 - volume["kept"] / max(1, volume["in"])
    return Prepared(
        folder=folder,
        documents={name: described(frame) for name, frame in sets.items()},
        tokens={name: len(each.tokens) for name, each in encoded.items()},
        shape=ModelShape(vocabulary=tokenizer.get_vocab_size()),
        compared=("recleaned", "kept") if lost < SAME_SHARE else ("kept", "raw"),
        cleaned_away=1 - parts.size(streams["recleaned"]) / max(1, parts.size(streams["kept"])),
    )


def arms(prepared: Prepared, preset: Preset, target: Target, seed: int) -> list[Arm]:
    """List every run of the proxy, longest first, so that the last ones end together."""
    planned = [
        *scaling_arms(prepared, preset, seed),
        *comparison_arms(prepared, preset, seed),
        *sweep_arms(prepared, preset, target, seed),
    ]
    return sorted(planned, key=lambda arm: -arm.training.steps)


def scaling_arms(prepared: Prepared, preset: Preset, seed: int) -> list[Arm]:
    """Nested fractions of the kept text, each with a schedule of its own; the whole is `main`."""
    budget = main_tokens(prepared, preset)
    sets = {"part": str(prepared.path("part"))}
    every = measured_sets(
        prepared, "cleaned", "part", "raw_sample", "reference", "shuffled", "read", "unread"
    )
    return [
        arm(
            prepared, f"scaling-{part}", "kept", budget // part, seed,
            held_out=every if part == 1 else sets,
            noise_batches=NOISE_BATCHES if part == 1 else 0, keep_weights=part == 1,
        )
        for part in FRACTIONS
    ]  # fmt: skip


def sweep_rates(preset: Preset, target: Target) -> list[float]:
    """List the rates to try: the preset's, and the user's own."""
    own = {target.learning_rate} - {None}
    return sorted({*preset.sweep_rates, *(rate for rate in own if rate is not None)})


def sweep_arms(prepared: Prepared, preset: Preset, target: Target, seed: int) -> list[Arm]:
    """Short runs with AdamW at constant rates."""
    return [
        arm(
            prepared, f"sweep-{rate:g}", "kept",
            min(prepared.tokens["kept"], tokens_of(preset.sweep_steps)), seed,
            training=Training(
                steps=preset.sweep_steps, seed=seed, optimizer="adamw", rate=rate, constant=True
            ),
        )
        for rate in sweep_rates(preset, target)
    ]  # fmt: skip


def comparison_arms(prepared: Prepared, preset: Preset, seed: int) -> list[Arm]:
    """Both streams at equal tokens and steps, with several seeds, and once with another optimiser.

    There is nothing to compare where cleaning again would change nothing.
    """
    if prepared.compared[0] == "recleaned" and prepared.cleaned_away < SAME_SHARE:
        return []
    budget = comparison_tokens(prepared, preset)
    if budget < LEAST_TOKENS:
        return []
    # What was hardly cleaned holds the documents of the raw sample: they are measured once.
    raw = ("raw_sample",) if prepared.compared[1] == "raw" else ()
    sets = measured_sets(prepared, "clean", "reference", *raw)
    found = [
        arm(prepared, f"compare-{name}-{each}", name, budget, each, held_out=sets)
        for each in range(seed, seed + preset.comparison_seeds)
        for name in prepared.compared
        if (name, each) != shared_run(prepared, preset, seed)
    ]
    for name in prepared.compared:
        second = Training(steps=steps_of(budget), seed=seed, rate=SECOND_RATE)
        found.append(
            arm(prepared, f"second-{name}", name, budget, seed, training=second, held_out=sets)
        )
    return found


def shared_run(prepared: Prepared, preset: Preset, seed: int) -> tuple[str, int] | None:
    """Return (stream, seed) of the comparison's run that `scaling-1` is, or None."""
    whole = main_tokens(prepared, preset)
    return ("kept", seed) if comparison_tokens(prepared, preset) == whole else None


def main_tokens(prepared: Prepared, preset: Preset) -> int:
    """Tokens of the main run."""
    return min(preset.scaling_tokens, usable(prepared.tokens["kept"]))


def comparison_tokens(prepared: Prepared, preset: Preset) -> int:
    """Tokens of each run of the comparison: no more than either stream has."""
    there = (usable(prepared.tokens[name]) for name in prepared.compared)
    return min(preset.comparison_tokens, *there)


def train_bytes(preset: Preset) -> int:
    """Return the bytes of a stream that are encoded: more than the longest run reads."""
    return max(preset.scaling_tokens, preset.comparison_tokens) * BYTES_PER_TOKEN


def usable(tokens: int) -> int:
    """Tokens of a stream that are trained on: the rest stays unread, to be measured on."""
    return tokens - tokens // UNREAD


def measured_sets(prepared: Prepared, *names: str) -> dict[str, str]:
    """Return the folders of those of these sets that are there."""
    return {name: str(prepared.path(name)) for name in names if name in prepared.documents}


def arm(
    prepared: Prepared,
    name: str,
    stream: str,
    tokens: int,
    seed: int,
    training: Training | None = None,
    held_out: dict[str, str] | None = None,
    noise_batches: int = 0,
    keep_weights: bool = False,
) -> Arm:
    """Describe one run over a prefix of a stream."""
    return Arm(
        name=name,
        shape=prepared.shape,
        training=training or Training(steps=steps_of(tokens), seed=seed),
        train=str(prepared.path(stream)),
        tokens=tokens,
        held_out=held_out or {},
        bytes_per_token=str(prepared.folder / "bytes_per_token.npy"),
        noise_batches=noise_batches,
        keep_weights=keep_weights,
    )


def tokens_of(steps: int) -> int:
    """Tokens of so many steps of the proxy."""
    return steps * Training(steps=1, seed=0).batch * ModelShape().context


def steps_of(tokens: int) -> int:
    """Steps of one epoch over so many tokens, one at least."""
    return max(1, tokens // tokens_of(1))


def described(frame: pl.DataFrame) -> pl.DataFrame:
    """Drop the text, keep its size."""
    return frame.select(
        "doc_id", "user_id", "language", "domain", pl.col("text").str.len_bytes().alias("bytes")
    )
