"""The rows behind a file's bytes: CSV in the encodings of Excel, JSON lines; not what columns mean."""

import csv
import io
import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, Literal

from parindex.kernel.errors import DomainError, Fault

Format = Literal["csv", "jsonl", "xlsx"]
DELIMITERS = (",", ";", "\t")
_ZIP, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_BYTE_ORDERS = (b"\xff\xfe", b"\xfe\xff")
_LONGEST_FIRST_LINE = 1 << 20
_NO_TEXT = re.compile("[\0\ud800-\udfff]")  # what JSON can write and no database keeps


def invalid(faults: Sequence[Fault]) -> DomainError:
    """The refusal of a file or of what was said about it."""
    return DomainError("import_invalid", {"count": len(faults)}, tuple(faults))


def file_fault(code: str, detail: str) -> DomainError:
    return invalid([Fault("/file", code, detail)])


def format_of(content: bytes) -> Format:
    """What the file is, by its first bytes; its name may say anything.

    >>> format_of(b"PK" + bytes([3, 4])), format_of(b'{"serial": "A1"}'), format_of(b"serial,q1")
    ('xlsx', 'jsonl', 'csv')

    Raises DomainError `import_invalid` for a workbook of Excel before 2007.
    """
    if content.startswith(_OLD_EXCEL):
        raise file_fault("file_format_unknown", "tệp Excel kiểu cũ (.xls): hãy lưu lại thành .xlsx hoặc CSV")
    if content.startswith(_ZIP):
        return "xlsx"
    start = content[:4096].decode(encoding_of(content), "ignore").lstrip("\ufeff \t\r\n")
    return "jsonl" if start.startswith(("{", "[")) else "csv"


def encoding_of(content: bytes) -> str:
    """UTF-8 with or without its mark, or UTF-16 as Excel saves «Unicode text»."""
    if content.startswith(_BYTE_ORDERS):
        return "utf-16"
    if content[1:2] == b"\0" and content[:1] != b"\0":
        return "utf-16-le"
    return "utf-8-sig"


def check_text(content: bytes) -> None:
    """Raises DomainError `import_invalid` when the text cannot be read or holds a NUL."""
    try:
        text = content.decode(encoding_of(content))
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        detail = (
            f"dòng {line} của tệp không phải UTF-8 hay UTF-16, có thể là bảng mã cũ (TCVN3, VNI, cp1258):"
            " hãy chuyển sang Unicode rồi lưu thành CSV UTF-8 hoặc XLSX"
        )
        raise file_fault("file_not_utf8", detail) from error
    if (at := text.find("\0")) >= 0:  # no text of the database holds one
        line, place = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
        raise file_fault("nul_character", f"dòng {line} của tệp có ký tự NUL ở vị trí {place}")


def read_rows(content: bytes) -> Iterator[list[str]]:
    """The rows of a text file with the header first; those without a filled cell are left out.

    Raises DomainError `import_invalid` at a row that cannot be read.
    """
    text = io.TextIOWrapper(io.BytesIO(content), encoding=encoding_of(content), newline="")
    if format_of(content) == "jsonl":
        return _json_rows(text)
    return filter(any, _csv_rows(text, delimiter_of(content)))


def rows_about(content: bytes) -> int:
    r"""How many rows stand after the header, to show progress: a cell of two lines counts as two rows.

    >>> rows_about(b"serial,q1\nA1,5\nA2,4"), rows_about(b"")
    (2, 0)
    """
    end = b"\n" if b"\n" in content else b"\r"
    lines = content.count(end) + (not content.endswith((end, end + b"\0")))
    return max(0, lines - 1)


def delimiter_of(content: bytes) -> str:
    """The one that the header uses most.

    >>> delimiter_of(b"serial;unit;q1")
    ';'
    """
    first = content[:_LONGEST_FIRST_LINE].decode(encoding_of(content), "ignore")
    header = re.split("[\r\n]", first.lstrip("\ufeff\r\n"), maxsplit=1)[0]
    return max(DELIMITERS, key=header.count)


def _csv_rows(text: io.TextIOWrapper, delimiter: str) -> Iterator[list[str]]:
    reader = csv.reader(text, delimiter=delimiter)
    line = 1
    try:
        for row in reader:
            yield row
            line = reader.line_num + 1
    except csv.Error as error:
        detail = f"không đọc được dòng {line} của tệp: dấu nháy kép chưa đóng hoặc ô quá dài"
        raise file_fault("row_unreadable", detail) from error


def _json_rows(text: io.TextIOWrapper) -> Iterator[list[str]]:
    """An object a line; the keys of the first are the header, a key it lacks cannot come later."""
    names: list[str] = []
    known: dict[str, int] = {}
    for number, line in enumerate(text, start=1):
        if not line.strip():
            continue
        found = _json_object(line, number)
        if not names:
            names = list(found)
            known = {name: index for index, name in enumerate(names)}
            yield names
        if stray := next((name for name in found if name not in known), None):
            detail = f"dòng {number} của tệp có khóa «{stray[:80]}» mà dòng đầu không có"
            raise file_fault("row_unreadable", detail)
        cells = [_json_cell(found.get(name), number) for name in names]
        if "\\u" in line and _NO_TEXT.search("".join([*found, *cells])):
            raise file_fault("row_unreadable", f"dòng {number} của tệp có ký tự không lưu được")
        yield cells


def _json_object(line: str, number: int) -> dict[str, Any]:
    try:
        found = json.loads(line, parse_float=str, parse_int=str)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise file_fault("row_unreadable", f"dòng {number} của tệp không phải một đối tượng JSON")
    return found


def _json_cell(value: Any, number: int) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return " ".join(value)
    raise file_fault("row_unreadable", f"dòng {number} của tệp có ô không phải chữ, số hay danh sách")
