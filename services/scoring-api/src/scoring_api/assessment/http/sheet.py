"""Route: the sheet of one unit's assessment, as its reader may see it now."""

from typing import Any

from fastapi import APIRouter, Response

from parindex.auth.policy import Action
from parindex.auth.principal import authorize_unit
from parindex.http.description import reply_example
from parindex.http.routing import Caller, Read, ReceivedAt, UnitOfWorkRoute, guarded
from scoring_api.assessment.domain.acts import Act, LeafStand, stands
from scoring_api.assessment.domain.period import stages_shown
from scoring_api.assessment.http import examples
from scoring_api.assessment.http.assessments import PREFIX, version_tag
from scoring_api.assessment.store import acts as act_store
from scoring_api.assessment.store import periods as store
from scoring_api.frameworks import store as frameworks

router = APIRouter(prefix=PREFIX, tags=["assessments"], route_class=UnitOfWorkRoute)


@router.get("", **guarded(Action.ASSESSMENT_READ), responses=reply_example(examples.ASSESSMENT))
async def get_assessment(
    response: Response, code: str, unit: str, caller: Caller, connection: Read, received_at: ReceivedAt
) -> dict[str, Any]:
    """Claims, evidence and, for those who may see them, appraisals. The ETag is what If-Match expects."""
    authorize_unit(caller, Action.ASSESSMENT_READ, unit)
    period = await store.read_period(connection, code)
    bound = await store.read_unit(connection, period.id, unit)
    response.headers["ETag"] = version_tag(bound.version)
    made = await act_store.read_acts(connection, period.id, unit)
    if unit in caller.units:
        shown = stages_shown(period.state, period.windows, unit, received_at)
        framework = (await frameworks.read_by_ids(connection, [bound.framework_id]))[0].parsed
        surveyed = {leaf.key for leaf in framework.leaves if leaf.source == "survey"}
        # What a survey gave is told with the published edition, not before.
        made = [act for act in made if act.stage in shown and act.leaf not in surveyed]
    return {
        "unit": unit,
        "name": bound.facts["name"],
        "form": bound.form,
        "status": bound.status,
        "version": bound.version,
        "receipt": bound.receipt,
        "leaves": [
            {"leaf": leaf, "claimed": _shown(stand.claimed), "appraised": _shown(stand.counting)}
            for (_, leaf), stand in sorted(stands(made).items(), key=_place)
        ],
        "evidence": [
            {"id": str(file.id), "title": file.title, "number": file.number, "digest": file.digest}
            for file in await act_store.read_evidence(connection, period.id, unit)
        ],
    }


def _place(row: tuple[tuple[str, str], LeafStand]) -> tuple[str, str]:
    return row[0]


def _shown(act: Act | None) -> dict[str, Any] | None:
    if act is None:
        return None
    return {
        "value": act.value,
        "points": None if act.points is None else str(act.points),
        "not_applicable": act.not_applicable,
        "reason": act.reason,
        "narrative": act.narrative,
        "evidence": [str(file) for file in act.evidence],
    }
