"""Numbers and foreign text as a person reads them, and text that stands in both languages.

Numbers are written alike in both. Text of the corpus is never trusted: it is escaped, and what
could act unseen (control characters, marks that turn the direction of writing) is shown by its
code point instead.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any, Final

from markupsafe import Markup, escape

NOTHING = "–"  # stands where there is no number
LANGUAGES: Final = ("en", "zh")
"""The languages of the page; the first is that of the terminal."""
_UNSEEN = re.compile(
    "([\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f])\\1*"
)
_LARGE = ((10**12, "trillion"), (10**9, "billion"), (10**6, "million"))
_UNITS = ("bytes", "kB", "MB", "GB", "TB", "PB")


@dataclass(frozen=True)
class Both:
    """A text in both languages, as HTML: the page shows one of the two, by its style sheet."""

    en: Markup
    zh: Markup

    def part(self, language: str) -> Markup:
        """Return the HTML of one language."""
        return self.zh if language == "zh" else self.en

    def plain(self, language: str) -> str:
        """Return the text of one language without tags."""
        return str(self.part(language).striptags())

    def __html__(self) -> str:
        if self.en == self.zh:
            return self.en
        return "".join(
            f'<span class="t" lang="{language}">{self.part(language)}</span>'
            for language in LANGUAGES
        )

    def __str__(self) -> str:
        return self.plain(LANGUAGES[0])

    def __format__(self, form: str) -> str:
        return format(str(self), form)

    def __bool__(self) -> bool:
        return bool(self.en)


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
    for unit, name in _LARGE:
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
    ('2.10', '20', '3.1e-4', '8.44M', '–')
    """
    if number is None:
        return NOTHING
    if not math.isfinite(number):
        return "not a number"
    sign, magnitude = "−" if number < 0 else "", abs(number)
    if magnitude >= 999_500:
        unit, name = next(pair for pair in _LARGE if magnitude >= 0.9995 * pair[0])
        return f"{sign}{_three(magnitude / unit)}{name[0].upper()}"
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


def visible(text: Any) -> Markup:
    """Escape text of the corpus; unseen characters are shown by their code points.

    What the page itself says in both languages is left as it is.

    Examples
    --------
    >>> visible("<b>\\u202eevil\\0\\0")
    Markup('&lt;b&gt;<i>U+202E</i>evil<i>U+0000 ×2</i>')
    """
    if isinstance(text, Both):
        return Markup(text.__html__())
    raw = escape(plain(text).replace("\r\n", "\n"))
    return Markup(_UNSEEN.sub(_mark, str(raw)))


def _mark(found: re.Match[str]) -> str:
    """Write unseen characters by their code point; it holds nothing that HTML would take amiss."""
    times = found.end() - found.start()
    return f"<i>U+{ord(found[1]):04X}" + (f" ×{times}</i>" if times > 1 else "</i>")


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
