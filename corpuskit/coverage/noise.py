"""Noise and personal data of a corpus, before and after: documents that have it, occurrences.

Everything is added up from the scores; the features and what they cannot tell are in
`corpuskit.features.noise`. Control characters (Unicode Cc that is no white space) are what the
group `characters` has counted: their ratio times the characters that it is over is a whole number.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from corpuskit.schema import KEEP

KINDS: Final[dict[str, tuple[str, ...]]] = {
    "mojibake": ("mojibake_count",),
    "control_characters": ("control_char_ratio", "char_count"),
    "replacement_characters": ("replacement_char_count",),
    "private_characters": ("private_char_count",),
    "html_remains": ("html_tag_count", "html_entity_count", "html_attribute_count"),
    "mail_addresses": ("mail_address_count",),
    "phone_numbers": ("phone_number_count",),
    "ip_addresses": ("ip_address_count",),
    "id_numbers_cn": ("cn_id_number_count",),
    "id_numbers_us": ("us_id_number_count",),
    "id_numbers_de": ("de_id_number_count",),
}
"""The features of each kind, whose sum is its count; of control characters, the product."""


def noise(decided: pl.LazyFrame) -> dict[str, dict[str, dict[str, int]]]:
    """Count every kind that the scores have columns for, in and kept.

    Returns
    -------
    Per side, per kind ``{"documents": n, "count": n}``; empty where the noise was not measured.

    Examples
    --------
    >>> frame = pl.LazyFrame({"mail_address_count": [0, 2, 3], "keep": [True, True, False]})
    >>> noise(frame)["kept"]
    {'mail_addresses': {'documents': 1, 'count': 2}}
    """
    known = set(decided.collect_schema().names())
    counts = {kind: _count(names) for kind, names in KINDS.items() if known.issuperset(names)}
    if counts.keys() <= {"control_characters"}:
        return {"in": {}, "kept": {}}
    sums = {
        f"{kind}.{unit}.{side}": one.filter(KEEP).sum() if side == "kept" else one.sum()
        for kind, count in counts.items()
        for unit, one in (("documents", count > 0), ("count", count))
        for side in ("in", "kept")
    }
    found = decided.select(**sums).collect(engine="streaming").row(0, named=True)
    return {
        side: {
            kind: {unit: int(found[f"{kind}.{unit}.{side}"]) for unit in ("documents", "count")}
            for kind in counts
        }
        for side in ("in", "kept")
    }


def _count(names: tuple[str, ...]) -> pl.Expr:
    if names[0] == "control_char_ratio":
        return (pl.col(names[0]) * pl.col(names[1])).round().cast(pl.Int64)
    return pl.sum_horizontal(pl.col(name).cast(pl.Int64) for name in names)
