"""What the engine computes prints without a discrepancy, over random criteria sets; tampered with, it is found."""

import os
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring_api.publication.domain import ComputedUnit, compare_with_print
from scoring_api.results.domain.detector.detecting import find_discrepancies
from scoring_api.results.domain.detector.report import (
    PrintedBand,
    PrintedLevel,
    PrintedRatingGroup,
    PrintedRatingRule,
    PrintedReport,
)
from scoring_api.results.domain.detector.results import result_report
from scoring_api.results.domain.detector.statements import PrintedRanking, PrintedStanding
from scoring_api.results.domain.engine import compute_index
from scoring_api.results.domain.inputs import AssessedUnit, LeafEntry, PreviousYear
from tests.property.random_years import Year
from tests.unit.scoring.framework_json import area, framework, leaf, ratio

EXAMPLES = 2000 if os.environ.get("PARINDEX_DEEP") else 100
SEEDS = st.integers(0, 2**48)
UNITS = {"a": "91.166", "b": "83.29", "c": "83.29", "d": "67.5"}


def computed(units: dict[str, str]) -> PrintedReport:
    """Two areas of half the points each; every unit reaches the same percent in both."""
    made = framework(area("1", "50", leaf("1.1", "50")), area("2", "50", leaf("2.1", "50")))
    entries = {unit: {"1/1.1": ratio(percent), "2/2.1": ratio(percent)} for unit, percent in units.items()}
    listed = [AssessedUnit(code=unit, rank_group="so") for unit in units]
    last = {unit: PreviousYear(rank=3) for unit in list(units)[:2]}
    return result_report(compute_index(made, listed, entries, [], last))


@settings(max_examples=EXAMPLES, deadline=None)
@given(SEEDS)
def test_a_computed_result_has_no_discrepancy(seed: int) -> None:
    assert find_discrepancies(result_report(Year(seed).index())) == []


def test_points_at_the_edge_of_a_comparison_print_as_their_percent() -> None:
    """64,834999… points of 100 are compared, and so printed, as 64,835."""
    points = Decimal("64.834999999999999999999066666667")
    made = framework(area("1", "100", leaf("1.1", "100")))
    unit = AssessedUnit(code="a", rank_group="so")
    index = compute_index(made, [unit], {"a": {"1/1.1": LeafEntry(override=points)}}, [], {})
    assert (index.units["a"].score.points, index.units["a"].score.percent) == (points, Decimal("64.835"))
    assert result_report(index).figures["a"].value == Decimal("64.84")
    assert find_discrepancies(result_report(index)) == []


@settings(max_examples=EXAMPLES, deadline=None)
@given(SEEDS, st.data())
def test_points_that_were_tampered_with_are_found(seed: int, data: st.DataObject) -> None:
    """A point more or less is beyond every rounding, in the total and in each part of it."""
    report = result_report(Year(seed).index())
    fixed = sorted({relation.total for relation in report.relations if hasattr(relation, "total")})
    if fixed:
        key = data.draw(st.sampled_from(fixed))
        figure = report.figures[key]
        wrong = replace(figure, value=figure.value + data.draw(st.sampled_from((1, -1))))
        found = find_discrepancies(replace(report, figures={**report.figures, key: wrong}))
        assert wrong.place in {place for finding in found for place in finding.places}


def row_changed(report: PrintedReport, unit: str, to: dict[str, object]) -> PrintedReport:
    (ranking,) = report.rankings
    rows = tuple(replace(row, **to) if row.unit == unit else row for row in ranking.rows)  # type: ignore[arg-type]
    return replace(report, rankings=(PrintedRanking(name=ranking.name, rows=rows),))


@pytest.mark.parametrize(
    ("unit", "to", "kinds"),
    [
        ("b", {"percent": Decimal("82.39")}, {"percent_differs", "equal_ranks_differ"}),
        ("b", {"points": Decimal("82.39")}, {"percent_differs"}),
        ("b", {"rank": 1}, {"equal_ranks_differ", "equal_percents_parted", "ranks_skip", "change_differs"}),
        ("d", {"rank": 3}, {"ranks_skip"}),
        ("d", {"rank": 2}, {"equal_ranks_differ"}),
        ("a", {"rank": 4}, {"equal_ranks_differ", "ranks_out_of_order", "ranks_skip", "change_differs"}),
        ("a", {"change": -2}, {"change_differs"}),
        ("d", {"unit": "b"}, {"listed_twice"}),
    ],
)
def test_a_ranking_that_was_tampered_with_is_found(unit: str, to: dict[str, object], kinds: set[str]) -> None:
    report = replace(row_changed(computed(UNITS), unit, to), unrounded=False)
    assert {finding.kind for finding in find_discrepancies(report)} == kinds


def test_two_ranks_for_one_printed_percent_are_a_notice_unless_the_report_reckons_unrounded() -> None:
    report = computed({"a": "83.2904", "b": "83.2903"})
    assert find_discrepancies(report) == []
    (finding,) = find_discrepancies(replace(report, unrounded=False))
    assert (finding.kind, finding.grade) == ("equal_percents_parted", "notice")


def standing(**printed: object) -> PrintedReport:
    row = PrintedStanding(place="hàng 1", unit="so-y-te", **printed)  # type: ignore[arg-type]
    return PrintedReport(rankings=(PrintedRanking(name="xếp hạng", rows=(row,)),))


EDITION = ComputedUnit(
    "so-y-te",
    "Sở Y tế",
    Decimal("79.995"),
    "hoan-thanh",
    points=Decimal("79.995"),
    applicable_max=Decimal(100),
    rank=1,
    previous_rank=2,
    change=1,
)


@pytest.mark.parametrize(
    ("printed", "messages"),
    [
        ({"percent": Decimal("80.00"), "rank": 1, "previous_rank": 2, "change": 1}, []),
        ({"percent": Decimal("79.995"), "max_points": Decimal(100)}, []),
        ({"percent": Decimal("79.99")}, ["Sở Y tế: chỉ số in 79,99, kết quả là 80,00"]),
        ({"points": Decimal("78.00")}, ["Sở Y tế: điểm in 78,00, kết quả là 80,00"]),
        ({"max_points": Decimal("97.5")}, ["Sở Y tế: điểm tối đa in 97,5, kết quả là 100,0"]),
        ({"change": -1}, ["Sở Y tế: thay đổi bậc in -1, kết quả là 1"]),
        ({"previous_rank": 3}, ["Sở Y tế: hạng năm trước in 3, kết quả là 2"]),
    ],
)
def test_printed_figures_are_held_against_the_edition(
    printed: dict[str, object], messages: list[str]
) -> None:
    found = compare_with_print(standing(**printed), [EDITION])
    assert [finding.message for finding in found] == messages


def test_a_unit_of_which_nothing_applied_has_no_printed_percent() -> None:
    nothing = replace(EDITION, percent=None, rank=None)
    (finding,) = compare_with_print(standing(percent=Decimal("80.00")), [nothing])
    assert finding.message == "Sở Y tế: chỉ số in 80,00, kết quả là không có"


@pytest.mark.timeout(60)
def test_ten_thousand_units_are_checked_without_a_finding() -> None:
    report = computed({f"don-vi-{number}": f"{50 + number / 250:.4f}" for number in range(10_000)})
    assert find_discrepancies(report) == []


def banded(percent: Decimal | None, rating: str = "tot") -> list[str]:
    """A unit printed in the band from 90 % and in the second class."""
    rules = [PrintedRatingRule(code=code, place="d", name=name, total_from=None, total_below=None, area_from=None)
        for code, name in (("tot", "Hoàn thành tốt"), ("hoan-thanh", "Hoàn thành"))]  # fmt: skip
    band = PrintedBand(
        place="a", name="từ 90%", lower=Decimal(90), upper=None, stated_count=1, units=("so-y-te",)
    )
    group = PrintedRatingGroup(place="b", rule="tot", stated_count=1, units=("so-y-te",))
    units = ("so-y-te",)
    level = PrintedLevel(
        code="so", name="Sở", units=units, stated_band_count=1, bands=(band,), rating_groups=(group,)
    )
    found = compare_with_print(
        PrintedReport(levels=(level,), rating_rules=tuple(rules)),
        [replace(EDITION, percent=percent, rating=rating)],
    )
    return [finding.message for finding in found if finding.kind.endswith("from_result")]


def test_a_band_and_a_rating_are_held_against_the_edition() -> None:
    assert banded(Decimal(90)) == []
    assert banded(Decimal("89.996")) == ["Sở Y tế in ở nhóm từ 90%, kết quả là 89,996%"]
    assert banded(None) == ["Sở Y tế in ở nhóm từ 90%, kết quả là không có"]
    assert banded(Decimal(90), "hoan-thanh") == [
        "Sở Y tế in ở mức Hoàn thành tốt, kết quả tính là mức Hoàn thành"
    ]


def test_a_unit_that_is_not_in_the_edition_is_found() -> None:
    (finding,) = compare_with_print(
        standing(percent=Decimal("80.00")), [replace(EDITION, code="so-xay-dung")]
    )
    assert (finding.kind, finding.grade, finding.places) == (
        "unit_not_in_result",
        "contradiction",
        ("hàng 1",),
    )
    assert finding.message == "xếp hạng: so-y-te không có trong kết quả đã công bố"
