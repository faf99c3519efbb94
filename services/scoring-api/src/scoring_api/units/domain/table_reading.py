"""Rows of a table as units; every fault is told by its row and the title of its column."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from parindex.kernel.errors import Fault
from parindex.kernel.text import match_key, nfc
from scoring_api.units.domain.levels import Levels
from scoring_api.units.domain.stretches import Stretch, StretchFacts
from scoring_api.units.domain.table import REQUIRED, TITLES
from scoring_api.units.domain.unit import Unit

MOST_ROWS, LONGEST = 50_000, 500
_CODE = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}")
_DAY = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")
_YEARS = range(1945, 2201)
_TEXT_OF_FORMULA = re.compile(r"'[=+\-@\t\r]")


@dataclass(frozen=True, slots=True)
class ReadUnit:
    """A unit of the table («đơn vị trong tệp»): where its facts stand, by the pointer of each."""

    unit: Unit
    columns: frozenset[str]
    places: Mapping[str, tuple[int, str]]

    def place(self, fault: Fault) -> Fault:
        """The fault where people find it in the table."""
        parts = fault.pointer.split("/")
        row, column = next(
            (self.places[key] for key in ("/".join(parts[:3]), "/".join(parts[:2])) if key in self.places),
            self.places["/code"],
        )
        if len(parts) > 3 and parts[3] in TITLES:
            column = parts[3]
        return Fault(pointer(row, column), fault.code, fault.detail)


def pointer(row: int, column: str) -> str:
    """Row as the spreadsheet counts it, and the column's title."""
    return f"/{row}/{TITLES.get(column, column)}"


@dataclass(slots=True)
class TableReader:
    """Reads one table («tệp danh mục đơn vị») and gathers its faults."""

    known: Levels
    faults: list[Fault] = field(default_factory=list)

    def read(self, rows: Sequence[Sequence[str]]) -> list[ReadUnit]:
        """The units whose rows can be read; the header is the first row that is not empty."""
        numbered = [(number, row) for number, row in enumerate(rows, start=1) if any(map(str.strip, row))]
        if not numbered:
            self.faults.append(Fault("", "table_empty", "tệp không có dòng nào"))
            return []
        columns = self._columns(*numbered[0])
        if self.faults:
            return []
        if len(numbered) > MOST_ROWS:
            self.faults.append(Fault("", "too_many_rows", f"tệp có quá {MOST_ROWS} dòng"))
            return []
        groups: dict[str, list[Stretch]] = {}
        for number, row in numbered[1:]:
            cells = {name: _text(row[place]) if place < len(row) else "" for place, name in columns.items()}
            if (stretch := self._stretch(number, cells)) is not None:
                groups.setdefault(cells["code"], []).append(stretch)
        present = frozenset(columns.values())
        return [unit for group in groups.values() if (unit := self._unit(group, present)) is not None]

    def _columns(self, number: int, header: Sequence[str]) -> dict[int, str]:
        by_key = {match_key(word): name for name, title in TITLES.items() for word in (name, title)}
        found: dict[int, str] = {}
        for place, title in enumerate(header):
            if not title.strip():
                continue
            name = by_key.get(match_key(title[:LONGEST]))
            if name is None:
                self._add(number, title[:80], "column_unknown", "không có cột này trong mẫu")
            elif name in found.values():
                self._add(number, name, "column_repeated", "cột ghi hai lần")
            else:
                found[place] = name
        for name in REQUIRED:
            if name not in found.values():
                self._add(number, name, "column_missing", f"thiếu cột «{TITLES[name]}»")
        return found

    def _stretch(self, number: int, cells: Mapping[str, str]) -> Stretch | None:
        before = len(self.faults)
        if not _CODE.fullmatch(cells["code"]):
            said = "mã gồm chữ thường không dấu, chữ số, dấu gạch nối; ví dụ so-noi-vu"
            self._add(number, "code", "code_malformed", said)
        if not cells["name"]:
            self._add(number, "name", "name_missing", "thiếu tên đơn vị")
        for name, text in cells.items():
            if name != "aliases" and len(text) > LONGEST:
                self._add(number, name, "text_too_long", f"dài quá {LONGEST} ký tự")
        start = self._day(number, "valid_from", cells)
        end = self._day(number, "valid_to", cells) if cells["valid_to"] else None
        if start is None or len(self.faults) > before:
            return None
        return Stretch(number, start, end, cells)

    def _day(self, number: int, column: str, cells: Mapping[str, str]) -> date | None:
        text = cells[column]
        found = _DAY.fullmatch(text)
        try:
            day = date(int(found[3]), int(found[2]), int(found[1])) if found else date.fromisoformat(text)
            if day.year in _YEARS:
                return day
        except ValueError:
            pass
        self._add(number, column, "not_a_day", "phải là ngày có thật, ví dụ 01/03/2025")
        return None

    def _unit(self, rows: Sequence[Stretch], columns: frozenset[str]) -> ReadUnit | None:
        before = len(self.faults)
        rows = sorted(rows, key=lambda row: row.start)
        first = rows[0]
        level = self._coded(rows, "level", {code: found.name for code, found in self.known.levels.items()})
        kinds = {code: found.name for code, found in self.known.kinds.items() if level in {"", found.level}}
        kind = self._coded(rows, "kind", kinds)
        aliases = [part for row in rows for part in map(nfc, row.cells.get("aliases", "").split(";")) if part]
        for alias in aliases:
            if len(alias) > LONGEST:
                self._add(first.number, "aliases", "text_too_long", f"dài quá {LONGEST} ký tự")
        if len(self.faults) > before:
            return None
        places = {f"/{name}": (first.number, name) for name in ("code", "level", "kind", "aliases")}
        facts = StretchFacts(rows, places)
        unit = Unit(
            first.cells["code"],
            level,
            kind,
            facts.names(),
            tuple(dict.fromkeys(aliases)),
            facts.identifiers(),
            facts.parents(),
            facts.focal_points(),
        )
        return ReadUnit(unit, columns, places)

    def _coded(self, rows: Iterable[Stretch], column: str, labels: Mapping[str, str]) -> str:
        """The code behind a code or its label, the same in all rows of a unit."""
        by_key = {match_key(word): code for code, label in labels.items() for word in (code, label)}
        said = ""
        for row in rows:
            code = by_key.get(match_key(row.cells[column]), "")
            if not code:
                choices = ", ".join(labels.values())
                self._add(row.number, column, f"{column}_unknown", f"phải là một trong: {choices}")
            elif said not in {"", code}:
                self._add(row.number, column, "row_differs", "các dòng của một đơn vị ghi khác nhau")
            said = said or code
        return said

    def _add(self, row: int, column: str, code: str, detail: str) -> None:
        self.faults.append(Fault(pointer(row, column), code, detail))


def _text(cell: str) -> str:
    """The cell in NFC without outer blanks; the apostrophe that kept a formula a text is taken off.

    >>> _text("  Sở Y  tế "), _text("'=1+1")
    ('Sở Y tế', '=1+1')
    """
    return nfc(cell[1:] if _TEXT_OF_FORMULA.match(cell) else cell)
