"""Tokenizers of the `tokenizers` package: load one, count its tokens, or train one.

The package is the extra ``corpuskit[lm]`` and is imported where it is needed. What is trained
is a byte-level BPE, which has a token for every byte and so loses nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from corpuskit.errors import ConfigError, MissingExtraError

FILE: Final = "tokenizer.json"
END: Final = "<|endoftext|>"
LEAST_VOCABULARY: Final = 257
"""The bytes and `END`."""

SEPARATORS: Final = (END, "<|end_of_text|>", "</s>", "<eos>", "[EOS]", "<|im_end|>", "<|bos|>")
"""What a document may be closed with, in order of preference."""


def require_tokenizers(why: str) -> None:
    """Check that the package is there.

    Raises
    ------
    MissingExtraError
        With the command that installs it.
    """
    if find_spec("tokenizers") is None:
        raise MissingExtraError(
            f"{why}: needs the package tokenizers, which is not installed; run "
            'pip install "corpuskit[lm]"'
        )


def load(path: Path) -> tuple[Any, str]:
    """Load a tokenizer; also return its JSON.

    Parameters
    ----------
    path : a tokenizer.json, or a folder with one.

    Raises
    ------
    ConfigError
        If there is none, or it cannot be read.
    MissingExtraError
        If the package tokenizers is not installed.
    """
    require_tokenizers("--tokenizer")
    from tokenizers import Tokenizer

    file = path / FILE if path.is_dir() else path
    try:
        written = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"--tokenizer {path}: no {FILE} can be read there ({error}); name the file, or the "
            "folder that holds it"
        ) from error
    try:
        tokenizer = Tokenizer.from_str(written)
    except Exception as error:  # the package raises Exception itself
        raise ConfigError(
            f"--tokenizer {file}: not a tokenizer of the package tokenizers ({error}); name a "
            f"{FILE}"
        ) from error
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer, written


def control_strings(written: str) -> tuple[str, ...]:
    """List the added tokens of a tokenizer's JSON that control a model.

    Those marked special, and those in angle or square brackets; runs of white space and ordinary
    words that some tokenizers add are text.
    """
    added = json.loads(written).get("added_tokens") or []
    return tuple(
        token["content"]
        for token in added
        if token["content"].strip()
        and (token["special"] or token["content"][0] + token["content"][-1] in ("<>", "[]"))
    )


def spelling_out(written: str) -> Any:
    """Load a tokenizer from its JSON such that control strings inside text are text."""
    from tokenizers import Tokenizer

    parsed = json.loads(written)
    control = set(control_strings(written))
    for token in parsed.get("added_tokens") or []:
        token["special"] = token["content"] in control
    tokenizer = Tokenizer.from_str(json.dumps(parsed, ensure_ascii=False))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    tokenizer.encode_special_tokens = True  # encode special strings as ordinary text
    return tokenizer


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
