"""Which column of a file holds which field of a ballot."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from parindex.kernel.errors import DomainError, Fault
from parindex.kernel.text import nfc
from survey_ingest.campaigns.domain.form import BallotForm

SERIAL, UNIT, GROUP, BATCH, ANSWERS = "serial", "unit", "group", "batch", "answers"
DELIMITERS = (",", ";", "\t")


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each field stands in a row («cột của tệp»); -1 where the file has no such column."""

    names: tuple[str, ...]
    serial: int
    unit: int
    group: int
    batch: int
    answers: tuple[int, ...]
    packed: bool  # one column holds all answers, separated by spaces

    def name(self, index: int) -> str:
        return self.names[index] if index >= 0 else ""


def read_text(content: bytes) -> str:
    """The file's text. Raises DomainError `import_invalid` when it is no UTF-8 or holds a NUL."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _invalid([Fault("/file", "file_not_utf8", "tệp phải là CSV mã hóa UTF-8")]) from error
    if (at := text.find("\0")) >= 0:  # no text of the database holds one
        line, place = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
        detail = f"dòng {line} của tệp có ký tự NUL ở vị trí {place}"
        raise _invalid([Fault("/file", "nul_character", detail)])
    return text


def read_rows(text: str) -> Iterator[list[str]]:
    """The rows with the header first; the delimiter is the one the header uses.

    Raises DomainError `import_invalid` at a row that cannot be read: a quote that is never closed.
    """
    first = text.split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    line = 1
    try:
        for row in reader:
            yield row
            line = reader.line_num + 1
    except csv.Error as error:
        detail = f"không đọc được dòng {line} của tệp: dấu nháy kép chưa đóng hoặc ô quá dài"
        raise _invalid([Fault("/file", "row_unreadable", detail)]) from error


def columns_of(
    header: Sequence[str], mapping: Mapping[str, str], form: BallotForm, default_group: str
) -> Columns:
    """The plan of the file's columns. `mapping` renames columns; the others count by their own name.

    Raises DomainError `import_invalid` with every fault of header and mapping.
    """
    names = tuple(nfc(name) for name in header)
    renamed = {nfc(column): field for column, field in mapping.items()}
    questions = [question.code for question in form.questionnaire.questions]
    known = {SERIAL, UNIT, GROUP, BATCH, ANSWERS, *questions}
    faults = [*_mapping_faults(names, renamed, known)]
    places = _places(names, renamed, known, faults)
    packed = ANSWERS in places
    wanted = [SERIAL, *([] if form.is_matrix else [UNIT]), *([] if default_group else [GROUP])]
    wanted += [ANSWERS] if packed or form.is_matrix else questions
    missing = [field for field in wanted if field not in places]
    faults += [Fault("/file", "column_missing", f"tệp thiếu cột «{field}»") for field in missing]
    if faults:
        raise _invalid(faults)
    return Columns(
        names=names,
        serial=places[SERIAL],
        unit=places.get(UNIT, -1),
        group=places.get(GROUP, -1),
        batch=places.get(BATCH, -1),
        answers=(places[ANSWERS],) if packed else tuple(places[question] for question in questions),
        packed=packed,
    )


def _places(
    names: Sequence[str], renamed: Mapping[str, str], known: set[str], faults: list[Fault]
) -> dict[str, int]:
    """Where each known field stands; the first of two columns that claim one, and a fault."""
    places: dict[str, int] = {}
    for index, name in enumerate(names):
        field = renamed.get(name, name)
        if field in places:
            faults.append(Fault(f"/file/{index}", "column_repeated", f"hai cột cùng là «{field}»"))
        if field in known:
            places.setdefault(field, index)
    return places


def _mapping_faults(names: Sequence[str], renamed: Mapping[str, str], known: set[str]) -> Iterator[Fault]:
    for column, field in renamed.items():
        if column not in names:
            yield Fault("/mapping", "column_unknown", f"tệp không có cột «{column}»")
        if field not in known:
            yield Fault("/mapping", "field_unknown", f"không có trường «{field}»")


def _invalid(faults: Sequence[Fault]) -> DomainError:
    return DomainError("import_invalid", {"count": len(faults)}, tuple(faults))
