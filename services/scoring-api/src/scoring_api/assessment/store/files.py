"""Evidence bytes on disk, by content: written, flushed, renamed into place before their row exists."""

import asyncio
import os
import secrets
from pathlib import Path

from parindex.kernel.canonical import digest_bytes


def path_of(folder: Path, digest: str) -> Path:
    name = digest.removeprefix("sha256:")
    return folder / name[:2] / name


async def keep_file(folder: Path, content: bytes) -> str:
    """The digest under which the bytes now lie, durable before this returns; the same bytes lie once."""
    return await asyncio.to_thread(_keep, folder, content)


def _keep(folder: Path, content: bytes) -> str:
    digest = digest_bytes(content)
    target = path_of(folder, digest)
    if target.exists():
        return digest
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(target)
    directory = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
    return digest


async def read_file(folder: Path, digest: str) -> bytes:
    return await asyncio.to_thread(path_of(folder, digest).read_bytes)
