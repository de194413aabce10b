"""Pairs of texts of which the exact Jaccard similarity is known, made from real documents.

A document is cut into words (characters, where a script has no spaces). Some words here and there
are replaced, then one passage is rewritten, word by word, until one word more would take the
similarity of the shingle sets under the goal. Similarity is counted with Python's own sets of
tuples of strings: nothing here knows of a hash, a kernel or a band.
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import comb
from pathlib import Path

import polars as pl

from tests.reference_words import is_spaceless, is_word, tokens

LANGUAGES = ("en", "zh", "ja", "th", "ar", "ko")
SHINGLE_UNITS = 10  # a word is two, a character of a script without spaces is one
PASSAGE_UNITS = 260
SAMPLE = Path(__file__).parents[2] / "sample_data"
Words = Sequence[str]
Shingles = set[tuple[str, ...]]


@dataclass(frozen=True)
class Pair:
    """Two texts and the exact Jaccard similarity of their shingle sets."""

    language: str
    first: str
    second: str
    jaccard: float


@cache
def cut(text: str) -> tuple[str, ...]:
    """Cut a text into what shingles are made of: words, or characters with their marks."""
    composed = unicodedata.normalize("NFC", text)
    return tuple("".join(token) for token in tokens(composed) if is_word(token))


@cache
def fold(word: str) -> str:
    """Lower every code point of a word by itself."""
    return "".join(map(str.lower, word))


@cache
def units(word: str) -> int:
    """Return what a word counts."""
    return 1 if is_spaceless(word[0]) else 2


def shingles(words: Sequence[str]) -> Shingles:
    """Return every run of words that just spans `SHINGLE_UNITS`; all of them where none does."""
    folded = [fold(word) for word in words]
    ends = [0]
    for word in words:
        ends.append(ends[-1] + units(word))
    found, last = set(), 0
    for first in range(len(folded)):
        while last < len(folded) and ends[last] - ends[first] < SHINGLE_UNITS:
            last += 1
        if ends[last] - ends[first] < SHINGLE_UNITS and first > 0:
            break
        found.add(tuple(folded[first:last]))
    return found


def jaccard(first: Shingles, second: Shingles) -> float:
    """Return the share of the shingles of both that both have."""
    return len(first & second) / len(first | second) if first and second else 0.0


def spelled(words: Sequence[str]) -> str:
    """Join words with spaces, characters of scripts without spaces with nothing."""
    between = ["" if units(word) == units(after) == 1 else " " for word, after in pairwise(words)]
    return "".join(word + gap for word, gap in zip(words, [*between, ""], strict=True))


def make_pair(language: str, words: Words, fresh: Words, goal: float, seed: int) -> Pair | None:
    """Edit a text until its similarity to itself is as near to the goal as it gets, and not under.

    Returns None where the similarity of the two texts, once spelled out and cut again, is under
    the goal, or over it by 0.02 and more.
    """
    draw = random.Random(seed)
    known = shingles(words)
    places = draw.sample(range(len(words)), len(words) // 4)
    start = draw.randrange(len(words))
    new = [draw.choice(fresh) for _ in words]

    def edited(scattered: int, run: int) -> list[str]:
        changed = [*words[start:], *words[:start]]  # so that a run may go over the end
        changed[:run] = new[:run]
        changed = [*changed[len(words) - start :], *changed[: len(words) - start]]
        for place in places[:scattered]:
            changed[place] = new[place]
        return changed

    def good(scattered: int, run: int) -> bool:
        return jaccard(known, shingles(edited(scattered, run))) >= goal

    most = largest(len(places), lambda count: good(count, 0))
    scattered = draw.randint(0, most)
    run = largest(len(words), lambda count: good(scattered, count))
    first, second = spelled(words), spelled(edited(scattered, run))
    exactly = jaccard(shingles(cut(first)), shingles(cut(second)))
    return Pair(language, first, second, exactly) if 0 <= exactly - goal < 0.02 else None


def largest(most: int, good: Callable[[int], bool]) -> int:
    """Return the largest count up to `most` that is good, by halving; 0 is good."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if good(middle) else (low, middle - 1)
    return low


def pairs_of(language: str, documents: list[Words], count: int, goal: float) -> list[Pair]:
    """Make `count` pairs of one language from documents, which are not used twice.

    Where there are too few, more are made of runs of three words from anywhere in them.
    """
    draw = random.Random(f"{language} {goal}")
    every = [word for words in documents for word in words]
    pairs: list[Pair] = []
    for seed in range(3 * count):
        words = documents[seed] if seed < len(documents) else runs(every, draw)
        pair = make_pair(language, words, every, goal, seed)
        pairs += [pair] if pair is not None else []
        if len(pairs) == count:
            return pairs
    raise AssertionError(f"{language}: only {len(pairs)} pairs at {goal}")


def runs(words: Words, draw: random.Random) -> list[str]:
    """Put runs of three words together until they are as long as a passage."""
    found: list[str] = []
    goal = draw.randint(PASSAGE_UNITS, 2 * PASSAGE_UNITS)
    while sum(map(units, found)) < goal:
        start = draw.randrange(len(words) - 3)
        found += words[start : start + 3]
    return found


def passages(texts: Sequence[str], count: int, seed: int, seen: Shingles) -> list[Words]:
    """Cut documents into passages of `PASSAGE_UNITS` to twice that, which do not overlap.

    A passage of which a tenth was `seen` before (menus, licences) is left out; others are added.
    """
    draw = random.Random(seed)
    found: list[Words] = []
    for text in texts:
        if len(found) >= count:
            break
        passage: list[str] = []
        spanned, goal = 0, draw.randint(PASSAGE_UNITS, 2 * PASSAGE_UNITS)
        for word in cut(text):
            passage.append(word)
            spanned += units(word)
            if spanned < goal:
                continue
            if len((own := shingles(passage)) & seen) < len(own) / 10:
                found.append(passage)
                seen |= own
            passage, spanned = [], 0
            goal = draw.randint(PASSAGE_UNITS, 2 * PASSAGE_UNITS)
    return found[:count]


def sample_texts(language: str) -> list[str]:
    """Return the real documents of a language in sample_data."""
    frames = [
        pl.read_parquet(SAMPLE / "udhr.parquet"),
        pl.read_parquet(SAMPLE / "debian-handbook.parquet"),
        pl.read_ndjson(SAMPLE / "chinese-classics.jsonl.gz"),
        pl.read_ndjson(SAMPLE / "apache-docs.jsonl.zst"),
    ]
    texts = [frame.filter(pl.col("lang") == language)["text"].to_list() for frame in frames]
    return [text[:8_000] for part in texts for text in part]


def least_hits(count: int, recall: float, doubt: float = 1e-3) -> int:
    """Return the least number of hits in `count` trials that chance explains.

    The largest k with P(X < k) <= doubt where X is binomial(count, recall): a search with the
    stated recall finds fewer than k of `count` pairs with a probability of at most `doubt`.
    """
    below, hits = 0.0, 0
    while True:
        below += comb(count, hits) * recall**hits * (1 - recall) ** (count - hits)
        if below > doubt:
            return hits
        hits += 1
