"""Corpora with one fault each, made from good documents: what the verdict is tried on.

    clean            as it is
    twice            each document twice
    noise            30 % of the documents replaced: random letters, word salad, or one menu line
                     after another
    hot              1 % of the documents 50 times
    eighth           1/8 of the documents 8 times
    shuffled_words   all documents with their words in random order
    narrow           one domain only (given)
    wrong_language   not the language that the model is meant for (given)

`EXPECTED` names the checks that may bind; INCONCLUSIVE is accepted, SUFFICIENT never.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

Documents = Sequence[str]

EXPECTED: Final[dict[str, tuple[str, ...]]] = {
    "clean": (),
    "twice": ("quantity", "clean_vs_raw"),
    "noise": ("clean_vs_raw", "held_out", "coverage"),
    "hot": ("quantity", "clean_vs_raw"),
    "eighth": ("quantity", "coverage", "clean_vs_raw", "held_out"),
    "shuffled_words": ("held_out",),
    "narrow": ("coverage", "quantity", "data_scaling"),
    "wrong_language": ("coverage",),
}
MENU: Final = (
    "Home", "About us", "Contact", "Login", "Register", "Next page", "Share on Facebook", "Top",
    "Privacy", "Terms", "Sitemap", "Cart (0)", "Search", "Newsletter", "Read more »", "Help",
)  # fmt: skip


def twice(documents: Documents, draw: random.Random) -> list[str]:
    """Repeat every document."""
    return [*documents, *documents]


def hot(documents: Documents, draw: random.Random) -> list[str]:
    """Repeat one document in a hundred 50 times."""
    chosen = draw.sample(list(documents), max(1, len(documents) // 100))
    return [*documents, *(text for text in chosen for _ in range(49))]


def eighth(documents: Documents, draw: random.Random) -> list[str]:
    """Repeat one document in eight eight times, and leave out the others."""
    return draw.sample(list(documents), len(documents) // 8) * 8


def shuffled_words(documents: Documents, draw: random.Random) -> list[str]:
    """Put the words of each document in random order."""
    return [salad(text, draw) for text in documents]


def noise(documents: Documents, draw: random.Random) -> list[str]:
    """Replace three documents in ten."""
    makers = (letters, salad, menu)
    return [
        makers[draw.randrange(3)](text, draw) if draw.random() < 0.3 else text for text in documents
    ]


def letters(text: str, draw: random.Random) -> str:
    """Make random words as long as a text."""
    made = [
        "".join(draw.choices("abcdefghijklmnopqrstuvwxyz0123456789", k=draw.randint(2, 9)))
        for _ in range(max(1, len(text) // 6))
    ]
    return " ".join(made)


def salad(text: str, draw: random.Random) -> str:
    """Shuffle words; characters, where words are not spaced."""
    units = text.split()
    if len(text) > 20 * max(1, len(units)):
        return "".join(draw.sample(text, len(text)))
    return " ".join(draw.sample(units, len(units)))


def menu(text: str, draw: random.Random) -> str:
    """Write lines of a menu, as long as a text."""
    return "\n".join(draw.choices(MENU, k=max(5, len(text) // 10)))


CHANGES: Final[dict[str, Callable[[Documents, random.Random], list[str]]]] = {
    "clean": lambda documents, _: list(documents),
    "twice": twice,
    "noise": noise,
    "hot": hot,
    "eighth": eighth,
    "shuffled_words": shuffled_words,
}


def write(documents: Documents, path: Path, seed: int) -> Path:
    """Write documents as JSON lines, in random order."""
    mixed = list(documents)
    random.Random(seed).shuffle(mixed)
    rows = [
        json.dumps({"id": f"{number}", "text": text}, ensure_ascii=False)
        for number, text in enumerate(mixed)
    ]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def acceptable(condition: str, verdict: dict[str, object]) -> bool:
    """Tell whether a verdict is right for a condition."""
    if condition == "clean":
        return verdict["verdict"] == "SUFFICIENT"
    if verdict["verdict"] == "INSUFFICIENT":
        binding = verdict["binding"]
        assert isinstance(binding, dict)
        return binding["check"] in EXPECTED[condition]
    return verdict["verdict"] == "INCONCLUSIVE"
