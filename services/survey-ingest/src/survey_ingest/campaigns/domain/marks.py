"""What became of ballots by their serials: which are marked, and why a mark cannot stand."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from parindex.kernel.errors import DomainError, Fault
from survey_ingest.campaigns.domain.serials import ListedRange, SerialRange

MOST_MARKED = 20_000
MOST_SHOWN = 10

Status = Literal["returned", "spoiled", "missing"]


@dataclass(frozen=True, slots=True)
class Mark:
    """What became of the ballots of a range («tình trạng phiếu»)."""

    serials: SerialRange
    status: Status
    reason: str

    @property
    def is_written_off(self) -> bool:
        return self.status != "returned"


def expand_marks(marks: Sequence[Mark], issued: Sequence[ListedRange]) -> list[tuple[str, str, Mark]]:
    """(Serial, its batch, the mark) of every ballot marked.

    Raises DomainError `marks_invalid` with every fault: numbers nobody issued, a loss without its reason.
    """
    faults: list[Fault] = []
    if sum(mark.serials.size for mark in marks) > MOST_MARKED:
        detail = f"mỗi lần ghi tình trạng không quá {MOST_MARKED} phiếu"
        raise DomainError("marks_invalid", {"count": 1}, (Fault("/marks", "too_many_marked", detail),))
    found: list[tuple[str, str, Mark]] = []
    for index, mark in enumerate(marks):
        if mark.is_written_off and not mark.reason:
            detail = "phiếu hỏng hoặc mất phải ghi lý do"
            faults.append(Fault(f"/marks/{index}/reason", "reason_missing", detail))
        near = [item for item in issued if item.serials.series == mark.serials.series]
        strays = 0
        for number in range(mark.serials.first, mark.serials.last + 1):
            batch = _batch_of(number, near)
            if batch is None:
                strays += 1
            else:
                found.append((mark.serials.serial(number), batch, mark))
        if strays:
            detail = f"{strays} số trong dải {mark.serials} chưa phát cho túi nào"
            faults.append(Fault(f"/marks/{index}/first", "serial_not_issued", detail))
    if faults:
        raise DomainError("marks_invalid", {"count": len(faults)}, tuple(faults))
    return found


def _batch_of(number: int, ranges: Iterable[ListedRange]) -> str | None:
    return next((item.batch for item in ranges if item.serials.first <= number <= item.serials.last), None)


def check_written_off(
    said: Sequence[Mark], marked: Iterable[tuple[str, str, Mark]], entered: Collection[str]
) -> None:
    """Raises DomainError `marks_invalid` where a ballot in the books is said to be spoiled or missing."""
    kept: dict[int, list[str]] = {}
    for serial, _, mark in marked:
        if mark.is_written_off and serial in entered:
            kept.setdefault(id(mark), []).append(serial)
    faults = []
    for index, mark in enumerate(said):
        if found := kept.get(id(mark), []):
            shown = ", ".join(found[:MOST_SHOWN]) + (", …" if len(found) > MOST_SHOWN else "")
            detail = f"{len(found)} phiếu trong dải {mark.serials} đã nhập: {shown}"
            faults.append(Fault(f"/marks/{index}/first", "serial_entered", detail))
    if faults:
        raise DomainError("marks_invalid", {"count": len(faults)}, tuple(faults))
