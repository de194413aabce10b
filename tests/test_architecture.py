"""The house keeps its shape: imports point down, files and functions stay small."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "corpuskit"
FILES = sorted(PACKAGE.rglob("*.py"))

# From the bottom up; a module may import from its own layer and from those before it.
LAYERS: tuple[tuple[str, ...], ...] = (
    ("errors",),
    ("schema", "kernels"),
    ("config", "languages", "banding", "duplicate_settings", "repeat_settings", "layout"),
    ("features", "cleaners", "readers", "writers"),
    ("rules", "recipe_features", "recipe", "resolve", "repeat", "rulebook", "splits"),
    ("dedup", "repeats", "coverage", "manifest", "ledger"),
    ("sampling", "report_documents", "pipeline"),
    ("engine",),
    ("shards", "summary", "progress", "compile", "repeated_lines", "search"),
    ("report",),
    ("run",),
    ("api", "terminal"),
    ("lm", "tuning", "export"),
    ("cli",),
)
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}
FORBIDDEN_NAMES = {"utils", "common", "helpers", "misc", "types"}


def area(path: Path) -> str:
    """Return the layer name of a file: its folder or its stem under the package."""
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def imports(path: Path) -> Iterator[str]:
    """Yield the areas of corpuskit that a file imports anywhere, type hints aside."""
    tree = ast.parse(path.read_text("utf-8"))
    hints = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in hints:
            continue
        names: list[str] = []
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names = [node.module]
            if node.module == "corpuskit":
                names = [f"corpuskit.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        for name in names:
            parts = name.split(".")
            if parts[0] == "corpuskit" and len(parts) > 1 and not parts[1].startswith("__"):
                yield parts[1]


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield every function of a file."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def depth(node: ast.AST) -> int:
    """Return how deep blocks are nested in a function."""
    blocks = ast.For | ast.While | ast.If | ast.With | ast.Try
    deepest = 0
    for child in ast.iter_child_nodes(node):
        inner = depth(child)
        chained = isinstance(node, ast.If) and isinstance(child, ast.If) and child in node.orelse
        deepest = max(deepest, inner + (isinstance(child, blocks) and not chained))
    return deepest


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_down(path: Path) -> None:
    own = area(path)
    if own.startswith("__"):
        return
    assert own in RANK, f"{own} has no layer; give it one above"
    for other in imports(path):
        assert RANK[other] <= RANK[own], f"{own} imports {other}, which lies above it"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_files_have_at_most_400_lines_and_functions_40(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= 400
    too_long = {node.name: length for node in functions(path) if (length := body_lines(node)) > 40}
    assert not too_long


def body_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count a function's lines without its signature and docstring."""
    body = node.body[1:] if ast.get_docstring(node) else node.body
    return (node.end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_no_file_is_named_after_nothing() -> None:
    for path in FILES:
        assert path.stem not in FORBIDDEN_NAMES
        assert not path.stem.startswith("base_")


def test_areas_do_not_import_each_other_in_a_circle() -> None:
    graph = {name: set[str]() for name in RANK}
    for path in FILES:
        if area(path) in graph:
            graph[area(path)].update(set(imports(path)) - {area(path)})
    while graph:
        free = [name for name, others in graph.items() if not others & graph.keys()]
        assert free, f"a circle among {sorted(graph)}"
        for name in free:
            del graph[name]


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; sys.argv = ['corpuskit', 'clean', '--help']\n"
        "from corpuskit.cli import app\n"
        "try: app()\n"
        "except SystemExit: pass\n"
        "heavy = {'numba', 'numpy', 'polars', 'pyarrow', 'datasets', 'torch'} & set(sys.modules)\n"
        "sys.exit(f'loaded {heavy}' if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_every_module_and_public_function_has_a_docstring() -> None:
    for path in FILES:
        tree = ast.parse(path.read_text("utf-8"))
        assert ast.get_docstring(tree), path
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
                assert ast.get_docstring(node), f"{path}: {node.name}"
