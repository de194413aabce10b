"""Our published rule sets against the installed datatrove, document by document: docs/parity.md.

Each filter judges every document as it stands; then the chain of FineWeb's four filters does, in
which FineWeb's own rules see what C4's line cleaner left. Two sides agree on a document when both
keep it or both drop it, and on the reason when datatrove's reason is the first of ours in its
order. The page lists every class of disagreement with a count and an example.

    .venv-bench/bin/python -m bench.parity              print, and write docs/parity.md
    .venv-bench/bin/python -m bench.parity --limit 200  a quick look; writes nothing
"""

from __future__ import annotations

import argparse
import time
import warnings
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from bench.inputs import MEGABYTE, ROOT, WEB
from corpuskit.kernels.arrow import text_buffer
from corpuskit.kernels.tokenise import tokenise
from corpuskit.kernels.unicode import SPACELESS as SPACELESS_FLAG
from corpuskit.kernels.unicode import unicode_tables
from tests.oracle.filters import FILTERS, KEPT, Filter, Verdict, ours, theirs

PAGE = ROOT / "docs" / "parity.md"
DOCUMENTATION = WEB.with_name("multi.parquet")
DOCUMENTATION_PAGES = 1_500
FINEWEB2_SECTION = "<!-- made by python -m bench.parity_fineweb2 -->"  # to the end of the page
CHAIN = ("gopher_repetition", "gopher_quality", "c4_fineweb", "fineweb_quality")

SPACELESS, LINK, TOKENS, CITATION, BOTH, LINES = range(6)
EXPLANATIONS = {
    SPACELESS: "Chinese, Japanese or Burmese in a page that is called English: a run of it is one "
    "word for datatrove, each character for us",
    LINK: "a link, or a word joined to one, that spaCy cuts otherwise",
    BOTH: "a page with both faults: datatrove names the one that it meets first",
    CITATION: "words of a line counted with its citations, where C4 counts without",
    TOKENS: "a few tokens cut otherwise (*cannot*, *id*, emoticons, marks), near the bound",
    LINES: "not a matter of tokens",
}


@dataclass(frozen=True)
class Corpus:
    """Documents of one kind: what they are called, and their ids and texts."""

    name: str
    ids: Sequence[str]
    texts: Sequence[str]

    def megabytes(self) -> float:
        """Return the size of the text."""
        return sum(len(text.encode()) for text in self.texts) / MEGABYTE


@dataclass(frozen=True)
class Comparison:
    """One filter on one corpus; `classes` maps (theirs, ours, explanation) to documents."""

    name: str
    documents: int
    dropped: int
    same_decision: int
    same_reason: int
    same_text: str
    classes: dict[tuple[str, str, int], list[str]]


def corpora(limit: int | None) -> Iterator[Corpus]:
    """Read the English web pages, and English documentation."""
    web = pl.read_parquet(WEB).filter(pl.col("lang") == "en", pl.col("text").str.len_bytes() > 0)
    source = pl.col("source")
    no_lines = source.str.starts_with("turku-register") & ~source.str.ends_with("-raw")
    web = web.filter(~no_lines).head(limit or len(web))
    yield Corpus("English web pages", web["id"].to_list(), web["text"].to_list())
    pages = pl.read_parquet(DOCUMENTATION).filter(pl.col("lang") == "en")
    pages = pages.sample(min(limit or DOCUMENTATION_PAGES, len(pages)), seed=0, shuffle=True)
    name = "English documentation in Markdown and HTML"
    yield Corpus(name, pages["id"].to_list(), pages["text"].to_list())


def compare(corpus: Corpus) -> tuple[list[Comparison], tuple[float, float]]:
    """Judge a corpus by every filter, both ways; returns the seconds of both, too."""
    started = time.perf_counter()
    expected = theirs(FILTERS, corpus.texts)
    middle = time.perf_counter()
    found, scores = ours(FILTERS, corpus.texts)
    seconds = (middle - started, time.perf_counter() - middle)
    compared = [
        compared_by(filter_, corpus, expected[filter_.name], found[filter_.name], scores)
        for filter_ in FILTERS
    ]
    last = [filter_ for filter_ in FILTERS if filter_.name == CHAIN[-1]]
    whole = Filter("FineWeb's chain", FILTERS[0].make, {}, frozenset(CHAIN))
    behind = chain(expected, lambda texts: theirs(last, texts)[CHAIN[-1]])
    ours_behind = chain(found, lambda texts: ours(last, texts)[0][CHAIN[-1]])
    compared.append(compared_by(whole, corpus, behind, ours_behind, scores))
    return compared, seconds


def chain(
    verdicts: dict[str, list[Verdict]], judge: Callable[[list[str]], list[Verdict]]
) -> list[Verdict]:
    """Run FineWeb's filters in a row, the last of them on what C4's line cleaner has left.

    The reason is the name of the filter.
    """
    columns = [verdicts[name] for name in CHAIN[:-1]]
    first = [
        next((name for name, one in zip(CHAIN, row, strict=False) if one.reason != KEPT), KEPT)
        for row in zip(*columns, strict=True)
    ]
    rows = [row for row, reason in enumerate(first) if reason == KEPT]
    judged = judge([verdicts["c4_fineweb"][row].text or "" for row in rows])
    for row, verdict in zip(rows, judged, strict=True):
        first[row] = KEPT if verdict.reason == KEPT else CHAIN[-1]
    return [Verdict(reason) for reason in first]


def compared_by(
    filter_: Filter,
    corpus: Corpus,
    expected: Sequence[Verdict],
    found: Sequence[Verdict],
    scores: pl.DataFrame,
) -> Comparison:
    """Count where both sides agree, and class where they do not."""
    classes: defaultdict[tuple[str, str, int], list[str]] = defaultdict(list)
    pairs = list(zip(expected, found, strict=True))
    for row, (one, other) in enumerate(pairs):
        if one.reason != other.reason:
            why = explain(filter_, (one.reason, other.reason), corpus.texts[row], scores, row)
            classes[one.reason, other.reason, why].append(corpus.ids[row])
    same = [one.text == other.text for one, other in pairs if one.text and other.text]
    return Comparison(
        name=filter_.name,
        documents=len(pairs),
        dropped=sum(one.reason != KEPT for one in expected),
        same_decision=sum((a.reason == KEPT) == (b.reason == KEPT) for a, b in pairs),
        same_reason=sum(one.reason == other.reason for one, other in pairs),
        same_text=f"{sum(same):,} of {len(same):,}" if filter_.cleaner else "",
        classes=dict(classes),
    )


def explain(
    filter_: Filter, reasons: tuple[str, str], text: str, scores: pl.DataFrame, row: int
) -> int:
    """Find the class of a disagreement: what most of the tokens are that one side alone has."""
    if set(reasons) == {"braces", "lorem_ipsum"}:
        return BOTH
    if set(reasons) - {KEPT} - filter_.tokens:
        return LINES
    if filter_.name == "c4" and scores["citation_char_count.c4"][row]:
        return CITATION
    from datatrove.utils.text import split_into_words

    apart = Counter(our_tokens(text))
    apart.subtract(split_into_words(text))
    chars = Counter[int]()
    for token, count in apart.items():
        chars[kind(token)] += max(count, 0) * len(token)
    return max(chars, key=lambda key: chars[key], default=TOKENS)


def our_tokens(text: str) -> list[str]:
    """Cut a text by the kernel."""
    buffer = text_buffer(pl.Series([text]))
    tokens = tokenise(buffer)
    data = bytes(buffer.data)
    return [data[a:b].decode() for a, b in zip(tokens.start, tokens.end, strict=True)]


def kind(token: str) -> int:
    """Class a token that datatrove does not have."""
    if "://" in token or "](" in token:
        return LINK
    spaceless = unicode_tables().flags[[ord(character) for character in token]] & SPACELESS_FLAG
    return SPACELESS if spaceless.any() else TOKENS


def percent(part: int, whole: int) -> str:
    """Write a share so that 100 % means all."""
    return "100 %" if part == whole else f"{100 * part / whole:.2f} %"


def section(corpus: Corpus, compared: Sequence[Comparison], seconds: tuple[float, float]) -> str:
    """Write the tables of one corpus."""
    head = (
        "| filter | dropped by datatrove | same decision | same reason | same cleaned text |\n"
        "|---|---|---|---|---|"
    )
    size = corpus.megabytes()
    rows = [
        f"| {one.name} | {one.dropped:,} | {percent(one.same_decision, one.documents)} | "
        f"{percent(one.same_reason, one.documents)} | {one.same_text} |"
        for one in compared
    ]
    classes = [
        f"| {one.name} | {theirs_} | {ours_} | {len(ids)} | {EXPLANATIONS[why]} | `{ids[0]}` |"
        for one in compared
        for (theirs_, ours_, why), ids in sorted(one.classes.items(), key=lambda x: -len(x[1]))
    ]
    title = f"## {corpus.name}: {len(corpus.ids):,} documents, {size:.1f} MB"
    about = (
        "| filter | datatrove | corpuskit | documents | what it is | example |\n"
        "|---|---|---|---|---|---|"
    )
    others = sum(
        len(ids) for one in compared for key, ids in one.classes.items() if key[2] == LINES
    )
    note = (
        f"Disagreements that are not a matter of tokens: {others}. datatrove took {seconds[0]:.0f} "
        f"s for its five filters, corpuskit {seconds[1]:.2f} s for all of its features and rules: "
        f"{seconds[0] / seconds[1]:.0f} times."
    )
    return "\n".join([title, "", head, *rows, "", note, "", about, *classes, ""])


INTRODUCTION = """<!-- made by python -m bench.parity -->

# Parity with datatrove

The rule sets `gopher_repetition`, `gopher_quality`, `c4`, `c4_fineweb` and `fineweb_quality` decide
as datatrove {version} does. This page is made by `python -m bench.parity` in the environment of
`make bench`: both sides judge the same documents, each filter every document as it stands, then
FineWeb's chain of four, in which FineWeb's own rules see what C4's line cleaner left.

- A *decision* is to keep or to drop. datatrove stops at its first reason; corpuskit has all of
  them, and the *reason* is the same when datatrove's is the first of ours in datatrove's order.
- Rules about lines, paragraphs and marks, and the text that C4's line cleaner leaves, need no
  tokens; the count of disagreements that are not a matter of tokens stands under each table.
  datatrove cuts words with spaCy {spacy}; corpuskit has a kernel that works by the same rules, and
  none of its lists of emoticons and slang.
- `c4` is held against datatrove's filter with C4's own numbers (5 words, 3 sentences, no
  apostrophe among the marks). C4's code counts the words of a line when citations are gone,
  datatrove before.
- `gopher_repetition` has no say on n-grams of words where most words are single characters
  (Chinese, Thai), and leaves an empty text to other sets.
- `fineweb_quality_2024` and `gopher_quality_2024` have no oracle here: the datatrove of April 2024
  needs NLTK's Punkt model, which would have to be downloaded. Tests hold their arithmetic against a
  slow twin. Their words are those of the other sets, not NLTK's.
- Seconds are those of this run, one thread each. datatrove is spared its second and third
  cutting of words: in this loop its cache holds those of the document at hand.
"""


def kept_section(page: str) -> str:
    """Return the section of the page that parity_fineweb2.py makes, or nothing."""
    _, mark, rest = page.partition(FINEWEB2_SECTION)
    return mark + rest


def main() -> None:
    """Compare, print, and write the page."""
    warnings.simplefilter("ignore")
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--limit", type=int, help="documents per corpus; writes no page")
    arguments, _ = parser.parse_known_args()
    if not WEB.exists():
        raise SystemExit(f"{WEB}: not there; parity is measured on that file")
    from importlib.metadata import version

    for load in (theirs, ours):  # models, and compiled kernels
        load(FILTERS, ["Some words and a full stop. " * 20])
    parts = [INTRODUCTION.format(version=version("datatrove"), spacy=version("spacy"))]
    for corpus in corpora(arguments.limit):
        parts.append(section(corpus, *compare(corpus)))
        print(parts[-1], flush=True)
    if arguments.limit is None:
        kept = kept_section(PAGE.read_text(encoding="utf-8")) if PAGE.exists() else ""
        PAGE.write_text("\n".join(parts) + "\n" + kept, encoding="utf-8")


if __name__ == "__main__":
    main()
