"""Routes: accepting many claims at once, what it would do, and doing it."""

from collections import Counter
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import Field, StrictBool, StrictInt

from parindex.auth.policy import Action
from parindex.http.description import reply_example
from parindex.http.routing import READ_ONLY, Caller, Read, ReceivedAt, UnitOfWorkRoute, Write, guarded
from parindex.http.schemas import Body, exampled
from scoring_api.assessment.domain.acceptance import LEFT, Filter, Meant
from scoring_api.assessment.http import appraisal_examples as examples
from scoring_api.assessment.http.assignments import AreaKey, UnitCode
from scoring_api.assessment.http.bodies import LeafKey
from scoring_api.assessment.use_cases import accepting as use_cases
from scoring_api.assessment.use_cases.accepting import Acceptance

router = APIRouter(
    prefix="/api/v1/periods/{code}/acceptances", tags=["appraisal"], route_class=UnitOfWorkRoute
)

MOST_SHOWN = 1000
"""Claims that are left are listed so far; `left_count` has their number."""


class FilterBody(Body):
    """Which claims are meant («điều kiện lọc»): an empty list means all."""

    units: Annotated[list[UnitCode], Field(max_length=500)] = []
    frameworks: Annotated[list[UnitCode], Field(max_length=20)] = []
    areas: Annotated[list[AreaKey], Field(max_length=100)] = []
    leaves: Annotated[list[LeafKey], Field(max_length=2000)] = []
    with_evidence: StrictBool = False
    full_points: StrictBool = False

    def chosen(self) -> Filter:
        return Filter(
            units=frozenset(self.units),
            frameworks=frozenset(self.frameworks),
            areas=frozenset(self.areas),
            leaves=frozenset(self.leaves),
            with_evidence=self.with_evidence,
            full_points=self.full_points,
        )


class PreviewBody(Body):
    """What accepting would do («xem trước»)."""

    model_config = exampled({"filter": examples.FILTER})

    filter: FilterBody


class AcceptanceBody(Body):
    """Accept what the filter means, if it is as many claims as `expected_count` says."""

    model_config = exampled({"filter": examples.FILTER, "expected_count": 41})

    filter: FilterBody
    expected_count: Annotated[StrictInt, Field(ge=0, le=1_000_000)]


@router.post(
    "/preview",
    **guarded(Action.ASSESSMENT_APPRAISE, **READ_ONLY),
    responses=reply_example(examples.ACCEPTANCE),
)
async def post_preview(
    code: str, body: PreviewBody, caller: Caller, connection: Read, received_at: ReceivedAt
) -> dict[str, Any]:
    """Count the claims that would be accepted, by unit, and list those left, with the reason."""
    found = await use_cases.preview_acceptance(connection, caller, code, body.filter.chosen(), received_at)
    return _shown(found)


@router.post(
    "",
    status_code=201,
    **guarded(Action.ASSESSMENT_APPRAISE),
    responses=reply_example(examples.ACCEPTANCE, 201),
)
async def post_acceptance(
    code: str, body: AcceptanceBody, caller: Caller, connection: Write, received_at: ReceivedAt
) -> dict[str, Any]:
    """Confirm every claim that the filter means, all of them or none; 409 tells the count there is."""
    found = await use_cases.accept_claims(
        connection, caller, code, body.filter.chosen(), body.expected_count, received_at
    )
    return _shown(found)


def _shown(found: Acceptance) -> dict[str, Any]:
    units = Counter(row.unit for row in found.accepted)
    return {
        "count": len(found.accepted),
        "units": [{"unit": unit, "count": number} for unit, number in units.items()],
        "left_count": len(found.left),
        "left": [_left(row) for row in found.left[:MOST_SHOWN]],
    }


def _left(row: Meant) -> dict[str, str]:
    return {"unit": row.unit, "leaf": row.leaf, "code": row.left, "detail": LEFT[row.left]}
