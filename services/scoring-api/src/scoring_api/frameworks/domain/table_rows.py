"""The rows of a sheet under its header, as attributes; which sheet they belong to is known next door."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from scoring_api.frameworks.domain import table
from scoring_api.frameworks.domain.table import Cell, Column, Sheet
from scoring_api.frameworks.domain.table_cells import CellError, read_cell, text_of, word_of
from scoring_api.frameworks.domain.table_places import Places

_HEADER_WITHIN = 20  # rows; above the header the provinces print the title of the decision
_COLUMN_NUMBER = re.compile(r"\(?[0-9]{1,2}\)?|\(?[A-Z]\)?")
_MORE_JSON = re.compile(rf"{re.escape(table.RULE_JSON)} [0-9]+")


@dataclass(slots=True)
class Row:
    """A row with what its cells say."""

    number: int
    values: dict[str, Any]
    json: str = ""


@dataclass(slots=True)
class _Header:
    row: int
    columns: dict[int, Column] = field(default_factory=dict)
    json: list[int] = field(default_factory=list)  # where a rule's JSON goes on, beyond one cell


def _known(columns: Sequence[Column]) -> dict[str, Column]:
    return {word_of(title): column for column in columns for title in (column.title, *column.also)}


def empty(row: Sequence[Cell]) -> bool:
    return not any(text_of(cell) for cell in row)


def _numbered(row: Sequence[Cell]) -> bool:
    """Whether a row only numbers the columns, as «(1) (2) (3)» below a printed header."""
    said = [text_of(cell) for cell in row if text_of(cell)]
    return len(said) > 2 and all(_COLUMN_NUMBER.fullmatch(text) for text in said)


def read_rows(sheet: Sheet, places: Places) -> Iterator[Row]:
    """Every row with something in it below the header."""
    header = _header(sheet, table.COLUMNS[sheet.title], places)
    if header is None:
        return
    for number, cells in enumerate(sheet.rows[header.row :], header.row + 1):
        if empty(cells) or (number == header.row + 1 and _numbered(cells)):
            continue
        values = {}
        for index, column in header.columns.items():
            cell = cells[index] if index < len(cells) else None
            value = _value(column, cell, (sheet.title, number, column.title), places)
            if value is not None:
                values[column.name] = value
        parts = [values.pop("rule_json", ""), *(text_of(cells[i]) for i in header.json if i < len(cells))]
        yield Row(number, values, "".join(parts))


def _value(column: Column, cell: Cell, at: tuple[str, int, str], places: Places) -> Any:
    try:
        return read_cell(column, cell)
    except CellError as error:
        places.fault(*at, error.code, error.detail)
        return None


def _header(sheet: Sheet, columns: Sequence[Column], places: Places) -> _Header | None:
    """The first row that names at least two columns; a title that is no column's is a fault."""
    known = _known(columns)
    for number, cells in enumerate(sheet.rows[:_HEADER_WITHIN], 1):
        if sum(word_of(cell) in known for cell in cells) >= 2:
            return _columns(sheet, number, known, places)
    if not all(empty(row) for row in sheet.rows):
        places.fault(
            sheet.title, None, "", "header_missing", f"không thấy dòng tiêu đề, phải có «{columns[0].title}»"
        )
    return None


def _columns(sheet: Sheet, number: int, known: dict[str, Column], places: Places) -> _Header:
    header = _Header(number)
    for index, cell in enumerate(sheet.rows[number - 1]):
        title = text_of(cell)
        column = known.get(word_of(title))
        if column is not None and column in header.columns.values():
            places.fault(sheet.title, number, title, "listed_twice", "cột ghi hai lần")
        elif column is not None:
            header.columns[index] = column
        elif _MORE_JSON.fullmatch(title):
            header.json.append(index)
        elif title or any(text_of(row[index]) for row in sheet.rows[number:] if index < len(row)):
            said = (
                f"không có cột «{title[:60]}» trong mẫu" if title else f"cột thứ {index + 1} không có tiêu đề"
            )
            places.fault(sheet.title, number, title[:60], "unknown_column", said)
    return header


def read_fields(sheet: Sheet, pointer: str, places: Places) -> dict[str, Any]:
    """The lines of a sheet of two columns: what, and its value. Pointers start with `pointer`."""
    known, found = _known(table.COLUMNS[sheet.title]), dict[str, Any]()
    for number, cells in enumerate(sheet.rows, 1):
        title, cell = text_of(cells[0]) if cells else "", cells[1] if len(cells) > 1 else None
        column = known.get(word_of(title))
        if column is None:
            if title and not (number <= _HEADER_WITHIN and (title == table.FIELD_TITLES[0] or cell is None)):
                places.fault(
                    sheet.title,
                    number,
                    "",
                    "unknown_attribute",
                    f"không có nội dung «{title[:60]}» trong mẫu",
                )
            continue
        value = _value(column, cell, (sheet.title, number, table.FIELD_TITLES[1]), places)
        at = f"{pointer}/{column.name}"
        if column.name in table.REPEATED:
            entries = found.setdefault(column.name, [])
            at = f"{at}/{len(entries)}"
            entries += [] if value is None else [value]
        elif column.name in found:
            places.fault(sheet.title, number, title, "listed_twice", "nội dung ghi hai lần")
        elif value is not None:
            found[column.name] = value
        places.rows[at] = (sheet.title, number)
    return found
