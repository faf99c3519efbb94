"""An XLSX file as sheets of cells; a file made to unfold is refused before or while it is opened."""

import asyncio
import json
from datetime import date
from decimal import Decimal
from typing import Any

from parindex.kernel.errors import DomainError, Fault
from parindex.workbooks.opening import Bounds, WorkbookRefusedError, open_apart
from scoring_api.frameworks.domain.table import Cell, Sheet
from scoring_api.frameworks.domain.table_reading import read_definition_sheets
from scoring_api.frameworks.use_cases import workbook_child

BOUNDS = Bounds(largest=5 * 1024 * 1024, largest_unpacked=64 * 1024 * 1024, most_parts=500, patience=60)
_TURN = asyncio.Semaphore(2)


async def read_definition(content: bytes) -> tuple[dict[str, Any], tuple[Fault, ...]]:
    """The definition a workbook holds, and its faults by sheet, row and column.

    Raises DomainError `workbook_refused`.
    """
    return await asyncio.to_thread(read_definition_sheets, await read_workbook(content))


async def read_workbook(content: bytes) -> list[Sheet]:
    """Every worksheet with its cells. Raises DomainError `workbook_refused`."""
    try:
        async with _TURN:
            printed = await open_apart(content, workbook_child.__name__, BOUNDS)
    except WorkbookRefusedError as refused:
        raise DomainError("workbook_refused", {"reason": str(refused)}) from refused
    sheets = json.loads(printed)
    return [Sheet(sheet["title"], tuple(tuple(map(_cell, row)) for row in sheet["rows"])) for sheet in sheets]


def _cell(raw: Any) -> Cell:
    if isinstance(raw, dict):
        return Decimal(raw["number"]) if "number" in raw else date.fromisoformat(raw["day"])
    found: Cell = raw
    return found
