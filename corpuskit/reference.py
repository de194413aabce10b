"""A reference that a run is held against: the folder of a finished run, or a corpus.

Of a run everything that is needed is in its folder, and no text is read. A corpus is measured
first, as it is: no cleaner, no rule, no search for duplicates. Its identity (the plan of the run,
or a digest of the corpus' files) is part of the plan of a run that names it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl

from corpuskit import manifest, readers
from corpuskit.config import fingerprint
from corpuskit.coverage.common_words import WORDS
from corpuskit.coverage.reference import Held, hold_against
from corpuskit.errors import ConfigError, DataError, RunError
from corpuskit.layout import NO_TEXTS, Layout
from corpuskit.progress import Progress
from corpuskit.repeat import Options

RUN: Final = "run"
CORPUS: Final = "corpus"
Measure = Callable[[Options], Any]
"""Makes a run; what it returns is not looked at."""


@dataclass(frozen=True)
class Reference:
    """A reference that was found.

    name : as the user gave it. kind : ``run`` or ``corpus``.
    identity : the plan of the run, or a digest of the corpus.
    """

    name: str
    kind: str
    identity: str

    def plain(self) -> dict[str, str]:
        """Return what a manifest says of it."""
        return {"path": self.name, "kind": self.kind, "identity": self.identity}


def identify(name: str, own: Layout | None = None) -> Reference:
    """Say what a reference is, without measuring it.

    Parameters
    ----------
    own : the run that is to be held against it.

    Raises
    ------
    ConfigError
        If the reference is the run itself.
    DataError, RunError
        If it is no run and no corpus, an unfinished run, or damaged.
    """
    layout = Layout(Path(name))
    if own is not None and layout.root.resolve() == own.root.resolve():
        raise ConfigError(
            f"--reference {name}: is the run itself, which differs from itself in nothing; name "
            "another run or a corpus"
        )
    if layout.manifest.exists():
        facts = manifest.read_json(layout.manifest)
        return Reference(name, RUN, str(_needed(facts, "plan", layout.manifest)))
    if layout.plan.exists():
        raise RunError(
            f"--reference {name}: a run that is not finished; give the command that began it "
            "again, or name another reference"
        )
    try:
        sources = readers.discover([name], readers.ReadOptions())
    except DataError as error:
        raise DataError(f"--reference {name}: no finished run, and no corpus: {error}") from error
    digests = {source.key: manifest.input_digest(source.path) for source in sources}
    return Reference(name, CORPUS, fingerprint(digests))


def held_against(
    reference: Reference,
    here: Held,
    scratch: Layout,
    measure: Measure,
    progress: Progress,
    workers: int = 1,
) -> dict[str, Any]:
    """Hold a run against a reference: `reference` of summary.json.

    Parameters
    ----------
    here : the run.
    measure : makes the run over a reference that is a corpus, in the scratch of a run's folder.

    Raises
    ------
    RunError
        If the reference was made by a version that did not measure what is needed.
    """
    layout = Layout(Path(reference.name))
    if reference.kind == CORPUS:
        progress.say(
            f"reference: measuring {reference.name}; to do it once and for all, run corpuskit "
            "report on it and name its folder"
        )
        layout = Layout(scratch.reference)
        measure(measuring(reference.name, layout.root, workers))
    there = held(layout)
    try:
        found = hold_against(here, there)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise RunError(
            f"--reference {reference.name}: a run of another version of corpuskit, whose summary "
            f"lacks what is compared ({error!r}); run it again with --overwrite"
        ) from error
    volume = there.summary["coverage"]["kept"]
    return {
        **reference.plain(),
        "recipe": there.summary["recipe"] if reference.kind == RUN else None,
        "documents": volume["documents"],
        "bytes": volume["bytes"],
        **found,
    }


def measuring(name: str, out: Path, workers: int) -> Options:
    """Ask for a run that measures a corpus as it is, and no more of it than is compared."""
    return Options(
        inputs=(name,), out=out, recipe="dedup", duplicates=False, coverage=True, format=NO_TEXTS,
        workers=workers,
    )  # fmt: skip


def held(layout: Layout) -> Held:
    """Read one side: the folder of a finished run.

    Raises
    ------
    RunError
        If a file is missing or damaged.
    """
    facts = manifest.read_json(layout.manifest)
    settings = _needed(facts, "settings", layout.manifest)
    summary = manifest.read_json(layout.summary)
    for key in ("documents", "coverage", "languages", "scripts", "recipe"):
        _needed(summary, key, layout.summary)
    return Held(summary, settings.get("language_model"), common_words_of(layout))


def common_words_of(layout: Layout) -> pl.DataFrame | None:
    """Read the common words of a run; None where it did not count them.

    Raises
    ------
    RunError
        If the file is damaged.
    """
    if not layout.word_counts.exists():
        return None
    try:
        return pl.read_parquet(layout.word_counts).select(list(WORDS)).cast(WORDS)  # type: ignore[arg-type]
    except (pl.exceptions.PolarsError, OSError) as error:
        raise RunError(
            f"{layout.word_counts}: damaged ({(str(error).splitlines() or ['no detail'])[0]}); "
            "run clean again with --overwrite"
        ) from error


def _needed(facts: Mapping[str, Any], key: str, path: Path) -> Any:
    if key not in facts:
        raise RunError(
            f"{path}: says nothing of {key}, so it is damaged or of another version; run clean "
            "again with --overwrite"
        )
    return facts[key]
