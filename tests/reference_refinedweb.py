"""The slow and obvious twin of kernels/refinedweb_lines.py and of the group `refinedweb`."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

CAUSES = ("uppercase", "digits", "counter", "one_word", "items_in_cart", "read_more", "sign_in")
COUNTER = re.compile(
    r"\W*\d[\d,.]*[kmb]?\s+(likes|shares|comments|retweets|reposts|quotes|bookmarks|upvotes"
    r"|downvotes|downloads|views|followers)\W*"
)
PHRASES = {
    "items_in_cart": re.compile(r"\s?[Ii][Tt][Ee][Mm][Ss] [Ii][Nn] [Cc][Aa][Rr][Tt]"),
    "read_more": re.compile(r"\s?[Rr][Ee][Aa][Dd] [Mm][Oo][Rr][Ee][^\n]{3}\Z"),
    "sign_in": re.compile(r"\A[Ss][Ii][Gg][Nn]-[Ii][Nn]\s?"),
}


def fault(line: str) -> str:
    """Say why a line that is not empty goes, or nothing."""
    if sum(map(str.isupper, line)) / len(line) > 0.5:
        return "uppercase"
    if sum(unicodedata.category(c) == "Nd" for c in line) / len(line) > 0.999999:
        return "digits"
    if COUNTER.fullmatch(line.lower()):
        return "counter"
    return "one_word" if len(line.split()) < 2 else ""


def edit(line: str, counts: Counter[str]) -> str:
    """Cut the phrases out of a line of at most ten words."""
    last = ""
    if len(line.split()) <= 10:
        for phrase, pattern in PHRASES.items():
            cut = pattern.sub("", line)
            if cut != line:
                counts.update({f"edits.{phrase}": 1, f"chars.{phrase}": len(line) - len(cut)})
                line, last = cut, phrase
    if last and not line.strip():
        counts.update({f"lines.{last}": 1, f"chars.{last}": len(line)})
        return ""
    return line


def correct(text: str) -> tuple[str, Counter[str]]:
    """Take lines and phrases out of a text; return what is left, and counts."""
    counts: Counter[str] = Counter()
    left: list[str] = []
    for line in text.strip().split("\n"):
        if not line:
            left.append(line)
            continue
        if cause := fault(line):
            counts.update({f"lines.{cause}": 1, f"chars.{cause}": len(line)})
            continue
        if not any(left):
            line = line.lstrip()
        if line := edit(line, counts):
            counts["kept"] += 1
            left.append(line)
    return "\n".join(left).strip(), counts


def words(text: str) -> int:
    """Count pieces between ASCII spaces that start with a letter or number."""
    return sum(piece[0].isalnum() for piece in re.split("[ \n\r\t\v\f\0]+", text) if piece)


def refinedweb(text: str) -> dict[str, float]:
    """Measure the group `refinedweb` of one text."""
    left, counts = correct(text)
    before = words(text)
    values: dict[str, float] = {
        "removed_word_ratio": max(0, before - words(left)) / before if before else 1.0,
        "kept_line_count": counts["kept"],
    }
    for cause in CAUSES:
        values[f"removed_line_count.{cause}"] = counts[f"lines.{cause}"]
        values[f"removed_char_count.{cause}"] = counts[f"chars.{cause}"]
    for phrase in PHRASES:
        values[f"edited_line_count.{phrase}"] = counts[f"edits.{phrase}"]
    return {f"{name}.refinedweb": value for name, value in values.items()}
