"""The three questions: what each light depends on, at its bounds, and where nothing is known."""

from __future__ import annotations

from typing import Any

import pytest

from corpuskit.report import render
from corpuskit.report.questions import FOUR_PASSES, MEASURES, light, questions, sizes
from corpuskit.report.texts import catalogue
from tests.lm import made_verdict as made
from tests.report.summaries import HOSTILE, summary
from tests.report.test_render import Page

BY_NAME = {measure.name: measure for measure in MEASURES}


def answers(run: dict[str, Any]) -> dict[str, Any]:
    return {answer["name"]: answer for answer in questions(run)}


def row(run: dict[str, Any], name: str) -> dict[str, Any]:
    rows = [row for answer in questions(run) for row in answer["rows"]]
    return next(row for row in rows if row["name"] == name)


def measured(**noise: int) -> dict[str, Any]:
    """Return a run whose kept text has so many documents of each kind of noise."""
    run = summary()
    for side in ("in", "kept"):
        part = run["coverage"][side]
        part["noise"] = {kind: {"documents": n, "count": n} for kind, n in noise.items()}
        part["ngrams"] = {"13": {"total": 1000, "distinct": 990}}
    return run


@pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.name)
def test_each_bound_belongs_to_the_better_light(measure: Any) -> None:
    worse = 1e-9 if measure.good < measure.bad else -1e-9
    assert light(measure, measure.good) == "good"
    assert light(measure, measure.good * (1 + worse) + worse) == "warn"
    assert light(measure, measure.bad) == "warn"
    assert light(measure, measure.bad * (1 + worse) + worse) == "bad"
    assert light(measure, None) == "unknown"


def test_every_bound_has_its_source_in_words() -> None:
    for language in ("en", "zh"):
        sources = [catalogue(language)[f"questions.source.{name}"] for name in BY_NAME]
        assert len(sources) == len(MEASURES)


def test_the_largest_domain_is_that_of_documents_with_an_address() -> None:
    run = summary()
    kept = run["coverage"]["kept"]
    kept["domains"]["top"][0] = {"domain": "one.org", "documents": 7}
    assert row(run, "largest_domain")["light"] == "unknown"
    kept["breadth"] = {"domains": None, "hosts": {"effective": 3.0, "top_1": 0.5}}
    assert row(run, "largest_domain")["light"] == "bad"
    assert "50.0% of the kept documents that have an address come from one.org" in str(
        row(run, "largest_domain")["says"]
    )
    kept["breadth"] = {"domains": {"effective": 50.0, "top_1": 0.04}}
    assert row(run, "largest_domain")["light"] == "good"
    assert row(run, "effective_domains")["light"] == "warn"


def broad_run(effective: float = 500.0, top: float = 0.01) -> dict[str, Any]:
    """Return a run of whose kept documents the domains are known."""
    run = summary()
    run["coverage"]["kept"]["breadth"] = {"domains": {"effective": effective, "top_1": top}}
    return run


def test_without_addresses_breadth_is_not_known_but_a_red_light_is_shown() -> None:
    run = summary()
    for side in run["coverage"].values():
        side["domains"] = None
    assert row(run, "largest_domain")["light"] == "unknown"
    assert answers(run)["broad"]["light"] == "unknown"
    assert "Domains are not known" in str(answers(run)["broad"]["says"])
    assert answers(lose(run, "ko", 5000, 0))["broad"]["light"] == "bad"
    assert answers(broad_run())["broad"]["light"] == "good"
    assert answers(broad_run(effective=99))["broad"]["light"] == "warn"
    assert "500 domains" in str(row(broad_run(), "effective_domains")["says"])


def lose(run: dict[str, Any], code: str, documents: int, kept: int) -> dict[str, Any]:
    run["languages"][code]["documents"] = {"in": documents, "kept": kept}
    return run


@pytest.mark.parametrize(
    ("documents", "kept", "lost"), [(100, 9, True), (100, 10, False), (99, 0, False)]
)
def test_a_language_is_lost_when_under_a_tenth_of_a_hundred_stays(
    documents: int, kept: int, lost: bool
) -> None:
    run = lose(summary(), "de", documents, kept)
    assert ("German" in str(row(run, "languages_lost")["says"])) == lost


def test_a_language_that_nobody_asked_for_is_no_loss() -> None:
    run = summary(languages=34)
    del run["rules"]["language.unwanted"]
    assert row(lose(run, "ko", 5000, 0), "languages_lost")["light"] == "bad"
    run = lose(summary(), "th", 5000, 0)
    assert "th" not in run["rules"]["language.unwanted"]["bounds"]["in"]
    assert row(run, "languages_lost")["light"] == "good"


def test_noise_is_judged_by_its_most_frequent_kind() -> None:
    kept = summary()["coverage"]["kept"]["documents"]
    run = measured(mojibake=0, control_characters=kept // 50, html_remains=0, mail_addresses=1)
    assert row(run, "broken_text")["light"] == "bad"
    assert answers(run)["noise"]["light"] == "bad"
    assert "control characters" in str(answers(run)["noise"]["says"])
    assert answers(measured(mojibake=0, html_remains=0))["noise"]["light"] == "good"


def test_repeated_text_is_what_distinct_sequences_lack() -> None:
    run = measured(mojibake=0)
    run["coverage"]["kept"]["ngrams"]["13"] = {"total": 1000, "distinct": 790}
    found = row(run, "repeated_text")
    assert (str(found["after"]), found["light"]) == ("21.0%", "bad")


def test_a_run_without_noise_measured_is_grey_and_says_what_to_run() -> None:
    noise = answers(summary())["noise"]
    assert noise["light"] == "unknown"
    assert "--coverage --overwrite" in str(noise["says"])


def test_duplicates_that_were_found_and_not_removed_count() -> None:
    run = measured(mojibake=0)
    assert row(run, "duplicates")["light"] == "good"
    for name in ("duplicates.exact", "duplicates.near"):
        run["rules"][name]["severity"] = "flag"
    assert row(run, "duplicates")["light"] == "bad"
    run["duplicates"] = {"exact": 0, "near": 0, "clusters": 0}
    assert row(run, "duplicates")["light"] == "unknown"


def test_four_passes_are_worth_what_muennighoff_et_al_say() -> None:
    assert pytest.approx(3.7257, abs=1e-4) == FOUR_PASSES


def test_tokens_feed_a_twentieth_of_their_number_in_parameters() -> None:
    run = summary()
    run["coverage"]["kept"]["estimated_tokens"] = 520_000_000
    enough = answers(run)["enough"]
    assert enough["light"] == "good"
    assert "520 million tokens feed a model of 26M parameters" in str(enough["says"])
    run["coverage"]["kept"]["tokens"] = {"total": 1000}
    assert answers(run)["enough"]["light"] == "bad"
    assert [one["light"] for one in sizes(1e9)] == ["good", "warn", "bad", "bad", "bad"]


@pytest.mark.parametrize(
    ("outcome", "shown"),
    [("SUFFICIENT", "good"), ("INSUFFICIENT", "bad"), ("INCONCLUSIVE", "unknown")],
)
def test_the_verdict_answers_the_third_question_where_there_is_one(
    outcome: str, shown: str
) -> None:
    pretrain = made.section(made.verdict(outcome), {}, {})
    enough = questions(summary(), pretrain)[2]
    assert enough["light"] == shown
    assert "26M parameters" in str(enough["says"])


def test_nothing_kept_is_said_in_words() -> None:
    run = summary(0, 0)
    assert [answer["light"] for answer in questions(run)] == ["unknown", "unknown", "bad"]
    assert "Nothing was read, so there is nothing to judge." in Page(render(run)).text
    run = summary()
    run["documents"] |= {"kept": 0, "dropped": run["documents"]["in"] - 12}
    assert "Nothing was kept, so there is nothing to judge." in Page(render(run)).text


def test_one_document_is_judged_without_a_fault() -> None:
    run = summary(13, 1)
    run["coverage"]["kept"]["breadth"] = {"domains": {"effective": 1.0, "top_1": 1.0}}
    assert [answer["light"] for answer in questions(run)] == ["bad", "unknown", "bad"]
    assert row(run, "documents")["light"] == "bad"


def test_a_light_is_a_word_beside_its_colour() -> None:
    page = Page(render(broad_run()))
    assert "Is it broad? Yes" in page.text
    assert "Is the noise out? Not known" in page.text
    signs = [tag for tag in page.all("span") if "sign" in (tag.get("class") or "").split()]
    assert len(signs) > 10
    assert all(tag.get("aria-hidden") == "true" for tag in signs)


def test_the_name_of_a_hostile_domain_stays_text() -> None:
    run = summary()
    kept = run["coverage"]["kept"]
    kept["domains"]["top"][0] = {"domain": HOSTILE, "documents": kept["documents"]}
    kept["breadth"] = {"hosts": {"effective": 1.0, "top_1": 1.0}}
    assert "<script>alert" not in render(run)
