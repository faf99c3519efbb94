"""What the worker does for webhooks by the clock: telling what is new, sending, letting old logs go."""

import asyncio
from collections import Counter
from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from parindex.bus.recurring import Recurring
from parindex.db import Database
from parindex.kernel.clocks import system_time
from parindex.telemetry import log
from scoring_api.webhooks.domain import Guard
from scoring_api.webhooks.jobs.sending import send
from scoring_api.webhooks.store.deliveries import DueDelivery, delete_settled, take_due
from scoring_api.webhooks.use_cases import note_outcome, tell_next

EVERY_SECONDS = 0.5
AT_ONCE, OF_ONE = 16, 4
"""Messages under way in one worker, and of them those to one endpoint; who has fewest gets the next, so that
slow ones hold up no other."""
LEASE = timedelta(seconds=60)
"""Longer than the longest try: what was taken and not settled then is sent by whoever comes next."""
LOG_KEPT = timedelta(days=90)
CHUNK = 500


def recurring(database: Database, guard: Guard, seed: bytes) -> list[Recurring]:
    sender = Sender(database, guard, seed)

    async def tell() -> None:
        while True:
            async with database.writing() as connection:
                if not await tell_next(connection):
                    return

    async def forget() -> None:
        while True:
            async with database.writing() as connection:
                if await delete_settled(connection, system_time() - LOG_KEPT, CHUNK) < CHUNK:
                    return

    return [
        Recurring("tell_webhooks", EVERY_SECONDS, tell),
        Recurring("send_webhooks", EVERY_SECONDS, sender.run),
        Recurring("forget_webhook_log", 3600, forget),
    ]


class Sender:
    """Sends what is due, several at once; no transaction is open while a receiver takes its time."""

    def __init__(self, database: Database, guard: Guard, seed: bytes) -> None:
        self._database = database
        self._guard = guard
        self._seed = seed
        self._under_way: Counter[UUID] = Counter()

    async def run(self) -> None:
        """Until cancelled; an outage of the database ends it, and the clock starts it anew."""
        async with asyncio.TaskGroup() as group:
            while True:
                await self.send_due(group)
                await asyncio.sleep(EVERY_SECONDS)

    async def send_due(self, group: asyncio.TaskGroup) -> int:
        """Fill what room there is: first endpoints that have nothing under way, then those that have one …"""
        count = 0
        for most in range(1, OF_ONE + 1):
            busy = [endpoint for endpoint, under_way in self._under_way.items() if under_way >= most]
            taken = await self._take(busy)
            for one in taken:
                self._under_way[one.endpoint_id] += 1
                group.create_task(self._send(one))
            count += len(taken)
            if not taken and not busy:
                break
        return count

    async def _take(self, busy: Collection[UUID]) -> list[DueDelivery]:
        room = AT_ONCE - self._under_way.total()
        if room <= 0:
            return []
        async with self._database.writing() as connection:
            return await take_due(connection, busy, self._under_way, room, LEASE)

    async def _send(self, one: DueDelivery) -> None:
        try:
            outcome = await send(one, self._guard, self._seed)
            async with self._database.writing() as connection:
                await note_outcome(connection, one, outcome)
        except Exception:  # noqa: BLE001 — the lease ends, and the delivery is sent again
            log.exception("webhook_not_settled", delivery=str(one.id))
        finally:
            self._under_way[one.endpoint_id] -= 1
            self._under_way += Counter()  # forget those at zero
