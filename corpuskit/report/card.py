"""The report as Markdown: a dataset card, with the header that the Hugging Face Hub reads.

Text from the corpus and from the user's files is escaped mark by mark, so that a host or a recipe
named ``[x](javascript:…)`` is read as it is written. The header's keys and values are those of the
Hub (https://huggingface.co/docs/hub/datasets-cards); it has a licence only if the user named one or
every kept document has the same, since nothing else in a corpus tells it. Language codes are
quoted: YAML takes a bare ``no`` for false.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from corpuskit.languages import UNDETERMINED, canonical
from corpuskit.report.sentences import both, keeps, language, rough, seconds, size
from corpuskit.report.texts import say
from corpuskit.report.wording import Both, count, measured, plain, seen, share

LANGUAGE_SHARE: Final = 0.01
"""Of the kept documents; below it a language may be a handful of mistakes of the model."""

SIZES: Final = (
    (1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"),
    (10_000_000, "1M<n<10M"), (100_000_000, "10M<n<100M"), (1_000_000_000, "100M<n<1B"),
    (10_000_000_000, "1B<n<10B"), (100_000_000_000, "10B<n<100B"),
    (1_000_000_000_000, "100B<n<1T"),
)  # fmt: skip
LARGEST_SIZE: Final = "n>1T"
TASK: Final = "text-generation"
TAGS: Final = ("corpuskit", "pretraining")
ROWS_SHOWN: Final = 20

_MARKS = re.compile(r"([\\`*_\[\]|<>~&$:@]|(?<=www)\.)", re.IGNORECASE)
"""What Markdown takes for more than a mark within a line; nothing of others begins one."""

_PLAIN_NAME = re.compile(r"[A-Za-z0-9_.\-]+")
_HUB_LICENSE = re.compile(r"[a-z0-9][a-z0-9.\-]*")

Summary = Mapping[str, Any]


def card(
    summary: Summary,
    name: str,
    verdict: Mapping[str, Any] | None = None,
    license: str | None = None,
    lang: str = "en",
) -> str:
    """Write the dataset card of a run.

    Parameters
    ----------
    name : of the data set, for the title and the Hub's `pretty_name`.
    verdict : what verdict.json holds, or None.
    license : of the text, or None where nobody named one.
    lang : "en" or "zh"; the header is the same in both.
    """
    kept = summary["documents"]["kept"]
    write = _Writer(lang)
    parts = [
        ["---", *header(summary, kept, name, license), "---", ""],
        [f"# {escaped(name)}", "", *_balance(summary, write)],
        _languages(summary, write),
        _rules(summary, write),
        _duplicates(summary, write),
        _volume(summary, write),
        _verdict(verdict, write),
        _repeat(summary, write),
    ]
    return "\n".join(line for part in parts for line in part).rstrip("\n") + "\n"


def header(
    summary: Summary, documents: int, name: str | None = None, license: str | None = None
) -> list[str]:
    """Write the lines of the YAML header, without the marks around it."""
    found = [] if name is None else [f"pretty_name: {_quoted(name)}"]
    languages = dict.fromkeys(canonical(code) for code in main_languages(summary))
    if languages:
        found += ["language:", *(f"- {_quoted(code)}" for code in languages)]
    if license is not None:
        found += _license(license)
    found += ["size_categories:", f"- {_quoted(size_category(documents))}"]
    found += ["task_categories:", f"- {_quoted(TASK)}"]
    return [*found, "tags:", *(f"- {_quoted(tag)}" for tag in TAGS)]


def size_category(documents: int) -> str:
    """Name a number of documents as the Hub does.

    Examples
    --------
    >>> size_category(999), size_category(1000), size_category(25_000_000)
    ('n<1K', '1K<n<10K', '10M<n<100M')
    """
    return next((name for bound, name in SIZES if documents < bound), LARGEST_SIZE)


def main_languages(summary: Summary) -> list[str]:
    """List the languages of at least `LANGUAGE_SHARE` of the kept documents, the largest first."""
    kept = {code: row["documents"]["kept"] for code, row in summary["languages"].items()}
    least = LANGUAGE_SHARE * sum(kept.values())
    found = [code for code, count in kept.items()
             if count and count >= least and code != UNDETERMINED]  # fmt: skip
    return sorted(found, key=lambda code: (-kept[code], code))


def escaped(text: Any) -> str:
    """Write text from anywhere so that Markdown shows it as it is, on one line.

    Examples
    --------
    >>> print(escaped("[x](https://a.b) <i>|\\n*y*"))
    \\[x\\](https\\://a.b) \\<i\\>\\| \\*y\\*
    """
    return _MARKS.sub(r"\\\1", seen(text))


def named(name: str) -> str:
    """Write the name of a rule, a recipe or a plan: as code where it is a plain one."""
    return f"`{name}`" if _PLAIN_NAME.fullmatch(name) else escaped(name)


def _quoted(text: str) -> str:
    """Write a text as YAML and JSON both read it."""
    return json.dumps(seen(text), ensure_ascii=False)


def _license(named: str) -> list[str]:
    """Write a licence: the Hub knows short names in small letters, and ``other`` with a name."""
    name = named.strip().lower()
    if _HUB_LICENSE.fullmatch(name):
        return [f"license: {_quoted(name)}"]
    return ['license: "other"', f"license_name: {_quoted(named.strip())}"]


class _Writer:
    """Writes sentences of the catalogue, numbers and tables in one language."""

    def __init__(self, lang: str) -> None:
        self.lang = lang

    def __call__(self, key: str, **values: Any) -> str:
        """Write a sentence of ours; text of others among its values comes escaped."""
        return say(key, **values).plain(self.lang)

    def words(self, both: Both) -> str:
        """Write a text that stands in both languages, escaped."""
        return escaped(both.plain(self.lang))

    def title(self, key: str) -> list[str]:
        """Write the title of a section."""
        return [f"## {self(key)}", ""]

    def table(self, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
        """Write a table; the first column is words, the others are numbers."""
        found = [f"| {' | '.join(row)} |" for row in rows]
        titles = [self(head) if head else " " for head in heads]
        lines = ["---", *["---:"] * (len(heads) - 1)]
        return [f"| {' | '.join(titles)} |", f"| {' | '.join(lines)} |", *found, ""]

    def more(self, number: int) -> list[str]:
        """Say how many rows a table leaves out."""
        return [self("card.more", n=number - ROWS_SHOWN), ""] if number > ROWS_SHOWN else []


def _balance(summary: Summary, write: _Writer) -> list[str]:
    documents, volume = summary["documents"], summary["bytes"]
    told = write(
        "card.made_by", version=escaped(summary["version"]), recipe=named(summary["recipe"])
    )
    if not documents["in"]:
        return [write("card.no_input") + " " + told, ""]
    kept = write("card.kept", kept=documents["kept"], all=documents["in"],
                 documents=part(documents["kept"], documents["in"]),
                 text=part(volume["kept"], volume["in"]))  # fmt: skip
    names = {"in": "card.in", "kept": "table.kept", "dropped": "card.dropped",
             "skipped": "card.skipped"}  # fmt: skip
    rows = [
        (write(key), count(documents[side]), part(documents[side], documents["in"]),
         write.words(size(volume[side])) if side in volume else "")
        for side, key in names.items()
    ]  # fmt: skip
    heads = ("", "table.documents", "table.share", "card.text")
    return [f"{kept} {told}", "", *write.table(heads, rows)]


def _languages(summary: Summary, write: _Writer) -> list[str]:
    found = list(summary["languages"].items())
    if not found:
        return []
    rows = [
        (f"{write.words(language(code))} ({escaped(code)})", count(row["documents"]["in"]),
         count(row["documents"]["kept"]),
         part(row["documents"]["kept"], row["documents"]["in"]))
        for code, row in found[:ROWS_SHOWN]
    ]  # fmt: skip
    heads = ("nav.languages", "table.documents_in", "table.kept", "table.share_kept")
    return [*write.title("nav.languages"), *write.table(heads, rows), *write.more(len(found))]


def _rules(summary: Summary, write: _Writer) -> list[str]:
    fired = [(name, rule) for name, rule in summary["rules"].items() if rule["fails"]]
    fired.sort(key=lambda item: (-item[1]["fails"], item[0]))
    if not fired:
        return [*write.title("nav.removed"), write("card.no_rule"), ""]
    rows = [
        (named(name), write.words(keeps(rule["feature"], rule["bounds"])), count(rule["fails"]),
         count(rule["alone"]))
        for name, rule in fired[:ROWS_SHOWN]
    ]  # fmt: skip
    heads = ("rules.rule", "card.keeps", "rules.fails", "rules.alone")
    return [*write.title("nav.removed"), *write.table(heads, rows), *write.more(len(fired))]


def _duplicates(summary: Summary, write: _Writer) -> list[str]:
    found = summary["duplicates"]
    if "similarity" not in found:
        return [*write.title("nav.duplicates"), write("card.not_searched"), ""]
    told = write("card.duplicates", exact=found["exact"], near=found["near"],
                 clusters=found["clusters"], similarity=plain(found["similarity"]))  # fmt: skip
    return [*write.title("nav.duplicates"), told, ""]


def _volume(summary: Summary, write: _Writer) -> list[str]:
    sides = [summary["coverage"][side] for side in ("in", "kept")]
    names = {"bytes": "coverage.bytes", "characters": "coverage.characters", "words": "card.words",
             "estimated_tokens": "coverage.estimated_tokens",
             "vocabulary_size": "coverage.vocabulary_size"}  # fmt: skip
    rows = [
        (write(key), *(write.words((size if name == "bytes" else rough)(side[name]))
                       for side in sides))
        for name, key in names.items()
        if all(name in side for side in sides)
    ]  # fmt: skip
    found = [(_tokens(side), _hosts(side), _repeated(side)) for side in sides]
    for key, before, after in zip(("card.tokens", "card.hosts", "card.repeated"), *found,
                                  strict=True):  # fmt: skip
        if before is not None and after is not None:
            rows.append((write(key), write.words(before), write.words(after)))
    heads = ("", "table.in", "table.kept")
    return [*write.title("nav.coverage"), *write.table(heads, rows)]


def _tokens(side: Mapping[str, Any]) -> Both | None:
    """Write the tokens of a real tokenizer, or None where none was asked."""
    return rough(side["tokens"]["total"]) if side.get("tokens") else None


def _hosts(side: Mapping[str, Any]) -> Both | None:
    """Write how many hosts there are, or None without addresses."""
    return both(count(side["domains"]["distinct"])) if side.get("domains") else None


def _repeated(side: Mapping[str, Any]) -> Both | None:
    """Write the share of 13-grams that stand more than once, or None where it is not known."""
    grams = side.get("ngrams", {}).get("13")
    return both(share(grams["total"] - grams["distinct"], grams["total"])) if grams else None


def _verdict(verdict: Mapping[str, Any] | None, write: _Writer) -> list[str]:
    if verdict is None:
        return []
    rows = [
        (write(f"pretrain.check.{check['id']}"), write(f"pretrain.check_status.{check['status']}"),
         escaped(measured(check["value"])), escaped(measured(check["threshold"])))
        for check in verdict["checks"]
    ]  # fmt: skip
    outcome = write(f"pretrain.outcome.{verdict['verdict']}")
    heads = ("pretrain.check_column", "pretrain.status", "pretrain.value", "pretrain.held_against")
    return [
        *write.title("pretrain.title"),
        f"**{outcome}.** {escaped(verdict['sentence'])}",
        "",
        *write.table(heads, rows),
    ]


def _repeat(summary: Summary, write: _Writer) -> list[str]:
    taken = summary["seconds"]["total"]
    told = write("card.took", time=seconds(taken), plan=named(summary["plan"]))
    lines = [*write.title("run.repeat"), told, ""]
    return lines + (fenced(summary["repeat"]) if "repeat" in summary else [])


def fenced(text: str) -> list[str]:
    """Write a block of code; its fence is longer than any run of backticks within."""
    ticks = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
    return [f"{ticks}sh", *map(printable, text.split("\n")), ticks, ""]


def printable(line: str) -> str:
    """Show what cannot be seen by its code point, and leave spaces as they are."""
    return "".join(mark if mark.isprintable() else f"‹U+{ord(mark):04X}›" for mark in line)


def part(some: float, whole: float) -> str:
    """Write a share so that Markdown takes no sign of it for a tag."""
    return escaped(share(some, whole))
