"""Serial numbers of ballots in ranges: what a range holds, and whether new ones fit those listed."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from parindex.kernel.errors import DomainError, Fault

LARGEST_RANGE = 1_000_000
MOST_MARKED = 20_000
_PREFIX = r"(?P<prefix>(?:[A-Za-z]|[A-Za-z0-9][A-Za-z0-9./_-]{0,58}[A-Za-z./_-])?)"
_SERIAL = re.compile(_PREFIX + r"(?P<digits>[0-9]{1,15})")

Stage = Literal["printed", "issued"]
Status = Literal["returned", "spoiled", "missing"]


@dataclass(frozen=True, slots=True)
class SerialRange:
    """Consecutive serial numbers («dải số phiếu») of one prefix, written with `width` digits.

    >>> run = read_range("SPH-0001", "SPH-0135")
    >>> run.size, "SPH-0135" in run, "SPH-135" in run, "SPH-0136" in run
    (135, True, False, False)
    """

    prefix: str
    width: int
    first: int
    last: int

    @property
    def size(self) -> int:
        return self.last - self.first + 1

    @property
    def series(self) -> tuple[str, int]:
        return (self.prefix, self.width)

    def __contains__(self, serial: str) -> bool:
        digits = serial[len(self.prefix) :]
        return (
            len(digits) == self.width
            and serial.startswith(self.prefix)
            and digits.isascii()
            and digits.isdecimal()
            and self.first <= int(digits) <= self.last
        )

    def serial(self, number: int) -> str:
        return f"{self.prefix}{number:0{self.width}d}"

    def __str__(self) -> str:
        return f"{self.serial(self.first)} – {self.serial(self.last)}"


def read_range(first: str, last: str) -> SerialRange:
    """The range between two written serials. Raises ValueError with the Vietnamese reason."""
    low, high = _SERIAL.fullmatch(first), _SERIAL.fullmatch(last)
    if low is None or high is None:
        raise ValueError("số phiếu phải kết thúc bằng chữ số")
    if low["prefix"] != high["prefix"] or len(low["digits"]) != len(high["digits"]):
        raise ValueError("hai đầu dải phải cùng phần chữ và cùng số chữ số")
    found = SerialRange(low["prefix"], len(low["digits"]), int(low["digits"]), int(high["digits"]))
    if found.size < 1:
        raise ValueError("số cuối dải phải không nhỏ hơn số đầu")
    if found.size > LARGEST_RANGE:
        raise ValueError(f"một dải có không quá {LARGEST_RANGE} số")
    return found


@dataclass(frozen=True, slots=True)
class ListedRange:
    """A range as it was printed or, with its batch, issued («dải số đã in, đã phát»)."""

    serials: SerialRange
    batch: str | None

    @property
    def stage(self) -> Stage:
        return "printed" if self.batch is None else "issued"


@dataclass(frozen=True, slots=True)
class BatchRoom:
    """How many serials a batch may hold («số phiếu phát theo túi») and whether it still takes any."""

    issued: int
    is_open: bool


def check_ranges(
    new: Sequence[ListedRange], listed: Sequence[ListedRange], rooms: Mapping[str, BatchRoom]
) -> None:
    """Raises DomainError `issue_invalid` with every fault: overlaps, numbers not printed, bags too small."""
    known = list(listed)
    faults: list[Fault] = []
    for index, item in enumerate(new):
        found = [*_overlap_faults(item, known), *_issue_faults(item, known, rooms)]
        faults += [Fault(f"/ranges/{index}{fault.pointer}", fault.code, fault.detail) for fault in found]
        known.append(item)
    if faults:
        raise DomainError("issue_invalid", {"count": len(faults)}, tuple(faults))


def _overlap_faults(item: ListedRange, known: Iterable[ListedRange]) -> Iterable[Fault]:
    mine = item.serials
    for other in known:
        theirs = other.serials
        if (
            (other.stage, theirs.series) == (item.stage, mine.series)
            and theirs.first <= mine.last
            and mine.first <= theirs.last
        ):
            yield Fault("/first", "range_overlaps", f"dải số trùng với dải {theirs} đã ghi")


def _issue_faults(
    item: ListedRange, known: Sequence[ListedRange], rooms: Mapping[str, BatchRoom]
) -> Iterable[Fault]:
    if item.batch is None:
        return
    room = rooms.get(item.batch)
    if room is None:
        yield Fault("/batch", "batch_unknown", f"không có túi phiếu «{item.batch}»")
        return
    if not room.is_open:
        yield Fault("/batch", "batch_sealed", f"túi phiếu «{item.batch}» đã niêm phong")
    total = item.serials.size + sum(other.serials.size for other in known if other.batch == item.batch)
    if total > room.issued:
        detail = f"túi phát {room.issued} phiếu, các dải số của túi có {total} số"
        yield Fault("/batch", "range_exceeds_batch", detail)
    if not _is_printed(item.serials, [other.serials for other in known if other.stage == "printed"]):
        yield Fault("/first", "range_not_printed", "dải số phát ra có số chưa in")


def _is_printed(issued: SerialRange, printed: Iterable[SerialRange]) -> bool:
    """Whether print runs cover the range; a series whose print was never listed is not held to it."""
    runs = sorted((run.first, run.last) for run in printed if run.series == issued.series)
    needed = issued.first
    for first, last in runs:
        if first <= needed <= last:
            needed = last + 1
    return not runs or needed > issued.last


@dataclass(frozen=True, slots=True)
class Mark:
    """What became of the ballots of a range («tình trạng phiếu»)."""

    serials: SerialRange
    status: Status
    reason: str


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
        if mark.status != "returned" and not mark.reason:
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
