"""Where rule sets are: those that ship with corpuskit by name, a user's own by path."""

from __future__ import annotations

from pathlib import Path

from corpuskit.config import Entry, nearest


def shipped_rules() -> Path:
    """Return the folder of the rule sets that ship with corpuskit (in the wheel or a checkout)."""
    package = Path(__file__).parent.parent
    inside = package / "_rules"
    return inside if inside.is_dir() else package.parent / "rules"


def rule_set_names() -> list[str]:
    """List the rule sets that ship with corpuskit."""
    return sorted(path.stem for path in shipped_rules().glob("*.yaml"))


def recipe_names() -> list[str]:
    """List the recipes that ship with corpuskit."""
    return sorted(path.stem for path in (shipped_rules() / "recipes").glob("*.yaml"))


def is_file_name(name: str) -> bool:
    """Say whether a name is the path of a file, not that of a shipped set or recipe."""
    return name.endswith((".yaml", ".yml"))


def find_rule_set(entry: Entry, beside: Path, reader: Path | None = None) -> Path:
    """Return the file of the rule set that `entry` names.

    Parameters
    ----------
    beside : folder where a name is looked for before the shipped sets, and paths begin.
    reader : the file that names it; it never means itself, so that a ``gopher.yaml`` of the
        user's may extend the shipped one.

    Raises
    ------
    ConfigError
        At the place of `entry`: no such file, or an unknown name, with the nearest.
    """
    name = entry.text()
    if is_file_name(name):
        if not (beside / name).is_file():
            raise entry.fail(f"there is no file {beside / name}; check the path")
        return beside / name
    own = [beside] if beside != shipped_rules() / "recipes" else []
    for folder in (*own, shipped_rules()):
        path = folder / f"{name}.yaml"
        if path.is_file() and not (reader is not None and path.samefile(reader)):
            return path
    raise entry.fail(f"unknown rule set {name!r}; {nearest(name, rule_set_names())}")
