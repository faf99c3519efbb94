"""Evidence bytes on disk, by content: written, flushed, renamed into place before their row exists.

Who keeps bytes and who sweeps orphans away meet at one lock a digest, held to the end of the transaction:
bytes that a row is about to speak of are never swept.
"""

import asyncio
import errno
import hashlib
import os
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISREG
from typing import BinaryIO

from sqlalchemy import func, select

from parindex.db import Writing
from parindex.kernel.errors import DomainError

_CHUNK = 1024 * 1024
_DRAFTS = ".drafts"
_FOLDER_NAME = 2
_PREFIX = "sha256:"
_FULL = {errno.ENOSPC, errno.EDQUOT}


@dataclass(frozen=True, slots=True)
class Draft:
    """A file on its way in: its bytes under a name of their own, flushed to the disk."""

    path: Path
    digest: str
    bytes: int


def path_of(folder: Path, digest: str) -> Path:
    name = digest.removeprefix(_PREFIX)
    return folder / name[:_FOLDER_NAME] / name


def write_draft(folder: Path, source: BinaryIO) -> Draft:
    """The source copied chunk by chunk into the folder, hashed on the way, flushed to the disk.

    Raises DomainError `storage_full`.
    """
    drafts = folder / _DRAFTS
    drafts.mkdir(parents=True, exist_ok=True)
    path, hashed, size = drafts / secrets.token_hex(16), hashlib.sha256(), 0
    source.seek(0)
    try:
        with path.open("xb") as file:
            while chunk := source.read(_CHUNK):
                hashed.update(chunk)
                size += len(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
    except BaseException as error:
        discard_draft(path)
        if isinstance(error, OSError) and error.errno in _FULL:
            raise DomainError("storage_full") from error
        raise
    return Draft(path, f"{_PREFIX}{hashed.hexdigest()}", size)


def discard_draft(path: Path) -> None:
    """Nothing is left of a draft that was not kept."""
    path.unlink(missing_ok=True)


async def keep_file(connection: Writing, folder: Path, draft: Draft) -> None:
    """The draft under its digest, durable before this returns; the same bytes lie once.

    The digest stays locked until the transaction ends: by then its row is there, or it is an orphan.
    """
    await connection.execute(select(func.pg_advisory_xact_lock(_lock_of(draft.digest))))
    await asyncio.to_thread(_place, path_of(folder, draft.digest), draft.path)


def _place(target: Path, draft: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.exists():
        draft.replace(target)
    for folder in (target.parent, target.parent.parent):
        directory = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)


def _lock_of(digest: str) -> int:
    """A key of PostgreSQL's advisory locks: the first 64 bits of the digest."""
    return int.from_bytes(bytes.fromhex(digest.removeprefix(_PREFIX)[:16]), signed=True)


async def try_lock(connection: Writing, digest: str) -> bool:
    """Whether nobody else keeps these bytes just now; then nobody begins to before the transaction ends."""
    row = await connection.execute(select(func.pg_try_advisory_xact_lock(_lock_of(digest))))
    return bool(row.scalar())


def older_files(folder: Path, seconds: float) -> list[str]:
    """Digests of the files that have lain there for so long."""
    return [
        f"{_PREFIX}{path.name}"
        for path in _older(folder, seconds)
        if len(path.parent.name) == _FOLDER_NAME and path.name.startswith(path.parent.name)
    ]


def remove_left_drafts(folder: Path, seconds: float) -> None:
    """Drafts so old that the process which wrote them is gone."""
    for path in _older(folder, seconds):
        if path.parent.name == _DRAFTS:
            path.unlink(missing_ok=True)


def _older(folder: Path, seconds: float) -> Iterator[Path]:
    before = time.time() - seconds
    for path in sorted(folder.glob("*/*")):
        try:
            found = path.stat()
        except FileNotFoundError:
            continue  # kept or discarded meanwhile
        if S_ISREG(found.st_mode) and found.st_mtime <= before:
            yield path


def remove_file(folder: Path, digest: str) -> None:
    path_of(folder, digest).unlink(missing_ok=True)
