"""What the worker does for this room by the clock: the orphan sweep, a unit of work for each file."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

from parindex.bus.recurring import Recurring
from parindex.db import Database
from parindex.kernel.clocks import system_time
from parindex.telemetry import log
from scoring_api.assessment.store.evidence import known_digests
from scoring_api.assessment.store.files import older_files, remove_file, remove_left_drafts, try_lock

SWEEP_SECONDS = 6 * 3600
ORPHAN_SECONDS = 24 * 3600
_AT_ONCE = 500


def recurring(database: Database, evidence_dir: Path) -> list[Recurring]:
    async def sweep() -> None:
        await sweep_orphans(database, evidence_dir)

    return [Recurring("orphan sweep", SWEEP_SECONDS, sweep)]


async def sweep_orphans(database: Database, folder: Path, seconds: float = ORPHAN_SECONDS) -> int:
    """Remove files older than that without a row, of any unit in any period; how many there were.

    An upload that failed after its file was in place leaves one, and a file that was taken back. Each is
    removed under the lock of its digest, after a second look: an upload of the same bytes either has its row
    by then, or has not looked for the file yet.
    """
    removed, before = 0, system_time() - timedelta(seconds=seconds)
    await asyncio.to_thread(remove_left_drafts, folder, ORPHAN_SECONDS)
    found = await asyncio.to_thread(older_files, folder, seconds)
    for start in range(0, len(found), _AT_ONCE):
        digests = found[start : start + _AT_ONCE]
        async with database.reading() as connection:
            known = await known_digests(connection, digests, before)
        for digest in digests:
            if digest not in known:
                removed += await _remove(database, folder, digest, before)
    if removed:
        log.info("orphans_swept", files=removed)
    return removed


async def _remove(database: Database, folder: Path, digest: str, before: datetime) -> bool:
    async with database.writing() as connection:
        if not await try_lock(connection, digest) or await known_digests(connection, [digest], before):
            return False
        await asyncio.to_thread(remove_file, folder, digest)
        return True
