"""The catalogues of the page: complete, used, and the only place of its fixed sentences."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from string import Formatter

import pytest
from markupsafe import Markup

import corpuskit.report as report
from corpuskit.languages import LANGUAGES as KNOWN
from corpuskit.report import render
from corpuskit.report.scripts import PAGE_SCRIPTS
from corpuskit.report.sentences import keeps, language, rough, seconds, size
from corpuskit.report.texts import Texts, catalogue, comma, join, say
from corpuskit.report.texts.names import CHINESE_NAMES
from tests.report.summaries import HOSTILE, summary
from tests.report.test_render import CASES, Page

FOLDER = Path(report.__file__).parent
TEMPLATES = sorted(FOLDER.glob("templates/*.j2"))
SCRIPTS = [FOLDER / "assets" / name for name in PAGE_SCRIPTS]
SOURCES = [
    *TEMPLATES, *FOLDER.glob("templates/*.css"), *FOLDER.rglob("*.py"), *SCRIPTS,
]  # fmt: skip
EN, ZH = catalogue("en"), catalogue("zh")
TAGS = {"code", "b", "small", "del", "ins", "sup"}
NAMES_ONLY = {"corpuskit", "English", "中文"}  # what a template may say by itself: a name


def stem(key: str) -> str:
    return re.sub(r"\.(one|other)$", "", key)


def literals() -> tuple[set[str], set[str]]:
    """Return all quoted strings of the sources, and those that a name is put behind."""
    text = "\n".join(path.read_text("utf-8") for path in SOURCES)
    whole = set(re.findall(r'"@?([\w. -]+)"', text))
    begun = set(re.findall(r'(?:f"|`)([a-z_.]+[._])\$?\{', text)) | {
        key for key in whole if key[-1:] == "."
    }
    return whole, begun


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_the_catalogues_have_the_same_keys_in_the_same_order() -> None:
    assert list(EN) == list(ZH)


@pytest.mark.parametrize("key", EN)
def test_a_sentence_has_the_same_placeholders_and_tags_in_both(key: str) -> None:
    assert fields(EN[key]) == fields(ZH[key])
    tags = [sorted(re.findall(r"<[^>]*>", text)) for text in (EN[key], ZH[key])]
    assert tags[0] == tags[1]
    assert {tag.strip("</>") for tag in tags[0]} <= TAGS
    assert EN[key].strip()
    assert ZH[key].strip()


def test_every_key_is_used() -> None:
    whole, begun = literals()
    unused = {key for key in map(stem, EN) if key not in whole}
    assert not {key for key in unused if not any(key.startswith(prefix) for prefix in begun)}


def test_every_key_of_a_template_is_in_the_catalogues() -> None:
    keys = set(map(stem, EN))
    for path in TEMPLATES:
        text = path.read_text("utf-8")
        asked = set(re.findall(r'\bt\(\s*"([\w.]+)"', text))
        asked |= set(re.findall(r'\bt\.(?:one|attr)\((?:"[\w-]+",\s*)?"([\w]+\.[\w.]+)"', text))
        assert {key for key in asked if key[-1] != "."} <= keys, path.name


class Fixed(HTMLParser):
    """Gathers the text of a template that stands outside its expressions."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.found: list[str] = []
        self.skip = 0
        text = re.sub(r"\{#.*?#\}|\{%.*?%\}", " ", path.read_text("utf-8"), flags=re.DOTALL)
        self.expressions = re.findall(r"\{\{(.*?)\}\}", text, flags=re.DOTALL)
        self.feed(re.sub(r"\{\{.*?\}\}", "0", text, flags=re.DOTALL))

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.skip += tag in ("script", "style")
        for name, value in attributes:
            if name in ("aria-label", "alt", "title", "placeholder") and value:
                self.found.append(value)

    def handle_endtag(self, tag: str) -> None:
        self.skip -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self.skip:
            self.found.append(data)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_has_no_fixed_sentence(path: Path) -> None:
    fixed = Fixed(path)
    words = set(re.findall(r"[^\W\d_]{2,}", " ".join(fixed.found)))
    assert words <= NAMES_ONLY
    for expression in fixed.expressions:
        assert not re.match(r'\s*-?\s*"[^"]*[A-Za-z]{3}[^"]*"\s*(if|~|$)', expression), expression
        assert not re.search(r'(else|~)\s*"[^"]*[A-Za-z]{3}[^"]* [^"]*"\s*$', expression), (
            expression
        )


def test_a_sentence_stands_in_both_languages_of_which_the_style_sheet_shows_one() -> None:
    html = Markup(say("rules.silent", n=2, all=1234).__html__())
    assert html.startswith('<span class="t" lang="en">2 of 1,234 rules never fired')
    assert '<span class="t" lang="zh">1,234 条规则中有 2 条从未触发' in html
    assert 'html[data-lang="en"] .t[lang="zh"]' in render(summary())


def test_what_is_alike_in_both_languages_stands_once() -> None:
    assert size(4_770_000).__html__() == "4.77 MB"
    assert "<span" in size(17).__html__()


def test_values_are_escaped_and_unseen_characters_shown() -> None:
    html = say("guards.source", name=HOSTILE, documents=1, all=2, share="50%").__html__()
    assert "<script" not in html
    assert "\u202e" not in html
    assert "&lt;script&gt;" in html


def test_the_number_chooses_the_form() -> None:
    assert str(say("rules.fail", n=1)) == "1 fails"
    assert str(say("rules.fail", n=1000)) == "1,000 fail"
    assert say("rules.fail", n=1000).plain("zh") == "1,000 篇未通过"


def test_a_key_or_value_that_is_missing_is_an_error() -> None:
    with pytest.raises(KeyError):
        say("rules.no_such_sentence", n=1)
    with pytest.raises(KeyError):
        say("balance.of")


def test_an_attribute_has_the_language_of_the_page_and_both_for_the_switch() -> None:
    written = Texts("zh").attr("alt", "table.numbers_of", title='a "b" <c>')
    assert written.startswith(
        'alt="数据表：a &#34;b&#34; &lt;c&gt;" data-attr="alt" data-en="Numbers: '
    )
    assert Texts("en").attr("text", "nav.label").startswith('data-attr="text" data-en="Sections"')
    assert Texts("zh").one("nav.label") == "章节"


def test_enumerations_have_their_joints() -> None:
    parts = [say("duplicates.stays"), say("duplicates.removed"), say("table.share")]
    assert str(join(parts)) == "stays, removed and Share"
    assert comma(parts).plain("zh") == "保留、去掉、占比"
    assert str(join([])) == ""


def test_numbers_and_rules_read_well_in_chinese() -> None:
    assert [rough(n).plain("zh") for n in (999_499, 1e6, 17_249_381, 2.4e9)] == [
        "999,499", "100 万", "1725 万", "24.0 亿",
    ]  # fmt: skip
    assert seconds(75.2).plain("zh") == "1 分 15 秒"
    assert seconds(7384).plain("zh") == "2 小时 3 分"
    assert keeps("digit_ratio", {"max": 0.2}).plain("zh").endswith("不大于 0.2")
    assert language("sv").plain("zh") == "瑞典语"


def test_every_language_has_a_chinese_name_of_its_own() -> None:
    assert set(CHINESE_NAMES) == set(KNOWN)
    assert len(set(CHINESE_NAMES.values())) == len(KNOWN)


@pytest.mark.parametrize("case", CASES)
def test_the_chinese_page_shows_chinese_and_the_english_one_english(case: str) -> None:
    run = CASES[case]()
    html = render(run, lang="zh")
    assert '<html lang="zh-Hans" data-lang="zh">' in html
    chinese, english = Page(html, "zh").text, Page(render(run), "en").text
    assert "各阶段用时" in chinese
    assert "Time by stage" not in chinese
    assert "Time by stage" in english
    assert "各阶段用时" not in english
    start = len(Page(html, "en").text.split("Skip to the report")[0])
    assert Page(html, "en").text[start:] == english[english.index("Skip to the report") :]
