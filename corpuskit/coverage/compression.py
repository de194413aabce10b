"""How much of a sample of texts zstd saves: each document alone, and all of them in one frame.

A document alone shows how much it repeats itself and its language; one frame over all of them
also finds what documents share. Both depend on the size of what is compressed, so ratios are
compared at equal sizes, or not at all.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import polars as pl

from corpuskit.schema import KEEP

LEVEL: Final = 3  # zstd's default
WINDOW_LOG: Final = 27  # 128 MiB: all of a sample lies in the window
METHOD: Final = f"zstd -{LEVEL}, zstd -{LEVEL} --long={WINDOW_LOG}"
"""As the command of that name would be asked: each document, and the whole."""


def compression(sample: pl.DataFrame) -> dict[str, dict[str, Any]]:
    """Compress the texts of a sample, and those of its kept documents.

    Parameters
    ----------
    sample : text and keep, in a fixed order; its bytes are held three times.

    Returns
    -------
    By side, "in" and "kept": `documents` and `whole`, bytes of text over bytes compressed,
    `method` and `sampled_bytes`. Where anything is kept, the beginning of "in" is taken that has
    as many bytes as "kept". Without a byte of text the ratios are None and `reason` says so.

    Examples
    --------
    >>> texts = pl.DataFrame({"text": ["one line of text. " * 10] * 10, "keep": [True] * 10})
    >>> found = compression(texts)["kept"]
    >>> found["documents"] < 10 < found["whole"]
    True
    """
    import zstandard

    parts = [one.encode() for one in sample["text"].to_list()]
    alone = zstandard.ZstdCompressor(level=LEVEL)
    sizes = [(len(part), len(alone.compress(part)) if part else 0) for part in parts]
    kept = np.flatnonzero(sample[KEEP].to_numpy()).tolist()
    enough = sum(sizes[row][0] for row in kept)
    before = _first(sizes, enough) if enough else len(parts)
    sides = {"in": list(range(before)), "kept": kept}
    return {side: _ratios(parts, sizes, rows) for side, rows in sides.items()}


def _first(sizes: list[tuple[int, int]], enough: int) -> int:
    """Count the documents from the first on that have so many bytes, one at least."""
    sums = np.cumsum([size for size, _ in sizes])
    return max(1, int(np.searchsorted(sums, enough, side="right")))


def _ratios(parts: list[bytes], sizes: list[tuple[int, int]], rows: list[int]) -> dict[str, Any]:
    import zstandard

    size, singly = (sum(sizes[row][place] for row in rows) for place in (0, 1))
    found = {"documents": None, "whole": None, "method": METHOD, "sampled_bytes": size}
    if not size:
        return {**found, "reason": "no_text"}
    settings = zstandard.ZstdCompressionParameters.from_level(
        LEVEL, window_log=WINDOW_LOG, enable_ldm=True
    )
    together = zstandard.ZstdCompressor(compression_params=settings)
    whole = len(together.compress(b"".join(parts[row] for row in rows)))
    return {**found, "documents": round(size / singly, 4), "whole": round(size / whole, 4)}
