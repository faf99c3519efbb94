"""The SIPAS line: a file of 100.000 × 30 through API and worker until its bag is sealed, beside COPY.

Ours reads ballots out of an uploaded file, checks, stages, books, counts and seals them. The yardstick copies
the same rows, ready-made ballots. The budget is against COPY into a table with the keys and checks of ballots:
without them a row is no ballot, for it could come twice and would not be found again. COPY into a table
without keys is printed beside it, as is the same file as XLSX.
"""

import asyncio
import csv
import io
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import count, islice
from pathlib import Path
from statistics import median
from uuid import uuid4

import asyncpg
import xlsxwriter

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
    """One file: seconds until its ballots are stored and until they are counted; MB of the worker over idle, of
    the child that opened a workbook.
    """

    stored: float
    counted: float
    megabytes: float
    child: float


@dataclass(frozen=True)
class Copied:
    """Seconds that COPY takes for the same rows, as ballots: into a table with their keys, into one without."""

    keyed: float
    bare: float


def measure(home: Path, pairs: int = PAIRS) -> list[Line]:
    numbers = count()
    with running_survey(home) as survey:
        _import(survey, numbers, 1000)
        found = interleaved(pairs, partial(_import, survey, numbers, ROWS), partial(_copy, survey, numbers))
        workbook = _import(survey, numbers, ROWS, as_workbook)
    runs, copies = zip(*found, strict=True)
    seconds, stored = (median(getattr(run, name) for run in runs) for name in ("counted", "stored"))
    keyed, bare = (median(getattr(copied, name) for copied in copies) for name in ("keyed", "bare"))
    return [
        Line(
            "a SIPAS file, COPY's rows a second against ours",
            [run.counted / copied.keyed for run, copied in found],
            1 / SHARE_BOUND,
            note=f"{ROWS / seconds:,.0f} rows/s to {ROWS / keyed:,.0f}; {keyed / seconds:.2f} of COPY;"
            f" stored {stored:.1f} s, sealed and counted {seconds - stored:.1f} s",
        ),
        Line(
            "a SIPAS file, COPY's without keys against ours",
            [run.counted / copied.bare for run, copied in found],
            None,
            note=f"{ROWS / bare:,.0f} rows/s; {bare / seconds:.2f} of it",
        ),
        Line(
            "a SIPAS file, the worker's memory over idle",
            [run.megabytes for run in runs],
            MEMORY_BOUND,
            "MB",
        ),
        Line(
            "the same file as XLSX, against CSV",
            [workbook.counted / seconds],
            None,
            note=f"{ROWS / workbook.counted:,.0f} rows/s; worker {workbook.megabytes:.0f} MB over idle,"
            f" the child that opens it {workbook.child:.0f} MB",
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


def as_csv(rows: Iterator[list[str]]) -> bytes:
    content = io.StringIO(newline="")
    csv.writer(content).writerows(rows)
    return content.getvalue().encode()


def as_workbook(rows: Iterator[list[str]]) -> bytes:
    """As a spreadsheet saves it: answers are numbers, text stands once in a list of its own."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        page = book.add_worksheet("Phiếu")
        for number, row in enumerate(rows):
            page.write_row(number, 0, [int(cell) if cell.isdigit() else cell for cell in row])
    return content.getvalue()


def _import(
    survey: Survey, numbers: Iterator[int], rows: int, write: Callable[[Iterator[list[str]]], bytes] = as_csv
) -> Run:
    number = next(numbers)
    campaign = survey.open_campaign(f"dot-{number}", QUESTIONS)
    sent = write(rows_of(f"S{number}", rows))
    campaign.issue("tui-1", rows)
    with survey.worker_memory() as memory, survey.child_memory() as child:
        started = time.perf_counter()
        outcome = campaign.import_file(sent, {"Số phiếu": "serial", "Đơn vị": "unit"})
        stored = time.perf_counter() - started
        if outcome["valid"] + outcome["invalid"] != rows:
            raise RuntimeError(f"{outcome}")
        campaign.seal("tui-1", rows)
        counted = time.perf_counter() - started
        return Run(stored, counted, memory(), child())


def _copy(survey: Survey, numbers: Iterator[int]) -> Copied:
    campaign, office, now = uuid4(), "sps", datetime.now(UTC)
    ballots = [
        (
            *(campaign, uuid4(), row[0], "tui-1", "sipas", "nguoi-dan", row[1]),
            [int(cell or 0) for cell in row[2:]],
            *("valid", None, f"sha256:{row[0]:0>64}", "import", office, now),
        )
        for row in islice(rows_of(f"S{next(numbers)}", ROWS), 1, None)
    ]
    keyed, bare = (
        asyncio.run(_copy_records(survey.admin_url, ballots, including)) for including in ("ALL", "STORAGE")
    )
    return Copied(keyed, bare)


async def _copy_records(url: str, ballots: list[tuple[object, ...]], including: str) -> float:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("DROP TABLE IF EXISTS bare_ballot")
        await connection.execute(f"CREATE TABLE bare_ballot (LIKE survey.ballot INCLUDING {including})")
        started = time.perf_counter()
        await connection.copy_records_to_table("bare_ballot", records=ballots, columns=COLUMNS)
        return time.perf_counter() - started
    finally:
        await connection.close()
