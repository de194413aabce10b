"""Texts that tokenisers get wrong, and the strategy that mixes them."""

from __future__ import annotations

import polars as pl
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from corpuskit.kernels.arrow import TextBuffer, text_buffer

PIECES = (
    "the", "The", "word", "NATO", "to", "be", "can", "I", "x", "7", "42", "3.14", "10", "km", "am",
    ".", "..", "...", "…", ",", ";", "-", "--", "–", "—", "'", "’", "“", "”", '"', "(", ")", "[",
    "!", "?", "#", "$", "€", "%", "+", "*", "/", ":", "://", "@", "_", "&", "|", "=", "<", ">", "~",
    "n't", "'s", "’S", "'ll", "'re", "Mr.", "Ph.D.", "e.g.", "U.S.", "Inc.", "www.a.com",
    "a@b.org", ":80",
    "中", "国人", "，", "。", "「", "か\u3099", "カー", "ไทย", "กำ", "ភាសា", "한국", "日本語",
    "\u0301", "é", "e\u0301", "\u200d", "\u200b", "\ufeff", "\ufe0f", "👍🏽", "👩\u200d👧", "❤️",
    "©", "°", "×", "½", "Ⅷ", "٣", "שלום", "مرحبا", "\u202e", "привет", "Ёж", "हिन्दी", "ǅ", "ß",
    " ", "  ", "\n", "\n\n", "\r\n", "\t", "\u00a0", "\u3000", "\u2028", "\x00", "\x1f", "\x85",
)  # fmt: skip

characters = st.characters(exclude_categories=("Cs", "Cn"))
texts = st.lists(st.sampled_from(PIECES) | st.text(characters, max_size=4), max_size=60).map(
    "".join
)
# Few different words, so that n-grams come again.
repetitive = st.lists(
    st.sampled_from(["a", "bc", ".", "中", "文", "人", "的"]), max_size=120
).flatmap(lambda words: st.sampled_from([" ", "", "\n"]).map(lambda gap: gap.join(words)))
several = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def buffer_of(*documents: str) -> TextBuffer:
    """Make a buffer of documents."""
    return text_buffer(pl.Series(documents, dtype=pl.String))
