"""Looking at a definition before it is stored or published; nothing is kept."""

import asyncio
from collections.abc import Iterable

from fastapi import APIRouter, Request
from pydantic import BaseModel

from parindex.auth.policy import Action
from parindex.http.description import Fault
from parindex.http.documents import read_object
from parindex.http.routing import NEVER_REPLAYED, UnitOfWorkRoute, guarded
from parindex.http.schemas import exampled
from parindex.kernel import errors
from parindex.kernel.canonical import decimal_text
from scoring_api.frameworks.domain.framework import Framework
from scoring_api.frameworks.domain.publishing import hindrances, notices, summary
from scoring_api.frameworks.http.definition import BODY
from scoring_api.frameworks.use_cases.drafting import read_definition

router = APIRouter(prefix="/api/v1/frameworks", tags=["frameworks"], route_class=UnitOfWorkRoute)


class AreaReply(BaseModel):
    key: str
    name: str
    max_points: str
    leaves: int


class SummaryReply(BaseModel):
    """`sources` are the points of the leaves of each source."""

    nodes: int
    leaves: int
    areas: list[AreaReply]
    sources: dict[str, str]


class ValidationReply(BaseModel):
    """`faults` keep a definition from being stored, `hindrances` from being published; notices only tell."""

    model_config = exampled(
        {
            "valid": True,
            "publishable": False,
            "faults": [],
            "hindrances": [
                {
                    "pointer": "/legal_basis",
                    "code": "framework_without_basis",
                    "detail": "bộ tiêu chí ban hành phải nêu căn cứ",
                }
            ],
            "notices": [],
            "summary": {
                "nodes": 3,
                "leaves": 2,
                "areas": [
                    {"key": "1", "name": "Công tác chỉ đạo, điều hành", "max_points": "100", "leaves": 2}
                ],
                "sources": {"documents": "100", "statistics": "0"},
            },
        }
    )

    valid: bool
    publishable: bool
    faults: list[Fault]
    hindrances: list[Fault]
    notices: list[Fault]
    summary: SummaryReply | None


@router.post("/validate", **guarded(Action.FRAMEWORK_WRITE, **NEVER_REPLAYED, **BODY))
async def post_validate(request: Request) -> ValidationReply:
    """Check a definition without storing it: its faults, what hinders publishing, what is worth a look."""
    return validation_reply(*await asyncio.to_thread(read_definition, await read_object(request)))


def validation_reply(framework: Framework | None, faults: Iterable[errors.Fault]) -> ValidationReply:
    """What a definition is worth: the framework it gives, or the faults that keep it from being one."""
    found = hindrances(framework) if framework else ()
    return ValidationReply(
        valid=framework is not None,
        publishable=framework is not None and not found,
        faults=_faults(faults),
        hindrances=_faults(found),
        notices=_faults(notices(framework)) if framework else [],
        summary=_summary(framework) if framework else None,
    )


def _faults(found: Iterable[errors.Fault]) -> list[Fault]:
    return [Fault(pointer=fault.pointer, code=fault.code, detail=fault.detail) for fault in found]


def _summary(framework: Framework) -> SummaryReply:
    told = summary(framework)
    return SummaryReply(
        nodes=told.nodes,
        leaves=told.leaves,
        areas=[
            AreaReply(
                key=area.key,
                name=area.name,
                max_points=decimal_text(area.max_points),
                leaves=area.leaves,
            )
            for area in told.areas
        ],
        sources={source: decimal_text(points) for source, points in told.sources.items()},
    )
