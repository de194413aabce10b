"""The main charts of a report as files: those that the page shows unfolded, for slides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from corpuskit.report.charts import Chart, images
from corpuskit.report.folder import Contents
from corpuskit.report.view import view
from corpuskit.writers import atomic


def write_images(found: Contents, folder: Path, lang: str) -> list[Path]:
    """Draw the charts of a run as PNG files in a folder; return their paths.

    Other files in the folder stay.

    Raises
    ------
    MissingExtraError
        If vl-convert-python is not installed.
    """
    charts = list(main_charts(view(found.summary, found.pretrain, found.documents)))
    paths = []
    for name, image in images(charts, "png", lang):
        paths.append(folder / f"{name}.png")
        with atomic(paths[-1]) as file:
            file.write(image)
    return paths


def main_charts(part: Any) -> Iterator[Chart]:
    """Find the charts of a view, in its order, but for those that the page folds away."""
    if isinstance(part, Chart):
        yield part
    elif isinstance(part, Mapping):
        for name, inner in part.items():
            if name != "folded":
                yield from main_charts(inner)
    elif isinstance(part, list | tuple):
        for inner in part:
            yield from main_charts(inner)
