"""What the detector finds in the printed report of Hải Dương 2022, and that it finds nothing once corrected."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from scoring_api.results.domain.detector.detecting import find_discrepancies
from scoring_api.results.domain.detector.report import (
    PrintedBand,
    PrintedLevel,
    PrintedRatingGroup,
    PrintedRatingRule,
    PrintedReport,
    SectionRun,
)

Finding = tuple[str, str, tuple[str, ...]]

TOP = ("so-giao-thong-van-tai", "so-noi-vu", "so-khoa-hoc-va-cong-nghe")
GOOD = (
    "van-phong-ubnd-tinh",
    "so-thong-tin-va-truyen-thong",
    "so-nong-nghiep-va-phat-trien-nong-thon",
    "so-cong-thuong",
    "so-van-hoa-the-thao-va-du-lich",
    "so-tai-chinh",
    "so-xay-dung",
    "thanh-tra-tinh",
    "so-ke-hoach-va-dau-tu",
    "so-tai-nguyen-va-moi-truong",
    "so-tu-phap",
    "so-lao-dong-thuong-binh-va-xa-hoi",
    "so-giao-duc-va-dao-tao",
)
PARK = "ban-quan-ly-cac-khu-cong-nghiep-tinh"
DISTRICT_TOP = ("ubnd-huyen-nam-sach", "ubnd-huyen-kim-thanh")
DISTRICT_GOOD = (
    "ubnd-thanh-pho-hai-duong",
    "ubnd-thanh-pho-chi-linh",
    "ubnd-thi-xa-kinh-mon",
    "ubnd-huyen-thanh-mien",
    "ubnd-huyen-gia-loc",
    "ubnd-huyen-cam-giang",
    "ubnd-huyen-binh-giang",
    "ubnd-huyen-ninh-giang",
)
TU_KY, THANH_HA, KIM_THANH = "ubnd-huyen-tu-ky", "ubnd-huyen-thanh-ha", "ubnd-huyen-kim-thanh"


def band(place: str, lower: str | None, upper: str | None, stated: int, units: Iterable[str]) -> PrintedBand:
    bounds = [Decimal(bound) if bound is not None else None for bound in (lower, upper)]
    return PrintedBand(
        place=place, name=place, lower=bounds[0], upper=bounds[1], stated_count=stated, units=tuple(units)
    )


def groups(prefix: str, *lists: tuple[str, ...]) -> tuple[PrintedRatingGroup, ...]:
    codes = ("xuat-sac", "tot", "hoan-thanh", "khong-hoan-thanh")
    return tuple(
        PrintedRatingGroup(place=f"{prefix}{number}", rule=code, stated_count=len(units), units=tuple(units))
        for number, (code, units) in enumerate(zip(codes, lists, strict=True))
    )


def rule(
    code: str, total_from: str | None, total_below: str | None, area_from: str | None
) -> PrintedRatingRule:
    bounds = [Decimal(bound) if bound is not None else None for bound in (total_from, total_below, area_from)]
    return PrintedRatingRule(
        code=code,
        place=f"quy định {code}",
        name=code,
        total_from=bounds[0],
        total_below=bounds[1],
        area_from=bounds[2],
    )


PRINTED_RULES = (
    rule("xuat-sac", "90", None, "80"),
    rule("tot", "80", "90", "70"),
    rule("hoan-thanh", "65", "80", "50"),
    rule("khong-hoan-thanh", None, "65", None),
)
CASCADE = tuple(replace(row, total_below=None) for row in PRINTED_RULES)

DEPARTMENTS = PrintedLevel(
    code="department",
    name="Cấp sở",
    units=(*TOP, *GOOD, PARK, "so-y-te"),
    stated_band_count=3,
    bands=(
        band("dòng 111", "90", None, 3, TOP),
        band("dòng 113", "80", "90", 14, (*GOOD, PARK)),
        band("dòng 115", None, "80", 1, ("so-y-te",)),
    ),
    rating_groups=groups("sở ", TOP, GOOD, (PARK, "so-y-te"), ()),
)
DISTRICTS = PrintedLevel(
    code="district",
    name="Cấp huyện",
    units=(*DISTRICT_TOP, *DISTRICT_GOOD, TU_KY, THANH_HA),
    stated_band_count=3,
    bands=(
        band("dòng 121", "90", None, 2, DISTRICT_TOP),
        band("dòng 123", "80", "90", 9, (*DISTRICT_GOOD, TU_KY, KIM_THANH)),
        band("dòng 125", "70", "80", 1, (THANH_HA,)),
    ),
    rating_groups=groups("huyện ", DISTRICT_TOP, DISTRICT_GOOD, (TU_KY, THANH_HA), ()),
)
PRINTED = PrintedReport(
    levels=(DEPARTMENTS, DISTRICTS),
    rating_rules=PRINTED_RULES,
    sections=(
        SectionRun(place="phần thứ nhất", numerals=("I", "III", "IV", "V")),
        SectionRun(place="phần thứ hai", numerals=("I", "II")),
    ),
    unit_names={PARK: "Ban Quản lý các KCN", TU_KY: "UBND huyện Tứ Kỳ", KIM_THANH: "UBND huyện Kim Thành"},
)
DISTRICTS_CORRECTED = replace(
    DISTRICTS,
    bands=(
        DISTRICTS.bands[0],
        band("dòng 123", "80", "90", 9, (*DISTRICT_GOOD, TU_KY)),
        band("dòng 125", None, "80", 1, (THANH_HA,)),
    ),
)
CORRECTED = replace(
    PRINTED,
    levels=(DEPARTMENTS, DISTRICTS_CORRECTED),
    rating_rules=CASCADE,
    sections=(SectionRun(place="phần thứ nhất", numerals=("I", "II", "III", "IV")), PRINTED.sections[1]),
)


def found(report: PrintedReport) -> set[Finding]:
    return {(finding.kind, finding.grade, finding.places) for finding in find_discrepancies(report)}


EVERY_RULE = tuple(row.place for row in PRINTED_RULES)


@pytest.mark.parametrize(
    ("check", "finding"),
    [
        ("HD-31", ("count_differs", "contradiction", ("dòng 123",))),
        ("HD-33", ("listed_twice", "contradiction", ("dòng 121", "dòng 123"))),
        ("HD-34", ("names_differ_from_units", "contradiction", ("dòng 121", "dòng 123", "dòng 125"))),
        ("HD-53", ("rating_outside_rule", "contradiction", ("quy định hoan-thanh", "sở 2", "dòng 113"))),
        ("HD-54", ("rating_outside_rule", "contradiction", ("quy định hoan-thanh", "huyện 2", "dòng 123"))),
        ("HD-58", ("rating_rules_leave_gap", "contradiction", EVERY_RULE)),
        ("HD-70", ("numerals_skip", "contradiction", ("phần thứ nhất",))),
        ("HD-86", ("bands_leave_gap", "notice", ("dòng 125",))),
    ],
)
def test_each_fault_of_the_printed_report_is_found(check: str, finding: Finding) -> None:
    assert finding in found(PRINTED), check


def test_nothing_else_is_found_in_the_printed_report() -> None:
    assert len(find_discrepancies(PRINTED)) == 8


def test_nothing_is_found_in_the_corrected_report() -> None:
    assert find_discrepancies(CORRECTED) == []


def test_messages_name_units_counts_and_open_cases_in_vietnamese() -> None:
    said = {finding.kind: finding.message for finding in find_discrepancies(PRINTED)}
    assert said["count_differs"] == "Cấp huyện: ghi 09 đơn vị nhưng nêu 10 tên"
    assert said["listed_twice"] == "Cấp huyện: UBND huyện Kim Thành đứng ở nhiều nhóm điểm"
    assert said["names_differ_from_units"] == "Cấp huyện: các nhóm điểm nêu 13 tên trong khi có 12 đơn vị"
    assert said["rating_rules_leave_gap"] == (
        "quy định xếp loại bỏ ngỏ 3 trường hợp: tổng từ 90% trở lên có lĩnh vực dưới 80%; "
        "tổng từ 80% đến dưới 90% có lĩnh vực dưới 70%; tổng từ 65% đến dưới 80% có lĩnh vực dưới 50%"
    )
    assert said["bands_leave_gap"] == "Cấp huyện: không có nhóm điểm nào cho chỉ số dưới 70%"
    assert said["numerals_skip"] == "số mục in I, III, IV, V, phải là I, II, III, IV"


def in_departments(**changes: Any) -> PrintedReport:
    return replace(CORRECTED, levels=(replace(DEPARTMENTS, **changes), DISTRICTS_CORRECTED))


def first_band(**changes: Any) -> PrintedReport:
    return in_departments(bands=(replace(DEPARTMENTS.bands[0], **changes), *DEPARTMENTS.bands[1:]))


@pytest.mark.parametrize(
    ("mutation", "kinds"),
    [
        (first_band(stated_count=4), {"count_differs"}),
        (first_band(units=TOP[:2], stated_count=2), {"names_differ_from_units", "unit_not_listed"}),
        (first_band(units=(*TOP[:2], "so-la"), stated_count=3), {"unit_not_listed", "unit_unknown"}),
        (first_band(lower=Decimal(92)), {"bands_leave_gap"}),
        (first_band(lower=Decimal(88)), {"bands_overlap"}),
        (first_band(upper=Decimal(100)), {"bands_leave_gap"}),
        (in_departments(stated_band_count=4), {"band_count_differs"}),
        (
            in_departments(rating_groups=groups("sở ", (*TOP, PARK), GOOD, ("so-y-te",), ())),
            {"rating_outside_rule"},
        ),
        (
            in_departments(rating_groups=groups("sở ", TOP, (*GOOD, PARK), (PARK, "so-y-te"), ())),
            {"listed_twice", "names_differ_from_units"},
        ),
        (replace(CORRECTED, rating_rules=CASCADE[:3]), {"rating_rules_leave_gap"}),
        (replace(CORRECTED, sections=(SectionRun(place="p", numerals=("I", "I")),)), {"numerals_skip"}),
    ],
)
def test_each_single_mutation_of_the_corrected_report_is_found_and_nothing_else(
    mutation: PrintedReport, kinds: set[str]
) -> None:
    assert {finding.kind for finding in find_discrepancies(mutation)} == kinds


def test_an_open_case_is_a_notice_until_a_listed_unit_falls_into_it() -> None:
    unrated = replace(
        CORRECTED,
        rating_rules=PRINTED_RULES,
        levels=tuple(replace(level, rating_groups=()) for level in CORRECTED.levels),
    )
    assert [(f.kind, f.grade) for f in find_discrepancies(unrated)] == [("rating_rules_leave_gap", "notice")]
