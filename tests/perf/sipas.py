"""The SIPAS line: a file of 100.000 × 30 through API and worker until its bag is sealed, beside COPY.

The yardstick copies the same rows, ready-made ballots, into a table with the keys and checks that ballots have.
Ours reads them out of an uploaded file, checks, stages, books, counts and seals them.
"""

import asyncio
import csv
import io
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import count, islice
from pathlib import Path
from statistics import median
from uuid import uuid4

import asyncpg

from tests.perf.neighbour import UNITS
from tests.perf.survey_servers import Survey, running_survey
from tests.perf.verdict import Line, interleaved

ROWS, QUESTIONS = 100_000, 28
SHARE_BOUND, MEMORY_BOUND = 0.25, 300
PAIRS = 5
COLUMNS = (
    *("campaign_id", "id", "serial", "batch", "questionnaire", "respondent_group", "unit", "answers"),
    *("status", "reason", "digest", "entry_mode", "clerk", "accepted_at"),
)
_NAMES = [(unit.code, unit.name, unit.short_name) for unit in UNITS.units]


@dataclass(frozen=True)
class Run:
    """One file: seconds until its ballots are stored and until they are counted, and the worker's memory."""

    stored: float
    counted: float
    megabytes: float


def measure(home: Path, pairs: int = PAIRS) -> list[Line]:
    numbers = count()
    with running_survey(home) as survey:
        _import(survey, numbers, 1000)
        found = interleaved(pairs, partial(_import, survey, numbers, ROWS), partial(_copy, survey, numbers))
    shares = [copied / run.counted for run, copied in found]
    run, copied = (median(side) for side in zip(*((ours.counted, bare) for ours, bare in found), strict=True))
    stored = median(ours.stored for ours, _ in found)
    return [
        Line(
            "a SIPAS file, COPY's rows a second against ours",
            [1 / share for share in shares],
            1 / SHARE_BOUND,
            note=f"{ROWS / run:,.0f} rows/s to {ROWS / copied:,.0f}; {median(shares):.2f} of COPY;"
            f" stored {stored:.1f} s, sealed and counted {run - stored:.1f} s",
        ),
        Line(
            "a SIPAS file, the worker's memory over idle",
            [ours.megabytes for ours, _ in found],
            MEMORY_BOUND,
            "MB",
        ),
    ]


def rows_of(prefix: str, rows: int) -> Iterator[list[str]]:
    """The header, then rows as offices write them: units by code, name and short name, some answers blank."""
    yield ["Số phiếu", "Đơn vị", *(f"q{number:02}" for number in range(1, QUESTIONS + 1))]
    draw = random.Random(prefix)
    marks = ["1", "2", "3", "4", "4", "5", "5", ""]
    for number in range(rows):
        unit = _NAMES[number % len(_NAMES)]
        yield [f"{prefix}-{number:06}", unit[number % 3], *draw.choices(marks, k=QUESTIONS)]


def _import(survey: Survey, numbers: Iterator[int], rows: int) -> Run:
    number = next(numbers)
    campaign = survey.open_campaign(f"dot-{number}", QUESTIONS)
    content = io.StringIO(newline="")
    csv.writer(content).writerows(rows_of(f"S{number}", rows))
    sent = content.getvalue().encode()
    campaign.issue("tui-1", rows)
    with survey.worker_memory() as memory:
        started = time.perf_counter()
        outcome = campaign.import_file(sent, {"Số phiếu": "serial", "Đơn vị": "unit"})
        stored = time.perf_counter() - started
        if outcome["valid"] + outcome["invalid"] != rows:
            raise RuntimeError(f"{outcome}")
        campaign.seal("tui-1", rows)
        counted = time.perf_counter() - started
    return Run(stored, counted, memory())


def _copy(survey: Survey, numbers: Iterator[int]) -> float:
    """Seconds that COPY takes for the same rows, as ballots, into a table with the keys that ballots have."""
    campaign, office, now = uuid4(), "sps", datetime.now(UTC)
    ballots = [
        (
            *(campaign, uuid4(), row[0], "tui-1", "sipas", "nguoi-dan", row[1]),
            [int(cell or 0) for cell in row[2:]],
            *("valid", None, f"sha256:{row[0]:0>64}", "import", office, now),
        )
        for row in islice(rows_of(f"S{next(numbers)}", ROWS), 1, None)
    ]
    return asyncio.run(_copy_records(survey.admin_url, ballots))


async def _copy_records(url: str, ballots: list[tuple[object, ...]]) -> float:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("DROP TABLE IF EXISTS bare_ballot")
        await connection.execute("CREATE TABLE bare_ballot (LIKE survey.ballot INCLUDING ALL)")
        started = time.perf_counter()
        await connection.copy_records_to_table("bare_ballot", records=ballots, columns=COLUMNS)
        return time.perf_counter() - started
    finally:
        await connection.close()
