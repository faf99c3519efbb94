"""What an administrator does with a period: opening it, the year before, the passages of its report."""

from collections.abc import Mapping, Sequence

from parindex.auth.principal import Principal
from parindex.bus import publish
from parindex.db import Reading, Writing
from parindex.kernel.clocks import business_time
from parindex.kernel.errors import DomainError, Fault
from scoring_api.announcements.use_cases import announce
from scoring_api.assessment.domain.preconditions import opening_faults
from scoring_api.assessment.store import periods as store
from scoring_api.assessment.store.periods import Period, PeriodUnit
from scoring_api.assessment.use_cases.binding import bindings_of
from scoring_api.assessment.use_cases.drafting import (
    announce_change,
    as_written,
    examine,
    previous_faults,
)
from scoring_api.assessment.use_cases.recomputing import IndexRequested
from scoring_api.frameworks import store as frameworks
from scoring_api.schema import record


async def open_period(connection: Writing, by: Principal, code: str) -> None:
    """From now on units may write inside their windows, and rely on what their frameworks take over.

    Units keep the names that the register gives them now for the end of the year. Raises DomainError
    `opening_not_ready` with every unmet precondition, `period_state`.
    """
    found = await store.open_for_transition(connection, code, "draft")
    stored, faults, bound = await _examined(connection, found)
    if faults:
        raise DomainError("opening_not_ready", {"count": len(faults)}, tuple(faults))
    if bound != stored:
        await store.replace_units(connection, found.id, bound)
    used = {unit.framework_id for unit in bound}
    await frameworks.mark_in_use(connection, used, business_time())
    await store.update_period(connection, found.id, state="open")
    await record(connection, by, "period.opened", code)
    await announce(connection, "period.opened", code, {"period": code, "year": found.year})


async def unmet_for_opening(connection: Reading, period: Period) -> list[Fault]:
    """Everything a draft still lacks, by the register and the frameworks as they are now."""
    return (await _examined(connection, period))[1]


async def _examined(
    connection: Reading, period: Period
) -> tuple[list[PeriodUnit], list[Fault], list[PeriodUnit]]:
    stored = await store.read_units(connection, period.id)
    ids = list(dict.fromkeys(unit.framework_id for unit in stored))
    bindings = bindings_of(stored, await frameworks.read_by_ids(connection, ids))
    wrong, bound = await examine(connection, as_written(period, bindings))
    return stored, opening_faults(period.windows, len(stored), wrong), bound


async def compare_with(connection: Writing, by: Principal, code: str, previous: str) -> None:
    """Name the year to compare with («so với năm trước»), or none, until a result stands provisionally.

    Raises DomainError `period_state`, `period_invalid`.
    """
    found = await store.open_for_transition(connection, code, "draft", "open", "council")
    faults = await previous_faults(connection, previous, found.year)
    if faults:
        raise DomainError("period_invalid", {}, tuple(faults))
    await store.update_period(connection, found.id, previous=previous)
    if found.state == "council":
        await publish(connection, "scoring", IndexRequested(period=code, tally=found.pinned_tally))
    await record(connection, by, "period.compared", code, previous=previous, before=found.previous)
    await announce_change(connection, code, "previous")


async def write_passages(
    connection: Writing, by: Principal, code: str, passages: Mapping[str, Sequence[str]]
) -> Period:
    """Judgement passages of the report: inputs of people, stored with the period, frozen with it."""
    found = await store.open_for_transition(connection, code, "open", "council", "provisional")
    await store.update_period(
        connection, found.id, passages={name: list(rows) for name, rows in passages.items()}
    )
    await record(connection, by, "period.passages_written", code)
    await announce_change(connection, code, "passages")
    return found
