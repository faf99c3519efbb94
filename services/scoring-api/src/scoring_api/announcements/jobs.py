"""The one writer of serials: the worker numbers what was announced, moments after its commit."""

from parindex.bus.recurring import Recurring
from parindex.db import Database
from scoring_api.announcements.store import number_announcements

EVERY_SECONDS = 0.5
CHUNK = 1000


def recurring(database: Database) -> list[Recurring]:
    async def number() -> None:
        while True:
            async with database.writing() as connection:
                if await number_announcements(connection, CHUNK) < CHUNK:
                    return

    return [Recurring("number_announcements", EVERY_SECONDS, number)]
