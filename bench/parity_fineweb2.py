"""Our rule sets of FineWeb-2 against the installed datatrove: a section of docs/parity.md.

Each of FineWeb-2's three filters judges every document as it stands, with the language's own
numbers and datatrove's tokeniser for it; ours are the rules of one set. Documents come from files
by their language, so the language and its score are taken as given on both sides. Chinese is
there to show what bounds in characters do; the others have the same bounds on both sides.

    .venv-bench/bin/python -m bench.parity_fineweb2              print, and write the section
    .venv-bench/bin/python -m bench.parity_fineweb2 --limit 20   a quick look; writes nothing
"""

from __future__ import annotations

import argparse
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from bench.chinese_pieces import half
from bench.inputs import MEGABYTE, WEB
from bench.parity import DOCUMENTATION, FINEWEB2_SECTION, PAGE, kept_section, percent
from corpuskit.features import Measured
from corpuskit.features.fineweb2 import table
from corpuskit.features.groups import BY_LANGUAGE, TEXT_GROUPS, all_columns, measure
from corpuskit.languages import language_name
from corpuskit.rules import decide, load_rule_set
from corpuskit.rules.sets import shipped_rules
from scripts.make_fineweb2 import REPEATED_LINES, code, rows
from tests.oracle.filters import GOPHER_QUALITY_REASONS, KEPT, Filter, theirs

LANGUAGES = ("deu_Latn", "fra_Latn", "spa_Latn", "rus_Cyrl", "cmn_Hani")
GROUPS = ("lines",)
DOCUMENTS = 300  # a language, at most half of them web pages
SHORTEST, LONGEST = 300, 6_000  # bytes: datatrove is slow, and a sentence is no document

_WORDS_IN_A_ROW = {f"top_{n}_gram": f"one_{n}gram_too_frequent" for n in (2, 3, 4)} | {
    f"duplicated_{n}_n_grams": f"too_much_in_repeated_{n}grams" for n in range(5, 11)
}
REASONS = {
    "repetition": {"dup_line_frac": "too_many_duplicate_lines", **_WORDS_IN_A_ROW},
    "lines": {
        "line_punct_ratio": "too_few_lines_end_in_punctuation",
        "char_dup_ratio": "too_much_in_repeated_lines",
        "list_ratio": "too_many_line_feeds",
    },
    "words": GOPHER_QUALITY_REASONS,
}


@dataclass(frozen=True)
class Result:
    """One filter on the documents of one language; `apart` counts (theirs, ours) of the others."""

    language: str
    name: str
    documents: int
    dropped: int
    same_decision: int
    same_reason: int
    apart: Counter[tuple[str, str]]


def documents(language: str, limit: int | None) -> list[str]:
    """Read web pages of a language, and fill up with documentation."""
    size = pl.col("text").str.len_bytes()
    chosen: list[str] = []
    for path, wanted in ((WEB, DOCUMENTS // 2), (DOCUMENTATION, DOCUMENTS)):
        rule = pl.col("lang") == code(language), size.is_between(SHORTEST, LONGEST)
        frame = pl.read_parquet(path, columns=["id", "lang", "text"]).filter(*rule)
        if language == "cmn_Hani":  # the others set the bounds
            frame = frame.filter([half(name) == 1 for name in frame["id"]])
        frame = frame.sample(min(wanted - len(chosen), len(frame)), seed=0, shuffle=True)
        chosen += frame["text"].to_list()
    return chosen[:limit]


def filters(language: str) -> tuple[Filter, ...]:
    """Make datatrove's filters with FineWeb-2's numbers, in FineWeb-2's order."""
    row = {key: value if key == "lang" else float(value) for key, value in rows()[language].items()}
    settings: dict[str, tuple[str, dict[str, Any]]] = {
        "repetition": (
            "GopherRepetitionFilter",
            {
                "dup_para_frac": 0,
                "dup_line_char_frac": 0,
                "dup_para_char_frac": 0,
                "dup_line_frac": row["dup_line_frac"],
                "top_n_grams": tuple((n, row[f"top{n}"]) for n in (2, 3, 4)),
                "dup_n_grams": tuple((n, row[f"dup{n}"]) for n in range(5, 11)),
            },
        ),
        "lines": (
            "FineWebQualityFilter",
            {
                "short_line_thr": 999,
                "char_duplicates_ratio": REPEATED_LINES,
                "line_punct_thr": row["line_punct_thr"],
                "new_line_ratio": row["new_line_ratio"],
            },
        ),
        "words": (
            "GopherQualityFilter",
            {
                "min_avg_word_length": row["min_avg_word_length"],
                "max_avg_word_length": row["max_avg_word_length"],
                "max_non_alpha_words_ratio": row["min_alpha_words_ratio"],
                "stop_words": list(table()[language].stop_words),
                "min_stop_words": 2,
            },
        ),
    }
    return tuple(
        Filter(name, maker(made, {**values, "language": language}), REASONS[name], frozenset())
        for name, (made, values) in settings.items()
    )


def maker(name: str, settings: dict[str, Any]) -> Callable[[], Any]:
    """Return what makes a filter of datatrove."""

    def make() -> Any:
        from datatrove.pipeline import filters as theirs_

        return getattr(theirs_, name)(**settings)

    return make


def ours(language: str, wanted: Sequence[Filter], texts: Sequence[str]) -> dict[str, list[str]]:
    """Return for every filter and document the first rule that fails, in datatrove's order."""
    measured = Measured(pl.Series("text", texts, dtype=pl.String))
    measured.language = pl.Series("language", [code(language)]).new_from_index(0, len(texts))
    groups = [group for group in TEXT_GROUPS if group.name in GROUPS]
    scores = measure(measured, (*groups, *BY_LANGUAGE)).with_columns(
        measured.language, language_score=pl.lit(1.0, dtype=pl.Float32)
    )
    rules = load_rule_set(shipped_rules() / "fineweb2" / f"{language}.yaml", all_columns())
    decided = decide(scores, rules)
    shipped = {rule.id.partition(".")[2] for rule in rules}
    reasons = {}
    for filter_ in wanted:
        order = [reason for reason in filter_.reasons.values() if reason in shipped]
        failed = decided.select(f"fails.fineweb2_{language}.{name}" for name in order).to_numpy()
        reasons[filter_.name] = [order[row.argmax()] if row.any() else KEPT for row in failed]
    return reasons


def compare(language: str, texts: Sequence[str]) -> list[Result]:
    """Judge the documents of a language by every filter, both ways, and by all three."""
    wanted = filters(language)
    expected = {
        name: [verdict.reason for verdict in verdicts]
        for name, verdicts in theirs(wanted, texts).items()
    }
    found = ours(language, wanted, texts)
    for side in (expected, found):
        columns = zip(*(side[filter_.name] for filter_ in wanted), strict=True)
        side["all three"] = [next((one for one in row if one != KEPT), KEPT) for row in columns]
    return [result(language, name, expected[name], found[name]) for name in expected]


def result(language: str, name: str, expected: Sequence[str], found: Sequence[str]) -> Result:
    """Count where both sides agree."""
    pairs = list(zip(expected, found, strict=True))
    return Result(
        language,
        name,
        documents=len(pairs),
        dropped=sum(one != KEPT for one in expected),
        same_decision=sum((one == KEPT) == (other == KEPT) for one, other in pairs),
        same_reason=sum(one == other for one, other in pairs),
        apart=Counter(pair for pair in pairs if pair[0] != pair[1]),
    )


def section(results: Sequence[Result], megabytes: float, seconds: float) -> Iterator[str]:
    """Write the section, line by line."""
    yield from (FINEWEB2_SECTION, "", "# FineWeb-2's rule sets", "")
    yield from ABOUT.splitlines()
    yield ""
    yield "| language | filter | documents | dropped by datatrove | same decision | same reason |"
    yield "|---|---|---|---|---|---|"
    for one in results:
        same = (one.same_decision, one.same_reason)
        shares = " | ".join(percent(part, one.documents) for part in same)
        name = language_name(code(one.language))
        yield f"| {name} | {one.name} | {one.documents} | {one.dropped} | {shares} |"
    yield ""
    yield f"{megabytes:.1f} MB of text; datatrove and corpuskit together took {seconds:.0f} s."
    yield ""
    yield "| language | filter | datatrove | corpuskit | documents |"
    yield "|---|---|---|---|---|"
    for one in results:
        for (theirs_, ours_), count in one.apart.most_common() if one.name != "all three" else ():
            name = language_name(code(one.language))
            yield f"| {name} | {one.name} | {theirs_} | {ours_} | {count} |"


ABOUT = f"""This section is made by `python -m bench.parity_fineweb2`. The rule sets
`fineweb2/…` hold FineWeb-2's numbers for 42 languages; here five of them judge the same documents
as datatrove's three filters with those numbers: up to {DOCUMENTS} of {SHORTEST} to {LONGEST:,}
bytes a language, half of them web pages where there are so many, the others documentation in
Markdown and HTML. Language and score are taken as given.

- datatrove cuts German, French, Spanish and Russian with spaCy's rules for each language;
  corpuskit's kernel works by those for English, and joins or parts tokens by what each language
  does with hyphens, ordinals, percent signs and apostrophes.
- Chinese is cut by jieba there and into pieces here, with bounds of their own: see
  [chinese-pieces.md](chinese-pieces.md). No document here was used to set those.
- Cantonese, Japanese, Korean and Thai have no oracle here: datatrove needs SudachiPy, Kiwi and
  PyThaiNLP for three of them, and there is no text in the fourth. Their sets hold FineWeb-2's
  rules on lines, which need no words, and no rule on words: there is nothing to fit a bound to."""


def main() -> None:
    """Compare, print, and write the section."""
    warnings.simplefilter("ignore")
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--limit", type=int, help="documents a language; writes no section")
    arguments, _ = parser.parse_known_args()
    if not WEB.exists():
        raise SystemExit(f"{WEB}: not there; parity is measured on that file")
    results, megabytes, started = [], 0.0, time.perf_counter()
    for language in LANGUAGES:
        texts = documents(language, arguments.limit)
        megabytes += sum(len(text.encode()) for text in texts) / MEGABYTE
        results += compare(language, texts)
    lines = section(results, megabytes, time.perf_counter() - started)
    text = "\n".join(lines) + "\n"
    print(text)
    if arguments.limit is None:
        page = PAGE.read_text(encoding="utf-8")
        PAGE.write_text(page.removesuffix(kept_section(page)) + text, encoding="utf-8")


if __name__ == "__main__":
    main()
