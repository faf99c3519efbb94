"""How far the survey moves a unit: base and standard errors of its leaves; floats, and never a score."""

from bisect import bisect_right
from collections.abc import Callable, Mapping
from decimal import Decimal, localcontext
from math import sqrt
from typing import NamedTuple

from parindex.kernel.points import HUNDRED, compared, share, total
from scoring_api.frameworks.domain.formula import NUMBERS
from scoring_api.frameworks.domain.framework import Framework, Leaf
from scoring_api.frameworks.domain.rules import BandTable, Linear, Scale, Sipas, Survey
from scoring_api.results.domain.counting import SurveyPlan, UnitCells, cells_of_unit, counted
from scoring_api.results.domain.inputs import UnitInput
from scoring_api.results.domain.outcome import UnitScore
from scoring_api.results.domain.tallies import survey_plan

FINEST = 20
"""Percents of a run are whole numbers of 10⁻²⁰, as finely as the index itself compares them."""
Points = Callable[[float], float]


class Movement(NamedTuple):
    """A survey leaf that moves («tiêu chí chịu sai số điều tra»): percent = base + Σ slope × draw.

    `slopes` holds, by respondent group, the standard error of the group's part of the percent. `points` is
    the leaf's scale.
    """

    leaf: str
    base: float
    slopes: Mapping[str, float]
    points: Points


class UnitModel(NamedTuple):
    """One unit between what stands and what moves («đơn vị qua các lần mô phỏng»).

    `raw` is the percent before it is kept from 0 up to `limit`, in whole numbers of 10⁻²⁰.
    """

    unit: str
    raw: int
    limit: int | None
    applicable: float
    movements: tuple[Movement, ...]

    @property
    def groups(self) -> list[str]:
        return sorted({group for movement in self.movements for group in movement.slopes})


class SurveyedLeaf(NamedTuple):
    """A leaf measured by a survey («tiêu chí điều tra»), made ready once for every unit."""

    place: int
    leaf: Leaf
    measure: Survey | Sipas
    plan: SurveyPlan
    points: Points


def surveyed_leaves(framework: Framework) -> list[SurveyedLeaf]:
    """Leaves within the 100 that a survey measures; a surveyed bonus is held where it is."""
    found = []
    for place, leaf in enumerate(framework.leaves):
        measure = leaf.rule.measure
        if isinstance(measure, (Survey, Sipas)) and leaf.effect == "points":
            points = _points_of(leaf.rule.scale, float(leaf.max_points))
            found.append(SurveyedLeaf(place, leaf, measure, survey_plan(measure), points))
    return found


def unit_model(
    framework: Framework, surveyed: list[SurveyedLeaf], given: UnitInput, score: UnitScore
) -> UnitModel | None:
    """None for a unit of which nothing applied: it has no percent that could move."""
    if score.percent is None:
        return None
    cells = cells_of_unit(given.cells)
    movements = []
    for row in surveyed:
        outcome = score.leaves[row.place]
        if outcome.policy or outcome.measure is None:
            continue  # not scored, or the council's own points: nothing of the survey is left in it
        slopes = _slopes(row, cells)
        if any(slopes.values()):
            movements.append(Movement(row.leaf.key, float(outcome.measure), slopes, row.points))
    return UnitModel(
        unit=score.unit.code,
        raw=_whole(share(_uncapped(framework, score), score.applicable_max)),
        limit=_whole(HUNDRED) if framework.cap_total else None,
        applicable=float(score.applicable_max),
        movements=tuple(movements),
    )


def _whole(percent: Decimal) -> int:
    with localcontext(NUMBERS):
        return int(compared(percent).scaleb(FINEST))


def _uncapped(framework: Framework, score: UnitScore) -> Decimal:
    """Σ leaves + bonus − penalty before the total is kept within its limits."""
    rows = zip(framework.leaves, score.leaves, strict=True)
    return total(
        [*(row.points for leaf, row in rows if leaf.effect == "points"), score.bonus, -score.penalty]
    )


def _slopes(row: SurveyedLeaf, cells: UnitCells) -> dict[str, float]:
    """Standard error of each group's part: its questions move together, so theirs are added up."""
    slopes: dict[str, float] = {}
    for weight, of, pooled in row.plan.blocks(cells):
        answered = sum([cell[3] for cell in pooled])
        for question, group, _, _ in pooled:
            whole_groups = isinstance(row.measure, Sipas)  # whose cells hold all groups of a question
            for name, deviation in _deviations(row, question, cells).items():
                if whole_groups or name == group:
                    part = weight * deviation / (of * answered * row.plan.unit)
                    slopes[name] = slopes.get(name, 0) + part
    return slopes


def _deviations(row: SurveyedLeaf, question: str, cells: UnitCells) -> dict[str, float]:
    """Group → standard deviation of the sum of its answers' weights, √n times that of one answer.

    The answers are multinomial: n × variance = Σw² − (Σw)² / n over n answers, w the weight each one got.
    """
    weights = row.plan.weights[question]
    squares = {option: weight * weight for option, weight in weights.items()}
    of_squares = counted(row.measure.questionnaires, question, squares, cells)
    return {
        group: sqrt((answered * of_squares[group][0] - summed * summed) / answered)
        for group, (summed, answered) in counted(row.measure.questionnaires, question, weights, cells).items()
        if answered
    }


def _points_of(scale: Scale, most: float) -> Points:
    """The scale in floats, its measure kept within 0 and 100."""
    line = _line(scale, most)
    return lambda percent: line(min(max(percent, 0), 100))


def _line(scale: Scale, most: float) -> Points:
    if isinstance(scale, BandTable):
        bounds = [float(step.lower) for step in scale.steps[1:] if step.lower is not None]
        given = [float(step.points) for step in scale.steps]
        return lambda percent: given[bisect_right(bounds, percent)]
    assert isinstance(scale, Linear), "items are counted and levels chosen, never surveyed"
    floor, full = float(scale.floor), float(scale.full)
    return lambda percent: most if percent >= full else most * percent / full if percent >= floor else 0
