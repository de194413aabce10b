"""Lines and paragraphs that stand more than once in a corpus: found over all of it, then taken out.

Two searches, each a pass over the corpus before anything is measured. The first finds the lines of
a site's frame: those on many pages of one host (`hosts`). The second finds lines or paragraphs
that stand in several documents of what is left, and which has each of them first (`units`). What
they find is a sorted table on disk each. `Removal` looks lines up there and takes them out; it
gives the same text in every pass.
"""

from __future__ import annotations

from corpuskit.repeats.hosts import HostMarks, find_host_lines, mark_hosts
from corpuskit.repeats.removal import CAUSES, CLEANER, Removal, Taken
from corpuskit.repeats.table import open_table
from corpuskit.repeats.units import find_units, mark_units

__all__ = [
    "CAUSES",
    "CLEANER",
    "HostMarks",
    "Removal",
    "Taken",
    "find_host_lines",
    "find_units",
    "mark_hosts",
    "mark_units",
    "open_table",
]
