"""SQL of webhook deliveries: made once a message and endpoint, taken when due, settled by their reply."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, insert, or_, select, true, update
from sqlalchemy.dialects.postgresql import insert as insert_or

from parindex.db import Reading, Writing
from parindex.kernel.clocks import system_time
from parindex.kernel.errors import DomainError
from parindex.kernel.ids import uuid7
from scoring_api.webhooks.domain import PING
from scoring_api.webhooks.store.tables import attempt, delivery, endpoint


@dataclass(frozen=True, slots=True)
class NewDelivery:
    message_id: UUID
    topic: str
    body: bytes


@dataclass(frozen=True, slots=True)
class DueDelivery:
    """What a worker took to send: the message, where it goes, and the keys' versions that sign it."""

    id: UUID
    endpoint_id: UUID
    message_id: UUID
    topic: str
    body: bytes
    attempts: int
    url: str
    secret_version: int
    former_until: datetime | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one try: the status and the beginning of the reply, or the error that kept it away."""

    at: datetime
    milliseconds: int
    status: int | None
    excerpt: str
    error: str
    retry_after: timedelta | None = None

    @property
    def delivered(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


async def insert_deliveries(
    connection: Writing, endpoint_id: UUID, new: Sequence[NewDelivery], at: datetime
) -> None:
    """A message that the endpoint has a delivery of already makes no second one."""
    rows = [
        {
            "id": uuid7(),
            "endpoint_id": endpoint_id,
            "message_id": one.message_id,
            "topic": one.topic,
            "body": one.body,
            "state": "pending",
            "attempts": 0,
            "due_at": at,
            "created_at": at,
        }
        for one in new
    ]
    if rows:
        await connection.execute(insert_or(delivery).on_conflict_do_nothing(), rows)


async def take_due(
    connection: Writing, busy: Collection[UUID], under_way: Collection[UUID], limit: int, lease: timedelta
) -> list[DueDelivery]:
    """Of each endpoint the delivery that waited longest, none of the busy ones; each try is counted.

    An endpoint that fails gets one at a time, so none while it is `under_way`. What is taken is due again
    when the lease is over: what a killed worker had is then sent by another.
    """
    now = system_time()
    longest = (
        select(delivery.c.id, delivery.c.due_at)
        .where(delivery.c.endpoint_id == endpoint.c.id, delivery.c.state == "pending")
        .where(delivery.c.due_at <= now, or_(endpoint.c.state == "active", delivery.c.topic == PING))
        .order_by(delivery.c.due_at, delivery.c.id)
        .limit(1)
        .with_for_update(of=delivery, skip_locked=True)
        .lateral("longest")
    )
    chosen = (
        select(longest.c.id)
        .join_from(endpoint, longest, true())
        .where(endpoint.c.state != "removed", endpoint.c.id.not_in(list(busy)))
        .where(or_(endpoint.c.failing_since.is_(None), endpoint.c.id.not_in(list(under_way))))
        .order_by(longest.c.due_at, longest.c.id)
        .limit(limit)
    )
    ids = list((await connection.execute(chosen)).scalars())
    if not ids:
        return []
    await connection.execute(
        update(delivery)
        .where(delivery.c.id.in_(ids))
        .values(attempts=delivery.c.attempts + 1, due_at=now + lease)
    )
    columns: tuple[Any, ...] = (
        delivery.c.id, delivery.c.endpoint_id, delivery.c.message_id, delivery.c.topic, delivery.c.body,
        delivery.c.attempts, endpoint.c.url, endpoint.c.secret_version, endpoint.c.former_until,
    )  # fmt: skip
    query = select(*columns).join(endpoint, endpoint.c.id == delivery.c.endpoint_id)
    rows = await connection.execute(query.where(delivery.c.id.in_(ids)).order_by(delivery.c.id))
    return [DueDelivery(*row) for row in rows]


async def insert_attempt(connection: Writing, delivery_id: UUID, outcome: Outcome) -> None:
    await connection.execute(
        insert(attempt).values(
            delivery_id=delivery_id,
            at=outcome.at,
            status=outcome.status,
            milliseconds=outcome.milliseconds,
            excerpt=outcome.excerpt,
            error=outcome.error,
        )
    )


async def settle_delivered(connection: Writing, delivery_id: UUID, at: datetime) -> None:
    await connection.execute(
        update(delivery)
        .where(delivery.c.id == delivery_id, delivery.c.state == "pending")
        .values(state="delivered", settled_at=at)
    )


async def settle_failed(connection: Writing, sent: DueDelivery, at: datetime) -> bool:
    """Whether it failed for good: not if somebody else has tried since, whose outcome counts."""
    return await _after(connection, sent, state="failed", settled_at=at)


async def postpone(connection: Writing, sent: DueDelivery, until: datetime) -> bool:
    """Whether it is due then: not if somebody else has tried since, whose outcome counts."""
    return await _after(connection, sent, due_at=until)


async def _after(connection: Writing, sent: DueDelivery, **values: Any) -> bool:
    newest = delivery.c.state == "pending", delivery.c.attempts == sent.attempts
    result = await connection.execute(
        update(delivery).where(delivery.c.id == sent.id, *newest).values(**values)
    )
    return bool(result.rowcount)


async def abandon(connection: Writing, endpoint_id: UUID, at: datetime) -> None:
    """What an endpoint still waits for is sent no more."""
    await connection.execute(
        update(delivery)
        .where(delivery.c.endpoint_id == endpoint_id, delivery.c.state == "pending")
        .values(state="failed", settled_at=at)
    )


async def replay(connection: Writing, at: datetime, *which: Any) -> int:
    """Settled deliveries are due once more, with their schedule from its beginning."""
    result = await connection.execute(
        update(delivery)
        .where(delivery.c.state.in_(("delivered", "failed")), *which)
        .values(state="pending", attempts=0, due_at=at, settled_at=None)
    )
    return int(result.rowcount)


async def replay_one(connection: Writing, delivery_id: UUID, at: datetime) -> bool:
    return bool(await replay(connection, at, delivery.c.id == delivery_id))


async def replay_failed(connection: Writing, endpoint_id: UUID, since: datetime, at: datetime) -> int:
    """Every delivery of an endpoint made since an instant that failed for good."""
    return await replay(
        connection,
        at,
        delivery.c.endpoint_id == endpoint_id,
        delivery.c.state == "failed",
        delivery.c.created_at >= since,
    )


def _with_last() -> Any:
    """Deliveries with their last try."""
    last = (
        select(attempt.c.at, attempt.c.status, attempt.c.milliseconds, attempt.c.excerpt, attempt.c.error)
        .where(attempt.c.delivery_id == delivery.c.id)
        .order_by(attempt.c.id.desc())
        .limit(1)
        .lateral("last")
    )
    columns: tuple[Any, ...] = (
        delivery.c.id, delivery.c.message_id, delivery.c.topic, delivery.c.state, delivery.c.attempts,
        delivery.c.created_at, delivery.c.due_at, delivery.c.settled_at, delivery.c.body,
        last.c.at, last.c.status, last.c.milliseconds, last.c.excerpt, last.c.error,
    )  # fmt: skip
    return select(*columns).outerjoin(last, last.c.at.is_not(None))


async def list_deliveries(
    connection: Reading, endpoint_id: UUID, state: str, before: UUID, limit: int
) -> list[Row[Any]]:
    """Newest first, with ids below `before`."""
    query = _with_last().where(delivery.c.endpoint_id == endpoint_id, delivery.c.id < before)
    if state:
        query = query.where(delivery.c.state == state)
    return list((await connection.execute(query.order_by(delivery.c.id.desc()).limit(limit))).all())


async def read_delivery(connection: Reading, endpoint_id: UUID, delivery_id: UUID) -> Row[Any]:
    """Raises DomainError `webhook_delivery_unknown`."""
    query = _with_last().where(delivery.c.endpoint_id == endpoint_id, delivery.c.id == delivery_id)
    row: Row[Any] | None = (await connection.execute(query)).first()
    if row is None:
        raise DomainError("webhook_delivery_unknown", {"delivery": str(delivery_id)})
    return row


async def read_attempts(connection: Reading, delivery_id: UUID) -> list[Row[Any]]:
    """Every try of a delivery, oldest first."""
    query = select(attempt).where(attempt.c.delivery_id == delivery_id).order_by(attempt.c.id)
    return list((await connection.execute(query)).all())


async def delete_settled(connection: Writing, before: datetime, limit: int) -> int:
    """Deliveries settled before an instant go with their tries, at most `limit`."""
    old = select(delivery.c.id).where(delivery.c.settled_at < before).limit(limit)
    chosen = old.with_for_update(skip_locked=True).cte("old").prefix_with("MATERIALIZED")
    result = await connection.execute(delete(delivery).where(delivery.c.id.in_(select(chosen))))
    return int(result.rowcount)
