"""Noise: wrong decodings, remains of HTML, and personal data, as numbers of occurrences.

Counts are of patterns: kernels/noise.py and the files that it calls state each of them and what
else looks the same. No text is stored. Measured is what line cleaners left of the page, since that
is what is written.
"""

from __future__ import annotations

import polars as pl

from corpuskit.features import Column, Feature, FeatureGroup, Measured
from corpuskit.kernels.noise import KINDS, count_noise


def _count(name: str, unit: str, doc: str, why: str = "") -> Feature:
    return Feature(name, pl.UInt32(), unit, 0, doc, why)


_HTML = "Names of the HTML Living Standard; text about HTML has them too."
_NUMBER = "Not behind one of `/ = # % & @ $`, nor as part of a longer number or of a word."
FEATURES = (
    _count("mojibake_count", "occurrences",
           "Characters of UTF-8 that were read as cp1252 or Latin-1, and marks of UTF-8 and GBK "
           "mixed up: 锟斤拷, 锛, 銆, three and more 烫 or 屯.",
           "The idea is ftfy's (Speer 2019); one accented capital and one mark of punctuation "
           "do not count."),
    _count("replacement_char_count", "characters", "U+FFFD."),
    _count("private_char_count", "characters", "Characters of private use (Unicode Co)."),
    _count("html_tag_count", "tags", "HTML tags, comments' beginnings and doctypes.",
           f"Attributes need an equals sign, a tag has at most 1,000 bytes. {_HTML}"),
    _count("html_entity_count", "occurrences",
           "Character references of HTML with their semicolon, named or numeric.", _HTML),
    _count("html_attribute_count", "occurrences",
           "Attributes of HTML with a quote behind the equals sign, outside tags.", _HTML),
    _count("mail_address_count", "addresses", "Mail addresses in ASCII.",
           "Addresses of repositories (git@host.org) look the same."),
    _count("phone_number_count", "numbers",
           "Telephone numbers with + and 8 to 15 digits, and national forms of CN, US and DE.",
           f"ITU-T E.164, NANP; a number of 11 digits may be anything that begins with 1[3-9]. "
           f"{_NUMBER}"),
    _count("ip_address_count", "addresses",
           "IPv4 and IPv6 addresses, without private, reserved and documentation ranges.",
           "RFC 6890. Of IPv4 one number has three digits: others are seldom addresses."),
    _count("cn_id_number_count", "numbers",
           "Chinese identity cards: 18 characters with region, date and check character.",
           f"GB 11643-1999, ISO 7064 MOD 11-2. {_NUMBER}"),
    _count("us_id_number_count", "numbers",
           "US social security numbers with hyphens.", f"Ranges of the SSA. {_NUMBER}"),
    _count("de_id_number_count", "numbers",
           "German tax identification numbers: 11 digits with check digit and rule of repeats.",
           f"§ 139b AO, ISO 7064 MOD 11,10. What may be a Chinese mobile number is not counted. "
           f"{_NUMBER}"),
)  # fmt: skip


def measure(measured: Measured) -> dict[str, Column]:
    """Measure a batch."""
    counts = count_noise(measured.buffer)
    return {f"{kind}_count": counts[:, place] for place, kind in enumerate(KINDS)}


NOISE = FeatureGroup("noise", 1, FEATURES, measure, of_left=True)
