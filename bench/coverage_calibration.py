"""Calibrate the coverage check: its measures on broad, mixed and narrow corpora, one a row.

`python -m bench.coverage_calibration` prints the tables of docs/pretrain-coverage.md. It reads the
texts beside the project (../shared/data) and takes some minutes; near-duplicates are removed
first, as a run does, and every tenth document is held out.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator

import polars as pl

from bench.inputs import WEB
from corpuskit.api import deduplicate
from corpuskit.duplicate_settings import DuplicateSettings
from corpuskit.lm.checks import coverage as check
from corpuskit.lm.checks.repetition import judge_language
from corpuskit.lm.settings import Target

LEAST_BYTES = 650_000
MOST_BYTES = 12_000_000
HELD_OUT_EVERY = 10
WEB_SOURCES = ("c4-wimbd", "oscar2201-ja", "mc4-fi", "fundus", "trafilatura-eval", "flagdata")
PROJECTS = (
    "brown-uk/corpus", "LCTT/TranslateProject", "GoogleChrome/developer.chrome.com",
    "pingcap/docs-cn", "ruanyf/weekly", "bundestag/gesetze", "mdn/translated-content-it",
    "LawRefBook/Laws", "nodejs/nodejs.org", "GSA/digitalgov.gov",
    "tamnd/mdn-translated-content-vi", "xitu/gold-miner", "rust-lang/blog.rust-lang.org",
    "tensorflow/docs-l10n", "php/doc-fr", "php/doc-ja", "tldr-pages/tldr",
    "javascript-tutorial/ru.javascript.info",
)  # fmt: skip
HEADER = (
    "corpus", "expected", "MB", "docs", "5-grams in others", "units", "judged",
    "with one domain", "types", "exponent", "new word", "unseen words",
    "held-out 5-grams", "byte fallback", "leaked",
)  # fmt: skip


def main() -> None:
    """Print one table row per corpus."""
    if not WEB.exists():
        sys.exit(f"bench.coverage_calibration: {WEB} is not there; the calibration needs it")
    print("| " + " | ".join(HEADER) + " |\n|" + "---|" * len(HEADER))
    for name, expected, frame in corpora():
        row = measured(name, expected, frame)
        print("| " + " | ".join(row) + " |", flush=True)
    columns = ("all languages", "seconds", "domains", "languages", "measure: status")
    print("\n| " + " | ".join(columns) + " |\n|" + "---|" * len(columns))
    for name in ("web", "multi"):
        print("| " + " | ".join(whole(name, read(name))) + " |", flush=True)


def measured(name: str, expected: str, frame: pl.DataFrame) -> tuple[str, ...]:
    """Measure the main language of a corpus, and its leaks."""
    frame = bounded(frame)
    result = check.coverage(*split(frame), Target())
    language, own = next(iter(result.details["languages"].items()))
    overlap, leaked = own["self_overlap"], result.details["leaked_share"]
    judged = (judge_language(language, own, one_domain) for one_domain in (False, True))
    return (
        name,
        expected,
        f"{frame['text'].str.len_bytes().sum() / 1e6:.1f}",
        f"{frame.height:,}",
        "—" if overlap is None else f"{overlap:.4f}",
        f"{own['volume_units']:,}",
        *judged,
        f"{own['types']:,}",
        "—" if own["type_growth_exponent"] is None else f"{own['type_growth_exponent']:.2f}",
        f"{own['new_word_chance']:.3f}",
        f"{own['unseen_held_out_words']:.3f}",
        f"{own['held_out_5gram_overlap']:.3f}",
        f"{own['byte_fallback']:.4f}",
        "—" if leaked is None else f"{leaked:.3f}",
    )


def whole(name: str, frame: pl.DataFrame) -> tuple[str, ...]:
    """Run the whole check on 32 MB of all languages together."""
    train, held_out = split(bounded(frame, 32_000_000))
    started = time.perf_counter()
    details = check.coverage(train, held_out, Target()).details
    findings = (f"{each['measure']}: {each['status']}" for each in details["findings"])
    return (
        name,
        f"{time.perf_counter() - started:.1f}",
        f"{details['effective_domains']:.1f}",
        f"{details['effective_languages']:.1f}",
        "; ".join(findings),
    )


def split(frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Hold out every tenth document."""
    frame = frame.with_row_index("row")
    held_out = pl.col("row") % HELD_OUT_EVERY == 0
    return frame.filter(~held_out), frame.filter(held_out)


def bounded(frame: pl.DataFrame, most_bytes: int = MOST_BYTES) -> pl.DataFrame:
    """Shuffle the documents and take the first 12 MB."""
    mixed = frame.sample(fraction=1.0, shuffle=True, seed=0)
    before = pl.col("text").str.len_bytes().cast(pl.Int64).cum_sum().shift(1, fill_value=0)
    return mixed.filter(before < most_bytes)


def corpora() -> Iterator[tuple[str, str, pl.DataFrame]]:
    """Yield name, what is expected, and documents of one language, without near-duplicates."""
    web, multi = read("web"), read("multi")
    yield from by_language("web", "broad", web)
    for source in WEB_SOURCES:
        yield from by_language(source, "broad", web.filter(pl.col("domain") == source))
    yield from by_language("multi", "mixed", multi)
    for source in PROJECTS:
        expected = "broad" if source.startswith("brown") else "narrow"
        yield from by_language(source, expected, multi.filter(pl.col("domain") == source))
    news = read("lid").filter(pl.col("domain") == "masakhane-news")
    yield from by_language("news of one publisher", "between", news)
    yield from by_language("books", "few documents", read("books"))
    licences = read("neardup_license_texts", language="en", domain="licences")
    yield from by_language("licence texts", "narrow", licences)


def by_language(
    name: str, expected: str, frame: pl.DataFrame
) -> Iterator[tuple[str, str, pl.DataFrame]]:
    """Yield the languages that have enough text, in the order of their codes."""
    for (language,), part in sorted(frame.group_by("language", maintain_order=True)):
        if int(part["text"].str.len_bytes().sum()) >= LEAST_BYTES:
            yield f"{name}, {language}", expected, part


def read(name: str, language: str | None = None, domain: str | None = None) -> pl.DataFrame:
    """Read a file's text, language and domain, and remove near-duplicates."""
    own = pl.col("lang") if language is None else pl.lit(language)
    source = pl.col("source") if domain is None else pl.lit(domain)
    frame = pl.scan_parquet(WEB.with_name(f"{name}.parquet")).select(
        "text", own.alias("language"), source.alias("domain")
    )
    kept = frame.collect().filter(pl.col("text").str.len_bytes() > 0, pl.col("language") != "")
    kept = kept.with_row_index("row").with_columns(pl.col("row").cast(pl.UInt64))
    found = deduplicate(kept["text"], kept["row"], DuplicateSettings()).frame
    copies = found.filter(pl.col("kind") != "representative")["doc_id"]
    return kept.filter(~pl.col("row").is_in(copies.implode())).drop("row")


if __name__ == "__main__":
    main()
