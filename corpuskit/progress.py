"""What a person sees while a run lasts: bars and sentences, on stderr, or nothing at all."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


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
