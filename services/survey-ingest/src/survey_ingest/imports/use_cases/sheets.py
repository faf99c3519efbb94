"""An XLSX file as the CSV it stands for; a file made to unfold is refused before or while it is opened."""

import asyncio
import io
import sys
import zipfile
import zlib

from survey_ingest.imports.domain.sources import file_fault
from survey_ingest.imports.use_cases import sheet_child

LARGEST_UNPACKED = 512 * 1024 * 1024
MOST_PARTS = 500
_TOO_LARGE, _NO_WORKBOOK = "tệp chứa quá nhiều dữ liệu", "không phải tệp XLSX, hoặc tệp hỏng"
_PATIENCE = 180  # seconds, when the machine is busy; the child's own limit is of CPU time
_TURN = asyncio.Semaphore(1)


def check_archive(content: bytes) -> None:
    """Sizes as the archive names them, before anything is opened. Raises DomainError `import_invalid`."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, zlib.error, ArithmeticError, RuntimeError, ValueError, OSError) as error:
        raise file_fault("workbook_refused", _NO_WORKBOOK) from error
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        raise file_fault("workbook_refused", _TOO_LARGE)


async def unfold(content: bytes) -> bytes:
    """The first filled worksheet as CSV. Raises DomainError `import_invalid`."""
    await asyncio.to_thread(check_archive, content)
    async with _TURN:
        code, printed = await _read_apart(content)
    if code:
        raise file_fault("workbook_refused", _NO_WORKBOOK if code == sheet_child.UNREADABLE else _TOO_LARGE)
    return printed


async def _read_apart(content: bytes) -> tuple[int, bytes]:
    """Exit code and output of the child that opens the file; an archive that lies of its sizes kills it."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",
        "-m",
        sheet_child.__name__,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(_PATIENCE):
            printed, _ = await child.communicate(content)
    except TimeoutError:
        return sheet_child.TOO_LARGE, b""
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    assert child.returncode is not None
    return child.returncode, printed
