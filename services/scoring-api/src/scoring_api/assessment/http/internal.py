"""Routes for the other services: the frozen unit list of a period."""

from fastapi import APIRouter, Request, Response

from parindex.auth.policy import Action
from parindex.contracts.loading import dump_snapshot
from parindex.contracts.snapshots import SurveyedUnit, UnitList
from parindex.http.conditional import represent
from parindex.http.routing import Read, UnitOfWorkRoute, guarded
from scoring_api.assessment.store import periods as store

router = APIRouter(prefix="/internal/periods", tags=["internal"], route_class=UnitOfWorkRoute)


@router.get("/{code}/units", **guarded(Action.INTERNAL_READ))
async def get_unit_list(request: Request, code: str, connection: Read) -> Response:
    """Canonical bytes of the unit list; the consumer keeps them under their digest."""
    period = await store.read_period(connection, code)
    units = tuple(
        SurveyedUnit(
            code=bound.unit,
            name=bound.facts["name"],
            short_name=bound.facts["short_name"],
            level=bound.facts["level"],
            kind=bound.facts["kind"],
            aliases=tuple(bound.facts["aliases"]),
        )
        for bound in await store.read_units(connection, period.id)
    )
    content, _ = dump_snapshot(UnitList(period=code, units=units))
    return represent(request, content)
