"""How often is the verdict of `corpuskit pretrain` right? Corpora with one known fault each.

python -m bench.pretrain_quality                        every condition, seeds 0 1 2
python -m bench.pretrain_quality clean noise --seeds 0  some of them
python -m bench.pretrain_quality twice --text           without training, as without torch
python -m bench.pretrain_quality --page                 docs/pretrain-quality.md from what was run

Good documents are English and Chinese pages of ../shared/data that `clean` keeps. Each condition
is run through `clean` without rules or deduplication (recipe measure), so that the fault is still
there, and judged with the preset quick for a target that the good corpus is just large enough for.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sys
import time
from pathlib import Path
from typing import Any

import polars as pl

import corpuskit
from bench.inputs import WEB
from corpuskit.lm import pretrain
from corpuskit.lm.scaling import largest_params
from tests.lm import conditions

OUT = Path(__file__).parent / "out" / "pretrain_quality"
PAGE = Path(__file__).parent.parent / "docs" / "pretrain-quality.md"
GOOD_BYTES = 8_000_000
ROOM = 0.8
"""The target has this share of the parameters that the good corpus supports."""
NARROW = "neardup_license_texts.parquet"
OTHER_LANGUAGE = "de"


def main() -> None:
    """Run what was asked for, then write the page."""
    parser = argparse.ArgumentParser()
    parser.add_argument("conditions", nargs="*", default=list(conditions.EXPECTED))
    parser.add_argument("--seeds", default="0,1,2")
    parser.add_argument("--preset", default="quick")
    parser.add_argument("--text", action="store_true")
    parser.add_argument("--page", action="store_true")
    options = parser.parse_args()
    if options.text:
        pretrain.trainable = lambda: False
    if not options.page:
        params = target_params()
        for seed in map(int, options.seeds.split(",")):
            for name in options.conditions:
                run(name, seed, options.preset, params)
    PAGE.write_text(page(), encoding="utf-8")
    print(PAGE)


def run(name: str, seed: int, preset: str, params: int) -> None:
    """Build a condition, judge it, and keep the verdict."""
    place = OUT / f"{name}-{seed}.json"
    if place.exists():
        return
    folder = OUT / f"work-{name}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    path = conditions.write(documents(name, seed), folder / "in.jsonl", seed)
    corpuskit.clean(path, folder / "run", recipe="measure", duplicates=False, workers=2)
    begun = time.perf_counter()
    verdict = corpuskit.pretrain(
        folder / "run", target_params=params, batch_size=8, accumulation=1, max_seq_len=128,
        languages=("en", "zh"), preset=preset, seed=seed, workers=2, quiet=not sys.stderr.isatty(),
    )  # fmt: skip
    verdict["seconds"] = time.perf_counter() - begun
    place.write_text(json.dumps(verdict, ensure_ascii=False, indent=1), encoding="utf-8")
    bound = verdict["binding"]["check"] if verdict["binding"] else "-"
    print(f"{name} {seed}: {verdict['verdict']} {bound} {verdict['seconds']:.0f} s", flush=True)


def documents(name: str, seed: int) -> list[str]:
    """Return the documents of a condition."""
    draw = random.Random(seed)
    if name == "narrow":
        return narrow()
    if name == "wrong_language":
        return kept("web", (OTHER_LANGUAGE,))
    return conditions.CHANGES[name](good(), draw)


def good() -> list[str]:
    """Return the good documents: half English, half Chinese by volume."""
    return [*volume(kept("web", ("en",))), *volume(kept("web", ("zh",)))]


def volume(texts: list[str]) -> list[str]:
    """Take documents up to half of `GOOD_BYTES`."""
    taken, size = [], 0
    for text in texts:
        size += len(text.encode())
        if size > GOOD_BYTES // 2:
            break
        taken.append(text)
    return taken


def kept(name: str, languages: tuple[str, ...]) -> list[str]:
    """Return what `clean` keeps of a corpus in some languages, shuffled once and for all."""
    out = OUT / f"kept-{name}-{'-'.join(languages)}"
    if not (out / "manifest.json").exists():
        corpuskit.clean(WEB.parent / f"{name}.parquet", out, languages=languages, workers=2)
    texts = [str(text) for text in corpuskit.open_run(out).kept().collect()["text"]]
    random.Random(0).shuffle(texts)
    return texts


def narrow() -> list[str]:
    """Return licence texts without near-duplicates."""
    frame = pl.read_parquet(WEB.parent / NARROW).filter(pl.col("text").str.len_chars() > 300)
    unique = corpuskit.dedup(frame).filter(pl.col("kind").is_in(["unique", "representative"]))
    return [str(text) for text in unique["text"]]


def target_params() -> int:
    """Return a target for which the good documents are enough, with some room."""
    place = OUT / "params.json"
    if not place.exists():
        path = OUT / "good.jsonl"
        OUT.mkdir(parents=True, exist_ok=True)
        conditions.write(good(), path, 0)
        out = OUT / "good"
        shutil.rmtree(out, ignore_errors=True)
        summary = corpuskit.clean(path, out, recipe="measure", duplicates=False).summary
        tokens = summary["coverage"]["kept"]["estimated_tokens"]
        place.write_text(str(int(ROOM * largest_params(tokens, 4))))
    return int(place.read_text())


def page() -> str:
    """Write the page from the verdicts that are there."""
    found = {
        tuple(path.stem.rsplit("-", 1)): json.loads(path.read_text("utf-8"))
        for path in sorted(OUT.glob("*-[0-9].json"))
    }
    rows, wrong_alarm, alarms, missed, bad = [], 0, 0, 0, 0
    for (name, seed), verdict in sorted(found.items()):
        right = conditions.acceptable(name, verdict)
        alarms += name == "clean"
        wrong_alarm += name == "clean" and verdict["verdict"] == "INSUFFICIENT"
        bad += name != "clean"
        missed += name != "clean" and verdict["verdict"] == "SUFFICIENT"
        rows.append(row(name, seed, verdict, right))
    first = next(iter(found.values()), None)
    params = f"{first['target']['params']:,}" if first else "-"
    return "\n".join(
        [
            "<!-- made by python -m bench.pretrain_quality -->",
            "",
            "# How often the verdict is right",
            "",
            (__doc__ or "")
            .split("\n\n", 2)[2]
            .strip()
            .replace("../shared/data", "the benchmark data"),
            "",
            f"Target: {params} parameters, batch 8 × 1, rows of 128 tokens, languages en and zh, "
            f"preset {first['preset'] if first else '-'}.",
            "",
            f"**False alarms: {wrong_alarm} of {alarms} good corpora called INSUFFICIENT. "
            f"Misses: {missed} of {bad} bad corpora called SUFFICIENT.**",
            "",
            "| condition | seed | verdict | binding | what is missing | as expected | seconds |",
            "|---|---|---|---|---|---|---|",
            *rows,
            "",
            "For a bad corpus INCONCLUSIVE is accepted, with its open checks; SUFFICIENT never.",
            "",
        ]
    )


def row(name: str, seed: str, verdict: dict[str, Any], right: bool) -> str:
    """Write one verdict as a row."""
    binding = verdict["binding"] or {"check": "", "amount": ""}
    missing = binding["amount"] or ""
    if verdict["verdict"] == "INCONCLUSIVE":
        missing = "open: " + ", ".join(
            check["id"] for check in verdict["checks"] if check["status"] == "inconclusive"
        )
    return (
        f"| {name} | {seed} | {verdict['verdict']} | {binding['check']} | "
        f"{missing.replace('|', '/')} | {'yes' if right else '**no**'} | {verdict['seconds']:.0f}"
        f"{', text alone' if verdict['waiting'] else ''} |"
    )


if __name__ == "__main__":
    main()
