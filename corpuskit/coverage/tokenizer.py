"""The tokenizer that coverage counts with: o200k_base, which is bundled, or one that is named.

o200k_base has a kernel of its own (corpuskit.kernels.byte_pairs) and needs no package; why it is
the one is in docs/decisions/0010-tokenizer.md. Others are a tokenizer.json or a name on the
Hugging Face Hub, and need the package `tokenizers`: where it is missing the run ends before it
begins, as no other tokenizer is put in the place of the one that was asked for.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from corpuskit.coverage import tokenizer_files

BUNDLED: Final = "o200k_base"
_BUNDLED_VERSION: Final = 1  # of the kernel: raised when it counts otherwise
_BATCH: Final = 64  # documents that the package encodes at a time: an encoding is large
_BYTE_TOKEN: Final = re.compile(r"<0x[89A-F][0-9A-F]>")

Count = Callable[[pl.Series, int], npt.NDArray[np.int64]]


@dataclass(frozen=True)
class Tokenizer:
    """A tokenizer as coverage uses it.

    name : as the user gave it.
    digest : changes when it may count otherwise; part of the plan of a run.
    count : of texts, with so many threads: int64 (n, 2), the tokens of each, and those of them
        that are a single byte of a longer character.
    """

    name: str
    digest: str
    count: Count

    def plain(self) -> dict[str, str]:
        """Return what a plan says of it."""
        return {"name": self.name, "digest": self.digest}


def load_tokenizer(name: str | None = None) -> Tokenizer:
    """Load a tokenizer; no name, or "o200k_base", is the bundled one.

    Parameters
    ----------
    name : of a tokenizer.json or the folder that holds one, or of a repository of the Hub.

    Raises
    ------
    ConfigError
        If it cannot be found or read.
    MissingExtraError
        If it is not the bundled one and the package `tokenizers` is not installed.

    Examples
    --------
    >>> load_tokenizer().count(pl.Series(["hello world", ""]), 1).tolist()
    [[2, 0], [0, 0]]
    """
    if name is None or name == BUNDLED:
        return Tokenizer(BUNDLED, f"{BUNDLED}-{_BUNDLED_VERSION}", _count_bundled)
    tokenizer_files.require_tokenizers("--tokenizer")
    _, written = tokenizer_files.load(tokenizer_files.find(name))
    tokenizer = tokenizer_files.spelling_out(written)
    digest = hashlib.sha256(written.encode()).hexdigest()[:16]
    return Tokenizer(name, digest, partial(_count_loaded, tokenizer, byte_tokens(written)))


def _count_bundled(text: pl.Series, workers: int) -> npt.NDArray[np.int64]:
    from corpuskit.kernels.arrow import text_buffer
    from corpuskit.kernels.byte_pairs import count_tokens, vocabulary

    vocabulary()  # before threads would make it twice
    cuts = np.linspace(0, len(text), 4 * workers + 1).astype(int).tolist()
    with ThreadPoolExecutor(workers) as pool:
        parts = [text_buffer(text[start:stop]) for start, stop in pairwise(cuts)]
        return np.concatenate(list(pool.map(count_tokens, parts)))


def _count_loaded(
    tokenizer: Any, bytes_of: frozenset[int], text: pl.Series, _workers: int
) -> npt.NDArray[np.int64]:
    counts = np.zeros((len(text), 2), np.int64)
    single = np.array(sorted(bytes_of), np.int64)
    for start in range(0, len(text), _BATCH):
        batch = text[start : start + _BATCH].to_list()
        for row, found in enumerate(tokenizer.encode_batch_fast(batch, add_special_tokens=False)):
            ids = np.array(found.ids, np.int64)
            counts[start + row] = len(ids), np.isin(ids, single).sum()
    return counts


def byte_tokens(written: str) -> frozenset[int]:
    """List the ids of tokens that are one byte of a character of several bytes.

    ``<0xE4>`` of SentencePiece, or the character that stands for the byte where a byte-level
    pre-tokeniser or decoder writes every byte as a character (Radford et al. 2019).

    Parameters
    ----------
    written : a tokenizer's JSON.
    """
    from tokenizers import Tokenizer

    parsed = json.loads(written)
    stages = json.dumps([parsed.get("pre_tokenizer"), parsed.get("decoder")])
    spelled = _byte_characters() if '"ByteLevel"' in stages else frozenset()
    vocabulary = Tokenizer.from_str(written).get_vocab(with_added_tokens=True)
    return frozenset(
        number
        for token, number in vocabulary.items()
        if token in spelled or _BYTE_TOKEN.fullmatch(token)
    )


def _byte_characters() -> frozenset[str]:
    """Return how byte-level tokenizers write the bytes from 0x80 on.

    A byte that is a printable character of Latin-1 is that character; the others, in order, are
    those from U+0100 on.
    """
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(0x100) if byte not in printable]
    spelled = {byte: chr(byte) for byte in printable}
    spelled |= {byte: chr(0x100 + place) for place, byte in enumerate(others)}
    return frozenset(spelled[byte] for byte in range(0x80, 0x100))
