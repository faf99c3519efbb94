"""Acts: what a unit claimed, the secretariat appraised, the council decided; the latest one counts."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from parindex.kernel.errors import Fault
from scoring_api.frameworks.domain.framework import Leaf
from scoring_api.frameworks.domain.values import check_value


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One entry about one leaf of one unit («lượt chấm»); never changed, only followed by another.

    `value` is None where the leaf is confirmed or decided by points; `points` only where the council decided
    them. `not_applicable` declares the leaf out of scope, with a reason. `session` is the council's session
    that decided, `correction` the correction of a finalized result that the act belongs to.
    `shortfall` names what stands behind a figure that falls short («03/11 huyện: Mỹ Xuyên, …»).
    """

    unit: str
    leaf: str
    stage: str
    value: Mapping[str, Any] | None
    author: str
    at: datetime
    points: Decimal | None = None
    not_applicable: bool = False
    reason: str = ""
    narrative: str = ""
    evidence: tuple[UUID, ...] = ()
    shortfall: tuple[str, ...] = ()
    session: UUID | None = None
    correction: UUID | None = None
    sequence: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class LeafStand:
    """Where a leaf stands («diễn biến điểm»): the latest act of each stage.

    `explained` is the unit's reply to its appraisal: words and files, it never counts.
    """

    claimed: Act | None
    appraised: Act | None
    decided: Act | None
    explained: Act | None = None

    @property
    def counting(self) -> Act | None:
        """What counts: the latest appraisal or council act, the claim never alone.

        An appraisal made after the council decided, in a period that was reopened, counts until the council
        decides again.
        """
        if self.decided is None or self.appraised is None:
            return self.decided or self.appraised
        return self.appraised if self.appraised.sequence > self.decided.sequence else self.decided


def stands(acts: Iterable[Act]) -> dict[tuple[str, str], LeafStand]:
    """The stand of every (unit, leaf) that has acts; acts come in their order.

    >>> from datetime import UTC
    >>> def act(stage, level):
    ...     value = {"level": level}
    ...     return Act(unit="u", leaf="I/1", stage=stage, value=value, author="a", at=datetime.now(UTC))
    >>> stand = stands([act("self", "day-du"), act("appraisal", "cham")])["u", "I/1"]
    >>> stand.counting.value
    {'level': 'cham'}
    """
    latest: dict[tuple[str, str], dict[str, Act]] = {}
    for act in acts:
        latest.setdefault((act.unit, act.leaf), {})[act.stage] = act
    return {
        place: LeafStand(
            by_stage.get("self"),
            by_stage.get("appraisal"),
            by_stage.get("council"),
            by_stage.get("explanation"),
        )
        for place, by_stage in latest.items()
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What somebody sends for one leaf; `pointer` is where it stands in the request."""

    pointer: str
    leaf: str
    value: Mapping[str, Any] | None = None
    points: Decimal | None = None
    not_applicable: bool = False
    reason: str = ""
    narrative: str = ""
    evidence: tuple[UUID, ...] = ()
    shortfall: tuple[str, ...] = ()


def act_of(unit: str, entry: Entry, stage: str, author: str, at: datetime) -> Act:
    """The act that an entry becomes when it is taken."""
    return Act(
        unit=unit,
        leaf=entry.leaf,
        stage=stage,
        value=entry.value,
        points=entry.points,
        not_applicable=entry.not_applicable,
        reason=entry.reason,
        narrative=entry.narrative,
        evidence=entry.evidence,
        shortfall=entry.shortfall,
        author=author,
        at=at,
    )


def self_scored(leaf: Leaf) -> bool:
    """Whether the unit scores the leaf itself: not surveys, not derived leaves, not the leader's."""
    return leaf.rule.takes_value and leaf.source in {"documents", "statistics"}


def value_faults(leaf: Leaf, entry: Entry) -> list[Fault]:
    """What is wrong with the value of an entry, under its place in the request."""
    if entry.value is None:
        return [entry_fault(entry, "/value", "value_missing", "thiếu giá trị")]
    return [
        entry_fault(entry, f"/value{fault.pointer}", fault.code, fault.detail)
        for fault in check_value(leaf.rule, leaf.max_points, entry.value)
    ]


def file_faults(entry: Entry, files: Collection[UUID]) -> list[Fault]:
    """Files that an entry names and that are not there."""
    return [
        entry_fault(entry, f"/evidence/{index}", "evidence_unknown", "tài liệu chưa được tải lên")
        for index, file in enumerate(entry.evidence)
        if file not in files
    ]


def entry_fault(entry: Entry, where: str, code: str, detail: str) -> Fault:
    return Fault(f"{entry.pointer}{where}", code, f"{entry.leaf}: {detail}")
