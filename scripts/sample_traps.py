"""Make traps.jsonl: what a cleaner is for, one kind of fault a record.

Column ``trap`` names the fault, so that a dropped document can be read beside its reason. The
texts are written here, or are variants of public-domain documents; nothing is random.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from typing import Any

Document = dict[str, Any]
LONG_LINE_BYTES = 200_000

COOKIES = {
    "en": "We use cookies to give you a better experience on our site. By clicking Accept all, "
    "you agree to the storing of cookies on your device.\nAccept all\nReject all\n"
    "Manage settings\nPrivacy policy\nCookie policy\nTerms of use",
    "de": "Wir verwenden Cookies, um unsere Seite für Sie zu verbessern. Mit einem Klick auf "
    "Alle annehmen stimmen Sie dem zu.\nAlle annehmen\nAlle ablehnen\nEinstellungen\n"
    "Datenschutz\nImpressum",
    "zh": "本网站使用 Cookie 来改善您的浏览体验。点击“全部接受”即表示您同意我们在您的设备上"
    "存储 Cookie。\n全部接受\n全部拒绝\n管理设置\n隐私政策\n使用条款",
}
MENUS = {
    "en": "Home\nProducts\nPricing\nAbout us\nContact\nSign in\nSign up\nSearch\nCart (0)\n"
    "English\nDeutsch\nFrançais\n中文\nHelp\nSitemap\n© 2024 Example Ltd. All rights reserved.",
    "zh": "首页\n产品中心\n新闻动态\n关于我们\n联系我们\n登录\n注册\n购物车\n友情链接\n网站地图\n"
    "上一页\n下一页\n返回顶部\n版权所有 © 2024 示例公司",
    "ja": "ホーム\n製品情報\n会社概要\nお問い合わせ\nログイン\n新規登録\nサイトマップ\n"
    "前のページ\n次のページ\nページの先頭へ",
}
FOOTER = (
    "\n\nShare this page: Facebook | Twitter | E-mail\nRelated articles\nLeave a comment\n"
    "Subscribe to our newsletter\n© 2024 Example Ltd. All rights reserved."
)
FOOTER_ZH = (
    "\n\n分享到：微信 微博 QQ空间\n相关文章\n发表评论\n上一篇 下一篇\n版权所有 © 2024 示例网站"
)
GARDEN = (
    "A kitchen garden repays the work that goes into it in the first two weeks of spring. "
    "Begin by clearing the beds of last year's stems, and lay the healthy ones on the compost. "
    "The soil should crumble in the hand before it is dug; wet clay that is turned too early "
    "sets hard and stays so until the autumn.\n"
    "Peas and broad beans may go in while the nights are still cold. They ask for little but a "
    "stick to climb and a net against the pigeons. Carrots want a finer bed, and they are best "
    "sown thinly, since every seedling that is pulled later invites the carrot fly.\n"
    "Water in the morning rather than the evening. A dry leaf at night is the cheapest remedy "
    "against mildew, and the slugs will find it a harder walk to your lettuces."
)
TEA = (
    "泡茶先要懂得看水。山泉水最好，井水次之，自来水放置一夜再用也可以。水烧到刚刚冒起细小的气泡就够了，"
    "绿茶用八十度左右的水，乌龙茶和普洱茶则要用沸水。\n"
    "茶叶不必放得太多，一百毫升的水配三克茶叶，味道正好。第一泡的时间最短，十几秒就可以倒出来，"
    "以后每一泡延长几秒，茶的香气会慢慢地出来。\n"
    "喝完以后，茶壶要用清水冲洗干净，敞开盖子晾干，不要用洗洁精，否则下一次的茶里会有一股怪味。"
)
SCRIPT = (
    "!function(e,t){var n={};function r(o){if(n[o])return n[o].exports;var i=n[o]={i:o,l:!1,"
    "exports:{}};return e[o].call(i.exports,i,i.exports,r),i.l=!0,i.exports}r.m=e,r.c=n};"
)
LOREM = (
    "Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt "
    "ut labore et dolore magna aliqua. Ut enim ad minim veniam, quis nostrud exercitation."
)


def record(name: str, language: str | None, text: str | None, trap: str, **more: Any) -> Document:
    """Return one record of our own writing, with the columns of the other files."""
    url = f"https://www.example.org/{name}.html"
    base = {"id": name, "url": url, "lang": language, "source": "corpuskit", "text": text}
    return {**base, "license": "Apache-2.0", "trap": trap, **more}


def variant(original: Document, name: str, text: str, trap: str) -> Document:
    """Return a changed copy of a real document under its own licence."""
    return {**original, "id": name, "url": None, "text": text, "trap": trap}


def junk(seed: str, count: int) -> bytes:
    """Return bytes that look random and are the same on every machine."""
    blocks = range(count // 32 + 1)
    return b"".join(hashlib.sha256(f"{seed}{block}".encode()).digest() for block in blocks)[:count]


def edited(text: str, every: int, old: str, new: str) -> str:
    """Replace ``old`` by ``new`` in one line out of ``every``."""
    lines = text.split("\n")
    return "\n".join(
        line.replace(old, new) if number % every == 0 else line for number, line in enumerate(lines)
    )


def duplicates(speeches: list[Document], essays: list[Document]) -> Iterator[Document]:
    """Yield copies: exact, with other white space, with small edits, with a footer, cut short."""
    first, second, third = speeches[:3]
    body = first["text"]
    yield variant(first, "copy-exact", body, "exact duplicate")
    yield variant(first, "copy-spaces", body.replace(" ", "  "), "duplicate: white space")
    yield variant(second, "copy-footer", second["text"] + FOOTER, "near duplicate: footer")
    edit = edited(second["text"], 1, " United States", " Republic")
    yield variant(second, "copy-edited", edit, "near duplicate: edits")
    cut = third["text"][: len(third["text"]) * 9 // 10]
    yield variant(third, "copy-cut", cut, "near duplicate: cut at 90 %")
    for number, essay in enumerate(essays):
        text = essay["text"]
        yield variant(essay, f"zh-footer-{number}", text + FOOTER_ZH, "near duplicate: footer")
        changed = edited(text, 4, "之", "其")
        yield variant(essay, f"zh-edited-{number}", changed, "near duplicate: edits")


def boilerplate() -> Iterator[Document]:
    """Yield pages of notices and menus alone, and two good pages that carry some."""
    for language, text in COOKIES.items():
        yield record(f"cookies-{language}", language, text, "boilerplate: cookie notice")
    for language, text in MENUS.items():
        yield record(f"menu-{language}", language, text, "boilerplate: navigation")
    english = "\n".join([MENUS["en"], GARDEN, COOKIES["en"]])
    chinese = "\n".join([MENUS["zh"], TEA, COOKIES["zh"]])
    yield record("garden-page", "en", english, "good text inside boilerplate")
    yield record("tea-page", "zh", chinese, "good text inside boilerplate")
    yield record("javascript", "en", "Please enable JavaScript to view this page.", "placeholder")
    yield record("lorem", "la", LOREM, "placeholder")


def good() -> Iterator[Document]:
    """Yield short real prose that must stay."""
    yield record("garden", "en", GARDEN, "good: none, keep it")
    yield record("tea", "zh", TEA, "good: none, keep it")


def excerpt(original: Document, name: str, trap: str, **changes: Any) -> Document:
    """Return the middle third of a real document, too short a part to be its duplicate."""
    text = original["text"]
    third = len(text) // 3
    return {**variant(original, name, text[third : 2 * third], trap), **changes}


def languages(speeches: list[Document], essays: list[Document]) -> Iterator[Document]:
    """Yield documents whose declared language is not theirs, or is missing."""
    yield excerpt(speeches[3], "declared-fr", "wrong language", lang="fr")
    yield excerpt(essays[-2], "declared-en", "wrong language", lang="en")
    yield excerpt(essays[-3], "undeclared", "no declared language", lang=None)


def repetition(speech: Document) -> Iterator[Document]:
    """Yield documents that repeat a line, a phrase, a character."""
    yield record("lines-en", "en", "Click here to read more.\n" * 120, "repetition: lines")
    yield record("lines-zh", "zh", "欢迎光临本店，全场包邮，假一赔十。\n" * 80, "repetition: lines")
    phrase = "buy cheap shoes online best price "
    yield record("phrase-en", "en", phrase * 90, "repetition: phrase")
    yield record("phrase-zh", "zh", "最新网址点击进入" * 150, "repetition: phrase")
    yield record("laughter", "zh", "哈" * 800, "repetition: one character")
    lines = speech["text"][:4000].split(". ")
    doubled = "\n".join(f"{line}\n{line}" for line in lines)
    yield variant(speech, "doubled", doubled, "repetition: every line twice")


def machine_junk() -> Iterator[Document]:
    """Yield what no person wrote: encoded bytes, logs, minified code, wrong decoding."""
    encoded = base64.b64encode(junk("image", 6000)).decode()
    yield record("base64", "en", "data:image/png;base64," + encoded, "junk: base64")
    dump = "\n".join(junk(f"row{row}", 16).hex(" ") for row in range(120))
    yield record("hexdump", "en", dump, "junk: hexadecimal")
    log = "".join(
        f"2024-03-01 12:{minute:02d}:07,{minute * 13 % 1000:03d} INFO worker-{minute % 4} "
        f"GET /item/{minute * 7919} 200 {minute * 31}\n"
        for minute in range(60)
    )
    yield record("log", "en", log, "junk: log lines")
    yield record("minified", "en", SCRIPT * 12, "junk: minified code")
    yield record("mojibake", "zh", TEA.encode().decode("latin-1"), "junk: decoded twice")
    yield record("replacement", "zh", TEA[:40] + "\ufffd" * 200, "junk: lost bytes")
    yield record("symbols", "en", "=-=-= *** ~~~ ### $$$ " * 60, "junk: symbols")
    yield record("nul", "en", "\x00" * 50 + GARDEN[:80] + "\x00" * 50, "junk: NUL bytes")
    prices = "\n".join(f"{row * 37 % 991}.{row % 100:02d} | {row * 7 % 89}" for row in range(150))
    yield record("table", "en", prices, "junk: numbers only")


def edges(speeches: list[Document], essays: list[Document]) -> Iterator[Document]:
    """Yield empty, short, missing and very long texts, and ids that are no ids."""
    yield record("empty", "en", "", "empty text")
    yield record("blank", "en", " \n\t\n ", "white space only")
    yield record("null", "en", None, "null text")
    missing = record("missing", "en", None, "no text field")
    del missing["text"]
    yield missing
    yield record("short-en", "en", "OK.", "too short")
    yield record("short-zh", "zh", "好的。", "too short")
    joined = " ".join(" ".join(row["text"].split()) for row in speeches[4:])
    long_line = joined[: LONG_LINE_BYTES + 20_000]
    yield variant(speeches[4], "one-line", long_line, "very long line")
    lines = speeches[5]["text"].replace(". ", ".\r\n")
    yield excerpt({**speeches[5], "text": lines}, "crlf", "CRLF line ends")
    yield excerpt(speeches[6], "twin", "id given twice")
    yield excerpt(essays[-1], "twin", "id given twice")
    yield excerpt(speeches[7], "no-id", "no id", id=None)


def broken_lines() -> Iterator[bytes]:
    """Yield lines that are no records, whatever a reader tries."""
    yield b'{"id": "broken-cut", "text": "this line was cut in the mid\n'
    yield b'{"id": "broken-tail", "text": "a record"} and then something else\n'
    yield b"<html><body>not JSON at all</body></html>\n"
    yield b'["an", "array", "is", "no", "record"]\n'
    yield b'{"id": "broken-utf8", "text": "caf\xe9 in Latin-1, \xff\xfe and no UTF-8"}\n'
    yield b'{"id": "broken-type", "text": 42, "trap": "the text is a number"}\n'
    yield b'{"id": "broken-surrogate", "text": "half a pair: \\ud83d alone"}\n'
    yield b"\n"


def trap_lines(speeches: list[Document], essays: list[Document]) -> Iterator[bytes]:
    """Yield every line of traps.jsonl; broken ones stand between good ones."""
    # The longest essays: `duplicates` copies the first three, the last three are cut into.
    longest = sorted(essays, key=lambda essay: (-len(essay["text"]), essay["id"]))[:6]
    records = [
        *good(),
        *duplicates(speeches, longest[:3]),
        *boilerplate(),
        *languages(speeches, longest),
        *repetition(speeches[8]),
        *machine_junk(),
        *edges(speeches, longest),
    ]
    broken = iter(broken_lines())
    for number, row in enumerate(records):
        yield (json.dumps(row, ensure_ascii=False) + "\n").encode()
        if number % 6 == 5:
            yield next(broken, b"")
    yield from broken
