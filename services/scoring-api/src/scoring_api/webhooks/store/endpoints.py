"""SQL of webhook endpoints. Those that were removed keep their row for the log, and are shown to nobody."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, insert, select, update

from parindex.db import Reading, Writing
from parindex.kernel.errors import DomainError
from scoring_api.webhooks.store.tables import endpoint

_SHOWN: tuple[Any, ...] = tuple(endpoint.c)


async def insert_endpoint(connection: Writing, **values: Any) -> None:
    await connection.execute(
        insert(endpoint).values(**values, state="active", disabled_reason="", version=1, secret_version=1)
    )


Endpoint = Row[Any]
"""One row of `webhook_endpoint`."""


async def list_endpoints(connection: Reading) -> list[Endpoint]:
    query = select(*_SHOWN).where(endpoint.c.state != "removed").order_by(endpoint.c.id)
    return list((await connection.execute(query)).all())


async def read_endpoint(connection: Reading, endpoint_id: UUID, *, lock: bool = False) -> Endpoint:
    """Raises DomainError `webhook_unknown`, also for one that was removed."""
    query = select(*_SHOWN).where(endpoint.c.id == endpoint_id, endpoint.c.state != "removed")
    row = (await connection.execute(query.with_for_update() if lock else query)).first()
    if row is None:
        raise DomainError("webhook_unknown", {"webhook": str(endpoint_id)})
    return row


async def update_endpoint(connection: Writing, endpoint_id: UUID, **values: Any) -> None:
    """What people change makes a new version, so that a stale If-Match is seen."""
    await connection.execute(
        update(endpoint).where(endpoint.c.id == endpoint_id).values(**values, version=endpoint.c.version + 1)
    )


async def lock_behind(connection: Writing, newest: int) -> Endpoint | None:
    """An active endpoint that was not told of everything up to the newest serial, and nobody else tells."""
    query = (
        select(*_SHOWN)
        .where(endpoint.c.state == "active", endpoint.c.told_serial < newest)
        .order_by(endpoint.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    return (await connection.execute(query)).first()


async def mark_told(connection: Writing, endpoint_id: UUID, serial: int) -> None:
    await connection.execute(update(endpoint).where(endpoint.c.id == endpoint_id).values(told_serial=serial))


async def note_health(connection: Writing, endpoint_id: UUID, failing_since: datetime | None) -> None:
    await connection.execute(
        update(endpoint).where(endpoint.c.id == endpoint_id).values(failing_since=failing_since)
    )


async def endpoint_of(connection: Writing, endpoint_id: UUID) -> Endpoint:
    """The endpoint of a delivery, locked, whatever its state."""
    query = select(*_SHOWN).where(endpoint.c.id == endpoint_id).with_for_update()
    return (await connection.execute(query)).one()


async def disable(connection: Writing, endpoint_id: UUID, reason: str, states: Sequence[str]) -> bool:
    """Whether it was in one of the states and now is not."""
    result = await connection.execute(
        update(endpoint)
        .where(endpoint.c.id == endpoint_id, endpoint.c.state.in_(states))
        .values(state="disabled", disabled_reason=reason, version=endpoint.c.version + 1)
    )
    return bool(result.rowcount)
