"""The relay: moves due deliveries of one service from PostgreSQL to its arq queue; Redis may vanish."""

import asyncio
import contextlib
from uuid import UUID

import asyncpg
from arq.connections import ArqRedis
from redis.exceptions import RedisError

from parindex.bus import store
from parindex.bus.redis import KEPT_MILLISECONDS
from parindex.db.engine import Database, connect_directly
from parindex.db.outages import is_outage
from parindex.telemetry import log

POLL_SECONDS = 1.0
PAUSE_SECONDS = 0.5
JOB = "deliver"


def channel(service: str) -> str:
    """The NOTIFY channel that the trigger on bus.delivery uses."""
    return f"bus_{service}"


async def dispatch(database: Database, redis: ArqRedis, service: str) -> int:
    """Enqueue what is due; rows and jobs agree because a failed enqueue rolls the rows back.

    A job that arq still holds is not enqueued again and costs no attempt.
    """
    async with database.writing() as connection:
        due = await store.take_due(connection, service)
        enqueued: list[UUID] = []
        for event in due:
            job = await redis.enqueue_job(
                JOB, str(event), _job_id=f"{service}:{event}", _expires=KEPT_MILLISECONDS / 1000
            )
            if job is not None:
                enqueued.append(event)
        if enqueued:
            await store.mark_dispatched(connection, service, enqueued)
    return len(enqueued)


async def run_relay(database: Database, redis: ArqRedis, service: str) -> None:
    """Run until cancelled: LISTEN for haste, poll for certainty, start afresh after any outage."""
    while True:
        try:
            await _relay_once(database, redis, service)
        except Exception as error:
            if not (is_outage(error) or isinstance(error, (RedisError, asyncpg.InterfaceError))):
                raise  # our own mistake ends the process; its supervisor and the log will tell
            log.warning("relay_interrupted", reason=str(error)[:200])
            await asyncio.sleep(PAUSE_SECONDS)


async def _relay_once(database: Database, redis: ArqRedis, service: str) -> None:
    listener = await connect_directly(database.url)
    woken = asyncio.Event()
    try:
        listener.add_termination_listener(lambda _: woken.set())
        await listener.add_listener(channel(service), lambda *_: woken.set())
        while True:
            woken.clear()
            await dispatch(database, redis, service)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(woken.wait(), POLL_SECONDS)
            if listener.is_closed():
                raise ConnectionResetError("LISTEN connection lost")
    finally:
        listener.terminate()
