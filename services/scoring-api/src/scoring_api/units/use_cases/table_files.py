"""A file of units, CSV or XLSX, as rows of text; what the rows say is the domain's."""

import asyncio
import csv
import io
import json

from parindex.kernel.errors import DomainError
from parindex.workbooks.opening import Bounds, WorkbookRefusedError, open_apart
from scoring_api.units.use_cases import table_child

BOUNDS = Bounds(largest=5 * 1024 * 1024, largest_unpacked=64 * 1024 * 1024, most_parts=500, patience=60)
DELIMITERS = (",", ";", "\t")
_ZIP, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_BYTE_ORDERS = (b"\xff\xfe", b"\xfe\xff")
_TURN = asyncio.Semaphore(2)


async def read_rows(content: bytes) -> list[list[str]]:
    """The rows of the file, empty ones too, so that they count as the spreadsheet counts them.

    Raises DomainError `unit_table_refused`.
    """
    if len(content) > BOUNDS.largest:
        raise _refused(f"tệp lớn hơn {BOUNDS.largest // 1024 // 1024} MB")
    if content.startswith(_OLD_EXCEL):
        raise _refused("tệp Excel kiểu cũ (.xls): hãy lưu lại thành .xlsx hoặc CSV")
    if content.startswith(_ZIP):
        return await _workbook_rows(content)
    return await asyncio.to_thread(_text_rows, content)


async def _workbook_rows(content: bytes) -> list[list[str]]:
    try:
        async with _TURN:
            printed = await open_apart(content, table_child.__name__, BOUNDS)
    except WorkbookRefusedError as refused:
        raise _refused(str(refused)) from refused
    rows: list[list[str]] = json.loads(printed)
    if any("\0" in cell for row in rows for cell in row):
        raise _refused("tệp có ký tự NUL")
    return rows


def _text_rows(content: bytes) -> list[list[str]]:
    encoding = "utf-16" if content.startswith(_BYTE_ORDERS) else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise _refused("phải là CSV mã hóa UTF-8 hay UTF-16, hoặc XLSX") from error
    if "\0" in text:
        raise _refused("tệp có ký tự NUL")
    first = text.split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=first.count)
    rows: list[list[str]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        rows.extend(reader)
    except csv.Error as error:
        said = "dấu nháy kép chưa đóng hoặc ô quá dài"
        raise _refused(f"không đọc được dòng {reader.line_num} của tệp: {said}") from error
    return rows


def _refused(reason: str) -> DomainError:
    return DomainError("unit_table_refused", {"reason": reason})
