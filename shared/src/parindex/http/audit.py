"""The route of a service's audit rows, the same in every service; who may read them stands in the policy."""

from datetime import date, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel

from parindex.auth.policy import Action
from parindex.db import audit_reading
from parindex.http.routing import Read, UnitOfWorkRoute, guarded
from parindex.http.schemas import exampled
from parindex.kernel.clocks import VIETNAM

LARGEST = 2**63 - 1
FIRST, LAST = date(2000, 1, 1), date(2100, 12, 31)
EXAMPLE: dict[str, Any] = {
    "rows": [
        {
            "id": 41,
            "subject": "thu-ky-hoi-dong",
            "role": "council_clerk",
            "action": "council.called",
            "object": "2022",
            "details": {"tally": ""},
            "business_at": "2023-02-20T07:00:00Z",
            "recorded_at": "2023-02-20T07:00:00.120000Z",
            "trace_id": "d2f4a1c06f5e4b0c8d0a7c33f0a5be11",
            "link": 41,
        }
    ],
    "next": None,
}


class AuditRow(BaseModel):
    """Who did what when; `link` is its number in the chain, null until it is chained."""

    id: int
    subject: str
    role: str
    action: str
    object: str
    details: dict[str, Any]
    business_at: datetime
    recorded_at: datetime
    trace_id: str
    link: int | None


class AuditPage(BaseModel):
    """Newest first; `next`, sent as `before`, gives the page after this one."""

    model_config = exampled(EXAMPLE)

    rows: list[AuditRow]
    next: int | None


def audit_router(service: str, table: Any) -> APIRouter:
    router = APIRouter(prefix=f"/api/v1/{service}-audit", tags=["audit"], route_class=UnitOfWorkRoute)

    @router.get("", **guarded(Action.AUDIT_READ))
    async def get_audit(
        connection: Read,
        what: Annotated[
            str, Query(alias="object", max_length=400, description="The object, or everything under it")
        ] = "",
        subject: Annotated[str, Query(max_length=200)] = "",
        action: Annotated[str, Query(max_length=80)] = "",
        day: Annotated[date | None, Query(ge=FIRST, le=LAST, description="A day in Vietnam")] = None,
        before: Annotated[int, Query(ge=0, le=LARGEST)] = LARGEST,
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    ) -> AuditPage:
        """Audit rows, newest first; by object, account, action and day."""
        wanted = audit_reading.Wanted(what, subject, action, *_span(day))
        rows = await audit_reading.read_rows(connection, table, wanted, before, limit + 1)
        page = [AuditRow(**row._mapping) for row in rows[:limit]]  # noqa: SLF001 — SQLAlchemy's public API
        return AuditPage(rows=page, next=page[-1].id if len(rows) > limit else None)

    return router


def _span(day: date | None) -> tuple[datetime | None, datetime | None]:
    """The instants that a day in Vietnam begins and ends at."""
    if day is None:
        return None, None
    begin = datetime.combine(day, datetime.min.time(), VIETNAM)
    return begin, begin + timedelta(days=1)
