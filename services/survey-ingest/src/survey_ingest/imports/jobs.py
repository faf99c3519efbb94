"""The worker's part of an import: read and check outside the books, book in the delivery's transaction."""

from parindex.bus import Subscription
from parindex.bus.subscriptions import AnySubscription
from parindex.db import Database
from survey_ingest.imports.use_cases.booking import book_import
from survey_ingest.imports.use_cases.reading import Checked, check_file
from survey_ingest.imports.use_cases.uploading import ImportRequested


def subscriptions(database: Database) -> list[AnySubscription]:
    async def prepare(event: ImportRequested) -> Checked | None:
        return await check_file(database, event)

    return [Subscription(ImportRequested, prepare, book_import)]
