"""How much of a sample of texts zstd saves: each document alone, and all of them in one frame.

A document alone shows how much it repeats itself and its language; one frame over all of them
also finds what documents share. Both depend on the size of what is compressed, so ratios are
compared at equal sizes, or not at all.
"""

from __future__ import annotations

from typing import Any, Final

import polars as pl

LEVEL: Final = 3  # zstd's default
WINDOW_LOG: Final = 27  # 128 MiB: all of a sample lies in the window
METHOD: Final = (
    f"zstd, level {LEVEL}; the whole with long-distance matching over {1 << WINDOW_LOG - 20} MiB"
)


def compression(text: pl.Series) -> dict[str, Any]:
    """Compress texts.

    Parameters
    ----------
    text : of a sample, in a fixed order; its bytes are held twice.

    Returns
    -------
    `documents` and `whole`, bytes of text over bytes compressed, `method` and `sampled_bytes`;
    without a byte of text the ratios are None and `reason` says so.

    Examples
    --------
    >>> found = compression(pl.Series(["one line of text. " * 10] * 10))
    >>> found["documents"] < 10 < found["whole"]
    True
    """
    import zstandard

    parts = [one.encode() for one in text.to_list() if one]
    size = sum(map(len, parts))
    found = {"documents": None, "whole": None, "method": METHOD, "sampled_bytes": size}
    if not size:
        return {**found, "reason": "no_text"}
    alone = zstandard.ZstdCompressor(level=LEVEL)
    together = zstandard.ZstdCompressor(
        compression_params=zstandard.ZstdCompressionParameters.from_level(
            LEVEL, window_log=WINDOW_LOG, enable_ldm=True
        )
    )
    singly = sum(len(alone.compress(part)) for part in parts)
    whole = len(together.compress(b"".join(parts)))
    return {**found, "documents": round(size / singly, 4), "whole": round(size / whole, 4)}
