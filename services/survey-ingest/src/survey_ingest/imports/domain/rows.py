"""What one row of a file says: a ballot, or every fault of the row."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID, uuid5

from parindex.kernel.errors import DomainError, Fault
from parindex.kernel.text import match_key
from survey_ingest.ballots.domain.entry import Bag, Entry, check_entry
from survey_ingest.campaigns.domain.form import BLANK, DOUBLE_MARKED, BallotForm
from survey_ingest.imports.domain.columns import Columns

_SERIAL = re.compile(r"[A-Za-z0-9][A-Za-z0-9./_-]{0,79}")
_UNREADABLE = DOUBLE_MARKED - 1


@dataclass(frozen=True, slots=True)
class RowFault:
    """One thing wrong with a row («lỗi của dòng»); rows count from 1, the header apart."""

    row: int
    column: str
    code: str
    value: str
    message: str


def unit_names(spellings: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Match key → unit code; a spelling that two units share names neither.

    >>> unit_names({"so-y-te": ["Sở Y tế", "Y tế"], "trung-tam": ["Y tế"]})
    {'sơ2 y tê4': 'so-y-te'}
    """
    found: dict[str, str] = {}
    shared: set[str] = set()
    for code, names in spellings.items():
        for key in {match_key(name) for name in names if name}:
            if found.setdefault(key, code) != code:
                shared.add(key)
    return {key: code for key, code in found.items() if key not in shared}


@dataclass(slots=True)
class RowReader:
    """Reads the rows of one file («đọc tệp phiếu»); remembers serials and spellings it has seen."""

    form: BallotForm
    bag: Bag
    batch: str
    columns: Columns
    default_group: str
    names: Mapping[str, str]
    space: UUID
    _tables: list[dict[str, int]] = field(init=False)
    _serials: dict[str, int] = field(init=False, default_factory=dict)
    _units: dict[str, str] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._tables = [_readings(slot.options) for slot in self.form.slots]

    def read(self, row: int, cells: Sequence[str]) -> Entry | list[RowFault]:
        """The ballot of the row. Its id follows from campaign and serial: in a corrected file too."""
        columns = self.columns
        if len(cells) != len(columns.names):
            message = f"dòng có {len(cells)} cột, tệp có {len(columns.names)} cột"
            return [RowFault(row, "", "column_count", str(len(cells)), message)]
        serial = cells[columns.serial].strip()
        faults = [*self._serial_faults(row, serial), *self._batch_faults(row, cells)]
        entry = Entry(
            id=uuid5(self.space, serial),
            serial=serial,
            batch=self.batch,
            questionnaire=self.form.questionnaire.code,
            group=(cells[columns.group].strip() if columns.group >= 0 else "") or self.default_group,
            unit=self._unit(cells),
            answers=self._answers(cells),
        )
        try:
            check_entry(self.form, self.bag, entry)
        except DomainError as error:
            faults += [self._row_fault(row, cells, fault) for fault in error.faults]
        return faults or entry

    def _serial_faults(self, row: int, serial: str) -> Iterable[RowFault]:
        name = self.columns.name(self.columns.serial)
        if not _SERIAL.fullmatch(serial):
            yield RowFault(row, name, "serial_malformed", serial[:80], "số phiếu thiếu hoặc sai dạng")
        elif (first := self._serials.setdefault(serial, row)) != row:
            yield RowFault(row, name, "serial_repeated", serial, f"số phiếu đã có ở dòng {first}")

    def _batch_faults(self, row: int, cells: Sequence[str]) -> Iterable[RowFault]:
        index = self.columns.batch
        if index >= 0 and cells[index].strip() != self.batch:
            message = f"dòng thuộc túi khác túi «{self.batch}» đang nhập"
            yield RowFault(row, self.columns.name(index), "batch_differs", cells[index][:80], message)

    def _unit(self, cells: Sequence[str]) -> str | None:
        """The unit by code, name or another spelling; unmatched text stays and is named as unknown."""
        if self.form.is_matrix:
            return None
        written = cells[self.columns.unit]
        found = self._units.get(written)
        if found is None:
            text = written.strip()
            found = text if text in self.form.unit_set else self.names.get(match_key(text), text)
            self._units[written] = found
        return found

    def _answers(self, cells: Sequence[str]) -> list[int]:
        if not self.columns.packed:
            picked = [cells[index] for index in self.columns.answers]
        else:
            picked = cells[self.columns.answers[0]].split()
            if len(picked) != len(self._tables):
                return [_UNREADABLE] * len(picked)
        return [
            found if (found := table.get(cell)) is not None else table.get(cell.strip(), _UNREADABLE)
            for table, cell in zip(self._tables, picked, strict=True)
        ]

    def _row_fault(self, row: int, cells: Sequence[str], fault: Fault) -> RowFault:
        """The fault of a ballot as a fault of the cell it came from."""
        columns = self.columns
        part, _, number = fault.pointer.removeprefix("/").partition("/")
        if part == "answers":
            index = columns.answers[0 if columns.packed or not number else int(number)]
        else:
            index = {"unit": columns.unit, "group": columns.group}.get(part, -1)
        value = cells[index] if index >= 0 else self.default_group
        return RowFault(row, columns.name(index), fault.code, value[:80], _message(columns, fault, number))


def _message(columns: Columns, fault: Fault, number: str) -> str:
    if fault.code != "answer_out_of_scale":
        return fault.detail
    if columns.packed:
        return f"câu trả lời thứ {int(number) + 1} không nằm trong các phương án"
    return "câu trả lời không nằm trong các phương án"


def _readings(options: Sequence[str]) -> dict[str, int]:
    """How a cell may spell an answer: the option's code, else its number; empty is blank."""
    found = {"": BLANK, str(BLANK): BLANK, str(DOUBLE_MARKED): DOUBLE_MARKED}
    found |= {str(number): number for number in range(1, len(options) + 1)}
    found |= {code: number for number, code in enumerate(options, start=1)}
    return found
