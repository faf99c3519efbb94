"""Work of a service that comes back by the clock; what must happen once is guarded by its own transaction."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from parindex.telemetry import log


@dataclass(frozen=True, slots=True)
class Recurring:
    """`run` is called when the worker starts and again `seconds` after it ended; every worker calls it."""

    name: str
    seconds: float
    run: Callable[[], Awaitable[None]]


async def keep_running(work: Recurring) -> None:
    """Until cancelled. A failure is told and tried again: the next turn finds what this one left."""
    while True:
        try:
            await work.run()
        except Exception:  # noqa: BLE001 — whatever went wrong, the clock goes on
            log.exception("recurring_failed", work=work.name)
        await asyncio.sleep(work.seconds)
