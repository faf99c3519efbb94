"""Reads what the secretariat looks at: every unit of a period with what was said of its leaves."""

from datetime import datetime

from parindex.auth.principal import Principal
from parindex.db import Reading
from scoring_api.assessment.domain.acts import Act, stands
from scoring_api.assessment.domain.claims import claims_of
from scoring_api.assessment.domain.deadlines import closing_of
from scoring_api.assessment.domain.decisions import authored_by
from scoring_api.assessment.domain.desk import Desk
from scoring_api.assessment.domain.steps import appraisal_phase, leaf_areas, step_at
from scoring_api.assessment.domain.supplements import Supplement, returned_leaves
from scoring_api.assessment.store import acts as act_store
from scoring_api.assessment.store import periods as store
from scoring_api.assessment.store.periods import Period
from scoring_api.assessment.store.supplements import read_supplements
from scoring_api.assessment.use_cases.council import frameworks_of


async def read_desks(connection: Reading, by: Principal, period: Period, at: datetime) -> list[Desk]:
    """Every unit of the period in the order of the forms, as the caller finds it now."""
    bound = await store.read_units(connection, period.id)
    members = await frameworks_of(connection, bound)
    made: dict[str, list[Act]] = {unit.unit: [] for unit in bound}
    for act in await act_store.read_acts(connection, period.id):
        made[act.unit].append(act)
    asked: dict[str, list[Supplement]] = {unit.unit: [] for unit in bound}
    for found in await read_supplements(connection, period.id):
        asked[found.unit].append(found)
    areas = {framework.code: leaf_areas(framework) for framework in members.values()}
    desks = []
    for unit in bound:
        phase = appraisal_phase(unit.status, period.windows, unit.unit, at)
        acts = made[unit.unit]
        running = (window.phase == phase and window.takes(unit.unit, at) for window in period.windows)
        desks.append(
            Desk(
                unit=unit.unit,
                name=unit.facts["name"],
                form=unit.form,
                position=unit.position,
                framework=members[unit.unit],
                areas=areas[members[unit.unit].code],
                step=step_at(unit.status, period.windows, unit.unit, at),
                phase=phase,
                closes_at=closing_of(period.windows, phase, unit.unit),
                running=any(running),
                claims=claims_of(acts),
                stands={leaf: stand for (_, leaf), stand in stands(acts).items()},
                authored=frozenset(leaf for _, leaf in authored_by(acts, by.subject)),
                returned=returned_leaves(asked[unit.unit], at),
            )
        )
    return desks
