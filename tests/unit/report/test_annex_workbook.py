"""The annex workbook: a sheet a unit with the whole tree, overviews first, figures that add up."""

from dataclasses import replace
from decimal import Decimal
from operator import attrgetter

from report_gen.documents.domain.annex_workbook import annex_workbook
from report_gen.documents.domain.issuance import Issuance
from report_gen.documents.domain.unit_sheet import printed_points
from report_gen.rendering.blocks import Figure, Sheet, Workbook
from tests.unit.report import report_factory as made


def workbook(result: object = None) -> Workbook:
    return annex_workbook(result or made.result(), made.DIGEST, Issuance())  # type: ignore[arg-type]


def sheet(book: Workbook, name: str) -> Sheet:
    return next(found for found in book.sheets if found.name == name)


def test_overviews_come_first_then_a_sheet_a_unit_by_form() -> None:
    assert [found.name for found in workbook().sheets] == [
        "Xếp hạng A",
        "Xếp hạng B",
        "Lĩnh vực A",
        "Lĩnh vực B",
        "Phiếu điều tra",
        "Kiểm điểm",
        *("A1", "A3", "A4", "A5", "A9", "A10"),
        *("B1", "B2", "B3", "B4", "B5"),
    ]


def test_a_unit_sheet_prints_the_whole_tree() -> None:
    rows = sheet(workbook(), "A9").rows
    assert [row.cells[0] for row in rows] == [
        "I",
        "1",
        "1.1",
        "3",
        "3.1",
        "3.1.1",
        "3.1.2",
        "3.2",
        "3.3",
        "II",
        "",
    ]
    assert [row.style for row in rows[:4]] == ["group", "area", "body", "area"]
    assert rows[6].cells[7] == "Thiếu tài liệu kiểm chứng"
    assert rows[6].indent == 3
    assert rows[8].cells[5:] == (None, None, "Không phát sinh")
    assert rows[1].cells[6] == Figure(Decimal("100.00"), 2)
    assert rows[-1].cells[5:7] == (Figure(Decimal("75.30"), 2), Figure(Decimal("75.30"), 2))
    notes = sheet(workbook(), "A9").notes
    assert notes[0] == "Chỉ số CCHC: 75,30% điểm tối đa áp dụng; xếp hạng: 6/6."
    assert notes[1] == "Nhóm điểm: dưới 80%. Xếp loại người đứng đầu: Hoàn thành nhiệm vụ."
    assert notes[2] == "Phải tổ chức kiểm điểm: lĩnh vực Cải cách thủ tục hành chính (66,10%)."


def test_the_leaves_of_an_area_add_up_to_what_the_area_prints() -> None:
    """Three leaves of 15.6714333… round to 47.013 one by one; the area prints 47,014."""
    points = printed_points(made.departments()[0], attrgetter("points"))
    leaves = [points["I/3/3.1/3.1.1"], points["I/3/3.1/3.1.2"], points["I/3/3.2"]]
    assert points["I/3"] == Decimal("47.014")
    assert sum(leaf for leaf in leaves if leaf is not None) == Decimal("47.014")
    assert points["I/3/3.1"] == Decimal("31.343")
    assert points["I/3/3.3"] is None


def test_the_areas_of_a_group_add_up_to_what_the_group_prints() -> None:
    """Two areas of 30.2504 and 30.2504 round to 60.500; their group prints 60,501."""
    leaves = tuple(
        made.leaf(key, key, points, source=source)
        for key, points, source in (
            ("I", "60.5008", ""),
            ("I/1", "30.2504", ""),
            ("I/1/1.1", "10.1252", "documents"),
            ("I/1/1.2", "20.1252", "documents"),
            ("I/3", "30.2504", ""),
            ("I/3/3.1", "30.2504", "documents"),
        )
    )
    points = printed_points(replace(made.departments()[0], leaves=leaves), attrgetter("points"))
    assert {key: str(value) for key, value in points.items()} == {
        "I": "60.501",
        "I/1": "30.251",
        "I/1/1.1": "10.126",
        "I/1/1.2": "20.125",
        "I/3": "30.250",
        "I/3/3.1": "30.250",
    }


def test_rank_groups_are_named_by_their_place() -> None:
    result = made.result()
    units = tuple(
        replace(unit, rank_group="so" if unit.name.startswith("Sở") else "khac") for unit in result.units[:6]
    )
    book = workbook(replace(result, frameworks=result.frameworks[:1], units=units))
    assert {row.cells[3] for row in sheet(book, "Xếp hạng A").rows} == {
        "Nhóm xếp hạng thứ nhất",
        "Nhóm xếp hạng thứ hai",
    }
    assert "xếp hạng: 3/2 trong nhóm xếp hạng thứ hai." in sheet(book, "A1").notes[0]


def test_rankings_keep_numbers_as_numbers() -> None:
    row = sheet(workbook(), "Xếp hạng A").rows[1].cells
    assert row[0] == 2
    assert row[5] == Figure(Decimal("89.996"), 3)
    assert (row[6], row[7]) == (5, 3)


def test_areas_and_reviews_and_ballots() -> None:
    book = workbook()
    assert sheet(book, "Lĩnh vực A").rows[0].cells[2:] == (
        Figure(Decimal("100.00"), 2),
        Figure(Decimal("82.48"), 2),
        Figure(Decimal("87.72"), 2),
        Figure(Decimal("93.13"), 2),
    )
    assert sheet(book, "Kiểm điểm").rows[0].cells == (
        1,
        "Ban Quản lý các khu công nghiệp tỉnh",
        "Cải cách thủ tục hành chính",
        Figure(Decimal("69.997"), 3),
        Figure(Decimal("75.00"), 2),
        2,
    )
    ballots = sheet(book, "Phiếu điều tra").rows
    assert ballots[-1].cells == ("Tổng cộng", "", 2476, 2454, 22, 3)


def test_nothing_to_list_reads_properly() -> None:
    result = made.result()
    quiet = tuple(replace(unit, reviews=()) for unit in result.units)
    book = workbook(replace(result, units=quiet, survey=None))
    assert sheet(book, "Kiểm điểm").notes == (
        "Không có cơ quan, đơn vị nào thuộc diện phải tổ chức kiểm điểm.",
    )
    assert not sheet(book, "Phiếu điều tra").rows
    assert sheet(book, "Phiếu điều tra").notes


def test_a_unit_without_an_index_has_its_sheet() -> None:
    result = made.result()
    none = replace(
        result.units[5], rank=None, percent="", points="0", applicable_max="0", band="", leaves=(), areas=()
    )
    book = workbook(replace(result, units=(*result.units[:5], none)))
    assert sheet(book, "A9").notes[0] == "Chỉ số CCHC: –% điểm tối đa áp dụng; xếp hạng: không xếp hạng."
    assert len(sheet(book, "A9").rows) == 1
