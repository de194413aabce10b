"""Speed of measuring and of deciding, beside datatrove's filters: docs/performance.md.

    .venv-bench/bin/python -m bench.scoring

Groups are timed one after the other on one thread, each with its tokens made before: the tokeniser
is a row of its own. The recipe `fineweb` (Gopher's, C4's and FineWeb's rules) is timed as a whole,
tokens shared, without and with the identification of languages. datatrove runs its five filters (C4
in both forms) on some of the same documents, words cut once, in the same run. The best of three
rounds counts; speeds are of this machine in that run, and only ratios are meant to be compared.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import polars as pl

from bench.inputs import MEGABYTE, ROOT, WEB
from corpuskit.cleaners import CLEANERS
from corpuskit.features import FeatureGroup, Measured
from corpuskit.features.groups import (
    BY_LANGUAGE,
    OPTIONAL_GROUPS,
    TEXT_GROUPS,
    columns_by_group,
    groups,
    measure,
)
from corpuskit.features.language import language_group, load_model
from corpuskit.recipe import load_recipe
from corpuskit.rules import decide
from tests.oracle.filters import FILTERS, needed, theirs

PAGE = ROOT / "docs" / "performance.md"
BYTES = 24 * MEGABYTE
THEIRS_BYTES = 2 * MEGABYTE
ROUNDS = 3


def main() -> None:
    """Measure, print and write the page."""
    chinese = WEB.with_name("multi.parquet")
    corpora = {"en": texts(WEB, "en"), "zh": texts(chinese, "zh")}
    every = [*TEXT_GROUPS, language_group(load_model()), *BY_LANGUAGE, *OPTIONAL_GROUPS]
    columns: dict[str, dict[str, float]] = {}
    for label, text in corpora.items():
        columns[label] = {group.name: speed(text, [group], label) for group in every}
        columns[label]["(tokeniser)"] = tokeniser(text, label)
        whole = [*fineweb(), language_group(load_model())]
        columns[label]["**recipe fineweb**"] = speed(text, fineweb(), label, shared=False)
        columns[label]["recipe fineweb, language too"] = speed(text, whole, label, shared=False)
    written = page(columns, datatrove(corpora["en"]), decisions(corpora["en"]))
    PAGE.write_text(written, encoding="utf-8")
    print(written)


def fineweb() -> list[FeatureGroup]:
    """Return the groups that the recipe fineweb measures, language aside."""
    recipe = load_recipe("fineweb", columns_by_group(), tuple(CLEANERS))
    return [group for group in TEXT_GROUPS if group.name in recipe.features]


def texts(path: object, language: str) -> pl.Series:
    """Return documents of a language, up to `BYTES`."""
    frame = pl.read_parquet(path).filter(pl.col("lang") == language)  # type: ignore[arg-type]
    before = pl.col("text").str.len_bytes().cast(pl.Int64).cum_sum()
    return frame.filter(before < BYTES)["text"]


def megabytes(text: pl.Series) -> float:
    """Return the size of a column."""
    return int(text.str.len_bytes().cast(pl.Int64).sum()) / MEGABYTE


def best(call: Callable[[], object]) -> float:
    """Run a call once for its kernels, then `ROUNDS` times; return the shortest seconds."""
    call()
    seconds = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - begun)
    return min(seconds)


def prepared(text: pl.Series, shared: bool, label: str) -> Measured:
    """Return a batch, its tokens and its language made already where they are not timed."""
    measured = Measured(text)
    _ = measured.buffer
    if shared:
        _ = measured.tokens
    measured.language = pl.Series([label]).new_from_index(0, len(text))
    return measured


def speed(
    text: pl.Series, groups: Sequence[FeatureGroup], label: str, shared: bool = True
) -> float:
    """Return MB/s of some groups."""
    seconds = []
    for _ in range(ROUNDS + 1):  # the first one compiles
        measured = prepared(text, shared, label)
        begun = time.perf_counter()
        measure(measured, groups)
        seconds.append(time.perf_counter() - begun)
    return megabytes(text) / min(seconds[1:])


def tokeniser(text: pl.Series, label: str) -> float:
    """Return MB/s of cutting tokens."""
    return megabytes(text) / best(lambda: prepared(text, True, label))


def datatrove(text: pl.Series) -> tuple[float, float]:
    """Return MB/s of datatrove's filters and of ours on the same documents."""
    before = text.str.len_bytes().cast(pl.Int64).cum_sum()
    some = text.filter(before < THEIRS_BYTES)
    theirs(FILTERS, some.head(3).to_list())
    begun = time.perf_counter()
    theirs(FILTERS, some.to_list())
    other = megabytes(some) / (time.perf_counter() - begun)
    rules = [rule for filter_ in FILTERS for rule in filter_.rules()]
    seconds = best(lambda: decide(measure(Measured(some), needed(FILTERS)), rules))
    return other, megabytes(some) / seconds


def decisions(text: pl.Series) -> tuple[int, int, float]:
    """Return documents, rules and seconds of deciding a million documents by the default recipe."""
    recipe = load_recipe("web", columns_by_group(), tuple(CLEANERS))
    scores = measure(Measured(text), groups(load_model(), recipe.features))
    copies = -(-1_000_000 // scores.height)
    many = pl.concat([scores] * copies).head(1_000_000).rechunk()
    return many.height, len(recipe.rules), best(lambda: decide(many, recipe.rules))


def page(
    columns: dict[str, dict[str, float]],
    pair: tuple[float, float],
    decided: tuple[int, int, float],
) -> str:
    """Write the page."""
    names = list(columns)
    rows = [
        f"| {group} | {' | '.join(f'{columns[name][group]:,.0f}' for name in names)} |"
        for group in columns[names[0]]
    ]
    documents, rules, seconds = decided
    return "\n".join(
        [
            "<!-- made by python -m bench.scoring -->",
            "",
            "# Speed of measuring and deciding",
            "",
            (__doc__ or "").split("\n\n", 2)[2].strip(),
            "",
            f"- Gopher, C4 and FineWeb: **{pair[1] / pair[0]:,.0f} ×** datatrove's filters "
            f"({pair[1]:.1f} MB/s against {pair[0]:.2f}), measuring and deciding.",
            f"- {documents:,} documents × {rules} rules are decided in {seconds:.2f} s, from "
            "scores in memory. `python -m bench.tuning` times `decide` and `sweep` on a run.",
            "",
            f"| feature group, MB/s on one thread | {' | '.join(names)} |",
            f"|---|{'---:|' * len(names)}",
            *rows,
            "",
            "The recipe `fineweb` is "
            + ", ".join(f"`{group.name}`" for group in fineweb())
            + " and the tokeniser. Its bold row leaves language identification out, the last one "
            "has it; every other row is of one group.",
            "",
        ]
    )


if __name__ == "__main__":
    main()
