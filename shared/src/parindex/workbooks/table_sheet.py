"""A list of rows as an XLSX sheet: header in sight, numbers as numbers, text never a formula."""

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter

from parindex.kernel.text import printable

FONT = {"font_name": "Times New Roman", "font_size": 11}
_A4, _CELL_LIMIT, _SHEET_LIMIT = 9, 32_767, 31
_WIDEST, _NARROWEST = 60, 9
_DIGITS = 15  # a spreadsheet keeps so many
_FORMULA_STARTS = ("=", "+", "-", "@")
_LOOKS: dict[str, dict[str, Any]] = {
    "": {},
    "text": {"text_wrap": True},
    "quoted": {"text_wrap": True, "quote_prefix": True},
}
_MADE = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)  # the same rows give the same bytes

Cell = str | int | Decimal | None


def write_table(title: str, headers: Sequence[str], rows: Sequence[Sequence[Cell]]) -> bytes:
    """The bytes of a workbook of one sheet; a `Decimal` shows its own decimals, unless it is a long one.

    The same table gives the same bytes.
    """
    content = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(content, options) as book:
        book.set_properties({"title": printable(title)[:255], "created": _MADE})
        page = book.add_worksheet("Bảng")
        head = book.add_format(FONT | {"bold": True, "border": 1, "text_wrap": True, "align": "center"})
        faces = _Faces(book)
        for column, header in enumerate(headers):
            page.write_string(0, column, printable(header), head)
            page.set_column(column, column, _width([header, *(row[column] for row in rows)]), faces.of(""))
        for number, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                faces.write(page, number, column, cell)
        page.freeze_panes(1, 1)
        page.autofilter(0, 0, max(len(rows), 1), max(len(headers) - 1, 0))
        page.set_paper(_A4)
        page.set_landscape()
        page.repeat_rows(0)
        page.fit_to_pages(1, 0)
        page.print_area(0, 0, len(rows), max(len(headers) - 1, 0))
        page.set_footer("&R&P/&N")
    return content.getvalue()


def _width(cells: Sequence[Cell]) -> int:
    longest = max(len(str(cell)) for cell in cells if cell is not None)
    return min(max(longest, _NARROWEST), _WIDEST)


class _Faces:
    """Cell formats, made once each: Excel allows 64,000 of them."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[str, Any] = {}

    def of(self, kind: str) -> Any:
        if kind not in self._made:
            look = _LOOKS.get(kind, {"num_format": kind})
            self._made[kind] = self._book.add_format(FONT | {"valign": "vcenter"} | look)
        return self._made[kind]

    def write(self, page: Any, row: int, column: int, cell: Cell) -> None:
        if cell is None or cell == "":
            return
        if isinstance(cell, str):
            text = printable(cell)[:_CELL_LIMIT]
            # The quote mark keeps the text a text when somebody edits the cell.
            kind = "quoted" if text.lstrip().startswith(_FORMULA_STARTS) else "text"
            page.write_string(row, column, text, self.of(kind))
        else:
            page.write_number(row, column, cell, self.of(number_format(cell)))


def number_format(number: int | Decimal) -> str:
    """Vietnamese separators wherever the file is opened, and the decimals the number has.

    Of an exact figure with more digits than a spreadsheet keeps (a third of a point) three are shown.

    >>> number_format(2476), number_format(Decimal("87.25")), number_format(Decimal("89.9996"))
    ('[$-42A]#,##0', '[$-42A]#,##0.00', '[$-42A]#,##0.0000')
    >>> number_format(Decimal(1) / 3)
    '[$-42A]#,##0.000'
    """
    if not isinstance(number, Decimal):
        return "[$-42A]#,##0"
    _, digits, exponent = number.as_tuple()
    places = max(0, -int(exponent)) if len(digits) <= _DIGITS else 3
    return "[$-42A]#,##0" + ("." + "0" * places if places else "")
