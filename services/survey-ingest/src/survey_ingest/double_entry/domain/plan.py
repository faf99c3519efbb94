"""How much of a batch is keyed twice, which ballots those are, and when a sample is not enough."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from hashlib import sha256
from typing import Any

LEASE_MINUTES = 30
EVERY = Decimal(100)


@dataclass(frozen=True, slots=True)
class DoublePlan:
    """What a campaign declares of its double entry («nhập hai lần độc lập»).

    `share` is the percent of each batch's ballots, `stop_rate` the most wrong fields per mille of a sample,
    None without a stop rule.
    """

    share: Decimal
    seed: str
    stop_rate: Decimal | None
    lease_minutes: int


def read_plan(campaign: str, declared: Mapping[str, Any]) -> DoublePlan:
    """The plan as a campaign keeps it; without a seed of its own the campaign's code is one.

    >>> read_plan("hai-duong-2022", {"share": "10", "stop_rate": "5"})
    DoublePlan(share=Decimal('10'), seed='hai-duong-2022', stop_rate=Decimal('5'), lease_minutes=30)
    """
    stop_rate = declared.get("stop_rate")
    return DoublePlan(
        Decimal(declared["share"]),
        declared.get("seed") or campaign,
        None if stop_rate is None else Decimal(stop_rate),
        declared.get("lease_minutes", LEASE_MINUTES),
    )


def sample_size(ballots: int, share: Decimal) -> int:
    """How many of a batch's ballots are keyed twice, rounded up: a sample of any batch has one at least.

    >>> sample_size(135, Decimal("10")), sample_size(3, Decimal("1")), sample_size(0, Decimal("10"))
    (14, 1, 0)
    """
    return int((ballots * share / EVERY).to_integral_value(ROUND_CEILING))


def sampled(serials: Iterable[str], plan: DoublePlan) -> frozenset[str]:
    """The serials of a batch that fall into the sample («mẫu nhập lại»): anybody can draw them again.

    Serials are ordered by SHA-256 of «seed|serial» in UTF-8; the first of them, as many as the share asks
    for, are the sample. Neither the order of keying nor a clerk has a say in it.

    >>> plan = DoublePlan(Decimal("40"), "hat-giong", None, 30)
    >>> sorted(sampled(["SPH-0001", "SPH-0002", "SPH-0003", "SPH-0004", "SPH-0005"], plan))
    ['SPH-0004', 'SPH-0005']
    """
    ranked = sorted(serials, key=lambda serial: sha256(f"{plan.seed}|{serial}".encode()).digest())
    return frozenset(ranked[: sample_size(len(ranked), plan.share)])


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the double entry of a batch has come («tiến độ nhập lần hai»).

    `fields` are all of the sampled ballots, `errors` of them turned out to be wrong in the first entry: what
    the rule once asked for is not taken back as the rest of the sample is keyed. `was_stopped`: it is on
    record, and ballots that come in later change nothing of it.
    """

    ballots: int
    sampled: int
    entered: int
    sampled_entered: int
    fields: int
    errors: int
    to_rekey: int
    to_decide: int
    was_stopped: bool = False

    def is_stopped(self, plan: DoublePlan) -> bool:
        """Whether the sample is so bad that every ballot is keyed twice («quy tắc dừng lấy mẫu»).

        >>> half_percent = DoublePlan(Decimal("10"), "", Decimal("5"), 30)
        >>> [Progress(135, 14, 14, 14, 308, wrong, 0, 0).is_stopped(half_percent) for wrong in (1, 2)]
        [False, True]
        """
        if plan.stop_rate is None:
            return False
        return self.was_stopped or self.errors * 1000 > plan.stop_rate * self.fields

    def needed(self, plan: DoublePlan) -> int:
        return self.ballots if self.is_stopped(plan) else self.sampled

    def missing(self, plan: DoublePlan) -> int:
        """Ballots that still need their second entry («số phiếu còn phải nhập lần hai»)."""
        if self.is_stopped(plan):
            return self.ballots - self.entered
        return self.sampled - self.sampled_entered
