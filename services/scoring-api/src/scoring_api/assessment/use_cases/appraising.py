"""Appraisal («thẩm định»): what the secretariat makes of claims, leaf by leaf, until a unit is complete."""

from collections.abc import Sequence
from datetime import datetime

from parindex.auth.policy import Action
from parindex.auth.principal import Principal, authorize_area, authorize_unit
from parindex.db import Writing
from parindex.kernel.errors import DomainError
from scoring_api.announcements.use_cases import announce
from scoring_api.assessment.domain.acts import Entry, act_of, self_scored, stands
from scoring_api.assessment.domain.decisions import check_appraisals, confirmed
from scoring_api.assessment.store import acts as act_store
from scoring_api.assessment.store import periods as store
from scoring_api.assessment.store.evidence import read_evidence
from scoring_api.assessment.use_cases.opening import open_unit
from scoring_api.frameworks.domain.framework import Framework
from scoring_api.schema import record


async def write_appraisals(
    connection: Writing, by: Principal, code: str, unit: str, entries: Sequence[Entry], at: datetime
) -> int:
    """The secretariat's view of these leaves: confirmed as claimed, or another value with its reason.

    Who ever claimed a leaf does not appraise it. Raises DomainError `appraisal_invalid`, `assessment_state`,
    `window_closed`, `own_unit`, `foreign_area`, `author_appraises`.
    """
    authorize_unit(by, Action.ASSESSMENT_APPRAISE, unit)
    period, _, framework = await open_unit(connection, code, unit, "appraisal", at, "submitted")
    made = await act_store.read_acts(connection, period.id, unit)
    claims = {leaf: stand.claimed for (_, leaf), stand in stands(made).items() if stand.claimed}
    files = {file.id for file in await read_evidence(connection, period.id, unit)}
    check_appraisals(framework, entries, claims, files)
    own = {act.leaf for act in made if act.stage == "self" and act.author == by.subject}
    for entry in entries:
        authorize_area(by, Action.ASSESSMENT_APPRAISE, _area_of(framework, entry.leaf))
        if entry.leaf in own:
            raise DomainError("author_appraises", {"leaf": entry.leaf})
    acts = [
        act_of(unit, confirmed(entry, claims.get(entry.leaf)), "appraisal", by.subject, at)
        for entry in entries
    ]
    await act_store.insert_acts(connection, period.id, acts)
    await store.update_unit(connection, period.id, unit)
    return len(acts)


def _area_of(framework: Framework, leaf: str) -> str:
    parts = leaf.split("/")
    keys = ["/".join(parts[:length]) for length in range(1, len(parts) + 1)]
    return next((key for key in keys if framework.nodes[key].role == "area"), keys[0])


async def complete_appraisal(connection: Writing, by: Principal, code: str, unit: str, at: datetime) -> None:
    """Every self-scored leaf has an appraisal: the unit goes to the council.

    Only who may appraise every area of it can say so. Raises DomainError `appraisal_incomplete` naming the
    leaves, and what writing an appraisal raises.
    """
    authorize_unit(by, Action.ASSESSMENT_APPRAISE, unit)
    period, _, framework = await open_unit(connection, code, unit, "appraisal", at, "submitted")
    scored = [leaf.key for leaf in framework.leaves if self_scored(leaf)]
    for area in dict.fromkeys(_area_of(framework, leaf) for leaf in scored):
        authorize_area(by, Action.ASSESSMENT_APPRAISE, area)
    latest = stands(await act_store.read_acts(connection, period.id, unit))
    missing = [leaf for leaf in scored if not ((unit, leaf) in latest and latest[unit, leaf].appraised)]
    if missing:
        raise DomainError("appraisal_incomplete", {"unit": unit, "leaves": ", ".join(missing[:20])})
    await store.update_unit(connection, period.id, unit, status="appraised")
    await record(connection, by, "assessment.appraised", f"{code}/{unit}")
    await announce(connection, "appraisal.completed", f"{code}/{unit}", {"period": code, "unit": unit})
