"""Receipts and scores → summary.json: every number of the report, and nothing that is not there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

import corpuskit
from corpuskit import coverage
from corpuskit.banding import recall
from corpuskit.dedup.evidence import Evidence
from corpuskit.dedup.priority import LAST
from corpuskit.duplicate_settings import Keep
from corpuskit.manifest import Receipts, check_conservation, peak_memory
from corpuskit.pipeline import Job, keep_from_input
from corpuskit.readers import Source
from corpuskit.repeated_lines import summarise_repeats
from corpuskit.rules import Rule
from corpuskit.schema import CORPUS_COLUMNS, KEEP_ORDER

BAD_RECORDS_SHOWN = 20
ENOUGH_DOCUMENTS = 100
"""From here on a rule that every document fails is more likely wrong than the corpus."""
IDS_AT_A_TIME = 8_000_000
RECALL_AT = (0.75, 0.8, 0.9)


def summarise(
    job: Job,
    sources: Sequence[Source],
    receipts: Sequence[dict[str, Any]],
    shards: Sequence[dict[str, Any]],
    decided: pl.LazyFrame,
    evidence: Evidence | None,
) -> dict[str, Any]:
    """Add up a run; timings are put in by who took them.

    Parameters
    ----------
    receipts, shards : of pass 1 and of pass 2, in order.
    decided : all scores, with the duplicates and `keep`.
    evidence : the clusters that the report shows, or None where duplicates were not looked for.

    Raises
    ------
    RunError
        If in = kept + dropped + skipped does not hold.
    """
    rules = job.recipe.all_rules()
    documents = count_documents(receipts, shards)
    measured = coverage.statistics(decided, tuple(bounds(rules)), bounds(rules))
    return {
        "version": corpuskit.__version__,
        "plan": job.plan,
        "recipe": job.recipe.name,
        "text_column": text_column(receipts)[0],
        "id_column": id_column(receipts),
        "documents": documents,
        **({"not_measured": gaps} if (gaps := not_measured(job)) else {}),
        "skipped": count_skipped(receipts),
        "bytes": {
            "read": sum(source.bytes for source in sources),
            "in": sum(receipt["text_bytes"] for receipt in receipts),
            "kept": measured["coverage"]["kept"]["bytes"],
            "dropped": measured["coverage"]["in"]["bytes"] - measured["coverage"]["kept"]["bytes"],
        },
        "rules": {rule.id: {**rule.plain(), **add_up(rule, shards)} for rule in rules},
        **odd_rules(rules, shards, documents["kept"] + documents["dropped"]),
        "languages": measured["languages"],
        "scripts": measured["scripts"],
        **({"repeats": summarise_repeats(job, decided)} if job.recipe.repeats else {}),
        "duplicates": duplicates(job, evidence, shards, decided),
        "coverage": counted(job, receipts, shards, measured["coverage"])
        if job.recipe.coverage
        else measured["coverage"],
        "histograms": measured["histograms"],
        "inputs": inputs(sources, receipts),
        "warnings": warnings(receipts, decided),
        "bad_records": [bad for receipt in receipts for bad in receipt["bad"]][:BAD_RECORDS_SHOWN],
    }


def not_measured(job: Job) -> list[str]:
    """List what the plan of a run leaves out; empty where coverage is measured."""
    if job.recipe.coverage:
        return []
    groups = job.recipe.features
    whole = "characters" in groups and "language" in groups
    return [
        *([] if "language" in groups else ["languages"]),
        *([] if "characters" in groups else ["scripts"]),
        *([] if whole else ["estimated_tokens"]),
        "vocabulary",
        "ngrams",
        "domains",
        "raw_sample",
    ]


def text_column(receipts: Sequence[dict[str, Any]]) -> tuple[str, int]:
    """Return the name and place of the text in the output; inputs that disagree get `text`."""
    names = {(receipt["text_name"], receipt["text_index"]) for receipt in receipts}
    return names.pop() if len(names) == 1 else ("text", 0)


def id_column(receipts: Sequence[dict[str, Any]]) -> str | None:
    """Return the column of the user's ids, or None where there is none or inputs disagree."""
    names = {receipt["id_name"] for receipt in receipts}
    return names.pop() if len(names) == 1 else None


def timings(seconds: Mapping[str, float], read_bytes: int, workers: int) -> dict[str, Any]:
    """Describe the machine's part in a summary: what differs between two runs of one plan."""
    total = seconds["total"]
    return {
        "seconds": dict(seconds),
        "bytes_per_second": int(read_bytes / total) if total > 0 else 0,
        "peak_memory_bytes": peak_memory(),
        "workers": workers,
    }


def count_documents(
    receipts: Sequence[dict[str, Any]], shards: Sequence[dict[str, Any]]
) -> dict[str, int]:
    """Count records in, kept, dropped and skipped, and check that they add up."""
    skipped = sum(sum(receipt["skipped"].values()) for receipt in receipts)
    offered = sum(receipt["documents"] for receipt in receipts) + skipped
    kept = sum(shard["documents"]["kept"] for shard in shards)
    dropped = sum(shard["documents"]["dropped"] for shard in shards)
    check_conservation(offered, kept, dropped, skipped)
    return {"in": offered, "kept": kept, "dropped": dropped, "skipped": skipped}


def count_skipped(receipts: Sequence[dict[str, Any]]) -> dict[str, int]:
    """Count skipped records by reason."""
    reasons: Counter[str] = Counter()
    for receipt in receipts:
        reasons.update(receipt["skipped"])
    return dict(sorted(reasons.items()))


def add_up(rule: Rule, shards: Sequence[dict[str, Any]]) -> dict[str, int]:
    """Sum one rule's counts over the shards."""
    names = ("fails", "alone", "first")
    return {name: sum(shard["rules"].get(rule.id, {}).get(name, 0) for shard in shards)
            for name in names}  # fmt: skip


def odd_rules(
    rules: Sequence[Rule], shards: Sequence[dict[str, Any]], documents: int
) -> dict[str, list[str]]:
    """List the rules that no document failed, and those that every document failed.

    Parameters
    ----------
    documents : that were decided; the second list stays empty for fewer than 100.
    """
    fails = {rule.id: add_up(rule, shards)["fails"] for rule in rules}
    enough = documents >= ENOUGH_DOCUMENTS
    return {
        "rules_never_failed": [name for name, count in fails.items() if documents and not count],
        "rules_always_failed": [
            name for name, count in fails.items() if enough and count == documents
        ],
    }


def bounds(rules: Sequence[Rule]) -> dict[str, list[float]]:
    """Collect the numeric bounds on every measured feature, so that histograms reach them."""
    numbers: dict[str, list[float]] = {}
    for rule in rules:
        for _, bound in rule.keep.bounds:
            measured = rule.keep.feature not in CORPUS_COLUMNS
            if measured and isinstance(bound, int | float) and not isinstance(bound, bool):
                numbers.setdefault(rule.keep.feature, []).append(float(bound))
    return numbers


def duplicates(
    job: Job,
    evidence: Evidence | None,
    shards: Sequence[dict[str, Any]],
    scores: pl.LazyFrame,
) -> dict[str, Any]:
    """Describe the duplicates that were found, and what share of them can be found at all.

    `recall_wanted` is that at `similarity`; `plan` has the bands, their recall at similarities
    from 0.5 to 1 and what they cost. `without_keep_value` counts documents that have no value in
    the column that says which copy stays, `absent_keep_values` are those that `keep` lists and no
    document has.
    """
    receipt = Receipts(job.layout.work, job.plan).read("deduplicate")
    found = receipt["stats"] if receipt else {}
    settings = job.recipe.duplicates
    if settings is None or evidence is None:
        return {"exact": 0, "near": 0, "clusters": 0}
    texts = {int(name): text for shard in shards for name, text in shard["shown"].items()}
    keep = keep_from_input(job.recipe)
    missing = {} if keep is None else missing_values(keep, scores)
    return {
        **found,
        "searched": [kind for kind in ("exact", "near") if getattr(settings, kind)],
        "similarity": settings.similarity,
        "recall_wanted": settings.recall,
        "shingle": settings.shingle,
        "keep": settings.keep,
        **missing,
        "bands": settings.bands,
        "rows": settings.rows,
        "plan": settings.banding.plain(settings.similarity) if settings.near else None,
        "recall": {str(at): recall(settings.bands, settings.rows, at) for at in RECALL_AT},
        **evidence.plain(texts),
    }


def missing_values(keep: Keep, scores: pl.LazyFrame) -> dict[str, Any]:
    """Count documents without a value that says which copy stays, and list values without one."""
    order = pl.col(KEEP_ORDER)
    there = [(order == place).any().alias(str(place)) for place in range(len(keep.values))]
    last, *found = scores.select((order == LAST).sum(), *there).collect(engine="streaming").row(0)
    absent = [value for value, some in zip(keep.values, found, strict=True) if not some]
    return {"without_keep_value": int(last), **({"absent_keep_values": absent} if absent else {})}


def counted(
    job: Job,
    receipts: Sequence[dict[str, Any]],
    shards: Sequence[dict[str, Any]],
    measured: dict[str, Any],
) -> dict[str, Any]:
    """Add to the coverage what only texts and columns could tell."""
    before = [job.layout.counts(receipt["split"]) for receipt in receipts]
    after = [job.layout.counts(f"kept-{shard['shard']:05d}") for shard in shards]
    told = coverage.describe(before, after)
    return {side: {**measured[side], **told[side]} for side in ("in", "kept")}


def inputs(sources: Sequence[Source], receipts: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """List the sources with what each of them gave."""
    documents: Counter[str] = Counter()
    skipped: Counter[str] = Counter()
    for receipt in receipts:
        documents[receipt["source"]] += receipt["documents"]
        skipped[receipt["source"]] += sum(receipt["skipped"].values())
    return [
        {
            "source": source.key,
            "format": ".".join(filter(None, (source.format, source.compression))),
            "bytes": source.bytes,
            "documents": documents[source.key],
            "skipped": skipped[source.key],
        }
        for source in sources
    ]


def warnings(receipts: Sequence[dict[str, Any]], scores: pl.LazyFrame) -> dict[str, int]:
    """Count user ids that are missing or not unique; doc_id is unaffected by either."""
    missing = sum(receipt["missing_user_ids"] for receipt in receipts)
    if not any(receipt["id_name"] for receipt in receipts):
        return {"duplicate_user_ids": 0, "missing_user_ids": 0}
    repeated = repeated_ids(scores, sum(receipt["documents"] for receipt in receipts))
    return {"duplicate_user_ids": repeated, "missing_user_ids": missing}


def repeated_ids(scores: pl.LazyFrame, documents: int) -> int:
    """Count the user ids that another document has already, some millions of them at a time.

    Ids are compared by hashes of 64 bits: among a billion, 0.03 pairs of different ids are
    expected to share one (n² / 2^65).
    """
    parts = 1 + documents // IDS_AT_A_TIME
    hashed = scores.select(pl.col("user_id").hash().alias("id"))
    return sum(
        int(
            hashed.filter(pl.col("id") % parts == part)
            .select(pl.len() - pl.col("id").n_unique())
            .collect(engine="streaming")
            .item()
        )
        for part in range(parts)
    )
