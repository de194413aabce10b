"""What the user asks of an export."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from corpuskit.lm.settings import Target

VOCABULARY: Final = 8192
"""Tokens of a tokenizer that is trained here: a small model spends few parameters on them."""

HOLD_OUT: Final = ("sources", "documents")


@dataclass(frozen=True)
class Options:
    """Everything but `workers` and `quiet` decides what is written.

    tokenizer : a tokenizer.json, or the folder with it; None counts characters (minimind) or
        trains one (nanogpt).
    target : of minimind: the length of a row and what follows for the optimiser steps.
    vocabulary : tokens of a tokenizer that is trained here, special ones included.
    hold_out : what validation data is made of: whole "sources" or single "documents".
    clusters : of a dataset: also the columns `cluster` and `cluster_size`.
    license : of the text, for the card of a dataset; None leaves it out.
    overwrite : replace an earlier export in the same folder.
    workers : threads; the output does not depend on it.
    """

    tokenizer: Path | None = None
    target: Target = field(default_factory=Target)
    vocabulary: int = VOCABULARY
    hold_out: str = HOLD_OUT[0]
    license: str | None = None
    clusters: bool = False
    overwrite: bool = False
    workers: int = 1
    quiet: bool = True
