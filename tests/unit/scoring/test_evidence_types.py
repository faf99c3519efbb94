"""Evidence is judged by what it is: an archive by its own directory, the rest by how it begins."""

import io
import zipfile

import pytest

from parindex.kernel.errors import DomainError
from scoring_api.assessment.domain import evidence
from scoring_api.assessment.domain.evidence import detect_type

TYPES = "[Content_Types].xml"


def archive(*names: str, content: bytes = b"<x/>") -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as made:
        for name in names:
            made.writestr(name, content)
    return held.getvalue()


@pytest.mark.parametrize(
    ("content", "ending"),
    [
        (archive(TYPES, "word/document.xml"), "wordprocessingml.document"),
        (archive(TYPES, "xl/workbook.xml"), "spreadsheetml.sheet"),
        (b"%PDF-1.7", "pdf"),
    ],
)
def test_an_allowed_type_is_told_apart(content: bytes, ending: str) -> None:
    assert detect_type(content).endswith(ending)


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04 [Content_Types].xml word/ <script>",
        archive("word/document.xml"),
        archive(TYPES, "ke-hoach.exe"),
        archive("a.txt", content=b"[Content_Types].xml word/document.xml"),
        archive(TYPES, "word/document.xml", "word/vbaProject.bin"),
        archive(TYPES, "word/document.xml", "word/VBAPROJECT.BIN"),
        archive(TYPES, "word/document.xml")[:-30],
        b"",
    ],
)
def test_what_only_looks_like_a_document_is_refused(content: bytes) -> None:
    with pytest.raises(DomainError, match="evidence_refused"):
        detect_type(content)


def test_an_archive_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = archive(TYPES, "word/document.xml", content=bytes(2_000_000))
    assert detect_type(bomb)
    monkeypatch.setattr(evidence, "LARGEST_UNPACKED", 1_000_000)
    with pytest.raises(DomainError, match="evidence_refused"):
        detect_type(bomb)
