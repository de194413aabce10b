"""The slow and obvious twins of the kernels behind the published rule sets.

These are kernels/gopher_words.py, kernels/fineweb_lines.py, kernels/c4_lines.py,
kernels/sentences.py, kernels/fineweb2_words.py and kernels/chinese_pieces.py.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from itertools import groupby, pairwise

from corpuskit.kernels.chinese_pieces import ALONE
from corpuskit.kernels.line_classes import TERMINAL_RANGES, code_points
from corpuskit.kernels.published_classes import NOT_ENDS_RANGES, PUNCTUATION_RANGES
from tests.reference_lines import repeated, total
from tests.reference_words import (
    STOP_WORDS,
    is_digit,
    is_letter,
    is_space,
    kind,
    ratio,
    scan,
    split,
    tokens,
    top,
)

TERMINAL = frozenset(map(chr, code_points(TERMINAL_RANGES)))
PUNCTUATION = TERMINAL | frozenset(map(chr, code_points(PUNCTUATION_RANGES)))
SENTENCE_ENDS = TERMINAL - frozenset(map(chr, code_points(NOT_ENDS_RANGES)))
POLICY = (
    "terms of use", "privacy policy", "cookie policy", "uses cookies", "use of cookies",
    "use cookies",
)  # fmt: skip
CAUSES = ("long_word", "no_terminal_mark", "too_few_words", "javascript", "policy")


def gopher(text: str) -> dict[str, float]:
    """Measure the group `gopher` of one text."""
    words = [word for word in split(text) if not PUNCTUATION.issuperset(word)]
    return {
        "word_count.gopher": len(words),
        "mean_word_chars.gopher": ratio(total(words), len(words)),
        "stop_word_count.all": sum(word in STOP_WORDS for word in words),
    }


def fineweb(text: str) -> dict[str, float]:
    """Measure the group `fineweb` of one text."""
    every = text.split("\n")
    lines = [line for line in every if line.strip()]
    ended = sum(line.endswith((".", "'", '"', "!", "?")) for line in every)
    return {
        "terminal_line_ratio.fineweb": ratio(
            sum(line[-1] in TERMINAL for line in lines), len(lines)
        ),
        "short_line_ratio.fineweb": ratio(sum(len(line) <= 30 for line in lines), len(lines)),
        "repeated_line_char_ratio.fineweb": ratio(
            total(repeated(lines)), len(text.replace("\n", ""))
        ),
        "newlines_per_word.fineweb": ratio(text.count("\n"), len(split(text))),
        "terminal_line_ratio.fineweb_2024": ended / len(every),
        "short_line_ratio.fineweb_2024": sum(len(line) <= 30 for line in every) / len(every),
    }


def joins(text: str, spans: list[tuple[int, int, int]], k: int, habits: set[str]) -> int:
    """Say how many tokens from k on belong to the word of the token before, which they touch."""
    (_, end, before), (start, stop, _) = spans[k - 1], spans[k]
    if start != end or before & 2:
        return 0
    mark, number = text[start:stop], text[end - 1] in "0123456789"
    if (mark == "." and number and "ordinals" in habits) or (
        mark == "%" and number and "percents" in habits
    ):
        return 1
    if mark != "-" or k + 1 == len(spans) or spans[k + 1][0] != stop or spans[k + 1][2] & 2:
        return 0
    if text[stop] in "0123456789":
        return 2 if number and "numbers" in habits else 0
    return 2 if ("mixed" if number else "letters") in habits else 0


def spans_of(text: str) -> list[tuple[int, int, int]]:
    """Give every token as its start, its end and its kind."""
    found, end = [], 0
    for token in tokens(text):
        start = text.index("".join(token), end)
        end = start + len("".join(token))
        found.append((start, end, kind(token)))
    return found


def parted(token: str) -> tuple[str, ...]:
    """Part a token behind its first apostrophe between letters or digits."""
    for place in range(1, len(token) - 1):
        sides = token[place - 1], token[place + 1]
        if token[place] in "'’" and all(is_letter(side) or is_digit(side) for side in sides):
            return token[: place + 1], token[place + 1 :]
    return (token,)


def recut(text: str, habits: set[str]) -> list[tuple[str, bool]]:
    """Cut a text into tokens by these habits, each with whether it holds a letter."""
    if "pieces" in habits:
        return [(piece, any(map(str.isalpha, piece))) for piece in pieces(text)]
    spans, words, k = spans_of(text), list[tuple[str, bool]](), 0
    more = 0  # of the next tokens, how many belong to the one before
    while k < len(spans):
        more = more or (joins(text, spans, k, habits) if k else 0)
        start, end, bits = spans[k]
        cuts = (text[start:end],)
        if "elisions" in habits and bits & 1:
            cuts = parted(text[start:end])
        if more:
            before, letter = words.pop()
            words.append((before + cuts[0], letter or bits & 1 > 0))
            more -= 1
        else:
            words.append((cuts[0], bits & 1 > 0))
        words += [(rest, True) for rest in cuts[1:]]
        k += 1
    return words


def pieces(text: str) -> list[str]:
    """Cut Chinese: marks, numbers and names as jieba does, Han in pairs or alone."""
    found = list[str]()
    for block in re.findall(r"[一-\u9fd5a-zA-Z0-9+#&._%-]+|\r\n|[\s\S]", text):
        if not re.match(r"[一-\u9fd5a-zA-Z0-9+#&._%-]", block):
            found += [] if block.isspace() else [block]
            continue
        han = f"[{ALONE}]|[一-\u9fd5](?:(?![{ALONE}])[一-\u9fd5])?"
        plain = r"[a-zA-Z0-9]+(?:\.[0-9]+)?%?|[+#&._%-]+"
        found += re.findall(f"{han}|{plain}", block)
    return found


def fineweb2(text: str, habits: set[str], stop_words: set[str]) -> dict[str, float]:
    """Measure the group `fineweb2` of one text in a language of these habits and stop words."""
    words = recut(text, habits)
    every = [word for word, _ in words]
    proper = [word for word in every if not PUNCTUATION.issuperset(word)]
    values = {
        "word_count": len(proper),
        "mean_word_chars": ratio(total(proper), len(proper)),
        "alphabetic_word_ratio": ratio(sum(letter for _, letter in words), len(words)),
        "hash_marks_per_word": ratio(text.count("#"), len(words)),
        "ellipses_per_word": ratio(text.count("...") + text.count("…"), len(words)),
        "newlines_per_word": ratio(text.count("\n"), len(words)),
        "stop_word_count": len((set(every) | touching(text, every)) & stop_words),
    }
    tops = {f"top_{n}gram_char_ratio": top(every, n, " ".join) for n in (2, 3, 4)}
    again = {f"duplicate_{n}gram_char_ratio": scan(every, n) for n in range(5, 11)}
    values |= {name: ratio(chars, len(text)) for name, chars in (tops | again).items()}
    return {f"{name}.fineweb2": value for name, value in values.items()}


def touching(text: str, every: list[str]) -> set[str]:
    """Give the pairs of tokens with nothing between that are two tokens by themselves."""
    found, end = set[str](), 0
    for one, other in pairwise(every):
        end = text.index(one, end) + len(one)
        pair = one + other
        found |= {pair} if text.startswith(other, end) and len(split(pair)) == 2 else set()
    return found


def lower(text: str) -> str:
    """Make ASCII lower case."""
    return "".join(c.lower() if c.isascii() else c for c in text)


def verdict(line: str, words: int, form: str) -> str:
    """Say what is wrong with a line without citations, or that it is kept."""
    low = lower(line)
    if form == "c4" and (not line.endswith((".", "?", "!", '"')) or line.endswith("...")):
        return "no_terminal_mark"
    if words < {"c4": 5, "c4_fineweb": 3}[form]:
        return "too_few_words"
    if "lorem ipsum" in low:
        return "lorem_ipsum"
    if "javascript" in low:
        return "javascript"
    if "{" in line:
        return "brace"
    return "policy" if any(phrase in low for phrase in POLICY) else "kept"


def cut(text: str, form: str) -> tuple[str, Counter[str]]:
    """Take lines out of a text; return what is left, and counts."""
    counts: Counter[str] = Counter()
    left = []
    for line in map(str.strip, text.splitlines()):
        if not line:
            continue
        if any(len(word) > 1000 for word in line.split()):
            counts.update({"long_word": 1, "chars.long_word": len(line)})
            continue
        bare = re.sub(r"\[\d*\]|\[edit\]|\[citation needed\]", "", line)
        counts["citation_chars"] += len(line) - len(bare)
        said = verdict(bare, len((bare if form == "c4" else line).split()), form)
        counts.update({said: 1, f"chars.{said}": len(bare)})
        if said not in CAUSES:
            left.append(bare)
    return "\n".join(left).strip(), counts


def sentences(line: str) -> int:
    """Count the sentences of a line: token by token, white space being one where it is wide."""
    tokens: list[str] = []
    for is_gap, piece in groupby(line, is_space):
        run = "".join(piece)
        tokens += [run.removeprefix(" ")] if is_gap else split(run)
    parts: list[str] = [""]
    ended = False
    for token in filter(None, tokens):
        marks = all(unicodedata.category(c)[0] == "P" for c in token)
        if ended and not marks and token not in SENTENCE_ENDS:
            parts.append("")
            ended = False
        ended |= token in SENTENCE_ENDS
        parts[-1] += token
    return sum(not all(map(is_space, part)) for part in parts)


def c4(text: str, form: str) -> dict[str, float]:
    """Measure the group `c4` or `c4_fineweb` of one text."""
    left, counts = cut(text, form)
    values = {
        "sentence_count": sum(map(sentences, left.split("\n"))),
        "lorem_ipsum_line_count": counts["lorem_ipsum"],
        "brace_line_count": counts["brace"],
        "kept_line_count": counts["kept"] + counts["lorem_ipsum"] + counts["brace"],
        "citation_char_count": counts["citation_chars"],
    }
    for cause in CAUSES:
        values[f"removed_line_count.{cause}"] = counts[cause]
        values[f"removed_char_count.{cause}"] = counts[f"chars.{cause}"]
    return {f"{name}.{form}": value for name, value in values.items()}
