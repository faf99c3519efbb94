"""Return for supplement («trả lại để bổ sung»): leaves that a unit claims anew in a window of their own."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from parindex.kernel.clocks import instant_text
from parindex.kernel.errors import DomainError, Fault
from scoring_api.assessment.domain.acts import self_scored
from scoring_api.assessment.domain.period import Window
from scoring_api.frameworks.domain.framework import Framework

STATES = {
    "open": "đang chờ bổ sung",
    "late": "quá hạn",
    "answered": "đã bổ sung",
    "cancelled": "đã thôi yêu cầu",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplementEnd:
    """How a return ended: the unit answered it, or who asked took it back."""

    outcome: str
    narrative: str
    author: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Supplement:
    """Leaves returned to a unit («yêu cầu bổ sung»), why, and until when it may answer."""

    id: UUID
    unit: str
    number: int
    leaves: tuple[str, ...]
    reason: str
    author: str
    opens_at: datetime
    closes_at: datetime
    end: SupplementEnd | None = None

    def state(self, at: datetime) -> str:
        """One of STATES; `late` is nobody's act: the window closed without an answer."""
        if self.end is not None:
            return self.end.outcome
        return "open" if at < self.closes_at else "late"


def returned_leaves(supplements: Iterable[Supplement], at: datetime) -> frozenset[str]:
    """The leaves that lie with the unit now."""
    return frozenset(leaf for found in supplements if found.state(at) == "open" for leaf in found.leaves)


def check_return(
    framework: Framework,
    leaves: Sequence[str],
    closes_at: datetime,
    at: datetime,
    *,
    unit: str,
    windows: Iterable[Window],
    returned: Collection[str],
) -> None:
    """Leaves that the unit scores, none of them twice; an end that leaves the secretariat time to look.

    Raises DomainError `supplement_invalid` with every fault.
    """
    faults = _leaf_faults(framework, leaves, returned)
    last = max(
        (row.closes_at for row in windows if row.phase == "appraisal" and row.unit in {"", unit}), default=at
    )
    if closes_at <= at:
        faults.append(Fault("/closes_at", "deadline_past", "hạn bổ sung đã qua"))
    elif closes_at > last:
        said = f"hạn bổ sung phải trước khi hết thời gian thẩm định: {instant_text(last)}"
        faults.append(Fault("/closes_at", "deadline_after_appraisal", said))
    if faults:
        raise DomainError("supplement_invalid", {"count": len(faults)}, tuple(faults))


def _leaf_faults(framework: Framework, leaves: Sequence[str], returned: Collection[str]) -> list[Fault]:
    known = {leaf.key for leaf in framework.leaves if self_scored(leaf)}
    faults = []
    for index, leaf in enumerate(leaves):
        where = f"/leaves/{index}"
        if leaf not in known:
            faults.append(Fault(where, "leaf_unknown", f"{leaf}: đơn vị không tự chấm tiêu chí này"))
        elif leaf in leaves[:index]:
            faults.append(Fault(where, "leaf_repeated", f"{leaf}: nêu hai lần"))
        elif leaf in returned:
            faults.append(Fault(where, "leaf_returned", f"{leaf}: đang chờ đơn vị bổ sung"))
    return faults


def check_returned(supplements: Sequence[Supplement], leaves: Sequence[str], at: datetime) -> None:
    """Only what was returned may be claimed anew, and only in time.

    Raises DomainError `leaf_not_returned` naming each other leaf, `supplement_closed` for one that is late.
    """
    now = returned_leaves(supplements, at)
    late = {leaf: found for found in supplements if found.state(at) == "late" for leaf in found.leaves}
    for leaf in leaves:
        if leaf not in now and leaf in late:
            require_open(late[leaf], at)
    faults = tuple(
        Fault(f"/claims/{index}/leaf", "leaf_not_returned", f"{leaf}: không nằm trong phần được trả lại")
        for index, leaf in enumerate(leaves)
        if leaf not in now
    )
    if faults:
        raise DomainError("leaf_not_returned", {"count": len(faults)}, faults)


def require_open(found: Supplement, at: datetime) -> None:
    """Raises DomainError `supplement_closed` for one that is answered, taken back or late."""
    state = found.state(at)
    if state != "open":
        raise DomainError(
            "supplement_closed",
            {"number": found.number, "state": STATES[state], "closes_at": instant_text(found.closes_at)},
        )
