"""Calling the council («chuyển Hội đồng»): appraisal closes, the tally is pinned; sessions stand apart."""

from collections.abc import Sequence

from parindex.auth.principal import Principal
from parindex.db import Reading, Writing
from scoring_api.announcements.use_cases import announce
from scoring_api.assessment.domain.acts import self_scored, stands
from scoring_api.assessment.domain.period import check_council_preconditions
from scoring_api.assessment.store import acts as act_store
from scoring_api.assessment.store import periods as store
from scoring_api.assessment.store import snapshots
from scoring_api.assessment.store.periods import PeriodUnit
from scoring_api.frameworks import store as frameworks
from scoring_api.frameworks.domain.framework import Framework
from scoring_api.schema import record


async def call_council(connection: Writing, by: Principal, code: str) -> None:
    """Close appraisal and pin the newest tally of the period's campaign, once its ballots are handed over.

    From now on only the council writes.

    Raises DomainError `council_not_ready` with every unmet precondition, `period_state`.
    """
    period = await store.open_for_transition(connection, code, "open")
    bound = await store.read_units(connection, period.id)
    latest = stands(await act_store.read_acts(connection, period.id))
    definitions = await frameworks_of(connection, bound)
    unappraised = [
        (unit.unit, leaf.key)
        for unit in bound
        for leaf in definitions[unit.unit].leaves
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


async def frameworks_of(connection: Reading, bound: Sequence[PeriodUnit]) -> dict[str, Framework]:
    """The framework of each unit, by the unit's code."""
    unique = list(dict.fromkeys(unit.framework_id for unit in bound))
    found = {version.id: version.parsed for version in await frameworks.read_by_ids(connection, unique)}
    return {unit.unit: found[unit.framework_id] for unit in bound}
