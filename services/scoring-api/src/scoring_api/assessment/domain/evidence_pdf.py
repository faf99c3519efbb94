"""PDF looked into, as far as that is cheap: cut short, locked, or with actions that run when it is opened."""

import re
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from parindex.kernel.errors import Fault

BLOCK = 1024 * 1024
_PACKED_BYTES, _NEAR = 256 * 1024, 2048
_OVERLAP = _PACKED_BYTES + 2 * _NEAR
_TAIL = 4096
_MOST_PACKED, _MOST_INFLATED = 5_000, 32 * 1024 * 1024
"""Bounds of the search, so that no file makes it long: streams unfolded, and bytes of them, in one file."""


def _letters(word: str) -> str:
    """A PDF name in any of its spellings: each letter may stand as its hexadecimal code."""
    return "".join(f"(?:{letter}|#{ord(letter):02x}|#{ord(letter):02X})" for letter in word)


# It begins with a plain letter, so that the machine skips to it.
_ACTION = re.compile(f"/(?:({_letters('JavaScript')})|{_letters('Launch')})(?![A-Za-z0-9_])".encode())
_STARTS = (b"/J", b"/L", b"/#")
_LOCK = re.compile(f"/{_letters('Encrypt')}(?![A-Za-z0-9_])".encode())
_LOCK_STARTS = (b"/E", b"/#")
_OBJECTS = re.compile(rb"\s*(?:\d+\s+\d+|$)")
"""How packed objects begin: the first one's number and place; nothing where there is none."""


def pdf_fault(file: BinaryIO) -> Fault | None:
    """Why a PDF is refused; None for one that ends, opens without a password and starts nothing.

    Objects packed in streams are unfolded, up to a bound, and refused when they are packed in ways that only
    hide: this keeps out what is common, it proves nothing.
    """
    size = file.seek(0, 2)
    file.seek(max(0, size - _TAIL))
    if b"%%EOF" not in file.read():
        return Fault("/file", "file_damaged", "tệp PDF bị cắt cụt")
    if any(map(_is_locked, _blocks(file, size))):
        said = "PDF đặt mật khẩu hoặc giới hạn quyền nên có thể không mở được; hãy lưu lại không mật khẩu"
        return Fault("/file", "file_locked", said)
    looked, inflated = 0, 0
    for block in _blocks(file, size):
        if fault := _action_fault(block):
            return fault
        for place in _packed(block):
            looked += 1
            if looked > _MOST_PACKED or inflated >= _MOST_INFLATED:
                break
            content = _unfolded(block, place, _MOST_INFLATED - inflated)
            inflated += len(content)
            if fault := _packing_fault(content) or _action_fault(content):
                return fault
    return None


def _blocks(file: BinaryIO, size: int) -> Iterator[bytes]:
    """The file in pieces that overlap, so that nothing lies across a border."""
    for start in range(0, size, BLOCK):
        file.seek(start)
        yield file.read(BLOCK + _OVERLAP)


def _is_locked(content: bytes) -> bool:
    """What is locked cannot be looked into, and perhaps not be opened by who appraises."""
    return any(start in content for start in _LOCK_STARTS) and _LOCK.search(content) is not None


def _packing_fault(content: bytes) -> Fault | None:
    if _OBJECTS.match(content):
        return None
    return Fault("/file", "packed_strangely", "PDF nén theo cách không kiểm tra được nội dung; hãy lưu lại")


def _action_fault(content: bytes) -> Fault | None:
    if not any(start in content for start in _STARTS):
        return None
    found = _ACTION.search(content)
    if found is None:
        return None
    if found[1]:
        return Fault("/file", "script_inside", "PDF chứa mã JavaScript")
    return Fault("/file", "launches_programs", "PDF chứa lệnh chạy chương trình khác")


def _packed(block: bytes) -> Iterator[int]:
    """Where packed objects begin, of those that are announced in the block itself."""
    place = block.find(b"/ObjStm")
    while 0 <= place < BLOCK:
        stream = block.find(b"stream", place, place + _NEAR)
        if stream >= 0:
            feed = block[stream + 6 : stream + 7] == b"\n"
            yield stream + len(b"stream\r\n") - feed
        place = block.find(b"/ObjStm", place + 1 if stream < 0 else stream)


def _unfolded(block: bytes, start: int, most: int) -> bytes:
    """The packed objects that begin there; as they stand when they are not deflated."""
    packed = block[start : start + _PACKED_BYTES]
    try:
        return zlib.decompressobj().decompress(packed, most)
    except zlib.error:
        return packed
