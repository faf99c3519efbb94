"""What the secretariat and the council may say of a leaf, and what an act without a value confirms."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from parindex.kernel.canonical import decimal_text
from parindex.kernel.errors import DomainError, Fault
from scoring_api.assessment.domain.acts import (
    Act,
    Entry,
    LeafStand,
    entry_fault,
    file_faults,
    self_scored,
    value_faults,
)
from scoring_api.frameworks.domain.framework import Framework, Leaf


def check_appraisals(
    framework: Framework, entries: Sequence[Entry], claims: Mapping[str, Act], files: Collection[UUID]
) -> None:
    """Appraisals («thẩm định»): values that fit, and a reason wherever they differ from the claim.

    They may cite files of the unit, conclusions of inspections («kết luận thanh tra, kiểm tra») among them.

    Raises DomainError `appraisal_invalid` with every fault.
    """
    leaves = {leaf.key: leaf for leaf in framework.leaves if self_scored(leaf)}
    faults: list[Fault] = []
    for entry in entries:
        leaf = leaves.get(entry.leaf)
        if leaf is None:
            faults.append(entry_fault(entry, "/leaf", "leaf_unknown", "không có tiêu chí này để thẩm định"))
            continue
        claim = claims.get(entry.leaf)
        faults += _content_faults(leaf, entry, claim, "đơn vị chưa khai nên phải nhập giá trị")
        if _differs(entry, claim) and not entry.reason:
            faults.append(
                entry_fault(entry, "/reason", "reason_missing", "khác điểm tự chấm thì phải nêu lý do")
            )
        faults += file_faults(entry, files)
    refuse(faults)


def decision_faults(framework: Framework, entry: Entry, stand: LeafStand | None) -> list[Fault]:
    """A council decision («Hội đồng quyết định»): any leaf, points within it, always with a reason."""
    leaf = next((leaf for leaf in framework.leaves if leaf.key == entry.leaf), None)
    if leaf is None:
        return [entry_fault(entry, "/leaf", "leaf_unknown", "không có tiêu chí này trong bộ tiêu chí")]
    counting = stand.counting if stand else None
    faults = _points_faults(leaf, entry) if entry.points is not None else []
    if entry.points is None:
        faults += _content_faults(leaf, entry, counting, "chưa có điểm thẩm định để giữ nguyên")
    if not entry.reason:
        faults.append(entry_fault(entry, "/reason", "reason_missing", "quyết định phải nêu lý do"))
    return faults


def refuse(faults: Sequence[Fault]) -> None:
    """Raises DomainError `appraisal_invalid` when there is any fault."""
    if faults:
        raise DomainError("appraisal_invalid", {"count": len(faults)}, tuple(faults))


def confirmed(entry: Entry, act: Act | None) -> Entry:
    """An entry without content takes that of the act it confirms, so that an act always says what it gives.

    >>> from datetime import UTC, datetime
    >>> given = {"level": "cham"}
    >>> act = Act(unit="u", leaf="I/1", stage="appraisal", value=given, author="a", at=datetime.now(UTC))
    >>> confirmed(Entry(pointer="", leaf="I/1", reason="Giữ nguyên."), act).value
    {'level': 'cham'}
    """
    if act is None or entry.value is not None or entry.points is not None or entry.not_applicable:
        return entry
    return replace(entry, value=act.value, points=act.points, not_applicable=act.not_applicable)


def _content_faults(leaf: Leaf, entry: Entry, confirmable: Act | None, nothing: str) -> list[Fault]:
    if entry.value is not None:
        return value_faults(leaf, entry)
    if entry.not_applicable or confirmable is not None:
        return []
    return [entry_fault(entry, "/value", "nothing_to_confirm", nothing)]


def _points_faults(leaf: Leaf, entry: Entry) -> list[Fault]:
    assert entry.points is not None
    if entry.value is not None or entry.not_applicable:
        return [entry_fault(entry, "/points", "points_beside_value", "chỉ nêu điểm hoặc giá trị")]
    if not 0 <= entry.points <= leaf.max_points:
        most = decimal_text(leaf.max_points)
        return [entry_fault(entry, "/points", "points_out_of_range", f"điểm từ 0 đến {most}")]
    return []


def _differs(entry: Entry, claim: Act | None) -> bool:
    if entry.not_applicable:
        return True
    return entry.value is not None and (claim is None or dict(entry.value) != dict(claim.value or {}))
