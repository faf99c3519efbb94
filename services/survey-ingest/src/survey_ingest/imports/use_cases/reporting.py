"""An import's report as files: its errors, and the rejected rows in the columns they came in."""

import asyncio
import csv
import io
import json
from collections.abc import Iterable, Sequence
from uuid import UUID

from parindex.db import Reading
from survey_ingest.imports.domain.sources import Format, delimiter_of, format_of, read_rows
from survey_ingest.imports.store import files, report
from survey_ingest.imports.store.files import Import
from survey_ingest.imports.use_cases.sheets import unfold

TITLES = ("dòng", "cột", "mã lỗi", "giá trị", "nội dung")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


async def errors_csv(connection: Reading, import_id: UUID) -> bytes:
    """Every kept error, one a line, for a spreadsheet: no cell of it becomes a formula."""
    listed = await report.read_errors(connection, import_id, limit=report.MOST_ERRORS)
    faults = [item.fault for item in listed]
    rows = [
        (str(fault.row), _inert(fault.column), fault.code, _inert(fault.value), _inert(fault.message))
        for fault in faults
    ]
    return await asyncio.to_thread(_csv, [TITLES, *rows], ",")


def _inert(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


async def rejected_file(connection: Reading, job: Import) -> tuple[bytes, Format]:
    """The rejected rows under the file's own header; those of a workbook as CSV.

    Raises DomainError `import_invalid` when the file could not be read at all.
    """
    numbers = await report.read_rejected(connection, job.id)
    content = await files.read_content(connection, job.id)
    kind = format_of(content)
    if kind == "xlsx":
        content = await unfold(content)
    return await asyncio.to_thread(_rejected, content, numbers), kind


def _rejected(content: bytes, numbers: set[int]) -> bytes:
    rows = read_rows(content)
    header = next(rows, [])
    chosen = (row for number, row in enumerate(rows, start=1) if number in numbers)
    if format_of(content) == "jsonl":
        lines = (json.dumps(dict(zip(header, row, strict=True)), ensure_ascii=False) for row in chosen)
        return "".join(f"{line}\n" for line in lines).encode()
    return _csv([header, *chosen], delimiter_of(content))


def _csv(rows: Iterable[Sequence[str]], delimiter: str) -> bytes:
    """With the mark by which Excel knows UTF-8."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode("utf-8-sig")
