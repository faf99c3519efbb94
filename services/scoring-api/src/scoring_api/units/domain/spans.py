"""Facts that hold from one day to another; what the facts say is not told here."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Protocol, TypeVar

from parindex.kernel.errors import Fault

DAY = timedelta(days=1)


class Dated(Protocol):
    """A fact with its days («có hiệu lực từ ngày … đến hết ngày …»); `valid_to` None is still in force."""

    @property
    def valid_from(self) -> date: ...

    @property
    def valid_to(self) -> date | None: ...


Held = TypeVar("Held", bound=Dated)


def holds_on(fact: Dated, day: date) -> bool:
    return fact.valid_from <= day and (fact.valid_to is None or day <= fact.valid_to)


def in_force(facts: Iterable[Held], day: date) -> Held | None:
    """The fact that holds that day; there is at most one where spans were checked."""
    return next((fact for fact in facts if holds_on(fact, day)), None)


def last_of(*days: date | None) -> date | None:
    """The earliest of the last days; None is no end.

    >>> last_of(None, date(2025, 6, 30), date(2026, 1, 1))
    datetime.date(2025, 6, 30)
    """
    return min((day for day in days if day is not None), default=None)


def meet(first: Dated, second: Dated) -> bool:
    """Whether both hold on some day."""
    ends = last_of(first.valid_to, second.valid_to)
    return ends is None or max(first.valid_from, second.valid_from) <= ends


def span_faults(pointer: str, facts: Sequence[Dated], *, gapless: bool = False) -> list[Fault]:
    """Facts that end before they begin, two that hold on one day, days without any where none may lack."""
    faults = [
        Fault(f"{pointer}/{place}", "span_reversed", "ngày kết thúc trước ngày bắt đầu")
        for place, fact in enumerate(facts)
        if fact.valid_to is not None and fact.valid_to < fact.valid_from
    ]
    places = sorted(range(len(facts)), key=lambda place: facts[place].valid_from)
    covered = facts[places[0]].valid_to if places else None  # the last day that any of them holds so far
    for place in places[1:]:
        begun, ended = facts[place].valid_from, facts[place].valid_to
        if covered is None or begun <= covered:
            said = f"cùng có hiệu lực ngày {day_text(begun)} với một mục khác"
            faults.append(Fault(f"{pointer}/{place}", "spans_overlap", said))
        elif gapless and begun > covered + DAY:
            said = f"thiếu tên từ {day_text(covered + DAY)} đến {day_text(begun - DAY)}"
            faults.append(Fault(f"{pointer}/{place}", "spans_gap", said))
        covered = None if covered is None or ended is None else max(covered, ended)
    return faults


def day_text(day: date) -> str:
    """A day as it is written in a document.

    >>> day_text(date(2025, 3, 1))
    '01/03/2025'
    """
    return f"{day.day:02d}/{day.month:02d}/{day.year:04d}"
