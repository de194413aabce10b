"""The proxy's tokenizer: byte-level BPE, small, deterministic, and lossless for any text.

END, which stands before every document, has id 0. It is a row of the vocabulary and no *special*
token of the library: those are looked for inside text, and a document that contains the string
``<|endoftext|>`` would end there. Here such a string is spelt like any other. It can also never be
learnt: text is cut at borders of letters and punctuation before pairs are merged.

Every token stands for a fixed number of bytes, and the tokens of a text for exactly its UTF-8
bytes, so bits per byte are exact. Needs the package `tokenizers` (extra ``corpuskit[lm]``).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from corpuskit.errors import ConfigError, MissingExtraError, RunError
from corpuskit.lm import packing
from corpuskit.writers import write_text

END: Final = "<|endoftext|>"
END_ID: Final = packing.END
VOCABULARY: Final = 2_048
SMALLEST_VOCABULARY: Final = 257
"""END and every byte."""
LARGEST_VOCABULARY: Final = 1 << 16
"""Tokens are stored as uint16."""
BATCH_BYTES: Final = 4 << 20
BATCH_DOCUMENTS: Final = 4_096


def train_tokenizer(texts: Iterable[str], vocabulary: int = VOCABULARY) -> Any:
    """Train a byte-level BPE tokenizer.

    Parameters
    ----------
    texts : documents; the same ones in any order give the same tokenizer.
    vocabulary : most tokens, END included; fewer where the texts have too few pairs.

    Returns
    -------
    tokenizers.Tokenizer

    Raises
    ------
    ConfigError
        If the vocabulary has no room for all bytes, or does not fit uint16.
    MissingExtraError
        If the package `tokenizers` is not installed.
    """
    if not SMALLEST_VOCABULARY <= vocabulary <= LARGEST_VOCABULARY:
        raise ConfigError(
            f"vocabulary: {vocabulary:,} tokens; choose {SMALLEST_VOCABULARY} to "
            f"{LARGEST_VOCABULARY:,}"
        )
    library = _library()
    tokenizer = library.Tokenizer(library.models.BPE())
    tokenizer.pre_tokenizer = library.pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = library.decoders.ByteLevel()
    trainer = library.trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=[END],
        initial_alphabet=library.pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return _without_specials(tokenizer)


def encode(
    tokenizer: Any, texts: pl.Series
) -> tuple[npt.NDArray[np.uint16], npt.NDArray[np.int64]]:
    """Encode d documents: END, then a document's tokens, for one after the other.

    Returns
    -------
    tokens : uint16 (n,).
    starts : int64 (d + 1,): document i is ``tokens[starts[i]:starts[i + 1]]``.
    """
    parts: list[npt.NDArray[np.uint16]] = []
    lengths: list[int] = []
    for batch in _batches(texts):
        encodings = tokenizer.encode_batch_fast(batch.to_list(), add_special_tokens=False)
        for encoding in encodings:
            parts.append(np.array([END_ID, *encoding.ids], np.uint16))
            lengths.append(len(parts[-1]))
        parts = [np.concatenate(parts)]
    tokens = parts[0] if parts else np.empty(0, np.uint16)
    return tokens, np.concatenate([[0], np.cumsum(np.array(lengths, np.int64))]).astype(np.int64)


def bytes_per_token(tokenizer: Any) -> npt.NDArray[np.int64]:
    """Return how many UTF-8 bytes each token stands for: int64 (vocabulary,), 0 for END."""
    sizes = np.zeros(tokenizer.get_vocab_size(), np.int64)
    for token, number in tokenizer.get_vocab().items():
        sizes[number] = len(token)  # one character stands for one byte
    sizes[END_ID] = 0
    return sizes


def save_tokenizer(tokenizer: Any, path: Path) -> None:
    """Write the tokenizer as one JSON file, atomically."""
    write_text(path, tokenizer.to_str() + "\n")


def load_tokenizer(path: Path) -> Any:
    """Read what `save_tokenizer` wrote.

    Raises
    ------
    RunError
        If the file is missing or is no tokenizer of ours.
    """
    library = _library()
    try:
        text = path.read_text("utf-8")
        model = json.loads(text)["model"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RunError(f"{path}: no tokenizer can be read ({error}); train it again") from error
    if (
        not isinstance(model, dict)
        or model.get("type") != "BPE"
        or model.get("vocab", {}).get(END) != END_ID
    ):
        raise RunError(f"{path}: no BPE tokenizer with {END} as token 0; train it again")
    return library.Tokenizer.from_str(text)


def digest(tokenizer: Any) -> str:
    """Return the SHA-256 of the tokenizer's JSON, in hex."""
    return hashlib.sha256(str(tokenizer.to_str()).encode()).hexdigest()


def _without_specials(tokenizer: Any) -> Any:
    """Make the tokenizer forget that END is special, but keep its id."""
    plain = json.loads(tokenizer.to_str())
    plain["added_tokens"] = []
    return _library().Tokenizer.from_str(json.dumps(plain, ensure_ascii=False))


def _batches(texts: pl.Series) -> Iterator[pl.Series]:
    """Cut documents into batches of bounded bytes and number; a longer document is one alone."""
    reached = texts.str.len_bytes().cast(pl.Int64).cum_sum().to_numpy()
    first, taken = 0, 0
    while first < len(texts):
        last = int(np.searchsorted(reached, taken + BATCH_BYTES, side="right"))
        last = min(max(last, first + 1), first + BATCH_DOCUMENTS)
        yield texts[first:last]
        first, taken = last, int(reached[last - 1])


def _library() -> Any:
    try:
        import tokenizers
    except ModuleNotFoundError as error:
        raise MissingExtraError(
            'tokenizer: the package tokenizers is not installed; run pip install "corpuskit[lm]"'
        ) from error
    return tokenizers
