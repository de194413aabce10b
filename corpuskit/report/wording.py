"""Numbers, rules and foreign text as a person reads them; every filter of the template.

Text of the corpus is never trusted: it is escaped, and what could act unseen (control characters,
marks that turn the direction of writing) is shown by its code point instead.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup, escape

from corpuskit.languages import UNDETERMINED, language_name

NOTHING = "–"  # stands where there is no number
LISTED = 8  # items of a set that a sentence names
_UNSEEN = re.compile(
    "([\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f])\\1*"
)
_UNITS = ("bytes", "kB", "MB", "GB", "TB", "PB")


def count(number: float | None) -> str:
    """Write a whole number in groups of three.

    Examples
    --------
    >>> count(1234567), count(None)
    ('1,234,567', '–')
    """
    return NOTHING if number is None else f"{number:,.0f}"


def share(part: float, whole: float) -> str:
    """Write a share in percent; what is not all and not nothing is never written as such.

    Examples
    --------
    >>> share(1, 3), share(1, 100_000), share(99_999, 100_000), share(0, 5), share(1, 0)
    ('33.3%', '<0.1%', '>99.9%', '0%', '–')
    """
    if not whole:
        return NOTHING
    percent = 100 * part / whole
    if part and percent < 0.05:
        return "<0.1%"
    if part != whole and percent > 99.95:
        return ">99.9%"
    return f"{percent:.1f}%" if 0 < part < whole else f"{percent:.0f}%"


def width(part: float, whole: float) -> str:
    """Return a share as a CSS length, cut to 0–100 %; a sliver stays visible.

    Examples
    --------
    >>> width(1, 3), width(1, 100_000), width(5, 0)
    ('33.33%', '0.15%', '0%')
    """
    if not whole or part <= 0:
        return "0%"
    return f"{min(100.0, max(0.15, 100 * part / whole)):.2f}".rstrip("0").rstrip(".") + "%"


def size(number: float | None) -> str:
    """Write a number of bytes in decimal units.

    Examples
    --------
    >>> size(999), size(4_770_000), size(None)
    ('999 bytes', '4.77 MB', '–')
    """
    if number is None:
        return NOTHING
    power = 0
    while abs(number) >= 999.5 and power < len(_UNITS) - 1:
        number /= 1000
        power += 1
    return f"{_three(number) if power else f'{number:.0f}'} {_UNITS[power]}"


def rough(number: float | None) -> str:
    """Write a large number in three figures, as estimates are.

    Examples
    --------
    >>> rough(950), rough(17_249_381), rough(2_400_000_000)
    ('950', '17.2 million', '2.40 billion')
    """
    if number is None:
        return NOTHING
    for unit, name in ((10**12, "trillion"), (10**9, "billion"), (10**6, "million")):
        if number >= 0.9995 * unit:
            return f"{_three(number / unit)} {name}"
    return count(number)


def _three(number: float) -> str:
    """Write three figures: 9.00, 47.3, 940."""
    return f"{number:#.3g}".rstrip(".")


def seconds(number: float) -> str:
    """Write a time.

    Examples
    --------
    >>> seconds(0.34), seconds(75.2), seconds(7384)
    ('0.3 s', '1 min 15 s', '2 h 3 min')
    """
    if number < 60:
        return f"{number:.1f} s"
    minutes, rest = divmod(round(number), 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def plain(value: Any) -> str:
    """Write a bound or a measured value: 100000 as 100,000, 0.123456 as 0.1235.

    Examples
    --------
    >>> plain(100000), plain(0.123456), plain(True), plain("en"), plain(None)
    ('100,000', '0.1235', 'true', 'en', '–')
    """
    if value is None:
        return NOTHING
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) or (isinstance(value, float) and value.is_integer()):
        return f"{value:,.0f}"
    return f"{value:,.4g}" if isinstance(value, float) else str(value)


def measured(number: float | None) -> str:
    """Write an estimate in three figures, a whole number as it is.

    Examples
    --------
    >>> measured(2.1), measured(20), measured(0.00031), measured(8_437_112), measured(None)
    ('2.10', '20', '3.1e-4', '8.44 million', '–')
    """
    if number is None:
        return NOTHING
    if not math.isfinite(number):
        return "not a number"
    sign, magnitude = "−" if number < 0 else "", abs(number)
    if magnitude >= 999_500:
        return sign + rough(magnitude)
    if magnitude >= 999.5 or float(magnitude).is_integer():
        return sign + count(magnitude)
    if magnitude < 0.001:
        figures, power = f"{magnitude:.1e}".split("e")
        return f"{sign}{figures.removesuffix('.0')}e{int(power)}"
    return sign + _three(magnitude)


def jaccard(number: float) -> str:
    """Write a similarity in three figures; what is not 1 is never written as 1.

    Examples
    --------
    >>> jaccard(0.75), jaccard(0.99999), jaccard(1.0)
    ('0.750', '>0.999', '1')
    """
    if number == 1:
        return "1"
    return ">0.999" if number >= 0.9995 else f"{number:.3f}"


def setting(number: float | None) -> str:
    """Write a number that somebody chose, such as a learning rate, in as few figures as it has.

    Examples
    --------
    >>> setting(0.0005), setting(0.02), setting(20.0), setting(None)
    ('5e-4', '0.02', '20', '–')
    """
    if number is None or not math.isfinite(number):
        return measured(number)
    if number < 0:
        return "−" + setting(-number)
    if not 0 < number < 0.001:
        return plain(number)
    figures, power = f"{number:.2e}".split("e")
    return f"{float(figures):g}e{int(power)}"


def between(interval: Sequence[float | None] | None) -> str:
    """Write an interval.

    Examples
    --------
    >>> between((5.91, 7.0)), between((-0.2, 0.1)), between(None)
    ('5.91 to 7', '−0.200 to 0.100', '–')
    """
    if interval is None or None in interval:
        return NOTHING
    low, high = interval
    return f"{measured(low)} to {measured(high)}"


def feature(name: str) -> str:
    """Write a feature's name as words.

    Examples
    --------
    >>> feature("duplicate_line_char_ratio")
    'duplicate line char ratio'
    """
    return name.replace("_", " ")


def language(code: str) -> str:
    """Name a language in English, or give back the code where no name is known."""
    return "undetermined" if code == UNDETERMINED else language_name(code)


def keeps(name: str, bounds: Mapping[str, Any]) -> str:
    """Say when a rule keeps a document.

    Examples
    --------
    >>> keeps("word_count", {"min": 50, "max": 100000})
    'word count is 50 to 100,000'
    >>> keeps("digit_ratio", {"below": 0.2}), keeps("exact_duplicate", {"is": False})
    ('digit ratio is below 0.2', 'exact duplicate is false')
    >>> keeps("language", {"in": ["en", "zh"]})
    'language is en or zh'
    """
    return f"{feature(name)} is {bounded(bounds)}"


def bounded(bounds: Mapping[str, Any]) -> str:
    """Say the bounds of a rule without its feature: "at most 0.2"."""
    if set(bounds) == {"min", "max"}:
        return f"{plain(bounds['min'])} to {plain(bounds['max'])}"
    return " and ".join(_side(side, bound) for side, bound in bounds.items())


def _side(side: str, bound: Any) -> str:
    if side in ("in", "not_in"):
        return ("" if side == "in" else "not ") + _either(list(bound))
    words = {"min": "at least ", "max": "at most ", "is": ""}
    return f"{words.get(side, side + ' ')}{plain(bound)}"


def _either(items: Sequence[Any]) -> str:
    names = [plain(item) for item in items[:LISTED]]
    if len(items) > LISTED:
        names.append(f"{len(items) - LISTED} more")
    return " or ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def guard(conditions: Sequence[Mapping[str, Any]] | None) -> str:
    """Say which documents a rule looks at: the conditions of its `when`, or nothing.

    Examples
    --------
    >>> guard([{"feature": "language", "in": ["en"]}, {"feature": "line_count", "min": 5}])
    'for documents whose language is en and line count is at least 5'
    """
    parts = [
        keeps(condition["feature"], {k: v for k, v in condition.items() if k != "feature"})
        for condition in conditions or ()
    ]
    return "for documents whose " + " and ".join(parts) if parts else ""


def visible(text: Any) -> Markup:
    """Escape text of the corpus; unseen characters are shown by their code points.

    Examples
    --------
    >>> visible("<b>\\u202eevil\\0\\0")
    Markup('&lt;b&gt;<i>U+202E</i>evil<i>U+0000 ×2</i>')
    """
    pieces: list[Markup] = []
    end = 0
    raw = plain(text).replace("\r\n", "\n")
    for match in _UNSEEN.finditer(raw):
        times = match.end() - match.start()
        mark = f"U+{ord(match[1]):04X}" + (f" ×{times}" if times > 1 else "")
        pieces += [escape(raw[end : match.start()]), Markup("<i>{}</i>").format(mark)]
        end = match.end()
    return Markup("").join([*pieces, escape(raw[end:])])


def seen(text: Any) -> str:
    """Write text of the corpus as one line of plain text; unseen characters by code point.

    Examples
    --------
    >>> seen("a\\n b\\u202eevil")
    'a b‹U+202E›evil'
    """
    line = _UNSEEN.sub(lambda match: f"‹U+{ord(match[1]):04X}›", plain(text))
    return " ".join(line.split())


def identifier(name: str) -> Markup:
    """Escape the id of a rule, and let a line end after its dots and underscores.

    Examples
    --------
    >>> identifier("base.too_short")
    Markup('base.<wbr>too_<wbr>short')
    """
    return Markup(re.sub(r"(?<=[._])", "<wbr>", str(visible(name))))


FILTERS = {
    function.__name__: function
    for function in (
        bounded, count, feature, guard, identifier, jaccard, keeps, language, plain, rough, seconds,
        share, size, visible, width,
    )
}  # fmt: skip
