"""What can be measured and decided, on the command line: rule sets, recipes, features."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from corpuskit.errors import ConfigError

RULES_EXAMPLES = """Examples:

  corpuskit rules

  corpuskit rules gopher_quality

  corpuskit rules --recipe web

  corpuskit rules check mine.yaml"""

FEATURES_EXAMPLES = """Examples:

  corpuskit features

  corpuskit features word_count

  corpuskit features repetition --json"""

CHECK = "check"
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, and nothing else.")]


def rules(
    name: Annotated[
        str | None,
        typer.Argument(help="A rule set, a recipe, a .yaml file, or 'check'.", show_default=False),
    ] = None,
    file: Annotated[
        Path | None, typer.Argument(help="After 'check': the file.", show_default=False)
    ] = None,
    recipe: Annotated[
        str | None, typer.Option(help="A recipe, where a rule set has its name too.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List rule sets and recipes; with a NAME, say each rule in plain language.

    'check FILE' reads a rule set or recipe of your own as clean would, and says what it would do.
    """
    from corpuskit import rulebook

    if (name == CHECK) != (file is not None):
        raise ConfigError("rules: write corpuskit rules, rules NAME, or rules check FILE")
    if recipe is not None and name is not None:
        raise ConfigError(f"rules: {name!r} and --recipe {recipe!r} are two; give one")
    if file is not None:
        found = rulebook.check(file)
        head = f"{file}: nothing wrong; {len(found.rules)} rules"
        _print(found.plain(), f"{head}\n\n{found.page()}", as_json)
    elif name is None and recipe is None:
        every = rulebook.chapters()
        _print([one.plain() for one in every], rulebook.contents(every), as_json)
    else:
        found = rulebook.find(recipe or name or "", recipe=recipe is not None)
        _print(found.plain(), found.page(), as_json)


def features(
    name: Annotated[
        str | None, typer.Argument(help="A feature, or a group of them.", show_default=False)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List what can be measured; with a NAME, its unit, type, definition and source."""
    from corpuskit.features import listing

    found = listing.every()
    if name is not None:
        found = listing.named(found, name)
    page = listing.short_page(found) if name is None else listing.long_page(found)
    _print([vars(row) for row in found], page, as_json)


def _print(data: object, page: str, as_json: bool) -> None:
    print(json.dumps(data, ensure_ascii=False, indent=2) if as_json else page)


COMMANDS = ((rules, RULES_EXAMPLES), (features, FEATURES_EXAMPLES))
