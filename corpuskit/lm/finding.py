"""One measure's answer, of the several that a check is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from corpuskit.lm.verdict import Status

OWN: Final = "corpuskit, calibrated in docs/pretrain-coverage.md"
"""Source of the bounds that are ours."""


@dataclass(frozen=True)
class Finding:
    """What one measure says; the fields are those of `Check`."""

    status: Status
    measure: str
    value: float | None
    threshold: float | None
    source: str
    advice: str
    amount: str | None = None

    def plain(self) -> dict[str, Any]:
        """Return what a check's details hold of it."""
        return {
            "status": self.status,
            "measure": self.measure,
            "value": self.value,
            "threshold": self.threshold,
            "source": self.source,
            "advice": self.advice,
        }


def percent(share: float) -> str:
    """Write a share.

    Examples
    --------
    >>> percent(0.3142), percent(0.0421), percent(0.0004), percent(0.0)
    ('31 %', '4.2 %', '0.04 %', '0 %')
    """
    number = 100 * share
    if number == 0:
        return "0 %"
    return f"{number:.0f} %" if number >= 10 else f"{float(f'{number:.2g}'):g} %"
