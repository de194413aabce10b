"""Tokenizers of the `tokenizers` package: what closes a document, and how one is trained.

The package is the extra ``corpuskit[lm]`` and is imported where it is needed. What is trained
is a byte-level BPE, which has a token for every byte and so loses nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from corpuskit.coverage.tokenizer_files import (
    FILE,
    control_strings,
    load,
    require_tokenizers,
    spelling_out,
)
from corpuskit.errors import ConfigError

__all__ = [
    "END",
    "FILE",
    "LEAST_VOCABULARY",
    "control_strings",
    "load",
    "require_tokenizers",
    "separator",
    "size",
    "spelling_out",
    "train",
]

END: Final = "<|endoftext|>"
LEAST_VOCABULARY: Final = 257
"""The bytes and `END`."""

SEPARATORS: Final = (END, "<|end_of_text|>", "</s>", "<eos>", "[EOS]", "<|im_end|>", "<|bos|>")
"""What a document may be closed with, in order of preference."""


def separator(tokenizer: Any, where: str) -> tuple[str, int]:
    """Choose the token that closes a document.

    Raises
    ------
    ConfigError
        If the tokenizer has none of `SEPARATORS`.
    """
    for token in SEPARATORS:
        number = tokenizer.token_to_id(token)
        if number is not None:
            return token, int(number)
    raise ConfigError(
        f"--tokenizer {where}: has no token that closes a document; add one of "
        f"{', '.join(SEPARATORS)} to its vocabulary"
    )


def size(tokenizer: Any) -> int:
    """Return the number of rows that an embedding needs: the largest id and one."""
    return 1 + int(max(tokenizer.get_vocab(with_added_tokens=True).values()))


def train(texts: Iterator[list[str]], vocabulary: int) -> Any:
    """Train a byte-level BPE with the token `END`.

    Parameters
    ----------
    vocabulary : tokens at most, the 256 bytes and `END` among them.
    """
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=[END],
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer
