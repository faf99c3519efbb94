"""Route: what names and codes mean on a day."""

from collections.abc import Mapping
from datetime import date

from fastapi import APIRouter

from parindex.auth.policy import Action
from parindex.http.routing import READ_ONLY, Read, UnitOfWorkRoute, guarded
from scoring_api.units.domain.unit import Unit, name_near
from scoring_api.units.http.bodies import Candidate, ResolveBody, ResolvedText
from scoring_api.units.use_cases.looking_up import resolve_texts

router = APIRouter(prefix="/api/v1/units", tags=["units"], route_class=UnitOfWorkRoute)


@router.post("/resolve", **guarded(Action.UNIT_READ, **READ_ONLY))
async def post_resolve(body: ResolveBody, connection: Read) -> list[ResolvedText]:
    """The unit that each text means on the day, or the units it may mean, or nothing."""
    found, register = await resolve_texts(connection, body.texts, body.day, body.level)
    return [
        ResolvedText(
            text=row.text,
            outcome=row.outcome,
            unit=_candidate(row.unit, body.day, register) if row.unit else None,
            candidates=[_candidate(code, body.day, register) for code in row.candidates],
        )
        for row in found
    ]


def _candidate(code: str, day: date, register: Mapping[str, Unit]) -> Candidate:
    unit = register[code]
    return Candidate(
        code=code,
        name=name_near(unit, day),
        level=unit.level,
        first_day=unit.first_day,
        last_day=unit.last_day,
    )
