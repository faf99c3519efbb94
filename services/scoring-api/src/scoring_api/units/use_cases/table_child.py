"""Run as a process of its own: an XLSX file from standard input, its first filled sheet printed as JSON."""

import io
import json
import sys
from datetime import date
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum

from parindex.workbooks.child import TOO_LARGE, UNREADABLE, limit_process, number_text

MEMORY = 1024 * 1024 * 1024
SECONDS = 20
LONGEST_OUTPUT = 24 * 1024 * 1024


def cell_text(cell: Any) -> str:
    """Text as it is, a number with the digits Excel shows, a day in ISO form, the rest as text.

    >>> cell_text("a"), cell_text(2.0), cell_text(date(2025, 3, 1))
    ('a', '2', '2025-03-01')
    """
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return str(int(cell))
    if isinstance(cell, int | float):
        return number_text(cell)
    return cell.isoformat()[:10] if isinstance(cell, date) else str(cell)


def main() -> int:
    """The exit code: 0, or why there are no rows."""
    limit_process(MEMORY, SECONDS)
    rows: list[list[str]] = []
    size = 0
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
        for meta in book.sheets_metadata:
            if meta.typ != SheetTypeEnum.WorkSheet or any(map(any, rows)):
                continue
            rows = []
            for row in book.get_sheet_by_name(meta.name).iter_rows():
                cells = [cell_text(cell) for cell in row]
                size += sum(4 + len(cell) for cell in cells)
                if size > LONGEST_OUTPUT:
                    return TOO_LARGE
                rows.append(cells)
    except CalamineError:
        return UNREADABLE
    sys.stdout.buffer.write(json.dumps(rows, ensure_ascii=False).encode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
