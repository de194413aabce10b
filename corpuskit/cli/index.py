"""Indexes of documents that stand, on the command line: index."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from corpuskit.cli.options import Overwrite
from corpuskit.errors import ConfigError

INDEX_EXAMPLES = """Examples:

  corpuskit index info may_index

  corpuskit index merge may_index june_index --out seen"""


def index(
    action: Annotated[str, typer.Argument(help="'info' or 'merge'.", show_default=False)],
    folders: Annotated[
        list[Path],
        typer.Argument(help="Indexes, as --save-index writes them.", show_default=False),
    ],
    out: Annotated[
        Path | None, typer.Option("--out", help="merge: folder of the new index.")
    ] = None,
    overwrite: Overwrite = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, and nothing else.")] = False,
) -> None:
    """Say what is in an index, or merge several into one.

    Indexes are written by clean and dedup with --save-index, and used with --against.
    """
    from corpuskit.dedup.index import merge, open_index
    from corpuskit.dedup.index.info import describe, page

    if action == "info" and len(folders) == 1 and out is None:
        found = open_index(folders[0], verify=False)
    elif action == "merge" and out is not None:
        found = merge(folders, out, overwrite)
    else:
        raise ConfigError("index: write corpuskit index info DIR, or index merge A B --out C")
    facts = describe(found)
    print(json.dumps(facts, ensure_ascii=False, indent=2) if as_json else page(facts))


COMMANDS = ((index, INDEX_EXAMPLES),)
