"""What the worker does with contact data by the clock: deleting what is due, encrypting under the new key."""

from parindex.bus.recurring import Recurring
from parindex.db import Database
from survey_ingest.respondents.store.encryption import Keyring
from survey_ingest.respondents.use_cases import close_contacts_anew, delete_due_contacts

CHUNK = 500
EVERY_SECONDS = 600.0


def recurring(database: Database, ring: Keyring | None) -> list[Recurring]:
    """The work of this room; a chunk is one transaction, so that nobody waits for a long one."""

    async def delete_due() -> None:
        while True:
            async with database.writing() as connection:
                if await delete_due_contacts(connection, CHUNK) < CHUNK:
                    return

    async def close_anew() -> None:
        while ring is not None and ring.former:
            async with database.writing() as connection:
                if await close_contacts_anew(connection, ring, CHUNK) < CHUNK:
                    return

    return [
        Recurring("delete_due_contacts", EVERY_SECONDS, delete_due),
        Recurring("close_contacts_anew", EVERY_SECONDS, close_anew),
    ]
