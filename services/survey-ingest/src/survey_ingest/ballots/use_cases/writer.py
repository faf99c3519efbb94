"""The ballot writer: one task a process that gathers ballots and writes them in one transaction."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress

from parindex.db import Database
from parindex.db.outages import is_collision, is_outage
from parindex.kernel.errors import DomainError
from parindex.telemetry import log
from survey_ingest.ballots.store import Keyed
from survey_ingest.ballots.use_cases.acceptance import Outcome, write_ballots

MOST_BALLOTS = 200
WINDOW_SECONDS = 0.005
MOST_WAITING = 10_000
ATTEMPTS = 3


class BallotWriter:
    """Replies come after the commit; one bad ballot never fails its neighbours."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: list[tuple[Keyed, asyncio.Future[Outcome]]] = []
        self._arrived = asyncio.Event()
        self._full = asyncio.Event()

    async def write(self, keyed: Sequence[Keyed]) -> list[Outcome]:
        """The outcome of each ballot, in order. An outage is an outcome too: `temporarily_unavailable`."""
        if len(self._waiting) + len(keyed) > MOST_WAITING:
            return [DomainError("temporarily_unavailable") for _ in keyed]
        loop = asyncio.get_running_loop()
        futures: list[asyncio.Future[Outcome]] = [loop.create_future() for _ in keyed]
        self._waiting += zip(keyed, futures, strict=True)
        self._arrived.set()
        if len(self._waiting) >= MOST_BALLOTS:
            self._full.set()
        return [await future for future in futures]

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
            await self._reply(taken)

    async def _reply(self, taken: Sequence[tuple[Keyed, asyncio.Future[Outcome]]]) -> None:
        outcomes = await self._write([keyed for keyed, _ in taken])
        for (_, future), outcome in zip(taken, outcomes, strict=True):
            if not future.done():  # the client may have gone
                future.set_result(outcome)

    async def _write(self, keyed: Sequence[Keyed]) -> list[Outcome]:
        for _ in range(ATTEMPTS):
            try:
                async with self._database.writing() as connection:
                    return await write_ballots(connection, keyed)
            except Exception as error:  # noqa: BLE001 — every waiting client gets its answer
                if is_outage(error):
                    log.warning("ballot_writer_outage", reason=str(error)[:200])
                    break
                if not is_collision(error):
                    return await self._write_apart(keyed, error)
        return [DomainError("temporarily_unavailable") for _ in keyed]

    async def _write_apart(self, keyed: Sequence[Keyed], error: Exception) -> list[Outcome]:
        """Something in the batch is refused by the database: find it, keep the others."""
        if len(keyed) == 1:
            log.error("ballot_refused_by_database", ballot=str(keyed[0].entry.id), reason=str(error)[:500])
            return [DomainError("internal_error")]
        return [outcome for item in keyed for outcome in await self._write([item])]
