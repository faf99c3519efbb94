"""What makes documents begin: a finalized period, a handed-over campaign."""

import asyncio
from collections.abc import Sequence

from parindex.auth.tokens import SigningKey
from parindex.bus import Subscription
from parindex.bus.subscriptions import AnySubscription
from parindex.contracts.events import CampaignHandedOver, PeriodFinalized
from parindex.db import Database, Writing
from parindex.http.catalogue import CATALOGUE
from parindex.http.client import fetch_internal
from parindex.http.problems import ProblemReply
from parindex.kernel.errors import DomainError
from report_gen.documents import store
from report_gen.documents.store import Source
from report_gen.documents.use_cases.keeping import keep_document
from report_gen.documents.use_cases.processes import RenderingPool
from report_gen.documents.use_cases.rendering import EDITION_KINDS, HANDOVER_KIND


class Making:
    """Makes the missing documents of one source and notes how far each of them is.

    Each is kept as soon as it is rendered, so that one that fails holds up no other and the next attempt
    makes it alone.
    """

    def __init__(self, database: Database, key: SigningKey, pool: RenderingPool) -> None:
        self._database = database
        self._key = key
        self._pool = pool
        self._turn = asyncio.Lock()

    async def make(self, source: Source, kinds: Sequence[str]) -> None:
        """One source at a time: a repeated event finds the documents of the first and renders nothing.

        Raises what the first failed document failed with.
        """
        async with self._turn:
            await self._make_missing(source, kinds)

    async def _make_missing(self, source: Source, kinds: Sequence[str]) -> None:
        async with self._database.writing() as connection:
            kept = await store.kept_kinds(connection, source)
            missing = [kind for kind in kinds if kind not in kept]
            await self._note(connection, source, missing, "waiting")
        if not missing:
            return
        try:
            content = (await fetch_internal(source.url, self._key)).content
        except Exception as error:
            await self._fail(source, missing, error)
            raise
        results = await asyncio.gather(
            *(self._make_one(source, kind, content) for kind in missing), return_exceptions=True
        )
        for failure in results:
            if failure is not None:
                raise failure

    async def _make_one(self, source: Source, kind: str, content: bytes) -> None:
        try:
            async with self._database.writing() as connection:
                await store.lock_issuance(connection, source.period, kind)
                await self._note(connection, source, [kind], "rendering")
                issuance = await store.read_issuance(connection, source.period, kind)
            rendered = await self._pool.render(kind, content, source.digest, issuance)
            async with self._database.writing() as connection:
                await keep_document(connection, rendered, source)
        except Exception as error:
            await self._fail(source, [kind], error)
            raise

    async def _fail(self, source: Source, kinds: Sequence[str], error: Exception) -> None:
        async with self._database.writing() as connection:
            await self._note(connection, source, kinds, "failed", said(error))

    async def _note(
        self, connection: Writing, source: Source, kinds: Sequence[str], state: str, reason: str = ""
    ) -> None:
        for kind in kinds:
            await store.note_run(connection, source, kind, state, reason)


def said(error: Exception) -> str:
    """What the progress shows, in Vietnamese; the delivery keeps the technical words.

    >>> said(DomainError("upstream_unavailable", {"url": "http://scoring/internal/results/1"}))
    'Chưa lấy được dữ liệu từ http://scoring/internal/results/1; hãy thử lại.'
    >>> said(MemoryError())
    'Hệ thống gặp lỗi khi lập tài liệu và sẽ tự thử lại.'
    """
    if not isinstance(error, DomainError) or error.code not in CATALOGUE:
        return "Hệ thống gặp lỗi khi lập tài liệu và sẽ tự thử lại."
    problem = ProblemReply(CATALOGUE[error.code], dict(error.params)).body("vi")
    return " ".join([problem["detail"], *(fault.detail for fault in error.faults)])


def subscriptions(
    database: Database, key: SigningKey, pool: RenderingPool | None = None
) -> list[AnySubscription]:
    making = Making(database, key, pool or RenderingPool())

    async def make_edition(event: PeriodFinalized) -> None:
        source = Source(event.period, event.edition, event.digest, event.url)
        await making.make(source, EDITION_KINDS)

    async def make_minutes(event: CampaignHandedOver) -> None:
        await making.make(Source(event.period, 0, event.digest, event.url), [HANDOVER_KIND])

    async def all_kept(_connection: Writing, _event: object, _prepared: None) -> None:
        """Every document was kept when it was made: only the delivery is left to be set done."""

    return [
        Subscription(PeriodFinalized, make_edition, all_kept),
        Subscription(CampaignHandedOver, make_minutes, all_kept),
    ]
