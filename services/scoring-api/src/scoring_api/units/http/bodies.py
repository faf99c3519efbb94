"""Bodies and replies of the unit register."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, Field

from parindex.http.schemas import Body, Code, Label, Words, exampled
from parindex.kernel.days import calendar_day
from scoring_api.units.domain.succession import LegalBasis, Succession
from scoring_api.units.domain.unit import FocalPoint, Identifier, ParentUnit, Unit, UnitName

FIRST_YEAR, LAST_YEAR = 1945, 2200


def _within_reach(day: date) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(day.isoformat())
    return day


Day = Annotated[date, AfterValidator(_within_reach)]
"""A day of a year that a unit can have anything to do with."""
Kind = Annotated[Code, Field(max_length=40)]


class _Dated(Body):
    valid_from: Day
    valid_to: Day | None = None


class NameBody(_Dated):
    """A name and the days it was borne."""

    name: Label
    short_name: Label
    head_title: Label


class IdentifierBody(_Dated):
    """An electronic identifier (QĐ 20/2020/QĐ-TTg); `old_code` alone gives the code it stands for."""

    code: Annotated[str, Field(max_length=35)] = ""
    old_code: Annotated[str, Field(max_length=13)] = ""


class ParentBody(_Dated):
    """The unit above."""

    unit: Code


class FocalPointBody(_Dated):
    """Who sees to a task, by office or position; people's names are not needed here."""

    task: str
    holder: Label


_NAMES = [
    {
        "name": "Sở Giao thông vận tải",
        "short_name": "Giao thông vận tải",
        "head_title": "Giám đốc Sở Giao thông vận tải",
        "valid_from": "2021-01-01",
        "valid_to": "2025-02-28",
    }
]
FACTS: dict[str, Any] = {
    "level": "department",
    "kind": "so",
    "names": _NAMES,
    "aliases": ["Sở Giao thông Vận tải", "Sở GTVT"],
    "identifiers": [{"code": "H23.5", "old_code": "000.00.05.H23", "valid_from": "2021-01-01"}],
    "parents": [{"unit": "ubnd-tinh-hai-duong", "valid_from": "2021-01-01"}],
    "focal_points": [{"task": "reform", "holder": "Văn phòng Sở", "valid_from": "2021-01-01"}],
}


class UnitChange(Body):
    """All facts of a unit as they shall stand; names of former years stay in it."""

    model_config = exampled(FACTS)

    level: str
    kind: Kind
    names: Annotated[list[NameBody], Field(min_length=1, max_length=50)]
    aliases: Annotated[list[Label], Field(max_length=100)] = []
    identifiers: Annotated[list[IdentifierBody], Field(max_length=50)] = []
    parents: Annotated[list[ParentBody], Field(max_length=50)] = []
    focal_points: Annotated[list[FocalPointBody], Field(max_length=100)] = []

    def unit(self, code: str) -> Unit:
        return Unit(
            code,
            self.level,
            self.kind,
            tuple(UnitName(**name.model_dump()) for name in self.names),
            tuple(self.aliases),
            tuple(Identifier(**found.model_dump()) for found in self.identifiers),
            tuple(ParentUnit(**found.model_dump()) for found in self.parents),
            tuple(FocalPoint(**found.model_dump()) for found in self.focal_points),
        )


class UnitBody(UnitChange):
    """A unit with its dated facts; aliases are other spellings seen in lists and files."""

    model_config = exampled({"code": "so-giao-thong-van-tai", **FACTS})

    code: Code


class UnitReply(BaseModel):
    """A unit; focal points («đầu mối») are told to the administration, not to the public."""

    model_config = exampled(
        {
            "code": "so-giao-thong-van-tai",
            **FACTS,
            "first_day": "2021-01-01",
            "last_day": "2025-02-28",
        }
    )

    code: str
    level: str
    kind: str
    first_day: date
    last_day: date | None
    names: list[UnitName]
    aliases: list[str]
    identifiers: list[Identifier]
    parents: list[ParentUnit]
    focal_points: list[FocalPoint] | None = None


class KindBody(Body):
    """A further kind of units of a level."""

    model_config = exampled(
        {"code": "trung-tam", "level": "department", "name": "Trung tâm", "valid_from": "2025-03-01"}
    )

    code: Kind
    level: str
    name: Label
    valid_from: Day
    valid_to: Day | None = None


class LegalBasisBody(Body):
    """The document that ordered it."""

    number: Label
    date: Annotated[str, Field(pattern=r"^(\d{4}-\d{2}-\d{2})?$"), AfterValidator(calendar_day)] = ""
    issuer: Words = ""
    subject: Words = ""


_SUCCESSION: dict[str, Any] = {
    "kind": "merge",
    "predecessors": ["so-giao-thong-van-tai", "so-xay-dung"],
    "successors": ["so-xay-dung"],
    "effective_on": "2025-03-01",
    "legal_basis": {
        "number": "Nghị quyết của HĐND tỉnh về tổ chức các cơ quan chuyên môn",
        "date": "",
        "issuer": "HĐND tỉnh",
        "subject": "",
    },
}


class SuccessionBody(Body):
    """Units that others take the place of from a day on; a unit that goes on stands on both sides.

    Predecessors whose last name is open are closed with the day before.
    """

    model_config = exampled(_SUCCESSION)

    kind: Literal["merge", "split", "rename", "reorganization", "dissolution"]
    predecessors: Annotated[list[Code], Field(min_length=1, max_length=1000)]
    successors: Annotated[list[Code], Field(max_length=1000)] = []
    effective_on: Day
    legal_basis: LegalBasisBody

    def succession(self) -> Succession:
        return Succession(
            kind=self.kind,
            predecessors=tuple(self.predecessors),
            successors=tuple(self.successors),
            effective_on=self.effective_on,
            legal_basis=LegalBasis(**self.legal_basis.model_dump()),
        )


class SuccessionReply(BaseModel):
    model_config = exampled({"id": "0199c0de-0000-7000-8000-000000000001", **_SUCCESSION})

    id: str
    kind: str
    predecessors: list[str]
    successors: list[str]
    effective_on: date
    legal_basis: LegalBasis


class SuccessionRecorded(SuccessionReply):
    """`closed` are the units whose last names were closed with the day before."""

    model_config = exampled(
        {
            "id": "0199c0de-0000-7000-8000-000000000001",
            **_SUCCESSION,
            "closed": ["so-giao-thong-van-tai"],
        }
    )

    closed: list[str]


class ResolveBody(Body):
    """Names, other spellings, identifiers or codes, as a list or a file spells them."""

    model_config = exampled({"texts": ["Sở GTVT", "H23.14"], "day": "2022-12-31", "level": "department"})

    texts: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=500)]], Field(min_length=1, max_length=1000)
    ]
    day: Day
    level: str = ""


class Candidate(BaseModel):
    code: str
    name: str
    level: str
    first_day: date
    last_day: date | None


class ResolvedText(BaseModel):
    """What a text means that day.

    `found`: the unit. `ambiguous`: several bear that name. `ended`: it was borne on other days; the
    candidates bore it or took the bearer's place. `similar`: names that share most words. `unknown`: nothing.
    """

    text: str
    outcome: Literal["found", "ambiguous", "ended", "similar", "unknown"]
    unit: Candidate | None
    candidates: list[Candidate]
