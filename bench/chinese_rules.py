"""What each rule of `chinese` and `chinese_only` drops of Chinese text: docs/chinese-rules.md.

The bounds were chosen on other documents of the same kinds: raw web pages, cleaned news, Markdown.
Where a share was measured there, it stands beside the one found here. Scripts are told apart by our
tables from Python's codecs; there, by OpenCC's. Takes about 20 s and needs ../shared/data.

    python -m bench.chinese_rules        print, and write docs/chinese-rules.md
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from bench.inputs import ROOT, WEB
from corpuskit.features import Measured
from corpuskit.features.groups import all_columns, groups, measure
from corpuskit.features.language import load_model
from corpuskit.rules import Rule, count_failures, decide, load_rule_set
from corpuskit.rules.sets import shipped_rules

PAGE = ROOT / "docs" / "chinese-rules.md"
DATA = WEB.parent
SETS = ("chinese_only", "chinese")
GROUPS = ("characters", "lines", "repetition")
NEWS = "skywork-zh-general"

# Percent of documents that failed where the bounds were chosen: 558 raw pages, 240 news, 3,000 of
# Markdown. The bounds there are 200,000 characters for `too_long`, and 0.4 for the share of Han in
# both sets; lines that repeat were those with a letter or digit.
BEFORE: dict[str, tuple[float | None, float | None, float | None]] = {
    "chinese_only.too_little_chinese": (1.4, 0, 72.9),
    "chinese_only.japanese": (0, 0, 0.1),
    "chinese.too_short": (1.6, 0, None),
    "chinese.too_long": (0, 0, None),
    "chinese.too_many_digits": (5.4, 0.4, None),
    "chinese.too_many_symbols": (0.7, 0, None),
    "chinese.too_little_punctuation": (0.2, 0, None),
    "chinese.too_much_in_urls": (0.4, 0, 51.4),
    "chinese.too_little_in_punctuated_lines": (7.0, 0, None),
    "chinese.too_much_in_very_short_lines": (4.7, 0, None),
    "chinese.lines_too_short": (1.1, 0, None),
    "chinese.too_many_ellipsis_lines": (1.6, 0, None),
    "chinese.too_many_read_more_lines": (0.2, 0, None),
    "chinese.too_few_function_characters": (2.2, 0, None),
    "chinese.two_scripts_mixed": (0.7, 0, None),
    "chinese.too_many_rare_characters": (0, 0, 0.4),
    "chinese.broken_characters": (0, 0, None),
    "chinese.too_much_in_repeated_lines": (3.0, 0, 2.6),
    "chinese.too_much_in_repeated_sentences": (9.7, 0, None),
    "chinese.too_much_in_repeated_20grams": (13.8, 0, 45.6),
    "chinese.one_4gram_too_frequent": (0.9, 0, None),
    "chinese.bullet_list": (0.4, None, None),
    "chinese.too_few_sentence_marks": (3.9, 0, None),
    "chinese.too_long_without_punctuation": (1.1, None, None),
    "any": (28.1, 0.4, 84.2),
}


INTRODUCTION = """\
Percent of documents that fail each rule of the sets `chinese_only` and `chinese`, in brackets of
those that fail no other; then the percent where the bounds were chosen, on 558 raw pages, 240 news
and 3,000 of Markdown, other documents of the same kinds (some may be the same). A flag drops
nothing. The Markdown is raw, much of it links and code, which these rules are not for. *Before*
lacks flags in the last row, and has 0.4 for the share of Han in both sets.
"""


@dataclass(frozen=True)
class Corpus:
    """Documents of one kind, and the rules' counts over them."""

    name: str
    scores: pl.DataFrame
    fails: dict[str, dict[str, int]]
    dropped: int

    @property
    def documents(self) -> int:
        """Documents in it."""
        return self.scores.height


def main() -> None:
    """Measure, print and write the page."""
    rules = tuple(
        rule
        for name in SETS
        for rule in load_rule_set(shipped_rules() / f"{name}.yaml", all_columns())
    )
    found = [judge(name, text, rules) for name, text in corpora()]
    page = "\n".join(lines(found, rules)) + "\n"
    PAGE.write_text(page, encoding="utf-8")
    print(page)


def corpora() -> Iterator[tuple[str, pl.Series]]:
    """Raw pages, news and Markdown in the order of `BEFORE`, then traditional Markdown."""
    web = pl.read_parquet(WEB).filter(pl.col("lang").str.starts_with("zh"))
    news = pl.col("source") == NEWS
    yield "web pages", web.filter(~news)["text"]
    yield "news", web.filter(news)["text"]
    markdown = pl.read_parquet(DATA / "multi.parquet").filter(pl.col("lang") == "zh")
    yield "Markdown", markdown["text"]
    revisions = pl.read_parquet(DATA / "neardup_git_revisions.parquet")
    traditional = revisions.filter(pl.col("lang") == "zh-Hant")
    newest = traditional.sort("rev_date").unique("cluster_id", keep="last", maintain_order=True)
    yield "traditional Markdown", newest["text"]


def judge(name: str, text: pl.Series, rules: tuple[Rule, ...]) -> Corpus:
    """Measure one corpus and decide it."""
    scores = measure(Measured(text), groups(load_model(), GROUPS))
    decided = decide(scores, rules)
    dropped = int((~decided["keep"]).sum())
    return Corpus(name, scores, count_failures(decided, rules), dropped)


def lines(found: list[Corpus], rules: tuple[Rule, ...]) -> Iterator[str]:
    """Write the page line by line."""
    yield "<!-- made by python -m bench.chinese_rules -->\n"
    yield "# What the rules for Chinese drop\n"
    yield INTRODUCTION
    yield from table(found, rules)
    yield "\n## Simplified or traditional\n"
    yield (
        "`traditional_ratio` of the documents that the set `chinese` judges, by our "
        "own sets:\nGB 2312 without Big5 and Big5 without GB 2312.\n"
    )
    yield from scripts(found)


def table(found: list[Corpus], rules: tuple[Rule, ...]) -> Iterator[str]:
    """Write a row per rule."""
    heads = [f"{corpus.name} ({corpus.documents:,})" for corpus in found]
    columns = [f"{head} | before" for head in heads[:3]] + heads[3:]
    yield f"| rule | {' | '.join(columns)} |"
    yield "|---" * (2 + 3 + len(found) - 1) + "|"
    for rule in rules:
        name = f"`{rule.id}`" + (" (flag)" if rule.severity == "flag" else "")
        yield row(name, [shares(corpus, rule) for corpus in found], BEFORE.get(rule.id))
    dropped = [f"{percent(corpus.dropped, corpus.documents)}" for corpus in found]
    yield row("any rule that drops", dropped, BEFORE["any"])


def row(name: str, values: list[str], before: tuple[float | None, ...] | None) -> str:
    """Write one row; only the first three corpora have a share from before."""
    known = before or (None, None, None)
    cells = [
        f"{value} | {'–' if old is None else f'{old:g}'}"
        for value, old in zip(values[:3], known, strict=True)
    ]
    return f"| {name} | {' | '.join(cells + values[3:])} |"


def shares(corpus: Corpus, rule: Rule) -> str:
    """Write the percent of failures of a rule, and of those of this rule alone."""
    counts = corpus.fails[rule.id]
    fails = percent(counts["fails"], corpus.documents)
    return f"{fails} ({percent(counts['alone'], corpus.documents)})" if counts["fails"] else fails


def percent(part: int, whole: int) -> str:
    """Write a share in percent with one decimal; none at all is 0."""
    return f"{100 * part / whole:.1f}" if part else "0"


def scripts(found: list[Corpus]) -> Iterator[str]:
    """Write how well the two scripts are told apart, per corpus."""
    yield "| documents | 1 % are below | median | 99 % are below | mixed, above 0.1 |"
    yield "|---|---|---|---|---|"
    for corpus in found:
        enough = corpus.scores.filter((pl.col("kana_ratio") <= 0.05) & (pl.col("han_ratio") >= 0.2))
        values = enough["traditional_ratio"].to_numpy()
        low, middle, high = np.quantile(values, [0.01, 0.5, 0.99])
        mixed = int((enough["mixed_script_ratio"] > 0.1).sum())
        yield (
            f"| {corpus.name} | {low:.3f} | {middle:.3f} | {high:.3f} | {mixed} of "
            f"{len(values):,} |"
        )


if __name__ == "__main__":
    main()
