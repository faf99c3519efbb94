"""PDF looked into, as far as that is cheap: cut short, or with actions that run when it is opened."""

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


def pdf_fault(file: BinaryIO) -> Fault | None:
    """Why a PDF is refused; None for one that ends and starts nothing.

    Objects packed in streams are unfolded, up to a bound; what is encrypted or packed in rarer ways is not
    seen: this keeps out what is common, it proves nothing.
    """
    size = file.seek(0, 2)
    file.seek(max(0, size - _TAIL))
    if b"%%EOF" not in file.read():
        return Fault("/file", "file_damaged", "tệp PDF bị cắt cụt")
    looked, inflated = 0, 0
    for start in range(0, size, BLOCK):
        file.seek(start)
        block = file.read(BLOCK + _OVERLAP)
        if fault := _action_fault(block):
            return fault
        for place in _packed(block):
            looked += 1
            if looked > _MOST_PACKED or inflated >= _MOST_INFLATED:
                break
            content = _unfolded(block, place, _MOST_INFLATED - inflated)
            inflated += len(content)
            if fault := _action_fault(content):
                return fault
    return None


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
    """Where packed objects begin, of those that are announced in the block itself; 0 for an empty promise."""
    place = block.find(b"/ObjStm")
    while 0 <= place < BLOCK:
        stream = block.find(b"stream", place, place + _NEAR)
        feed = block[stream + 6 : stream + 7] == b"\n"
        yield 0 if stream < 0 else stream + len(b"stream\r\n") - feed
        place = block.find(b"/ObjStm", place + 1 if stream < 0 else stream)


def _unfolded(block: bytes, start: int, most: int) -> bytes:
    """The packed objects that begin there; nothing when they are packed in another way."""
    try:
        return zlib.decompressobj().decompress(block[start : start + _PACKED_BYTES], most)
    except zlib.error:
        return b""
