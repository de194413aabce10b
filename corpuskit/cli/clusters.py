"""Clusters of duplicates on the command line: clusters."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from corpuskit.cli.options import RunFolder

CLUSTERS_EXAMPLES = """Examples:

  corpuskit clusters cleaned

  corpuskit clusters cleaned -n 3 --kind near

  corpuskit clusters cleaned --id doc-17

  corpuskit clusters cleaned --out clusters.parquet"""


def clusters(
    run: RunFolder,
    count: Annotated[int, typer.Option("-n", "--count", min=1, help="Clusters to show.")] = 10,
    kind: Annotated[
        str | None, typer.Option(help="Only clusters with 'exact', or with 'near' duplicates.")
    ] = None,
    id: Annotated[
        list[str] | None,
        typer.Option("--id", help="The cluster of this document; may be given more than once."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Write the members of all clusters to a .parquet file instead."),
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace --out.")] = False,
    chars: Annotated[int, typer.Option(min=1, help="Characters of each text.")] = 400,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, and nothing else.")] = False,
) -> None:
    """Show the largest clusters of duplicates of a run, with members compared word by word.

    Of each cluster the document that stands for it is shown, and how the nearest, a middle and
    the furthest member differ from it.
    """
    from corpuskit.errors import ConfigError
    from corpuskit.terminal import printable
    from corpuskit.tuning.clusters import export_clusters, list_clusters
    from corpuskit.tuning.finished import open_finished
    from corpuskit.tuning.show_clusters import clusters_page

    if out is not None and id:
        raise ConfigError("--out: writes all clusters; leave --id out")
    opened = open_finished(run)
    if out is not None:
        rows = export_clusters(opened, out, kind, overwrite)
        facts = {"out": str(out), "documents": rows}
        print(json.dumps(facts) if as_json else printable(f"{out}: {rows:,} documents"))
        return
    found = list_clusters(opened, count, kind, id or ())
    if as_json:
        print(json.dumps(found.plain(), ensure_ascii=False, indent=2))
    else:
        print(clusters_page(found, chars))


COMMANDS = ((clusters, CLUSTERS_EXAMPLES),)
