"""C4: what its line cleaner takes out of the page, and what condemns the page.

Two groups of the same columns, for the two published forms of the cleaner; each runs the cleaner
on the page, whether the recipe has it or not, and shares that with a recipe that has it. Lines
are those of `str.splitlines`, stripped, blank ones left out; characters are those of such lines.
"""

from __future__ import annotations

from functools import partial

import polars as pl

from corpuskit.features import Column, Feature, FeatureGroup, Measured
from corpuskit.kernels import c4_lines as kernel
from corpuskit.kernels.sentences import count_sentences

_CAUSES = {
    "long_word": "has a word of more than 1,000 characters",
    "no_terminal_mark": 'does not end in one of . ? ! ", or ends in three periods',
    "too_few_words": "has too few words",
    "javascript": "says javascript, in any case",
    "policy": "speaks of terms of use, of a privacy or cookie policy, or of using cookies",
}
_SOURCES = {
    "c4": "Raffel et al. 2020, section 2.2, and its published code: 5 words, counted without "
    "citations, and a terminal mark.",
    "c4_fineweb": "datatrove 0.10 as FineWeb runs it: 3 words, counted with citations, and no "
    "terminal mark.",
}
_SENTENCES = (
    " Sentences are cut as spaCy's sentencizer does, for which 'etc.' ends one; the published C4 "
    "has NLTK's Punkt."
)
_FOLD = " Upper-case ASCII counts as lower case; the Kelvin sign does not count as a k."


def _features(form: str) -> tuple[Feature, ...]:
    def count(name: str, unit: str, doc: str, more: str = "") -> Feature:
        return Feature(f"{name}.{form}", pl.UInt32(), unit, 0, doc, _SOURCES[form] + more)

    causes = [
        feature
        for cause, phrase in _CAUSES.items()
        for feature in (
            count(f"removed_line_count.{cause}", "lines", f"Lines of which this is the first "
                  f"fault: the line {phrase}.", _FOLD if cause in ("javascript", "policy") else ""),
            count(f"removed_char_count.{cause}", "characters", "Characters of those lines."),
        )
    ]  # fmt: skip
    return (
        count("sentence_count", "sentences", "Sentences of the lines that are left.", _SENTENCES),
        count("lorem_ipsum_line_count", "lines", "Lines left that say lorem ipsum.", _FOLD),
        count("brace_line_count", "lines", "Other lines left that have a {."),
        count("kept_line_count", "lines", "Lines left."),
        count("citation_char_count", "characters", "Characters of citations taken out of lines: "
              "[12], [], [edit], [citation needed]."),
        *causes,
    )  # fmt: skip


def measure(form: str, measured: Measured) -> dict[str, Column]:
    """Measure a batch by one form of the cleaner."""
    left = measured.after(form)
    assert left.removed is not None
    count = left.removed.T
    values: dict[str, Column] = {
        "sentence_count": count_sentences(left.buffer, left.tokens),
        "lorem_ipsum_line_count": count[kernel.LOREM_IPSUM_LINES],
        "brace_line_count": count[kernel.BRACE_LINES],
        "kept_line_count": count[kernel.KEPT_LINES],
        "citation_char_count": count[kernel.CITATION_CHARS],
    }
    for number, cause in enumerate(kernel.CAUSES):
        values[f"removed_line_count.{cause}"] = count[kernel.REMOVED_LINES + number]
        values[f"removed_char_count.{cause}"] = count[kernel.REMOVED_CHARS + number]
    return {f"{name}.{form}": column for name, column in values.items()}


C4, C4_FINEWEB = (
    FeatureGroup(form, 1, _features(form), partial(measure, form)) for form in ("c4", "c4_fineweb")
)
