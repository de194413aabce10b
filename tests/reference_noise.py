"""The slow and obvious twin of corpuskit/kernels/noise.py: regular expressions and `ipaddress`."""

from __future__ import annotations

import ipaddress
import re
from collections import Counter
from collections.abc import Iterator
from datetime import MAXYEAR
from html.entities import name2codepoint

from corpuskit.kernels.html_remains import ATTRIBUTES, ELEMENTS
from corpuskit.kernels.mojibake import WORD_MARKS

SPACE = r"[\t-\r ]"
TAG = re.compile(
    rf"<(?:!--|!doctype(?![a-z0-9])|/?(?:{'|'.join(ELEMENTS.split())})"
    rf"(?:(?:{SPACE}|/)*>|{SPACE}[^<>]*=[^<>]*>))".encode(),
    re.IGNORECASE,
)
ENTITY = re.compile(
    f"&(?:#[0-9]{{1,7}}|#[xX][0-9a-fA-F]{{1,6}}|{'|'.join([*name2codepoint, 'apos'])});".encode()
)
ATTRIBUTE = re.compile(
    rf"""(?<![^\t-\r "'])(?:{"|".join(ATTRIBUTES.split())})=(?=["'])""".encode(), re.IGNORECASE
)
BEGIN = rb"(?<![A-Za-z0-9_/=#$%&@])(?<![0-9][-.])"
BEGIN_BRACKET = rb"(?<=\()(?<![A-Za-z0-9_/=#$%&@]\()(?<![0-9][-.]\()"
BEGIN_PLUS = rb"(?<=\+)(?<![A-Za-z0-9_/=#$%&@]\+)(?<![0-9][-.]\+)"
END = rb"(?![A-Za-z0-9_@])(?![-.][0-9])"
CODE = rb"[2-9](?!11)[0-9]{2}"
AMERICAN = (
    BEGIN + b"(?:1-)?" + CODE + b"-" + CODE + b"-[0-9]{4}" + END,
    BEGIN + CODE + rb"\." + CODE + rb"\.[0-9]{4}" + END,
    BEGIN_BRACKET + CODE + rb"\) ?" + CODE + b"-[0-9]{4}" + END,
)
MOBILE = (
    BEGIN + b"1[3-9][0-9]{9}" + END,
    BEGIN + rb"1[3-9][0-9]([ -])[0-9]{4}\1[0-9]{4}" + END,
)
OCTET = rb"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
BEFORE_ADDRESS = rb"(?<![A-Za-z0-9_.-])(?:(?<=//)|(?<!/))"
VERSION_4 = BEFORE_ADDRESS + OCTET + (rb"\." + OCTET) * 3 + END
VERSION_6 = BEFORE_ADDRESS + rb"(?<!:)[23][0-9A-Fa-f]{3}:[0-9A-Fa-f:]+(?![A-Za-z0-9_:])"
SPECIAL = [
    ipaddress.ip_network(net)
    for net in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
        "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.168.0.0/16", "198.18.0.0/15",
        "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3", "2001:db8::/32", "3fff::/20",
    )
]  # fmt: skip
PROVINCES = (
    "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 "
    "71 81 82 83 91"
)
IDENTITY_CARD = BEGIN + b"[0-9]{17}[0-9Xx]" + END
SOCIAL_SECURITY = BEGIN + b"(?!000|666|9)[0-9]{3}-(?!00)[0-9]{2}-(?!0000)[0-9]{4}" + END
TAX_NUMBER = (
    BEGIN + b"[1-9][0-9]{10}" + END,
    BEGIN + b"[1-9][0-9] [0-9]{3} [0-9]{3} [0-9]{3}" + END,
)


def western(character: str) -> bytes:
    """Return the byte that a character was read from, or none."""
    try:
        return character.encode("cp1252")
    except UnicodeEncodeError:
        return bytes([ord(character)]) if 0x80 <= ord(character) < 0x100 else b""


def broken(text: str, i: int) -> int:
    """Return how many characters at i are one character of UTF-8 that was read as cp1252."""
    for width in (2, 3, 4):
        own = b"".join(map(western, text[i : i + width]))
        if len(own) != width or not 0xC2 <= own[0] <= 0xF0:
            continue
        try:
            if len(own.decode()) == 1:
                return width
        except UnicodeDecodeError:
            continue
    return 0


def counts_alone(text: str, i: int, width: int) -> bool:
    """Say whether one broken character counts without another beside it."""
    if any(mark not in WORD_MARKS for mark in text[i + 1 : i + width]):
        return True
    before = text[i - 1] if i else " "
    if width > 2 or text[i] == "ß":
        return False
    if text[i] == "Â":
        return True
    if text[i] == "Ã":
        return not re.match("[A-ZÀ-Þ]", before)
    return bool(re.match("[a-zß-ÿ]", before))


def mojibake(text: str) -> int:
    """Count broken characters."""
    count = len(re.findall("锟斤拷|锛|銆|烫{3,}|屯{3,}", text))
    i = 0
    while i < len(text):
        run, first = [], i
        while width := broken(text, i):
            run.append(width)
            i += width
        if len(run) > 1 or (run and counts_alone(text, first, run[0])):
            count += len(run)
        i += not run
    return count


def mails(data: bytes) -> int:
    """Count mail addresses."""
    count = 0
    for at in re.finditer(b"@", data):
        local = re.search(rb"[A-Za-z0-9._%+-]{0,65}\Z", data[: at.start()])
        assert local
        name = local.group().lstrip(b"._%+-")
        labels = []
        domain = re.match(rb"[A-Za-z0-9.-]*", data[at.end() :])
        assert domain
        for label in domain.group().split(b"."):
            if not re.fullmatch(b"(?!-)[A-Za-z0-9-]{1,63}(?<!-)", label):
                break
            labels.append(label)
        right = 1 <= len(name) <= 64 and name[-1:].isalnum() and len(labels) > 1
        files = b"png|jpg|jpeg|gif|svg|webp|css|js"
        count += right and bool(re.fullmatch(b"(?i)(?!(?:" + files + b")$)[a-z]{2,24}", labels[-1]))
    return count


def groups(data: bytes, i: int, joint: bytes, most: int) -> Iterator[tuple[int, int]]:
    """Yield the digits so far and their end, group by group, as long as they are at most `most`."""
    total = 0
    while found := re.compile((joint if total else b"") + b"([0-9]+)").match(data, i):
        total += len(found[1])
        if total > most:
            return
        i = found.end()
        yield total, i


def international(data: bytes, i: int) -> int:
    """Return the end of a number behind a plus, or i."""
    nanp = data[i : i + 1] == b"1"
    if not re.compile(BEGIN_PLUS + b"[1-9]").match(data, i):
        return i
    *_, (total, end) = [(0, i), *groups(data, i, rb"[ ()./-]{1,3}", 11 if nanp else 15)]
    right = total == 11 if nanp else total >= 8
    return end if right and re.compile(END).match(data, end) else i


def with_area(data: bytes, i: int) -> int:
    """Return the end of a number with 0 and an area, or i."""
    area = b"0[1-9][0-9]{1,4}(?![0-9])"
    bracket = re.compile(BEGIN_BRACKET + area + rb"\) ?(?:[-/] ?)?").match(data, i)
    plain = re.compile(BEGIN + area + b"( ?[-/] ?| )").match(data, i)
    start = bracket or plain
    if not start:
        return i
    own = len(re.findall(b"[0-9]", start.group()))
    *_, (total, end) = [(0, i), *groups(data, start.end(), b"[ -](?=[0-9]{2})", 12 - own)]
    first = re.compile(b"[0-9]{2}").match(data, start.end())
    least = 10 if not bracket and plain and (plain[1] == b" " or own == 5) else 9
    right = first and total and own + total >= least
    return end if right and re.compile(END).match(data, end) else i


def points_to_somebody(address: bytes) -> bool:
    """Leave out special addresses, IPv4 of short numbers, IPv6 of few groups."""
    try:
        found = ipaddress.ip_address(address.decode())
    except ValueError:
        return False
    if b":" not in address and not re.search(b"[0-9]{3}", address):
        return False
    if b"::" in address and len(re.findall(b"[0-9A-Fa-f]+", address)) < 3:
        return False
    return not any(found in net for net in SPECIAL if net.version == found.version)


def card_is_right(number: bytes) -> bool:
    """Check an identity card by the definition of ISO 7064 MOD 11-2."""
    digits = number.decode().upper()
    if digits[:2] not in PROVINCES.split() or not 1900 <= int(digits[6:10]) < 2100 < MAXYEAR:
        return False
    if not (1 <= int(digits[10:12]) <= 12 and 1 <= int(digits[12:14]) <= 31):
        return False
    values = [10 if digit == "X" else int(digit) for digit in digits]
    return sum(value * 2 ** (17 - place) for place, value in enumerate(values)) % 11 == 1


def tax_number_is_right(number: bytes) -> bool:
    """Check a German tax number."""
    digits = number.decode().replace(" ", "")
    times = sorted(Counter(digits[:10]).values())
    if times[-1] not in (2, 3) or times[:-1] != [1] * (len(times) - 1):
        return False
    if re.search(r"(.)\1\1", digits[:10]):
        return False
    product = 10
    for digit in digits[:10]:
        product = ((int(digit) + product) % 10 or 10) * 2 % 11
    return (11 - product) % 10 == int(digits[10])


def number_at(data: bytes, i: int) -> tuple[int, str]:
    """Read the number that begins at i: its end and what it is."""
    for pattern in (VERSION_4, VERSION_6):
        found = re.compile(pattern).match(data, i)
        if found and points_to_somebody(found.group()):
            return found.end(), "ip_address"
    if found := re.compile(SOCIAL_SECURITY).match(data, i):
        return found.end(), "us_id_number"
    for end in (international(data, i), with_area(data, i)):
        if end > i:
            return end, "phone_number"
    for pattern in (*AMERICAN, *MOBILE):
        if found := re.compile(pattern).match(data, i):
            return found.end(), "phone_number"
    found = re.compile(IDENTITY_CARD).match(data, i)
    if found and card_is_right(found.group()):
        return found.end(), "cn_id_number"
    for pattern in TAX_NUMBER:
        found = re.compile(pattern).match(data, i)
        if found and tax_number_is_right(found.group()):
            return found.end(), "de_id_number"
    return i, ""


def measure(text: str) -> dict[str, int]:
    """Measure one text."""
    data = text.encode()
    tags = [found.span() for found in TAG.finditer(data) if len(found.group()) <= 1000]
    inside = {place for start, stop in tags for place in range(start, stop)}
    numbers, done = Counter[str](), 0
    for run in re.finditer(b"[0-9]+", data):
        if run.start() >= done:
            done, kind = number_at(data, run.start())
            numbers[kind] += 1
    private = sum(
        0xE000 <= ord(c) <= 0xF8FF or (ord(c) >= 0xF0000 and ord(c) & 0xFFFF < 0xFFFE) for c in text
    )
    return {
        "mojibake_count": mojibake(text),
        "replacement_char_count": text.count("\ufffd"),
        "private_char_count": private,
        "html_tag_count": len(tags),
        "html_entity_count": len(ENTITY.findall(data)),
        "html_attribute_count": sum(
            found.end() - 1 not in inside for found in ATTRIBUTE.finditer(data)
        ),
        "mail_address_count": mails(data),
        **{
            f"{kind}_count": numbers[kind]
            for kind in ("phone_number", "ip_address", "cn_id_number", "us_id_number",
                         "de_id_number")
        },
    }  # fmt: skip
