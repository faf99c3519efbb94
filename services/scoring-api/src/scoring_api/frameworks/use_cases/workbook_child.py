"""Run as a process of its own: an XLSX file from standard input, its cells printed as JSON."""

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


def cell_json(cell: Any) -> Any:
    """Text and truth as they are, a number with the fifteen digits Excel shows, a day; the rest as text.

    >>> cell_json("a"), cell_json(2.0), cell_json(14.499999999999998), cell_json(date(2022, 12, 15))
    ('a', {'number': '2'}, {'number': '14.5'}, {'day': '2022-12-15'})
    """
    if isinstance(cell, bool | str):
        return cell
    if isinstance(cell, int | float):
        return {"number": number_text(cell)}
    if isinstance(cell, date):
        return {"day": cell.isoformat()[:10]}
    return str(cell)


def main() -> int:
    """The exit code: 0, or why there are no cells."""
    limit_process(MEMORY, SECONDS)
    sheets, size = [], 0
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
        for meta in book.sheets_metadata:
            if meta.typ != SheetTypeEnum.WorkSheet:
                continue
            sheet = book.get_sheet_by_name(meta.name)
            rows = []
            for row in sheet.iter_rows():
                rows.append([cell_json(cell) for cell in row])
                size += sum(4 + len(cell) if isinstance(cell, str) else 24 for cell in row)
                if size > LONGEST_OUTPUT:
                    return TOO_LARGE
            sheets.append({"title": meta.name, "rows": rows})
    except CalamineError:
        return UNREADABLE
    sys.stdout.buffer.write(json.dumps(sheets, ensure_ascii=False).encode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
