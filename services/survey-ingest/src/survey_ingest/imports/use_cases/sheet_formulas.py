"""Formulas of a worksheet that have no value: an error, or never computed; a reader would see empty cells."""

import io
import posixpath
import re
import zipfile
from collections.abc import Iterable, Iterator
from typing import IO
from xml.etree.ElementTree import Element, fromstring

_BLOCK = 8 * 1024 * 1024
_AT = rb'<c\b(?=[^>]*\br="(?P<cell>[A-Z]{1,3}[0-9]{1,7})")'
_ERROR = re.compile(_AT + rb'[^>]*\bt="e"')
# A formula that gives an empty text has the type «str».
_UNCOMPUTED = re.compile(
    _AT + rb'(?![^>]*\bt="str")[^>]*>\s*<f\b(?:[^>]*/>|[^>]*>[^<]*</f>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>'
)


def formula_without_value(content: bytes, names: Iterable[str]) -> str:
    """Why the sheets of these names cannot be trusted, in Vietnamese; empty when they can."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = _parts(archive)
        for name in names:
            with archive.open(parts[name]) as part:
                if told := _first(part):
                    return f"{told} ở trang «{name}»: hãy tính lại bảng, hoặc dán giá trị thay cho công thức"
    return ""


def _first(part: IO[bytes]) -> str:
    for piece in _pieces(part):
        if b't="e"' in piece and (found := _ERROR.search(piece)):
            return f"công thức lỗi tại ô {found['cell'].decode()}"
        if b"<f" in piece and (found := _UNCOMPUTED.search(piece)):
            return f"công thức chưa có giá trị tại ô {found['cell'].decode()}"
    return ""


def _pieces(part: IO[bytes]) -> Iterator[bytes]:
    """The part in pieces that begin where a cell does."""
    rest = b""
    while block := part.read(_BLOCK):
        block = rest + block
        cut = max(block.rfind(b"<c "), 0) or len(block)
        rest = block[cut:]
        yield block[:cut]
    yield rest


def _parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Sheet name → its part of the archive."""
    links = {
        link.get("Id"): posixpath.join("xl", link.get("Target", "")).lstrip("/")
        for link in _read(archive, "xl/_rels/workbook.xml.rels").iterfind("{*}Relationship")
    }
    return {
        sheet.get("name", ""): links[value]
        for sheet in _read(archive, "xl/workbook.xml").iterfind("{*}sheets/{*}sheet")
        for key, value in sheet.attrib.items()
        if key.endswith("}id")
    }


def _read(archive: zipfile.ZipFile, name: str) -> Element:
    return fromstring(archive.read(name))  # noqa: S314 — this process has little memory and time
