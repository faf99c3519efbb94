"""Ballots of a file as lines for COPY: their ids, digests and what those of one group and unit share."""

import re
from dataclasses import dataclass
from datetime import date
from hashlib import sha1, sha256
from uuid import UUID

from survey_ingest.ballots.domain.entry import Entry, entry_content, entry_digest, invalid_reason
from survey_ingest.imports.domain.rows import RowReader

LINE_FIELDS = (
    *("row", "id", "serial", "respondent_group", "unit", "quota_unit", "answers", "reason", "digest"),
    "collected_at",
)
_NULL = "\\N"
_VARIANT = {digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"}
_NOBODY, _MARK = UUID(int=0), "§"
_nothing_chosen = re.compile(r"(?:0|-1)(?:,(?:0|-1))*").fullmatch

_Key = tuple[str, str, str]
"""Group, unit, day of collection; empty where a ballot has none."""


@dataclass(frozen=True, slots=True)
class _Shared:
    """What ballots of one group, unit and day share: fields of their line, parts of their content."""

    line: str
    content: tuple[str, str, str, str]
    day: str


class LineMaker:
    """Writes the fields of `LINE_FIELDS`, one ballot a line."""

    def __init__(self, reader: RowReader) -> None:
        self._reader = reader
        self._space = reader.space.bytes
        self._shared: dict[_Key, _Shared] = {}

    def quick(self, number: int, serial: str, key: _Key, answers: str) -> str:
        """The line of a ballot without comments, its answers as text."""
        shared = self._shared.get(key) or self._learn(key)
        ballot_id = _id_of(self._space, serial)
        one, two, three, four = shared.content
        digest = sha256(f"{one}{answers}{two}{ballot_id}{three}{serial}{four}".encode()).hexdigest()
        reason = _NULL
        if _nothing_chosen(answers):
            reason = invalid_reason([int(answer) for answer in answers.split(",")]) or _NULL
        told = f"{{{answers}}}\t{reason}\tsha256:{digest}\t{shared.day}"
        return f"{number}\t{ballot_id}\t{serial}\t{shared.line}\t{told}\n"

    def of(self, number: int, entry: Entry) -> str:
        """The line of any ballot: what `quick` must give, too."""
        day = entry.collected_at.isoformat() if entry.collected_at else ""
        key = (entry.group, entry.unit or "", day)
        shared = self._shared.get(key) or self._learn(key)
        answers, reason = ",".join(map(str, entry.answers)), invalid_reason(entry.answers) or _NULL
        fields = (
            *(number, entry.id, entry.serial, shared.line, f"{{{answers}}}", reason, entry_digest(entry)),
            shared.day,
        )
        return "\t".join(map(str, fields)) + "\n"

    def _learn(self, key: _Key) -> _Shared:
        reader = self._reader
        group, unit, day = key
        example = Entry(
            id=_NOBODY,
            serial=_MARK,
            batch=reader.batch,
            questionnaire=reader.form.questionnaire.code,
            group=group,
            unit=unit or None,
            answers=[],
            collected_at=date.fromisoformat(day) if day else None,
        )
        answers, rest = entry_content(example).split("[]", 1)
        before_id, rest = rest.split(str(_NOBODY), 1)
        before_serial, end = rest.split(_MARK, 1)
        quota_unit = reader.form.quota_unit(group, unit or None)
        line = "\t".join(_escaped(field) for field in (group, unit, quota_unit))
        if not unit:
            line = f"{_escaped(group)}\t{_NULL}\t{_escaped(quota_unit)}"
        found = _Shared(line, (f"{answers}[", f"]{before_id}", before_serial, end), day or _NULL)
        self._shared[key] = found
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
