"""What the secretariat and the council may say of a leaf, and what an act without a value confirms."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
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
from scoring_api.frameworks.domain.values import check_value


@dataclass(frozen=True, slots=True, kw_only=True)
class Appraisable:
    """What appraisals of one unit are held against («hồ sơ thẩm định»).

    `claims` and `kept` are by leaf; `kept` is what a row without content confirms: the claim, in the final
    appraisal what was appraised before the unit replied. `returned` are leaves that lie with the unit.
    """

    framework: Framework
    claims: Mapping[str, Act]
    kept: Mapping[str, Act]
    files: Collection[UUID]
    returned: Collection[str] = ()


def check_appraisals(found: Appraisable, entries: Sequence[Entry]) -> None:
    """Appraisals («thẩm định»): values that fit, and a reason wherever they differ from the claim.

    They may cite files of the unit, conclusions of inspections («kết luận thanh tra, kiểm tra») among them.

    Raises DomainError `appraisal_invalid` with every fault.
    """
    leaves = {leaf.key: leaf for leaf in found.framework.leaves if self_scored(leaf)}
    faults: list[Fault] = []
    seen: set[str] = set()
    for entry in entries:
        leaf = leaves.get(entry.leaf)
        if leaf is None:
            faults.append(entry_fault(entry, "/leaf", "leaf_unknown", "không có tiêu chí này để thẩm định"))
            continue
        if entry.leaf in seen:
            faults.append(entry_fault(entry, "/leaf", "leaf_repeated", "thẩm định hai lần"))
        seen.add(entry.leaf)
        faults += _appraisal_faults(leaf, entry, found)
        faults += file_faults(entry, found.files)
    refuse(faults)


def _appraisal_faults(leaf: Leaf, entry: Entry, found: Appraisable) -> list[Fault]:
    claim, kept = found.claims.get(leaf.key), found.kept.get(leaf.key)
    faults = _content_faults(leaf, entry, kept, "đơn vị chưa khai nên phải nhập giá trị")
    if leaf.key in found.returned:
        faults.append(entry_fault(entry, "/leaf", "leaf_returned", "đang chờ đơn vị bổ sung"))
    if _says_nothing(entry) and kept is not None and unfinished(leaf, kept):
        said = "đơn vị chưa khai đủ số liệu nên phải nhập giá trị"
        faults.append(entry_fault(entry, "/value", "claim_unfinished", said))
    if differs(confirmed(entry, kept), claim) and not entry.reason:
        faults.append(entry_fault(entry, "/reason", "reason_missing", "khác điểm tự chấm thì phải nêu lý do"))
    return faults


def unfinished(leaf: Leaf, act: Act) -> bool:
    """Whether the figures of an act cannot be scored yet; what does not apply needs none."""
    return not act.not_applicable and bool(check_value(leaf.rule, leaf.max_points, act.value))


def authored_by(acts: Iterable[Act], person: str) -> frozenset[tuple[str, str]]:
    """The (unit, leaf) pairs that somebody claimed or explained: another one appraises them."""
    return frozenset(
        (act.unit, act.leaf) for act in acts if act.author == person and act.stage in {"self", "explanation"}
    )


def judged_by(acts: Iterable[Act], person: str) -> frozenset[tuple[str, str]]:
    """The (unit, leaf) pairs that somebody claimed, explained or appraised: another one decides them."""
    return frozenset((act.unit, act.leaf) for act in acts if act.author == person and act.stage != "council")


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
    if act is None or not _says_nothing(entry):
        return entry
    return replace(
        entry,
        value=act.value,
        points=act.points,
        not_applicable=act.not_applicable,
        shortfall=entry.shortfall or act.shortfall,
    )


def _says_nothing(entry: Entry) -> bool:
    return entry.value is None and entry.points is None and not entry.not_applicable


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


def differs(said: Entry | Act, claim: Act | None) -> bool:
    """Whether an appraisal says something else than the claim («khác điểm tự chấm»)."""
    if said.not_applicable:
        return claim is None or not claim.not_applicable
    return said.value is not None and (claim is None or dict(said.value) != dict(claim.value or {}))
