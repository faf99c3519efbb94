"""Webhooks: registering and changing endpoints, telling them what is new, noting what came of a try."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from parindex.auth.principal import Principal
from parindex.db import Writing
from parindex.kernel.canonical import canonical_bytes
from parindex.kernel.clocks import instant_text, system_time
from parindex.kernel.errors import DomainError
from parindex.kernel.ids import uuid7
from scoring_api.announcements.domain import TOPICS
from scoring_api.announcements.store import Announcement, last_serial, read_all
from scoring_api.announcements.use_cases import announce
from scoring_api.schema import record
from scoring_api.webhooks.domain import GONE, PING, Guard, check_endpoint, is_given_up, pause_after
from scoring_api.webhooks.store import deliveries, endpoints
from scoring_api.webhooks.store.deliveries import DueDelivery, NewDelivery, Outcome

TOLD_AT_ONCE = 500
GONE_TEXT = "bên nhận trả lời 410: địa chỉ không còn"
GIVEN_UP_TEXT = "gửi không được trong nhiều ngày liền"


@dataclass(frozen=True, slots=True)
class Wish:
    """What the administrator says of an endpoint."""

    url: str
    topics: tuple[str, ...]
    description: str


async def register(connection: Writing, by: Principal, wish: Wish, guard: Guard) -> UUID:
    """An endpoint that is told of what happens from now on. Raises DomainError `webhook_invalid`."""
    check_endpoint(wish.url, wish.topics, TOPICS, guard)
    endpoint_id = uuid7()
    await endpoints.insert_endpoint(
        connection,
        id=endpoint_id,
        url=wish.url,
        topics=list(wish.topics),
        description=wish.description,
        told_serial=await last_serial(connection),
        created_at=system_time(),
        created_by=by.subject,
    )
    await record(connection, by, "webhook.registered", str(endpoint_id), url=wish.url, topics=wish.topics)
    return endpoint_id


async def change(connection: Writing, by: Principal, found: Any, wish: Wish, guard: Guard) -> None:
    """Another address, which begins with a clean record, other topics.

    Raises DomainError `webhook_invalid`.
    """
    check_endpoint(wish.url, wish.topics, TOPICS, guard)
    values: dict[str, Any] = {"url": wish.url, "topics": list(wish.topics), "description": wish.description}
    if wish.url != found.url:
        values["failing_since"] = None
    await endpoints.update_endpoint(connection, found.id, **values)
    await record(connection, by, "webhook.changed", str(found.id), url=wish.url, topics=wish.topics)


async def rotate_secret(connection: Writing, by: Principal, endpoint_id: UUID, grace: timedelta) -> int:
    """The next secret; messages carry the signatures of both until the grace is over. Returns its version.

    Raises DomainError `webhook_unknown`.
    """
    found = await endpoints.read_endpoint(connection, endpoint_id, lock=True)
    version = int(found.secret_version) + 1
    until = system_time() + grace if grace else None
    await endpoints.update_endpoint(connection, endpoint_id, secret_version=version, former_until=until)
    await record(connection, by, "webhook.secret_rotated", str(endpoint_id), version=version)
    return version


async def enable(connection: Writing, by: Principal, endpoint_id: UUID) -> None:
    """It is told again, beginning with what it missed. Raises DomainError `webhook_unknown`."""
    found = await endpoints.read_endpoint(connection, endpoint_id, lock=True)
    if found.state == "active":
        return
    values = {"state": "active", "disabled_reason": "", "failing_since": None}
    await endpoints.update_endpoint(connection, endpoint_id, **values)
    await record(connection, by, "webhook.enabled", str(endpoint_id))


async def disable(connection: Writing, by: Principal, endpoint_id: UUID, reason: str) -> None:
    """Nothing is sent until it is enabled again. Raises DomainError `webhook_unknown`."""
    await endpoints.read_endpoint(connection, endpoint_id, lock=True)
    if await endpoints.disable(connection, endpoint_id, reason, ["active"]):
        await record(connection, by, "webhook.disabled", str(endpoint_id), reason=reason)


async def remove(connection: Writing, by: Principal, endpoint_id: UUID) -> None:
    """Nothing is sent ever again; what was sent stays in the books. Raises DomainError `webhook_unknown`."""
    await endpoints.read_endpoint(connection, endpoint_id, lock=True)
    await endpoints.update_endpoint(connection, endpoint_id, state="removed")
    await deliveries.abandon(connection, endpoint_id, system_time())
    await record(connection, by, "webhook.removed", str(endpoint_id))


async def ping(connection: Writing, by: Principal, endpoint_id: UUID) -> UUID:
    """A message that says nothing, sent once, to a disabled endpoint too. Returns its id.

    Raises DomainError `webhook_unknown`.
    """
    await endpoints.read_endpoint(connection, endpoint_id)
    message, at = uuid7(), system_time()
    body = {"type": PING, "timestamp": instant_text(at), "data": {"webhook": str(endpoint_id)}}
    new = NewDelivery(message, PING, canonical_bytes(body))
    await deliveries.insert_deliveries(connection, endpoint_id, [new], at)
    await record(connection, by, "webhook.pinged", str(endpoint_id))
    return message


async def replay(connection: Writing, by: Principal, endpoint_id: UUID, delivery_id: UUID) -> None:
    """Send a settled delivery once more, with its own id.

    Raises DomainError `webhook_disabled`, `webhook_delivery_pending`, `webhook_delivery_unknown`.
    """
    await _require_active(connection, endpoint_id)
    await deliveries.read_delivery(connection, endpoint_id, delivery_id)
    if not await deliveries.replay_one(connection, delivery_id, system_time()):
        raise DomainError("webhook_delivery_pending", {"delivery": str(delivery_id)})
    await record(connection, by, "webhook.replayed", str(endpoint_id), delivery=str(delivery_id))


async def replay_failed(connection: Writing, by: Principal, endpoint_id: UUID, since: datetime) -> int:
    """Send everything once more that failed since an instant. Raises DomainError `webhook_disabled`."""
    await _require_active(connection, endpoint_id)
    count = await deliveries.replay_failed(connection, endpoint_id, since, system_time())
    said: dict[str, Any] = {"since": instant_text(since), "count": count}
    await record(connection, by, "webhook.replayed", str(endpoint_id), **said)
    return count


async def _require_active(connection: Writing, endpoint_id: UUID) -> None:
    found = await endpoints.read_endpoint(connection, endpoint_id, lock=True)
    if found.state != "active":
        raise DomainError("webhook_disabled", {"reason": found.disabled_reason})


async def tell_next(connection: Writing) -> bool:
    """Make the deliveries of the next announcements for one endpoint; whether there was one to tell."""
    found = await endpoints.lock_behind(connection, await last_serial(connection))
    if found is None:
        return False
    rows = await read_all(connection, found.told_serial, TOLD_AT_ONCE)
    wanted = [NewDelivery(row.id, row.topic, message(row)) for row in rows if row.topic in found.topics]
    await deliveries.insert_deliveries(connection, found.id, wanted, system_time())
    await endpoints.mark_told(connection, found.id, rows[-1].serial)
    return True


def message(row: Announcement) -> bytes:
    """The bytes that are sent: the same at every try and to every endpoint."""
    return canonical_bytes(
        {
            "type": row.topic,
            "timestamp": instant_text(row.at),
            "title": TOPICS[row.topic].title,
            "object": row.object,
            "data": row.data,
        }
    )


async def note_outcome(connection: Writing, sent: DueDelivery, outcome: Outcome) -> None:
    """The try is in the books; the delivery settled or due later, the endpoint well, failing or disabled."""
    await deliveries.insert_attempt(connection, sent.id, outcome)
    found = await endpoints.endpoint_of(connection, sent.endpoint_id)
    if outcome.delivered:
        await deliveries.settle_delivered(connection, sent.id, system_time())
        await endpoints.note_health(connection, found.id, None)
    elif await _put_off(connection, sent, outcome) and sent.topic != PING:
        await _note_failure(connection, found, outcome)


async def _put_off(connection: Writing, sent: DueDelivery, outcome: Outcome) -> bool:
    """Whether this was the latest try of the delivery, which is now due later or never again."""
    now = system_time()
    pause = pause_after(sent.attempts, outcome.retry_after, secrets.randbelow(201))
    if pause is None or sent.topic == PING or outcome.status == GONE:
        return await deliveries.settle_failed(connection, sent, now)
    return await deliveries.postpone(connection, sent, now + pause)


async def _note_failure(connection: Writing, found: Any, outcome: Outcome) -> None:
    failing_since = found.failing_since or outcome.at
    await endpoints.note_health(connection, found.id, failing_since)
    gone = outcome.status == GONE
    if not gone and not is_given_up(failing_since, system_time()):
        return
    reason = GONE_TEXT if gone else GIVEN_UP_TEXT
    if await endpoints.disable(connection, found.id, reason, ["active"]):
        # the host alone: what follows it may hold the receiver's own secret, and others hear of this
        said = {"webhook": str(found.id), "host": urlsplit(found.url).hostname, "reason": reason}
        await announce(connection, "webhook.disabled", str(found.id), said)
