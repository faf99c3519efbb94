"""Ballots of a file as lines for COPY: their ids, digests and what those of one group and unit share."""

import re
from dataclasses import dataclass
from hashlib import sha1, sha256
from uuid import UUID

from survey_ingest.ballots.domain.entry import Entry, entry_content, entry_digest, invalid_reason
from survey_ingest.imports.domain.rows import RowReader

LINE_FIELDS = (
    *("row", "id", "serial", "respondent_group", "unit", "quota_unit", "answers", "reason", "digest"),
)
_NULL = "\\N"
_VARIANT = {digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"}
_NOBODY, _MARK = UUID(int=0), "§"
_nothing_chosen = re.compile(r"(?:0|-1)(?:,(?:0|-1))*").fullmatch


@dataclass(frozen=True, slots=True)
class _Place:
    """What ballots of one group and unit share: fields of their line, parts of their canonical content."""

    line: str
    content: tuple[str, str, str, str]


class LineMaker:
    """Writes the fields of `LINE_FIELDS`, one ballot a line."""

    def __init__(self, reader: RowReader) -> None:
        self._reader = reader
        self._space = reader.space.bytes
        self._places: dict[tuple[str, str], _Place] = {}

    def quick(self, number: int, serial: str, group: str, unit: str, answers: str) -> str:
        """The line of a ballot without comments, its answers as text."""
        place = self._places.get((group, unit)) or self._new_place(group, unit)
        ballot_id = _id_of(self._space, serial)
        one, two, three, four = place.content
        digest = sha256(f"{one}{answers}{two}{ballot_id}{three}{serial}{four}".encode()).hexdigest()
        reason = _NULL
        if _nothing_chosen(answers):
            reason = invalid_reason([int(answer) for answer in answers.split(",")]) or _NULL
        return f"{number}\t{ballot_id}\t{serial}\t{place.line}\t{{{answers}}}\t{reason}\tsha256:{digest}\n"

    def of(self, number: int, entry: Entry) -> str:
        """The line of any ballot: what `quick` must give, too."""
        key = (entry.group, entry.unit or "")
        place = self._places.get(key) or self._new_place(*key)
        answers, reason = ",".join(map(str, entry.answers)), invalid_reason(entry.answers) or _NULL
        fields = (number, entry.id, entry.serial, place.line, f"{{{answers}}}", reason, entry_digest(entry))
        return "\t".join(map(str, fields)) + "\n"

    def _new_place(self, group: str, unit: str) -> _Place:
        reader = self._reader
        example = Entry(
            id=_NOBODY,
            serial=_MARK,
            batch=reader.batch,
            questionnaire=reader.form.questionnaire.code,
            group=group,
            unit=unit or None,
            answers=[],
        )
        answers, rest = entry_content(example).split("[]", 1)
        before_id, rest = rest.split(str(_NOBODY), 1)
        before_serial, end = rest.split(_MARK, 1)
        quota_unit = reader.form.quota_unit(group, unit or None)
        line = "\t".join(_escaped(field) for field in (group, unit, quota_unit))
        if not unit:
            line = f"{_escaped(group)}\t{_NULL}\t{_escaped(quota_unit)}"
        found = _Place(line, (f"{answers}[", f"]{before_id}", before_serial, end))
        self._places[group, unit] = found
        return found


def _escaped(text: str) -> str:
    """A field of COPY's text format."""
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


def _id_of(space: bytes, serial: str) -> str:
    """What `uuid5` gives, four times as fast.

    >>> from uuid import uuid5
    >>> _id_of(UUID(int=7).bytes, "SPH-0001") == str(uuid5(UUID(int=7), "SPH-0001"))
    True
    """
    found = sha1(space + serial.encode(), usedforsecurity=False).hexdigest()
    return f"{found[:8]}-{found[8:12]}-5{found[13:16]}-{_VARIANT[found[16]]}{found[17:20]}-{found[20:32]}"
