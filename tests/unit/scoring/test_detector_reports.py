"""The four printed reports: exactly the known discrepancies are found, and none once they are corrected."""

import pytest

from scoring_api.results.domain.detector.detecting import find_discrepancies
from scoring_api.results.domain.detector.report import PrintedReport
from scoring_api.results.domain.detector.report_reading import read_report
from tests.unit.scoring.printed_reports import NAMES, correct_report, printed

# check → (kind, grade, first place); HD-86 and HN-41 are notices by definition: no listed unit falls into the
# open range, and a scale that changes contradicts nothing.
HAI_DUONG = {
    ("HD-31", "count_differs", "contradiction", "dòng 123"),
    ("HD-33", "listed_twice", "contradiction", "dòng 121"),
    ("HD-34", "names_differ_from_units", "contradiction", "dòng 121"),
    ("HD-53", "rating_outside_rule", "contradiction", "dòng 135 sở"),
    ("HD-54", "rating_outside_rule", "contradiction", "dòng 135 huyện"),
    ("HD-58", "rating_rules_leave_gap", "contradiction", "dòng 131"),
    ("HD-70", "numerals_skip", "contradiction", "phần thứ nhất"),
    ("HD-86", "bands_leave_gap", "notice", "dòng 125"),
}
SOC_TRANG = {
    ("ST-09", "percent_from_unrounded", "notice", "dòng 27"),
    ("ST-52", "percent_differs", "contradiction", "dòng 161"),
    ("ST-60", "mean_differs", "contradiction", "dòng 61"),
    ("ST-65", "mean_from_unrounded", "notice", "dòng 225"),
    ("ST-82", "item_twice", "contradiction", "dòng 239, 241"),
    ("ST-84", "unlikely_together", "notice", "dòng 249"),
    ("ST-86", "percent_differs", "contradiction", "dòng 235"),
}
NAM_DINH = {
    ("ND-10", "percent_differs", "contradiction", "dòng 20: Tỷ lệ điểm điều tra năm 2016"),
    ("ND-12", "percent_differs", "contradiction", "dòng 20: Chỉ số CCHC năm 2016"),
    ("ND-16", "sum_differs", "contradiction", "dòng 20"),
    ("ND-23", "items_missing", "contradiction", "dòng 12"),
    ("ND-28", "columns_differ", "contradiction", "dòng 201"),
    ("ND-30", "codes_differ", "contradiction", "dòng 194"),  # biểu 1
    ("ND-30", "codes_differ", "contradiction", "dòng 209"),  # biểu 2
    ("ND-30", "codes_differ", "contradiction", "dòng 230"),  # đề mục của biểu 2
    ("ND-39", "claim_not_met", "contradiction", "dòng 66"),
}
HA_NAM = {
    ("HN-40", "items_missing", "contradiction", "dòng 9"),
    ("HN-41", "scale_changes", "notice", "dòng 150"),
    ("HN-45", "figure_differs", "contradiction", "dòng 103"),
}
EXPECTED = dict(zip(NAMES, (HAI_DUONG, SOC_TRANG, NAM_DINH, HA_NAM), strict=True))


def found(report: PrintedReport) -> list[tuple[str, str, str]]:
    rows: list[tuple[str, str, str]] = []
    for finding in find_discrepancies(report):
        place = finding.places[0]
        if finding.kind == "rating_outside_rule":
            place += " sở" if finding.message.startswith("Cấp sở") else " huyện"
        elif finding.kind == "percent_differs" and place == "dòng 20":
            place += f": {finding.message.partition(': in')[0]}"
        rows.append((finding.kind, finding.grade, place))
    return rows


@pytest.mark.parametrize("name", NAMES)
def test_exactly_the_known_discrepancies_are_found(name: str) -> None:
    expected = [(kind, grade, place) for _, kind, grade, place in EXPECTED[name]]
    assert sorted(found(read_report(printed(name)))) == sorted(expected)


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_found_in_the_corrected_report(name: str) -> None:
    assert find_discrepancies(correct_report(name)) == []


def test_the_checks_of_the_design_are_the_ones_expected() -> None:
    ids = {check for rows in EXPECTED.values() for check, *_ in rows}
    assert ids == {
        *(f"HD-{number}" for number in (31, 33, 34, 53, 54, 58, 70, 86)),
        *("ST-09", "ST-52", "ST-60", "ST-65", "ST-82", "ST-84", "ST-86"),
        *(f"ND-{number}" for number in (10, 12, 16, 23, 28, 30, 39)),
        *("HN-40", "HN-41", "HN-45"),
    }


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("soc-trang-2017", "Lĩnh vực 4: tỷ lệ: in 72,68%, tính từ số liệu in được 72,67%"),
        ("nam-dinh-2017-2020", "Điểm tự chấm tối đa năm 2016: in 65, tính từ số liệu in được 67,50"),
        ("nam-dinh-2017-2020", "Biểu số 2: 17/21 hàng ghi «Tối đa», lời văn nói mọi hàng"),
        ("nam-dinh-2017-2020", "Biểu số 2: đầu bảng có 7 cột, hàng có 8 ô"),
        ("ha-nam-2017-2020", "Sở, ban, ngành thực hiện một cửa: in 19, nơi khác in 18"),
        (
            "soc-trang-2017",
            (
                "Tỷ lệ gặp phiền hà, sách nhiễu: in 98,10% bên cạnh Tỷ lệ hài lòng 80,43%, "
                "nghĩa là ít nhất 78,53% thuộc cả hai"
            ),
        ),
    ],
)
def test_a_message_says_what_is_printed_and_what_the_figures_give(name: str, message: str) -> None:
    assert message in {finding.message for finding in find_discrepancies(read_report(printed(name)))}
