"""XLSX files: numbers are numbers, text stays text, headers stay in sight, the same bytes twice."""

import io
import zipfile
from datetime import date
from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest

from report_gen.documents.domain.annex_workbook import annex_workbook
from report_gen.documents.domain.issuance import Issuance
from report_gen.rendering.blocks import Cell, Figure, Sheet, SheetColumn, SheetRow, Workbook
from report_gen.rendering.sheet_names import sheet_names
from report_gen.rendering.xlsx import render_xlsx
from tests.unit.report import report_factory as made

S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def part(content: bytes, name: str) -> ET.Element:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return ET.fromstring(archive.read(name))


def cells(content: bytes, number: int = 1) -> dict[str, str | Decimal | None]:
    """Values by reference, read back without a spreadsheet program."""
    strings = [
        "".join(text.text or "" for text in item.iter(f"{S}t"))
        for item in part(content, "xl/sharedStrings.xml").iter(f"{S}si")
    ]
    found: dict[str, str | Decimal | None] = {}
    for cell in part(content, f"xl/worksheets/sheet{number}.xml").iter(f"{S}c"):
        value = cell.find(f"{S}v")
        shown = None if value is None else value.text or ""
        is_text = cell.get("t") == "s"
        found[cell.get("r") or ""] = (
            shown if shown is None else strings[int(shown)] if is_text else Decimal(shown)
        )
    return found


def book_of(
    *rows: tuple[Cell, ...], columns: int = 2, name: str = "A1", footer: str = "lần công bố 1"
) -> Workbook:
    titles = tuple(SheetColumn(f"Cột {number}", 12) for number in range(columns))
    only = Sheet(
        name=name, title="Biểu", columns=titles, rows=tuple(SheetRow(row) for row in rows), notes=("Ghi chú",)
    )
    return Workbook(
        title="Tập biểu", file_stem="bieu", author="UBND", day=date(2023, 3, 1), footer=footer, sheets=(only,)
    )


@pytest.fixture(scope="module")
def rendered() -> bytes:
    return render_xlsx(annex_workbook(made.result(), made.DIGEST, Issuance()))


def test_numbers_stay_numbers_with_vietnamese_separators() -> None:
    content = render_xlsx(book_of((Figure(Decimal("89.996"), 3), 1620)))
    assert cells(content)["A3"] == Decimal("89.996")
    assert cells(content)["B3"] == Decimal(1620)
    formats = {item.get("formatCode") for item in part(content, "xl/styles.xml").iter(f"{S}numFmt")}
    assert formats == {"[$-42A]#,##0.00#", "[$-42A]#,##0"}


@pytest.mark.parametrize(
    "text", ["=1+1", "+84", "-2", "@SUM(A1)", "{=A1}", "http://a.vn", " =cmd|'/c calc'!A1", "007"]
)
def test_text_never_becomes_a_formula_a_link_or_a_number(text: str) -> None:
    content = render_xlsx(book_of((text, "x")))
    assert cells(content)["A3"] == text
    xml = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in xml
    assert "<hyperlink" not in xml


def test_text_that_looks_like_a_formula_is_quoted_for_later_editing() -> None:
    styles = zipfile.ZipFile(io.BytesIO(render_xlsx(book_of(("=1+1", "x"))))).read("xl/styles.xml").decode()
    assert 'quotePrefix="1"' in styles


def test_headers_stay_in_sight_and_return_on_every_page(rendered: bytes) -> None:
    page = part(rendered, "xl/worksheets/sheet1.xml")
    pane = page.find(f"{S}sheetViews/{S}sheetView/{S}pane")
    assert pane is not None
    assert (pane.get("state"), pane.get("ySplit"), pane.get("xSplit")) == ("frozen", "2", "2")
    setup = page.find(f"{S}pageSetup")
    assert setup is not None
    assert (setup.get("paperSize"), setup.get("orientation"), setup.get("fitToHeight")) == (
        "9",
        "landscape",
        "0",
    )
    names = {item.text for item in part(rendered, "xl/workbook.xml").iter(f"{S}definedName")}
    assert "'Xếp hạng A'!$2:$2" in names
    assert "'Xếp hạng A'!$A$1:$L$8" in names


def test_the_same_workbook_gives_the_same_bytes(rendered: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.time", lambda: 1_900_000_000.0)
    assert render_xlsx(annex_workbook(made.result(), made.DIGEST, Issuance())) == rendered
    with zipfile.ZipFile(io.BytesIO(rendered)) as archive:
        assert archive.testzip() is None
        assert "2023-02-28T00:00:00Z" in archive.read("docProps/core.xml").decode()


def test_every_page_says_what_it_was_made_from(rendered: bytes) -> None:
    footer = part(rendered, "xl/worksheets/sheet7.xml").find(f"{S}headerFooter/{S}oddFooter")
    assert footer is not None
    assert footer.text == f"&L&8 Kỳ đánh giá 2022, lần công bố 1, {made.DIGEST}&R&8 &P/&N"


@pytest.mark.parametrize("cut", [0, 1, 2, 3, 200])
def test_a_footer_of_any_length_and_with_ampersands_holds(cut: int) -> None:
    content = render_xlsx(book_of(("x", "y"), footer="&" * cut + "2022 & A1 " * 60))
    footer = part(content, "xl/worksheets/sheet1.xml").find(f"{S}headerFooter/{S}oddFooter")
    assert footer is not None
    assert footer.text is not None
    assert len(footer.text) <= 255
    said = footer.text.removeprefix("&L&8 ").removesuffix("&R&8 &P/&N")
    assert "&" not in said.replace("&&", "")


def test_any_text_holds() -> None:
    name = "Sở <&>\x00\x0b\ud800\u202e" + "Ệ" * 40_000
    found = cells(render_xlsx(book_of((name, "x"), name="[a]:*?/\\'" + "Ệ" * 60)))["A3"]
    assert isinstance(found, str)
    assert found.startswith("Sở <&> Ệ")
    assert len(found) == 32_767


def test_an_empty_sheet_and_a_sheet_of_one_column_hold() -> None:
    assert cells(render_xlsx(book_of()))["A2"] == "Cột 0"
    assert cells(render_xlsx(book_of(("x",), columns=1)))["A3"] == "x"


def test_sheet_names_are_legal_and_distinct() -> None:
    long = "Ệ" * 40
    names = sheet_names([long, long.lower(), "History", "", "a/b", "A B"])
    assert len({name.lower() for name in names}) == 6
    assert all(0 < len(name) <= 31 for name in names)
    assert not [name for name in names if set(name) & set("[]:*?/\\")]


def test_a_note_stands_under_the_title_and_in_the_footer_of_every_sheet() -> None:
    book = annex_workbook(made.result(), made.DIGEST, Issuance(note="Số liệu minh họa"))
    content = render_xlsx(book)
    for number, sheet in enumerate(book.sheets, start=1):
        place = "A3" if sheet.subtitle else "A2"
        assert cells(content, number)[place] == "(Số liệu minh họa)"
        footer = part(content, f"xl/worksheets/sheet{number}.xml").find(f".//{S}oddFooter")
        assert footer is not None
        assert "Số liệu minh họa. Kỳ đánh giá 2022" in (footer.text or "")
