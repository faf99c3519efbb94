"""What the result would be under a supposition: asked by the council, never stored."""

import asyncio
from typing import Any

from fastapi import APIRouter, Request

from parindex.auth.policy import Action
from parindex.http.description import reply_example
from parindex.http.documents import read_object
from parindex.http.routing import READ_ONLY, Read, UnitOfWorkRoute, guarded
from scoring_api.results.domain.hypothesis import MOST_FRAMEWORKS, MOST_LEAVES, MOST_VALUES
from scoring_api.results.http.what_if_example import REPLY, REQUEST
from scoring_api.results.use_cases.computing import read_inputs
from scoring_api.results.use_cases.what_if import what_if

router = APIRouter(prefix="/api/v1/periods", tags=["periods"], route_class=UnitOfWorkRoute)

_VALUE = {
    "type": "object",
    "required": ["unit", "leaf"],
    "additionalProperties": False,
    "minProperties": 3,
    "maxProperties": 3,
    "description": "Another content of one leaf of one unit: exactly one of the four",
    "properties": {
        "unit": {"type": "string"},
        "leaf": {"type": "string", "description": "Key of the leaf, as `I/1/1.1/1.1.1`"},
        "value": {"type": "object", "description": "As an appraisal gives it"},
        "points": {"type": "string", "description": "As the council sets them"},
        "not_applicable": {"const": True},
        "clear": {"const": True, "description": "As if nothing had been entered"},
    },
}
_LEAF = {
    "type": "object",
    "required": ["framework", "key"],
    "additionalProperties": False,
    "minProperties": 3,
    "description": "Another maximum, rule or policy of a leaf; the maxima of the set must still add up",
    "properties": {
        "framework": {"type": "string", "description": "Code of a criteria set of the period"},
        "key": {"type": "string"},
        "max_points": {"type": "string"},
        "rule": {"type": "object", "description": "As in a framework's definition"},
        "missing": {"type": "string"},
        "not_applicable": {"type": "string"},
        "not_arising": {"type": "string"},
    },
}
_SCHEMA = {
    "type": "object",
    "title": "Hypothesis",
    "description": "What is supposed: criteria sets first, then leaves of them, then values. At least one.",
    "additionalProperties": False,
    "properties": {
        "values": {"type": "array", "maxItems": MOST_VALUES, "items": _VALUE},
        "leaves": {"type": "array", "maxItems": MOST_LEAVES, "items": _LEAF},
        "frameworks": {
            "type": "array",
            "maxItems": MOST_FRAMEWORKS,
            "items": {"type": "object", "required": ["code"]},
            "description": "Whole definitions, each in the place of the set of the same code",
        },
    },
}
_BODY = {"required": True, "content": {"application/json": {"schema": _SCHEMA, "example": REQUEST}}}


@router.post(
    "/{code}/what-if",
    **guarded(Action.COUNCIL_DECIDE, requestBody=_BODY, **READ_ONLY),
    responses=reply_example(REPLY),
)
async def post_what_if(request: Request, code: str, connection: Read) -> dict[str, Any]:
    """What the result would be if values, rules or a whole criteria set were others; nothing is stored.

    Units whose figures change, as they are and as they would be. Entries that a supposed rule cannot take
    are set aside: their leaves count as missing.
    """
    document = await read_object(request)
    inputs = await read_inputs(connection, code)
    return await asyncio.to_thread(what_if, inputs, document)
