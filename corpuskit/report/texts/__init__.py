"""The words of the page: one catalogue a language, and `say`, which writes a sentence in both.

A catalogue is a YAML file of sections; the key of a sentence is its path, "balance.title". Every
catalogue has the same keys with the same placeholders (a test holds them to it). A sentence that
counts has the forms `one` and `other`, chosen by the value `n`. Sentences are ours and may hold
the tags <code>, <b>, <small>, <del>, <ins> and <sup>; values are escaped, whole numbers grouped.

The page carries both languages side by side in spans, and the style sheet shows the one that
`data-lang` of the root names, so the switch needs no second page, and the page no script.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

from markupsafe import Markup, escape

from corpuskit.report.wording import LANGUAGES, Both, count, visible

FOLDER: Final = Path(__file__).parent


def say(key: str, **values: Any) -> Both:
    """Write a sentence of the catalogues in both languages.

    Parameters
    ----------
    key : of the sentence; where it has the forms `one` and `other`, the value `n` chooses.
    values : by placeholder. Text of the corpus is escaped, whole numbers are grouped by three.

    Raises
    ------
    KeyError
        For a key that the catalogues lack, or a placeholder without a value.

    Examples
    --------
    >>> str(say("number.more", n=1234)), say("number.more", n=1234).plain("zh")
    ('1,234 more', '另有 1,234 项')
    """
    return Both(*(_written(language, key, values) for language in LANGUAGES))


def catalogue(language: str) -> Mapping[str, str]:
    """Return the sentences of a language by their keys."""
    return _catalogue(language)


def join(parts: Sequence[Both], last: str = "number.and") -> Both:
    """Join the parts of an enumeration: "a, b and c"; `last` is the key of its last joint."""
    if len(parts) < 2:
        return comma(parts)
    return say(last, before=comma(parts[:-1]), after=parts[-1])


def comma(parts: Sequence[Both]) -> Both:
    """Join parts by commas: "a, b, c"."""
    head = parts[0] if parts else Both(Markup(), Markup())
    for part in parts[1:]:
        head = say("number.comma", before=head, after=part)
    return head


class Texts:
    """What templates call `t`: `t(key, …)`, `t.attr(name, key, …)` and `t.one(key, …)`.

    language : that the page opens in, for what a style sheet cannot choose.
    """

    def __init__(self, language: str) -> None:
        self.language = language

    def __call__(self, key: str, **values: Any) -> Both:
        """Write a sentence in both languages."""
        return say(key, **values)

    def attr(self, name: str, key: str | Both, **values: Any) -> Markup:
        """Write an attribute in the language of the page, with both for the switch beside it.

        The switch sets the attribute that `data-attr` names; "text" is the text of the element
        (for <option> and <title>, which cannot hold spans). An element has one such attribute.

        Examples
        --------
        >>> print(Texts("zh").attr("aria-label", "nav.label"))
        aria-label="章节" data-attr="aria-label" data-en="Sections" data-zh="章节"
        """
        both = key if isinstance(key, Both) else say(key, **values)
        own = "" if name == "text" else f'{name}="{escape(both.plain(self.language))}" '
        each = " ".join(f'data-{code}="{escape(both.plain(code))}"' for code in LANGUAGES)
        return Markup(f'{own}data-attr="{name}" {each}')

    def one(self, key: str | Both, **values: Any) -> str:
        """Write a sentence as plain text in the language of the page."""
        both = key if isinstance(key, Both) else say(key, **values)
        return both.plain(self.language)


@cache
def _catalogue(language: str) -> dict[str, str]:
    """Read a catalogue once a process; it is ours, so a damaged one is a fault of the package."""
    from corpuskit.config import load_yaml

    found: dict[str, str] = {}
    _flatten(load_yaml(FOLDER / f"{language}.yaml").plain(), "", found)
    return found


def _flatten(node: Mapping[str, Any], path: str, found: dict[str, str]) -> None:
    for name, value in node.items():
        if isinstance(value, str):
            found[path + name] = value
        else:
            _flatten(value, f"{path}{name}.", found)


def _written(language: str, key: str, values: Mapping[str, Any]) -> Markup:
    texts = _catalogue(language)
    if key not in texts:
        key += ".one" if values["n"] == 1 else ".other"
    written = {name: _value(value, language) for name, value in values.items()}
    return Markup(texts[key]).format(**written)


def _value(value: Any, language: str) -> Markup:
    if isinstance(value, Both):
        return value.part(language)
    if isinstance(value, Markup):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return Markup(count(value))
    return visible(value)
