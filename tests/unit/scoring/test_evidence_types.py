"""Evidence is judged by what it is: hostile files are refused with the reason, sound ones told apart."""

import contextlib
import io
import struct
import time
import zipfile
import zlib
from collections.abc import Callable
from datetime import date

import pytest

from parindex.kernel.errors import DomainError
from scoring_api.assessment.domain import evidence, evidence_archive, evidence_content, evidence_pdf
from scoring_api.assessment.domain.evidence import (
    EvidenceFacts,
    ending_faults,
    flags,
    name_faults,
    room_faults,
)
from scoring_api.assessment.domain.evidence_content import media_type_of

TYPES = "[Content_Types].xml"
WORD, EXCEL = "word/document.xml", "xl/workbook.xml"
PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n"


def archive(*names: str, **contents: bytes) -> bytes:
    """An archive of these parts; `contents` by the name's last word before its dot."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as made:
        for name in names:
            made.writestr(name, contents.get(name.rsplit("/", 1)[-1].split(".")[0], b"<x/>"))
    return held.getvalue()


def png(width: int = 2, height: int = 2, tail: bytes = b"") -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 6)) + chunk(b"IEND", b"") + tail


def encrypted() -> bytes:
    """An archive whose first part says that it is encrypted."""
    made = bytearray(archive(TYPES, WORD))
    made[6] |= 1
    directory = made.index(b"PK\x01\x02")
    made[directory + 8] |= 1
    return bytes(made)


def lying() -> bytes:
    """An archive whose directory says a part unfolds to nothing much, which it does not."""
    made = bytearray(archive(TYPES, WORD, document=bytes(3_000_000)))
    directory = made.rindex(b"PK\x01\x02")
    made[directory + 24 : directory + 28] = struct.pack("<I", 10)
    return bytes(made)


def packed(content: bytes, *, how: bytes = b"/Filter /FlateDecode", times: int = 1) -> bytes:
    """A PDF with objects packed in a stream."""
    stream = b"3 0 " + content
    for _ in range(times):
        stream = zlib.compress(stream)
    head = b"<< /Type /ObjStm /N 1 /First 4 %s /Length %d >>" % (how, len(stream))
    return b"%PDF-1.7\n1 0 obj\n" + head + b"\nstream\r\n" + stream + b"\nendstream\nendobj\n%%EOF\n"


def refusal(content: bytes) -> tuple[str, str]:
    """Code and reason."""
    with pytest.raises(DomainError) as caught:
        media_type_of(io.BytesIO(content))
    assert caught.value.code == "evidence_refused"
    return caught.value.faults[0].code, str(caught.value.params["reason"])


@pytest.mark.parametrize(
    ("content", "ending"),
    [
        (archive(TYPES, WORD), "wordprocessingml.document"),
        (archive(TYPES, EXCEL), "spreadsheetml.sheet"),
        (PDF, "pdf"),
        (packed(b"<< /Type /Page >>"), "pdf"),
        (packed(b"<< /Type /Page >>", how=b"", times=0), "pdf"),
        (PDF.replace(b"/Catalog", b"/Catalog /Lang (/Encryption) /EncryptMetadata true"), "pdf"),
        (PDF.replace(b"/Catalog", b"/Catalog /Lang (/JavaScripting)"), "pdf"),
        (png(), "png"),
        (b"\xff\xd8\xff\xe0 jpeg \xff\xd9 what a camera adds", "jpeg"),
    ],
)
def test_an_allowed_type_is_told_apart(content: bytes, ending: str) -> None:
    assert media_type_of(io.BytesIO(content)).endswith(ending)


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "file_empty"),
    "program": (lambda: b"MZ\x90\x00", "type_unknown"),
    "page": (lambda: b"<html><script>", "type_unknown"),
    "picture of lines": (lambda: b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", "type_unknown"),
    "old office or locked": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "file_locked"),
    "words of an archive": (lambda: b"PK\x03\x04 [Content_Types].xml word/ <script>", "file_damaged"),
    "no types": (lambda: archive(WORD), "type_unknown"),
    "program in an archive": (lambda: archive(TYPES, "ke-hoach.exe"), "type_unknown"),
    "words in a part": (lambda: archive("a.txt", a=b"[Content_Types].xml word/document.xml"), "type_unknown"),
    "macro": (lambda: archive(TYPES, WORD, "word/vbaProject.bin"), "macro"),
    "macro, capitals": (lambda: archive(TYPES, WORD, "word/VBAPROJECT.BIN"), "macro"),
    "macro sheet": (lambda: archive(TYPES, EXCEL, "xl/macrosheets/sheet1.xml"), "macro"),
    "macro by its type": (
        lambda: archive(TYPES, WORD, **{"[Content_Types]": b"application/vnd.ms-word.document.macroEnabled.main+xml"}),
        "macro",
    ),
    "template from outside": (
        lambda: archive(
            TYPES, WORD, "word/_rels/settings.xml.rels",
            settings=b'<Relationship Type="http://x/attachedTemplate" Target="https://ac.example/m.dotm" TargetMode="External"/>',
        ),
        "loads_from_outside",
    ),
    "cut archive": (lambda: archive(TYPES, WORD)[:-30], "file_damaged"),
    "encrypted archive": (encrypted, "file_locked"),
    "lying archive": (lying, "file_damaged"),
    "way out": (lambda: archive(TYPES, WORD, "../../etc/cron.d/x"), "path_inside"),
    "way out, windows": (lambda: archive(TYPES, WORD, "..\\..\\x"), "path_inside"),
    "absolute way": (lambda: archive(TYPES, WORD, "/etc/passwd"), "path_inside"),
    "bomb": (lambda: archive(TYPES, WORD, document=bytes(60_000_000)), "unfolds_too_large"),
    "PDF with an archive": (lambda: PDF + archive(TYPES, WORD), "two_types"),
    "picture with an archive": (lambda: png(tail=archive("a.class")), "two_types"),
    "archive with a PDF": (lambda: b"PK\x03\x04" + PDF + archive(TYPES, WORD), "two_types"),
    "picture with a PDF": (lambda: b"\xff\xd8\xff" + PDF, "two_types"),
    "picture with more": (lambda: png(tail=b"<script>"), "file_damaged"),
    "picture of a whole city": (lambda: png(60_000, 60_000), "unfolds_too_large"),
    "cut picture": (lambda: png()[:-5], "file_damaged"),
    "cut PDF": (lambda: PDF[:-7], "file_damaged"),
    "PDF with JavaScript": (lambda: PDF.replace(b">>", b"/OpenAction << /S /JavaScript /JS (x) >> >>"), "script_inside"),
    "PDF with hidden JavaScript": (lambda: PDF.replace(b">>", b"/AA << /S /J#61vaScri#70t >> >>"), "script_inside"),
    "PDF with packed JavaScript": (lambda: packed(b"<< /S /JavaScript /JS (app.alert) >>"), "script_inside"),
    "PDF with JavaScript packed twice": (
        lambda: packed(b"<< /S /JavaScript >>", how=b"/Filter [/FlateDecode /FlateDecode]", times=2),
        "packed_strangely",
    ),
    "PDF with JavaScript packed in letters": (
        lambda: packed(b"x", times=0, how=b"/Filter /ASCIIHexDecode").replace(b"3 0 x", b"332030203C3C2F4A>"),
        "packed_strangely",
    ),
    "locked PDF": (lambda: PDF.replace(b"%%EOF", b"trailer << /Encrypt 5 0 R >>\n%%EOF"), "file_locked"),
    "locked PDF, spelt otherwise": (lambda: PDF.replace(b"%%EOF", b"trailer << /#45ncr#79pt<<>> >>\n%%EOF"), "file_locked"),
    "locked PDF, its objects unreadable": (
        lambda: packed(b"x", times=2).replace(
            b"%%EOF", bytes(evidence_pdf.BLOCK) + b"2 0 obj << /Type /XRef /Encrypt 5 0 R >>\n%%EOF"
        ),
        "file_locked",
    ),
    "PDF that starts a program": (lambda: PDF.replace(b">>", b"/OpenAction << /S /Launch /F (cmd) >> >>"), "launches_programs"),
    "PDF with JavaScript far inside": (
        lambda: PDF[:20] + bytes(evidence_pdf.BLOCK - 25) + b" /JavaScript " + bytes(1_000_000) + PDF[20:],
        "script_inside",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_with_its_reason(name: str) -> None:
    make, code = HOSTILE[name]
    found, reason = refusal(make())
    assert found == code, reason
    assert reason


def test_bounds_hold_whatever_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    large = archive(TYPES, WORD, document=bytes(2_000_000))
    assert media_type_of(io.BytesIO(large))
    monkeypatch.setattr(evidence_archive, "LARGEST_UNPACKED", 1_000_000)
    assert refusal(large)[0] == "unfolds_too_large"
    many = archive(TYPES, WORD, *(f"word/media/{number}.txt" for number in range(10)))
    monkeypatch.setattr(evidence_archive, "MOST_PARTS", 8)
    assert refusal(many)[0] == "unfolds_too_large"
    monkeypatch.setattr(evidence_content, "LARGEST", len(PDF) - 1)
    assert refusal(PDF)[0] == "file_too_large"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("../../etc/passwd.pdf", "name_with_path"),
        ("C:\\Windows\\x.pdf", "name_with_path"),
        ("/etc/x.pdf", "name_with_path"),
        ("ke-hoach\u202efdp.exe.pdf", "name_with_hidden_characters"),
        ("ke-hoach\r\nSet-Cookie: x.pdf", "name_with_hidden_characters"),
        ("...", "name_missing"),
        ("", "name_missing"),
        ("a" * 201 + ".pdf", "name_too_long"),
    ],
)
def test_a_name_is_a_plain_name(name: str, code: str) -> None:
    assert code in {fault.code for fault in name_faults(name)}


@pytest.mark.parametrize("name", ["Kế hoạch số 42-KH (bản ký).pdf", "ANH.JPEG", "bảng số liệu.v2.xlsx"])
def test_a_plain_name_passes(name: str) -> None:
    assert not name_faults(name)


@pytest.mark.parametrize(
    ("name", "media_type", "fits"),
    [
        ("a.pdf", "application/pdf", True),
        ("a.PDF", "application/pdf", True),
        ("a.jpeg", "image/jpeg", True),
        ("a.pdf.exe", "application/pdf", False),
        ("a.docx", "application/pdf", False),
        ("a", "application/pdf", False),
    ],
)
def test_a_name_ends_as_its_content_says(name: str, media_type: str, fits: bool) -> None:
    assert (not ending_faults(name, media_type)) is fits


def test_a_unit_has_room_to_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence, "LARGEST_OF_UNIT", 100)
    monkeypatch.setattr(evidence, "MOST_OF_UNIT", 3)
    assert not room_faults(40, 60, 2)
    assert [fault.code for fault in room_faults(41, 60, 2)] == ["no_room_left"]
    assert [fault.code for fault in room_faults(41, 60, 3)] == ["too_many_files", "no_room_left"]


def test_flags_are_seen_when_reading() -> None:
    def of(day: str | None, **known: object) -> list[str]:
        facts = EvidenceFacts(title="x", issued_on=date.fromisoformat(day) if day else None)
        return [flag.code for flag in flags(facts, 2022, **{"referenced": True, **known})]  # type: ignore[arg-type]

    assert of("2022-01-01") == of("2022-12-31") == of(None) == []
    assert of("2021-12-31") == of("2023-01-01") == ["dated_outside"]
    assert of(None, referenced=False, also_under=2) == ["unreferenced", "used_elsewhere"]


def test_no_file_makes_looking_into_it_long() -> None:
    """What would take minutes by a careless search: it runs beside the requests of others."""
    full = 4 * 1024 * 1024
    empty = b"/ObjStm stream\n" + zlib.compress(b"")
    for filling in (b"/ObjStm", b"/", empty, b"/J#61vaScrip", b"/#45ncryp"):
        began = time.process_time()
        with contextlib.suppress(DomainError):  # some of it is refused, which must not take long either
            media_type_of(io.BytesIO(b"%PDF-1.7\n" + filling * (full // len(filling)) + b"%%EOF"))
        assert time.process_time() - began < 4
