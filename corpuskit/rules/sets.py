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
    """List the rule sets that ship with corpuskit; one in a folder is ``fineweb2/deu_Latn``."""
    folder = shipped_rules()
    names = (path.relative_to(folder).with_suffix("") for path in folder.rglob("*.yaml"))
    return sorted(name.as_posix() for name in names if name.parts[0] != "recipes")


def recipe_names() -> list[str]:
    """List the recipes that ship with corpuskit."""
    return sorted(path.stem for path in (shipped_rules() / "recipes").glob("*.yaml"))


def is_file_name(name: str) -> bool:
    """Say whether a name is the path of a file, not that of a shipped set or recipe."""
    return name.endswith((".yaml", ".yml"))


def is_inside(name: str) -> bool:
    """Say whether a name with slashes leads down from a folder and never out of it.

    Examples
    --------
    >>> [is_inside(name) for name in ("mine", "fineweb2/deu_Latn", "../mine", "/etc/mine", "a//b")]
    [True, True, False, False, False]
    """
    parts = name.split("/")
    return "\\" not in name and all(part.strip(".") for part in parts)


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
    folders = [beside] if beside != shipped_rules() / "recipes" and is_inside(name) else []
    folders += [shipped_rules()] if name in rule_set_names() else []
    for folder in folders:
        path = folder / f"{name}.yaml"
        if path.is_file() and not (reader is not None and path.samefile(reader)):
            return path
    raise entry.fail(f"unknown rule set {name!r}; {nearest(name, rule_set_names())}")
