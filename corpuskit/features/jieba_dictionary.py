"""jieba's dictionary and its hidden Markov model, as the arrays of kernels/lexicon.py.

They are read from the files of the installed package (extra `corpuskit[zh]`), which is not
imported: a word that a program adds to jieba at run time is not seen here. Words with characters
that jieba never looks for (spaces, ·, Han beyond U+9FD5) are left out, as no text can reach them.
Loading is done once per process, in half a second; no cache on disk, which would save little.
"""

from __future__ import annotations

import hashlib
import importlib.util
import math
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from corpuskit.errors import MissingExtraError
from corpuskit.kernels import lexicon as kernel

_STATES = "BEMS"  # in the order of kernel.BEGIN, END, MIDDLE, SINGLE
_FILES = ("dict.txt", *(f"finalseg/prob_{name}.py" for name in ("emit", "start", "trans")))


def folder() -> Path:
    """Find the installed package.

    Raises
    ------
    MissingExtraError
        If jieba is not installed.
    """
    found = importlib.util.find_spec("jieba")
    if found is None or found.origin is None:
        raise MissingExtraError(
            'zh_words: the package jieba is not installed; run pip install "corpuskit[zh]"'
        )
    return Path(found.origin).parent


@cache
def identity() -> str:
    """Name jieba's version and the hash of all that is read from it, for the plan of a run.

    Raises
    ------
    MissingExtraError
        If jieba is not installed.
    """
    digest = hashlib.sha256()
    for name in _FILES:
        digest.update((folder() / name).read_bytes())
    return f"jieba {version('jieba')} {digest.hexdigest()[:16]}"


@cache
def lexicon() -> kernel.Lexicon:
    """Load the dictionary, once per process (about 18 MB, half a second).

    Raises
    ------
    MissingExtraError
        If jieba is not installed.
    """
    words, weights, unknown = _words(folder() / "dict.txt")
    emissions = np.full((kernel.CODES, len(_STATES)), kernel.NEVER)
    for state, given in _model("emit").items():
        codes = np.array([ord(character) for character in given])
        inside = (codes >= kernel.FIRST_HAN) & (codes <= kernel.LAST_HAN)
        rows = codes[inside] - kernel.FIRST_HAN + kernel.ASCII
        emissions[rows, _STATES.index(state)] = np.array(list(given.values()))[inside]
    start, moves = _model("start"), _model("trans")
    made = kernel.Lexicon(
        *_tree(words, weights, unknown),
        emissions,
        np.array([start[state] for state in _STATES]),
        np.array([[moves[a].get(b, kernel.NEVER) for b in _STATES] for a in _STATES]),
    )
    for array in made:
        array.setflags(write=False)
    return made


def _model(name: str) -> dict[str, Any]:
    """Read one table of the hidden Markov model; it is a Python file of one assignment."""
    path = folder() / "finalseg" / f"prob_{name}.py"
    spec = importlib.util.spec_from_file_location(f"_jieba_prob_{name}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    table: dict[str, Any] = module.P
    return table


def _words(path: Path) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64], float]:
    """Read the words that can be reached.

    Returns
    -------
    int64 (words, longest), codes of characters, -1 behind the last; float64 (words,), the
    logarithm of each word's probability; that of an unknown character.
    """
    names = ["word", "count", "tag"]
    rows = pl.read_csv(
        path,
        has_header=False,
        separator=" ",
        quote_char=None,
        new_columns=names,
        schema_overrides=[pl.String, pl.Int64, pl.String],
    )
    total = math.log(rows["count"].sum())
    rows = rows.unique("word", keep="last", maintain_order=True)  # as jieba: the last count counts
    signs = "".join(f"\\{sign}" for sign in kernel.SIGNS)
    han = f"{chr(kernel.FIRST_HAN)}-{chr(kernel.LAST_HAN)}"
    rows = rows.filter(
        pl.col("word").str.contains(f"^[{han}a-zA-Z0-9{signs}]+$"), pl.col("count") > 0
    )
    counts, place = np.unique(rows["count"].to_numpy(), return_inverse=True)
    # math.log, as jieba: NumPy's may differ in the last bit.
    weights = np.array([math.log(count) - total for count in counts.tolist()])[place]
    texts = np.array(rows["word"].to_list(), dtype=np.str_)
    points = texts.view(np.uint32).reshape(len(texts), -1).astype(np.int64)
    codes = np.where(points < kernel.ASCII, points, points - kernel.FIRST_HAN + kernel.ASCII)
    return np.where(points == 0, -1, codes), weights, math.log(1) - total


def _tree(
    words: npt.NDArray[np.int64], weights: npt.NDArray[np.float64], unknown: float
) -> tuple[
    npt.NDArray[np.uint64], npt.NDArray[np.float64], npt.NDArray[np.uint64], npt.NDArray[np.float64]
]:
    """Number the prefixes, the shorter ones first, and put them into `Lexicon`'s arrays."""
    node = np.zeros(len(words), np.int64)  # of the prefix so far; 0 is the empty one
    levels: list[npt.NDArray[np.int64]] = []
    ends: list[tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]] = []
    nodes = 1
    for depth in range(words.shape[1]):
        alive = words[:, depth] >= 0
        words, node, weights = words[alive], node[alive], weights[alive]
        edges, child = np.unique(node << kernel.CODE_BITS | words[:, depth], return_inverse=True)
        levels.append(edges)
        node = nodes + child
        nodes += len(edges)
        last = words[:, depth + 1] < 0 if depth + 1 < words.shape[1] else np.ones(len(words), bool)
        ends.append((node[last], weights[last]))
    edges = np.concatenate(levels)
    assert nodes <= 1 << kernel.NODE_BITS
    children = np.arange(1, nodes)
    packed = (edges | children << (kernel.CODE_BITS + kernel.NODE_BITS)).astype(np.uint64)
    inner = np.isin(children, edges >> kernel.CODE_BITS)
    packed[inner] |= kernel.HAS_CHILDREN
    logarithms = np.full(nodes, kernel.NO_WORD)
    for place, weight in ends:
        logarithms[place] = weight
    first = levels[0]
    roots, singles = np.zeros(kernel.CODES, np.uint64), np.full(kernel.CODES, kernel.NO_WORD)
    roots[first], singles[first] = packed[: len(first)], logarithms[1 : len(first) + 1]
    singles[kernel.UNKNOWN] = unknown
    table = np.zeros(2 << (2 * nodes).bit_length(), np.uint64)
    kernel.fill(packed[len(first) :], logarithms[len(first) + 1 :], table, table.view(np.float64))
    return roots, singles, table, table.view(np.float64)
