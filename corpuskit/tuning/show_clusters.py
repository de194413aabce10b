"""Clusters of duplicates as a person reads them in a terminal, 80 columns wide, escaped."""

from __future__ import annotations

from collections.abc import Mapping

from corpuskit.dedup.clusters import Cluster
from corpuskit.report.wording import jaccard
from corpuskit.tuning.clusters import SOURCES_SHOWN, Listing, Shown, ShownCluster
from corpuskit.tuning.page import WIDTH, paragraph, passage
from corpuskit.tuning.show_documents import difference_text

TEXT_CHARS = 400
PLACES = {1: ("nearest",), 2: ("nearest", "furthest"), 3: ("nearest", "middle", "furthest")}


def clusters_page(found: Listing, chars: int = TEXT_CHARS) -> str:
    """Write clusters to be read, the largest first."""
    parts = [_head(found), *(_alone(name) for name in found.alone)]
    shown = [_cluster(one, chars) for one in found.clusters]
    return f"\n\n{'─' * WIDTH}\n\n".join(["\n".join(part for part in parts if part), *shown])


def _head(found: Listing) -> str:
    kind = f" with {found.kind} duplicates" if found.kind else ""
    if not found.total:
        return f"no cluster{kind}: no document repeats another one"
    noun = "cluster" if found.total == 1 else "clusters"
    what = f"{found.kind} duplicates" if found.kind else "documents"
    listed = len(found.clusters)
    head = f"{found.total:,} {noun} of {found.documents:,} {what} in all"
    if found.kind:
        head = f"{found.total:,} {noun} with {found.documents:,} {what} in all"
    return paragraph(f"{head}; {listed:,} shown" if listed < found.total else head)


def _alone(name: str) -> str:
    return paragraph(
        f"{name}: in no cluster; nothing repeats it, or another rule dropped it before duplicates "
        "were looked for (corpuskit explain says which)"
    )


def _cluster(one: ShownCluster, chars: int) -> str:
    found = one.cluster
    kinds = [
        f"{number:,} {kind}"
        for kind, number in (("exact", found.exact), ("near", found.near))
        if number
    ]
    lines = [
        f"cluster {found.cluster}: {found.size:,} documents ({', '.join(kinds)}){_alike(found)}",
        _counts("from", one.sources),
        _counts("hosts", one.hosts),
    ]
    head = "\n".join(paragraph(line) for line in lines if line)
    first, *others = one.documents
    differ = found.members[0].jaccard != found.members[-1].jaccard
    places = PLACES[len(others)] if differ else ("",) * len(others)
    return "\n\n".join(
        [
            head,
            _first(first, chars),
            *(_member(place, other, chars) for place, other in zip(places, others, strict=True)),
        ]
    )


def _alike(found: Cluster) -> str:
    if not found.near:
        return ""
    least, mean = jaccard(found.least_jaccard), jaccard(found.mean_jaccard)
    if least == mean:
        return f"; Jaccard to the representative {least}"
    return f"; Jaccard to the representative {least} at least, {mean} on average"


def _counts(name: str, counts: Mapping[str, int]) -> str:
    listed = [f"{key} ({number:,})" for key, number in list(counts.items())[:SOURCES_SHOWN]]
    if len(counts) > SOURCES_SHOWN:
        listed.append(f"{len(counts) - SOURCES_SHOWN:,} more")
    return f"  {name}: {', '.join(listed)}" if listed else ""


def _first(one: Shown, chars: int) -> str:
    if one.text is None:
        return paragraph(
            f"stands for them: {one.member.id}, a document of an index, whose text is not here"
        )
    title = paragraph(f"stands for them: {one.member.id}, {one.chars:,} characters")
    return f"{title}\n{passage(one.text, chars)}"


def _member(place: str, one: Shown, chars: int) -> str:
    how = [place, one.member.kind, f"Jaccard {jaccard(one.member.jaccard)}"]
    title = f"{', '.join(part for part in how if part)}: {one.member.id}, {one.chars:,} characters"
    if one.difference is None:
        return f"{paragraph(title)}\n{passage(one.text or '', chars)}"
    return f"{paragraph(title)}\n{difference_text(one.difference, 'the representative', 'it')}"
