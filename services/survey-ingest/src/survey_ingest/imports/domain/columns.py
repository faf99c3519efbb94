"""Which column of a file holds which field of a ballot."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from parindex.kernel.errors import Fault
from parindex.kernel.text import nfc
from survey_ingest.campaigns.domain.form import BallotForm, Slot
from survey_ingest.imports.domain.sources import invalid

SERIAL, UNIT, GROUP, BATCH, ANSWERS = "serial", "unit", "group", "batch", "answers"
COLLECTED = "collected_at"
LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each field stands in a row («cột của tệp»); -1 where the file has no such column.

    An answer has one column, or one for each option of a multiple choice.
    """

    names: tuple[str, ...]
    serial: int
    unit: int
    group: int
    batch: int
    answers: tuple[tuple[int, ...], ...]
    packed: bool  # one column holds all answers, separated by spaces
    comments: tuple[tuple[str, int], ...] = ()
    collected: int = -1

    def name(self, index: int) -> str:
        return self.names[index][:LONGEST_NAME] if index >= 0 else ""


def tick_field(question: str, option: str) -> str:
    """The field of one option of a multiple choice that has a column of its own.

    >>> tick_field("q21", "phien-ha")
    'q21:phien-ha'
    """
    return f"{question}:{option}"


def columns_of(
    header: Sequence[str], mapping: Mapping[str, str], form: BallotForm, default_group: str
) -> Columns:
    """The plan of the file's columns. `mapping` renames columns; the others count by their own name.

    Raises DomainError `import_invalid` with every fault of header and mapping.
    """
    names = tuple(nfc(name) for name in header)
    renamed = {nfc(column): field for column, field in mapping.items()}
    faults = [
        Fault("/mapping", "column_unknown", f"tệp không có cột «{column}»")
        for column in renamed
        if column not in names
    ]
    faults += field_faults(form, renamed)
    places = _places(names, renamed, known_fields(form), faults)
    packed = ANSWERS in places
    missing = [field for field in _wanted(form, default_group) if field not in places]
    answers = () if packed or form.is_matrix else _answers(form.slots, places, missing)
    faults += _missing_faults(names, missing)
    if faults:
        raise invalid(faults)
    return Columns(
        names=names,
        serial=places[SERIAL],
        unit=places.get(UNIT, -1),
        group=places.get(GROUP, -1),
        batch=places.get(BATCH, -1),
        answers=((places[ANSWERS],),) if packed else tuple(answers),
        packed=packed,
        comments=tuple((code, places[code]) for code in sorted(form.comments) if code in places),
        collected=places.get(COLLECTED, -1),
    )


def _wanted(form: BallotForm, default_group: str) -> list[str]:
    """The fields that a file must have beside its questions."""
    own = [SERIAL, ANSWERS] if form.is_matrix else [SERIAL, UNIT]
    return own if default_group else [*own, GROUP]


def known_fields(form: BallotForm) -> set[str]:
    """What a column may be: the ballot's own fields, a question, one option of a multiple choice."""
    ticks = {
        tick_field(slot.question, option)
        for slot in form.slots
        if slot.kind == "multiple"
        for option in slot.options
    }
    questions = {question.code for question in form.questionnaire.questions}
    return {SERIAL, UNIT, GROUP, BATCH, ANSWERS, COLLECTED} | questions | ticks


def field_faults(form: BallotForm, mapping: Mapping[str, str]) -> Iterator[Fault]:
    known = known_fields(form)
    for field in mapping.values():
        if field not in known:
            yield Fault("/mapping", "field_unknown", f"không có trường «{field}»")


def _answers(
    slots: Sequence[Slot], places: Mapping[str, int], missing: list[str]
) -> Iterator[tuple[int, ...]]:
    """The columns of each answer; a question in no column is added to what is missing."""
    found: list[tuple[int, ...]] = []
    for slot in slots:
        ticks = [tick_field(slot.question, option) for option in slot.options]
        if slot.question in places:
            found.append((places[slot.question],))
        elif slot.kind == "multiple" and any(tick in places for tick in ticks):
            missing += [tick for tick in ticks if tick not in places]
            found.append(tuple(places.get(tick, -1) for tick in ticks))
        else:
            missing.append(slot.question)
    return iter(found)


_LEGACY = frozenset("µ¸¶·¹»¼½¾®©ª¬¦§¨¤¥¢£")
"""What stands in names written in a font of before Unicode («tªn ®¬n vÞ»), and in no Vietnamese."""


def _missing_faults(names: Sequence[str], missing: Sequence[str]) -> Iterator[Fault]:
    """The columns that the first row lacks, and why it may be no header."""
    for field in missing:
        yield Fault("/file", "column_missing", f"tệp thiếu cột «{field}»")
    if missing and any(_LEGACY & {*name} for name in names):
        detail = "tên cột viết bằng bảng mã cũ (TCVN3, VNI): hãy chuyển cả tệp sang Unicode"
        yield Fault("/file", "header_malformed", detail)
    elif missing and "" in names:
        detail = "dòng đầu của tệp phải là tên cột, mỗi cột một ô: bỏ dòng tiêu đề phía trên, bỏ trộn ô"
        yield Fault("/file", "header_malformed", detail)


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
