"""Strict YAML that knows its lines, and the canonical form that fingerprints are made of.

PyYAML reads ``no`` as False, ``1e-3`` as text and ``12:30`` as 750, and lets the last of two
equal keys win. Here a file is composed by ruamel.yaml (YAML 1.2, no Python object is ever
built), then turned into `Entry` values that remember ``path:line``, so that every complaint can
point at its place. Tags, anchors and aliases are refused: a recipe needs none of them.
"""

from __future__ import annotations

import difflib
import hashlib
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpuskit.errors import ConfigError

Scalar = str | int | float | bool | None
MAX_CONFIG_BYTES = 1 << 20
_PLAIN = "tag:yaml.org,2002:"
_TAGS = {_PLAIN + kind for kind in
         ("null", "bool", "int", "float", "timestamp", "str", "seq", "map", "merge")}  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """A value of a YAML file and where it stands: a scalar, a list or a mapping of entries."""

    value: Any
    path: str
    line: int

    def fail(self, problem: str) -> ConfigError:
        """Make the error that points at this entry."""
        return ConfigError(f"{self.path}:{self.line}: {problem}")

    def mapping(self, known: Iterable[str], required: Iterable[str] = ()) -> dict[str, Entry]:
        """Return the entries of a mapping that has only `known` keys and all `required` ones."""
        if not isinstance(self.value, dict):
            raise self.fail(f"expected a mapping with the keys {', '.join(known)}")
        known = tuple(known)
        for key, entry in self.value.items():
            if key not in known:
                raise entry.fail(f"unknown key {key!r}; {nearest(key, known)}")
        for key in required:
            if key not in self.value:
                raise self.fail(f"the key {key!r} is missing; add it")
        return dict(self.value)

    def items(self) -> list[Entry]:
        """Return the entries of a list."""
        if not isinstance(self.value, list):
            raise self.fail(f"expected a list, found {describe(self.value)}; write [a, b]")
        return list(self.value)

    def text(self) -> str:
        """Return a string."""
        if not isinstance(self.value, str):
            raise self.fail(f"expected text, found {describe(self.value)}; put it in quotes")
        return self.value

    def number(self) -> float | int:
        """Return a finite number."""
        if isinstance(self.value, bool) or not isinstance(self.value, int | float):
            raise self.fail(f"expected a number, found {describe(self.value)}")
        if not math.isfinite(self.value):
            raise self.fail(f"expected a finite number, found {self.value}")
        return self.value

    def flag(self) -> bool:
        """Return true or false."""
        if not isinstance(self.value, bool):
            raise self.fail(f"expected true or false, found {describe(self.value)}")
        return self.value

    def plain(self) -> Any:
        """Return the value without its places, ready for JSON."""
        if isinstance(self.value, dict):
            return {key: entry.plain() for key, entry in self.value.items()}
        if isinstance(self.value, list):
            return [entry.plain() for entry in self.value]
        return self.value


def known_text(entry: Entry, known: Sequence[str], what: str) -> str:
    """Return a string that is one of those known.

    Raises
    ------
    ConfigError
        With the nearest, for any other.
    """
    if entry.text() not in known:
        raise entry.fail(f"unknown {what} {entry.text()!r}; {nearest(entry.text(), known)}")
    return entry.text()


def describe(value: Any) -> str:
    """Name a YAML value the way its author sees it."""
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    return "nothing" if value is None else repr(value)


def nearest(name: str, known: Iterable[str]) -> str:
    """Suggest the closest known name, or list what there is."""
    known = sorted(known)
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    if close:
        return f"did you mean {close[0]!r}?"
    listed = ", ".join(known[:40]) + (", …" if len(known) > 40 else "")
    return f"known: {listed}"


def load_yaml(path: Path) -> Entry:
    """Read one YAML file of at most 1 MiB.

    Raises
    ------
    ConfigError
        If the file cannot be read, is not YAML 1.2, gives a key twice, or uses a tag, an anchor
        or an alias.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror}); check the path") from error
    if len(raw) > MAX_CONFIG_BYTES:
        raise ConfigError(f"{path}: {len(raw)} bytes; a recipe or rule set has at most 1 MiB")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: not UTF-8 at byte {error.start}; save it as UTF-8") from error
    return parse_yaml(text, str(path))


def parse_yaml(text: str, path: str) -> Entry:
    """Read YAML from a string; `path` is what messages call it."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    try:
        node = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise ConfigError(f"{path}:{line}: not valid YAML ({error.problem}); mend it") from error
    except YAMLError as error:
        first = str(error).splitlines()[0]
        raise ConfigError(f"{path}:1: not valid YAML ({first}); mend it") from error
    except RecursionError as error:
        raise ConfigError(f"{path}:1: nested too deeply; flatten it") from error
    if node is None:
        raise ConfigError(f"{path}:1: the file is empty; write a recipe or a rule set")
    return _entry(node, path)


def _entry(node: Any, path: str) -> Entry:
    line = node.start_mark.line + 1
    if node.anchor:
        raise ConfigError(f"{path}:{line}: anchors and aliases are refused; write it out")
    if node.tag not in _TAGS:
        raise ConfigError(f"{path}:{line}: the tag {node.tag} is refused; write a plain value")
    if isinstance(node.value, str):
        return Entry(_scalar(node, path, line), path, line)
    if node.tag == _PLAIN + "seq":
        return Entry([_entry(item, path) for item in node.value], path, line)
    mapping: dict[str, Entry] = {}
    for key_node, value_node in node.value:
        key, key_line = key_node.value, key_node.start_mark.line + 1
        if not isinstance(key, str):
            raise ConfigError(f"{path}:{key_line}: a key must be a plain word")
        if key in mapping:
            first = mapping[key].line
            raise ConfigError(f"{path}:{key_line}: {key!r} is given twice (first in line {first})")
        mapping[key] = Entry(_entry(value_node, path).value, path, key_line)
    return Entry(mapping, path, line)


def _scalar(node: Any, path: str, line: int) -> Scalar:
    kind, text = node.tag.removeprefix(_PLAIN), node.value
    if kind == "null":
        return None
    if kind == "bool":
        return bool(text.lower() == "true")
    try:
        if kind == "int":
            return int(text.replace("_", ""), 0)
        if kind == "float":
            return _float(text)
    except ValueError as error:
        raise ConfigError(f"{path}:{line}: {text!r} is not a number that is read here") from error
    return str(text)


def _float(text: str) -> float:
    lowered = text.lower().replace("_", "")
    return float(lowered.replace(".inf", "inf").replace(".nan", "nan"))


def canonical(value: Any) -> str:
    """Write a value as JSON with one possible form; refuse what has none.

    Raises
    ------
    TypeError, ValueError
        For NaN, infinities, sets, objects and keys that are not strings.
    """
    _check_stable(value)
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def _check_stable(value: Any) -> None:
    if isinstance(value, Mapping):
        for key, item in value.items():
            if not isinstance(key, str):
                raise TypeError(f"fingerprint: the key {key!r} is not a string")
            _check_stable(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _check_stable(item)
    elif value is not None and not isinstance(value, str | int | float | bool):
        raise TypeError(f"fingerprint: {type(value).__name__} has no stable form")


def fingerprint(value: Any) -> str:
    """Hash a value's canonical form: the first 16 hexadecimal digits of its SHA-256.

    Examples
    --------
    >>> fingerprint({"b": 1, "a": [2]}) == fingerprint({"a": [2], "b": 1})
    True
    """
    return hashlib.sha256(canonical(value).encode()).hexdigest()[:16]
