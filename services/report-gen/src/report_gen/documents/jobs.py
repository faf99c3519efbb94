"""What makes documents begin: a finalized period, a handed-over campaign."""

import asyncio
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context

from parindex.auth.tokens import SigningKey
from parindex.bus import Subscription
from parindex.bus.subscriptions import AnySubscription
from parindex.contracts.events import CampaignHandedOver, PeriodFinalized
from parindex.db import Database, Writing
from parindex.http.client import fetch_internal
from report_gen.documents import store
from report_gen.documents.use_cases import (
    EDITION_KINDS,
    HANDOVER_KIND,
    Rendered,
    keep_document,
    render,
)


@cache
def _pool() -> ProcessPoolExecutor:
    """Rendering is CPU work: in processes of its own the worker's heartbeat goes on."""
    return ProcessPoolExecutor(max_workers=2, mp_context=get_context("spawn"))


class Rendering:
    """Renders the documents of one event, noting the progress of each."""

    def __init__(self, database: Database, key: SigningKey) -> None:
        self._database = database
        self._key = key

    async def of_edition(self, event: PeriodFinalized) -> list[Rendered]:
        content = (await fetch_internal(event.url, self._key)).content
        return list(
            await asyncio.gather(
                *(
                    self._one(kind, content, event.digest, event.period, event.edition)
                    for kind in EDITION_KINDS
                )
            )
        )

    async def of_handover(self, event: CampaignHandedOver) -> Rendered:
        content = (await fetch_internal(event.url, self._key)).content
        return await self._one(HANDOVER_KIND, content, event.digest, event.period, 0)

    async def _one(self, kind: str, content: bytes, digest: str, period: str, edition: int) -> Rendered:
        async with self._database.writing() as connection:
            await store.note_run(connection, period, edition, kind, "rendering")
            issuance = await store.read_issuance(connection, period, kind)
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(_pool(), render, kind, content, digest, issuance)
        except Exception as error:
            async with self._database.writing() as connection:
                await store.note_run(connection, period, edition, kind, "failed", str(error))
            raise


def subscriptions(database: Database, key: SigningKey, base_url: str) -> list[AnySubscription]:
    rendering = Rendering(database, key)

    async def keep_edition(connection: Writing, event: PeriodFinalized, made: list[Rendered]) -> None:
        for rendered in made:
            await keep_document(
                connection, rendered, period=event.period, edition=event.edition, source=event.digest,
                base_url=base_url,
            )  # fmt: skip

    async def keep_minutes(connection: Writing, event: CampaignHandedOver, made: Rendered) -> None:
        await keep_document(
            connection, made, period=event.period, edition=0, source=event.digest, base_url=base_url
        )

    return [
        Subscription(PeriodFinalized, rendering.of_edition, keep_edition),
        Subscription(CampaignHandedOver, rendering.of_handover, keep_minutes),
    ]
