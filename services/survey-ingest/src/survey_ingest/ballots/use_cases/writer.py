"""The ballot writer: one task a process that gathers ballots and writes them in one transaction."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from parindex.db import Database
from parindex.db.outages import is_collision, is_lock_timeout, is_outage
from parindex.kernel.errors import DomainError
from parindex.telemetry import log
from survey_ingest.ballots.store import Keyed
from survey_ingest.ballots.use_cases.acceptance import Outcome, write_ballots

MOST_BALLOTS = 200
WINDOW_SECONDS = 0.005
MOST_WAITING = 10_000
ATTEMPTS = 3
LOCKED_BAG_SECONDS = 2.0
LOOK_AGAIN_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A ballot in the queue with the one who waits for its outcome, and until when a locked bag is tried."""

    keyed: Keyed
    outcome: asyncio.Future[Outcome]
    until: float


class BallotWriter:
    """Replies come after the commit; one bad ballot never fails its neighbours, nor does one locked bag."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: list[_Waiting] = []
        self._arrived = asyncio.Event()
        self._full = asyncio.Event()

    async def write(self, keyed: Sequence[Keyed]) -> list[Outcome]:
        """The outcome of each ballot, in order. An outage is an outcome too: `temporarily_unavailable`."""
        if len(self._waiting) + len(keyed) > MOST_WAITING:
            return [DomainError("temporarily_unavailable") for _ in keyed]
        loop = asyncio.get_running_loop()
        until = loop.time() + LOCKED_BAG_SECONDS
        waiting = [_Waiting(item, loop.create_future(), until) for item in keyed]
        self._enqueue(waiting)
        return [await item.outcome for item in waiting]

    def _enqueue(self, waiting: Sequence[_Waiting]) -> None:
        self._waiting += waiting
        self._arrived.set()
        if len(self._waiting) >= MOST_BALLOTS:
            self._full.set()

    async def run(self) -> None:
        """Until cancelled: wait for ballots, for 5 ms or 200 of them, write, reply."""
        while True:
            await self._arrived.wait()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._full.wait(), WINDOW_SECONDS)
            taken, self._waiting = self._waiting[:MOST_BALLOTS], self._waiting[MOST_BALLOTS:]
            if not self._waiting:
                self._arrived.clear()
            if len(self._waiting) < MOST_BALLOTS:
                self._full.clear()
            self._reply(taken, await self._write([item.keyed for item in taken]))

    def _reply(self, taken: Sequence[_Waiting], outcomes: Sequence[Outcome | None]) -> None:
        loop = asyncio.get_running_loop()
        locked: list[_Waiting] = []
        for item, outcome in zip(taken, outcomes, strict=True):
            if item.outcome.done():  # the client has gone
                continue
            if outcome is None and loop.time() < item.until:
                locked.append(item)
            else:
                item.outcome.set_result(outcome or DomainError("temporarily_unavailable"))
        if locked:
            loop.call_later(LOOK_AGAIN_SECONDS, self._enqueue, locked)

    async def _write(self, keyed: Sequence[Keyed]) -> list[Outcome | None]:
        for _ in range(ATTEMPTS):
            try:
                async with self._database.writing() as connection:
                    return await write_ballots(connection, keyed)
            except Exception as error:  # noqa: BLE001 — every waiting client gets its answer
                if is_lock_timeout(error) and len(groups := _by_quota(keyed)) > 1:
                    return await self._write_groups(keyed, groups)
                if is_outage(error):
                    log.warning("ballot_writer_outage", reason=str(error)[:200])
                    break
                if not is_collision(error):
                    return await self._write_apart(keyed, error)
        return [DomainError("temporarily_unavailable") for _ in keyed]

    async def _write_groups(
        self, keyed: Sequence[Keyed], groups: Sequence[Sequence[Keyed]]
    ) -> list[Outcome | None]:
        """Somebody holds a quota of the batch, an import say: those of other quotas do not wait for it."""
        written = await asyncio.gather(*(self._write(group) for group in groups))
        outcomes = {
            id(item): outcome
            for group, found in zip(groups, written, strict=True)
            for item, outcome in zip(group, found, strict=True)
        }
        return [outcomes[id(item)] for item in keyed]

    async def _write_apart(self, keyed: Sequence[Keyed], error: Exception) -> list[Outcome | None]:
        """Something in the batch is refused by the database: find it, keep the others."""
        if len(keyed) == 1:
            log.error("ballot_refused_by_database", ballot=str(keyed[0].entry.id), reason=str(error)[:500])
            return [DomainError("internal_error")]
        return [outcome for item in keyed for outcome in await self._write([item])]


def _by_quota(keyed: Sequence[Keyed]) -> list[list[Keyed]]:
    groups: dict[tuple[UUID, str, str, str], list[Keyed]] = {}
    for item in keyed:
        groups.setdefault(item.quota, []).append(item)
    return list(groups.values())
