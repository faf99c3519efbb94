"""XLSX workbooks for printing and further counting: numbers stay numbers, text never turns into a formula."""

import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from parindex.kernel.text import printable
from report_gen.rendering.blocks import Align, Cell, Figure, Sheet, SheetRow, Workbook
from report_gen.rendering.sheet_names import sheet_names

FONT = "Times New Roman"
_A4 = 9
_CELL_LIMIT = 32_767  # characters a cell takes
_FOOTER_LIMIT = 255
_ROW_LIMIT = 409  # points
_LETTERS = 1.25  # letters of our font in a unit of width
_FORMULA_STARTS = ("=", "+", "-", "@")
_FILLS = {"group": "#D9E2F3", "area": "#EDF2FA", "total": "#F2F2F2"}


@dataclass(slots=True)
class _Faces:
    """Cell formats, made once each: Excel allows 64,000 of them."""

    book: Any
    made: dict[tuple[tuple[str, object], ...], Any] = field(default_factory=dict)

    def face(self, **properties: object) -> Any:
        key = tuple(sorted(properties.items()))
        if key not in self.made:
            self.made[key] = self.book.add_format({"font_name": FONT, "font_size": 11} | properties)
        return self.made[key]


def render_xlsx(workbook: Workbook) -> bytes:
    """The workbook as an XLSX file; the same workbook gives the same bytes."""
    content = io.BytesIO()
    book = xlsxwriter.Workbook(
        content,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    made = datetime.combine(workbook.day, time(), tzinfo=UTC).replace(tzinfo=None)
    book.set_properties(
        {
            "title": printable(workbook.title)[:255],
            "author": printable(workbook.author)[:255],
            "comments": printable(workbook.footer)[:255],
            "created": made,
        }
    )
    faces = _Faces(book)
    for sheet, name in zip(workbook.sheets, sheet_names([s.name for s in workbook.sheets]), strict=True):
        _print_sheet(book.add_worksheet(name), sheet, workbook, faces)
    book.close()
    return content.getvalue()


def _print_sheet(page: Worksheet, sheet: Sheet, workbook: Workbook, faces: _Faces) -> None:
    last = max(len(sheet.columns) - 1, 0)
    titles = [sheet.title, sheet.subtitle, f"({workbook.note})" if workbook.note else ""]
    header = _titles(page, sheet, [line for line in titles if line], faces)
    for number, column in enumerate(sheet.columns):
        page.set_column(number, number, column.width, faces.face())
        title = faces.face(bold=True, border=1, align="center", valign="vcenter", text_wrap=True)
        page.write_string(header, number, printable(column.title), title)
    page.set_row(header, _height([column.title for column in sheet.columns], sheet))
    aligns: list[Align] = [column.align for column in sheet.columns]
    for offset, row in enumerate(sheet.rows, start=1):
        _write_row(page, header + offset, row, aligns, faces)
        page.set_row(header + offset, _height(row.cells, sheet, row.indent))
    end = header + len(sheet.rows)
    for note in sheet.notes:
        end += 1
        page.write_string(end, 0, printable(note)[:_CELL_LIMIT], faces.face(italic=True))
    _set_print(page, sheet, workbook.footer, header=header, end=end, last=last)


def _titles(page: Worksheet, sheet: Sheet, lines: Sequence[str], faces: _Faces) -> int:
    """Title lines over all columns; returns the row of the header."""
    last = max(len(sheet.columns) - 1, 0)
    for number, line in enumerate(lines):
        face = faces.face(bold=True, font_size=13, align="center", valign="vcenter", text_wrap=True)
        if last:
            page.merge_range(number, 0, number, last, "", face)
        page.write_string(number, 0, printable(line)[:_CELL_LIMIT], face)
        width = sum(column.width for column in sheet.columns)
        page.set_row(number, 20 * (1 + len(line) // max(width, 1)))
    return len(lines)


def _height(cells: Sequence[Cell], sheet: Sheet, indent: int = 0) -> float:
    """Room for the longest wrapped text of a row: not every program fits rows on opening."""
    lines = [
        math.ceil(len(cell) / (_LETTERS * max(column.width - (indent if number == 1 else 0), 1)))
        for number, (cell, column) in enumerate(zip(cells, sheet.columns, strict=True))
        if isinstance(cell, str)
    ]
    return min(15 * max([1, *lines]) + 1, _ROW_LIMIT)


def _write_row(page: Worksheet, number: int, row: SheetRow, aligns: Sequence[Align], faces: _Faces) -> None:
    look: dict[str, object] = {"border": 1, "valign": "vcenter"}
    if row.style != "body":
        look |= {"bold": True, "bg_color": _FILLS[row.style]}
    for column, (cell, align) in enumerate(zip(row.cells, aligns, strict=True)):
        indent = {"indent": row.indent} if row.indent and column == 1 else {}
        _write_cell(page, (number, column), cell, look | {"align": align} | indent, faces)


def _write_cell(
    page: Worksheet, place: tuple[int, int], cell: Cell, look: Mapping[str, object], faces: _Faces
) -> None:
    if cell is None or cell == "":
        page.write_blank(*place, None, faces.face(**look))
    elif isinstance(cell, Figure):
        page.write_number(*place, cell.value, faces.face(**look, num_format=number_format(cell.places)))
    elif isinstance(cell, int):
        page.write_number(*place, cell, faces.face(**look, num_format="[$-42A]#,##0"))
    else:
        text = printable(cell)[:_CELL_LIMIT]
        # The quote mark keeps the text a text when somebody edits the cell.
        quoted = {"quote_prefix": True} if text.lstrip().startswith(_FORMULA_STARTS) else {}
        page.write_string(*place, text, faces.face(**look, text_wrap=True, **quoted))


def number_format(places: int) -> str:
    """Vietnamese separators wherever the file is opened; two decimals, more only where they say something.

    >>> number_format(3)
    '[$-42A]#,##0.00#'
    """
    return f"[$-42A]#,##0.00{'#' * (places - 2)}"


def _set_print(page: Worksheet, sheet: Sheet, footer: str, *, header: int, end: int, last: int) -> None:
    page.freeze_panes(header + 1, min(sheet.frozen_columns, last))
    page.set_paper(_A4)
    if sheet.landscape:
        page.set_landscape()
    page.set_margins(left=0.6, right=0.4, top=0.6, bottom=0.7)
    page.repeat_rows(header)
    page.print_area(0, 0, end, last)
    page.fit_to_pages(1, 0)
    page.center_horizontally()
    page.set_footer(f"&L&8 {_footer_text(footer)}&R&8 &P/&N")


def _footer_text(footer: str) -> str:
    """The footer with its ampersands doubled, cut short without parting a pair."""
    said = printable(footer).replace("&", "&&")[: _FOOTER_LIMIT - 20]
    parted = (len(said) - len(said.rstrip("&"))) % 2
    return said[:-1] if parted else said
