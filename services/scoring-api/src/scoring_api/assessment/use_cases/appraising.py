"""Appraisal («thẩm định»): what the secretariat makes of claims, leaf by leaf, until a unit is complete."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from parindex.auth.policy import Action
from parindex.auth.principal import Principal, authorize, authorize_unit
from parindex.db import Reading, Writing
from parindex.kernel.errors import DomainError, Fault
from scoring_api.announcements.use_cases import announce
from scoring_api.assessment.domain.acts import Act, Entry, LeafStand, act_of, self_scored, stands
from scoring_api.assessment.domain.claims import claims_of, shortfall_warnings
from scoring_api.assessment.domain.decisions import Appraisable, authored_by, check_appraisals, confirmed
from scoring_api.assessment.domain.guard import Guard
from scoring_api.assessment.domain.steps import STEP_AFTER, area_of, areas_of, waits
from scoring_api.assessment.domain.supplements import returned_leaves
from scoring_api.assessment.store import acts as act_store
from scoring_api.assessment.store import periods as store
from scoring_api.assessment.store.assignments import read_assignments, read_conflicts
from scoring_api.assessment.store.evidence import read_evidence
from scoring_api.assessment.store.supplements import read_supplements
from scoring_api.assessment.use_cases.opening import open_appraised
from scoring_api.frameworks.domain.framework import Framework
from scoring_api.schema import record


@dataclass(frozen=True, slots=True, kw_only=True)
class Appraised:
    """What appraising did: leaves, the version now, and what to look at twice."""

    leaves: int
    version: int
    warnings: tuple[Fault, ...]


async def guard_of(connection: Reading, by: Principal, period_id: UUID) -> Guard:
    """The bounds of the caller as an appraiser of the period."""
    authorize(by, Action.ASSESSMENT_APPRAISE)
    conflicts = await read_conflicts(connection, period_id)
    return Guard(
        appraiser=by.subject,
        units=by.units,
        areas=by.areas,
        conflicts=frozenset(
            row.unit for row in conflicts if row.appraiser == by.subject and row.ending is None
        ),
        assignments=tuple(await read_assignments(connection, period_id)),
    )


async def write_appraisals(
    connection: Writing,
    by: Principal,
    code: str,
    unit: str,
    entries: Sequence[Entry],
    at: datetime,
    *,
    held: int | None = None,
) -> Appraised:
    """The secretariat's view of these leaves: confirmed as claimed, or another value with its reason.

    In the final appraisal a row without content keeps what was appraised before. `held` is the version the
    appraisals were made on, None for whichever there is. Who ever claimed a leaf does not appraise it.
    Raises DomainError `appraisal_invalid`, `assessment_state`, `window_closed`, `version_stale`, `own_unit`,
    `conflict_declared`, `foreign_area`, `area_not_assigned`, `author_appraises`.
    """
    authorize_unit(by, Action.ASSESSMENT_APPRAISE, unit)
    phase, (period, bound, framework) = await open_appraised(connection, code, unit, at)
    guard = await guard_of(connection, by, period.id)
    guard.require_unit(unit)
    if held is not None and held != bound.version:
        raise DomainError("version_stale")
    made = await act_store.read_acts(connection, period.id, unit)
    claims = claims_of(made)
    kept = claims if phase == "appraisal" else appraised_of(made)
    returned = returned_leaves(await read_supplements(connection, period.id, unit), at)
    files = {file.id for file in await read_evidence(connection, period.id, unit)}
    found = Appraisable(framework=framework, claims=claims, kept=kept, files=files, returned=returned)
    _require_rights(guard, framework, unit, entries, authored_by(made, by.subject))
    check_appraisals(found, entries)
    acts = [
        act_of(unit, confirmed(entry, kept.get(entry.leaf)), "appraisal", by.subject, at) for entry in entries
    ]
    await act_store.insert_acts(connection, period.id, acts)
    await store.update_unit(connection, period.id, unit)
    return Appraised(leaves=len(acts), version=bound.version + 1, warnings=_warnings(framework, acts))


def appraised_of(made: Sequence[Act]) -> dict[str, Act]:
    """The latest appraisals of one unit, by leaf."""
    return {act.leaf: act for act in made if act.stage == "appraisal"}


def _require_rights(
    guard: Guard,
    framework: Framework,
    unit: str,
    entries: Sequence[Entry],
    authored: frozenset[tuple[str, str]],
) -> None:
    known = {leaf.key for leaf in framework.leaves}
    for entry in (entry for entry in entries if entry.leaf in known):
        guard.require(unit, area_of(framework, entry.leaf))
        if (unit, entry.leaf) in authored:
            raise DomainError("author_appraises", {"leaf": entry.leaf})


def _warnings(framework: Framework, acts: Sequence[Act]) -> tuple[Fault, ...]:
    said = {act.leaf: act for act in acts}
    return tuple(
        warning
        for leaf in framework.leaves
        if leaf.key in said
        for warning in shortfall_warnings(leaf, said[leaf.key])
    )


async def complete_appraisal(connection: Writing, by: Principal, code: str, unit: str, at: datetime) -> str:
    """No self-scored leaf waits any more: the unit goes on to its explanation, or to the council.

    By assignments anybody says so who has an area of the unit; without them who may appraise every area of
    it. Returns the step it leads to. Raises DomainError `appraisal_incomplete` with every leaf that waits,
    and what writing an appraisal raises.
    """
    authorize_unit(by, Action.ASSESSMENT_APPRAISE, unit)
    phase, (period, _, framework) = await open_appraised(connection, code, unit, at)
    guard = await guard_of(connection, by, period.id)
    _require_completing(guard, framework, unit)
    latest = stands(await act_store.read_acts(connection, period.id, unit))
    returned = returned_leaves(await read_supplements(connection, period.id, unit), at)
    faults = _waiting_faults(framework, unit, latest, returned)
    if faults:
        told = ", ".join(fault.pointer.removeprefix("/leaves/") for fault in faults[:20])
        raise DomainError("appraisal_incomplete", {"unit": unit, "leaves": told}, tuple(faults))
    step = STEP_AFTER[phase]
    await store.update_unit(connection, period.id, unit, status=step)
    await record(connection, by, "assessment.appraised", f"{code}/{unit}", step=step)
    said = {"period": code, "unit": unit, "step": step}
    await announce(connection, "appraisal.completed", f"{code}/{unit}", said)
    return step


def _require_completing(guard: Guard, framework: Framework, unit: str) -> None:
    guard.require_unit(unit)
    areas = areas_of(framework)
    if guard.assigned and not all(guard.refusal(unit, area) for area in areas):
        return
    for area in areas:
        guard.require(unit, area)


_WAITING = {
    "unappraised": "chưa thẩm định",
    "changed": "đơn vị đã bổ sung, cần thẩm định lại",
    "explained": "đơn vị đã giải trình, cần thẩm định lại",
}


def _waiting_faults(
    framework: Framework,
    unit: str,
    latest: Mapping[tuple[str, str], LeafStand],
    returned: frozenset[str],
) -> list[Fault]:
    faults = []
    for leaf in framework.leaves:
        if not self_scored(leaf):
            continue
        why = waits(latest.get((unit, leaf.key), LeafStand(None, None, None)))
        if leaf.key in returned:
            said = f"{leaf.code} {leaf.name}: đang chờ đơn vị bổ sung"
            faults.append(Fault(f"/leaves/{leaf.key}", "leaf_returned", said))
        elif why:
            code = "leaf_unappraised" if why == "unappraised" else f"leaf_{why}"
            faults.append(Fault(f"/leaves/{leaf.key}", code, f"{leaf.code} {leaf.name}: {_WAITING[why]}"))
    return faults
