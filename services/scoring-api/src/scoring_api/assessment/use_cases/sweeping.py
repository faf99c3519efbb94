"""The orphan sweep: bytes on the disk that no row speaks of are removed, a day after they came."""

import asyncio
from pathlib import Path

from parindex.db import Database
from parindex.telemetry import log
from scoring_api.assessment.store.evidence import known_digests
from scoring_api.assessment.store.files import older_files, remove_file, remove_left_drafts, try_lock

ORPHAN_SECONDS = 24 * 3600
_AT_ONCE = 500


async def sweep_orphans(database: Database, folder: Path, seconds: float = ORPHAN_SECONDS) -> int:
    """Remove files older than that without a row, of any unit in any period; how many there were.

    An upload that failed after its file was in place leaves one. Each is removed under the lock of its
    digest, after a second look: an upload of the same bytes either has its row by then, or has not looked
    for the file yet.
    """
    removed = 0
    await asyncio.to_thread(remove_left_drafts, folder, ORPHAN_SECONDS)
    found = await asyncio.to_thread(older_files, folder, seconds)
    for start in range(0, len(found), _AT_ONCE):
        digests = found[start : start + _AT_ONCE]
        async with database.reading() as connection:
            known = await known_digests(connection, digests)
        for digest in digests:
            if digest not in known:
                removed += await _remove(database, folder, digest)
    if removed:
        log.info("orphans_swept", files=removed)
    return removed


async def _remove(database: Database, folder: Path, digest: str) -> bool:
    async with database.writing() as connection:
        if not await try_lock(connection, digest) or await known_digests(connection, [digest]):
            return False
        await asyncio.to_thread(remove_file, folder, digest)
        return True
