"""Make rules/fineweb2/ and the recipe fineweb2 from FineWeb-2's published numbers.

python scripts/make_fineweb2.py            write the files
python scripts/make_fineweb2.py --check    exit 1 and name the files that are not current

rules/fineweb2/thresholds.tsv holds one language a row. 0, and a line mark share of -1, mean that
the rule is off. Numbers that count words were fitted to FineWeb-2's tokenisers. Where those cut
words that are written without spaces (or, in Korean, morphemes), Chinese gets bounds for pieces of
words that drop as much of Chinese pages (chinese_pieces.tsv, by bench/chinese_pieces.py), and the
others no bound.
"""

from __future__ import annotations

import csv
import sys
import textwrap
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from corpuskit.languages import language_name, normalise

RULES = Path(__file__).parent.parent / "rules"
TABLE = RULES / "fineweb2" / "thresholds.tsv"
PIECES = TABLE.with_name("chinese_pieces.tsv")
SOURCE = (
    "Penedo et al. 2025, arXiv:2506.20920 (FineWeb2), configs/{name}.yml, as datatrove 0.10 runs it"
)

# Languages whose words FineWeb-2 has from a dictionary or an analyser, and the name of that.
ANALYSED = {
    "cmn_Hani": "jieba", "jpn_Jpan": "SudachiPy", "kor_Hang": "Kiwi", "tha_Thai": "PyThaiNLP",
    "yue_Hani": "jieba",
}  # fmt: skip
CHINESE = "cmn_Hani"
LINES_ALONE = ANALYSED.keys() - {CHINESE}
MIN_STOP_WORDS = 2
REPEATED_LINES = 0.1

NOTES = {
    "cmn_Hani": "FineWeb-2 counts words with jieba, which is not here: ours are pieces, some "
    "frequent characters alone and others in pairs, and bounds on them drop as much of Chinese "
    "pages as FineWeb-2's own. fineweb2_zh_jieba counts jieba's words.",
    "srp_Cyrl": "They are for Serbian in Cyrillic; Latin text fails the rule on stop words.",
    "vie_Latn": "FineWeb-2's words are pyvi's, which join syllables; ours are syllables, so counts "
    "of words are higher and runs of words shorter than in the published data.",
}  # fmt: skip

Row = dict[str, str]
Rule = tuple[str, str, str, float, str]  # id, feature, side, bound, why


def rows() -> dict[str, Row]:
    """Read the published numbers, by name of the language."""
    with TABLE.open(encoding="utf-8", newline="") as stream:
        return {row["lang"]: row for row in csv.DictReader(stream, delimiter="\t")}


def code(name: str) -> str:
    """Return what lid.176 calls a language: ``de`` for ``deu_Latn``."""
    return normalise(name)


def language(name: str) -> str:
    """Name a language in English."""
    return language_name(code(name))


def rules(name: str, row: Row) -> Iterator[Rule]:
    """Yield the rules of a language in FineWeb-2's order."""
    every = published_rules(name, row)
    yield from map(in_pieces, every) if name == CHINESE else every


def in_pieces(rule: Rule) -> Rule:
    """Return a rule for Chinese with the bound for our pieces, where it counts words."""
    id_, feature, side, bound, _ = rule
    found = pieces().get((id_, side))
    if found is None:
        return rule
    theirs, ours = found
    assert float(theirs) == bound, f"{id_}: {theirs} is calibrated, {bound:g} published"
    if theirs == ours:
        return rule
    why = f"{ours} in pieces of words drops as much of Chinese pages as FineWeb-2's {theirs}."
    return id_, feature, side, float(ours), why


@cache
def pieces() -> dict[tuple[str, str], tuple[str, str]]:
    """Read the bounds for Chinese: FineWeb-2's and ours, by rule and side."""
    with PIECES.open(encoding="utf-8", newline="") as stream:
        rows_ = csv.DictReader(stream, delimiter="\t")
        return {(row["rule"], row["side"]): (row["published"], row["pieces"]) for row in rows_}


def published_rules(name: str, row: Row) -> Iterator[Rule]:
    """Yield the rules with FineWeb-2's own numbers."""
    yield score_rule(name, row)
    yield from repetition_rules(name, row)
    yield from line_rules(name, row)
    yield from size_rules(name)
    yield from word_rules(name, row)


def score_rule(name: str, row: Row) -> Rule:
    """Return the rule on the score of the language."""
    least = float(row["language_score"])
    why = f"FineWeb-2 keeps {language(name)} from {least:g}, a score of GlotLID, not of lid.176."
    return "language_uncertain", "language_score", "min", least, why


def repetition_rules(name: str, row: Row) -> Iterator[Rule]:
    """Yield the rules that FineWeb-2 keeps of Gopher's on repetition."""
    if most := float(row["dup_line_frac"]):
        why = f"FineWeb-2 keeps at most {percent(most)} of lines that occurred before."
        yield "too_many_duplicate_lines", "duplicate_line_ratio", "max", most, why
    if name in LINES_ALONE:
        return
    for n in (2, 3, 4):
        most = float(row[f"top{n}"])
        why = (
            f"FineWeb-2 keeps at most {percent(most)} of characters in the most frequent {n} words."
        )
        yield f"one_{n}gram_too_frequent", f"top_{n}gram_char_ratio.fineweb2", "max", most, why
    for n in range(5, 11):
        most = float(row[f"dup{n}"])
        why = (
            f"FineWeb-2 keeps at most {percent(most)} of characters in repeated runs of {n} words."
        )
        yield (
            f"too_much_in_repeated_{n}grams",
            f"duplicate_{n}gram_char_ratio.fineweb2",
            "max",
            most,
            why,
        )


def line_rules(name: str, row: Row) -> Iterator[Rule]:
    """Yield the rules that FineWeb-2 keeps of FineWeb's."""
    if (least := float(row["line_punct_thr"])) > 0:
        why = (
            f"FineWeb-2 keeps from {percent(least)} of lines with a terminal mark; quotes are none."
        )
        yield "too_few_lines_end_in_punctuation", "terminal_line_ratio", "min", least, why
    why = "FineWeb-2 keeps at most 10 % of characters in lines that occurred before."
    yield "too_much_in_repeated_lines", "repeated_line_char_ratio", "max", REPEATED_LINES, why
    most = float(row["new_line_ratio"])
    if name not in LINES_ALONE:
        why = f"FineWeb-2 keeps at most {most:g} line feeds a word; punctuation marks are words."
        yield "too_many_line_feeds", "newlines_per_word.fineweb2", "max", most, why


def size_rules(name: str) -> Iterator[Rule]:
    """Yield the bounds on the size of a document."""
    if name not in LINES_ALONE:
        why = "FineWeb-2 keeps 50 to 100,000 words, as Gopher does."
        yield "too_few_words", "word_count.fineweb2", "min", 50, why
        yield "too_many_words", "word_count.fineweb2", "max", 100_000, why


def word_rules(name: str, row: Row) -> Iterator[Rule]:
    """Yield the other rules of Gopher's on quality, with FineWeb-2's numbers."""
    for side, least_or_most, fault in (("min", "least", "short"), ("max", "most", "long")):
        bound = int(row[f"{side}_avg_word_length"])
        if bound and name not in LINES_ALONE:
            why = f"FineWeb-2 keeps a mean of at {least_or_most} {bound} characters a word."
            yield f"words_too_{fault}", "mean_word_chars.fineweb2", side, bound, why
    if name not in LINES_ALONE:
        why = "At most one {} for ten words, as in Gopher; punctuation marks are words here."
        for fault, mark in (("hash_mark", "#"), ("ellipse", "ellipsis")):
            yield f"too_many_{fault}s", f"{fault}s_per_word.fineweb2", "max", 0.1, why.format(mark)
    why = "At most 90 % of lines start with a bullet, as in Gopher; blank lines count."
    yield "too_many_bullet_lines", "bullet_line_ratio", "max", 0.9, why
    why = "At most 30 % of lines end in an ellipsis, as in Gopher; blank lines count."
    yield "too_many_ellipsis_lines", "ellipsis_line_ratio", "max", 0.3, why
    if name in LINES_ALONE:
        return
    least = float(row["min_alpha_words_ratio"])
    why = f"FineWeb-2 keeps from {percent(least)} of words with a letter; marks are words."
    yield "too_few_words_with_letters", "alphabetic_word_ratio.fineweb2", "min", least, why
    why = "FineWeb-2 asks for two different words of its list for the language."
    yield "too_few_stop_words", "stop_word_count.fineweb2", "min", MIN_STOP_WORDS, why


def about(name: str) -> str:
    """Say what a set is, and what is left out of it."""
    parts = [f"FineWeb-2's rules for {language(name)}, on documents in that language alone."]
    if name in LINES_ALONE:
        parts.append(
            f"FineWeb-2 counts words with {ANALYSED[name]}, which is not here, so only its rules "
            "on lines are; those on words, their runs and their number are left out."
        )
    parts += [NOTES[name]] if name in NOTES else []
    return " ".join(parts)


def rule_set(name: str, row: Row) -> str:
    """Write the file of one language."""
    lines = [
        "# made by scripts/make_fineweb2.py",
        f"name: fineweb2_{name}",
        f'source: "{SOURCE.format(name=name)}"',
        *folded("why", about(name), ""),
        f"when: {{feature: language, in: [{code(name)}, {name}]}}",
        "rules:",
    ]
    for id_, feature, side, bound, why in rules(name, row):
        lines += [f"  - id: {id_}", f"    feature: {feature}", f"    {side}: {bound}"]
        lines += folded("why", why, "    ")
    return "\n".join(lines) + "\n"


def recipe(table: dict[str, Row]) -> str:
    """Write the recipe of all languages."""
    description = (
        f"FineWeb-2's filters for {len(table)} languages, each with bounds of its own, in one run: "
        "the language and its score, repetition, lines, words. The bounds on the score are for "
        "GlotLID, and lid.176 scores otherwise: it gives one Norwegian page in eight the 0.813 "
        "that is asked for, of Urdu 77 %, of Indonesian 84 %, of twenty others 93 % or more. Give "
        "another language model, or lower them with --set. Copies are looked for last and not "
        "first, by exact Jaccard similarity. The repair of wrong encodings and the masks for "
        "personal data that FineWeb-2 ends with are not here."
    )
    codes = ", ".join(map(code, table))
    sets = ", ".join(f"fineweb2/{name}" for name in table)
    return "\n".join(
        [
            "# made by scripts/make_fineweb2.py",
            "name: fineweb2",
            *folded("description", description, ""),
            *listed("languages", codes),
            "min_language_score: 0",
            "language_model: lid.176",
            "features: [characters, lines, language, fineweb2]",
            *listed("rule_sets", sets),
            "duplicates:",
            *("  exact: true", "  near: true", "  similarity: 0.75"),
            "  keep: longest",
            "",
        ]
    )


def percent(share: float) -> str:
    """Write a share: 0.2 as 20 %, 0.197 as 19.7 %."""
    return f"{100 * share:.4g} %"


def folded(key: str, text: str, margin: str) -> list[str]:
    """Write a text on one line if it fits, else folded."""
    one = f'{margin}{key}: "{text}"'
    if len(one) <= 100 and '"' not in text:
        return [one]
    inner = margin + "  "
    return [f"{margin}{key}: >-", *textwrap.wrap(text, 100, initial_indent=inner,
            subsequent_indent=inner, break_on_hyphens=False)]  # fmt: skip


def listed(key: str, items: str) -> list[str]:
    """Write a list over several lines."""
    inner = textwrap.wrap(items, 100, initial_indent="  ", subsequent_indent="  ")
    return [f"{key}: [", *inner, "]"]


def files() -> dict[Path, str]:
    """Make every file, by its path under rules/."""
    table = rows()
    made = {Path("fineweb2") / f"{name}.yaml": rule_set(name, row) for name, row in table.items()}
    return {**made, Path("recipes") / "fineweb2.yaml": recipe(table)}


def main() -> None:
    """Write every file, or check them all."""
    made = files()
    if "--check" in sys.argv:
        stale = [str(path) for path, text in made.items() if not is_current(RULES / path, text)]
        if stale:
            sys.exit(f"not current: {', '.join(stale)}; run: python scripts/make_fineweb2.py")
        return
    for path, text in made.items():
        (RULES / path).write_text(text, encoding="utf-8")


def is_current(path: Path, text: str) -> bool:
    """Say whether a file holds this text."""
    return path.is_file() and path.read_text("utf-8") == text


if __name__ == "__main__":
    main()
