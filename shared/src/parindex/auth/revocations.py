"""Which tokens were revoked before their time: a small list that is asked for anew every few seconds."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from uuid import UUID

from parindex.kernel.errors import DomainError
from parindex.telemetry import log

FRESH_SECONDS = 2.0
PAUSE_SECONDS = 5.0  # after an outage: nobody else waits for the next one meanwhile
FetchRevoked = Callable[[], Awaitable[frozenset[UUID]]]


class RevokedTokens:
    """The ids of the revoked tokens that have not expired.

    A list older than two seconds is asked for anew by whoever comes next; who comes meanwhile goes by the
    one that is there, but never by none. When it cannot be had, the last known one goes on counting: an
    outage of the issuer stops nobody's work, and lets nobody in who was refused before. A process that never
    had one, started during the outage, cannot tell who was refused and lets nobody in.
    """

    def __init__(self, fetch: FetchRevoked) -> None:
        self._fetch = fetch
        self._known: frozenset[UUID] | None = None
        self._ask_again = 0.0
        self._asking = asyncio.Lock()

    async def has(self, token: UUID) -> bool:
        """Raises DomainError `upstream_unavailable` while no list was ever had."""
        if time.monotonic() >= self._ask_again and (self._known is None or not self._asking.locked()):
            async with self._asking:
                if time.monotonic() >= self._ask_again:
                    await self._refresh()
        if self._known is None:
            raise DomainError("upstream_unavailable", {"url": "danh sách mã truy cập đã thu hồi"})
        return token in self._known

    async def _refresh(self) -> None:
        pause = FRESH_SECONDS
        try:
            self._known = await self._fetch()
        except Exception as error:  # noqa: BLE001 — whatever went wrong, the last known list goes on counting
            log.warning("revocations_unknown", reason=str(error)[:200])
            if self._known is not None:
                pause = PAUSE_SECONDS
        self._ask_again = time.monotonic() + pause
