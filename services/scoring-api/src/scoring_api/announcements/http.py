"""The public route of changes: what a portal or another system follows."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from parindex.auth.policy import Action
from parindex.http.conditional import represent
from parindex.http.description import reply_example
from parindex.http.routing import Read, UnitOfWorkRoute, guarded
from parindex.kernel.canonical import canonical_bytes
from parindex.kernel.clocks import instant_text
from scoring_api.announcements import store
from scoring_api.announcements.domain import TOPICS
from scoring_api.announcements.store import Announcement

router = APIRouter(prefix="/api/v1/changes", tags=["changes"], route_class=UnitOfWorkRoute)

LARGEST = 2**63 - 1
EXAMPLE = {
    "changes": [
        {
            "serial": 12,
            "id": "0193514e-9a53-7d43-8d43-3d9a2f6a1c11",
            "topic": "edition.published",
            "title": "Công bố kết quả",
            "object": "2022/1",
            "data": {"period": "2022", "edition": 1},
            "at": "2023-03-01T08:00:00+07:00",
        }
    ],
    "next": 12,
    "more": False,
}


@router.get("", **guarded(Action.CHANGE_READ), responses=reply_example(EXAMPLE))
async def get_changes(
    request: Request,
    connection: Read,
    since: Annotated[int, Query(ge=0, le=LARGEST)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> Response:
    """Public facts after a serial, in order; ask again with `since` = `next`."""
    rows = await store.read_public(connection, since, limit + 1)
    page = rows[:limit]
    body = {
        "changes": [shown(row) for row in page],
        "next": page[-1].serial if page else since,
        "more": len(rows) > limit,
    }
    return represent(request, canonical_bytes(body))


def shown(row: Announcement) -> dict[str, Any]:
    return {
        "serial": row.serial,
        "id": str(row.id),
        "topic": row.topic,
        "title": TOPICS[row.topic].title,
        "object": row.object,
        "data": row.data,
        "at": instant_text(row.at),
    }
