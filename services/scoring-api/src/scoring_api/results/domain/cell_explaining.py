"""What each question and group of a survey leaf gave to its points; the sentence is written elsewhere."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from parindex.kernel.points import apportion, leaf_points
from scoring_api.frameworks.domain.measure_words import figure_text
from scoring_api.frameworks.domain.rules import Sipas, Survey
from scoring_api.frameworks.domain.scoring import ZERO
from scoring_api.results.domain.counting import CellPart, UnitCells, parts_of
from scoring_api.results.domain.explanation import Contribution, SurveyCell
from scoring_api.results.domain.tallies import survey_plan


def cell_contributions(
    measure: Survey | Sipas, cells: UnitCells, points: Decimal, places: int
) -> tuple[Contribution, ...]:
    """Points in proportion to each cell's part of the percent, adding up exactly («đóng góp của từng ô»).

    Cells below the minimum stand last, with nothing.
    """
    counted = _parts(measure, cells)
    spread = _spread(points, [part.part for part in counted])
    known = {(part.question, part.group) for part in counted}
    every = _parts(replace(measure, minimum=1), cells)
    dropped = [part for part in every if (part.question, part.group) not in known]
    rows = [
        _contribution(part, given, printed, counted=True)
        for part, given, printed in zip(counted, spread, apportion(spread, places), strict=True)
    ]
    return (*rows, *[_contribution(part, ZERO, ZERO, counted=False) for part in dropped])


def _parts(measure: Survey | Sipas, cells: UnitCells) -> list[CellPart]:
    plan = survey_plan(measure)
    return parts_of(plan.blocks(cells), plan.unit)


def _spread(points: Decimal, parts: Sequence[Decimal]) -> list[Decimal]:
    """Points in proportion to the parts, adding up exactly: the last digits go to the first part."""
    whole = sum(parts, ZERO)
    if not whole:
        return [points, *[ZERO] * (len(parts) - 1)]
    spread = [leaf_points(points * part / whole) for part in parts]
    spread[0] += points - sum(spread, ZERO)
    return spread


def _contribution(part: CellPart, points: Decimal, printed: Decimal, *, counted: bool) -> Contribution:
    weight = part.weight if counted else ZERO
    where = f"câu {part.question}" + (f", nhóm {part.group}" if part.group else "")
    said = (
        f"{figure_text(part.percent, 2)} % × {figure_text(weight, 4)}"
        if counted
        else "dưới mức tối thiểu, không tính"
    )
    return Contribution(
        key=f"{part.question}/{part.group}" if part.group else part.question,
        label=f"{where}: {part.answered} câu trả lời được tính, {said}"
        if counted
        else f"{where}: {part.answered} câu trả lời, {said}",
        points=points,
        printed=printed,
        cell=SurveyCell(part.question, part.group, part.answered, part.percent, weight, counted),
    )
