"""A workbook held against its bounds and opened by a child; a file made to unfold is refused."""

import asyncio
import io
import sys
import zipfile
import zlib
from dataclasses import dataclass

from parindex.workbooks.child import REFUSED, UNREADABLE

_TOO_LARGE, _NO_WORKBOOK = "tệp chứa quá nhiều dữ liệu", "không phải tệp XLSX, hoặc tệp hỏng"
_MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much a workbook may be: its bytes, its parts unpacked and their number, seconds of waiting."""

    largest: int
    largest_unpacked: int
    most_parts: int
    patience: int  # when the machine is busy; the child's own limit is of CPU time


class WorkbookRefusedError(Exception):
    """The file is no workbook or too much of one; the message says in Vietnamese which."""


def check_archive(content: bytes, bounds: Bounds) -> None:
    """Sizes as the archive names them, before anything is opened: one that lies ends the child that opens it.

    Raises WorkbookRefusedError.
    """
    if len(content) > bounds.largest:
        raise WorkbookRefusedError(f"tệp lớn hơn {bounds.largest // _MEGABYTE} MB")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, zlib.error, ArithmeticError, RuntimeError, ValueError, OSError) as error:
        raise WorkbookRefusedError(_NO_WORKBOOK) from error
    if len(parts) > bounds.most_parts or sum(part.file_size for part in parts) > bounds.largest_unpacked:
        raise WorkbookRefusedError(_TOO_LARGE)


async def open_apart(content: bytes, child: str, bounds: Bounds) -> bytes:
    """What the child, a module by its name, prints of the workbook. Raises WorkbookRefusedError."""
    await asyncio.to_thread(check_archive, content, bounds)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",
        "-m",
        child,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(bounds.patience):
            printed, _ = await process.communicate(content)
    except TimeoutError:
        raise WorkbookRefusedError(_TOO_LARGE) from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode == REFUSED:
        raise WorkbookRefusedError(printed.decode())
    if process.returncode:
        raise WorkbookRefusedError(_NO_WORKBOOK if process.returncode == UNREADABLE else _TOO_LARGE)
    return printed
