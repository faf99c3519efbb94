"""A tally that arrives when the council has pinned its own waits: it is adopted or left, with the reason."""

import asyncio
from datetime import datetime
from typing import Any

from parindex.auth.principal import Principal
from parindex.bus import publish
from parindex.db import Reading, Writing
from parindex.kernel.clocks import instant_text
from parindex.kernel.errors import DomainError
from parindex.kernel.ids import uuid7
from scoring_api.assessment.store import periods, sessions, snapshots
from scoring_api.assessment.store.periods import Period
from scoring_api.assessment.store.sessions import TallyChoice
from scoring_api.assessment.use_cases.recomputing import IndexRequested
from scoring_api.results.domain.record import result_record
from scoring_api.results.domain.record_changes import record_changes
from scoring_api.results.use_cases.computing import Overlay, PeriodInputs, compute_period, read_inputs
from scoring_api.schema import record


async def waiting_tally(connection: Reading, period: Period) -> str:
    """The digest of a newer tally that the council neither adopted nor left; empty when none waits."""
    latest = await snapshots.latest_tally_digest(connection, period.code, period.campaign)
    if not period.pinned_tally or latest == period.pinned_tally:
        return ""
    choices = await sessions.read_tally_choices(connection, period.id)
    return "" if latest in {choice.digest for choice in choices if not choice.adopted} else latest


async def choose_tally(
    connection: Writing, by: Principal, code: str, digest: str, *, adopt: bool, reason: str, at: datetime
) -> None:
    """Adopt the waiting tally in place of the pinned one and have the index computed anew, or leave it.

    A tally is adopted by the council alone, not under a result that stands provisionally. Raises DomainError
    `tally_not_waiting`, `tally_not_handed_over`, `period_state`.
    """
    states = ("council",) if adopt else ("council", "provisional")
    period = await periods.open_for_transition(connection, code, *states)
    if digest != await waiting_tally(connection, period):
        raise DomainError("tally_not_waiting", {"digest": digest})
    if adopt and not await snapshots.has_handover(connection, code, period.campaign, digest):
        raise DomainError("tally_not_handed_over", {"digest": digest})
    choice = TallyChoice(id=uuid7(), digest=digest, adopted=adopt, reason=reason, author=by.subject, at=at)
    await sessions.insert_tally_choice(connection, period.id, choice)
    if adopt:
        await periods.update_period(connection, period.id, pinned_tally=digest)
        await publish(connection, "scoring", IndexRequested(period=code, tally=digest))
    await record(
        connection, by, "council.tally_chosen", code, tally=digest, adopted=adopt, reason=reason,
        before=period.pinned_tally,
    )  # fmt: skip


async def read_choice(connection: Reading, code: str) -> dict[str, Any]:
    """The pinned tally, the one that waits with what it would change, and what was chosen before."""
    period = await periods.read_period(connection, code)
    waiting = await waiting_tally(connection, period)
    return {
        "pinned": await _named(connection, period, period.pinned_tally),
        "waiting": await _named(connection, period, waiting),
        "changes": await _changes(connection, code, waiting) if waiting else [],
        "chosen": [
            {
                "digest": choice.digest,
                "adopted": choice.adopted,
                "reason": choice.reason,
                "by": choice.author,
                "at": instant_text(choice.at),
            }
            for choice in await sessions.read_tally_choices(connection, period.id)
        ],
    }


async def _named(connection: Reading, period: Period, digest: str) -> dict[str, Any] | None:
    if not digest:
        return None
    tally = await snapshots.read_tally(connection, digest)
    return {
        "digest": digest,
        "revision": tally.revision,
        "handed_over": await snapshots.has_handover(connection, period.code, period.campaign, digest),
    }


async def _changes(connection: Reading, code: str, waiting: str) -> list[dict[str, Any]]:
    before = await read_inputs(connection, code)
    after = await read_inputs(connection, code, overlay=Overlay(tally=waiting))
    return await asyncio.to_thread(_compared, before, after)


def _compared(before: PeriodInputs, after: PeriodInputs) -> list[dict[str, Any]]:
    return told_changes(after, *(result_record(compute_period(inputs)) for inputs in (before, after)))


def told_changes(inputs: PeriodInputs, before: Any, after: Any) -> list[dict[str, Any]]:
    """What differs between two records of a period, with the names people know."""
    frameworks = {version.code: version.parsed for version in inputs.versions}
    names = {unit.unit: unit.facts["name"] for unit in inputs.units}
    return record_changes(before, after, frameworks, names)
