"""Bounds on pieces of Chinese that drop what FineWeb-2's bounds on jieba's words drop.

Documents are parted in two by a hash of their ids. On one half every bound is set where as large a
share falls as by FineWeb-2's bound on words; FineWeb-2's number stays where ours would not agree
better, or where it drops too few to say. The other half judges. Web pages and Markdown weigh alike.
The characters that stand alone come from the first half, too. Needs `corpuskit[zh]` and
../shared/data; words are our own segmentation, which equals jieba's.

    .venv-bench/bin/python -m bench.chinese_pieces     print, write docs/chinese-pieces.md and
                                                       rules/fineweb2/chinese_pieces.tsv
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from bench.inputs import ROOT, WEB
from corpuskit.features import Measured
from corpuskit.features.fineweb2 import FINEWEB2
from corpuskit.features.groups import all_columns, measure
from corpuskit.features.jieba_dictionary import lexicon
from corpuskit.features.lines import LINES
from corpuskit.features.zh_words import ZH_WORDS
from corpuskit.kernels.chinese_pieces import ALONE
from corpuskit.kernels.segment import segment
from corpuskit.rules import Rule, decide, load_rule_set
from corpuskit.rules.sets import shipped_rules

PAGE = ROOT / "docs" / "chinese-pieces.md"
TABLE = ROOT / "rules" / "fineweb2" / "chinese_pieces.tsv"
WORDS = load_rule_set(shipped_rules() / "fineweb2_zh_jieba.yaml", all_columns())
SHORTEST, LONGEST = 300, 12_000  # bytes
FEWEST = 10  # documents that FineWeb-2's bound drops, for a bound of our own
KINDS = ("web pages", "Markdown")
COMMON, OFTEN = 5_000, 0.4  # once in so many Han; that share of it alone
_HAN = range(0x4E00, 0x9FD6)

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Bound:
    """One rule that counts words: FineWeb-2's bound and ours, and what each drops."""

    rule: str
    side: str
    published: float
    ours: float
    theirs_fail: Flags
    ours_fail: Flags


def half(name: str) -> int:
    """Part documents in two by a hash of the id: 0 is for bounds, 1 for judging."""
    return hashlib.blake2b(name.encode(), digest_size=1).digest()[0] & 1


def documents() -> pl.DataFrame:
    """Read Chinese documents: id, text, kind and half."""
    frames = []
    for name in ("web", "lid", "multi"):
        frame = pl.read_parquet(WEB.with_name(f"{name}.parquet"), columns=["id", "text", "lang"])
        size = pl.col("text").str.len_bytes()
        frame = frame.filter(
            pl.col("lang").str.starts_with("zh"), size.is_between(SHORTEST, LONGEST)
        )
        kind = KINDS[name == "multi"]
        frames.append(frame.select(pl.col("id").cast(pl.String), "text", kind=pl.lit(kind)))
    frame = pl.concat(frames)
    return frame.with_columns(half=pl.Series([half(name) for name in frame["id"]]))


def alone(texts: pl.Series) -> str:
    """List the common characters that jieba often leaves alone, the commonest first."""
    buffer = Measured(texts).buffer
    tokens, data = segment(buffer, lexicon()), bytes(buffer.data)
    starts = tokens.start[(tokens.chars == 1) & (tokens.end - tokens.start == 3)]
    single = Counter(data[start : start + 3].decode() for start in starts)
    every = Counter(character for text in texts for character in text if ord(character) in _HAN)
    least = every.total() / COMMON
    return "".join(
        character
        for character, count in every.most_common()
        if count > least and single[character] >= OFTEN * count
    )


def fails(values: npt.NDArray[np.float64], side: str, bound: float) -> Flags:
    """Say which values are behind a bound."""
    return np.asarray(values > bound if side == "max" else values < bound)


def fitted(
    values: npt.NDArray[np.float64], side: str, weights: npt.NDArray[np.float64], fail: Flags
) -> float:
    """Return the bound behind which a share of the weights falls as of those that fail."""
    order = np.argsort(values if side == "min" else -values, kind="stable")
    behind = int(np.searchsorted(np.cumsum(weights[order]), weights[fail].sum()))
    bound = float(values[order[min(behind, len(order) - 1)]])
    return float(round(bound)) if bound > 1.5 and float(bound).is_integer() else round(bound, 3)


def calibrate(
    rule: Rule,
    side: str,
    published: float,
    frame: pl.DataFrame,
    weights: npt.NDArray[np.float64],
) -> Bound:
    """Set the bound of one rule on the first half."""
    name = rule.keep.feature.removesuffix("jieba")
    words = frame[rule.keep.feature].to_numpy().astype(np.float64)
    ours = frame[f"{name}fineweb2"].to_numpy().astype(np.float64)
    theirs_fail = fails(words, side, published)
    first = (frame["half"] == 0).to_numpy()
    bound = published
    if theirs_fail[first].sum() >= FEWEST:
        found = fitted(ours[first], side, weights[first], theirs_fail[first])
        wrong = [
            weights[first & (fails(ours, side, one) != theirs_fail)].sum()
            for one in (published, found)
        ]
        bound = found if wrong[1] < wrong[0] else published
    id_ = rule.id.partition(".")[2]
    return Bound(id_, side, published, bound, theirs_fail, fails(ours, side, bound))


def percent(fail: Flags, among: Flags) -> str:
    """Write the share that fails."""
    return f"{100 * fail[among].mean():.1f}"


def table(frame: pl.DataFrame, bounds: list[Bound], lines: Flags) -> Iterator[str]:
    """Write a row a rule: bounds, then shares dropped and decisions alike of each kind."""
    whole = Bound("all rules", "", 0, 0, lines.copy(), lines.copy())
    for bound in bounds:
        np.logical_or(whole.theirs_fail, bound.theirs_fail, out=whole.theirs_fail)
        np.logical_or(whole.ours_fail, bound.ours_fail, out=whole.ours_fail)
    judged = [
        (frame["kind"] == kind).to_numpy() & (frame["half"] == 1).to_numpy() for kind in KINDS
    ]
    yield (
        "| rule | bound on words | on pieces | "
        + " | ".join(
            f"{kind} ({among.sum():,}): words | pieces | same"
            for kind, among in zip(KINDS, judged, strict=True)
        )
        + " |"
    )
    yield "|---|---|---|" + "---|---|---|" * len(KINDS)
    for bound in (*bounds, whole):
        shares = [
            f"{percent(bound.theirs_fail, among)} | {percent(bound.ours_fail, among)} | "
            f"{100 * (bound.theirs_fail == bound.ours_fail)[among].mean():.2f} %"
            for among in judged
        ]
        numbers = f"{bound.published:g} | {bound.ours:g}" if bound.side else " | "
        name = f"`{bound.rule}` ({bound.side})" if bound.side else bound.rule
        yield f"| {name} | {numbers} | " + " | ".join(shares) + " |"


def page(frame: pl.DataFrame, bounds: list[Bound], lines: Flags) -> str:
    """Write the page."""
    first = frame.filter(half=0)
    sizes = " and ".join(f"{(first['kind'] == kind).sum():,} {kind}" for kind in KINDS)
    text = f"""<!-- made by python -m bench.chinese_pieces -->

# FineWeb-2's rules for Chinese without jieba

FineWeb-2 counts words with jieba. The set `fineweb2/cmn_Hani` needs no dictionary: it counts
*pieces*. A character that jieba mostly leaves alone is one (the {len(ALONE)} of
`{ALONE}`); what stands between those is
cut into pairs; numbers, names and marks are cut as by jieba. All of FineWeb-2's rules that count
words count pieces there, and `chinese_pieces.tsv` beside the set holds both bounds of each.

Bounds were set on {sizes} of {SHORTEST} to {LONGEST:,} bytes, so that each drops
as large a share as FineWeb-2's on jieba's words; FineWeb-2's number stays where ours would not
agree better, or where fewer than {FEWEST} documents fail. The table is of other documents of the
same files: percent that each rule drops, and how often words and pieces decide alike. `all rules`
has FineWeb-2's rules on lines, too, which are the same on both sides.

"""
    return text + "\n".join(table(frame, bounds, lines)) + "\n"


def main() -> None:
    """Calibrate, print, write the table of bounds and the page."""
    frame = documents()
    found = alone(frame.filter(half=0)["text"])
    print(f"alone: {found}\n" + ("as in the kernel" if found == ALONE else f"kernel: {ALONE}"))
    measured = Measured(frame["text"])
    measured.language = pl.Series(["zh"]).new_from_index(0, len(frame))
    scores = measure(measured, (LINES, ZH_WORDS, FINEWEB2)).with_columns(language=pl.lit("zh"))
    frame = pl.concat([frame, scores], how="horizontal")
    sizes = frame.filter(half=0)["kind"].value_counts()
    weight = dict(zip(sizes["kind"], 1 / sizes["count"], strict=True))
    weights = frame["kind"].replace_strict(weight).to_numpy()
    bounds = [
        calibrate(rule, side, float(str(bound)), frame, weights)
        for rule in WORDS
        if rule.keep.feature.endswith(".jieba")
        for side, bound in rule.keep.bounds
    ]
    others = [rule for rule in WORDS if not rule.keep.feature.endswith(".jieba")]
    text = page(frame, bounds, ~decide(scores, others)["keep"].to_numpy())
    print(text)
    PAGE.write_text(text, encoding="utf-8")
    rows = ["rule\tside\tpublished\tpieces"]
    rows += [f"{b.rule}\t{b.side}\t{b.published:.6g}\t{b.ours:.6g}" for b in bounds]
    TABLE.write_text("\n".join(rows) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
