"""What arrives from the survey: tallies and hand-overs are copied, a tally starts a computation."""

import asyncio
from typing import Any, Literal

from parindex.auth.tokens import SigningKey
from parindex.bus import Subscription, publish
from parindex.bus.subscriptions import AnySubscription
from parindex.contracts.events import CampaignHandedOver, Event, TallySealed
from parindex.contracts.loading import load_snapshot
from parindex.contracts.snapshots import HandoverRecord, TallySnapshot
from parindex.db import Database, Writing
from parindex.http.client import fetch_internal
from parindex.kernel.canonical import digest
from scoring_api.assessment.store import snapshots
from scoring_api.results import store
from scoring_api.results.use_cases import compute_period, read_inputs, summarize


class IndexRequested(Event):
    """The inputs of a period changed: compute its index anew. A job of scoring-api to itself."""

    topic: Literal["scoring.index_requested.v1"] = "scoring.index_requested.v1"
    period: str
    tally: str


def subscriptions(database: Database, key: SigningKey) -> list[AnySubscription]:
    """The handlers of this room."""

    async def fetch_tally(event: TallySealed) -> bytes:
        content = (await fetch_internal(event.url, key)).content
        load_snapshot(TallySnapshot, content, event.digest)
        return content

    async def keep_tally(connection: Writing, event: TallySealed, content: bytes) -> None:
        await snapshots.insert_tally(connection, event, content)
        await publish(connection, "scoring", IndexRequested(period=event.period, tally=event.digest))

    async def fetch_handover(event: CampaignHandedOver) -> bytes:
        content = (await fetch_internal(event.url, key)).content
        load_snapshot(HandoverRecord, content, event.digest)
        return content

    async def compute(event: IndexRequested) -> list[dict[str, Any]]:
        async with database.reading() as connection:
            inputs = await read_inputs(connection, event.period)
        return summarize(await asyncio.to_thread(compute_period, inputs))

    async def keep_computation(
        connection: Writing, event: IndexRequested, content: list[dict[str, Any]]
    ) -> None:
        await store.insert_computation(connection, event.period, event.tally, digest(content), content)

    return [
        Subscription(TallySealed, fetch_tally, keep_tally),
        Subscription(CampaignHandedOver, fetch_handover, snapshots.insert_handover),
        Subscription(IndexRequested, compute, keep_computation),
    ]
