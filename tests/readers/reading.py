"""Read a whole input the way a run does, one split after the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from corpuskit import readers, splits


@dataclass
class Everything:
    """All documents of some inputs, and what was refused."""

    documents: list[tuple[str, int, str]] = field(default_factory=list)  # source, position, text
    skipped: Counter[str] = field(default_factory=Counter)
    bad: list[readers.BadRecord] = field(default_factory=list)
    batches: list[readers.Batch] = field(default_factory=list)
    splits: list[readers.Split] = field(default_factory=list)

    @property
    def texts(self) -> list[str]:
        return [text for _, _, text in self.documents]


def read_all(
    inputs: Iterable[Path | str], split_bytes: int = splits.SPLIT_BYTES, **options: str
) -> Everything:
    """Read all documents of some inputs."""
    chosen = readers.ReadOptions(**options)
    result = Everything()
    for number, source in enumerate(readers.discover([str(i) for i in inputs], chosen)):
        for split in splits.plan(number, source, chosen, split_bytes):
            batch = readers.read(split, chosen)
            assert batch.records == len(batch.text) + sum(batch.skipped.values())
            assert len(batch.text) == len(batch.position) == len(batch.user_id)
            assert len(batch.text) == batch.columns.height
            result.documents += [
                (source.key, position, text)
                for position, text in zip(batch.position, batch.text, strict=True)
            ]
            result.skipped.update(batch.skipped)
            result.bad += batch.bad
            result.batches.append(batch)
            result.splits.append(split)
    return result
