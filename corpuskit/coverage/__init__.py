"""How broad a corpus is, before and after: statistics that merge over splits in any order.

What only the text can tell (distinct words and n-grams) is sketched while a split is in memory;
hosts are counted exactly; everything else is added up from the scores.
"""

from __future__ import annotations

from corpuskit.coverage.hosts import count_hosts, host_column, merge_hosts
from corpuskit.coverage.sketches import Sketches, load_estimates, merge, no_sketches, save, sketch
from corpuskit.coverage.statistics import statistics

__all__ = [
    "Sketches",
    "count_hosts",
    "host_column",
    "load_estimates",
    "merge",
    "merge_hosts",
    "no_sketches",
    "save",
    "sketch",
    "statistics",
]
