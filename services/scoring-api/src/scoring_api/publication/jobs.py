"""A finished document is listed with its edition."""

from parindex.bus import Subscription
from parindex.bus.subscriptions import AnySubscription
from parindex.contracts.events import DocumentReady
from parindex.db import Writing
from scoring_api.publication import store


def subscriptions() -> list[AnySubscription]:
    async def nothing_to_prepare(event: DocumentReady) -> None:
        del event

    async def list_document(connection: Writing, event: DocumentReady, _prepared: None) -> None:
        await store.insert_document(connection, event)

    return [Subscription(DocumentReady, nothing_to_prepare, list_document)]
