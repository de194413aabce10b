"""Documents cut into rows of so many tokens, at sentence ends; nothing is moved or lost.

The rows of a document, one behind the other, are the document again, byte for byte. White space
at a cut stays at the end of the row before it. With a tokenizer, tokens are counted: a document
is encoded once and cut where its tokens say, each row is encoded again by itself (its first
word may be another token than inside the text), and a row that does not fit is cut again.

Without one, characters are counted by `TOKENS_PER_CHARACTER`, on the safe side: a fit would be a
fifth lower. The numbers are for a byte-level BPE of 6,400 tokens, the size of minimind's, trained
on as much Chinese as English. Measured on text that it was not trained on, in rows of 338 tokens,
by `python -m bench.minimind_ratio`:

                           web zh  web en  docs zh  docs en  web, 45 other languages
    characters per token     1.15    2.72     1.85     2.88     1.44
    how full a row is         76 %    69 %     68 %     62 %     87 %
    rows that are too long   3.4 %   3.5 %    0.1 %    0.2 %     34 %
    tokens lost by that     0.20 %  0.38 %   0.02 %   0.05 %    4.6 %

So a corpus in other languages wants a tokenizer, and the command line says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from corpuskit.kernels.arrow import TextBuffer, text_buffer, text_series
from corpuskit.kernels.sentence_cuts import (
    CLUSTER,
    END,
    FORCED,
    UNIT,
    WORD,
    character_costs,
    cut,
)

TOKENS_PER_CHARACTER: Final = {
    "space": 0.15,
    "line_feed": 1.0,
    "lower": 0.42,
    "upper": 0.9,
    "digit": 1.0,
    "ascii_mark": 0.9,
    "common_han": 1.0,
    "rare_han": 3.0,
    "chinese_mark": 1.5,
    "two_bytes": 2.0,
    "three_bytes": 3.0,
    "four_bytes": 4.0,
}
"""What a character costs; of other scripts than Latin and Han, one token for each of its bytes.

A Chinese character is common if it is one of the 3,755 of the first level of GB 2312-80.
"""

ENCODED_BYTES: Final = 1 << 20
"""Text that is encoded at once: the package holds some 50 bytes for every byte of it."""

CHINESE_MARKS: Final = "，。、；：？！“”‘’（）《》【】「」『』—…·　"


@dataclass(frozen=True)
class Chunks:
    """Rows, in the order of their documents.

    text : String, none empty.
    tokens : int64, of each row; an upper estimate where characters were counted.
    hard_cuts : rows that end inside a sentence.
    too_long : rows above the limit: single characters of more tokens than a row has.
    """

    text: pl.Series
    tokens: npt.NDArray[np.int64]
    hard_cuts: int
    too_long: int


def by_characters(text: pl.Series, limit: int) -> Chunks:
    """Cut documents into rows of at most `limit` estimated tokens.

    Parameters
    ----------
    text : String without nulls, none empty.

    Examples
    --------
    >>> by_characters(pl.Series(["One sentence. Another one."]), 8).text.to_list()
    ['One sentence. ', 'Another one.']
    """
    buffer = text_buffer(text)
    starts, stops = buffer.offsets[:-1], buffer.offsets[1:]
    costs = character_costs(starts, stops, buffer.data, cost_table())
    pieces = cut(starts, stops, buffer.data, costs, limit * UNIT)
    tokens = -(-pieces.costs // UNIT)
    return _chunks(buffer, pieces.stops, pieces.kinds, tokens, limit)


def by_tokens(text: pl.Series, limit: int, tokenizer: Any) -> Chunks:
    """Cut documents into rows of at most `limit` tokens of a tokenizer.

    Parameters
    ----------
    text : String without nulls, none empty.
    tokenizer : tokenizers.Tokenizer, without padding and truncation.
    """
    buffer = text_buffer(text)
    starts, stops = buffer.offsets[:-1], buffer.offsets[1:]
    kinds = np.full(len(starts), END)
    done = [np.empty((3, 0), np.int64)]
    while len(starts):
        counts, fits, costs = _encode(buffer, starts, stops, limit, tokenizer)
        done.append(np.stack([stops[fits], kinds[fits], counts[fits]]))
        starts, stops, kinds = starts[~fits], stops[~fits], kinds[~fits]
        pieces = cut(starts, stops, buffer.data, costs, limit * UNIT)
        ends = pieces.kinds == END
        owner = np.cumsum(ends) - ends  # which of the texts a piece is of
        first = np.diff(owner, prepend=-1) > 0
        starts = np.where(first, starts[owner], np.roll(pieces.stops, 1))
        kinds = np.where(ends, kinds[owner], pieces.kinds)
        stops = pieces.stops
    ordered = np.concatenate(done, axis=1)
    ordered = ordered[:, np.argsort(ordered[0])]
    return _chunks(buffer, ordered[0], ordered[1], ordered[2], limit)


@cache
def cost_table() -> npt.NDArray[np.uint16]:
    """Lay `TOKENS_PER_CHARACTER` out by code point: uint16 (0x110000,), in `UNIT`."""
    cost = {name: round(UNIT * tokens) for name, tokens in TOKENS_PER_CHARACTER.items()}
    table = np.full(0x110000, cost["four_bytes"], np.uint16)
    table[:0x10000] = cost["three_bytes"]
    table[:0x800] = cost["two_bytes"]
    table[:0x80] = cost["ascii_mark"]
    table[ord("0") : ord("9") + 1] = cost["digit"]
    table[ord("A") : ord("Z") + 1] = cost["upper"]
    table[ord("a") : ord("z") + 1] = cost["lower"]
    table[ord(" ")], table[ord("\n")] = cost["space"], cost["line_feed"]
    table[0x4E00:0xA000] = cost["rare_han"]
    table[[ord(character) for character in _common_han()]] = cost["common_han"]
    table[[ord(mark) for mark in CHINESE_MARKS]] = cost["chinese_mark"]
    table.setflags(write=False)
    return table


def group_ends(sizes: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Say where to part texts so that each group holds about `ENCODED_BYTES`.

    Parameters
    ----------
    sizes : int64 (n,), bytes of each text.

    Returns
    -------
    int64 (groups − 1,), for `np.split`.
    """
    return np.flatnonzero(np.diff(np.cumsum(sizes) // ENCODED_BYTES)) + 1


def _common_han() -> str:
    """Return the first level of GB 2312, which its rows 16 to 55 hold (the last five are free)."""
    codes = bytes(byte for row in range(0xB0, 0xD8) for cell in range(0xA1, 0xFF)
                  for byte in (row, cell) if (row, cell) < (0xD7, 0xFA))  # fmt: skip
    return codes.decode("gb2312")


def _encode(
    buffer: TextBuffer,
    starts: npt.NDArray[np.int64],
    stops: npt.NDArray[np.int64],
    limit: int,
    tokenizer: Any,
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_], npt.NDArray[np.uint32]]:
    """Count tokens; say which texts fit, and what each character of the others costs."""
    counts, lengths = np.zeros(len(starts), np.int64), np.zeros(len(starts), np.int64)
    costs = [np.empty(0, np.uint32)]
    for rows in np.split(np.arange(len(starts)), group_ends(stops - starts)):
        texts = [buffer.data[starts[i] : stops[i]].tobytes().decode() for i in rows.tolist()]
        encodings = tokenizer.encode_batch(texts, add_special_tokens=False)
        counts[rows], lengths[rows] = [len(e) for e in encodings], [len(text) for text in texts]
        costs += [
            _token_costs(encoding, len(text))
            for encoding, text in zip(encodings, texts, strict=True)
            if len(encoding) > limit and len(text) > 1
        ]
    fits = (counts <= limit) | (lengths <= 1)
    return counts, fits, np.concatenate(costs)


def _token_costs(encoding: Any, length: int) -> npt.NDArray[np.uint32]:
    """Count the tokens that start at each character, in `UNIT`."""
    offsets = np.array(encoding.offsets, np.int64).reshape(-1, 2)[:, 0]
    found = np.bincount(np.minimum(offsets, length - 1), minlength=length)
    return (found * UNIT).astype(np.uint32)


def _chunks(
    buffer: TextBuffer,
    stops: npt.NDArray[np.int64],
    kinds: npt.NDArray[np.int64],
    tokens: npt.NDArray[np.int64],
    limit: int,
) -> Chunks:
    offsets = np.concatenate([buffer.offsets[:1], stops])
    text = text_series(TextBuffer(offsets, buffer.data))
    hard = int(np.isin(kinds, (FORCED, CLUSTER, WORD)).sum())
    return Chunks(text, tokens, hard, int((tokens > limit).sum()))
