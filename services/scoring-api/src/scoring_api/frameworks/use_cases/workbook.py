"""A framework as an XLSX file, laid out to be printed and edited; what its cells say is the domain's."""

import io
import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from scoring_api.frameworks.domain import table
from scoring_api.frameworks.domain.framework import ROLES
from scoring_api.frameworks.domain.labels import ROLE_NAMES
from scoring_api.frameworks.domain.table import Cell, Column, Sheet
from scoring_api.frameworks.domain.table_cells import NO, YES
from scoring_api.frameworks.domain.table_writing import definition_sheets

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FONT = {"font_name": "Times New Roman", "font_size": 11, "valign": "vcenter", "text_wrap": True}
_PRINTED = 5  # columns of the tree that the provinces print
_A4 = 9
_SPARE_ROWS = 500  # below the table, ready to be written into
_BOLD = {table.TOTAL, *(ROLE_NAMES[role] for role in ROLES[:2])}
_LETTERS = 1.15  # letters of our font in a unit of width
_FIELD_WIDTHS, _HELP_WIDTH = (36, 80), 110
_TALLEST = 409  # points
_FORMULA_STARTS = ("=", "+", "-", "@")
_MADE = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)  # the same definition gives the same bytes


class _Book:
    """The workbook being written, its formats made once each."""

    def __init__(self, content: io.BytesIO) -> None:
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self.book = xlsxwriter.Workbook(content, options)
        self._formats: dict[tuple[tuple[str, object], ...], Any] = {}

    def format(self, **properties: object) -> Any:
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self.book.add_format({**_FONT, **properties})
        return self._formats[key]


def write_workbook(definition: Mapping[str, Any]) -> bytes:
    """The bytes of the workbook; text never turns into a formula in it."""
    content = io.BytesIO()
    made = _Book(content)
    made.book.set_properties({"title": str(definition["title"])[:255], "created": _MADE})
    for sheet in definition_sheets(definition):
        page = made.book.add_worksheet(sheet.title)
        _lay_out(page, sheet, made)
        for number, row in enumerate(sheet.rows):
            _write_row(page, number, row, sheet, made)
    made.book.close()
    return content.getvalue()


def _lay_out(page: Worksheet, sheet: Sheet, made: _Book) -> None:
    columns, last = table.COLUMNS.get(sheet.title, ()), len(sheet.rows)
    page.set_paper(_A4)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.set_footer("&R&P/&N")
    if sheet.title == table.HELP:
        page.set_column(0, 0, _HELP_WIDTH, made.format())
        return
    page.freeze_panes(1, 2 if sheet.title == table.TREE else 0)
    page.repeat_rows(0)
    if sheet.title == table.TREE:
        page.print_area(0, 0, last - 1, _PRINTED - 1)
    if sheet.rows[0] == table.FIELD_TITLES:
        for index, width in enumerate(_FIELD_WIDTHS):
            page.set_column(index, index, width, made.format())
        return
    for index, column in enumerate(columns):
        # The text format keeps a code like 1.10 as it is typed.
        page.set_column(index, index, column.width, made.format(**_number_format(column)))
        if choices := _choices(column):
            page.data_validation(1, index, last + _SPARE_ROWS, index, {"validate": "list", "source": choices})


def _choices(column: Column) -> list[str]:
    return {"label": list(column.labels.values()), "flag": [YES, NO]}.get(column.kind, [])


def _number_format(column: Column) -> dict[str, object]:
    if column.kind in {"code", "day"}:
        return {"num_format": "@"}
    return {"num_format": "[$-42A]General"} if column.kind in {"figure", "percent"} else {}


def _widths(sheet: Sheet) -> Sequence[int]:
    columns = table.COLUMNS.get(sheet.title)
    if columns is None:
        return (_HELP_WIDTH,)
    return _FIELD_WIDTHS if sheet.rows[0] == table.FIELD_TITLES else [column.width for column in columns]


def _height(row: Sequence[Cell], widths: Sequence[int]) -> int:
    """Room for the longest text of a row; JSON nobody reads gets none: not every program fits rows."""
    lines = [
        sum(math.ceil(len(line) / (_LETTERS * width)) or 1 for line in cell.splitlines())
        for cell, width in zip(row, widths, strict=False)
        if isinstance(cell, str) and not cell.startswith("{")
    ]
    return min(15 * max([1, *lines]) + 2, _TALLEST)


def _write_row(page: Worksheet, number: int, row: Sequence[Cell], sheet: Sheet, made: _Book) -> None:
    page.set_row(number, _height(row, _widths(sheet)))
    columns = table.COLUMNS.get(sheet.title, ())
    listed = sheet.rows[0] != table.FIELD_TITLES and bool(columns)
    look: dict[str, object] = {"border": 1} if columns else {}
    if (number == 0 and columns) or _BOLD.intersection(cell for cell in row if isinstance(cell, str)):
        look["bold"] = True
    for index, cell in enumerate(row):
        column = columns[index] if listed and number and index < len(columns) else None
        _write_cell(page, (number, index), cell, look | (_number_format(column) if column else {}), made)


def _write_cell(
    page: Worksheet, place: tuple[int, int], cell: Cell, look: Mapping[str, object], made: _Book
) -> None:
    if isinstance(cell, Decimal):
        page.write_number(*place, float(cell), made.format(**look))
    elif cell is None or cell == "":
        page.write_blank(*place, None, made.format(**look))
    else:
        text = str(cell)
        # The quote mark keeps the text a text when somebody edits the cell.
        quoted = {"quote_prefix": True} if text.lstrip().startswith(_FORMULA_STARTS) else {}
        page.write_string(*place, text, made.format(**look, **quoted))
