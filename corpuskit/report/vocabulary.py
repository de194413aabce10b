"""The section on words and characters: sentences, curves, and which of listed ones are there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from corpuskit.languages import canonical
from corpuskit.report.charts import Chart, Phrase
from corpuskit.report.sentences import both, language, rough, verbatim
from corpuskit.report.specs import Points, line
from corpuskit.report.texts import comma, say
from corpuskit.report.wording import NOTHING, Both, count, share

ROWS_SHOWN: Final = 12  # of blocks and of languages; the rest is folded
ERRORS: Final = 2
"""A share of repeats that is not this many standard errors is told as under so much."""
LIST_LANGUAGES: Final = {
    "gb2312_level_1": "zh-Hans", "big5_level_1": "zh-Hant", "joyo": "ja"
}  # fmt: skip
AXES: Final = {
    "growth": ("@chart.growth_x", "@chart.growth_y"),
    "zipf": ("@chart.zipf_x", "@chart.zipf_y"),
}
BAD_KINDS: Final = ("replacement", "private_use", "unassigned", "control")


def vocabulary_view(coverage: Mapping[str, Any]) -> dict[str, Any] | None:
    """Prepare the section; None for a run that measured nothing of it.

    Parameters
    ----------
    coverage : `coverage` of summary.json. What a part has not measured is None or empty.
    """
    sides = coverage["in"], coverage["kept"]
    names = ("vocabulary", "characters_used", "word_lists")
    if not any(name in sides[0] for name in names):
        return None
    words, characters, lists = ([side.get(name) for side in sides] for name in names)
    ngrams = [side.get("ngrams", {}).get("13") for side in sides]
    return {
        "says": words_said(words, ngrams) if words[0] else [],
        "rows": word_rows(words, ngrams) if words[0] else [],
        "growth": curve("growth", words) if words[0] else None,
        "zipf": curve("zipf", words) if words[0] else None,
        "characters": characters_said(characters) if characters[0] else [],
        "kinds": kind_rows(characters) if characters[0] else [],
        "blocks": block_rows(characters) if characters[0] else None,
        "lists": list_rows(characters) if characters[0] else None,
        "word_lists": folded(word_list_rows(lists)) if lists[0] is not None else None,
    }


def words_said(
    words: Sequence[Mapping[str, Any]], ngrams: Sequence[Mapping[str, int] | None]
) -> list[Both]:
    """Say what the numbers of words mean: of the kept text, or of all where nothing was kept."""
    side = 1 if words[1] and words[1]["words"] else 0
    one, key = words[side], ("all", "kept")[side]
    if not one["words"]:
        return [say("vocabulary.no_words")]
    said = [
        say(f"vocabulary.words_{key}", words=rough(one["words"]), types=rough(one["types"])),
        say("vocabulary.hapax", share=share(one["hapax"], one["types"])),
        next_word(one),
    ]
    if one["heaps_exponent"] is not None:
        said.append(say("vocabulary.tenfold", times=f"{10 ** one['heaps_exponent']:.1f}"))
    elif one.get("reasons", {}).get("heaps_exponent") == "too_few_words":
        said.append(say("vocabulary.too_few_words"))
    if one["sampled_types"] < one["types"]:
        error = f"{100 / one['sampled_types'] ** 0.5:.1f}%"
        said.append(say("vocabulary.sampled", sampled=one["sampled_types"], error=error))
    if (grams := ngrams[side]) is not None and grams["total"]:
        said.append(repeats(grams))
    return said


def next_word(one: Mapping[str, Any]) -> Both:
    """Say how likely a new word is: "one word in 41 that comes next would be new"."""
    if not one["hapax"]:
        return say("vocabulary.none_new")
    return say("vocabulary.one_new", n=round(one["words"] / one["hapax"]))


def repeats(grams: Mapping[str, int]) -> Both:
    """Say which share of the runs of 13 words repeat another one."""
    if grams["distinct"] == grams["total"] and not grams.get("error"):
        return say("vocabulary.no_repeats")
    return say("vocabulary.repeats", share=repeated(grams))


def repeated(grams: Mapping[str, int] | None) -> Both:
    """Write the share of 13-grams that are not the first of their kind, with its error.

    Examples
    --------
    >>> str(repeated({"total": 1000, "distinct": 950, "error": 0}))
    '5.0%'
    >>> str(repeated({"total": 1000, "distinct": 950, "error": 4}))
    '5.0% ± 0.4%'
    >>> str(repeated({"total": 1000, "distinct": 995, "error": 4}))
    'under 0.8%'
    """
    if grams is None or not grams["total"]:
        return both(NOTHING)
    again, error, total = grams["total"] - grams["distinct"], grams.get("error", 0), grams["total"]
    if error and again < ERRORS * error:
        return say("vocabulary.under", share=share(ERRORS * error, total))
    told = share(again, total)
    return both(f"{told} ± {share(error, total)}" if error else told)


def word_rows(
    words: Sequence[Mapping[str, Any] | None], ngrams: Sequence[Mapping[str, int] | None]
) -> list[dict[str, Any]]:
    """List the numbers behind the sentences, before and after."""
    rows = [
        ("words", [_rough(one, "words") for one in words]),
        ("types", [_rough(one, "types") for one in words]),
        ("once", [both(share(one["hapax"], one["types"]) if one else NOTHING) for one in words]),
        ("new", [both(share(one["hapax"], one["words"]) if one else NOTHING) for one in words]),
        ("heaps", [_exponent(one, "heaps_exponent") for one in words]),
        ("zipf", [_exponent(one, "zipf_exponent") for one in words]),
    ]
    if ngrams[0] is not None:
        rows.append(("repeated", [repeated(one) for one in ngrams]))
    return [
        {"name": say(f"vocabulary.row.{name}"), "in": before, "kept": after}
        for name, (before, after) in rows
    ]


def _rough(one: Mapping[str, Any] | None, name: str) -> Both:
    return rough(one[name] if one else None)


def _exponent(one: Mapping[str, Any] | None, name: str) -> Both:
    value = one[name] if one else None
    return both(NOTHING if value is None else f"{value:.2f}")


def curve(name: str, words: Sequence[Mapping[str, Any] | None]) -> Chart | None:
    """Draw growth, or ranks and counts, before and after, on logarithmic axes."""
    series: dict[str | Both, Points] = {
        label: [tuple(point) for point in one[name]] if one else []
        for label, one in zip(("@chart.all", "@chart.kept"), words, strict=True)
    }
    ends = next((points[-1] for points in reversed(series.values()) if points), (0, 0))
    return line(
        f"vocabulary-{name}",
        series,
        *AXES[name],
        Phrase(f"vocabulary.{name}_alt", {"x": ends[0], "y": ends[1]}),
        log=(True, True),
    )


def characters_said(characters: Sequence[Mapping[str, Any] | None]) -> list[Both]:
    """Say how many characters are used, how many are digits, and how many should not be there."""
    side = 1 if characters[1] and characters[1]["distinct"] else 0
    one = characters[side]
    assert one is not None, "the caller has looked"
    total = sum(one["kinds"].values())
    if not total:
        return [say("vocabulary.no_characters")]
    key = ("all", "kept")[side]
    said = [
        say(
            f"vocabulary.characters_{key}",
            distinct=one["distinct"],
            n=len(one["blocks"]),
            digits=share(one["kinds"]["digits"], total),
        )
    ]
    bad = [
        say(f"vocabulary.bad.{kind}", n=one["kinds"][kind])
        for kind in BAD_KINDS
        if one["kinds"][kind]
    ]
    said.append(
        say("vocabulary.bad_characters", what=comma(bad)) if bad else say("vocabulary.no_bad")
    )
    return said


def folded(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Part a table into what is shown and what is folded away."""
    return {"shown": rows[:ROWS_SHOWN], "folded": rows[ROWS_SHOWN:]}


def kind_rows(characters: Sequence[Mapping[str, Any] | None]) -> list[dict[str, Any]]:
    """List the kinds that occur with their share of all characters, before and after."""
    before, after = (one["kinds"] if one else {} for one in characters)
    totals = sum(before.values()), sum(after.values())
    return [
        {
            "name": say(f"vocabulary.kind.{kind}"),
            "in": number,
            "kept": after.get(kind, 0),
            "in_share": share(number, totals[0]),
            "kept_share": share(after.get(kind, 0), totals[1]),
        }
        for kind, number in before.items()
        if number
    ]


def block_rows(characters: Sequence[Mapping[str, Any] | None]) -> dict[str, Any]:
    """List the blocks of Unicode that occur, part of them folded."""
    before, after = (one["blocks"] if one else [] for one in characters)
    kept = {block["name"]: block["characters"] for block in after}
    rows = [
        {"name": block["name"], "distinct": block["distinct"], "in": block["characters"],
         "kept": kept.get(block["name"], 0)}
        for block in before
    ]  # fmt: skip
    return folded(rows)


def list_rows(characters: Sequence[Mapping[str, Any] | None]) -> list[dict[str, Any]]:
    """Say of every list how many of its characters occur: of the kept text where it has it."""
    before, after = ({row["list"]: row for row in one["lists"]} if one else {}
                     for one in characters)  # fmt: skip
    return [
        {
            "says": say(
                f"vocabulary.list_{'kept' if name in after else 'all'}",
                title=say(f"vocabulary.list.{name}", n=row["listed"]),
                found=after.get(name, row)["found"],
                often=after.get(name, row)["often"],
            ),
            "lang": LIST_LANGUAGES.get(name, "zh"),
            "missing": after.get(name, row)["missing"],
            "left": after.get(name, row)["listed"] - after.get(name, row)["found"],
        }
        for name, row in before.items()
    ]


def word_list_rows(lists: Sequence[Sequence[Mapping[str, Any]] | None]) -> list[dict[str, Any]]:
    """List languages with their stop words: how many are listed, found before and after."""
    after = {row["language"]: row for row in lists[1] or ()}
    rows = []
    for row in lists[0] or ():
        kept = after.get(row["language"])
        rows.append(
            {
                "language": language(canonical(row["language"])),
                "words": row["words"],
                "listed": row["listed"],
                "in": row["found"],
                "kept": both(NOTHING) if kept is None else both(count(kept["found"])),
                "missing": comma([verbatim(word) for word in (kept or row)["missing"]]),
            }
        )
    return rows
