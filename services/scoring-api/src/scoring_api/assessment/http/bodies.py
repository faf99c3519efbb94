"""Request bodies shared by the routes of a period."""

from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from pydantic import BeforeValidator, Field, StrictBool

from parindex.http.schemas import Body, Label, Words
from parindex.kernel.points import parse_decimal
from scoring_api.assessment.domain.acts import Entry


def _points(value: object) -> object:
    return parse_decimal(value) if isinstance(value, str) else value


LeafKey = Annotated[str, Field(min_length=1, max_length=200)]
Points = Annotated[Decimal, BeforeValidator(_points)]
LeafValue = Annotated[dict[str, Any], Field(max_length=50)]


class LegalBody(Body):
    """A legal document; number and date may be missing where none was printed."""

    number: Label
    date: Annotated[str, Field(pattern=r"^(\d{4}-\d{2}-\d{2})?$")] = ""
    issuer: Words = ""
    subject: Words = ""


class ClaimBody(Body):
    leaf: LeafKey
    value: LeafValue
    narrative: Words = ""
    evidence: Annotated[list[UUID], Field(max_length=100)] = []


class AppraisalBody(Body):
    """`value` empty confirms the claim; another value needs its reason."""

    leaf: LeafKey
    value: LeafValue | None = None
    not_applicable: StrictBool = False
    reason: Words = ""


class DecisionBody(AppraisalBody):
    unit: str
    points: Points | None = None


def entry_of(body: ClaimBody | AppraisalBody, pointer: str) -> Entry:
    """A body as the domain takes it, knowing where in the request it stood."""
    return Entry(
        pointer=pointer,
        leaf=body.leaf,
        value=body.value,
        points=getattr(body, "points", None),
        not_applicable=getattr(body, "not_applicable", False),
        reason=getattr(body, "reason", ""),
        narrative=getattr(body, "narrative", ""),
        evidence=tuple(getattr(body, "evidence", ())),
    )
