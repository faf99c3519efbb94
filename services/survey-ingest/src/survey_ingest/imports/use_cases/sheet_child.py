"""Run as a process of its own: an XLSX file from standard input, its ballots printed as CSV.

The first visible sheet with cells holds them, and every further visible one under the same header goes on
with them. Other sheets are lists and guides.
"""

import csv
import io
import sys
from collections.abc import Iterator
from datetime import date
from typing import Any
from xml.etree.ElementTree import ParseError

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from parindex.workbooks.child import REFUSED, TOO_LARGE, UNREADABLE, limit_process, number_text
from survey_ingest.imports.use_cases.sheet_formulas import formula_without_value

MEMORY = 2 * 1024 * 1024 * 1024
SECONDS = 60
LONGEST_OUTPUT = 64 * 1024 * 1024


class _TooLargeError(Exception):
    """More was printed than a file of ballots can hold."""


def cell_text(cell: Any) -> str:
    """Text as it is, a number with the fifteen digits Excel shows, truth as 1 or 0, the rest as text.

    >>> cell_text("a"), cell_text(2.0), cell_text(14.499999999999998), cell_text(True)
    ('a', '2', '14.5', '1')
    >>> cell_text(date(2022, 12, 15))
    '2022-12-15'
    """
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return str(int(cell))
    if isinstance(cell, int | float):
        return number_text(cell)
    if isinstance(cell, date):
        return cell.isoformat()[:10]
    return str(cell)


class _Bounded(io.StringIO):
    """Text up to a bound."""

    def write(self, text: str) -> int:
        if self.tell() > LONGEST_OUTPUT:
            raise _TooLargeError
        return super().write(text)


def _rows(book: CalamineWorkbook, name: str) -> Iterator[list[str]]:
    rows = ([cell_text(cell) for cell in row] for row in book.get_sheet_by_name(name).iter_rows())
    return filter(any, rows)


def _print_sheets(book: CalamineWorkbook, out: io.StringIO) -> list[str]:
    """The names of the sheets that were printed."""
    printed, header, names = csv.writer(out), None, []
    for meta in book.sheets_metadata:
        if meta.typ != SheetTypeEnum.WorkSheet or meta.visible != SheetVisibleEnum.Visible:
            continue
        rows = _rows(book, meta.name)
        first = next(rows, None)
        if first is None or header not in {None, tuple(first)}:
            continue
        if header is None:
            header = tuple(first)
            printed.writerow(first)
        printed.writerows(rows)
        names.append(meta.name)
    return names


def main() -> int:
    """The exit code: 0, or why there are no rows."""
    limit_process(MEMORY, SECONDS)
    content, out = sys.stdin.buffer.read(), _Bounded(newline="")
    try:
        names = _print_sheets(CalamineWorkbook.from_filelike(io.BytesIO(content)), out)
        refused = formula_without_value(content, names)
    except (CalamineError, KeyError, ParseError):
        return UNREADABLE
    except _TooLargeError:
        return TOO_LARGE
    sys.stdout.buffer.write((refused or out.getvalue()).encode())
    return REFUSED if refused else 0


if __name__ == "__main__":
    sys.exit(main())
