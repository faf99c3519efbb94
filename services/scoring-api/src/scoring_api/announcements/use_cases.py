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
    check_announcement(topic, audience, data)
    await store.insert_announcement(
        connection,
        id=uuid7(),
        topic=topic,
        audience=audience,
        object=object,
        data=data,
        at=business_time(),
    )
