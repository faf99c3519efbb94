"""Counting answers of one unit's survey cells, in whole numbers until one division a block."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import NamedTuple

from parindex.kernel.points import total
from scoring_api.frameworks.domain.formula import NUMBERS
from scoring_api.results.domain.inputs import TallyCell

_NO_GROUPS: Mapping[str, Mapping[str, int]] = {}
_divide = NUMBERS.divide  # bound once: the hot path
_shed = Context(prec=72, rounding=ROUND_HALF_UP).plus  # three thirds are one: what divisions left over goes
UnitCells = Mapping[tuple[str, str], Mapping[str, Mapping[str, int]]]
"""(questionnaire, question) → respondent group → option → count, of one unit."""


class CellPart(NamedTuple):
    """What one question and group give to a survey leaf: `part` of its percent; parts add up to it.

    `percent` is the cell's own, `weight` its weight in the leaf: the weights of all cells add up to 1.
    """

    question: str
    group: str
    answered: int
    percent: Decimal
    weight: Decimal
    part: Decimal


Cell = tuple[str, str, int, int]
"""Question, group, Σ option weight × count, Σ count; whole numbers, so that counting needs no Decimal."""

Block = tuple[int, int, list[Cell]]
"""Cells pooled into one percent that weighs the first number over the second in the leaf."""


class SurveyPlan(NamedTuple):
    """A survey measure made ready: `unit` times the option weights are whole numbers.

    `weights` are those whole numbers by question and option.
    """

    unit: int
    blocks: Callable[[UnitCells], list[Block]]
    weights: Mapping[str, Mapping[str, int]]


def cells_of_unit(cells: Iterable[TallyCell]) -> UnitCells:
    """One unit's cells by question; cells of one place, from several batches, are added up."""
    found: dict[tuple[str, str], dict[str, Mapping[str, int]]] = {}
    for cell in cells:
        place = (cell.questionnaire, cell.question)
        groups = found.get(place)
        if groups is None:
            found[place] = {cell.group: cell.counts}
            continue
        known = groups.get(cell.group)
        groups[cell.group] = cell.counts if known is None else _added(known, cell.counts)
    return found


def _added(one: Mapping[str, int], other: Mapping[str, int]) -> Mapping[str, int]:
    return {option: one.get(option, 0) + other.get(option, 0) for option in {**one, **other}}


def counted(
    questionnaires: Sequence[str], question: str, weights: Mapping[str, int], cells: UnitCells
) -> dict[str, tuple[int, int]]:
    """Group → (Σ weight × count, Σ count) over the options that count."""
    found: dict[str, tuple[int, int]] = {}
    for questionnaire in questionnaires:
        for group, counts in cells.get((questionnaire, question), _NO_GROUPS).items():
            weighted, answered = found.get(group, (0, 0))
            for option, count in counts.items():
                weight = weights.get(option)
                if weight is not None:
                    weighted += weight * count
                    answered += count
            found[group] = (weighted, answered)
    return found


def percent_of(blocks: Sequence[Block], unit: int) -> Decimal | None:
    """The blocks' percents by their weights; None when there are none."""
    if not blocks:
        return None
    percents = []
    for weight, of, cells in blocks:
        weighted = answered = 0
        for cell in cells:
            weighted += cell[2]
            answered += cell[3]
        percents.append(_divide(Decimal(weight * weighted), Decimal(of * answered * unit)))
    return percents[0] if len(percents) == 1 else _shed(total(percents))


def parts_of(blocks: Sequence[Block], unit: int) -> list[CellPart]:
    """The same percent cell by cell, for whoever asks where it comes from."""
    parts = []
    for weight, of, cells in blocks:
        whole = of * sum(answered for _, _, _, answered in cells)
        for question, group, weighted, answered in cells:
            percent = _divide(Decimal(weighted), Decimal(answered * unit))
            share = _divide(Decimal(weight * answered), Decimal(whole))
            part = _divide(Decimal(weight * weighted), Decimal(whole * unit))
            parts.append(CellPart(question, group, answered, percent, share, part))
    return sorted(parts)
