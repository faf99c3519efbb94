"""Announcing a fact in the transaction that makes it one."""

from collections.abc import Mapping
from typing import Any

from parindex.db import Writing
from parindex.kernel.clocks import business_time
from parindex.kernel.ids import uuid7
from scoring_api.announcements import store
from scoring_api.announcements.domain import Audience, check_announcement


async def announce(
    connection: Writing,
    topic: str,
    object: str,  # noqa: A002 — what it is about, as the column says
    data: Mapping[str, Any],
    audience: Audience = "staff",
) -> None:
    """Tell of a fact: it commits with it, and is numbered and delivered by the worker afterwards.

    `object` is the address of what it is about (`2022/so-noi-vu`), `data` holds ids, names and figures that
    `audience` may know. Raises ValueError for a topic outside the list and for one that is never public.
    """
    await announce_each(connection, topic, {object: data}, audience)


async def announce_each(
    connection: Writing, topic: str, facts: Mapping[str, Mapping[str, Any]], audience: Audience = "staff"
) -> None:
    """Tell of the same about many objects, in one round trip. Raises ValueError as `announce` does."""
    rows = []
    for told_of, data in facts.items():
        check_announcement(topic, audience, data)
        rows.append({"id": uuid7(), "object": told_of, "data": dict(data)})
    await store.insert_announcements(connection, rows, topic=topic, audience=audience, at=business_time())
