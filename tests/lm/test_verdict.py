"""Eight checks become one verdict; what is known to be missing outweighs what is open."""

from __future__ import annotations

from typing import get_args

import pytest

from corpuskit.lm.verdict import BINDING_ORDER, CHECKS, Check, Status, judge


def check(name: str, status: Status = "ok") -> Check:
    return Check(name, status, "a number", 1.0, 2.0, "a paper", "Do this.")


def all_with(**statuses: Status) -> list[Check]:
    return [check(name, statuses.get(name, "ok")) for name in CHECKS]


def test_all_checks_made_and_none_failed_is_sufficient() -> None:
    assert judge(all_with()) == ("SUFFICIENT", None)
    assert judge(all_with(steps="warn")) == ("SUFFICIENT", None)


@pytest.mark.parametrize("name", CHECKS)
def test_one_failed_check_is_insufficient_and_binds(name: str) -> None:
    outcome, binding = judge(all_with(**{name: "fail"}))
    assert outcome == "INSUFFICIENT"
    assert binding is not None
    assert binding.id == name


@pytest.mark.parametrize("name", CHECKS)
def test_one_open_check_is_inconclusive(name: str) -> None:
    assert judge(all_with(**{name: "inconclusive"})) == ("INCONCLUSIVE", None)


@pytest.mark.parametrize("name", CHECKS)
def test_one_missing_check_is_inconclusive(name: str) -> None:
    assert judge([each for each in all_with() if each.id != name]) == ("INCONCLUSIVE", None)


def test_a_failure_outweighs_what_is_open() -> None:
    outcome, binding = judge(all_with(quantity="fail", held_out="inconclusive"))
    assert outcome == "INSUFFICIENT"
    assert binding is not None
    assert binding.id == "quantity"


def test_the_data_binds_before_the_settings() -> None:
    outcome, binding = judge(all_with(learning_rate="fail", steps="fail", quantity="fail"))
    assert binding is not None
    assert (outcome, binding.id) == ("INSUFFICIENT", "quantity")


def test_every_check_has_its_place_in_the_binding_order() -> None:
    assert sorted(BINDING_ORDER) == sorted(CHECKS)
    assert set(get_args(Status)) == {"ok", "warn", "fail", "inconclusive"}


def test_a_check_in_json_has_the_documented_keys() -> None:
    plain = check("quantity").plain()
    assert {"id", "status", "value", "interval", "threshold", "source", "advice"} <= plain.keys()
    assert "state" not in plain
