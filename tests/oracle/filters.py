"""datatrove's filters and our rule sets, side by side: for tests/oracle and bench/parity.py.

datatrove stops at the first rule that fails and names it; ours name all that fail. So each filter
here lists its reasons in datatrove's order, and our first reason is the first of them.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from corpuskit.features import FeatureGroup, Measured
from corpuskit.features.groups import TEXT_GROUPS, all_columns, columns_by_group, measure
from corpuskit.recipe_features import needed_groups
from corpuskit.rules import Rule, decide, load_rule_set
from corpuskit.rules.sets import shipped_rules

KEPT = "kept"


@dataclass(frozen=True, eq=False)
class Filter:
    """One of our rule sets, the filter of datatrove that it is, and the names of reasons.

    cleaner : the line cleaner that goes with it, if any.
    reasons : datatrove's reason → the id of our rule in the set, in datatrove's order.
    tokens : the reasons, ours, that depend on where tokens are cut.
    """

    name: str
    make: Callable[[], Any]
    reasons: dict[str, str]
    tokens: frozenset[str]
    cleaner: str | None = None

    def rules(self) -> tuple[Rule, ...]:
        """Load the rule set."""
        return load_rule_set(shipped_rules() / f"{self.name}.yaml", all_columns())


@dataclass(frozen=True)
class Verdict:
    """What one side says of a document: `KEPT` or our id of the first reason; the cleaned text."""

    reason: str
    text: str | None = None


GOPHER_QUALITY_REASONS = {
    "gopher_short_doc": "too_few_words",
    "gopher_long_doc": "too_many_words",
    "gopher_below_avg_threshold": "words_too_short",
    "gopher_above_avg_threshold": "words_too_long",
    "gopher_too_many_hashes": "too_many_hash_marks",
    "gopher_too_many_ellipsis": "too_many_ellipses",
    "gopher_too_many_bullets": "too_many_bullet_lines",
    "gopher_too_many_end_ellipsis": "too_many_ellipsis_lines",
    "gopher_below_alpha_threshold": "too_few_words_with_letters",
    "gopher_enough_stop_words": "too_few_stop_words",
}
GOPHER_QUALITY_TOKENS = frozenset(GOPHER_QUALITY_REASONS.values()) - {
    "too_many_bullet_lines",
    "too_many_ellipsis_lines",
}


def make(name: str, **settings: Any) -> Callable[[], Any]:
    """Prepare a filter of datatrove, which is imported when it is made."""

    def made() -> Any:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from datatrove.pipeline import filters
        return getattr(filters, name)(**settings)

    return made


def _make_c4() -> Any:
    """Make the filter with the numbers and marks of the published C4."""
    made = make("C4QualityFilter", min_num_sentences=3, min_words_per_line=5)()
    from datatrove.pipeline.filters import c4_filters

    c4_filters.END_PUNCTUATION = (".", "?", "!", '"')  # datatrove adds the apostrophe
    return made


_C4_REASONS = {
    "lorem_ipsum": "lorem_ipsum",
    "curly_bracket": "braces",
    "too_few_sentences": "too_few_sentences",
}
_GRAMS = {f"top_{n}_gram": f"one_{n}gram_too_frequent" for n in (2, 3, 4)} | {
    f"duplicated_{n}_n_grams": f"too_much_in_repeated_{n}grams" for n in range(5, 11)
}

FILTERS = (
    Filter(
        "gopher_repetition",
        make("GopherRepetitionFilter"),
        {
            "dup_para_frac": "too_many_duplicate_paragraphs",
            "dup_para_char_frac": "too_much_in_duplicate_paragraphs",
            "dup_line_frac": "too_many_duplicate_lines",
            "dup_line_char_frac": "too_much_in_duplicate_lines",
            **_GRAMS,
        },
        frozenset(_GRAMS.values()),
    ),
    Filter(
        "gopher_quality",
        make("GopherQualityFilter"),
        GOPHER_QUALITY_REASONS,
        GOPHER_QUALITY_TOKENS,
    ),
    Filter("c4", _make_c4, _C4_REASONS, frozenset({"too_few_sentences"}), "c4"),
    Filter(
        "c4_fineweb",
        make("C4QualityFilter", filter_no_terminal_punct=False),
        _C4_REASONS,
        frozenset({"too_few_sentences"}),
        "c4_fineweb",
    ),
    Filter(
        "fineweb_quality",
        make("FineWebQualityFilter"),
        {
            "empty": "too_few_lines_end_in_punctuation",
            "line_punct_ratio": "too_few_lines_end_in_punctuation",
            "short_line_ratio": "too_many_short_lines",
            "char_dup_ratio": "too_much_in_repeated_lines",
            "list_ratio": "too_many_line_feeds",
        },
        frozenset({"too_many_line_feeds"}),
    ),
)


def theirs(filters: Sequence[Filter], texts: Iterable[str]) -> dict[str, list[Verdict]]:
    """Ask each of datatrove's filters about each document, whose words it cuts but once.

    An empty document is not asked for.
    """
    from datatrove.data import Document

    made = {filter_: filter_.make() for filter_ in filters}
    verdicts: dict[str, list[Verdict]] = {filter_.name: [] for filter_ in filters}
    for number, text in enumerate(texts):
        for filter_, judge in made.items():
            document = Document(text=text, id=str(number))
            result = judge.filter(document) if text else (False, "empty")
            reason = KEPT if result is True else filter_.reasons.get(result[1], result[1])
            verdicts[filter_.name].append(
                Verdict(reason, document.text if reason == KEPT else None)
            )
    return verdicts


def needed(filters: Sequence[Filter]) -> list[FeatureGroup]:
    """Return the feature groups that our rule sets need; characters are for explanations."""
    rules = [rule for filter_ in filters for rule in filter_.rules()]
    names = needed_groups(rules, columns_by_group())
    return [group for group in TEXT_GROUPS if group.name in names]


def ours(
    filters: Sequence[Filter], texts: Sequence[str]
) -> tuple[dict[str, list[Verdict]], pl.DataFrame]:
    """Decide the same documents by our rules, measured once; returns the values, too."""
    measured = Measured(pl.Series("text", texts, dtype=pl.String))
    scores = measure(measured, needed(filters))
    return {filter_.name: _decided(filter_, measured, scores) for filter_ in filters}, scores


def _decided(filter_: Filter, measured: Measured, scores: pl.DataFrame) -> list[Verdict]:
    decided = decide(scores, filter_.rules())
    order = list(dict.fromkeys(filter_.reasons.values()))
    failed = decided.select(f"fails.{filter_.name}.{reason}" for reason in order).to_numpy()
    left = measured.after(filter_.cleaner).text if filter_.cleaner else measured.text
    return [
        Verdict(order[row.argmax()]) if row.any() else Verdict(KEPT, text)
        for row, text in zip(failed, left, strict=True)
    ]


def sample_texts() -> list[str]:
    """Return English documents of sample_data, short enough for a slow oracle."""
    folder = Path(__file__).parent.parent.parent / "sample_data"
    frames = [
        pl.read_csv(folder / "public-domain.csv"),
        pl.read_parquet(folder / "debian-handbook.parquet"),
        pl.read_ndjson(folder / "apache-docs.jsonl.zst"),
    ]
    columns = [frame.select("text", "lang") for frame in frames]
    english = pl.concat(columns).filter(
        pl.col("lang") == "en", pl.col("text").str.len_chars() < 8000
    )
    return english["text"].to_list()
