from __future__ import annotations

import copy
import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from gzip import decompress
from hashlib import sha256
from html.parser import HTMLParser
from typing import Any

import pytest

from corpuskit.report import render
from corpuskit.report.scripts import FOLDER, scripts
from tests.report.summaries import HOSTILE, RULES, documents, summary

VOID = {"meta", "br", "img", "input", "hr", "link", "wbr"}
CASES: dict[str, Callable[[], dict[str, Any]]] = {
    "usual": summary,
    "no documents": lambda: summary(0, 0),
    "one document": lambda: summary(13, 1),
    "every language": lambda: summary(3_000_000, 176),
    "hostile": lambda: summary(2_000, 12, hostile=True),
    "without duplicates": lambda: without("duplicates", {"exact": 0, "near": 0, "clusters": 0}),
    "without rules": lambda: without("rules", {}) | {"histograms": {}},
    "without domains": lambda: without_domains(),
}


def without(part: str, value: Any) -> dict[str, Any]:
    return summary() | {part: value}


def without_domains() -> dict[str, Any]:
    run = summary()
    for side in run["coverage"].values():
        side["domains"] = None
    return run


def without_scripts(html: str) -> str:
    """Take out the scripts that the policy of the page allows."""
    own, vega = scripts().own, scripts().vega
    html = html.replace(f"<script>{own}</script>", "")
    return html.replace(f'<script type="application/gzip" id="vega">{vega}</script>', "")


class Page(HTMLParser):
    """Checks that tags are balanced, and gathers what is seen in one language; scripts aside."""

    def __init__(self, html: str, lang: str = "en") -> None:
        super().__init__()
        self.lang = lang
        self.open: list[str] = []
        self.other: list[bool] = []  # of the open elements: does its text not show?
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.shown: list[str] = []
        self.feed(without_scripts(html))
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)
            known = dict(attributes)
            hidden = "t" in (known.get("class") or "").split() and known.get("lang") != self.lang
            self.other.append(hidden or tag in ("style", "script"))

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attributes)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
        self.other.pop()

    def handle_data(self, data: str) -> None:
        if not any(self.other):
            self.shown.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.shown).split())

    def all(self, tag: str) -> Iterator[dict[str, str | None]]:
        return (attributes for name, attributes in self.tags if name == tag)


def whole(case: str) -> str:
    """Render a case with its documents."""
    run = CASES[case]()
    return render(run, documents=documents(run, hostile=case == "hostile"))


@pytest.fixture(scope="module", params=CASES)
def page(request: pytest.FixtureRequest) -> Page:
    return Page(whole(request.param))


@pytest.fixture(scope="module")
def usual() -> Page:
    return Page(whole("usual"))


def test_tags_are_balanced_and_ids_are_unique(page: Page) -> None:
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids)) > 10


def test_every_link_leads_to_a_place_in_the_page(page: Page) -> None:
    ids = {attributes.get("id") for _, attributes in page.tags}
    for link in page.all("a"):
        assert link["href"] is not None
        assert link["href"].removeprefix("#") in ids


def test_nothing_is_loaded_and_nothing_but_our_scripts_runs(page: Page) -> None:
    names = {name for name, _ in page.tags}
    assert {script.get("type") for script in page.all("script")} <= {"application/json"}
    assert not names & {"img", "link", "iframe", "object", "form", "base", "image", "use"}
    for _, attributes in page.tags:
        assert not {name for name in attributes if name.startswith("on") or name == "src"}
        assert "url(" not in (attributes.get("style") or "")


def test_the_policy_of_the_page_allows_two_scripts_by_their_hash_and_no_request(page: Page) -> None:
    (policy,) = [meta["content"] for meta in page.all("meta") if meta.get("http-equiv")]
    assert policy is not None
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    vega = decompress(b64decode(scripts().vega))
    assert vega.decode() == (FOLDER / "vega.js").read_text("utf-8")
    hashes = [sha256(text).digest() for text in (vega, scripts().own.encode())]
    assert rules == {
        "default-src": "'none'",
        "script-src": " ".join(f"'sha256-{b64encode(one).decode()}'" for one in hashes),
        "style-src": "'unsafe-inline'",
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }


def test_no_number_is_missing_or_infinite(page: Page) -> None:
    assert not re.search(r"\b(nan|inf|None|undefined)\b", page.text.replace("None of", ""))
    for tag, attributes in page.tags:
        if tag in ("path", "line", "rect"):
            assert not re.search("nan|inf", " ".join(map(str, attributes.values())))


def test_tables_have_heads_and_charts_have_names(page: Page) -> None:
    for head in page.all("th"):
        assert head.get("scope") in ("row", "col")
    for plot in page.all("div"):
        if plot.get("class") == "plot":
            assert plot["role"] == "img"
            assert plot["aria-label"]


@pytest.mark.parametrize("case", CASES)
def test_a_page_is_under_three_megabytes_and_the_same_every_time(case: str) -> None:
    html = whole(case)
    assert html == whole(case)
    assert len(html.encode("utf-8")) < 3_000_000


def test_the_balance_is_shown_and_checked(usual: Page) -> None:
    run = summary()["documents"]
    equation = "{in:,} in = {kept:,} kept + {dropped:,} dropped + {skipped:,} skipped".format(**run)
    assert equation + " ✓ adds up" in usual.text


def test_lost_documents_are_called_out() -> None:
    run = summary()
    run["documents"]["kept"] -= 1
    assert "✗ does not add up" in Page(render(run)).text


def test_every_rule_is_there_with_its_counts_and_its_bound(usual: Page) -> None:
    rows = {attributes["id"] for attributes in usual.all("tr") if "id" in attributes}
    assert rows == {f"rule-{rule[0]}" for rule in RULES}
    for name, rule in summary()["rules"].items():
        assert name in usual.text
        assert f"{rule['fails']:,}" in usual.text
    assert "Kept when mean word chars is 3 to 10, for documents whose language is en." in usual.text


def test_the_funnel_ends_with_what_is_kept() -> None:
    from corpuskit.report.view import view

    run = summary()
    shown = view(run)
    assert shown["steps"][-1]["left"] == shown["stages"][-1]["left"] == run["documents"]["kept"]
    taken = sum(stage["taken"] for stage in shown["stages"])
    assert taken == run["documents"]["dropped"]


def test_the_tail_of_many_languages_is_folded_and_counted() -> None:
    page = Page(render(summary(3_000_000, 176)))
    assert "151 more" in page.text
    assert "Yoruba" in page.text


def test_a_run_without_documents_says_so() -> None:
    page = Page(render(summary(0, 0)))
    assert "The input held no documents" in page.text
    assert "No documents, so no distributions." in page.text
    assert not [div for div in page.all("div") if div.get("class") == "plot"]


def test_a_run_that_kept_nothing_says_so() -> None:
    run = copy.deepcopy(summary())
    run["documents"]["dropped"] += run["documents"].pop("kept")
    run["documents"]["kept"] = 0
    assert "None of 18,539 documents were kept" in Page(render(run)).text


def test_hostile_text_stays_text() -> None:
    html = whole("hostile")
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;" in html
    assert "{{ run.plan }}" in html
    assert "onerror=y&gt;" in html


def test_unseen_characters_are_shown_and_not_obeyed() -> None:
    html = whole("hostile")
    unseen = {character for character in HOSTILE if not character.isprintable()} - set("\n\u200d")
    assert unseen
    assert not unseen & set(html)
    assert "<i>U+202E</i>" in html
    assert "<i>U+0000 ×3</i>" in html


def test_a_lone_surrogate_can_be_written() -> None:
    run = summary()
    shown = documents(run)
    shown["documents"][1]["text"] = "a\ud800b"
    assert "a<i>U+D800</i>b" in render(run, documents=shown)


def test_warnings_about_ids_say_that_nothing_is_lost(usual: Page) -> None:
    assert "3 ids occur more than once. Nothing was lost" in usual.text
