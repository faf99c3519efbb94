"""Run as a process of its own: an XLSX file from standard input, its first filled sheet printed as CSV."""

import csv
import io
import sys
from datetime import date
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum

from parindex.workbooks.child import TOO_LARGE, UNREADABLE, limit_process, number_text

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


class _Bounded(io.TextIOBase):
    """Standard output, up to a bound."""

    def __init__(self) -> None:
        self._out = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", newline="")
        self._size = 0

    def write(self, text: str) -> int:
        self._size += len(text)
        if self._size > LONGEST_OUTPUT:
            raise _TooLargeError
        return self._out.write(text)

    def flush(self) -> None:
        self._out.flush()


def main() -> int:
    """The exit code: 0, or why there are no rows."""
    limit_process(MEMORY, SECONDS)
    out = _Bounded()
    printed = csv.writer(out)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
        for meta in book.sheets_metadata:
            if meta.typ != SheetTypeEnum.WorkSheet:
                continue
            filled = False
            for row in book.get_sheet_by_name(meta.name).iter_rows():
                cells = [cell_text(cell) for cell in row]
                if any(cells):
                    printed.writerow(cells)
                    filled = True
            if filled:
                break
    except CalamineError:
        return UNREADABLE
    except _TooLargeError:
        return TOO_LARGE
    out.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
