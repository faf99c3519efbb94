"""The day of collection as a cell of a file says it, or why it cannot be taken."""

import re
from collections.abc import Callable
from datetime import date

from survey_ingest.ballots.domain.collection import Collection

_DAY = re.compile(r"(?:(\d{4})-(\d\d?)-(\d\d?)|(\d\d?)/(\d\d?)/(\d{4}))(?: \d\d?:\d\d(?::\d\d)?)?", re.ASCII)


def read_day(written: str) -> date | None:
    """The day that a cell says, as people and spreadsheets write it; None when it says none.

    >>> read_day("15/12/2022"), read_day(" 2022-12-15 08:30 "), read_day("12/15/2022"), read_day("44910")
    (datetime.date(2022, 12, 15), datetime.date(2022, 12, 15), None, None)
    """
    found = _DAY.fullmatch(written.strip())
    if found is None:
        return None
    parts = found.group(1, 2, 3) if found[1] else found.group(6, 5, 4)
    try:
        return date(*map(int, parts))
    except ValueError:
        return None


def days_of(collection: Collection) -> Callable[[str], str | None]:
    """How a cell is read: a day that the campaign takes; one after the end must name a day."""

    def read(written: str) -> str | None:
        if not written.strip():
            return None if collection.is_over else ""
        day = read_day(written)
        return day.isoformat() if day and collection.day_fault(day) is None else None

    return read


def why_not(collection: Collection, written: str) -> tuple[str, str]:
    """Code and message of a cell that `days_of` does not read."""
    if not written.strip():
        return "collected_missing", "đợt điều tra đã hết hạn: phiếu nộp muộn phải ghi ngày thu"
    day = read_day(written)
    found = collection.day_fault(day) if day else None
    if found is None:
        return "collected_unreadable", "không phải ngày: ghi dạng 15/12/2022 hoặc 2022-12-15"
    return found.code, found.detail
