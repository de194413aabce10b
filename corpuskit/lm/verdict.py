"""What a check says, and how eight of them become one verdict with its binding constraint.

SUFFICIENT needs every check to have been made and none to have failed. One failed check makes
INSUFFICIENT, whatever else is open: what is already known to be missing will not be found by
looking longer. All else is INCONCLUSIVE, with the reasons.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

Status = Literal["ok", "warn", "fail", "inconclusive"]
Outcome = Literal["SUFFICIENT", "INSUFFICIENT", "INCONCLUSIVE"]

CHECKS: Final = (
    "quantity",
    "steps",
    "learning_rate",
    "curve",
    "held_out",
    "data_scaling",
    "clean_vs_raw",
    "coverage",
)
"""In the order in which they are shown."""

BINDING_ORDER: Final = (
    "coverage",
    "clean_vs_raw",
    "held_out",
    "quantity",
    "data_scaling",
    "steps",
    "curve",
    "learning_rate",
)
"""Which failed check binds: what the data *is* before how much there is, data before settings.

More of the wrong language does not help, and a better learning rate helps no bad data.
"""


@dataclass(frozen=True)
class Check:
    """One answer of the pretraining step.

    Attributes
    ----------
    id : one of `CHECKS`.
    status : ok, warn, fail, or inconclusive where it could not be judged.
    measure : what `value` is, with its unit, as a phrase ("effective tokens per parameter").
    value, interval : the number, and its 95 % interval where it is an estimate.
    threshold : the bound that `value` was held against.
    source : where the threshold comes from.
    advice : one sentence a person can act on.
    amount : how much is missing, as a phrase ("about 3.1× more unique tokens"), for a failure.
    state : of the learning rate: DIVERGED, TOO_HIGH, TOO_LOW or OK.
    details : further numbers, JSON only.
    """

    id: str
    status: Status
    measure: str
    value: float | None
    threshold: float | None
    source: str
    advice: str
    interval: tuple[float, float] | None = None
    amount: str | None = None
    state: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)

    def plain(self) -> dict[str, Any]:
        """Return the check as verdict.json has it."""
        found: dict[str, Any] = {
            "id": self.id,
            "status": self.status,
            "measure": self.measure,
            "value": self.value,
            "interval": list(self.interval) if self.interval else None,
            "threshold": self.threshold,
            "source": self.source,
            "advice": self.advice,
        }
        if self.amount is not None:
            found["amount"] = self.amount
        if self.state is not None:
            found["state"] = self.state
        return {**found, "details": dict(self.details)}


def judge(checks: Sequence[Check]) -> tuple[Outcome, Check | None]:
    """Return the outcome and the check that binds it, or None.

    Examples
    --------
    >>> judge([])
    ('INCONCLUSIVE', None)
    """
    by_id = {check.id: check for check in checks}
    for name in BINDING_ORDER:
        if name in by_id and by_id[name].status == "fail":
            return "INSUFFICIENT", by_id[name]
    open_checks = [check for check in checks if check.status == "inconclusive"]
    if open_checks or set(CHECKS) - by_id.keys():
        return "INCONCLUSIVE", None
    return "SUFFICIENT", None
