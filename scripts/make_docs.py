"""Generate docs/reference/ from the code: commands, features, rules, errors, files.

python scripts/make_docs.py            write the pages
python scripts/make_docs.py --check    exit 1 and name the pages that are not current
"""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Callable
from itertools import groupby
from pathlib import Path

from corpuskit import errors
from corpuskit.cleaners import CLEANERS
from corpuskit.features.listing import built_in, units
from corpuskit.rulebook import chapters
from corpuskit.rules.sentences import sentence

ROOT = Path(__file__).parent.parent
TARGET = ROOT / "docs" / "reference"


def main() -> None:
    """Write every page, or check them all."""
    stale = []
    for name, make in PAGES.items():
        path = TARGET / f"{name}.md"
        text = "<!-- made by scripts/make_docs.py -->\n\n" + make().rstrip() + "\n"
        if "--check" not in sys.argv:
            TARGET.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        elif not path.exists() or path.read_text("utf-8") != text:
            stale.append(str(path.relative_to(ROOT)))
    if stale:
        sys.exit(f"not current: {', '.join(stale)}; run: make docs")


def commands() -> str:
    """Describe every command and option, as the command line has them."""
    import typer

    from corpuskit.cli import app

    group = typer.main.get_command(app)
    parts = ["# Commands"]
    for name, command in sorted(group.commands.items()):  # type: ignore[attr-defined]
        rows = []
        for parameter in command.params:
            flags = ", ".join(parameter.opts) if parameter.opts else parameter.name
            text = (getattr(parameter, "help", None) or "").replace("|", "\\|")
            default = getattr(parameter, "default", None)
            shown = "" if default in (None, "", False) or callable(default) else f"`{default}`"
            rows.append(f"| `{flags}` | {text} | {shown} |")
        table = "| option | meaning | default |\n|---|---|---|\n" + "\n".join(rows)
        epilog = (command.epilog or "").partition("\n")[2]
        lines = "\n".join(f"    {line.strip()}" for line in epilog.splitlines() if line.strip())
        examples = f"Examples:\n\n{lines}" if lines else ""
        parts.append(f"## corpuskit {name}\n\n{inspect.cleandoc(command.help or '')}")
        parts += [table, examples]
    return "\n\n".join(part for part in parts if part)


def features() -> str:
    """Describe every feature: unit, value for empty text, arithmetic, source and differences."""
    parts = [
        "# Features",
        "What can be measured, as `corpuskit features` lists it. Other packages can offer more: "
        "see [rules.md](../rules.md).",
    ]
    head = "| feature | type | unit | empty text | arithmetic | source and differences |"
    for group, listed in groupby(built_in(), key=lambda row: row.group):
        rows = [
            f"| `{row.name}` | {row.dtype} | {row.unit} | {row.empty!r} | "
            f"{cell(row.definition)} | {cell(row.source)} |"
            for row in listed
        ]
        parts.append(f"## {group}\n\n{head}\n|---|---|---|---|---|---|\n" + "\n".join(rows))
    return "\n\n".join(parts)


def rules() -> str:
    """Describe every shipped rule set and recipe, as sentences."""
    parts = [
        "# Rules and recipes",
        "What each rule does, as `corpuskit rules NAME` says it. How to write your own is in "
        "[rules.md](../rules.md).",
    ]
    every = chapters()
    for chapter in every:
        if chapter.recipe is not None:
            sets = dict.fromkeys(rule.id.partition(".")[0] for rule in chapter.recipe.rules)
            uses = ", ".join(f"`{name}`" for name in sets) or "none"
            parts.append(
                f"## Recipe `{chapter.name}`\n\n{chapter.about}\n\n"
                f"Rule sets: {uses}. Measures: {', '.join(chapter.recipe.features)}."
            )
    for chapter in every:
        if chapter.recipe is None:
            rows = [
                f"| `{rule.id}` | {cell(sentence(rule, units()))} | {cell(rule.why)} |"
                for rule in chapter.rules
            ]
            sources = "; ".join(dict.fromkeys(rule.source for rule in chapter.rules))
            parts.append(
                f"## Rule set `{chapter.name}`\n\n{chapter.about}\n\nSource: {sources}\n\n"
                "| rule | what it does | why |\n|---|---|---|\n" + "\n".join(rows)
            )
    cleaners = "\n".join(f"| `{c.name}` | {cell(c.doc)} |" for c in CLEANERS.values())
    parts.append(f"## Cleaners\n\n| cleaner | what it does |\n|---|---|\n{cleaners}")
    return "\n\n".join(parts)


def error_tree() -> str:
    """Show the exception tree with its exit codes."""
    return f"# Errors\n\n```text\n{inspect.cleandoc(errors.__doc__ or '')}\n```"


def files() -> str:
    """List every module with the first line of its docstring."""
    rows = []
    for path in sorted((ROOT / "corpuskit").rglob("*.py")):
        doc = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
        first = " ".join(doc.split("\n\n")[0].split())
        rows.append(f"| `{path.relative_to(ROOT)}` | {cell(first)} |")
    return "# Files\n\n| file | what it is |\n|---|---|\n" + "\n".join(rows)


def cell(text: str) -> str:
    """Make text fit a cell of a table."""
    return " ".join(text.split()).replace("|", "\\|")


PAGES: dict[str, Callable[[], str]] = {
    "commands": commands,
    "features": features,
    "rules": rules,
    "errors": error_tree,
    "files": files,
}

if __name__ == "__main__":
    main()
