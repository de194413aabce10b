"""Where a run's files are: the folder that the user named, and the names inside it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

SUFFIXES = {
    "parquet": ".parquet",
    "jsonl": ".jsonl",
    "jsonl.gz": ".jsonl.gz",
    "jsonl.zst": ".jsonl.zst",
}


@dataclass(frozen=True)
class Layout:
    """Paths of one run; `work` holds receipts and scratch and is gone once the run is complete."""

    root: Path

    @property
    def kept(self) -> Path:
        """Cleaned shards."""
        return self.root / "kept"

    @property
    def dropped(self) -> Path:
        """Dropped documents with their reasons."""
        return self.root / "dropped"

    @property
    def scores(self) -> Path:
        """Features of every document."""
        return self.root / "scores"

    @property
    def removed_lines(self) -> Path:
        """The lines that line cleaners took out, where they were asked for."""
        return self.root / "removed_lines"

    @property
    def raw_sample(self) -> Path:
        """A sample of documents from before any cleaning."""
        return self.root / "raw_sample"

    @property
    def duplicates(self) -> Path:
        """Clusters of duplicates."""
        return self.root / "duplicates.parquet"

    @property
    def manifest(self) -> Path:
        """The recipe, the inputs, the versions and every output's digest: a complete run."""
        return self.root / "manifest.json"

    @property
    def summary(self) -> Path:
        """Every number of the report."""
        return self.root / "summary.json"

    @property
    def report_documents(self) -> Path:
        """The documents that the report shows, with what it says of them."""
        return self.root / "report_documents.json"

    @property
    def report(self) -> Path:
        """The report."""
        return self.root / "report.html"

    @property
    def report_card(self) -> Path:
        """The report as Markdown, where it was asked for."""
        return self.root / "report.md"

    @property
    def report_numbers(self) -> Path:
        """The numbers of the report and the verdict as one document, where it was asked for."""
        return self.root / "report.json"

    @property
    def report_images(self) -> Path:
        """The main charts as images, where they were asked for."""
        return self.root / "report_images"

    @property
    def pretrain(self) -> Path:
        """The verdict of the pretraining step, its curves and figures."""
        return self.root / "pretrain"

    @property
    def work(self) -> Path:
        """Receipts and scratch of a run that is not complete."""
        return self.root / ".work"

    @property
    def repeats(self) -> Path:
        """The marks of lines, and the tables of those that stand more than once."""
        return self.work / "repeats"

    @property
    def plan(self) -> Path:
        """The plan that an unfinished run follows."""
        return self.work / "plan.json"

    def own(self) -> list[Path]:
        """List every path that a run may create, and that ``--overwrite`` may delete."""
        return [
            self.kept,
            self.dropped,
            self.scores,
            self.removed_lines,
            self.raw_sample,
            self.duplicates,
            self.manifest,
            self.summary,
            self.report_documents,
            self.report,
            self.report_card,
            self.report_numbers,
            self.report_images,
            self.work,
            self.pretrain,
        ]

    def hosts(self, split_name: str) -> Path:
        """Path of the hosts of one split's documents; scratch, there if they have addresses."""
        return self.work / "hosts" / f"{split_name}.parquet"

    def counts(self, name: str) -> Path:
        """Path of what coverage counts of a split, or of the kept documents of a shard; scratch."""
        return self.work / "coverage" / f"{name}.npz"

    def compared(self, split_name: str) -> Path:
        """Path of the list of one split's documents that were compared; scratch."""
        return self.work / "compared" / f"{split_name}.parquet"

    def score_part(self, split_name: str) -> Path:
        """Path of one split's scores."""
        return self.scores / f"part-{split_name}.parquet"

    def score_parts(self) -> list[Path]:
        """List all parts of the scores, in the order of the splits."""
        return sorted(self.scores.glob("part-*.parquet"))


def shard_name(number: int, format: str) -> str:
    """Name a shard's file."""
    return f"part-{number:05d}{SUFFIXES[format]}"
