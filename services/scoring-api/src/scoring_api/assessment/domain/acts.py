"""Acts: what a unit claimed, the secretariat appraised, the council decided; the latest one counts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from parindex.kernel.errors import DomainError, Fault
from scoring_api.frameworks.domain.framework import Framework, Leaf
from scoring_api.frameworks.domain.values import check_value

STAGES = ("self", "appraisal", "council")


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One entry about one leaf of one unit («lượt chấm»); never changed, only followed by another.

    `value` is None where the leaf is confirmed or decided by points; `points` only where the council decided
    them. `not_applicable` declares the leaf out of scope, with a reason. `session` is the council's sitting
    that decided, `correction` the correction of a finalized result that the act belongs to.
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
    session: UUID | None = None
    correction: UUID | None = None
    sequence: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class LeafStand:
    """Where a leaf stands («diễn biến điểm»): the latest act of each stage."""

    claimed: Act | None
    appraised: Act | None
    decided: Act | None

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
        place: LeafStand(by_stage.get("self"), by_stage.get("appraisal"), by_stage.get("council"))
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
        author=author,
        at=at,
    )


def self_scored(leaf: Leaf) -> bool:
    """Whether the unit scores the leaf itself: not surveys, not derived leaves, not the leader's."""
    return leaf.rule.takes_value and leaf.source in {"documents", "statistics"}


def check_claims(framework: Framework, entries: Sequence[Entry], files: frozenset[UUID]) -> None:
    """A unit's claims: known self-scored leaves, values that fit their rules, evidence or an explanation.

    Raises DomainError `assessment_invalid` with every fault.
    """
    faults: list[Fault] = []
    leaves = {leaf.key: leaf for leaf in framework.leaves}
    seen: set[str] = set()
    for entry in entries:
        leaf = leaves.get(entry.leaf)
        if leaf is None:
            faults.append(
                entry_fault(entry, "/leaf", "leaf_unknown", "không có tiêu chí này trong bộ tiêu chí")
            )
            continue
        if entry.leaf in seen:
            faults.append(entry_fault(entry, "/leaf", "leaf_repeated", "tiêu chí khai hai lần"))
        seen.add(entry.leaf)
        faults += _claim_faults(leaf, entry, files)
    if faults:
        raise DomainError("assessment_invalid", {"count": len(faults)}, tuple(faults))


def _claim_faults(leaf: Leaf, entry: Entry, files: frozenset[UUID]) -> list[Fault]:
    if not self_scored(leaf):
        return [entry_fault(entry, "/leaf", "leaf_not_self_scored", "tiêu chí này đơn vị không tự chấm")]
    faults = value_faults(leaf, entry)
    if not entry.evidence and not entry.narrative:
        faults.append(
            entry_fault(entry, "", "evidence_missing", "cần tài liệu kiểm chứng hoặc văn bản giải trình")
        )
    faults += [
        entry_fault(entry, f"/evidence/{index}", "evidence_unknown", "tài liệu chưa được tải lên")
        for index, file in enumerate(entry.evidence)
        if file not in files
    ]
    return faults


def check_complete(framework: Framework, claimed: frozenset[str]) -> None:
    """Every self-scored leaf has a claim before submission. Raises DomainError `assessment_incomplete`."""
    faults = tuple(
        Fault(f"/{leaf.key}", "claim_missing", f"chưa tự chấm: {leaf.code} {leaf.name}")
        for leaf in framework.leaves
        if self_scored(leaf) and leaf.key not in claimed
    )
    if faults:
        raise DomainError("assessment_incomplete", {"count": len(faults)}, faults)


def value_faults(leaf: Leaf, entry: Entry) -> list[Fault]:
    """What is wrong with the value of an entry, under its place in the request."""
    if entry.value is None:
        return [entry_fault(entry, "/value", "value_missing", "thiếu giá trị")]
    return [
        entry_fault(entry, f"/value{fault.pointer}", fault.code, fault.detail)
        for fault in check_value(leaf.rule, leaf.max_points, entry.value)
    ]


def entry_fault(entry: Entry, where: str, code: str, detail: str) -> Fault:
    return Fault(f"{entry.pointer}{where}", code, f"{entry.leaf}: {detail}")
