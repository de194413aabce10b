"""Rules, languages and rough numbers in words of both languages; every filter of the templates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from markupsafe import Markup, escape

from corpuskit.languages import UNDETERMINED, language_name
from corpuskit.report import wording
from corpuskit.report.texts import catalogue, join, say
from corpuskit.report.texts.names import CHINESE_FEATURES, CHINESE_NAMES, CHINESE_SCRIPTS
from corpuskit.report.wording import (
    LANGUAGES,
    NOTHING,
    Both,
    count,
    identifier,
    jaccard,
    measured,
    plain,
    share,
    visible,
    width,
)

LISTED: Final = 8  # items of a set that a sentence names
_MYRIADS: Final = ((10**12, "万亿"), (10**8, "亿"), (10**4, "万"))


def rough(number: float | None) -> Both:
    """Write a large number in three figures, as each language counts.

    Examples
    --------
    >>> str(rough(17_249_381)), rough(17_249_381).plain("zh"), rough(950).plain("zh")
    ('17.2 million', '1725 万', '950')
    """
    english = wording.rough(number)
    if number is None or number < 999_500:
        return both(english)
    unit, name = next(pair for pair in _MYRIADS if number >= pair[0])
    value = number / unit
    figures = f"{value:.0f}" if value >= 100 else f"{value:#.3g}".rstrip(".")
    return both(english, f"{figures} {name}")


def size(number: float | None) -> Both:
    """Write a number of bytes in decimal units."""
    english = wording.size(number)
    return both(english, english.replace("bytes", "字节"))


def seconds(number: float) -> Both:
    """Write a time."""
    english = wording.seconds(number)
    chinese = english.replace("min", "分").replace(" h", " 小时")
    return both(english, chinese.replace(" s", " 秒"))


def both(english: str, chinese: str | None = None) -> Both:
    """Take a text as it is, which stands for both languages where there is one only."""
    return Both(escape(english), escape(english if chinese is None else chinese))


def verbatim(text: Any) -> Both:
    """Take text of the corpus or of another program: the same in both languages, and escaped."""
    return Both(visible(text), visible(text))


def between(interval: Sequence[float | None] | None) -> Both:
    """Write an interval.

    Examples
    --------
    >>> str(between((5.91, 7.0))), str(between((-0.2, 0.1))), str(between(None))
    ('5.91 to 7', '−0.200 to 0.100', '–')
    """
    if interval is None or None in interval:
        return both(NOTHING)
    low, high = interval
    return say("number.range", low=measured(low), high=measured(high))


def feature(name: str) -> Both:
    """Write a feature's name as words.

    Examples
    --------
    >>> str(feature("word_count.gopher")), feature("word_count.gopher").plain("zh")
    ('word count.gopher', '词数（gopher）')
    """
    base, _, variant = name.partition(".")
    known = CHINESE_FEATURES.get(base)
    chinese = f"{name} " if known is None else f"{known}（{variant}）" if variant else known
    return Both(visible(name.replace("_", " ")), visible(chinese))


def script(name: str) -> Both:
    """Name a script of writing."""
    if name == "None":
        return say("languages.no_letters")
    return Both(visible(name), visible(CHINESE_SCRIPTS.get(name, name)))


def reason(name: str) -> Both:
    """Write why a record was skipped, or the name of a stage of a run."""
    for key in (f"reason.{name}", f"stage.{name}"):
        if key in catalogue(LANGUAGES[0]):
            return say(key)
    return verbatim(name.replace("_", " "))


def language(code: str) -> Both:
    """Name a language, or give back the code where no name is known.

    Examples
    --------
    >>> str(language("zh")), language("zh").plain("zh")
    ('Chinese', '中文')
    """
    if code == UNDETERMINED:
        return say("language.und")
    name = language_name(code)
    return Both(visible(name), visible(CHINESE_NAMES.get(code, name)))


def keeps(name: str, bounds: Mapping[str, Any]) -> Both:
    """Say when a rule keeps a document.

    Examples
    --------
    >>> str(keeps("word_count", {"min": 50, "max": 100000}))
    'word count is 50 to 100,000'
    >>> str(keeps("digit_ratio", {"below": 0.2})), str(keeps("exact_duplicate", {"is": False}))
    ('digit ratio is below 0.2', 'exact duplicate is false')
    >>> str(keeps("language", {"in": ["en", "zh"]}))
    'language is en or zh'
    """
    return say("rule.keeps", feature=feature(name), bound=bounded(bounds))


def bounded(bounds: Mapping[str, Any]) -> Both:
    """Say the bounds of a rule without its feature: "at most 0.2"."""
    if set(bounds) == {"min", "max"}:
        return say("rule.side.range", low=plain(bounds["min"]), high=plain(bounds["max"]))
    return join([_side(side, bound) for side, bound in bounds.items()], "rule.sides")


def _side(side: str, bound: Any) -> Both:
    value = _either(list(bound)) if side in ("in", "not_in") else verbatim(plain(bound))
    return say(f"rule.side.{side}", value=value)


def _either(items: Sequence[Any]) -> Both:
    names = [verbatim(plain(item)) for item in items[:LISTED]]
    if len(items) > LISTED:
        names.append(say("number.more", n=len(items) - LISTED))
    return join(names, "number.or")


def guard(conditions: Sequence[Mapping[str, Any]] | None) -> Both:
    """Say which documents a rule looks at: the conditions of its `when`, or nothing.

    Examples
    --------
    >>> str(guard([{"feature": "language", "in": ["en"]}, {"feature": "line_count", "min": 5}]))
    'for documents whose language is en and line count is at least 5'
    """
    parts = [
        keeps(condition["feature"], {k: v for k, v in condition.items() if k != "feature"})
        for condition in conditions or ()
    ]
    return say("rule.guard", conditions=join(parts, "rule.and")) if parts else both("")


def parameters(number: float) -> str:
    """Write a number of parameters as model names do.

    Examples
    --------
    >>> parameters(26_000_000), parameters(1_500_000_000), parameters(900)
    ('26M', '1.5B', '900')
    """
    for unit, suffix in ((10**9, "B"), (10**6, "M"), (10**3, "K")):
        if number >= unit:
            return f"{number / unit:.4g}{suffix}"
    return f"{number:.0f}"


def code(text: Any) -> Markup:
    """Write an identifier as code: escaped, and a line may end after its dots."""
    return Markup("<code>{}</code>").format(identifier(text))


FILTERS = {
    function.__name__: function
    for function in (
        bounded, code, count, feature, guard, identifier, jaccard, keeps, language, parameters,
        plain, reason, rough, script, seconds, share, size, visible, width,
    )
}  # fmt: skip
