"""Bands, ratings, reviews and ranks of whole results."""

from decimal import Decimal

import pytest

from scoring_api.results.domain.engine import compute_index
from scoring_api.results.domain.inputs import AssessedUnit, LeafEntry, PreviousYear
from scoring_api.results.domain.outcome import IndexResult, UnitResult
from scoring_api.results.domain.ranks import RankRow, ranks, standing
from tests.unit.scoring.framework_json import area, framework, leaf, ratio

RATED = framework(
    area("1", "10", leaf("1.1", "10")),
    area("2", "10", leaf("2.1", "10")),
    leaf("3", "80", role="group"),
    review={"areas": ["2"], "threshold": "75"},
    tie_breaks=["2"],
)


def entries(total: str, first: str, second: str) -> dict[str, LeafEntry]:
    """Two rated areas of so many percent each, and the rest such that the total comes out."""
    rest = (Decimal(total) - (Decimal(first) + Decimal(second)) / 10) / 80 * 100
    return {"1/1.1": ratio(first), "2/2.1": ratio(second), "3": ratio(str(rest))}


def index(previous: dict[str, PreviousYear] | None = None, **units: tuple[str, str, str]) -> IndexResult:
    listed = [AssessedUnit(code=code, rank_group="so") for code in units]
    values = {code: entries(*figures) for code, figures in units.items()}
    return compute_index(RATED, listed, values, [], previous or {})


def one(*figures: str) -> UnitResult:
    return index(a=(figures[0], figures[1], figures[2])).units["a"]


@pytest.mark.parametrize(
    ("figures", "rating", "blocked", "fell"),
    [
        (("95", "90", "90"), "xuat-sac", None, False),
        (("90", "80", "80"), "xuat-sac", None, False),
        (("89.996", "90", "90"), "tot", ("total", ""), False),
        (("95", "75", "90"), "tot", ("area", "1"), True),
        (("85", "90", "60"), "hoan-thanh", ("area", "2"), True),  # Ban Quản lý các KCN, Tứ Kỳ 2022
        (("92", "95", "60"), "hoan-thanh", ("area", "2"), True),
        (("70", "90", "45"), "khong-hoan-thanh", ("area", "2"), True),
        (("75", "60", "65"), "hoan-thanh", ("total", ""), False),
        (("64.99", "90", "90"), "khong-hoan-thanh", ("total", ""), False),
    ],
)
def test_the_first_class_whose_floors_are_met(
    figures: tuple[str, str, str], rating: str, blocked: tuple[str, str] | None, fell: bool
) -> None:
    found = one(*figures).score.rating
    assert found is not None
    assert (found.rating.code, found.by_fall_through) == (rating, fell)
    assert (found.blocked_by and (found.blocked_by.kind, found.blocked_by.key)) == blocked


def test_the_blocking_floor_is_told_with_its_figures() -> None:
    found = one("85", "90", "60").score.rating
    assert found is not None
    assert found.blocked_by is not None
    assert (found.blocked_by.name, found.blocked_by.percent, found.blocked_by.floor) == ("Lĩnh vực 2", 60, 70)


@pytest.mark.parametrize(
    ("total", "band", "distance"),
    [
        ("90", "tu-90", None),
        ("89.996", "80-duoi-90", "0.004"),
        ("80", "80-duoi-90", "10"),
        ("20", "duoi-80", "60"),
    ],
)
def test_bands_hold_their_floor_and_tell_what_the_next_one_needs(
    total: str, band: str, distance: str | None
) -> None:
    found = one(total, total, total).score
    assert found.band is not None
    assert found.band.code == band
    assert found.next_band_distance == (Decimal(distance) if distance else None)


def test_an_area_under_the_threshold_obliges_to_a_review_and_years_are_counted() -> None:
    previous = {"a": PreviousYear(review_years={"2": 1}), "b": PreviousYear(review_years={"1": 4})}
    result = index(previous, a=("80", "50", "74.99"), b=("80", "50", "74.99"), c=("80", "50", "75"))
    duties = {code: found.score.reviews for code, found in result.units.items()}
    assert [(duty.area, duty.consecutive_years, duty.threshold) for duty in duties["a"]] == [("2", 2, 75)]
    assert [duty.consecutive_years for duty in duties["b"]] == [1]
    assert duties["c"] == ()


def test_equal_units_share_a_rank_unless_a_declared_tie_break_parts_them() -> None:
    result = index(a=("80", "90", "80"), b=("90", "90", "90"), c=("80", "90", "80"), d=("80", "70", "85"))
    assert {code: found.standing.rank for code, found in result.units.items()} == {
        "b": 1,
        "d": 2,
        "a": 3,
        "c": 3,
    }


def test_ranks_are_kept_apart_by_list_and_skip_after_ties() -> None:
    figures = [("a", "so", 90), ("b", "so", 85), ("c", "so", 85), ("d", "so", 70), ("e", "huyen", 10)]
    rows = [RankRow(code, group, Decimal(percent), ()) for code, group, percent in figures]
    rows.append(RankRow("f", "so", None, ()))
    assert ranks(rows) == {"a": 1, "b": 2, "c": 2, "d": 4, "e": 1, "f": None}


def test_a_tie_value_that_does_not_apply_comes_last() -> None:
    rows = [RankRow("a", "so", Decimal(80), (None,)), RankRow("b", "so", Decimal(80), (Decimal(0),))]
    assert ranks(rows) == {"a": 2, "b": 1}


def test_a_change_of_rank_is_told_with_how_far_it_compares() -> None:
    half = Decimal(50)
    assert standing(3, half, PreviousYear(rank=10)).change == 7  # «tăng 7 bậc»
    fell = standing(10, half, PreviousYear(rank=8, comparability="partly"))
    assert (fell.change, fell.previous_rank, fell.comparability) == (-2, 8, "partly")
    assert standing(None, None, PreviousYear(rank=8)).change is None
    assert (standing(1, half, None).change, standing(1, half, None).comparability) == (None, "not")
    assert standing(1, half, PreviousYear(comparability="partly")).comparability == "partly"


def test_percents_are_compared_in_points_of_percent() -> None:
    last = PreviousYear(rank=49, percent=Decimal("69.95"))  # Sóc Trăng 2016, then 74,51 % in 2017
    assert standing(46, Decimal("74.51"), last).percent_change == Decimal("4.56")
    assert standing(None, None, last).percent_change is None
    assert standing(46, Decimal("74.51"), PreviousYear(rank=49)).percent_change is None
