"""Token files for nanoGPT: `train.bin` and `val.bin`, uint16, and `meta.pkl`.

nanoGPT maps the files into memory and draws windows anywhere in them, so documents stand one
behind the other, each closed by a separator token. `meta.pkl` is what its train.py reads for
`vocab_size` and its sample.py for `stoi` and `itos`; `tokenizer.json` is the tokenizer itself.
Inside documents no control token is made: a text that mentions <|endoftext|> is spelled out.
Source: `train.py` and `data/*/prepare.py` of github.com/karpathy/nanoGPT.
"""

from __future__ import annotations

import pickle
import shlex
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from corpuskit.errors import ConfigError, RunError
from corpuskit.export import tokenizer as tokenizers
from corpuskit.export.chunks import group_ends
from corpuskit.export.kept import Documents, Kept
from corpuskit.export.nanochat import check_parts, split
from corpuskit.export.settings import Options
from corpuskit.sampling import draw_number
from corpuskit.schema import DOC_ID
from corpuskit.writers import atomic, write_text

LARGEST_VOCABULARY: Final = 65_535
TRAINING_BYTES: Final = 32 << 20
"""Text that a tokenizer is trained on, drawn by a hash from what is not held out."""

PICKLE_PROTOCOL: Final = 4


class _Encoded(NamedTuple):
    train: npt.NDArray[np.uint16]
    val: npt.NDArray[np.uint16]
    documents: tuple[int, int]
    blank: int


def write(kept: Kept, folder: Path, options: Options) -> dict[str, Any]:
    """Write both token files and the tokenizer; return the numbers of tokens."""
    tokenizer, written, source = _tokenizer(kept, options)
    size = tokenizers.size(tokenizer)
    if size > LARGEST_VOCABULARY:
        raise ConfigError(
            f"--tokenizer {options.tokenizer}: {size:,} tokens do not fit into uint16; use one of "
            f"at most {LARGEST_VOCABULARY:,}"
        )
    token, number = tokenizers.separator(tokenizer, str(options.tokenizer))
    plain = tokenizers.spelling_out(written)
    work = partial(_encode, tokenizer=plain, separator=number, hold_out=options.hold_out)
    tokens, documents, blank = [0, 0], [0, 0], 0
    with atomic(folder / "train.bin") as train, atomic(folder / "val.bin") as val:
        for encoded in kept.map(work):
            for part, (file, ids) in enumerate(((train, encoded.train), (val, encoded.val))):
                file.write(ids.astype("<u2").tobytes())
                tokens[part] += len(ids)
                documents[part] += encoded.documents[part]
            blank += encoded.blank
    check_parts(*documents)
    write_text(folder / tokenizers.FILE, written)
    _write_meta(folder / "meta.pkl", tokenizer, size)
    return {
        "documents": dict(zip(("train", "val"), documents, strict=True)),
        "blank_documents": blank,
        "tokens": dict(zip(("train", "val"), tokens, strict=True)),
        "vocabulary": size,
        "separator": token,
        "separator_id": number,
        "tokenizer": source,
        "warnings": [],
    }


def lines(facts: dict[str, Any], out: Path) -> list[str]:
    """Say what was written, and how to train on it."""
    documents, tokens = facts["documents"], facts["tokens"]
    return [
        f"{documents['train']:>12,}  documents, {tokens['train']:,} tokens to train on",
        f"{documents['val']:>12,}  documents, {tokens['val']:,} tokens to validate on",
        f"{facts['vocabulary']:>12,}  tokens in the vocabulary ({facts['tokenizer']}); documents "
        f"end with {facts['separator']}",
        "",
        "in nanoGPT's folder:",
        "  " + command(facts, out),
    ]


def command(_: dict[str, Any], out: Path) -> str:
    """Return the command line that trains on the files."""
    place = out.resolve()
    name = shlex.quote(place.name)
    return f"ln -s {shlex.quote(str(place))} data/{name} && python train.py --dataset={name}"


def _tokenizer(kept: Kept, options: Options) -> tuple[Any, str, str]:
    """Load the tokenizer that was named, or train one; also return its JSON and what it is."""
    if options.tokenizer is not None:
        return *tokenizers.load(options.tokenizer), "given"
    tokenizers.require_tokenizers("--for nanogpt")
    if not tokenizers.LEAST_VOCABULARY <= options.vocabulary <= LARGEST_VOCABULARY:
        raise ConfigError(
            f"--vocabulary: {options.vocabulary:,} tokens; choose {tokenizers.LEAST_VOCABULARY} "
            f"to {LARGEST_VOCABULARY:,}"
        )
    share = min(1.0, TRAINING_BYTES / max(1, kept.text_bytes))
    trained = tokenizers.train(_drawn(kept, share, options.hold_out), options.vocabulary)
    return trained, trained.to_str(), "trained on this run"


def _drawn(kept: Kept, share: float, hold_out: str) -> Iterator[list[str]]:
    def draw(documents: Documents) -> list[str]:
        chosen = (draw_number(documents.columns[DOC_ID]) < share) & ~documents.held_out(hold_out)
        texts: list[str] = documents.text.filter(chosen).to_list()
        return texts

    yield from kept.map(draw, "training tokenizer")


def _encode(documents: Documents, tokenizer: Any, separator: int, hold_out: str) -> _Encoded:
    train, val, blank = split(documents, hold_out)
    ids = [_ids(text, tokenizer, separator) for text in (train, val)]
    return _Encoded(ids[0], ids[1], (len(train), len(val)), blank)


def _ids(text: pl.Series, tokenizer: Any, separator: int) -> npt.NDArray[np.uint16]:
    """Encode documents, each with the separator behind it."""
    found = [np.empty(0, np.uint16)]
    sizes = text.str.len_bytes().to_numpy().astype(np.int64)
    for rows in np.split(np.arange(len(text)), group_ends(sizes)):
        if len(rows):
            texts = text[rows[0] : rows[-1] + 1].to_list()
            encodings = tokenizer.encode_batch_fast(texts, add_special_tokens=False)
            found += [np.array([*encoding.ids, separator], np.uint16) for encoding in encodings]
    ids = np.concatenate(found)
    if np.count_nonzero(ids == separator) != len(text):
        raise RunError(
            f"--tokenizer: makes its token {separator}, which closes a document, from ordinary "
            "text, so documents would be torn; use another tokenizer"
        )
    return ids


def _write_meta(path: Path, tokenizer: Any, size: int) -> None:
    itos = {number: tokenizer.decode([number], skip_special_tokens=False)
            for number in range(size)}  # fmt: skip
    stoi: dict[str, int] = {}
    for number, string in itos.items():
        stoi.setdefault(string, number)
    with atomic(path) as file:
        meta = {"vocab_size": size, "itos": itos, "stoi": stoi}
        file.write(pickle.dumps(meta, protocol=PICKLE_PROTOCOL))
