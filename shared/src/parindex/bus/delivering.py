"""One delivery: prepare, then lock, apply and mark done in one transaction."""

import asyncio
import time
from collections.abc import Mapping
from uuid import UUID

from parindex.bus import store
from parindex.bus.subscriptions import AnySubscription
from parindex.db.engine import Database
from parindex.telemetry import log, tracing

LONGEST_SECONDS = 590.0


async def deliver(
    database: Database,
    service: str,
    subscriptions: Mapping[str, AnySubscription],
    event: UUID,
    *,
    seconds: float = LONGEST_SECONDS,
) -> None:
    """Work off one delivery; a repeated call finds it done. A failure is recorded and tried again later."""
    async with database.writing() as connection:
        if not await store.begin_attempt(connection, service, event):
            return
        found = await store.read_delivery(connection, service, event)
    assert found is not None
    with tracing(found.trace_id):
        started = time.monotonic()
        try:
            async with asyncio.timeout(seconds):  # ours ends before arq's, which would record nothing
                await _work(database, service, subscriptions[found.topic], event, found.payload)
        except Exception as error:  # noqa: BLE001 — whatever went wrong is recorded and tried again
            log.exception("delivery_failed", topic=found.topic, event_id=str(event))
            async with database.writing() as connection:
                await store.mark_failed(connection, service, event, f"{type(error).__name__}: {error}")
            return
        elapsed = round(time.monotonic() - started, 3)
        log.info("delivery_done", topic=found.topic, event_id=str(event), seconds=elapsed)


async def _work(
    database: Database,
    service: str,
    subscription: AnySubscription,
    event: UUID,
    payload: Mapping[str, object],
) -> None:
    fact = subscription.event.model_validate(payload)
    prepared = await subscription.prepare(fact)
    async with database.writing() as connection:
        current = await store.read_delivery(connection, service, event, lock=True)
        if current is None or current.done:
            return
        await subscription.apply(connection, fact, prepared)
        await store.mark_done(connection, service, event)
