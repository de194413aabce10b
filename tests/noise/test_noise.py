"""Noise is counted by pattern: just inside counts, just outside does not."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpuskit.features import Measured, noise
from corpuskit.features.groups import measure as measure_groups
from tests import reference_noise

FEATURES = noise.FEATURES
PIECES = (
    "Ã", "Â", "é", "É", "©", "®", "…", "€", "™", "»", "\u00a0", "\u00ad", "â", "¸", "ð", "Ÿ", "˜",
    "\x81", "à", "í", "ñ", "Å", "Ð", "¿", "a", "Z", "ï¿½", "锟斤拷", "锟斤", "锛", "銆", "烫", "屯",
    "\ufffd", "\ue000", "\uf8ff", "\uf900", "\U000f0000", "\U0010fffd", "\U000e0100",
    "<", ">", "</", "/>", "<b>", "<br", "td", " href=", "class=\"x\"", "id='", "=", "\"", "<!--",
    "<!DOCTYPE html", "x" * 500, "&", "&#", "&#x", ";", "amp", "nbsp;", "39;", "frac12;", "q=1",
    "@", "me@example.org", "a.b+c@d-e.co.uk", "@2x.png", ".com", "_", "x" * 62,
    "+", "(", ")", "-", ".", "/", " ", "\n", ":", "::", ",", "，", "电话", "0", "1", "7", "12",
    "49", "030", "138", "212", "555", "666", "1234", "5678", "0171", "86", "255", "256", "8.8.8.8",
    "192.168.0.1", "172.32.0.1", "http://", "13812345678", "2001:db8:", "2606:4700", "2a00:",
    "fe80", "212-555-1234", "078-05-1120", "11010519491231002X", "86095742719",
    "110105194912310021", "86 095 742 719", "+49 30 123456", "(030) 1234567", "010-12345678",
)  # fmt: skip
HOSTILE = st.lists(st.sampled_from(PIECES) | st.characters(exclude_categories=("Cs",)))


def noise_of(*texts: str) -> pl.DataFrame:
    """Measure texts."""
    return measure_groups(Measured(pl.Series(texts, dtype=pl.String)), (noise.NOISE,))


def count(text: str, kind: str) -> int:
    """Count one kind in one text, which stands behind another."""
    return int(noise_of("Ã9<b", text)[f"{kind}_count"][1])


@settings(max_examples=400, deadline=None)
@given(st.lists(HOSTILE.map("".join), min_size=1, max_size=4))
def test_the_kernel_agrees_with_its_twin(texts: list[str]) -> None:
    for row, text in zip(noise_of(*texts).to_dicts(), texts, strict=True):
        assert row == reference_noise.measure(text), repr(text)


@settings(max_examples=300, deadline=None)
@given(st.text("0123456789 .-/()+:@_xX", max_size=40))
def test_the_kernel_agrees_with_its_twin_on_numbers(text: str) -> None:
    assert noise_of(text).to_dicts()[0] == reference_noise.measure(text), repr(text)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=12))
def test_text_read_with_the_wrong_decoding_counts_its_characters(text: str) -> None:
    wide = "".join(c for c in text if ord(c) >= 0x80 and not 0xD800 <= ord(c) < 0xE000)
    wide = "".join(c for c in wide if ord(c) < 0x40000)  # planes above are not looked for
    read = wide.encode().decode("latin-1")
    if len(wide) > 1:
        assert count(read, "mojibake") == len(wide)


def test_a_slice_of_a_column_is_measured_as_itself() -> None:
    column = pl.Series(["&amp;", "me@example.org", "<b>"])
    assert measure_groups(Measured(column[1:2]), (noise.NOISE,)).equals(noise_of("me@example.org"))


def test_an_empty_batch_and_an_empty_text_have_the_declared_values() -> None:
    assert noise_of().height == 0
    assert noise_of("").to_dicts() == [{f.name: f.empty for f in FEATURES}]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cafÃ©", 1), ("donâ€™t", 1), ("ä¸­æ–‡", 2), ("Ã€ bientÃ´t", 2), ("siÄ™", 1), ("ï¿½", 1),
        ("ðŸ˜€", 1), ("ÐŸÑ€Ð¸Ð²ÐµÑ‚", 6), ("Â«Â\u00a0oui", 2), ("IKEAÂ®", 1), ("Ã\xadn", 1),
        ("café", 0), ("CAFÉ…", 0), ("NESCAFÉ®", 0), ("5 Å²", 0), ("“É”", 0), ("MANHÃ”", 0),
        ("olé…”", 0), ("SÃO", 0), ("naïve", 0), ("Groß\u00adhandel", 0), ("«À»", 0), ("Ã", 0),
        ("Â", 0), ("锟斤拷锟斤拷", 2), ("锟斤", 0), ("烫烫烫烫", 1), ("烫烫", 0), ("屯屯屯", 1),
        ("屯烫屯", 0), ("锛", 1), ("銆", 1), ("鍛", 0),
    ],
)  # fmt: skip
def test_mojibake(text: str, expected: int) -> None:
    assert count(text, "mojibake") == expected


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("\ufffd\ufffd\ufffe", "replacement_char", 2),
        ("\udfff".encode("utf-8", "surrogatepass").decode("utf-8", "replace"),
         "replacement_char", 3),
        ("\ue000\uf8ff\uf900\ud7ff", "private_char", 2),
        ("\U000f0000\U0010fffd\U000ffffe\U0010ffff\U000effff", "private_char", 2),
    ],
)  # fmt: skip
def test_replaced_and_private_characters(text: str, kind: str, expected: int) -> None:
    assert count(text, kind) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<b>", 1), ("</B >", 1), ("<br/>", 1), ("<h2>x</h2>", 2), ('<a href="x">', 1),
        ("<td\nwidth = 3>", 1), ("<!-- x -->", 1), ("<!doctype html>", 1),
        ("a < b > c", 0), ("<b and c>", 0), ("<x>", 0), ("<bx>", 0), ("<me@example.org>", 0),
        ("<http://a.b/?c=d>", 0), ("<b", 0), ("<a href=<b>", 1), ("<!doctypes>", 0), ("< b>", 0),
        ("<p " + "x" * 994 + "=>", 1), ("<p " + "x" * 995 + "=>", 1), ("<p " + "x" * 996 + "=>", 0),
    ],
)  # fmt: skip
def test_tags(text: str, expected: int) -> None:
    assert count(text, "html_tag") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("&nbsp;&#39;&#x27;&#X2F;&Eacute;&frac12;&apos;", 7), ("&#1234567;", 1), ("&#x10FFFF;", 1),
        ("&nbsp", 0), ("&NBSP;", 0), ("AT&T;", 0), ("&#;", 0), ("&#x;", 0), ("&#12345678;", 0),
        ("&#x1234567;", 0), ("&&amp;", 1), ("&am", 0), ("&", 0), ("&#", 0),
    ],
)  # fmt: skip
def test_entities(text: str, expected: int) -> None:
    assert count(text, "html_entity") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('class="x" href=\'y\'', 2), ('ID="x"', 1), ('<a href="x" class="y">', 0),
        ('<a href="x"> class="y"', 1), ("class=x", 0), ('subclass="x"', 0), ('data-id="x"', 0),
        ('"id="x"', 1), ('x = "y"', 0), ('="', 0), ("class=", 0),
    ],
)  # fmt: skip
def test_attributes_outside_tags(text: str, expected: int) -> None:
    assert count(text, "html_attribute") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("me@example.org", 1), ("(a.b+c@d-e.co.uk).", 1), ("邮箱me@163.com，", 1), ("a@b.cd", 1),
        ("mailto:x_y%z@example.org?a", 1), ("x@a.org,y@b.org", 2), ("x" * 64 + "@a.org", 1),
        ("x" * 65 + "@a.org", 0), ("me@example", 0), ("me@example.o", 0), ("@example.org", 0),
        ("me.@example.org", 0), ("icon@2x.png", 0), ("lodash@4.17.21", 0), ("me@-a.org", 0),
        ("me @example.org", 0), ("me@" + "x" * 63 + ".org", 1), ("me@" + "x" * 64 + ".org", 0),
        ("me@a." + "x" * 24, 1), ("me@a." + "x" * 25, 0), ("me@example..org", 0), ("me@", 0),
    ],
)  # fmt: skip
def test_mail_addresses(text: str, expected: int) -> None:
    assert count(text, "mail_address") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("+49 30 1234567", 1), ("+1 (212) 555-1234", 1), ("+8613812345678", 1), ("+44.20.7946", 1),
        ("+12345678", 0), ("+1234567", 0), ("+2345678", 0), ("+23456789", 1), ("+0123456789", 0),
        ("+234567890123456", 1), ("+2345678901234567", 0), ("C+23456789", 0), ("+49   30  x", 0),
        ("212-555-1234", 1), ("212.555.1234", 1), ("(212) 555-1234", 1), ("(212)555-1234", 1),
        ("1-800-555-1234", 1), ("(212-555-1234)", 1), ("112-555-1234", 0), ("212-155-1234", 0),
        ("911-555-1234", 0), ("212-555-12345", 0), ("212-555-123", 0), ("212 555 1234", 0),
        ("5-212-555-1234", 0), ("212-555-1234-5", 0), ("212-555.1234", 0), ("x212-555-1234", 0),
        ("13812345678", 1), ("138 1234 5678", 1), ("138-1234-5678", 1), ("电话：19912345678。", 1),
        ("12812345678", 0), ("138123456789", 0), ("1381234567", 0), ("138-1234 5678", 0),
        ("/13812345678", 0), ("id=13812345678", 0), ("13812345678@163.com", 0),
        ("13812345678.5", 0), ("13812345678,13912345678", 2),
        ("010-12345678", 1), ("0755-12345678", 1), ("030/1234567", 1), ("(030) 123456", 1),
        ("0171 1234567", 1), ("03641 / 12 34 56", 1), ("030 1234567", 1), ("030 123456", 0),
        ("030/123456", 1), ("030/12345", 0), ("000-12345678", 0), ("0123456-78901", 0),
        ("01-02-2003", 0), ("02110-1301", 0), ("02110-13011", 1),
        ("(02110) 1301", 1), ("0211-13011", 1), ("0123-456789012", 0), ("00301234567", 0),
    ],
)  # fmt: skip
def test_phone_numbers(text: str, expected: int) -> None:
    assert count(text, "phone_number") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("8.8.8.100", 1), ("http://100.8.8.8:80/", 1), ("IP:9.255.255.255.", 1), ("256.8.8.8", 0),
        ("8.8.8.256", 0), ("8.8.100", 0), ("8.8.8.100.8", 0), ("v8.8.8.100", 0), ("8.8.100.08", 0),
        ("Chrome/96.0.166.1", 0), ("1.2.3.100-beta", 1), ("8.8.8.100x", 0), ("8.8.8.100/24", 1),
        ("8.8.8.8", 0), ("99.99.99.99", 0), ("8.100.8.8", 1), ("8.8.8.099", 0),
        ("10.0.0.1", 0), ("11.0.0.100", 1), ("127.0.0.1", 0), ("172.15.0.1", 1), ("172.16.0.1", 0),
        ("172.31.9.9", 0), ("172.32.0.1", 1), ("192.168.1.1", 0), ("192.169.1.1", 1),
        ("100.63.0.1", 1), ("100.64.0.1", 0), ("100.127.0.1", 0), ("100.128.0.1", 1),
        ("169.254.1.1", 0), ("192.0.2.9", 0), ("192.0.3.9", 1), ("198.17.0.1", 1),
        ("198.18.0.1", 0), ("198.51.100.7", 0), ("203.0.113.7", 0), ("223.255.255.255", 1),
        ("224.0.0.1", 0), ("255.255.255.255", 0), ("0.0.0.0", 0), ("1.0.0.200", 1),
        ("2001:4860:4860::8888", 1), ("2606:4700:4700:0:0:0:0:1111", 1), ("[2a00:1450:4001::5]", 1),
        ("3ffe:1:2:3:4:5:6:7", 1), ("2001:db8::1:2", 0), ("fe80::1:2:3", 0), ("::1", 0),
        ("2001:4860", 0), ("2001:4860:1:2:3:4:5", 0), ("2001:4860::", 0), ("2001:4860::1", 1),
        ("2001:1:2:3:4:5:6:7:8", 0), ("2001::1::2", 0), ("2001:4860:00001::1", 0),
        ("2001:4860::1g", 0), ("201:4860:1::1", 0), ("4001:4860:4860::8888", 0), ("3fff:1::2", 0),
        ("3fff:1000::2", 1), ("12:34:56", 0), ("00:1a:2b:3c:4d:5e", 0),
    ],
)  # fmt: skip
def test_ip_addresses_that_point_to_somebody(text: str, expected: int) -> None:
    assert count(text, "ip_address") == expected


# 11010519491231002X is the example of GB 11643-1999 itself.
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("11010519491231002X", 1), ("11010519491231002x。", 1), ("110105194912310021", 0),
        ("110105194912310029", 0), ("x11010519491231002X", 0), ("11010519491231002XY", 0),
        ("/11010519491231002X", 0), ("1101051949123100", 0),
        ("440524188001010014", 0),  # the other example of the standard: born in 1880
        ("11010519491331002X", 0), ("100105194912310020", 0),
    ],
)  # fmt: skip
def test_chinese_identity_cards(text: str, expected: int) -> None:
    assert count(text, "cn_id_number") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("078-05-1120", 1), ("899-99-9999", 1), ("000-05-1120", 0), ("666-05-1120", 0),
        ("665-05-1120", 1), ("667-05-1120", 1), ("900-05-1120", 0), ("078-00-1120", 0),
        ("078-05-0000", 0), ("078-05-0001", 1), ("078051120", 0), ("078 05 1120", 0),
        ("078-05-11200", 0), ("1-078-05-1120", 0), ("(078-05-1120)", 1), ("078-05-112", 0),
    ],
)  # fmt: skip
def test_us_social_security_numbers(text: str, expected: int) -> None:
    assert count(text, "us_id_number") == expected


# 86095742719 and 47036892816 are examples of the authority; 65929970489 has a digit thrice.
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("86095742719", 1), ("47036892816", 1), ("65929970489", 1), ("86 095 742 719", 1),
        ("86095742718", 0), ("86095742710", 0), ("06095742719", 0), ("8609574271", 0),
        ("860957427190", 0), ("86 095 742719", 0), ("86 095 742 7190", 0),
        ("IdNr. 86095742719.", 1), ("11111111111", 0), ("12345678903", 0), ("13812345678", 0),
    ],
)  # fmt: skip
def test_german_tax_numbers(text: str, expected: int) -> None:
    assert count(text, "de_id_number") == expected


def test_a_long_line_and_nul_harm_nothing() -> None:
    text = "\0 13812345678 <b " * 100_000
    assert noise_of(text)["phone_number_count"][0] == 100_000
    assert noise_of(text)["html_tag_count"][0] == 0
