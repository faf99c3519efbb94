"""Publishing: the event and one delivery a subscriber, in the transaction of the fact itself."""

from typing import Protocol
from uuid import UUID

from sqlalchemy import insert

from parindex.bus.tables import delivery, event
from parindex.contracts.events import SUBSCRIBERS
from parindex.db.engine import Writing
from parindex.kernel.clocks import system_time
from parindex.kernel.ids import uuid7
from parindex.telemetry import current_trace, new_trace


class Publishable(Protocol):
    """An event model: it names its topic and dumps itself as JSON data."""

    @property
    def topic(self) -> str: ...

    def model_dump(self, *, mode: str) -> dict[str, object]: ...


async def publish(connection: Writing, producer: str, what: Publishable) -> UUID:
    """Record the event; NOTIFY reaches the subscribers' workers when the transaction commits.

    A topic outside the shared contract is the producer's own job and is delivered to itself.
    """
    event_id = uuid7()
    await connection.execute(
        insert(event).values(
            id=event_id,
            topic=what.topic,
            producer=producer,
            payload=what.model_dump(mode="json"),
            trace_id=current_trace() or new_trace(),
            occurred_at=system_time(),
        )
    )
    subscribers = SUBSCRIBERS.get(what.topic, (producer,))
    await connection.execute(
        insert(delivery), [{"event_id": event_id, "subscriber": name} for name in subscribers]
    )
    return event_id
