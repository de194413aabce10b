"""The words around the tables of docs/dedup-quality.md."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.dedup_tools import HASHES, datasketch_bands
from corpuskit.dedup import recall
from corpuskit.duplicate_settings import DuplicateSettings

if TYPE_CHECKING:
    from bench.dedup_quality import Labelled

TABLES = list[tuple["Labelled", list[str]]]

ABOUT_TABLES = """A found cluster is a survivor and what was dropped for it. Columns:

- **precision, recall, F1**: over pairs of documents, together in a found cluster against together
  in a known one. One large cluster has most of the pairs.
- **exact clusters**: known clusters found as they are, none more and none less; a document that has
  no copy is a cluster. Every cluster counts once, whatever its size.
- **similar pairs found**: of the pairs in one known cluster whose exact Jaccard similarity (of our
  shingles) reaches the threshold, the share that is together in a found one. Two documents that are
  similar to each other but nearest to different survivors are not together, so corpuskit can stay
  under 1 with no candidate missed.
- **dropped**: documents removed. **of another cluster**: those whose survivor is of another known
  cluster, as a share of the dropped. **unproven**: those whose exact Jaccard similarity to their
  survivor is under the threshold, measured with our shingles, also where a tool has others.

Tools: {tools}

Labels are not the truth about similarity. Revisions of a page, texts of one licence and what an
extractor left of a page may have little in common (a low recall is then right), and pages of other
clusters are not proven to differ: untranslated pages, notices that quote each other and templates
are copies across clusters (a precision under 1 can be right too). Compare tools within a table; the
columns beyond F1 say why they differ."""

TOOLS = {
    "corpuskit": "the search of `corpuskit dedup` at its defaults but for the threshold",
    "datasketch": f"`MinHashLSH` 2.0 at the threshold, {HASHES} hashes, its own optimum of bands; "
    "all that a query returns is linked, connected components are clusters",
    "rensa": "`RMinHashLSH` 0.5, 128 hashes in 16 bands; candidates whose *estimated* Jaccard "
    "reaches the threshold are dropped, in order",
    "text-dedup style": "word 2-grams, 50 bands of 4, every candidate is linked, transitive "
    "closure; its settings with our hashes, not its code",
    "datatrove": "0.10 in its four stages on disk, 14 bands of 8 over word 5-grams, its English "
    "word splitter, nothing verified",
}


def page(
    known: list[str],
    curve: list[str],
    full: TABLES,
    part: TABLES,
    human: list[str],
) -> str:
    """Write the page."""
    from bench.dedup_quality import DRAWS, KNOWN_PAIRS, SETS

    listed = "; ".join(f"**{name}**: {text}" for name, text in TOOLS.items())
    return "\n".join(
        [
            "<!-- made by python -m bench.dedup_quality -->",
            "",
            "# Quality of deduplication",
            "",
            "## Who is better where",
            "",
            *beside(full, part),
            "",
            "Tools that verify nothing link pairs far under a threshold. Where copies are changed "
            "a lot and no two clusters resemble each other (one page through 33 extractors, few "
            "revisions of few pages), that finds more of them, and such a tool is the better "
            "choice if the labels are what is wanted. Where texts quote each other (licences), "
            "it drops documents for others that they are not copies of: see *of another cluster* "
            "and *unproven*.",
            "",
            "## Pairs of known similarity",
            "",
            f"{KNOWN_PAIRS} passages of real pages for each language, each with an edited copy "
            "whose exact Jaccard similarity is at the threshold or up to 0.02 above, by plain "
            "sets of strings (tests/dedup/known_pairs.py). `least` is the number of hits under "
            "which a search with the stated recall falls with a probability of 0.001. Precision "
            "is of the dropped documents, by the same plain sets. The last column is the share "
            "that datasketch's bands for this threshold make candidates, over our shingles "
            f"(stated: {theirs()}).",
            "",
            "| threshold | language | pairs | stated recall | measured | least | hits | precision "
            "| datasketch's bands |",
            "|---:|---|---:|---:|---:|---:|---:|---:|---:|",
            *known,
            "",
            "## Stated and measured recall",
            "",
            "All pairs within the known clusters of the three sets below, by their exact "
            "similarity: how many share a band of the default plan "
            f"({DuplicateSettings().bands} × {DuplicateSettings().rows}), beside "
            f"1 - (1 - s^rows)^bands, on average over {DRAWS} draws of the hash functions. Within "
            "one draw the pairs of a cluster are found or missed together, so a row scatters more "
            "than its number of pairs says.",
            "",
            *curve,
            "",
            "## Known clusters",
            "",
            ABOUT_TABLES.format(tools=listed + "."),
            *sections(full, SETS, ""),
            "",
            "## The same with datatrove, on a part",
            "",
            "datatrove is slow, and English alone here. Whole clusters of each set, by a hash of "
            "their name, up to 1.5 MB.",
            *sections(part, SETS, ", a part"),
            "",
            "## Pairs that people judged",
            "",
            "181 pairs of real pages (news, GOV2, ClueWeb09), judged from 0 (different) to 3 (the "
            "same but for small changes). F1 of being in one cluster, where a duplicate is a pair "
            "judged 1 to 3, 2 or 3, or 3 alone.",
            "",
            *human,
            "",
        ]
    )


def theirs() -> str:
    """Say what datasketch's bands find at their own thresholds."""
    parts = []
    for threshold in (0.7, 0.8, 0.9):
        bands, rows = datasketch_bands(threshold)
        parts.append(f"{recall(bands, rows, threshold):.3f} at {threshold}, {bands} × {rows}")
    return "; ".join(parts)


def beside(full: TABLES, part: TABLES) -> list[str]:
    """Say for each table which tool has the best F1 and the most exact clusters."""
    lines = []
    for one, table in (*full, *part):
        rows = [[cell.strip() for cell in row.strip("|").split("|")] for row in table[2:]]
        where = "" if (one, table) in full else ", on the part that datatrove saw"
        by_f1 = max(rows, key=lambda row: float(row[4]))
        by_clusters = max(rows, key=lambda row: float(row[5].rstrip("%")))
        ours = max((row for row in rows if "corpuskit" in row[0]), key=lambda row: float(row[4]))
        cleanest = max(rows, key=lambda row: float(row[2]))
        lines.append(
            f"- `{one.name}`{where}: the best F1 is {by_f1[4]}, {plain(by_f1)}; corpuskit's best "
            f"is {ours[4]}, {plain(ours)}. Most exact clusters: {by_clusters[5]}, "
            f"{plain(by_clusters)}. Best precision: {cleanest[2]}, {plain(cleanest)}."
        )
    return lines


def plain(row: list[str]) -> str:
    """Name a tool and its threshold."""
    name = row[0].strip("*")
    return name if row[1] == "–" else f"{name} at {row[1]}"


def sections(tables: TABLES, about: dict[str, tuple[str, str]], suffix: str) -> list[str]:
    """Write a heading, what the set is, and its table, for each set."""
    found = []
    for one, table in tables:
        known = len(set(one.known))
        size = sum(len(text.encode()) for text in one.texts) / 1e6
        found += [
            "",
            f"### {one.name}{suffix}",
            "",
            f"{about[one.name][1].capitalize()}: {len(one.texts):,} documents, {size:.1f} MB, "
            f"{known:,} clusters, {len(one.pairs):,} pairs within them.",
            "",
            *table,
        ]
    return found
