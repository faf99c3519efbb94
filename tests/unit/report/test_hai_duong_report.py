"""The report of the example says what the printed report of 2022 says, without its contradictions."""

from decimal import Decimal
from typing import Any

import pytest

from parindex.contracts.loading import dump_snapshot
from parindex.contracts.snapshots import ResultSnapshot
from report_gen.documents.domain.annex_workbook import annex_workbook
from report_gen.documents.domain.annual_report import annual_report
from report_gen.documents.domain.issuance_data import issuance_of
from report_gen.rendering.blocks import Document, Figure, Letterhead
from tests.unit.report import hai_duong_result as example

DEPARTMENTS, DISTRICTS = "hai-duong-2022-so", "hai-duong-2022-huyen"
PROCEDURES = "lĩnh vực Cải cách thủ tục hành chính"
DIGITAL = "lĩnh vực Xây dựng và phát triển Chính quyền điện tử, Chính quyền số"


@pytest.fixture(scope="module")
def result() -> ResultSnapshot:
    return example.result()


@pytest.fixture(scope="module")
def report(result: ResultSnapshot) -> Document:
    return annual_report(result, dump_snapshot(result)[1], issuance_of(example.EXAMPLE.issuance_body()))


@pytest.fixture(scope="module")
def said(report: Document) -> list[str]:
    return [paragraph.text for paragraph in report.paragraphs()]


@pytest.mark.parametrize(
    "sentence",
    [
        (
            "Nhóm đạt Chỉ số tổng hợp từ 90% trở lên so với điểm tối đa: Có 03 đơn vị (gồm: Sở Giao thông vận tải; "
            "Sở Nội vụ; Sở Khoa học và Công nghệ)."
        ),
        (
            "Nhóm đạt Chỉ số tổng hợp từ 80% đến dưới 90% so với điểm tối đa: Có 14 đơn vị (gồm: Văn phòng UBND tỉnh; "
            "các Sở: Thông tin và Truyền thông, Nông nghiệp và Phát triển nông thôn, Công thương, Giáo dục và Đào "
            "tạo, Văn hoá - Thể thao và Du lịch, Xây dựng, Tài chính, Kế hoạch và Đầu tư, Tài nguyên và Môi trường, "
            "Tư pháp, Lao động - Thương binh và Xã hội; Thanh tra tỉnh; Ban Quản lý các khu công nghiệp tỉnh)."
        ),
        "Nhóm đạt Chỉ số tổng hợp dưới 80% so với điểm tối đa: Có 01 đơn vị (Sở Y tế).",
        (
            "Nhóm đạt Chỉ số tổng hợp từ 90% trở lên so với điểm tối đa: Có 02 đơn vị (gồm: UBND huyện Nam Sách; "
            "UBND huyện Kim Thành)."
        ),
        (
            "Nhóm đạt Chỉ số tổng hợp từ 80% đến dưới 90% so với điểm tối đa: Có 09 đơn vị (gồm: UBND thành phố Chí "
            "Linh; UBND thị xã Kinh Môn; UBND các huyện: Thanh Miện, Gia Lộc, Cẩm Giàng, Ninh Giang, Tứ Kỳ, Bình "
            "Giang; UBND thành phố Hải Dương)."
        ),
        (
            "Nhóm đạt Chỉ số tổng hợp từ 70% đến dưới 80% so với điểm tối đa: Có 01 đơn vị (UBND huyện Thanh Hà)."
        ),
    ],
)
def test_bands_count_and_name_the_units(said: list[str], sentence: str) -> None:
    assert said.count(sentence) == 1


def test_a_band_nobody_printed_and_nobody_is_in_is_not_mentioned(said: list[str]) -> None:
    assert not [text for text in said if "Chỉ số tổng hợp dưới 70%" in text]


@pytest.mark.parametrize(
    "sentence",
    [
        (
            "Nhóm hoàn thành xuất sắc nhiệm vụ: Có 03 trường hợp (gồm: Giám đốc Sở Giao thông Vận tải; Giám đốc Sở "
            "Nội vụ; Giám đốc Sở Khoa học và Công nghệ)."
        ),
        (
            "Nhóm hoàn thành tốt nhiệm vụ: Có 13 trường hợp (gồm: Chánh Văn phòng Ủy ban nhân dân tỉnh; Giám đốc các "
            "Sở: Thông tin và Truyền thông, Nông nghiệp và Phát triển nông thôn, Công thương, Giáo dục và Đào tạo, "
            "Văn hoá - Thể thao và Du lịch, Xây dựng, Tài chính, Kế hoạch và Đầu tư, Tài nguyên và Môi trường, Tư "
            "pháp, Lao động - Thương binh và Xã hội; Chánh Thanh tra tỉnh)."
        ),
        (
            "Nhóm hoàn thành nhiệm vụ: Có 02 trường hợp (gồm: Trưởng Ban Quản lý các khu công nghiệp tỉnh; Giám đốc "
            "Sở Y tế)."
        ),
        (
            "Nhóm hoàn thành xuất sắc nhiệm vụ: Có 02 trường hợp (gồm: Chủ tịch UBND huyện Nam Sách; Chủ tịch UBND "
            "huyện Kim Thành)."
        ),
        (
            "Nhóm hoàn thành tốt nhiệm vụ: Có 08 trường hợp (gồm: Chủ tịch UBND thành phố Chí Linh; Chủ tịch UBND "
            "thị xã Kinh Môn; Chủ tịch UBND các huyện: Thanh Miện, Gia Lộc, Cẩm Giàng, Ninh Giang, Bình Giang; Chủ "
            "tịch UBND thành phố Hải Dương)."
        ),
        (
            "Nhóm hoàn thành nhiệm vụ: Có 02 trường hợp (gồm: Chủ tịch UBND huyện Tứ Kỳ; Chủ tịch UBND huyện Thanh "
            "Hà)."
        ),
    ],
)
def test_heads_are_rated_by_office(said: list[str], sentence: str) -> None:
    assert said.count(sentence) == 1


def test_nobody_failed(said: list[str]) -> None:
    assert said.count("Nhóm không hoàn thành nhiệm vụ: Không có.") == 2


def test_the_counts_are_the_published_ones(report: Document) -> None:
    published: dict[str, Any] = example.EXAMPLE.published
    bands = [len(units) for units in rosters(report, "band")]
    stated = published["classification"]
    assert bands == [
        band["stated_count"] for level in ("departments", "districts") for band in stated[level]["bands"]
    ]
    assert bands == [3, 14, 1, 2, 9, 1]
    groups = published["head_ratings"]["stated"]
    found = [set(units) for units in rosters(report, "rating")]
    assert found == [
        set(row["units"]) for level in ("departments", "districts") for row in groups[level]["groups"]
    ]
    assert [len(units) for units in found] == [3, 13, 2, 0, 2, 8, 2, 0]


def rosters(report: Document, scale: str) -> list[tuple[str, ...]]:
    """The units that the sentences of one scale name, in the order of the text."""
    found = [paragraph.roster for paragraph in report.paragraphs() if paragraph.roster]
    return [roster.units for roster in found if roster.scale == scale]


def test_the_two_heads_an_area_held_back_are_explained(said: list[str]) -> None:
    barred = [text for text in said if "do đó không được xếp ở mức cao hơn" in text]
    assert [text.partition(":")[0] for text in barred] == [
        "Trưởng Ban Quản lý các khu công nghiệp tỉnh",
        "Chủ tịch UBND huyện Tứ Kỳ",
    ]
    assert all(f"nhưng {PROCEDURES} đạt 6" in text and "(dưới 70%)" in text for text in barred)


def test_classes_and_reviews_are_defined_as_decided(said: list[str]) -> None:
    start = said.index(
        "Hoàn thành xuất sắc nhiệm vụ: chỉ số tổng hợp đạt từ 90% trở lên; từng lĩnh vực đều đạt từ 80% trở lên;"
    )
    assert said[start - 1].startswith(
        "Theo Quyết định số 13/2016/QĐ-UBND ngày 17/6/2016 và Quyết định số 29/2018/QĐ-UBND ngày 29/11/2018 của "
        "UBND tỉnh quy định trách nhiệm người đứng đầu"
    )
    assert (
        said[start + 1]
        == "Hoàn thành tốt nhiệm vụ: chỉ số tổng hợp đạt từ 80% đến dưới 90%; từng lĩnh vực đều đạt từ 70% trở lên;"
    )
    assert (
        "Theo Nghị quyết của Ban Thường vụ Tỉnh uỷ năm 2021, cơ quan, đơn vị có một trong 02 lĩnh vực (Cải cách thủ "
        "tục hành chính; Xây dựng và phát triển Chính quyền điện tử, Chính quyền số) đạt dưới 75% phải tổ chức kiểm "
        "điểm."
    ) in said


def test_reviews_name_unit_area_and_those_without_change(said: list[str]) -> None:
    start = said.index("Năm 2022 có 06 cơ quan, đơn vị thuộc diện phải tổ chức kiểm điểm, gồm:")
    assert said[start + 1 : start + 8] == [
        f"Sở Kế hoạch và Đầu tư: {PROCEDURES} (72,50%).",
        f"Sở Lao động - Thương binh và Xã hội: {DIGITAL} (72,00%).",
        f"Ban Quản lý các khu công nghiệp tỉnh: {PROCEDURES} (66,50%, 02 năm liên tiếp).",
        f"Sở Y tế: {PROCEDURES} (64,00%, 02 năm liên tiếp); {DIGITAL} (66,50%, 02 năm liên tiếp).",
        f"UBND huyện Tứ Kỳ: {PROCEDURES} (67,00%).",
        f"UBND huyện Thanh Hà: {PROCEDURES} (61,50%); {DIGITAL} (60,00%).",
        (
            "Trong đó, cơ quan, đơn vị không có chuyển biến sau kiểm điểm, phải kiểm điểm từ 02 năm liên tiếp trở "
            "lên: Có 02 đơn vị (gồm: Ban Quản lý các khu công nghiệp tỉnh; Sở Y tế)."
        ),
    ]


def test_moves_of_rank_are_the_published_ones(said: list[str], result: ResultSnapshot) -> None:
    moves = " ".join(text for text in said if text.startswith("So với năm 2021, khối "))
    names = {unit.code: unit.name for unit in result.units}
    changes = example.EXAMPLE.published["rank_changes"]
    for verb, rows in (("tăng", changes["up"]), ("giảm", changes["down"])):
        for row in rows:
            assert f"{names[row['unit']]} ({verb} {row['places']:02d} bậc)" in moves
    assert "Sở Giáo dục và Đào tạo (tăng 07 bậc) (*); Sở Nội vụ (tăng 03 bậc) (*);" in moves
    assert "UBND huyện Tứ Kỳ (giảm 05 bậc) (*); UBND huyện Thanh Hà (giảm 04 bậc) (*). (*) Thứ hạng" in moves


def test_ballots_and_windows_are_the_published_ones(said: list[str], report: Document) -> None:
    text = "\n".join(said)
    assert "Tổng số phiếu điều tra theo kế hoạch là 2.476 phiếu" in text
    assert "Thực hiện Kế hoạch số 3685/KH-UBND ngày 16/12/2022 và Kế hoạch số 3686/KH-UBND" in text
    headings = [heading.text for heading in report.headings()]
    assert "Điều tra về công tác CCHC đối với các sở, ban, ngành tỉnh: 760 phiếu" in headings
    assert "Điều tra về công tác CCHC đối với UBND các huyện, thị xã, thành phố: 1.716 phiếu" in headings
    for target in example.EXAMPLE.published["survey"]["targets"]:
        for group in target["groups"]:
            count = group["ballots_printed"]
            assert any(each.startswith("Lấy ý kiến của") and f": {count} phiếu" in each for each in said), (
                group
            )
    assert "Tự đánh giá, chấm điểm: từ ngày 25/12/2022 đến 24 giờ ngày 10/01/2023;" in said
    assert "Thẩm định: từ ngày 11/01/2023 đến 24 giờ ngày 16/01/2023." in said


def test_chapters_follow_each_other_where_the_printed_report_skipped_one(report: Document) -> None:
    chapters = [heading.number for heading in report.headings() if heading.level <= 2]
    assert chapters == ["Phần thứ nhất", "I.", "II.", "III.", "IV.", "V.", "Phần thứ hai", "I.", "II."]


def test_the_head_and_the_forms_are_those_of_the_report(report: Document, said: list[str]) -> None:
    head = report.blocks[0]
    assert isinstance(head, Letterhead)
    assert head.number == "Số: 27/BC-UBND"
    assert head.place_and_date == "Hải Dương, ngày 01 tháng 3 năm 2023"
    assert any("từ biểu số A1 đến A18" in text and "từ biểu số B1 đến B12" in text for text in said)


def test_every_unit_has_its_sheet_in_the_annex(result: ResultSnapshot) -> None:
    book = annex_workbook(result, dump_snapshot(result)[1], issuance_of({}))
    names = [sheet.name for sheet in book.sheets]
    assert names[-30:] == [*(f"A{n}" for n in range(1, 19)), *(f"B{n}" for n in range(1, 13))]
    (office,) = (unit for unit in result.units if unit.form == "A1")
    assert (office.framework, office.name) == (DEPARTMENTS, "Văn phòng UBND tỉnh")
    assert sum(unit.framework == DISTRICTS for unit in result.units) == 12


def test_in_every_sheet_the_parts_add_up_to_what_is_printed_above_them(result: ResultSnapshot) -> None:
    """In every column of points, from the groups down; no figure strays from what was computed."""
    book = annex_workbook(result, dump_snapshot(result)[1], issuance_of({}))
    sheets = {sheet.name: sheet for sheet in book.sheets}
    sums = 0
    for unit in result.units:
        rows = dict(zip([leaf.key for leaf in unit.leaves], sheets[unit.form].rows, strict=False))
        for column in range(2, 6):
            printed = {
                key: cell.value for key, row in rows.items() if isinstance(cell := row.cells[column], Figure)
            }
            for key, points in printed.items():
                parts = [value for other, value in printed.items() if other.rpartition("/")[0] == key]
                assert not parts or sum(parts) == points, (unit.form, key, column)
                sums += bool(parts)
        for leaf in unit.leaves:
            if isinstance(cell := rows[leaf.key].cells[5], Figure):
                assert abs(cell.value - Decimal(leaf.points)) < Decimal("0.001")
    assert sums > 30 * 4 * 10


def test_what_was_made_up_is_said_on_every_page(result: ResultSnapshot, report: Document) -> None:
    issuance = issuance_of(example.EXAMPLE.issuance_body())
    head = report.blocks[0]
    assert isinstance(head, Letterhead)
    assert head.note == issuance.note
    assert issuance.note.startswith("Số liệu minh họa")
    book = annex_workbook(result, dump_snapshot(result)[1], issuance)
    for footer in (report.footer, book.footer):
        assert footer.startswith(f"{issuance.note}. Kỳ đánh giá 2022, lần công bố 1, sha256:")
    assert book.note == issuance.note
