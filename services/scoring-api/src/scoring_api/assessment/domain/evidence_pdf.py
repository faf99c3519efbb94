"""PDF looked into, as far as that is cheap: cut short, or with actions that run when it is opened."""

import re
import zlib
from typing import BinaryIO

from parindex.kernel.errors import Fault

_TAIL = 4096
_BLOCK, _OVERLAP = 4 * 1024 * 1024, 1024 * 1024
_MOST_INFLATED = 32 * 1024 * 1024
"""Bounds of the search: memory of one block, and bytes of packed objects unfolded in one file."""


def _name(word: str) -> bytes:
    """A PDF name in any of its spellings: each letter may stand as its hexadecimal code."""
    letters = "".join(f"(?:{letter}|#{ord(letter):02x}|#{ord(letter):02X})" for letter in word)
    return f"/{letters}(?![A-Za-z0-9_])".encode()


_ACTIONS = re.compile(b"(?P<script>" + _name("JavaScript") + b")|(?P<launch>" + _name("Launch") + b")")
_PACKED = re.compile(_name("ObjStm") + rb"[^\x00]{0,2000}?stream\r?\n")
_SAID = {
    "script": ("script_inside", "PDF chứa mã JavaScript"),
    "launch": ("launches_programs", "PDF chứa lệnh chạy chương trình khác"),
}


def pdf_fault(file: BinaryIO) -> Fault | None:
    """Why a PDF is refused; None for one that ends and starts nothing.

    Objects packed in streams are unfolded, up to a bound; what is encrypted or packed in rarer ways is not
    seen: this keeps out what is common, it proves nothing.
    """
    size = file.seek(0, 2)
    file.seek(max(0, size - _TAIL))
    if b"%%EOF" not in file.read():
        return Fault("/file", "file_damaged", "tệp PDF bị cắt cụt")
    left = _MOST_INFLATED
    for start in range(0, size, _BLOCK):
        file.seek(start)
        block = file.read(_BLOCK + _OVERLAP)
        if fault := _action(block):
            return fault
        for packed in _PACKED.finditer(block, 0, _BLOCK + _TAIL):
            inflated = _inflated(block, packed.end(), left)
            left -= len(inflated)
            if fault := _action(inflated):
                return fault
    return None


def _action(content: bytes) -> Fault | None:
    found = _ACTIONS.search(content)
    if found is None or found.lastgroup is None:
        return None
    code, said = _SAID[found.lastgroup]
    return Fault("/file", code, said)


def _inflated(block: bytes, start: int, most: int) -> bytes:
    """The packed objects that begin there; nothing when they are packed in another way."""
    if most <= 0:
        return b""
    try:
        return zlib.decompressobj().decompress(block[start : start + _OVERLAP], most)
    except zlib.error:
        return b""
