r"""Strings that a tokenizer turns into control tokens: found inside text, they are made harmless.

A page about chat templates holds ``<|im_end|>``. minimind's tokenizer reads that as the end of a
turn wherever it stands, and the model learns to stop in the middle of an article. So a backslash
is set behind the first character: ``<\|im_end|>``, which no tokenizer takes for a control token
and every reader can see. It can be undone, as text that had backslashes there gets one more:
`neutralise` adds exactly one to ``<``, any number of backslashes, ``|im_end|>``, and `restore`
takes exactly one away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

import polars as pl

from corpuskit.errors import ConfigError

_MARKED = ("object_ref_start", "object_ref_end", "box_start", "box_end", "quad_start", "quad_end",
           "vision_start", "vision_end", "vision_pad", "image_pad", "video_pad", "audio_start",
           "audio_end", "audio_pad", "endoftext", "im_start", "im_end",
           *(f"buffer{number}" for number in range(1, 10)))  # fmt: skip
MINIMIND: Final = (
    *(f"<|{name}|>" for name in _MARKED),
    "<tts_pad>", "<tts_text_bos>", "<tts_text_eod>", "<tts_text_bos_single>",
    "<tool_call>", "</tool_call>", "<tool_response>", "</tool_response>", "<think>", "</think>",
)  # fmt: skip
"""The 36 added tokens of minimind's tokenizer.json: all are found inside text, special or not."""


@dataclass(frozen=True)
class SpecialTokens:
    """Patterns of the strings to neutralise, one for each first character."""

    strings: tuple[str, ...]
    patterns: tuple[str, ...]

    def neutralise(self, text: pl.Series) -> tuple[pl.Series, int]:
        r"""Make all special strings harmless; also count them.

        Examples
        --------
        >>> text, count = special_tokens(MINIMIND).neutralise(pl.Series(["a<think>b", "c"]))
        >>> print(text[0], count)
        a<\think>b 1
        """
        count = 0
        for pattern in self.patterns:
            found = int(text.str.count_matches(pattern).sum() or 0)
            if found:
                text = text.str.replace_all(pattern, r"${1}\${2}")
            count += found
        return text, count

    def restore(self, text: pl.Series) -> pl.Series:
        r"""Undo `neutralise`.

        Examples
        --------
        >>> special_tokens(MINIMIND).restore(pl.Series([r"a<\think>b<\\think>"])).to_list()
        ['a<think>b<\\think>']
        """
        for pattern in self.patterns:
            text = text.str.replace_all(pattern.replace(r"(\\*", r"\\(\\*", 1), "${1}${2}")
        return text


def special_tokens(strings: Sequence[str]) -> SpecialTokens:
    """Prepare strings for neutralising.

    Raises
    ------
    ConfigError
        If one is a single character, holds a backslash, or could overlap another one: then
        a backslash behind the first character would not do.

    Examples
    --------
    >>> special_tokens(["<s>", "</s>", "[MASK]"]).patterns
    ('(<)(\\\\\\\\*(?:/s>|s>))', '(\\\\[)(\\\\\\\\*(?:MASK\\\\]))')
    """
    chosen = sorted(set(strings), key=lambda string: (string[0], -len(string), string))
    firsts = {string[0] for string in chosen}
    for string in chosen:
        if len(string) < 2 or "\\" in string or firsts & set(string[1:]):
            raise ConfigError(
                f"--tokenizer: its special token {string!r} cannot be made harmless inside text "
                "(it is one character, holds a backslash, or overlaps another one); use a "
                "tokenizer with tokens such as <|endoftext|>"
            )
    patterns = []
    for first, group in groupby(chosen, key=lambda string: string[0]):
        rests = "|".join(pl.escape_regex(string[1:]) for string in group)
        patterns.append(rf"({pl.escape_regex(first)})(\\*(?:{rests}))")
    return SpecialTokens(tuple(chosen), tuple(patterns))
