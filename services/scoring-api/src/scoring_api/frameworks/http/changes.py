"""What one version of a framework says differently from another."""

import asyncio
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from parindex.auth.policy import Action
from parindex.http.conditional import represent
from parindex.http.description import reply_example
from parindex.http.routing import Caller, Read, UnitOfWorkRoute, guarded
from parindex.kernel.canonical import canonical_bytes
from scoring_api.frameworks.domain.changes import changes
from scoring_api.frameworks.http.sight import REFERENCE, VersionNumber, read_named, read_shown, reference
from scoring_api.frameworks.store import FrameworkVersion

router = APIRouter(prefix="/api/v1/frameworks", tags=["frameworks"], route_class=UnitOfWorkRoute)

_EXAMPLE: dict[str, Any] = {
    "before": {"code": "hai-duong-2022-so", "version": 1},
    "after": {"code": "hai-duong-2023-so", "version": 1},
    "attributes": [{"attribute": "year", "before": "2022", "after": "2023"}],
    "nodes": [
        {
            "kind": "changed",
            "key": "I/1/1.1/1.1.1",
            "earlier_key": "I/1/1.1/1.1.1",
            "name": "Ban hành kế hoạch CCHC năm đúng thời gian quy định",
            "differences": [{"attribute": "max_points", "before": "1", "after": "0.5"}],
        }
    ],
    "parts": [
        {
            "key": "I/1",
            "earlier_key": "I/1",
            "name": "Công tác chỉ đạo, điều hành CCHC",
            "before": "14.5",
            "after": "14.5",
        }
    ],
}


@router.get(
    "/{code}/versions/{version}/diff",
    **guarded(Action.FRAMEWORK_READ),
    responses=reply_example(_EXAMPLE),
)
async def get_diff(
    request: Request,
    code: str,
    version: VersionNumber,
    against: Annotated[
        str, Query(pattern=REFERENCE, description="`code/version`", examples=["hai-duong-2022-so/1"])
    ],
    caller: Caller,
    connection: Read,
) -> Response:
    """What this version changes against another: attributes, nodes in tree order, maxima of its parts."""
    after = await read_shown(connection, caller, code, version)
    before = await read_named(connection, caller, against)
    return represent(request, await asyncio.to_thread(_content, before, after))


def _content(before: FrameworkVersion, after: FrameworkVersion) -> bytes:
    """Long for sets of thousands of nodes: it runs beside the event loop."""
    ends = {"before": reference(before).model_dump(), "after": reference(after).model_dump()}
    return canonical_bytes(ends | asdict(changes(before.parsed, after.parsed)))
