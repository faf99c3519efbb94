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
    them. `not_applicable` declares the leaf out of scope, with a reason.
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
    sequence: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class LeafStand:
    """Where a leaf stands («diễn biến điểm»): the latest act of each stage."""

    claimed: Act | None
    appraised: Act | None
    decided: Act | None

    @property
    def counting(self) -> Act | None:
        """What counts: the latest appraisal or council act, the claim never alone."""
        return self.decided or self.appraised


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
            faults.append(_fault(entry, "/leaf", "leaf_unknown", "không có tiêu chí này trong bộ tiêu chí"))
            continue
        if not self_scored(leaf):
            faults.append(_fault(entry, "/leaf", "leaf_not_self_scored", "tiêu chí này đơn vị không tự chấm"))
            continue
        if entry.leaf in seen:
            faults.append(_fault(entry, "/leaf", "leaf_repeated", "tiêu chí khai hai lần"))
        seen.add(entry.leaf)
        faults += _value_faults(leaf, entry)
        if not entry.evidence and not entry.narrative:
            faults.append(
                _fault(entry, "", "evidence_missing", "cần tài liệu kiểm chứng hoặc văn bản giải trình")
            )
        faults += [
            _fault(entry, f"/evidence/{index}", "evidence_unknown", "tài liệu chưa được tải lên")
            for index, file in enumerate(entry.evidence)
            if file not in files
        ]
    if faults:
        raise DomainError("assessment_invalid", {"count": len(faults)}, tuple(faults))


def check_complete(framework: Framework, claimed: frozenset[str]) -> None:
    """Every self-scored leaf has a claim before submission. Raises DomainError `assessment_incomplete`."""
    faults = tuple(
        Fault(f"/{leaf.key}", "claim_missing", f"chưa tự chấm: {leaf.code} {leaf.name}")
        for leaf in framework.leaves
        if self_scored(leaf) and leaf.key not in claimed
    )
    if faults:
        raise DomainError("assessment_incomplete", {"count": len(faults)}, faults)


def check_appraisals(
    framework: Framework, entries: Sequence[Entry], claims: Mapping[str, Act], *, council: bool = False
) -> None:
    """Appraisals and council decisions: values that fit, and a reason wherever they differ from the claim.

    Raises DomainError `appraisal_invalid` with every fault.
    """
    faults: list[Fault] = []
    leaves = {leaf.key: leaf for leaf in framework.leaves}
    for entry in entries:
        leaf = leaves.get(entry.leaf)
        if leaf is None or not (self_scored(leaf) or council):
            faults.append(_fault(entry, "/leaf", "leaf_unknown", "không có tiêu chí này để thẩm định"))
            continue
        claim = claims.get(entry.leaf)
        if entry.points is not None:
            faults += _points_faults(leaf, entry, council=council)
        elif entry.value is not None:
            faults += _value_faults(leaf, entry)
        elif not entry.not_applicable and claim is None:
            faults.append(
                _fault(entry, "/value", "nothing_to_confirm", "đơn vị chưa khai nên phải nhập giá trị")
            )
        if _differs(entry, claim) and not entry.reason:
            faults.append(_fault(entry, "/reason", "reason_missing", "khác điểm tự chấm thì phải nêu lý do"))
    if faults:
        raise DomainError("appraisal_invalid", {"count": len(faults)}, tuple(faults))


def _differs(entry: Entry, claim: Act | None) -> bool:
    if entry.points is not None or entry.not_applicable:
        return True
    return entry.value is not None and (claim is None or dict(entry.value) != dict(claim.value or {}))


def _value_faults(leaf: Leaf, entry: Entry) -> list[Fault]:
    if entry.value is None:
        return [_fault(entry, "/value", "value_missing", "thiếu giá trị")]
    return [
        _fault(entry, f"/value{fault.pointer}", fault.code, fault.detail)
        for fault in check_value(leaf.rule, leaf.max_points, entry.value)
    ]


def _points_faults(leaf: Leaf, entry: Entry, *, council: bool) -> list[Fault]:
    if not council:
        return [_fault(entry, "/points", "points_not_allowed", "điểm do phần mềm tính, chỉ Hội đồng ấn định")]
    if entry.points is not None and not 0 <= entry.points <= leaf.max_points:
        return [_fault(entry, "/points", "points_out_of_range", f"điểm từ 0 đến {leaf.max_points}")]
    return []


def _fault(entry: Entry, where: str, code: str, detail: str) -> Fault:
    return Fault(f"{entry.pointer}{where}", code, f"{entry.leaf}: {detail}")
