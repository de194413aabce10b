"""datatrove's filters as FineWeb-2 sets them for Chinese, and our rule set beside them."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from corpuskit.features import Measured
from corpuskit.features.groups import all_columns, measure
from corpuskit.features.lines import LINES
from corpuskit.features.zh_words import ZH_WORDS
from corpuskit.kernels.chinese_stop_words import STOP_WORDS
from corpuskit.recipe import shipped_rules
from corpuskit.rules import decide, load_rule_set
from tests.oracle.filters import (
    GOPHER_QUALITY_REASONS,
    GOPHER_QUALITY_TOKENS,
    KEPT,
    Filter,
    Verdict,
    make,
)

SET = "fineweb2_zh_jieba"
LANGUAGE = "cmn_Hani"
TOP = ((2, 0.256), (3, 0.201), (4, 0.171))
DUPLICATE = ((5, 0.198), (6, 0.182), (7, 0.167), (8, 0.154), (9, 0.14), (10, 0.127))

_GRAMS = {f"top_{n}_gram": f"one_{n}gram_too_frequent" for n, _ in TOP} | {
    f"duplicated_{n}_n_grams": f"too_much_in_repeated_{n}grams" for n, _ in DUPLICATE
}

FILTERS = (
    Filter(
        "gopher_repetition",
        make(
            "GopherRepetitionFilter",
            language=LANGUAGE,
            dup_para_frac=0,
            dup_line_char_frac=0,
            dup_para_char_frac=0,
            dup_line_frac=0.287,
            top_n_grams=TOP,
            dup_n_grams=DUPLICATE,
        ),
        {"dup_line_frac": "too_many_duplicate_lines", **_GRAMS},
        frozenset(_GRAMS.values()),
    ),
    Filter(
        "fineweb_quality",
        make(
            "FineWebQualityFilter",
            language=LANGUAGE,
            short_line_thr=999,
            char_duplicates_ratio=0.1,
            line_punct_thr=0.106,
            new_line_ratio=0.178,
        ),
        {
            "empty": "too_few_lines_end_in_punctuation",
            "line_punct_ratio": "too_few_lines_end_in_punctuation",
            "char_dup_ratio": "too_much_in_repeated_lines",
            "list_ratio": "too_many_line_feeds",
        },
        frozenset({"too_many_line_feeds"}),
    ),
    Filter(
        "gopher_quality",
        make(
            "GopherQualityFilter",
            language=LANGUAGE,
            min_avg_word_length=1,
            max_avg_word_length=5,
            stop_words=list(STOP_WORDS),
            max_non_alpha_words_ratio=0.735,
            min_stop_words=2,
        ),
        GOPHER_QUALITY_REASONS,
        GOPHER_QUALITY_TOKENS,
    ),
)


def ours(texts: Sequence[str]) -> tuple[dict[str, list[Verdict]], pl.DataFrame]:
    """Decide documents, which are all taken for Chinese, by our rules; returns the values, too."""
    measured = Measured(pl.Series("text", texts, dtype=pl.String))
    scores = measure(measured, (LINES, ZH_WORDS)).with_columns(language=pl.lit("zh"))
    rules = load_rule_set(shipped_rules() / f"{SET}.yaml", all_columns())
    decided = decide(scores, rules)
    verdicts = {}
    for filter_ in FILTERS:
        order = list(dict.fromkeys(filter_.reasons.values()))
        failed = decided.select(f"fails.{SET}.{reason}" for reason in order).to_numpy()
        verdicts[filter_.name] = [
            Verdict(order[row.argmax()] if row.any() else KEPT) for row in failed
        ]
    return verdicts, scores
