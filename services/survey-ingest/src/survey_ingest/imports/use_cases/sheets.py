"""An XLSX file as the CSV it stands for; a file made to unfold is refused before or while it is opened."""

import asyncio

from parindex.workbooks.opening import Bounds, WorkbookRefusedError, check_archive, open_apart
from survey_ingest.imports.domain.sources import file_fault
from survey_ingest.imports.use_cases import sheet_child

BOUNDS = Bounds(largest=64 * 1024 * 1024, largest_unpacked=512 * 1024 * 1024, most_parts=500, patience=180)
_TURN = asyncio.Semaphore(1)


def check_workbook(content: bytes) -> None:
    """Its sizes, before anything of it is opened. Raises DomainError `import_invalid`."""
    try:
        check_archive(content, BOUNDS)
    except WorkbookRefusedError as refused:
        raise file_fault("workbook_refused", str(refused)) from refused


async def unfold(content: bytes) -> bytes:
    """The first filled worksheet as CSV. Raises DomainError `import_invalid`."""
    try:
        async with _TURN:
            return await open_apart(content, sheet_child.__name__, BOUNDS)
    except WorkbookRefusedError as refused:
        raise file_fault("workbook_refused", str(refused)) from refused
