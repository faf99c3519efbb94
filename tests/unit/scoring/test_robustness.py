"""Robustness: what more ballots, dependence of questions, overrides and exact ties must do to intervals."""

from decimal import Decimal
from math import isclose
from typing import Any

import pytest

from parindex.kernel.errors import DomainError
from scoring_api.frameworks.domain.parsing import parse_framework
from scoring_api.results.domain.engine import compute_index
from scoring_api.results.domain.inputs import AssessedUnit, LeafEntry, TallyCell
from scoring_api.results.domain.outcome import IndexResult
from scoring_api.results.domain.robustness import UnitRobustness, robustness
from scoring_api.results.domain.robustness_model import surveyed_leaves, unit_model
from tests.unit.scoring.framework_json import Json, area, document, framework, leaf, ratio

OPTIONS = {"A": "100", "D": "0"}
LINEAR: Json = {"kind": "linear", "floor": "0", "full": "100"}
STEPS: Json = {"kind": "table", "bands": [{"from": None, "points": "0"}, {"from": "50", "points": "40"}]}


def survey(*questions: str, scale: Json = LINEAR, combine: str = "pool", **terms: Any) -> Json:
    rows = [{"code": code, "weight": "1", "options": OPTIONS} for code in questions]
    measure = {"kind": "survey", "questionnaires": ["q"], "questions": rows, "combine": combine, **terms}
    return {"measure": measure, "scale": scale}


def sipas(*questions: str, **terms: Any) -> Json:
    measure = {
        "kind": "sipas",
        "questionnaires": ["q"],
        "questions": list(questions),
        "satisfied": ["A"],
        "scale_options": ["D", "A"],
        **terms,
    }
    return {"measure": measure, "scale": LINEAR}


def definition(rule: Json, **terms: Any) -> Json:
    given = leaf("1", "60", source="documents")
    asked = leaf("2", "40", rule, source="survey")
    return document(area("I", "100", given, asked), **terms)


def cell(unit: str, yes: int, no: int, question: str = "c1", group: str = "g") -> TallyCell:
    return TallyCell(
        unit=unit,
        questionnaire="q",
        group=group,
        question=question,
        counts={"A": yes, "D": no},
        total=yes + no,
    )


def index(
    rule: Json,
    cells: list[TallyCell],
    documents: dict[str, str],
    entries: dict[str, LeafEntry] | None = None,
    **terms: Any,
) -> IndexResult:
    values = {unit: {"I/1": ratio(percent)} for unit, percent in documents.items()}
    for unit, entry in (entries or {}).items():
        values[unit]["I/2"] = entry
    units = [AssessedUnit(code=unit, rank_group="so") for unit in documents]
    return compute_index(parse_framework(definition(rule, **terms)), units, values, cells, {})


def slopes(result: IndexResult, unit: str = "a") -> dict[str, float]:
    found = unit_model(
        result.framework, surveyed_leaves(result.framework), result.inputs[unit], result.units[unit].score
    )
    assert found is not None
    return dict(found.movements[0].slopes) if found.movements else {}


def by_unit(rows: list[UnitRobustness]) -> dict[str, UnitRobustness]:
    return {row.unit: row for row in rows}


UNITS = {"a": "80", "b": "79", "c": "78", "d": "70"}


def ballots(size: int) -> list[TallyCell]:
    return [cell(unit, size * 6 // 10, size * 4 // 10) for unit in UNITS]


def test_the_standard_error_of_a_share_is_the_binomial_one() -> None:
    result = index(survey("c1"), [cell("a", 60, 40)], {"a": "80"})
    assert isclose(slopes(result)["g"], 100 * (0.6 * 0.4 / 100) ** 0.5)


def test_the_standard_error_of_weights_is_the_multinomial_one() -> None:
    rule = survey("c1")
    rule["measure"]["questions"][0]["options"] = {"A": "100", "B": "62.5", "D": "0", "K": None}
    counts = {"A": 30, "B": 50, "D": 20, "K": 900}
    cells = [TallyCell(unit="a", questionnaire="q", group="g", question="c1", counts=counts, total=1000)]
    mean = 0.3 * 100 + 0.5 * 62.5
    variance = 0.3 * 100**2 + 0.5 * 62.5**2 - mean**2
    assert isclose(slopes(index(rule, cells, {"a": "80"}))["g"], (variance / 100) ** 0.5)


@pytest.mark.parametrize("rule", [survey("c1", "c2", "c3"), sipas("c1", "c2", "c3")], ids=["survey", "sipas"])
def test_questions_of_one_group_move_together(rule: Json) -> None:
    """Three like questions of a third each: the error is that of one, not of one over √3."""
    one = slopes(index(survey("c1"), [cell("a", 60, 40)], {"a": "80"}))["g"]
    cells = [cell("a", 60, 40, question) for question in ("c1", "c2", "c3")]
    assert isclose(slopes(index(rule, cells, {"a": "80"}))["g"], one)


@pytest.mark.parametrize("rule", [survey("c1"), sipas("c1")], ids=["survey", "sipas"])
def test_groups_move_apart(rule: Json) -> None:
    """Two like groups pooled: each moves its half by its own draw, together by 1/√2 of one group's."""
    cells = [cell("a", 60, 40, group=group) for group in ("g", "h")]
    found = slopes(index(rule, cells, {"a": "80"}))
    one = 100 * (0.24 / 100) ** 0.5
    assert found == pytest.approx({"g": one / 2, "h": one / 2})
    result = index(rule, cells, {"a": "80"})
    (row,) = robustness(result, 4000, 7)
    assert row.standard_error is not None
    assert float(row.standard_error) == pytest.approx(0.4 * one / 2**0.5, rel=0.05)


def test_weights_of_groups_and_small_cells_count_as_in_the_index() -> None:
    rule = survey(
        "c1",
        combine="weighted_groups",
        groups=[{"code": "g", "weight": "3"}, {"code": "h", "weight": "1"}],
        minimum=10,
    )
    cells = [cell("a", 60, 40, group="g"), cell("a", 5, 5, group="h"), cell("a", 4, 4, group="k")]
    found = slopes(index(rule, cells, {"a": "80"}))
    assert found == pytest.approx(
        {"g": 0.75 * 100 * (0.24 / 100) ** 0.5, "h": 0.25 * 100 * (0.25 / 10) ** 0.5}
    )
    cells[1] = cell("a", 4, 5, group="h")
    assert slopes(index(rule, cells, {"a": "80"})) == pytest.approx({"g": 100 * (0.24 / 100) ** 0.5})


def test_more_ballots_make_intervals_narrower() -> None:
    few, many = (
        by_unit(robustness(index(survey("c1"), ballots(size), UNITS), 1000, 1)) for size in (50, 50_000)
    )
    for unit in UNITS:
        assert few[unit].standard_error > many[unit].standard_error  # type: ignore[operator]
    width = sum(row.rank_high - row.rank_low for row in few.values())  # type: ignore[operator]
    assert width > sum(row.rank_high - row.rank_low for row in many.values())  # type: ignore[operator]


def test_without_doubt_everything_stays_where_it_was_computed() -> None:
    result = index(survey("c1"), ballots(10**12), UNITS)
    for row in robustness(result, 500, 3):
        score = result.units[row.unit]
        assert row.rank == score.standing.rank == row.rank_low == row.rank_median == row.rank_high
        assert score.score.band is not None
        assert dict(row.bands)[score.score.band.code] == 500


@pytest.mark.parametrize("cells", [[], [cell(unit, 100, 0) for unit in "abc"]], ids=["none", "one voice"])
def test_ties_and_bounds_stay_exact_where_nothing_moves(cells: list[TallyCell]) -> None:
    near = "89.99999999999999999999" if not cells else "90"
    documents = {"a": near, "b": "50", "c": "50"}
    terms = {"bands": [{"code": "x", "name": "x", "floor": "54"}, {"code": "y", "name": "y", "floor": "0"}]}
    result = index(survey("c1"), cells, documents, **(terms if not cells else {}))
    rows = by_unit(robustness(result, 50, 1))
    assert [(rows[u].rank_low, rows[u].rank_high) for u in "abc"] == [(1, 1), (2, 2), (2, 2)]
    assert rows["a"].standard_error == 0
    assert not rows["a"].moving
    if not cells:  # 60 × 0.8999… is under 54 by the last of the compared digits: no float would see it
        assert dict(rows["a"].bands) == {"x": 0, "y": 50}


@pytest.mark.parametrize(
    "entry",
    [LeafEntry(override=Decimal(30), reason="x"), LeafEntry(not_applicable=True)],
    ids=["points", "apart"],
)
def test_what_the_council_decided_does_not_move(entry: LeafEntry) -> None:
    rows = by_unit(robustness(index(survey("c1"), ballots(20), UNITS, {"b": entry}), 200, 1))
    assert rows["b"].standard_error == 0
    assert rows["b"].moving == ()
    assert rows["a"].moving == ("I/2",)
    assert rows["a"].standard_error > 0  # type: ignore[operator]


def test_the_points_go_through_the_scale() -> None:
    """At 50 % with 40 points from 50 % on: about half the runs keep them."""
    rule = survey("c1", scale=STEPS)
    result = index(rule, [cell("a", 50, 50)], {"a": "100"})
    (row,) = robustness(result, 2000, 5)
    bands = dict(row.bands)
    assert bands["tu-90"] + bands["duoi-80"] == 2000
    assert 900 < bands["tu-90"] < 1100


def test_percents_stay_within_their_limits() -> None:
    bounds = [{"code": "o", "name": "x", "floor": "100.0001"}, {"code": "i", "name": "x", "floor": "0"}]
    result = index(survey("c1"), [cell("a", 2, 1), cell("b", 1, 2)], {"a": "100", "b": "0"}, bands=bounds)
    assert all(dict(row.bands) == {"o": 0, "i": 300} for row in robustness(result, 300, 1))


def test_the_seed_alone_decides_and_other_units_do_not() -> None:
    whole = index(survey("c1"), ballots(50), UNITS)
    part = index(survey("c1"), ballots(50), {"b": UNITS["b"], "a": UNITS["a"]})
    assert robustness(whole, 300, 1) == robustness(whole, 300, 1)
    assert robustness(whole, 300, 1) != robustness(whole, 300, 2)
    rows, fewer = by_unit(robustness(whole, 300, 1)), by_unit(robustness(part, 300, 1))
    for unit in "ab":
        assert (rows[unit].standard_error, rows[unit].bands) == (
            fewer[unit].standard_error,
            fewer[unit].bands,
        )


def test_the_same_seed_gives_these_figures_in_every_python() -> None:
    (row, *_) = robustness(index(survey("c1"), ballots(50), UNITS), 1000, 1)
    assert (row.rank, row.rank_low, row.rank_median, row.rank_high) == (1, 1, 2, 3)
    assert str(row.standard_error) == "2.84870220344037013437"


def test_a_unit_of_which_nothing_applied_has_nothing_to_be_firm_of() -> None:
    values = {"a": {leaf: LeafEntry(not_applicable=True) for leaf in ("I/1", "I/2")}}
    units = [AssessedUnit(code=unit, rank_group="so") for unit in "ab"]
    result = compute_index(parse_framework(definition(survey("c1"))), units, values, [], {})
    row = by_unit(robustness(result, 10, 1))["a"]
    assert (row.rank, row.rank_low, row.rank_high, row.standard_error) == (None, None, None, None)
    assert {count for _, count in row.bands} == {0}


def test_the_work_is_bounded_before_it_begins() -> None:
    documents = {f"u{number}": "50" for number in range(31)}
    with pytest.raises(DomainError, match="robustness_too_large"):
        robustness(index(survey("c1"), [], documents), 10_000, 1)


def test_a_surveyed_bonus_is_held() -> None:
    bonus = area("T", "5", leaf("1", "5", survey("c1"), source="survey"), effect="bonus")
    parsed = framework(area("I", "100", leaf("1", "100")), bonus)
    unit = AssessedUnit(code="a", rank_group="so")
    result = compute_index(parsed, [unit], {"a": {"I/1": ratio("80")}}, [cell("a", 5, 5)], {})
    (row,) = robustness(result, 100, 1)
    assert (row.standard_error, row.moving) == (0, ())
