"""An XLSX file as sheets of cells; a file made to unfold is refused before or while it is opened."""

import asyncio
import io
import json
import sys
import zipfile
import zlib
from datetime import date
from decimal import Decimal
from typing import Any

from parindex.kernel.errors import DomainError, Fault
from scoring_api.frameworks.domain.table import Cell, Sheet
from scoring_api.frameworks.domain.table_reading import read_definition_sheets
from scoring_api.frameworks.use_cases import workbook_child

LARGEST = 5 * 1024 * 1024
LARGEST_UNPACKED = 64 * 1024 * 1024
MOST_PARTS = 500
_TOO_LARGE, _NO_WORKBOOK = "tệp chứa quá nhiều dữ liệu", "không phải tệp XLSX, hoặc tệp hỏng"
_PATIENCE = 60  # seconds, when the machine is busy; the child's own limit is of CPU time
_TURN = asyncio.Semaphore(2)


async def read_definition(content: bytes) -> tuple[dict[str, Any], tuple[Fault, ...]]:
    """The definition a workbook holds, and its faults by sheet, row and column.

    Raises DomainError `workbook_refused`.
    """
    return await asyncio.to_thread(read_definition_sheets, await read_workbook(content))


async def read_workbook(content: bytes) -> list[Sheet]:
    """Every worksheet with its cells. Raises DomainError `workbook_refused`."""
    await asyncio.to_thread(check_archive, content)
    async with _TURN:
        code, printed = await _read_apart(content)
    if code == workbook_child.UNREADABLE:
        raise DomainError("workbook_refused", {"reason": _NO_WORKBOOK})
    if code:
        raise DomainError("workbook_refused", {"reason": _TOO_LARGE})
    sheets = json.loads(printed)
    return [Sheet(sheet["title"], tuple(tuple(map(_cell, row)) for row in sheet["rows"])) for sheet in sheets]


def check_archive(content: bytes) -> None:
    """Sizes before anything is opened; the archive's own check shows that the sizes it names are true."""
    if len(content) > LARGEST:
        raise DomainError("workbook_refused", {"reason": f"tệp lớn hơn {LARGEST // 1024 // 1024} MB"})
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            too_large = len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED
            broken = not too_large and archive.testzip() is not None
    except (zipfile.BadZipFile, zlib.error, ArithmeticError, RuntimeError, ValueError, OSError) as error:
        raise DomainError("workbook_refused", {"reason": _NO_WORKBOOK}) from error
    if too_large or broken:
        raise DomainError("workbook_refused", {"reason": _TOO_LARGE if too_large else _NO_WORKBOOK})


async def _read_apart(content: bytes) -> tuple[int, bytes]:
    """Exit code and output of the child that opens the file."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",
        "-m",
        workbook_child.__name__,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(_PATIENCE):
            printed, _ = await child.communicate(content)
    except TimeoutError:
        return workbook_child.TOO_LARGE, b""
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    assert child.returncode is not None
    return child.returncode, printed


def _cell(raw: Any) -> Cell:
    if isinstance(raw, dict):
        return Decimal(raw["number"]) if "number" in raw else date.fromisoformat(raw["day"])
    found: Cell = raw
    return found
