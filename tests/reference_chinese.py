"""The slow twins of kernels/segment.py and features/zh_words.py: jieba itself, and plain Python.

Without jieba every test that imports this is skipped, and says so; the extra `dev` has it.
"""

from __future__ import annotations

import logging
import warnings

import pytest

from tests.reference_published import PUNCTUATION
from tests.reference_words import ratio, scan, top

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # jieba 0.42 has escapes that newer Pythons complain of
    jieba = pytest.importorskip(
        "jieba", reason='NOT TESTED: jieba is not installed; pip install -e ".[dev]"'
    )
jieba.setLogLevel(logging.ERROR)

# FineWeb-2's list for cmn_Hani.
STOP_WORDS = frozenset("的年在月是和日了於·為有被人中为他與後也而由")  # each a character


def cut(text: str) -> list[str]:
    """Cut a text as jieba does, white space and all."""
    return list(jieba.lcut(text))


def zh_words(text: str) -> dict[str, float]:
    """Measure the group `zh_words` of one text."""
    tokens = [token for token in cut(text) if not token.isspace()]
    words = [token for token in tokens if not PUNCTUATION.issuperset(token)]
    letters = sum(any(map(str.isalpha, token)) for token in tokens)
    ellipses = text.count("...") + text.count("…")
    return {
        "token_count.jieba": len(tokens),
        "word_count.jieba": len(words),
        "mean_word_chars.jieba": ratio(sum(map(len, words)), len(words)),
        "alphabetic_word_ratio.jieba": ratio(letters, len(tokens)),
        "hash_marks_per_word.jieba": ratio(text.count("#"), len(tokens)),
        "ellipses_per_word.jieba": ratio(ellipses, len(tokens)),
        "newlines_per_word.jieba": ratio(text.count("\n"), len(tokens)),
        "stop_word_count.jieba": len(STOP_WORDS & set(tokens)),
        **{
            f"top_{n}gram_char_ratio.jieba": ratio(top(tokens, n, " ".join), len(text))
            for n in (2, 3, 4)
        },
        **{
            f"duplicate_{n}gram_char_ratio.jieba": ratio(scan(tokens, n), len(text))
            for n in range(5, 11)
        },
    }
