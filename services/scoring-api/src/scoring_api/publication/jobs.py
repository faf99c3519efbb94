"""What happens beside requests: documents are listed, and an edition whose embargo ends is told of."""

from parindex.bus import Subscription
from parindex.bus.recurring import Recurring
from parindex.bus.subscriptions import AnySubscription
from parindex.contracts.events import DocumentReady
from parindex.db import Database, Writing
from parindex.kernel.clocks import business_time
from scoring_api.announcements.domain import Audience
from scoring_api.announcements.use_cases import announce
from scoring_api.publication.store import documents, editions
from scoring_api.publication.use_cases.editions import announce_edition

EVERY_SECONDS = 1.0


def subscriptions() -> list[AnySubscription]:
    async def nothing_to_prepare(event: DocumentReady) -> None:
        del event

    async def list_document(connection: Writing, event: DocumentReady, _prepared: None) -> None:
        await documents.insert_document(connection, event)
        published = await editions.is_published(connection, event.period, event.edition, business_time())
        said = {
            "document": str(event.document),
            "period": event.period,
            "edition": event.edition,
            "kind": event.kind,
            "title": event.title,
            "url": event.url,
        }
        audience: Audience = "public" if published else "staff"
        await announce(connection, "document.ready", f"{event.period}/{event.edition}", said, audience)

    return [Subscription(DocumentReady, nothing_to_prepare, list_document)]


def recurring(database: Database) -> list[Recurring]:
    async def announce_released() -> None:
        async with database.writing() as connection:
            for period, number in await editions.take_unannounced(connection):
                await announce_edition(connection, period, number)

    return [Recurring("announce_released_editions", EVERY_SECONDS, announce_released)]
