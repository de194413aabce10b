"""What a person sees while a run lasts: bars and sentences, on stderr, or nothing at all."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Advance = Callable[[int, str], None]
"""Moves a bar by a number of things, and says something beside it."""


class Progress:
    """Bars with bytes per second and time left; `quiet` says and shows nothing."""

    def __init__(self, quiet: bool = False) -> None:
        self.quiet = quiet

    def say(self, sentence: str) -> None:
        """Print one line."""
        if not self.quiet:
            print(sentence, file=sys.stderr)

    @contextmanager
    def stage(self, name: str, total_bytes: int) -> Iterator[Callable[[int], None]]:
        """Show a bar for one pass; yields the function that moves it by a number of bytes."""
        from tqdm import tqdm

        with tqdm(
            total=total_bytes,
            desc=f"{name:<22}",
            unit="B",
            unit_scale=True,
            disable=self.quiet,
            dynamic_ncols=True,
            mininterval=0.2,
        ) as bar:

            def advance(count: int) -> None:
                bar.update(count)

            yield advance

    @contextmanager
    def count(self, name: str, total: int, unit: str) -> Iterator[Advance]:
        """Show a bar of things that are counted; yields the function that moves it.

        What is said beside the bar stays there until something else is said.
        """
        from tqdm import tqdm

        with tqdm(
            total=total,
            desc=f"{name:<22}",
            unit=f" {unit}",
            disable=self.quiet,
            dynamic_ncols=True,
            mininterval=0.2,
        ) as bar:

            def advance(count: int, beside: str) -> None:
                if beside:
                    bar.set_postfix_str(beside, refresh=False)
                bar.update(count)

            yield advance
