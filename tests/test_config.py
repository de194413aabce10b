"""Strict YAML and fingerprints."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.config import canonical, fingerprint, load_yaml, nearest, parse_yaml
from corpuskit.errors import ConfigError


def test_yaml_words_stay_words_and_numbers_are_numbers() -> None:
    text = "a: no\nb: 1e-3\nc: 12:30\nd: 2020-01-01\ne: 0x10\nf: true\ng:\nh: '5'"
    assert parse_yaml(text, "f").plain() == {
        "a": "no",
        "b": 0.001,
        "c": "12:30",
        "d": "2020-01-01",
        "e": 16,
        "f": True,
        "g": None,
        "h": "5",
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\na: 2", r"f:2: 'a' is given twice \(first in line 1\)"),
        ("a: &x 1\nb: 2", "f:1: anchors and aliases are refused"),
        ("a: !!python/object:os.system ls", "f:1: the tag .* is refused"),
        ("a: [1", "f:1: not valid YAML"),
        ("a: 0777", "f:1: '0777' is not a number"),
        ("", "f:1: the file is empty"),
        ("a: 1\n---\nb: 1", "f:2: not valid YAML"),
        ("? [a]\n: 1", "f:1: a key must be a plain word"),
    ],
)
def test_bad_yaml_is_refused_with_its_place(text: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        parse_yaml(text, "f")


def test_entries_know_their_lines() -> None:
    entry = parse_yaml("rules:\n  - id: x\n    min: fifty", "r.yaml")
    rule = entry.mapping(["rules"])["rules"].items()[0].mapping(["id", "min"])
    with pytest.raises(ConfigError, match=r"r.yaml:3: expected a number, found 'fifty'"):
        rule["min"].number()


def test_an_unknown_key_names_the_nearest() -> None:
    entry = parse_yaml("languges: all", "r.yaml")
    with pytest.raises(ConfigError, match=r"r.yaml:1: unknown key 'languges'; did you mean 'lang"):
        entry.mapping(["languages", "rules"])


def test_infinite_bounds_are_refused() -> None:
    with pytest.raises(ConfigError, match="finite"):
        parse_yaml("a: .inf", "f").mapping(["a"])["a"].number()


def test_a_missing_or_binary_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"cannot be read \(No such file"):
        load_yaml(tmp_path / "none.yaml")
    (tmp_path / "b.yaml").write_bytes(b"a: \xff")
    with pytest.raises(ConfigError, match="not UTF-8 at byte 3"):
        load_yaml(tmp_path / "b.yaml")


def test_nearest_lists_what_there_is_when_nothing_is_near() -> None:
    assert nearest("zzz", ["b", "a"]) == "known: a, b"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)  # fmt: skip


@given(st.dictionaries(st.text(), JSON))
def test_a_fingerprint_does_not_depend_on_the_order_of_keys(value: dict[str, object]) -> None:
    assert fingerprint(value) == fingerprint(dict(reversed(list(value.items()))))


@pytest.mark.parametrize("value", [float("nan"), {1: 2}, {"a": {1}}, object(), [Path()]])
def test_a_value_without_a_stable_form_has_no_fingerprint(value: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        canonical(value)
