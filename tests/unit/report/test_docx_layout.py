"""DOCX files follow Nghị định 30/2020/NĐ-CP, come out the same twice and hold whatever text they are given."""

import io
import zipfile
from dataclasses import replace
from datetime import date
from xml.etree import ElementTree as ET

import docx
import pytest
from docx.section import Section

from report_gen.documents.domain.annual_report import annual_report
from report_gen.documents.domain.handover_minutes import handover_minutes
from report_gen.documents.domain.issuance import Issuance
from report_gen.rendering.blocks import (
    Column,
    Document,
    Heading,
    Letterhead,
    PageBreak,
    Paragraph,
    Run,
    Signature,
    Table,
)
from report_gen.rendering.docx import MOTTO, NATION, render_docx
from tests.unit.report import report_factory as made

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@pytest.fixture(scope="module")
def rendered() -> bytes:
    return render_docx(
        annual_report(made.result(), made.DIGEST, Issuance(number="27/BC-UBND", day=date(2023, 3, 1)))
    )


def part(content: bytes, name: str) -> ET.Element:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return ET.fromstring(archive.read(name))


def body(content: bytes) -> ET.Element:
    return part(content, "word/document.xml")


def words(element: ET.Element) -> str:
    return "".join(text.text or "" for text in element.iter(f"{W}t"))


def size_in_mm(section: Section) -> tuple[int, int]:
    assert section.page_width is not None
    assert section.page_height is not None
    return round(section.page_width.mm), round(section.page_height.mm)


def document_of(*blocks: object) -> Document:
    return Document(
        kind="report",
        title="Báo cáo",
        file_stem="bao-cao",
        author="UBND",
        day=date(2023, 3, 1),
        footer="lần công bố 1",
        blocks=blocks,  # type: ignore[arg-type]
    )


def test_pages_are_a4_with_the_margins_of_the_decree(rendered: bytes) -> None:
    section = docx.Document(io.BytesIO(rendered)).sections[0]
    assert size_in_mm(section) == (210, 297)
    sides = [section.top_margin, section.bottom_margin, section.left_margin, section.right_margin]
    assert [round(side.mm) for side in sides if side is not None] == [20, 20, 30, 15]


def test_page_numbers_stand_in_the_top_margin_from_page_two(rendered: bytes) -> None:
    section = docx.Document(io.BytesIO(rendered)).sections[0]
    assert section.different_first_page_header_footer
    assert not section.first_page_header.paragraphs[0].text
    number = section.header.paragraphs[0]
    assert "PAGE" in number._p.xml
    assert number.alignment == 1  # centred


def test_every_page_says_what_it_was_made_from(rendered: bytes) -> None:
    for section in docx.Document(io.BytesIO(rendered)).sections:
        for footer in (section.first_page_footer, section.footer):
            assert footer.paragraphs[0].text == f"Kỳ đánh giá 2022, lần công bố 1, {made.DIGEST}"


def test_one_font_for_every_script(rendered: bytes) -> None:
    styles = {
        style.get(f"{W}styleId"): style for style in part(rendered, "word/styles.xml").iter(f"{W}style")
    }
    for name in ("Normal", "Heading1", "Heading2", "Header", "Footer"):
        (fonts,) = styles[name].iter(f"{W}rFonts")
        assert {key.removeprefix(W): value for key, value in fonts.attrib.items()} == dict.fromkeys(
            ("ascii", "hAnsi", "cs", "eastAsia"), "Times New Roman"
        )
        (size,) = styles[name].iter(f"{W}sz")
        assert size.get(f"{W}val") == "28"


def test_body_text_is_justified_and_indented(rendered: bytes) -> None:
    paragraph = next(
        item for item in docx.Document(io.BytesIO(rendered)).paragraphs if item.text.startswith("UBND tỉnh")
    )
    assert paragraph.paragraph_format.first_line_indent is not None
    assert round(paragraph.paragraph_format.first_line_indent.cm, 2) == 1.27
    assert paragraph.style is not None
    assert paragraph.style.paragraph_format.alignment == 3


def test_quoc_hieu_and_tieu_ngu_stand_above_a_line(rendered: bytes) -> None:
    head = next(body(rendered).iter(f"{W}tbl"))
    paragraphs = [words(paragraph) for paragraph in head.iter(f"{W}p")]
    assert NATION in paragraphs
    assert MOTTO in paragraphs
    assert sum(1 for _ in head.iter(f"{W}pBdr")) == 2
    assert "Số: 27/BC-UBND" in paragraphs


def test_table_headers_return_on_every_page_and_rows_never_split(rendered: bytes) -> None:
    tables = [
        table for table in body(rendered).iter(f"{W}tbl") if table.find(f"{W}tblPr/{W}tblBorders") is not None
    ]
    assert len(tables) == 6  # two of ballots, two rankings, two annexes
    for table in tables:
        rows = table.findall(f"{W}tr")
        assert rows[0].find(f"{W}trPr/{W}tblHeader") is not None
        assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in rows)
        grid = [column.get(f"{W}w") for column in table.findall(f"{W}tblGrid/{W}gridCol")]
        for row in rows:
            assert [width.get(f"{W}w") for width in row.iter(f"{W}tcW")] == grid


def test_annexes_lie_on_their_side_and_count_their_own_pages(rendered: bytes) -> None:
    sections = docx.Document(io.BytesIO(rendered)).sections
    assert len(sections) == 3
    for section in list(sections)[1:]:
        assert size_in_mm(section) == (297, 210)
        (numbering,) = section._sectPr.findall(f"{W}pgNumType")
        assert numbering.get(f"{W}start") == "1"


def test_headings_are_styled_and_stay_with_their_text(rendered: bytes) -> None:
    document = docx.Document(io.BytesIO(rendered))
    headings = [
        item for item in document.paragraphs if item.style is not None and item.style.name == "Heading 2"
    ]
    assert headings[0].text.startswith("I. CÔNG TÁC TRIỂN KHAI")
    assert headings[0].style.paragraph_format.keep_with_next  # type: ignore[union-attr]


def test_the_same_document_gives_the_same_bytes(rendered: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.time", lambda: 1_900_000_000.0)
    issued = Issuance(number="27/BC-UBND", day=date(2023, 3, 1))
    assert render_docx(annual_report(made.result(), made.DIGEST, issued)) == rendered
    with zipfile.ZipFile(io.BytesIO(rendered)) as archive:
        assert archive.testzip() is None
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    core = docx.Document(io.BytesIO(rendered)).core_properties
    assert core.created is not None
    assert core.created.date() == date(2023, 3, 1)


def test_any_text_is_printed_as_text() -> None:
    name = "Sở <b>&amp;\"'</w:t>\x00\x0b\ud800\u202e {{ x }} =1+1 " + "Ệ" * 300
    content = render_docx(
        document_of(
            Letterhead((name,), (name,), "Số: 1", "Hải Dương", "BÁO CÁO", name, draft=True),
            Heading(2, name, "I."),
            Paragraph((Run(name), Run(name, bold=True)), "bullet"),
            Table(name, (Column(name, 1), Column("", 1)), ((name, name), (name, ""))),
            PageBreak(),
            Signature("", name, (name,)),
        )
    )
    shown = words(body(content))
    assert "Sở <b>&amp;\"'</w:t>" in shown
    assert "Ệ" * 300 in shown
    assert not {"\x00", "\x0b", "\ud800", "\u202e"} & set(shown)
    assert "DỰ THẢO" in shown


def test_names_of_300_letters_make_a_report() -> None:
    long = "Sở " + "Rất dài " * 40
    result = made.result()
    named = replace(result.units[0], name=long.strip(), short_name=long.strip()[3:], head_title="")
    report = annual_report(replace(result, units=(named, *result.units[1:])), made.DIGEST, Issuance())
    assert long.strip() in words(body(render_docx(report)))


def test_empty_documents_tables_and_signatures_hold() -> None:
    content = render_docx(
        document_of(
            Table("", (Column("Một", 0),), ()),
            Paragraph(()),
            Signature("", "", ()),
        )
    )
    assert docx.Document(io.BytesIO(content)).tables


def test_the_minutes_are_signed_by_both_parties() -> None:
    content = render_docx(handover_minutes(made.handover(), made.DIGEST, Issuance(symbol="BB-SNV")))
    shown = words(body(content))
    assert "ĐẠI DIỆN BÊN GIAO" in shown
    assert "ĐẠI DIỆN BÊN NHẬN" in shown
    assert "(Ký, ghi rõ họ tên, đóng dấu)" in shown


def test_a_note_stands_under_the_abstract_and_in_the_footer() -> None:
    note = "Số liệu minh họa"
    content = render_docx(annual_report(made.result(), made.DIGEST, Issuance(note=note)))
    opened = docx.Document(io.BytesIO(content))
    shown = [paragraph.text for paragraph in opened.paragraphs if paragraph.text]
    assert shown[0] == "BÁO CÁO"
    assert shown[2] == f"({note})"
    for section in opened.sections:
        for footer in (section.first_page_footer, section.footer):
            assert footer.paragraphs[0].text.startswith(f"{note}. Kỳ đánh giá 2022")
