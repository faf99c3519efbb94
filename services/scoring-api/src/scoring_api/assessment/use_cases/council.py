"""The council («Hội đồng»): its session pins a tally, decides disputed leaves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from parindex.auth.principal import Principal
from parindex.db import Writing
from scoring_api.assessment.domain.acts import Act, Entry, check_appraisals, self_scored, stands
from scoring_api.assessment.domain.period import check_council_preconditions
from scoring_api.assessment.store import acts as act_store
from scoring_api.assessment.store import periods as store
from scoring_api.assessment.store import snapshots
from scoring_api.frameworks import store as frameworks
from scoring_api.frameworks.domain.framework import Framework
from scoring_api.schema import record


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    unit: str
    entry: Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A sitting of the council: its number and minutes, and what it decided leaf by leaf."""

    number: str
    held_at: datetime
    minutes: str
    decisions: tuple[Decision, ...]


async def call_council(connection: Writing, by: Principal, code: str) -> None:
    """Close appraisal and pin the newest tally: from now on only the council writes.

    Raises DomainError `council_not_ready` with every unmet precondition, `period_state`.
    """
    period = await store.open_for_transition(connection, code, "open")
    bound = await store.read_units(connection, period.id)
    latest = stands(await act_store.read_acts(connection, period.id))
    definitions = await _frameworks(connection, [unit.framework_id for unit in bound])
    unappraised = [
        (unit.unit, leaf.key)
        for unit in bound
        for leaf in definitions[unit.framework_id].leaves
        if self_scored(leaf)
        and leaf.missing == "council"
        and not ((unit.unit, leaf.key) in latest and latest[unit.unit, leaf.key].counting)
    ]
    tally = await snapshots.latest_tally_digest(connection, code)
    received = bool(tally) and await snapshots.has_handover(connection, code)
    check_council_preconditions(
        [unit.unit for unit in bound if unit.status != "appraised"],
        unappraised,
        has_tally=received,
        needs_tally=period.survey is not None,
    )
    await store.update_period(connection, period.id, state="council", pinned_tally=tally)
    await record(connection, by, "council.called", code, tally=tally)


async def _frameworks(connection: Writing, ids: Sequence[object]) -> dict[object, Framework]:
    unique = list(dict.fromkeys(ids))
    found = await frameworks.read_by_ids(connection, unique)  # type: ignore[arg-type]
    return {version.id: version.parsed for version in found}


async def hold_session(connection: Writing, by: Principal, code: str, session: Session, at: datetime) -> None:
    """Record the session and its decisions; every decision carries its reason.

    Raises DomainError `appraisal_invalid`, `unit_not_in_period`, `period_state`.
    """
    period = await store.open_for_transition(connection, code, "council")
    latest = stands(await act_store.read_acts(connection, period.id))
    acts = []
    for decision in session.decisions:
        bound = await store.read_unit(connection, period.id, decision.unit)
        version = (await frameworks.read_by_ids(connection, [bound.framework_id]))[0]
        claims = {
            leaf: stand.claimed
            for (unit, leaf), stand in latest.items()
            if unit == decision.unit and stand.claimed
        }
        check_appraisals(version.parsed, [decision.entry], claims, council=True)
        acts.append(_decided(decision, by, at))
    await act_store.insert_acts(connection, period.id, acts)
    await act_store.insert_session(
        connection,
        period.id,
        number=session.number,
        held_at=session.held_at,
        minutes=session.minutes,
        tally=period.pinned_tally,
        author=by.subject,
    )
    await record(connection, by, "council.session_held", code, number=session.number, decisions=len(acts))


def _decided(decision: Decision, by: Principal, at: datetime) -> Act:
    entry = decision.entry
    return Act(
        unit=decision.unit,
        leaf=entry.leaf,
        stage="council",
        value=entry.value,
        points=entry.points,
        not_applicable=entry.not_applicable,
        reason=entry.reason,
        author=by.subject,
        at=at,
    )
