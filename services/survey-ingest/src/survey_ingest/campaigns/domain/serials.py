"""Serial numbers of ballots in ranges: what a range holds, and whether new ones fit those listed."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from parindex.kernel.errors import DomainError, Fault

LARGEST_RANGE = 1_000_000
_PREFIX = r"(?P<prefix>(?:[A-Za-z]|[A-Za-z0-9][A-Za-z0-9./_-]{0,58}[A-Za-z./_-])?)"
_SERIAL = re.compile(_PREFIX + r"(?P<digits>[0-9]{1,15})")

Stage = Literal["printed", "issued"]


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

    def is_like(self, serial: str) -> bool:
        """Whether the serial is written as those of this range are."""
        digits = serial[len(self.prefix) :]
        return (
            len(digits) == self.width
            and serial.startswith(self.prefix)
            and digits.isascii()
            and digits.isdecimal()
        )

    def __contains__(self, serial: str) -> bool:
        return self.is_like(serial) and self.first <= int(serial[len(self.prefix) :]) <= self.last

    def meets(self, other: "SerialRange") -> bool:
        """Whether some number stands in both."""
        return self.series == other.series and other.first <= self.last and self.first <= other.last

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
    for other in known:
        if other.stage == item.stage and other.serials.meets(item.serials):
            yield Fault("/first", "range_overlaps", f"dải số trùng với dải {other.serials} đã ghi")


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


def is_unprinted(serial: str, printed: Iterable[SerialRange]) -> bool:
    """Whether serials like it were printed and this one was not («số phiếu chưa từng in»).

    >>> runs = [read_range("SPH-0001", "SPH-0135")]
    >>> [is_unprinted(serial, runs) for serial in ("SPH-0135", "SPH-0136", "SPS-0136")]
    [False, True, False]
    """
    near = [run for run in printed if run.is_like(serial)]
    return bool(near) and not any(serial in run for run in near)
