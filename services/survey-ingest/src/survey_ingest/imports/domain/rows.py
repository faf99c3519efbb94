"""What one row of a file says: a ballot, or every fault of the row."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID, uuid5

from parindex.kernel.errors import DomainError, Fault
from parindex.kernel.text import nfc
from survey_ingest.ballots.domain.collection import Collection
from survey_ingest.ballots.domain.entry import Bag, Entry, check_entry
from survey_ingest.campaigns.domain.form import DOUBLE_MARKED, BallotForm, Slot
from survey_ingest.imports.domain.cells import (
    UNREADABLE,
    Readings,
    answers_of,
    groups_of,
    ticks_of,
    units_of,
)
from survey_ingest.imports.domain.columns import Columns
from survey_ingest.imports.domain.days import days_of, why_not
from survey_ingest.imports.domain.issue_list import IssueList

SERIAL = re.compile(r"[A-Za-z0-9][A-Za-z0-9./_-]{0,79}")
LONGEST_VALUE, LONGEST_COMMENT = 80, 2000
_NO_ANSWER = DOUBLE_MARKED - 1


@dataclass(frozen=True, slots=True)
class RowFault:
    """One thing wrong with a row («lỗi của dòng»); rows count from 1, the header apart."""

    row: int
    column: str
    code: str
    value: str
    message: str


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
    collection: Collection
    issue_list: IssueList = field(default_factory=IssueList)
    scales: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    denied: frozenset[str] = frozenset()  # match keys of spellings that are said to be no unit
    answers: list[Readings[str] | Readings[tuple[str, ...]]] = field(init=False)
    units: Readings[str] = field(init=False)
    groups: Readings[str] = field(init=False)
    days: Readings[str] = field(init=False)
    serials: dict[str, int] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.answers = self._readings()
        self.units = Readings(units_of(self.form.unit_set, self.names))
        allowed = self.form.groups if self.bag.group is None else self.form.groups & {self.bag.group}
        self.groups = Readings(groups_of(sorted(allowed), self.default_group))
        self.days = Readings(days_of(self.collection))

    def _readings(self) -> list[Readings[str] | Readings[tuple[str, ...]]]:
        """How each answer is read; slots of the same options share what was read."""
        shared: dict[object, Readings[str]] = {}
        found: list[Readings[str] | Readings[tuple[str, ...]]] = []
        places = [()] * len(self.form.slots) if self.columns.packed else self.columns.answers
        for slot, place in zip(self.form.slots, places, strict=True):
            if len(place) > 1:
                found.append(Readings(ticks_of(len(place))))
                continue
            table = self.scales.get(slot.question)
            key = (slot.kind, slot.options, id(table))
            found.append(shared.setdefault(key, Readings(answers_of(slot, table))))
        return found

    def read(self, row: int, cells: Sequence[str]) -> Entry | list[RowFault]:
        """The ballot of the row. Its id follows from campaign and serial: in a corrected file too."""
        columns = self.columns
        if len(cells) != len(columns.names):
            message = f"dòng có {len(cells)} cột, tệp có {len(columns.names)} cột"
            return [RowFault(row, "", "column_count", str(len(cells)), message)]
        serial = cells[columns.serial].strip()
        faults = [
            *self._serial_faults(row, serial),
            *self._batch_faults(row, cells),
            *self._day_faults(row, cells),
            *self._comment_faults(row, cells),
        ]
        entry = Entry(
            id=uuid5(self.space, serial),
            serial=serial,
            batch=self.batch,
            questionnaire=self.form.questionnaire.code,
            group=(cells[columns.group].strip() if columns.group >= 0 else "") or self.default_group,
            unit=self._unit(cells),
            answers=self._answers(cells),
            collected_at=self._day(cells),
            comments=self._comments(cells),
        )
        try:
            check_entry(self.form, self.bag, entry)
        except DomainError as error:
            faults += [self._row_fault(row, cells, fault) for fault in error.faults]
        return faults or entry

    def _serial_faults(self, row: int, serial: str) -> Iterable[RowFault]:
        name = self.columns.name(self.columns.serial)
        if not SERIAL.fullmatch(serial):
            message = "số phiếu thiếu hoặc sai dạng"
            yield RowFault(row, name, "serial_malformed", serial[:LONGEST_VALUE], message)
        elif (first := self.serials.setdefault(serial, row)) != row:
            yield RowFault(row, name, "serial_repeated", serial, f"số phiếu đã có ở dòng {first}")
        elif found := self.issue_list.fault_of(serial):
            yield RowFault(row, name, found.code, serial, found.detail)

    def _batch_faults(self, row: int, cells: Sequence[str]) -> Iterable[RowFault]:
        index = self.columns.batch
        if index >= 0 and cells[index].strip() != self.batch:
            message = f"dòng thuộc túi khác túi «{self.batch}» đang nhập"
            name, value = self.columns.name(index), cells[index][:LONGEST_VALUE]
            yield RowFault(row, name, "batch_differs", value, message)

    def _day_cell(self, cells: Sequence[str]) -> str:
        return cells[self.columns.collected] if self.columns.collected >= 0 else ""

    def _day(self, cells: Sequence[str]) -> date | None:
        found = self.days[self._day_cell(cells)]
        return date.fromisoformat(found) if found not in {"", UNREADABLE} else None

    def _day_faults(self, row: int, cells: Sequence[str]) -> Iterable[RowFault]:
        written = self._day_cell(cells)
        if self.days[written] == UNREADABLE:
            code, message = why_not(self.collection, written)
            name = self.columns.name(self.columns.collected)
            yield RowFault(row, name, code, written[:LONGEST_VALUE], message)

    def _comment_faults(self, row: int, cells: Sequence[str]) -> Iterable[RowFault]:
        for _, index in self.columns.comments:
            if len(cells[index]) > LONGEST_COMMENT:
                message = f"ý kiến dài hơn {LONGEST_COMMENT} ký tự"
                value = cells[index][:LONGEST_VALUE]
                yield RowFault(row, self.columns.name(index), "comment_too_long", value, message)

    def _unit(self, cells: Sequence[str]) -> str | None:
        """The unit; unmatched text stays and is named as unknown."""
        if self.form.is_matrix:
            return None
        written = cells[self.columns.unit]
        found = self.units[written]
        return written.strip() if found == UNREADABLE else found

    def _comments(self, cells: Sequence[str]) -> dict[str, str] | None:
        written = {question: nfc(cells[index]) for question, index in self.columns.comments}
        return {question: comment for question, comment in written.items() if comment} or None

    def _answers(self, cells: Sequence[str]) -> list[int]:
        if self.columns.packed:
            picked: Sequence[object] = cells[self.columns.answers[0][0]].split()
            if len(picked) != len(self.answers):
                return [_NO_ANSWER] * len(picked)
        else:
            picked = [
                cells[place[0]] if len(place) == 1 else tuple(cells[index] for index in place)
                for place in self.columns.answers
            ]
        found = [readings[cell] for readings, cell in zip(self.answers, picked, strict=True)]  # type: ignore[index]
        return [_NO_ANSWER if answer == UNREADABLE else int(answer) for answer in found]

    def _row_fault(self, row: int, cells: Sequence[str], fault: Fault) -> RowFault:
        """The fault of a ballot as a fault of the cell it came from."""
        columns = self.columns
        part, _, number = fault.pointer.removeprefix("/").partition("/")
        if part == "answers":
            index = columns.answers[0 if columns.packed or not number else int(number)][0]
        else:
            index = {"unit": columns.unit, "group": columns.group}.get(part, -1)
        value = cells[index] if index >= 0 else self.default_group
        message = self._message(fault, number)
        return RowFault(row, columns.name(index), fault.code, value[:LONGEST_VALUE], message)

    def _message(self, fault: Fault, number: str) -> str:
        if fault.code != "answer_out_of_scale":
            return fault.detail
        if self.columns.packed:
            return f"câu trả lời thứ {int(number) + 1} không nằm trong các phương án"
        return f"câu trả lời không nằm trong các phương án: {_shown(self.form.slots[int(number)])}"


def _shown(slot: Slot) -> str:
    return ", ".join(slot.options)
