"""The council («Hội đồng»): its session pins a tally, decides disputed leaves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from parindex.auth.principal import Principal
from parindex.bus import publish
from parindex.db import Writing
from parindex.kernel.errors import Fault
from scoring_api.announcements.use_cases import announce
from scoring_api.assessment.domain.acts import Act, Entry, LeafStand, act_of, self_scored, stands
from scoring_api.assessment.domain.decisions import confirmed, decision_faults, refuse
from scoring_api.assessment.domain.period import check_council_preconditions
from scoring_api.assessment.store import acts as act_store
from scoring_api.assessment.store import periods as store
from scoring_api.assessment.store import snapshots
from scoring_api.assessment.use_cases.recomputing import IndexRequested
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
    """Close appraisal and pin the newest tally of the period's campaign, once its ballots are handed over.

    From now on only the council writes.

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
    tally = await snapshots.latest_tally_digest(connection, code, period.campaign)
    handed_over = await snapshots.has_handover(connection, code, period.campaign, tally)
    check_council_preconditions(
        [unit.unit for unit in bound if unit.status != "appraised"],
        unappraised,
        needs_tally=period.survey is not None,
        has_tally=bool(tally),
        handed_over=handed_over,
    )
    await store.update_period(connection, period.id, state="council", pinned_tally=tally)
    await record(connection, by, "council.called", code, tally=tally)
    await announce(connection, "council.called", code, {"period": code, "tally": tally})


async def _frameworks(connection: Writing, ids: Sequence[object]) -> dict[object, Framework]:
    unique = list(dict.fromkeys(ids))
    found = await frameworks.read_by_ids(connection, unique)  # type: ignore[arg-type]
    return {version.id: version.parsed for version in found}


async def hold_session(connection: Writing, by: Principal, code: str, session: Session, at: datetime) -> None:
    """Record the session and its decisions, and have the index computed anew.

    A decision without content confirms what counts. Raises DomainError `appraisal_invalid` with every fault
    of every decision, `period_state`.
    """
    period = await store.open_for_transition(connection, code, "council")
    latest = stands(await act_store.read_acts(connection, period.id))
    bound = await store.read_units(connection, period.id)
    definitions = await _frameworks(connection, [unit.framework_id for unit in bound])
    of_unit = {unit.unit: definitions[unit.framework_id] for unit in bound}
    acts = _decided(session.decisions, of_unit, latest, by.subject, at)
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
    await publish(connection, "scoring", IndexRequested(period=code, tally=period.pinned_tally))
    await record(connection, by, "council.session_held", code, number=session.number, decisions=len(acts))
    said = {"period": code, "number": session.number, "decisions": len(acts)}
    await announce(connection, "council.session_held", code, said)


def _decided(
    decisions: Sequence[Decision],
    frameworks_of: Mapping[str, Framework],
    latest: Mapping[tuple[str, str], LeafStand],
    author: str,
    at: datetime,
) -> list[Act]:
    """The acts of the decisions. Raises DomainError `appraisal_invalid` with every fault of all of them."""
    faults: list[Fault] = []
    acts = []
    for decision in decisions:
        entry, framework = decision.entry, frameworks_of.get(decision.unit)
        if framework is None:
            detail = f"đơn vị {decision.unit} không thuộc kỳ đánh giá này"
            faults.append(Fault(f"{entry.pointer}/unit", "unit_not_in_period", detail))
            continue
        stand = latest.get((decision.unit, entry.leaf))
        faults += decision_faults(framework, entry, stand)
        counting = stand.counting if stand else None
        acts.append(act_of(decision.unit, confirmed(entry, counting), "council", author, at))
    refuse(faults)
    return acts
