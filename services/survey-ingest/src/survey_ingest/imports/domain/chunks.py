"""Many rows at once: each good row as a line for COPY, each bad one with its faults.

A row that fits needs no objects: its cells are looked up in tables of cells already read. Whatever the tables
do not settle goes through `RowReader.read`, which decides alone.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from operator import getitem, itemgetter
from typing import Any

from parindex.kernel.text import match_key
from survey_ingest.ballots.domain.entry import Entry
from survey_ingest.imports.domain.cells import UNREADABLE
from survey_ingest.imports.domain.lines import LineMaker
from survey_ingest.imports.domain.rows import LONGEST_VALUE, SERIAL, RowFault, RowReader

Row = tuple[int, Sequence[str]]


@dataclass(slots=True)
class Chunk:
    """Some rows of a file as they were read («đoạn tệp»)."""

    rows: int = 0
    lines: list[str] = field(default_factory=list)
    faults: list[RowFault] = field(default_factory=list)
    rejected: list[int] = field(default_factory=list)
    unknown_units: Counter[str] = field(default_factory=Counter)
    comments: list[tuple[int, str, str]] = field(default_factory=list)


class ChunkReader:
    """Reads the rows of a file chunk after chunk; a serial that comes twice is found across them."""

    def __init__(self, reader: RowReader) -> None:
        self._reader = reader
        self._answers = _answer_picker(reader)
        self._comments = [index for _, index in reader.columns.comments]
        self._lines = LineMaker(reader)

    def skip(self, rows: Iterable[Row]) -> None:
        """Rows that an earlier run has settled: only their serials matter."""
        columns, seen = self._reader.columns, self._reader.serials
        for number, row in rows:
            if len(row) == len(columns.names):
                seen.setdefault(row[columns.serial].strip(), number)

    def read(self, rows: Iterable[Row]) -> Chunk:
        """The lines of the good rows, the faults of the others."""
        found = Chunk()
        for number, row in rows:
            found.rows += 1
            line = self._quick_line(number, row)
            if line is None:
                self._read_with_care(found, number, row)
            else:
                found.lines.append(line)
        return found

    def _quick_line(self, number: int, row: Sequence[str]) -> str | None:
        """The line of a row without fault; None for every other, and for any that needs a closer look."""
        reader = self._reader
        columns = reader.columns
        if len(row) != len(columns.names):
            return None
        serial = row[columns.serial].strip()
        unit = reader.units[row[columns.unit]] if not reader.form.is_matrix else ""
        group = reader.groups[row[columns.group] if columns.group >= 0 else ""]
        day = reader.days[row[columns.collected] if columns.collected >= 0 else ""]
        answers = self._answers(row)
        if UNREADABLE in answers or UNREADABLE in (unit, group, day) or serial in reader.serials:
            return None
        if SERIAL.fullmatch(serial) is None or self._is_unusual(row) or reader.issue_list.fault_of(serial):
            return None
        reader.serials[serial] = number
        return self._lines.quick(number, serial, (group, unit, day), answers)

    def _is_unusual(self, row: Sequence[str]) -> bool:
        place = self._reader.columns.batch
        if place >= 0 and row[place].strip() != self._reader.batch:
            return True
        return bool(self._comments) and any(row[index] for index in self._comments)

    def _read_with_care(self, found: Chunk, number: int, row: Sequence[str]) -> None:
        entry = self._reader.read(number, row)
        if isinstance(entry, Entry):
            found.lines.append(self._lines.of(number, entry))
            found.comments += [(number, *comment) for comment in (entry.comments or {}).items()]
            return
        found.rejected.append(number)
        found.faults += entry
        found.unknown_units.update(fault.value for fault in entry if self._may_be_a_unit(fault))

    def _may_be_a_unit(self, fault: RowFault) -> bool:
        """Whether the fault is a spelling that a person may know, and nobody has said to be no unit."""
        key = match_key(fault.value) if fault.code == "unit_unknown" else ""
        return bool(key) and len(fault.value) < LONGEST_VALUE and key not in self._reader.denied


def _answer_picker(reader: RowReader) -> Callable[[Sequence[str]], str]:
    """How the answers of a row are read into text: «5,4,0»; UNREADABLE stands in it for what cannot be."""
    columns = reader.columns
    tables: list[Any] = [*reader.answers]
    joined = ",".join
    if columns.packed:
        place = columns.answers[0][0]

        def packed(row: Sequence[str]) -> str:
            cells = row[place].split()
            return joined(map(getitem, tables, cells)) if len(cells) == len(tables) else UNREADABLE

        return packed
    if any(len(place) > 1 for place in columns.answers):
        pickers: list[Callable[[Sequence[str]], Any]] = [_picker(place) for place in columns.answers]
        return lambda row: joined(map(getitem, tables, [pick(row) for pick in pickers]))
    pick_all = _picker(tuple(chain.from_iterable(columns.answers)))
    if len(tables) > 1 and all(table is tables[0] for table in tables):
        look_up: Any = tables[0].__getitem__
        return lambda row: joined(map(look_up, pick_all(row)))
    if len(tables) > 1:
        return lambda row: joined(map(getitem, tables, pick_all(row)))
    return lambda row: tables[0][pick_all(row)]


def _picker(place: tuple[int, ...]) -> Callable[[Sequence[str]], Any]:
    return itemgetter(*place)
