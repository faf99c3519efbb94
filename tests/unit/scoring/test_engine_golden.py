"""The index of units against printed results, and each policy of a leaf that was not scored."""

from decimal import Decimal
from typing import Any

import pytest

from parindex.kernel.points import apportion, output
from scoring_api.frameworks.domain.framework import Framework
from scoring_api.results.domain.engine import compute_index, score_units
from scoring_api.results.domain.inputs import AssessedUnit, LeafEntry, PreviousYear, UnitInput
from scoring_api.results.domain.outcome import UnitScore, lost_points
from tests.unit.scoring.framework_json import RATIO, Json, area, framework, given, leaf, ratio

SOC_TRANG = [
    ("10.0", "7.939", "79.39"),
    ("10.0", "8.561", "85.61"),
    ("14.5", "11.244", "77.54"),
    ("11.0", "7.99445", "72.68"),  # printed 7,994; the percent comes from the unrounded points
    ("16.0", "9.435", "58.97"),
    ("7.0", "5.219", "74.56"),
    ("16.0", "10.621", "66.38"),
    ("15.5", "13.5", "87.10"),
]


def led(code: str, max_points: str, **terms: Any) -> Json:
    """A leaf whose points are entered."""
    node = leaf(code, max_points, source="leader", **terms)
    return {name: value for name, value in node.items() if name != "rule"}


def points(text: str) -> LeafEntry:
    return LeafEntry(value={"points": text})


def score(parsed: Framework, entries: dict[str, LeafEntry], **terms: Any) -> UnitScore:
    (found,) = score_units(parsed, [given("a", entries, **terms)])
    return found


def test_soc_trang_2017() -> None:
    parsed = framework(*[area(str(i), top, led("1", top)) for i, (top, _, _) in enumerate(SOC_TRANG, 1)])
    found = score(parsed, {f"{i}/1": points(reached) for i, (_, reached, _) in enumerate(SOC_TRANG, 1)})
    assert output(found.points) == Decimal("74.51")
    assert [str(output(part.percent)) for part in found.parts if part.percent] == [
        row[2] for row in SOC_TRANG
    ]
    self_and_survey = [Decimal("46.4863"), Decimal("28.0267")]
    assert [str(part) for part in apportion(self_and_survey)] == ["46.48", "28.03"]


def test_nam_dinh_2016_without_sipas() -> None:
    parsed = framework(
        led("1", "65", role="group"),
        led("2", "32.5", role="group"),
        led("3", "2.5", role="group", missing="exclude"),
    )
    found = score(parsed, {"1": points("45"), "2": points("25.46")})
    assert (found.points, found.applicable_max) == (Decimal("70.46"), Decimal("97.5"))
    assert found.percent is not None
    assert output(found.percent) == Decimal("72.27")
    parts = [part.percent for part in found.parts]
    assert parts[0] is not None
    assert output(parts[0]) == Decimal("69.23")
    assert parts[2] is None


ABSENT = LeafEntry(not_applicable=True)
NOTHING = LeafEntry(value={"numerator": "0", "denominator": "0"})
LAST_YEAR = PreviousYear(values={"2": {"numerator": "3", "denominator": "4"}})
LAST_YEAR_NOTHING = PreviousYear(values={"2": {"numerator": "0", "denominator": "0"}})


@pytest.mark.parametrize(
    ("terms", "entry", "previous", "expected"),
    [
        ({"missing": "zero"}, None, None, ("0", "40", "missing", "zero")),
        ({"missing": "exclude"}, None, None, ("0", "0", "missing", "exclude")),
        ({"missing": "council"}, LeafEntry(), None, ("0", "40", "missing", "council")),
        ({"not_applicable": "exclude"}, ABSENT, None, ("0", "0", "not_applicable", "exclude")),
        ({"not_applicable": "full"}, ABSENT, None, ("40", "40", "not_applicable", "full")),
        ({"not_applicable": "zero"}, ABSENT, None, ("0", "40", "not_applicable", "zero")),
        ({"not_applicable": "fallback"}, ABSENT, LAST_YEAR, ("30", "40", "not_applicable", "fallback")),
        ({"not_arising": "exclude"}, NOTHING, None, ("0", "0", "not_arising", "exclude")),
        ({"not_arising": "full"}, NOTHING, None, ("40", "40", "not_arising", "full")),
        ({"not_arising": "zero"}, NOTHING, None, ("0", "40", "not_arising", "zero")),
        ({"not_arising": "fallback"}, NOTHING, LAST_YEAR, ("30", "40", "not_arising", "fallback")),
        ({"not_arising": "fallback"}, NOTHING, None, ("0", "40", "not_arising", "fallback")),
        ({"not_arising": "fallback"}, NOTHING, LAST_YEAR_NOTHING, ("0", "40", "not_arising", "fallback")),
        ({}, LeafEntry(not_applicable=True, override=Decimal(7)), None, ("7", "40", "scored", "override")),
        ({}, LeafEntry(override=Decimal(70)), None, ("40", "40", "scored", "override")),
    ],
)
def test_each_policy(
    terms: Json, entry: LeafEntry | None, previous: PreviousYear | None, expected: tuple[str, ...]
) -> None:
    parsed = framework(leaf("1", "60", role="group"), leaf("2", "40", role="area", **terms))
    entries = {"1": ratio("100")} | ({"2": entry} if entry else {})
    found = score(parsed, entries, previous=previous)
    row = found.leaves[1]
    assert (
        str(row.points.normalize().__format__("f")),
        f"{row.max_points:f}",
        row.status,
        row.policy,
    ) == expected
    assert found.undecided == (("2",) if expected[3] == "council" else ())
    assert found.applicable_max == 60 + Decimal(expected[1])
    assert found.points == 60 + Decimal(expected[0])


EXTRA = [
    area(
        "8",
        "2",
        led("a", "1.5"),
        led("b", "1.5"),
        role="group",
        effect="bonus",
    ),
    area("9", "3", led("a", "5"), role="group", effect="penalty"),
]


def with_extra(*entries: tuple[str, str], **terms: Any) -> UnitScore:
    parsed = framework(area("1", "100", led("1", "100")), *EXTRA, **terms)
    return score(parsed, {key: points(text) for key, text in entries})


def test_bonus_and_penalty_are_capped_and_stand_beside_areas() -> None:
    found = with_extra(("1/1", "80"), ("8/a", "1.5"), ("8/b", "1"), ("9/a", "4"))
    assert (found.bonus, found.penalty, found.points) == (2, 3, 79)
    assert found.parts[0].percent == 80


def test_the_total_stays_between_nothing_and_the_maximum() -> None:
    assert with_extra(("1/1", "1"), ("9/a", "5")).points == 0
    assert with_extra(("1/1", "99"), ("8/a", "1.5"), ("8/b", "1.5")).points == 100
    over = with_extra(("1/1", "99"), ("8/a", "1.5"), ("8/b", "1.5"), cap_total=False)
    assert (over.points, over.percent) == (101, 101)
    assert over.band is not None
    assert over.band.code == "tu-90"


def test_an_area_counts_the_sources_it_declares() -> None:
    parsed = framework(
        area(
            "1", "100", leaf("1.1", "60"), leaf("1.2", "40", source="statistics"), percent_over=["documents"]
        )
    )
    found = score(parsed, {"1/1.1": ratio("50"), "1/1.2": ratio("100")})
    (part,) = found.parts
    assert (part.points, part.max_points, part.percent_points, part.percent) == (70, 100, 30, 50)


def test_a_unit_to_which_nothing_applied_has_no_percent_and_no_rank() -> None:
    parsed = framework(area("1", "100", leaf("1", "100")), review={"areas": ["1"], "threshold": "75"})
    units = [AssessedUnit(code=code, rank_group="so") for code in "ab"]
    result = compute_index(parsed, units, {"a": {"1/1": ABSENT}, "b": {"1/1": ratio("10")}}, [], {})
    none = result.units["a"]
    assert (none.score.percent, none.score.band, none.score.rating, none.standing.rank) == (
        None,
        None,
        None,
        None,
    )
    assert (none.score.skipped_areas, none.score.reviews) == (("1",), ())
    assert result.units["b"].standing.rank == 1


def test_an_area_that_is_watched_and_not_rated_is_told_when_nothing_of_it_applied() -> None:
    nodes = area("1", "50", leaf("1", "50")), area("2", "50", leaf("1", "50"), rated=False)
    for watched, skipped in ((["1"], ()), (["1", "2"], ("2",))):
        parsed = framework(*nodes, review={"areas": watched, "threshold": "75"})
        found = score(parsed, {"1/1": ratio("60"), "2/1": ABSENT})
        assert (found.skipped_areas, [duty.area for duty in found.reviews]) == (skipped, ["1"])


GAP: Json = {
    "measure": {"kind": "self_gap"},
    "scale": {
        "kind": "table",
        "bands": [
            {"from": None, "points": "10"},
            {"from": "5", "points": "5"},
            {"from": "10", "points": "0"},
        ],
    },
}


def claimed(percent: str, own: str) -> LeafEntry:
    fields = {"denominator": "100"}
    return LeafEntry(value={"numerator": percent, **fields}, self_value={"numerator": own, **fields})


@pytest.mark.parametrize(
    ("entries", "measure", "reached"),
    [
        ({"1": claimed("80", "86"), "2": claimed("90", "90")}, "3", "10"),
        ({"1": claimed("80", "90"), "2": claimed("90", "90")}, "5", "5"),
        ({"1": claimed("80", "90"), "2": claimed("90", "80")}, "0", "10"),  # a surplus pays for a want
        ({"1": claimed("60", "100"), "2": ratio("90")}, "40", "0"),  # only what was self-scored
        ({"1": claimed("60", "60"), "2": LeafEntry(not_applicable=True, self_value=RATIO)}, "0", "10"),
    ],
)
def test_the_self_gap_is_a_second_pass(entries: dict[str, LeafEntry], measure: str, reached: str) -> None:
    if "2" in entries and entries["2"].self_value is RATIO:
        entries = {
            **entries,
            "2": LeafEntry(not_applicable=True, self_value={"numerator": "1", "denominator": "2"}),
        }
    parsed = framework(
        leaf("0", "10", GAP, source="derived"), leaf("1", "45", role="area"), leaf("2", "45", role="area")
    )
    row = score(parsed, entries).leaves[0]
    assert row.measure is not None
    assert output(row.measure) == Decimal(measure)
    assert row.points == Decimal(reached)


def test_without_self_scores_the_gap_does_not_arise() -> None:
    parsed = framework(leaf("0", "10", GAP, source="derived"), leaf("1", "90", role="area"))
    assert score(parsed, {"1": ratio("50")}).leaves[0].status == "not_arising"
    assert score(parsed, {"0": LeafEntry(override=Decimal(4))}).leaves[0].points == 4
    assert score(parsed, {"0": ABSENT}).leaves[0].status == "not_applicable"


def test_lost_points_stand_most_first_and_ties_in_tree_order() -> None:
    parsed = framework(*[leaf(code, "25", role="group") for code in "abcd"])
    found = score(parsed, {"a": ratio("80"), "b": ratio("60"), "c": ratio("80"), "d": ratio("100")})
    assert lost_points(parsed, found) == (("b", 10), ("a", 5), ("c", 5))


def test_units_are_scored_one_by_one() -> None:
    parsed = framework(leaf("1", "100", role="group"))
    taken: list[str] = []

    def inputs() -> Any:
        for code in "ab":
            taken.append(code)
            yield UnitInput(unit=AssessedUnit(code=code, rank_group="so"), entries={"1": ratio("50")})

    scores = score_units(parsed, inputs())
    assert next(scores).percent == 50
    assert taken == ["a"]


def test_a_framework_without_ratings_rates_nobody() -> None:
    parsed = framework(leaf("1", "100", role="group"), ratings=None)
    assert score(parsed, {"1": ratio("50")}).rating is None
