"""Crosswalks: how the leaves and areas of an earlier framework continue in a later one."""

import json
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import ConfigDict, Field

from parindex.auth.policy import Action
from parindex.http.conditional import represent, represent_tagged, require_match
from parindex.http.description import reply_example
from parindex.http.routing import Caller, Read, UnitOfWorkRoute, Write, guarded
from parindex.http.schemas import Body, Label, Words
from parindex.kernel.canonical import canonical_bytes
from parindex.kernel.errors import DomainError
from scoring_api.frameworks import store
from scoring_api.frameworks.domain import crosswalk as domain
from scoring_api.frameworks.http.sight import (
    IF_MATCH,
    REFERENCE,
    VersionNumber,
    read_named,
    read_shown,
    reference,
    tag_of,
)
from scoring_api.frameworks.store import FrameworkVersion
from scoring_api.frameworks.use_cases.crosswalking import write_crosswalk

router = APIRouter(
    prefix="/api/v1/frameworks/{code}/versions/{version}/crosswalk",
    tags=["frameworks"],
    route_class=UnitOfWorkRoute,
)

MOST_ROWS, MOST_KEYS = 20_000, 10_000
_ROWS: dict[str, Any] = {
    "leaves": [
        {"kind": "same", "from": ["I/1/1.1/1.1.1"], "to": ["I/1/1.1/1.1.1"], "reason": ""},
        {
            "kind": "new",
            "from": [],
            "to": ["I/3/3.2/3.2.4"],
            "reason": "Bổ sung nội dung số hóa hồ sơ, kết quả giải quyết TTHC.",
        },
    ],
    "areas": [{"kind": "same", "from": ["I/1"], "to": ["I/1"], "reason": ""}],
}
_REPLY = {
    "from": {"code": "hai-duong-2022-so", "version": 1},
    "to": {"code": "hai-duong-2023-so", "version": 1},
    **_ROWS,
}
Earlier = Annotated[
    str,
    Query(
        alias="from",
        pattern=REFERENCE,
        description="The earlier set: `code/version`",
        examples=["hai-duong-2022-so/1"],
    ),
]
Keys = Annotated[list[Label], Field(max_length=MOST_KEYS)]


class RowBody(Body):
    """Keys of the earlier set and of the later one; split, merged, new and retired rows give their reason."""

    kind: Literal["same", "renamed", "split", "merged", "new", "retired"]
    earlier: Keys = Field(default=[], alias="from")
    later: Keys = Field(default=[], alias="to")
    reason: Words = ""


class CrosswalkBody(Body):
    """Every leaf and every area of both sets stands in exactly one row."""

    model_config = ConfigDict(json_schema_extra={"examples": [_ROWS]})

    leaves: Annotated[list[RowBody], Field(max_length=MOST_ROWS)]
    areas: Annotated[list[RowBody], Field(max_length=MOST_ROWS)]


@router.put("", **guarded(Action.FRAMEWORK_WRITE, parameters=[IF_MATCH]), responses=reply_example(_REPLY))
async def put_crosswalk(
    request: Request,
    code: str,
    version: VersionNumber,
    earlier: Earlier,
    body: CrosswalkBody,
    caller: Caller,
    connection: Write,
) -> Response:
    """Say how an earlier set continues in this one; If-Match names the crosswalk there is, if any."""
    later = await store.read_version(connection, code, version, lock=True)
    before = await read_named(connection, caller, earlier)
    current = await store.find_crosswalk(connection, later.id, before.id)
    if current is not None or "if-match" in request.headers:
        require_match(request, tag_of(current.digest) if current else "")
    crosswalk = domain.Crosswalk(*(_rows(rows) for rows in (body.leaves, body.areas)))
    written = await write_crosswalk(connection, caller, before, later, crosswalk)
    content = _content(before, later, domain.crosswalk_record(crosswalk))
    return Response(content, headers={"ETag": tag_of(written.digest)}, media_type="application/json")


def _rows(rows: list[RowBody]) -> tuple[domain.Row, ...]:
    return tuple(domain.Row(row.kind, tuple(row.earlier), tuple(row.later), row.reason) for row in rows)


@router.get("", **guarded(Action.FRAMEWORK_READ), responses=reply_example(_REPLY))
async def get_crosswalk(
    request: Request,
    code: str,
    version: VersionNumber,
    earlier: Earlier,
    caller: Caller,
    connection: Read,
) -> Response:
    """How the leaves and areas of the earlier set continue in this one; the ETag is what If-Match expects."""
    later = await read_shown(connection, caller, code, version)
    before = await read_named(connection, caller, earlier)
    found = await store.find_crosswalk(connection, later.id, before.id)
    if found is None:
        raise DomainError("crosswalk_unknown", {"earlier": earlier, "later": f"{code}/{version}"})
    content = _content(before, later, json.loads(found.content))
    return represent_tagged(request, content, tag_of(found.digest))


@router.get("/proposal", **guarded(Action.FRAMEWORK_READ), responses=reply_example(_REPLY))
async def get_proposal(
    request: Request,
    code: str,
    version: VersionNumber,
    earlier: Earlier,
    caller: Caller,
    connection: Read,
) -> Response:
    """A crosswalk to start from: equal keys, names and rules continue, the rest is new or retired."""
    later = await read_shown(connection, caller, code, version)
    before = await read_named(connection, caller, earlier)
    proposal = domain.proposed(before.parsed, later.parsed)
    return represent(request, _content(before, later, domain.crosswalk_record(proposal)))


def _content(before: FrameworkVersion, later: FrameworkVersion, rows: dict[str, Any]) -> bytes:
    ends = {"from": reference(before).model_dump(), "to": reference(later).model_dump()}
    return canonical_bytes(ends | rows)
