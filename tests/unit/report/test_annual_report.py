"""The annual report: counts are the lists', every unit stands once, chapters have no gap, empty cases read."""

from dataclasses import replace
from datetime import date

import pytest

from parindex.contracts.snapshots import (
    BandResult,
    BlockedBy,
    Passages,
    RatingResult,
    ResultSnapshot,
)
from parindex.kernel.errors import DomainError
from report_gen.documents.domain.annual_report import annual_report
from report_gen.documents.domain.issuance import Issuance
from report_gen.documents.domain.self_check import check_report
from report_gen.rendering.blocks import (
    Annex,
    Document,
    Heading,
    LegalBasis,
    Letterhead,
    Paragraph,
    Signature,
    Table,
)
from tests.unit.report import report_factory as made

ISSUED = Issuance(
    number="27/BC-UBND",
    day=date(2023, 3, 1),
    authority="KT. CHỦ TỊCH",
    signer_title="PHÓ CHỦ TỊCH",
    recipients=("Ban Thường vụ Tỉnh ủy", "Lưu: VT, NC"),
)


def report(result: ResultSnapshot | None = None) -> Document:
    return annual_report(result or made.result(), made.DIGEST, ISSUED)


def texts(document: Document) -> str:
    return "\n".join(paragraph.text for paragraph in document.paragraphs())


def table(document: Document, caption: str) -> Table:
    return next(found for found in document.tables() if found.caption.startswith(caption))


def test_bands_count_and_name_their_units() -> None:
    said = texts(report())
    assert (
        "Nhóm đạt Chỉ số tổng hợp từ 90% trở lên so với điểm tối đa: Có 01 đơn vị (Sở Giao thông vận tải)."
    ) in said
    assert (
        "từ 80% đến dưới 90% so với điểm tối đa: Có 04 đơn vị (gồm: các Sở: Nội vụ, Khoa học và Công nghệ; "
        "Văn phòng UBND tỉnh; Ban Quản lý các khu công nghiệp tỉnh)."
    ) in said
    assert "Có 04 đơn vị (gồm: UBND các huyện: Tứ Kỳ, Thanh Miện, Thanh Hà, Bình Giang)." in said
    assert "dưới 80% so với điểm tối đa: Không có." in said


def test_a_band_no_decision_printed_appears_only_when_somebody_is_in_it() -> None:
    assert "dưới 70%" not in texts(report()).replace("(dưới 70%)", "")
    low = replace(made.districts()[-1], band="duoi-70", percent="69", points="69")
    result = made.result()
    result = replace(result, units=(*result.units[:-1], low))
    said = texts(report(result))
    assert "dưới 70% so với điểm tối đa: Có 01 đơn vị (UBND huyện Bình Giang)." in said
    assert "xác định thành 04 nhóm điểm" in said


def test_heads_stand_by_title_and_say_which_area_barred_the_better_class() -> None:
    said = texts(report())
    assert (
        "Nhóm hoàn thành nhiệm vụ: Có 02 trường hợp (gồm: Trưởng Ban Quản lý các khu công nghiệp tỉnh; Giám đốc Sở Y tế)."
        in said
    )
    assert (
        "Trưởng Ban Quản lý các khu công nghiệp tỉnh: chỉ số tổng hợp đạt 85,20% nhưng lĩnh vực Cải cách thủ tục "
        "hành chính đạt 69,997% (dưới 70%), do đó không được xếp ở mức cao hơn mà xếp loại hoàn thành nhiệm vụ "
        "(trường hợp quy định không nêu trực tiếp)."
    ) in said
    assert "Nhóm không hoàn thành nhiệm vụ: Không có." in said


def test_a_head_without_a_title_is_spoken_of_by_the_unit() -> None:
    result = made.result()
    untitled = replace(result.units[5], head_title="")
    said = texts(report(replace(result, units=(*result.units[:5], untitled, *result.units[6:]))))
    assert "Người đứng đầu Sở Y tế" in said


def test_a_total_that_barred_the_class_is_not_told_as_an_area() -> None:
    result = made.result()
    total = BlockedBy(kind="total", key="", name="", percent="75.3", floor="80")
    unit = replace(result.units[5], rating=replace(result.units[5].rating, blocked_by=total))
    said = texts(report(replace(result, units=(*result.units[:5], unit, *result.units[6:]))))
    assert said.count("do đó không được xếp ở mức cao hơn") == 1


def test_classes_are_defined_by_their_floors() -> None:
    said = texts(report()).splitlines()
    start = said.index(
        "Hoàn thành xuất sắc nhiệm vụ: chỉ số tổng hợp đạt từ 90% trở lên; từng lĩnh vực đều đạt từ 80% trở lên;"
    )
    assert said[start + 1 : start + 4] == [
        "Hoàn thành tốt nhiệm vụ: chỉ số tổng hợp đạt từ 80% đến dưới 90%; từng lĩnh vực đều đạt từ 70% trở lên;",
        "Hoàn thành nhiệm vụ: chỉ số tổng hợp đạt từ 65% đến dưới 80%; từng lĩnh vực đều đạt từ 50% trở lên;",
        "Không hoàn thành nhiệm vụ: các trường hợp còn lại.",
    ]
    assert said.count(said[start]) == 1  # once for both levels


def test_levels_with_classes_of_their_own_are_told_apart() -> None:
    result = made.result()
    own = tuple(replace(rule, area_floor="") for rule in made.RATINGS)
    said = texts(
        report(replace(result, frameworks=(result.frameworks[0], replace(result.frameworks[1], ratings=own))))
    )
    assert "Đối với Thủ trưởng các sở, ban, ngành tỉnh, có 04 mức:" in said
    assert "Đối với Chủ tịch UBND các huyện, thị xã, thành phố, có 04 mức:" in said
    assert "Hoàn thành tốt nhiệm vụ: chỉ số tổng hợp đạt từ 80% đến dưới 90%;\n" in said


def test_a_decision_that_rates_no_head_and_orders_no_review_has_no_such_chapter() -> None:
    result = made.result()
    bare = tuple(replace(found, ratings=(), review_threshold="") for found in result.frameworks)
    unrated = RatingResult(code="", name="", blocked_by=None, by_fall_through=False)
    units = tuple(replace(unit, rating=unrated, reviews=()) for unit in result.units)
    document = report(replace(result, frameworks=bare, units=units))
    chapters = [heading.number for heading in document.headings() if heading.level == 2]
    assert chapters[:4] == ["I.", "II.", "III.", "IV."]
    assert "người đứng đầu" not in " ".join(heading.text for heading in document.headings())
    assert "biểu số A1 đến A10" in texts(document)


def test_the_review_rule_names_what_is_watched_and_what_follows() -> None:
    result = made.result()
    said = texts(report(result))
    rule = "có lĩnh vực Cải cách thủ tục hành chính đạt dưới 75% phải tổ chức kiểm điểm."
    assert said.count(f"Theo Nghị quyết của Ban Thường vụ Tỉnh ủy, cơ quan, đơn vị {rule}") == 1
    two = tuple(
        replace(found, review_areas=(made.OFFICE, made.PROCEDURES), review_consequence="phải giải trình")
        for found in result.frameworks
    )
    assert (
        "có một trong 02 lĩnh vực (Công tác chỉ đạo, điều hành; Cải cách thủ tục hành chính) đạt dưới 75% "
        "phải giải trình."
    ) in texts(report(replace(result, frameworks=two)))


def test_the_place_of_an_unissued_report_is_the_bare_name_of_the_province() -> None:
    result = made.result()
    document = annual_report(
        replace(result, period=replace(result.period, province="tỉnh Hải Dương")), made.DIGEST, Issuance()
    )
    head = document.blocks[0]
    assert isinstance(head, Letterhead)
    assert head.place_and_date.startswith("Hải Dương, ngày ")


def test_reviews_name_areas_percents_and_repeat_offenders() -> None:
    said = texts(report())
    assert "Năm 2022 có 02 cơ quan, đơn vị thuộc diện phải tổ chức kiểm điểm" in said
    assert (
        "Ban Quản lý các khu công nghiệp tỉnh: lĩnh vực Cải cách thủ tục hành chính (69,997%, 02 năm liên tiếp)."
        in said
    )
    assert "Sở Y tế: lĩnh vực Cải cách thủ tục hành chính (66,10%)." in said
    assert "từ 02 năm liên tiếp trở lên: Có 01 đơn vị (Ban Quản lý các khu công nghiệp tỉnh)." in said


def test_rises_and_falls_name_who_moved_the_most_first() -> None:
    said = texts(report())
    assert "khối các sở, ban, ngành tỉnh có 01 đơn vị tăng hạng: Sở Nội vụ (tăng 03 bậc)." in said
    assert "có 02 đơn vị giảm hạng: Sở Y tế (giảm 03 bậc); Văn phòng UBND tỉnh (giảm 01 bậc)." in said


def test_a_rank_that_cannot_be_compared_is_in_the_table_and_not_in_the_remarks() -> None:
    result = made.result()
    moved = replace(result.units[1], comparability="not")
    partly = replace(result.units[2], comparability="partly")
    document = report(replace(result, units=(result.units[0], moved, partly, *result.units[3:])))
    ranking = table(document, "Xếp hạng Chỉ số CCHC năm 2022 của các sở")
    assert ranking.rows[1][5] == "tăng 03 bậc (**)"
    assert ranking.rows[2][5] == "giảm 01 bậc (*)"
    assert len(ranking.notes) == 2
    said = texts(document)
    assert "Sở Nội vụ (tăng" not in said
    assert "Văn phòng UBND tỉnh (giảm 01 bậc) (*). (*) Thứ hạng năm trước chỉ so sánh được một phần" in said


def test_the_ranking_prints_enough_digits_to_stay_in_its_band() -> None:
    row = table(report(), "Xếp hạng Chỉ số CCHC năm 2022 của các sở").rows[1]
    assert row == (
        "2",
        "Sở Nội vụ",
        "89,996",
        "89,996",
        "5",
        "tăng 03 bậc",
        "Từ 80% đến dưới 90%",
        "Hoàn thành tốt nhiệm vụ",
    )


def test_without_a_year_before_no_column_and_no_move_is_printed() -> None:
    result = made.result()
    document = report(replace(result, period=replace(result.period, previous_year=None)))
    titles = [column.title for column in table(document, "Xếp hạng").columns]
    assert not [title for title in titles if "năm" in title or "Tăng" in title]
    assert "bậc)" not in texts(document)


def test_the_method_sums_up_the_parts() -> None:
    said = texts(report())
    assert "tổng số điểm tối đa là 100 điểm, gồm 02 phần (71,5 + 28,5 điểm)" in said
    assert "Đánh giá CCHC theo các nội dung (thông qua tài liệu kiểm chứng): 71,5 điểm, gồm:" in said
    assert "Công tác chỉ đạo, điều hành: 14,5 điểm." in said
    assert "Đánh giá qua lấy ý kiến (thông qua điều tra xã hội học): 28,5 điểm." in said


def test_the_survey_counts_ballots_by_level_and_group() -> None:
    document = report()
    said = texts(document)
    assert "Tổng số phiếu điều tra theo kế hoạch là 2.476 phiếu" in said
    assert "Lấy ý kiến của người dân và doanh nghiệp: 1.620 phiếu." in said
    headings = [heading.text for heading in document.headings()]
    assert "Điều tra về công tác CCHC đối với các sở, ban, ngành tỉnh: 760 phiếu" in headings
    counts = table(document, "Kết quả thu phiếu điều tra đối với UBND")
    assert counts.rows[-1] == ("Tổng cộng", "1.716", "1.696", "20", "98,83")
    assert counts.notes == ("Ngoài ra có 03 phiếu vượt chỉ tiêu, không đưa vào tổng hợp.",)


def test_windows_end_at_24_hours_of_the_day_before() -> None:
    said = texts(report())
    assert "Tự đánh giá, chấm điểm: từ ngày 25/12/2022 đến 24 giờ ngày 10/01/2023;" in said
    assert "Thẩm định: từ ngày 11/01/2023 đến 17 giờ ngày 16/01/2023." in said


def test_chapters_are_numbered_without_a_gap() -> None:
    headings = list(report().headings())
    assert [heading.number for heading in headings if heading.level <= 2] == [
        "Phần thứ nhất",
        "I.",
        "II.",
        "III.",
        "IV.",
        "V.",
        "Phần thứ hai",
        "I.",
        "II.",
    ]
    inside = [heading.number for heading in headings if heading.level > 2][:8]
    assert inside == ["1.", "2.", "2.1.", "2.2.", "3.", "3.1.", "3.2.", "4."]


def test_head_and_signature_come_from_the_issuance() -> None:
    document = report()
    head = document.blocks[0]
    assert isinstance(head, Letterhead)
    assert head.issuer == ("ỦY BAN NHÂN DÂN", "TỈNH HẢI DƯƠNG")
    assert (head.number, head.place_and_date) == (
        "Số: 27/BC-UBND",
        "Hải Dương, ngày 01 tháng 3 năm 2023",
    )
    assert head.abstract.endswith(
        "của các sở, ban, ngành và UBND cấp huyện năm 2022 và triển khai kế hoạch CCHC năm 2023"
    )
    (basis,) = [block for block in document.blocks if isinstance(block, LegalBasis)]
    assert basis.lines[0].startswith("Căn cứ Quyết định số 3396/QĐ-UBND ngày 15 tháng 12 năm 2022 của")
    (signed,) = [block for block in document.blocks if isinstance(block, Signature)]
    assert signed.recipients[-1] == "Lưu: VT, NC"
    assert document.footer == f"Kỳ đánh giá 2022, lần công bố 1, {made.DIGEST}"


def test_an_unissued_report_leaves_room_and_says_that_it_is_a_draft() -> None:
    document = annual_report(replace(made.result(), status="provisional"), made.DIGEST, Issuance())
    head = document.blocks[0]
    assert isinstance(head, Letterhead)
    assert head.draft
    assert head.number.startswith("Số:  ")
    assert head.number.endswith("/BC-UBND")
    assert "tạm thời" in document.footer
    assert document.day == date(2023, 2, 28)


def test_annexes_print_percents_by_area_with_mark_and_mean() -> None:
    document = report()
    annexes = [block for block in document.blocks if isinstance(block, Annex)]
    assert [annex.label for annex in annexes] == ["Phụ lục I", "Phụ lục II"]
    assert annexes[0].reference.startswith("(Kèm theo Báo cáo số 27/BC-UBND ngày 01 tháng 3 năm 2023")
    percents = next(block for block in document.tables() if block.columns[0].title == "TT")
    assert [column.title for column in percents.columns] == [
        "TT",
        "Cơ quan, đơn vị",
        "I.1",
        "I.3",
        "II",
        "Chỉ số chung",
    ]
    assert percents.rows[4] == (
        "5",
        "Ban Quản lý các khu công nghiệp tỉnh",
        "100,00",
        "82,48*",
        "87,72",
        "85,20",
    )
    assert percents.rows[-1][:3] == ("", "Bình quân", "100,00")
    assert percents.rows[-1][-1] == "86,52"  # (93,127 + 89,996 + 88 + 87,5 + 85,2 + 75,3) / 6


def test_the_second_part_prints_the_plan_in_order() -> None:
    said = texts(report())
    assert "Kế hoạch số 3776/KH-UBND ngày 26/12/2022" in said
    assert "51 nhiệm vụ và 82 hoạt động. Kế hoạch tập trung vào 02 nội dung, gồm:" in said
    assert said.index("1. Tuyên truyền.") < said.index("2. Kiểm tra.")


def test_passages_lose_their_own_numbers_and_gain_a_full_stop() -> None:
    result = replace(
        made.result(), passages=Passages(weaknesses=("2.1. Giai đoạn 2022 - 2025 còn chậm",), causes=())
    )
    said = texts(report(result)).splitlines()
    assert "Giai đoạn 2022 - 2025 còn chậm." in said


def test_nothing_to_say_reads_properly() -> None:
    result = made.result()
    quiet = [replace(unit, reviews=(), change=None, previous_rank=None) for unit in result.units]
    bare = replace(
        result,
        units=tuple(quiet),
        survey=None,
        plan=None,
        passages=Passages(),
        edition=2,
        frameworks=result.frameworks,
    )
    document = report(bare)
    said = texts(document)
    assert "Kỳ đánh giá này không tổ chức điều tra xã hội học." in said
    assert "Năm 2022 không có cơ quan, đơn vị nào thuộc diện phải tổ chức kiểm điểm." in said
    assert said.count("Không có.") >= 3  # no strength, weakness or cause
    assert not [heading for heading in document.headings() if heading.level == 1]
    head = document.blocks[0]
    assert isinstance(head, Letterhead)
    assert "kế hoạch" not in head.abstract


def test_one_unit_of_one_framework() -> None:
    result = made.result()
    document = report(replace(result, frameworks=result.frameworks[:1], units=result.units[:1]))
    said = texts(document)
    assert "Có 01 đơn vị (Sở Giao thông vận tải)" in said
    assert "Xếp thứ nhất" not in said
    assert "đối với các sở, ban, ngành tỉnh biểu số A3" in said
    assert [block.label for block in document.blocks if isinstance(block, Annex)] == ["Phụ lục"]


def test_a_framework_without_units_is_still_a_report() -> None:
    document = report(replace(made.result(), units=()))
    assert texts(document).count("so với điểm tối đa: Không có.") == 6


def test_a_unit_of_which_nothing_applied_is_named_and_not_ranked() -> None:
    result = made.result()
    none = replace(
        result.units[5],
        rank=None,
        change=None,
        percent="",
        points="0",
        applicable_max="0",
        band="",
        reviews=(),
    )
    document = report(replace(result, units=(*result.units[:5], none, *result.units[6:])))
    assert "Không xếp hạng (không có tiêu chí áp dụng): Có 01 đơn vị (Sở Y tế)." in texts(document)
    last = table(document, "Xếp hạng Chỉ số CCHC năm 2022 của các sở").rows[-1]
    assert (last[0], last[1], last[3]) == ("–", "Sở Y tế", "–")


def test_equal_ranks_are_both_first() -> None:
    result = made.result()
    second = replace(result.units[1], rank=1, percent=result.units[0].percent)
    said = texts(report(replace(result, units=(result.units[0], second, *result.units[2:]))))
    assert "Xếp thứ nhất: Sở Giao thông vận tải; Sở Nội vụ (93,13%); xếp cuối: Sở Y tế (75,30%)." in said


def changed(document: Document, find: str, into: str) -> Document:
    """The document with one printed text changed, as a faulty writer might leave it."""
    blocks = list(document.blocks)
    for index, block in enumerate(blocks):
        if isinstance(block, Paragraph) and find in block.text:
            runs = tuple(replace(run, text=run.text.replace(find, into)) for run in block.runs)
            blocks[index] = replace(block, runs=runs)
            return replace(document, blocks=tuple(blocks))
    raise AssertionError(find)


@pytest.mark.parametrize(
    ("find", "into", "code"),
    [
        ("Có 04 đơn vị (gồm: UBND", "Có 05 đơn vị (gồm: UBND", "count_differs_from_names"),
        ("Thanh Miện, Thanh Hà", "Thanh Hà", "unit_not_named"),
    ],
)
def test_a_text_that_contradicts_its_list_does_not_leave(find: str, into: str, code: str) -> None:
    result = made.result()
    with pytest.raises(DomainError) as caught:
        check_report(changed(report(result), find, into), result)
    assert caught.value.code == "document_contradicts"
    assert code in {fault.code for fault in caught.value.faults}


def test_a_unit_in_two_bands_does_not_leave() -> None:
    """As Kim Thành in the printed report of 2022: 02 + 09 + 01 units with 13 names."""
    result = made.result()
    document = report(result)
    blocks = list(document.blocks)
    places = [
        i
        for i, block in enumerate(blocks)
        if isinstance(block, Paragraph) and block.roster and block.roster.scale == "band"
    ]
    top, second = blocks[places[3]], blocks[places[4]]
    assert isinstance(top, Paragraph)
    assert isinstance(second, Paragraph)
    assert top.roster
    assert second.roster
    doubled = replace(second.roster, units=(*second.roster.units, *top.roster.units))
    runs = (
        replace(second.runs[0], text=second.text.replace("Có 04", "Có 05").replace("Tứ", "Nam Sách, Tứ")),
    )
    blocks[places[4]] = replace(second, roster=doubled, runs=runs)
    with pytest.raises(DomainError) as caught:
        check_report(replace(document, blocks=tuple(blocks)), result)
    assert [fault.pointer for fault in caught.value.faults] == ["/units/Nam Sách/band"]


def test_a_gap_in_the_numerals_does_not_leave() -> None:
    """As chapter II in the printed report of 2022: I, III, IV, V."""
    result = made.result()
    document = report(result)
    blocks = tuple(
        replace(block, number="III.")
        if isinstance(block, Heading) and block.level == 2 and block.number == "II."
        else block
        for block in document.blocks
    )
    with pytest.raises(DomainError) as caught:
        check_report(replace(document, blocks=blocks), result)
    assert {fault.code for fault in caught.value.faults} == {"heading_number_gap"}


def test_a_unit_of_an_unprinted_rating_does_not_leave() -> None:
    result = made.result()
    lost = replace(result.units[0], rating=replace(result.units[0].rating, code="khac"))
    with pytest.raises(DomainError) as caught:
        report(replace(result, units=(lost, *result.units[1:])))
    assert [fault.code for fault in caught.value.faults] == ["unit_not_in_one_place"]


def test_two_frameworks_of_one_level_are_told_apart() -> None:
    result = made.result()
    special = replace(made.framework(), code="khung-nganh-doc", title="Bộ chỉ số cơ quan ngành dọc")
    unit = replace(result.units[0], code="cuc-thue", framework="khung-nganh-doc", rank=1)
    document = report(
        replace(result, frameworks=(result.frameworks[0], special), units=(*result.units[:6], unit))
    )
    captions = [found.caption for found in document.tables() if found.caption.startswith("Xếp hạng")]
    assert len(set(captions)) == 2
    assert any("(Bộ chỉ số cơ quan ngành dọc)" in caption for caption in captions)


def test_rank_groups_of_one_framework_have_their_own_tables() -> None:
    result = made.result()
    units = [
        replace(unit, rank_group="so" if unit.name.startswith("Sở") else "co-quan-khac")
        for unit in result.units[:6]
    ]
    units[2], units[4] = replace(units[2], rank=1), replace(units[4], rank=2)
    document = report(replace(result, frameworks=result.frameworks[:1], units=tuple(units)))
    captions = [found.caption for found in document.tables() if found.caption.startswith("Xếp hạng")]
    assert captions[0].endswith("(nhóm xếp hạng thứ nhất)")
    assert captions[1].endswith("(nhóm xếp hạng thứ hai)")
    said = texts(document)
    assert "Trong nhóm xếp hạng thứ hai, xếp thứ nhất: Văn phòng UBND tỉnh (88,00%)" in said
    assert "khac" not in said.lower()


def test_a_smaller_maximum_stands_beside_the_points_it_bounds() -> None:
    """88,08 out of 98,50 is more than 88,75 out of 100."""
    result = made.result()
    caption = "Xếp hạng Chỉ số CCHC năm 2022 của các sở"
    assert "Điểm tối đa áp dụng" not in [column.title for column in table(report(), caption).columns]
    units = list(result.units)
    units[2] = replace(units[2], points="88.08", applicable_max="98.5", percent="89.4213")
    units[3] = replace(units[3], points="88.75", percent="88.75")
    found = table(report(replace(result, units=tuple(units))), caption)
    assert [column.title for column in found.columns][2:5] == ["Điểm", "Điểm tối đa áp dụng", "Chỉ số (%)"]
    assert [row[2:5] for row in found.rows[2:4]] == [
        ("88,08", "98,50", "89,42"),
        ("88,75", "100,00", "88,75"),
    ]
    assert found.notes[0].startswith("Xếp hạng theo Chỉ số (%)")


def test_a_day_no_calendar_has_is_printed_as_it_stands() -> None:
    result = made.result()
    assert result.plan
    odd = replace(made.DECISION, date="2022-15-12")
    said = texts(
        report(
            replace(
                result,
                period=replace(result.period, legal_basis=(odd,)),
                frameworks=tuple(replace(each, legal_basis=(odd,)) for each in result.frameworks),
                plan=replace(result.plan, date="2022-26-12"),
            )
        )
    )
    assert "Quyết định số 3396/QĐ-UBND ngày 2022-15-12" in said
    assert "Kế hoạch số 3776/KH-UBND ngày 2022-26-12" in said


def test_bands_may_be_any_number() -> None:
    result = made.result()
    single = replace(
        result.frameworks[0], bands=(BandResult(code="moi", name="mọi mức", floor="0", printed=True),)
    )
    units = tuple(replace(unit, band="moi") for unit in result.units[:6])
    said = texts(report(replace(result, frameworks=(single,), units=units)))
    assert "xác định thành 01 nhóm điểm" in said
    assert "Có 06 đơn vị" in said
