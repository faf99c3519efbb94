"""Reading a list of transactions: codes, units and days, and nothing that tells of a person."""

import csv
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256

from parindex.kernel.days import calendar_day
from parindex.kernel.errors import DomainError, Fault

COLUMNS = ("code", "unit", "date")
MOST_ROWS = 1_000_000
MOST_FAULTS = 1000
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,79}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(slots=True)
class TransactionList:
    """A list read once for its faults and counts («danh sách giao dịch»); codes are unique in it."""

    units: Collection[str]
    populations: dict[str, int] = field(init=False)
    _faults: list[Fault] = field(init=False, default_factory=list)
    _fault_count: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self.populations = dict.fromkeys(self.units, 0)

    def read(self, lines: Iterable[str]) -> dict[str, int]:
        """How many transactions each unit has. Raises DomainError `sample_invalid` with every fault."""
        seen: set[bytes] = set()
        for number, (code, unit, day) in enumerate(rows_of(lines), start=1):
            if number > MOST_ROWS:
                self._fault("/file", "too_many_rows", f"danh sách có không quá {MOST_ROWS} dòng")
                break
            self._check(number, code, unit, day)
            key = sha256(code.encode()).digest()[:16]
            if key in seen:
                self._fault(f"/file/{number}/code", "code_repeated", f"mã giao dịch «{code[:80]}» bị lặp")
            seen.add(key)
        if not seen:
            self._fault("/file", "list_empty", "danh sách không có dòng nào")
        if self._faults:
            raise DomainError("sample_invalid", {"count": self._fault_count}, tuple(self._faults))
        return self.populations

    def _check(self, number: int, code: str, unit: str, day: str) -> None:
        if not _CODE.fullmatch(code):
            detail = "mã giao dịch chỉ gồm chữ không dấu, số và . _ / -, không chứa họ tên"
            self._fault(f"/file/{number}/code", "code_malformed", detail)
        if unit in self.populations:
            self.populations[unit] += 1
        else:
            detail = f"không có đơn vị «{unit[:80]}» trong danh sách của cấp này"
            self._fault(f"/file/{number}/unit", "unit_unknown", detail)
        if not _is_day(day):
            self._fault(f"/file/{number}/date", "date_malformed", "ngày phải có dạng YYYY-MM-DD")

    def _fault(self, pointer: str, code: str, detail: str) -> None:
        self._fault_count += 1
        if len(self._faults) < MOST_FAULTS:
            self._faults.append(Fault(pointer, code, detail))


@lru_cache(maxsize=4096)
def _is_day(text: str) -> bool:
    try:
        return bool(_DAY.fullmatch(text) and calendar_day(text))
    except ValueError:
        return False


def rows_of(lines: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    """(Code, unit, day) of each row; the header names the three columns in any order, and no other.

    Raises DomainError `sample_invalid` for another header and at a row that cannot be read.
    """
    stream = iter(lines)
    number = 0
    try:
        first = next(stream, "").removeprefix("\ufeff")
        delimiter = max((",", ";", "\t"), key=first.count)
        order = _order(next(csv.reader([first], delimiter=delimiter), []))
        for row in csv.reader(stream, delimiter=delimiter, strict=True):
            if row:
                number += 1
                code, unit, day = _picked(row, order)
                yield code, unit, day
    except (csv.Error, UnicodeDecodeError) as error:
        detail = f"không đọc được tệp sau dòng {number}: sai số cột, sai dấu nháy hoặc không phải UTF-8"
        fault = Fault("/file", "row_unreadable", detail)
        raise DomainError("sample_invalid", {"count": 1}, (fault,)) from error


def _order(header: Sequence[str]) -> list[int]:
    """Where the columns stand. Raises DomainError `sample_invalid` when there are others."""
    names = [name.strip() for name in header]
    if sorted(names) != sorted(COLUMNS):
        detail = f"tệp phải có đúng các cột {', '.join(COLUMNS)}; không nhận dữ liệu cá nhân"
        raise DomainError("sample_invalid", {"count": 1}, (Fault("/file/0", "columns_differ", detail),))
    return [names.index(name) for name in COLUMNS]


def _picked(row: Sequence[str], order: Sequence[int]) -> list[str]:
    if len(row) != len(order):
        raise csv.Error
    return [row[place].strip() for place in order]
