"""Request bodies that name leaves: claims, appraisals, decisions."""

import json
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field, StrictBool

from parindex.http.schemas import Body, Words, exampled, normal
from parindex.kernel.points import parse_decimal
from scoring_api.assessment.domain.acts import Entry
from scoring_api.assessment.http.examples import FILE_ID


def _points(value: object) -> object:
    """Points come as text: a float would already be another number."""
    if not isinstance(value, str):
        raise ValueError(type(value).__name__)  # noqa: TRY004 — pydantic makes a fault of a ValueError alone
    return parse_decimal(value)


def _storable(value: dict[str, Any]) -> dict[str, Any]:
    """Half a surrogate pair is no text: encoding refuses it, by an error that is a ValueError."""
    json.dumps(value, ensure_ascii=False).encode()
    return value


LeafKey = Annotated[str, Field(min_length=1, max_length=200)]
Points = Annotated[Decimal, BeforeValidator(_points)]
LeafValue = Annotated[dict[str, Any], Field(max_length=50), AfterValidator(_storable)]


_Name = Annotated[str, Field(min_length=1, max_length=300), BeforeValidator(normal)]
Shortfall = Annotated[list[_Name], Field(max_length=500)]
"""Names behind a figure that falls short («03/11 huyện: Mỹ Xuyên, …»)."""
Files = Annotated[list[UUID], Field(max_length=100)]


class ClaimBody(Body):
    """One leaf, finished or not: figures may still be missing, evidence too."""

    leaf: LeafKey
    value: LeafValue | None = None
    narrative: Words = ""
    evidence: Files = []
    shortfall: Shortfall = []


class ClaimsBody(Body):
    """What the unit claims («tự chấm»), as many leaves at a time as it likes."""

    model_config = exampled(
        {
            "claims": [
                {
                    "leaf": "I/1/1.1/1.1.1",
                    "value": {"level": "day-du"},
                    "narrative": "Đã ban hành và tổ chức thực hiện theo quy định.",
                    "evidence": [FILE_ID],
                },
                {
                    "leaf": "I/1/1.1/1.1.3",
                    "value": {"numerator": "31", "denominator": "31"},
                    "narrative": "Số liệu tính đến 31/12/2022.",
                    "shortfall": [],
                },
                {
                    "leaf": "I/1/1.2",
                    "value": {"count": "0"},
                    "narrative": "Không có báo cáo chậm hoặc thiếu.",
                },
            ]
        }
    )

    claims: Annotated[list[ClaimBody], Field(min_length=1, max_length=2000)]


class AppraisalBody(Body):
    """`value` empty confirms the claim; another value needs its reason, and may cite evidence of the unit."""

    leaf: LeafKey
    value: LeafValue | None = None
    not_applicable: StrictBool = False
    reason: Words = ""
    evidence: Files = []
    shortfall: Shortfall = []


class AppraisalsBody(Body):
    """What the secretariat gives («thẩm định»): a leaf alone is confirmed as claimed."""

    model_config = exampled(
        {
            "appraisals": [
                {"leaf": "I/1/1.1/1.1.1"},
                {
                    "leaf": "I/1/1.1/1.1.3",
                    "value": {"numerator": "30", "denominator": "31"},
                    "reason": "Tài liệu kiểm chứng chưa đủ cho một số trường hợp đã tự tính là đạt.",
                },
            ]
        }
    )

    appraisals: Annotated[list[AppraisalBody], Field(min_length=1, max_length=2000)]


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
        evidence=tuple(dict.fromkeys(body.evidence)),
        shortfall=tuple(body.shortfall),
    )
