"""The worker's part of an import: read and check outside the books, book in the delivery's transaction."""

from parindex.bus import Subscription
from parindex.bus.subscriptions import AnySubscription
from parindex.db import Database
from survey_ingest.imports.use_cases import Checked, ImportRequested, book_import, check_file


def subscriptions(database: Database) -> list[AnySubscription]:
    async def prepare(event: ImportRequested) -> Checked | None:
        return await check_file(database, event)

    return [Subscription(ImportRequested, prepare, book_import)]
