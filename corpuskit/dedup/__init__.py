"""Duplicates: columns computed over the whole corpus, proven before anything is dropped.

Exact duplicates share a BLAKE2b-128 digest of their text, white space and NFC aside. Near
duplicates are candidates when a MinHash band agrees, and duplicates when the *exact* Jaccard
similarity of their shingle sets reaches the threshold: banding can miss a pair, with a stated
probability, but can never drop a document. Every dropped document has a *kept* representative
that it was measured against; chains A~B~C with A≁C do not drag C along.
"""

from __future__ import annotations

from corpuskit.banding import recall
from corpuskit.dedup.find import DuplicatesResult, deduplicate, find_duplicates, no_duplicates
from corpuskit.dedup.limits import LEAST_MEMORY_BYTES, Limits, half_of_memory
from corpuskit.dedup.marks import fingerprint, shingle_sets
from corpuskit.dedup.priority import with_priority

__all__ = [
    "LEAST_MEMORY_BYTES",
    "DuplicatesResult",
    "Limits",
    "deduplicate",
    "find_duplicates",
    "fingerprint",
    "half_of_memory",
    "no_duplicates",
    "recall",
    "shingle_sets",
    "with_priority",
]
