"""What the worker does for this room by the clock."""

from pathlib import Path

from parindex.bus.recurring import Recurring
from parindex.db import Database
from scoring_api.assessment.use_cases.sweeping import sweep_orphans

SWEEP_SECONDS = 6 * 3600


def recurring(database: Database, evidence_dir: Path) -> list[Recurring]:
    async def sweep() -> None:
        await sweep_orphans(database, evidence_dir)

    return [Recurring("orphan sweep", SWEEP_SECONDS, sweep)]
