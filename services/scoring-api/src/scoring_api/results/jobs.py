"""What arrives from the survey: tallies and hand-overs are copied, a tally starts a computation."""

import asyncio
from dataclasses import dataclass
from typing import Any

from parindex.auth.tokens import SigningKey
from parindex.bus import Subscription, publish
from parindex.bus.subscriptions import AnySubscription
from parindex.contracts.events import CampaignHandedOver, TallySealed
from parindex.contracts.loading import load_snapshot
from parindex.contracts.snapshots import HandoverRecord, TallySnapshot
from parindex.db import Database, Writing
from parindex.http.client import fetch_internal
from parindex.kernel.canonical import digest
from parindex.telemetry import log
from scoring_api.announcements.use_cases import announce
from scoring_api.assessment.domain.period import STATES
from scoring_api.assessment.store import periods, snapshots
from scoring_api.assessment.use_cases.recomputing import IndexRequested
from scoring_api.results import store
from scoring_api.results.domain.tally_checking import require_counts
from scoring_api.results.use_cases.computing import compute_period, read_inputs, summarize, tally_cell

STANDING = ("provisional", "finalized")
"""States whose result stands: what was computed before it, and is done only now, is not kept over it."""


@dataclass(frozen=True, slots=True)
class Computed:
    """A computed table and the tally that was counted for it."""

    table: list[dict[str, Any]]
    tally: str


def subscriptions(database: Database, key: SigningKey) -> list[AnySubscription]:
    """The handlers of this room."""

    async def fetch_tally(event: TallySealed) -> bytes:
        content = (await fetch_internal(event.url, key)).content
        snapshot = load_snapshot(TallySnapshot, content, event.digest)
        require_counts(tally_cell(cell) for cell in snapshot.cells)
        return content

    async def keep_tally(connection: Writing, event: TallySealed, content: bytes) -> None:
        await snapshots.insert_tally(connection, event, content)
        said = {"campaign": event.campaign, "period": event.period, "revision": event.revision}
        await announce(connection, "tally.received", event.campaign, said)
        period = await periods.find_period(connection, event.period)
        if period is None or period.campaign != event.campaign:
            log.warning("tally_not_counted", campaign=event.campaign, period=event.period)
            return
        await publish(connection, "scoring", IndexRequested(period=event.period, tally=event.digest))

    async def fetch_handover(event: CampaignHandedOver) -> bytes:
        content = (await fetch_internal(event.url, key)).content
        load_snapshot(HandoverRecord, content, event.digest)
        return content

    async def compute(event: IndexRequested) -> Computed:
        async with database.reading() as connection:
            inputs = await read_inputs(connection, event.period)
        table = summarize(await asyncio.to_thread(compute_period, inputs))
        return Computed(table, inputs.tally_digest)

    async def keep_computation(connection: Writing, event: IndexRequested, found: Computed) -> None:
        period = await periods.open_for_write(connection, event.period, *STATES)
        if period.state in STANDING:
            return
        if found.tally != event.tally:
            log.warning("another_tally_counted", counted=found.tally, requested=event.tally)
        await store.insert_computation(
            connection,
            event.period,
            found.table,
            digest(found.table),
            tally=found.tally,
            requested=event.tally,
        )

    return [
        Subscription(TallySealed, fetch_tally, keep_tally),
        Subscription(CampaignHandedOver, fetch_handover, _keep_handover),
        Subscription(IndexRequested, compute, keep_computation),
    ]


async def _keep_handover(connection: Writing, event: CampaignHandedOver, content: bytes) -> None:
    await snapshots.insert_handover(connection, event, content)
    said = {"campaign": event.campaign, "period": event.period, "digest": event.digest}
    await announce(connection, "handover.received", event.campaign, said)
