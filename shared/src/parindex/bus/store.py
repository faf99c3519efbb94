"""SQL of the deliveries: take what is due, lock what is worked on, mark what is done, failed or dead."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from parindex.db.engine import Reading, Writing
from parindex.kernel.clocks import system_time

RETRY_SECONDS = 10
LONGEST_WAIT_SECONDS = 300
MAX_ATTEMPTS = 20

_DUE = text(
    """
    SELECT event_id FROM bus.delivery
    WHERE subscriber = :subscriber AND done_at IS NULL AND dead_at IS NULL
      AND (dispatched_at IS NULL
           OR dispatched_at < CAST(:now AS timestamptz) - make_interval(secs =>
                least(:retry * power(2, greatest(attempts - 1, 0)), :longest)))
    ORDER BY event_id LIMIT :limit FOR UPDATE SKIP LOCKED
    """
)
_DISPATCHED = text(
    """
    UPDATE bus.delivery SET dispatched_at = :now
    WHERE subscriber = :subscriber AND event_id = ANY(:events)
    """
)
_BEGIN = text(
    """
    UPDATE bus.delivery SET attempts = attempts + 1,
        dead_at = CASE WHEN attempts >= :most THEN CAST(:now AS timestamptz) END,
        error = CASE WHEN attempts >= :most THEN coalesce(error, :ended) ELSE error END
    WHERE event_id = :event AND subscriber = :subscriber AND done_at IS NULL AND dead_at IS NULL
    RETURNING dead_at IS NOT NULL
    """
)
_LOCK = text(
    """
    SELECT e.topic, e.payload, e.trace_id, d.done_at
    FROM bus.delivery d JOIN bus.event e ON e.id = d.event_id
    WHERE d.event_id = :event AND d.subscriber = :subscriber
    """
)


@dataclass(frozen=True, slots=True)
class Delivery:
    topic: str
    payload: dict[str, Any]
    trace_id: str
    done: bool


async def take_due(connection: Writing, subscriber: str, limit: int = 200) -> list[UUID]:
    """Deliveries never dispatched, or dispatched long enough ago and still not done; locked for us."""
    rows = await connection.execute(
        _DUE,
        {
            "subscriber": subscriber,
            "now": system_time(),
            "retry": RETRY_SECONDS,
            "longest": LONGEST_WAIT_SECONDS,
            "limit": limit,
        },
    )
    return list(rows.scalars())


async def mark_dispatched(connection: Writing, subscriber: str, events: list[UUID]) -> None:
    await connection.execute(_DISPATCHED, {"subscriber": subscriber, "events": events, "now": system_time()})


async def begin_attempt(connection: Writing, subscriber: str, event: UUID) -> bool:
    """Count an attempt before its work, so that work which kills its worker comes to an end, too.

    False when there is nothing left to do: done, dead, or given up just now.
    """
    row = await connection.execute(
        _BEGIN,
        {
            "event": event,
            "subscriber": subscriber,
            "most": MAX_ATTEMPTS,
            "now": system_time(),
            "ended": "tiến trình kết thúc giữa chừng ở mọi lần thử",
        },
    )
    return row.scalar() is False


async def read_delivery(
    connection: Reading, subscriber: str, event: UUID, *, lock: bool = False
) -> Delivery | None:
    """The delivery and its event. With `lock` the row is ours until the transaction ends."""
    statement = text(f"{_LOCK.text} FOR UPDATE OF d") if lock else _LOCK
    row = (await connection.execute(statement, {"event": event, "subscriber": subscriber})).first()
    if row is None:
        return None
    return Delivery(row.topic, row.payload, row.trace_id, row.done_at is not None)


async def mark_done(connection: Writing, subscriber: str, event: UUID) -> None:
    await connection.execute(
        text(
            "UPDATE bus.delivery SET done_at = :now, error = NULL"
            " WHERE event_id = :event AND subscriber = :subscriber"
        ),
        {"event": event, "subscriber": subscriber, "now": system_time()},
    )


async def mark_failed(connection: Writing, subscriber: str, event: UUID, error: str) -> None:
    """Keep the reason; after too many attempts the delivery is dead until an operator replays it."""
    await connection.execute(
        text(
            "UPDATE bus.delivery SET error = :error,"
            " dead_at = CASE WHEN attempts >= :most THEN CAST(:now AS timestamptz) END"
            " WHERE event_id = :event AND subscriber = :subscriber AND done_at IS NULL"
        ),
        {
            "event": event,
            "subscriber": subscriber,
            "error": error[:4000],
            "most": MAX_ATTEMPTS,
            "now": system_time(),
        },
    )


@dataclass(frozen=True, slots=True)
class OpenDelivery:
    event: UUID
    topic: str
    occurred_at: datetime
    attempts: int
    dead: bool
    error: str


async def list_open(connection: Reading, subscriber: str) -> list[OpenDelivery]:
    """What this service still owes, oldest first; dead letters among them."""
    rows = await connection.execute(
        text(
            "SELECT e.id, e.topic, e.occurred_at, d.attempts, d.dead_at IS NOT NULL AS dead,"
            " coalesce(d.error, '') AS error"
            " FROM bus.delivery d JOIN bus.event e ON e.id = d.event_id"
            " WHERE d.subscriber = :subscriber AND d.done_at IS NULL ORDER BY d.event_id LIMIT 1000"
        ),
        {"subscriber": subscriber},
    )
    return [OpenDelivery(*row) for row in rows]


async def replay(connection: Writing, subscriber: str, event: UUID) -> bool:
    """Give a dead letter its attempts back."""
    result = await connection.execute(
        text(
            "UPDATE bus.delivery SET dead_at = NULL, dispatched_at = NULL, attempts = 0"
            " WHERE event_id = :event AND subscriber = :subscriber AND dead_at IS NOT NULL"
        ),
        {"event": event, "subscriber": subscriber},
    )
    return bool(result.rowcount)
