"""A value of a definition as a cell and back; what Excel does to typed text is undone or told."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from parindex.kernel.canonical import decimal_text
from parindex.kernel.text import listing, match_key, nfc
from scoring_api.frameworks.domain.labels import Labels
from scoring_api.frameworks.domain.notation import NotationError, figure_text
from scoring_api.frameworks.domain.table import Cell, Column, Kind

YES, NO = "Có", "Không"
_LONGEST_WORD = 100  # characters of a title or a label
EXCEL_DIGITS = 15  # what a number of Excel's holds exactly
_FIGURE = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?(?:[eE][+-]?[0-9]{1,4})?")
_DAY = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")


class CellError(ValueError):
    """The cell cannot be read: a stable code and the reason in Vietnamese."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail


def text_of(cell: Cell) -> str:
    """The cell as text: NFC, without blanks around it; the lines of a text stay.

    >>> text_of(Decimal("1.1")), text_of(" Kế hoạch ")
    ('1.1', 'Kế hoạch')
    """
    if isinstance(cell, bool):
        return YES if cell else NO
    if isinstance(cell, Decimal):
        return decimal_text(cell)
    if isinstance(cell, date):
        return cell.isoformat()
    lines = unicodedata.normalize("NFC", cell or "").replace("\r\n", "\n").replace("\r", "\n")
    return lines.strip()


def word_of(cell: Cell) -> str:
    """What a short cell says, its spelling aside; a long one is none of our words.

    >>> word_of("Hoá đơn") == word_of(" HÓA ĐƠN. ")
    True
    """
    text = text_of(cell)
    return match_key(text) if len(text) <= _LONGEST_WORD else ""


def code_of(cell: Cell) -> str:
    """A code, one typed with a comma meaning the one with a dot (2,2 is 2.2).

    >>> code_of("2,2"), code_of(Decimal("1.1"))
    ('2.2', '1.1')
    """
    if isinstance(cell, date):
        raise CellError(
            "code_became_a_date", "Excel đã đổi mã thành ngày: định dạng ô là Văn bản (Text) rồi ghi lại mã"
        )
    return re.sub(r"(?<=[0-9]),(?=[0-9])", ".", nfc(text_of(cell)))


def _figure(cell: Cell) -> str:
    text = nfc(text_of(cell))
    if isinstance(cell, bool | date) or not _FIGURE.fullmatch(text):
        raise CellError("not_a_figure", "phải là một số, ví dụ 71,5")
    if isinstance(cell, Decimal):
        return text
    try:
        return figure_text(text)
    except NotationError as error:
        raise CellError("not_a_figure", str(error)) from error


def _percent(cell: Cell) -> str:
    """A percent; a cell in Excel's percent format holds 0,9 where people see 90%."""
    if isinstance(cell, Decimal) and 0 < cell <= 1:
        raise CellError(
            "percent_as_fraction", f"ô chứa {cell}: ghi 90 cho 90 %, không dùng định dạng phần trăm"
        )
    return _figure(text_of(cell).removesuffix("%").rstrip() if isinstance(cell, str) else cell)


def _whole(cell: Cell) -> int:
    text = nfc(text_of(cell))
    if isinstance(cell, bool) or not re.fullmatch(r"[0-9]{1,9}", text):
        raise CellError("not_a_whole_number", "phải là số nguyên")
    return int(text)


def _flag(cell: Cell) -> bool:
    said = word_of(cell)
    if said not in {match_key(YES), match_key(NO)}:
        raise CellError("not_a_flag", f"phải là «{YES}» hoặc «{NO}»")
    return said == match_key(YES)


def _day(cell: Cell) -> str:
    """A day in ISO form, whether Excel knows it as a day or it was typed 15/12/2022."""
    text = text_of(cell)
    found = _DAY.fullmatch(text)
    try:
        if found:
            return date(int(found[3]), int(found[2]), int(found[1])).isoformat()
        return date.fromisoformat(text[:10]).isoformat()
    except ValueError:
        raise CellError("not_a_day", "phải là ngày có thật, ví dụ 15/12/2022") from None


_READERS: Mapping[Kind, Callable[[Cell], Any]] = {
    "text": text_of,
    "code": code_of,
    "figure": _figure,
    "percent": _percent,
    "whole": _whole,
    "flag": _flag,
    "day": _day,
}


def read_cell(column: Column, cell: Cell) -> Any:
    """The value a cell holds, None for an empty one. Raises CellError.

    >>> read_cell(Column("Điểm tối đa", "max_points", "figure"), "14,5")
    '14.5'
    """
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        return None
    if column.kind == "label":
        return _coded(column, text_of(cell))
    if column.kind == "labels":
        parts = [part for part in re.split(r"[;,\n]", text_of(cell)) if part.strip()]
        return [_coded(column, part) for part in parts]
    return _READERS[column.kind](cell)


def _coded(column: Column, text: str) -> str:
    """The code behind a label, however it is spelt; the code itself is taken too."""
    for code, label in column.labels.items():
        if text in (label, code):
            return code
    said = word_of(text)
    for code, label in column.labels.items():
        if match_key(label) == said:
            return code
    raise CellError("unknown_choice", f"phải là một trong: {listing(list(column.labels.values()))}")


def write_cell(column: Column, value: Any) -> Cell:
    """The cell of a value; a figure is a number where a number says all of it."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    return _WRITERS[column.kind](column.labels, value)


def _written_day(_: Labels, value: str) -> Cell:
    day = date.fromisoformat(value)
    return f"{day.day:02d}/{day.month:02d}/{day.year:04d}"


_WRITERS: Mapping[Kind, Callable[[Labels, Any], Cell]] = {
    "text": lambda _, value: str(value),
    "code": lambda _, value: str(value),
    "figure": lambda _, value: _written_figure(str(value), fraction=True),
    "percent": lambda _, value: _written_figure(str(value), fraction=False),
    "whole": lambda _, value: Decimal(value),
    "flag": lambda _, value: YES if value else NO,
    "label": lambda labels, value: labels[value],
    "labels": lambda labels, value: "; ".join(labels[code] for code in value),
    "day": _written_day,
}


def _written_figure(text: str, *, fraction: bool) -> Cell:
    """A number, or text where a number of Excel's would be another or, as a percent, be misread.

    >>> _written_figure("14.5", fraction=True), _written_figure("1.50", fraction=True)
    (Decimal('14.5'), '1,50')
    """
    number = Decimal(text)
    exact = decimal_text(number) == text and len(number.as_tuple().digits) <= EXCEL_DIGITS
    if exact and (fraction or not 0 < number <= 1):
        return number
    return text.replace(".", ",")
