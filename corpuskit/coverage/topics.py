"""What a corpus is about: a sample parted into twenty topics, each named by words.

Words are compared, not meanings, so a topic lies within a language: a language with many documents
is parted into several, by a clustering of its own, and those with few are one topic together.
Documents are vectors of words (corpuskit.kernels.topic_words), a word weighing by its rarity;
words of more than a quarter of a language's documents, and stop words where there is a list of
them, are left out. Clusters are those of spherical k-means (Dhillon and Modha 2001), begun by
k-means++ (Arthur and Vassilvitskii 2007), the best of three.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from corpuskit.coverage.spherical import DOCUMENT_SCALE, clusters
from corpuskit.coverage.topic_names import Cell, name_cells
from corpuskit.kernels.topic_centres import Rows
from corpuskit.schema import DOC_ID, KEEP

if TYPE_CHECKING:
    from corpuskit.kernels.topic_words import Words

TOPICS: Final = 20
MOST_DOCUMENTS: Final = 20_000
LEAST_DOCUMENTS: Final = 50
"""A sample of fewer documents has no topics."""
LEAST_SHARE, LEAST_OF_LANGUAGE = 0.02, 20
"""Of the documents, and in documents: a language with less is one of the others."""
LEAST_OF_TOPIC: Final = 30
"""A language has as many documents at least for each of its topics."""
COMMON_SHARE, COMMON_DOCUMENTS = 0.25, 3
"""Of the documents of a language, and in documents where it has few: more often is no topic."""
LANGUAGES_SHOWN: Final = 5
OTHERS_NAMED: Final = 3  # languages of the common topic of the small ones that get words
_STEPS: Final = 16  # of a weight, by factor of two in rarity
NONE, OTHERS = -1, -2


def topics(sample: pl.DataFrame) -> dict[str, Any]:
    """Part a sample into topics.

    Parameters
    ----------
    sample : doc_id, text, language and keep.

    Returns
    -------
    `topics`, the largest first: `topic` (1, 2, …), `in` and `kept` (its shares of the sampled
    documents of either side; a document without a word that others have has no topic),
    `languages` (shares of its documents) and `words` by language, the best first. None where there
    are too few documents; `topics_reason` says so.
    """
    frame = sample.sort(DOC_ID).head(MOST_DOCUMENTS)
    if frame.height < LEAST_DOCUMENTS:
        return {"topics": None, "topics_reason": "too_few_documents"}
    from corpuskit.features import Measured
    from corpuskit.kernels.topic_words import number_words

    language = frame["language"]
    names = sorted(language.unique().to_list())
    places = language.replace_strict(names, range(len(names)), return_dtype=pl.Int64)
    group = np.array(places, np.int64)
    measured = Measured(frame["text"])
    words = number_words(measured.tokens, group)
    document = np.searchsorted(measured.tokens.offsets, words.first, side="right") - 1
    own = group[document]
    weight = weights(words.documents, own, np.bincount(group, minlength=len(names)))
    weight[np.isin(words.hash, stop_words(names))] = 0
    topic = part(words, weight, group, allot(np.bincount(group).tolist(), names))
    cells = shown_cells(topic, group)
    labels = name_cells(cells, words, weight, own, measured)
    return {"topics": _described(frame, topic, group, names, cells, labels)}


def weights(
    documents: npt.NDArray[np.int32], own: npt.NDArray[np.int64], sizes: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """Weigh words by rarity: 16 · log2(documents of the language / documents with the word).

    A word of one document weighs 0, and so does one of more than three documents that are more
    than a quarter of those of its language.

    Parameters
    ----------
    documents : int32 (v,), that hold each word.
    own : int64 (v,), the language of each.
    sizes : int64 (g,), documents by language.
    """
    of_language = sizes[own]
    rarity = np.rint(_STEPS * np.log2(of_language / documents)).astype(np.int64)
    common = documents > np.maximum(COMMON_DOCUMENTS, COMMON_SHARE * of_language)
    return np.where(common | (documents < 2), 0, rarity)


def stop_words(names: list[str]) -> npt.NDArray[np.uint64]:
    """Return the hashes of the published stop words of languages, where they have a list."""
    from corpuskit.features.fineweb2 import language_numbers, table
    from corpuskit.kernels.arrow import text_buffer
    from corpuskit.kernels.tokenise import tokenise
    from corpuskit.kernels.topic_words import number_words

    rows = list(table().values())
    numbers = language_numbers(pl.Series(names, dtype=pl.String))
    lists = [" ".join(rows[number].stop_words) if number >= 0 else "" for number in numbers]
    tokens = tokenise(text_buffer(pl.Series(lists, dtype=pl.String)))
    return number_words(tokens, np.arange(len(names))).hash


def allot(documents: list[int], names: list[str]) -> list[int]:
    """Give every language its number of topics, 0 where it is one of the others.

    One to each language that is large enough; what is left of `TOPICS` goes one by one to the
    language with the most documents a topic, as it would have with one more (D'Hondt).

    Examples
    --------
    >>> allot([1000, 400, 5], ["en", "zh", "no"])
    [14, 5, 0]
    """
    least = max(LEAST_OF_LANGUAGE, LEAST_SHARE * sum(documents))
    order = sorted(range(len(names)), key=lambda place: (-documents[place], names[place]))
    large = [place for place in order if documents[place] >= least][: TOPICS - 1]
    seats = [0] * len(names)
    for place in large:
        seats[place] = 1
    for _ in range(TOPICS - len(large) - (len(large) < len(names))):
        open_to = [
            place for place in large if (seats[place] + 1) * LEAST_OF_TOPIC <= documents[place]
        ]
        if open_to:
            seats[max(open_to, key=lambda place: documents[place] / (seats[place] + 1))] += 1
    return seats


def part(
    words: Words, weight: npt.NDArray[np.int64], group: npt.NDArray[np.int64], seats: list[int]
) -> npt.NDArray[np.int64]:
    """Return the topic of every document: a number, `OTHERS`, or `NONE`.

    None has a document without words, and where a language is parted one whose words weigh
    nothing.
    """
    weighs = np.zeros(len(group), np.int64)
    owner = np.repeat(np.arange(len(group)), np.diff(words.offsets))
    np.add.at(weighs, owner, weight[words.word])
    topic = np.where(np.diff(words.offsets) > 0, OTHERS, NONE)
    first = 0
    for place, count in enumerate(seats):
        mine = (group == place) & (topic != NONE)
        if count == 1:
            topic[mine] = first
        documents = np.flatnonzero(mine & (weighs > 0))
        if count > 1:
            topic[mine & (weighs == 0)] = NONE
        if count > 1 and len(documents):
            rows, known = of_language(words, weight, documents)
            topic[documents] = first + clusters(rows, known, min(count, len(documents)))
        first += count
    return topic


def of_language(
    words: Words, weight: npt.NDArray[np.int64], documents: npt.NDArray[np.int64]
) -> tuple[Rows, int]:
    """Make unit vectors of documents; give the number of words that weigh anything in them.

    A word that stands 2^k times or more in a document weighs 1 + k times as much.
    """
    lengths = np.diff(words.offsets)[documents]
    ends = np.cumsum(lengths)
    place = np.arange(ends[-1]) + np.repeat(words.offsets[documents] - ends + lengths, lengths)
    owner = np.repeat(np.arange(len(documents)), lengths)
    word = words.word[place]
    times = 1 + np.frexp(words.times[place].astype(np.float64))[1] - 1  # 1 + floor(log2 count)
    value = weight[word] * times
    some = value > 0
    word, value, owner = word[some], value[some], owner[some]
    size = np.sqrt(np.bincount(owner, value * value, len(documents)))
    offsets = np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=len(documents)))])
    known, number = np.unique(word, return_inverse=True)
    scaled = np.rint(value * (DOCUMENT_SCALE / np.maximum(size, 1))[owner]).astype(np.int32)
    return Rows(offsets, number.astype(np.int32), scaled), len(known)


def shown_cells(topic: npt.NDArray[np.int64], group: npt.NDArray[np.int64]) -> list[Cell]:
    """List the topics with each language that is named in them; others are named in a few."""
    cells = []
    for number in sorted(set(topic.tolist()) - {NONE}):
        member = topic == number
        sizes = np.bincount(group[member])
        largest = np.argsort(-sizes, kind="stable")[:OTHERS_NAMED]
        cells += [
            Cell(number, int(place), np.flatnonzero(member & (group == place)))
            for place in largest
            if sizes[place]
        ]
    return cells


def _described(
    frame: pl.DataFrame,
    topic: npt.NDArray[np.int64],
    group: npt.NDArray[np.int64],
    names: list[str],
    cells: list[Cell],
    labels: list[list[str]],
) -> list[dict[str, Any]]:
    keep = frame[KEEP].to_numpy()
    rows: list[dict[str, Any]] = []
    for number in dict.fromkeys(cell.topic for cell in cells):
        member = topic == number
        sizes = np.bincount(group[member], minlength=len(names))
        largest = np.argsort(-sizes, kind="stable")[:LANGUAGES_SHOWN]
        rows.append(
            {
                "in": round(int(member.sum()) / frame.height, 6),
                "kept": round(int((member & keep).sum()) / max(1, int(keep.sum())), 6),
                "languages": {
                    names[place]: round(int(sizes[place]) / int(member.sum()), 6)
                    for place in largest
                    if sizes[place]
                },
                "words": {
                    names[cell.group]: label
                    for cell, label in zip(cells, labels, strict=True)
                    if cell.topic == number
                },
            }
        )
    rows.sort(key=lambda row: -row["in"])
    return [{"topic": place, **row} for place, row in enumerate(rows, 1)]
