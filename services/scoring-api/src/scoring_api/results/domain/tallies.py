"""Survey counts become the percent a rule measures; no points are made here and no ballot is seen."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from scoring_api.frameworks.domain.formula import NUMBERS
from scoring_api.frameworks.domain.rules import Question, Sipas, Survey
from scoring_api.results.domain.inputs import TallyCell

ONE = Decimal(1)
_add, _multiply, _divide = NUMBERS.add, NUMBERS.multiply, NUMBERS.divide  # bound once: the hot path
UnitCells = Mapping[tuple[str, str], Mapping[str, Mapping[str, int]]]
"""(questionnaire, question) → respondent group → option → count, of one unit."""


class CellPart(NamedTuple):
    """What one question and group give to a survey leaf: `part` of its percent; parts add up to it."""

    question: str
    group: str
    answered: int
    part: Decimal


class _Cell(NamedTuple):
    """Counted answers of a question in a group: Σ option weight × count (whole numbers) over Σ count."""

    question: str
    group: str
    weighted: int
    answered: int


class _Block(NamedTuple):
    """Cells pooled into one percent that weighs `weight / of` in the leaf."""

    weight: Decimal
    of: Decimal
    cells: Sequence[_Cell]


SurveyMeasure = Callable[[UnitCells], list[CellPart]]


def cells_of_unit(cells: Iterable[TallyCell]) -> UnitCells:
    """One unit's cells by question; cells of one place, from several batches, are added up."""
    found: dict[tuple[str, str], dict[str, Mapping[str, int]]] = {}
    for cell in cells:
        groups = found.setdefault((cell.questionnaire, cell.question), {})
        known = groups.get(cell.group)
        groups[cell.group] = cell.counts if known is None else _added(known, cell.counts)
    return found


def _added(one: Mapping[str, int], other: Mapping[str, int]) -> Mapping[str, int]:
    return {option: one.get(option, 0) + other.get(option, 0) for option in {**one, **other}}


def survey_percent(measure: Survey | Sipas, cells: UnitCells) -> Decimal | None:
    """The percent a survey leaf measures; None when every cell is below its minimum.

    Per question and group Σ option weight × count / Σ count, then groups, then questions. Three equal
    questions of Sóc Trăng 2017, organisation of the apparatus, give the printed 66,54:

    >>> from scoring_api.frameworks.domain.rules import Question, Survey
    >>> from parindex.kernel.points import output
    >>> options = {"A": Decimal(100), "D": Decimal(0)}
    >>> leaf = Survey(("q",), tuple(Question(c, ONE, options) for c in "abc"), "pool", {}, 1)
    >>> counts = {"a": (7778, 2222), "b": (5787, 4213), "c": (6398, 3602)}
    >>> cells = {("q", c): {"g": {"A": yes, "D": no}} for c, (yes, no) in counts.items()}
    >>> output(survey_percent(leaf, cells))
    Decimal('66.54')
    """
    return percent_of(survey_measure(measure)(cells))


def percent_of(parts: Sequence[CellPart]) -> Decimal | None:
    """The parts added up exactly; None when there are none."""
    if not parts:
        return None
    return _sum([part.part for part in parts])


def _sum(figures: Sequence[Decimal]) -> Decimal:
    """Exact sum without the cost of entering a context."""
    whole = Decimal(0)
    for figure in figures:
        whole = _add(whole, figure)
    return whole


def survey_measure(measure: Survey | Sipas) -> SurveyMeasure:
    """The measure as one function from a unit's cells to the parts of its percent, made once."""
    return _organisations(measure) if isinstance(measure, Survey) else _satisfaction(measure)


def _parts(blocks: Sequence[_Block], unit: int) -> list[CellPart]:
    """Parts of the percent; whole weights are `unit` times the weights in percent."""
    parts = []
    for weight, of, cells in blocks:
        answered = sum([cell.answered for cell in cells])
        whole = _multiply(of, Decimal(answered * unit))
        for question, group, weighted, count in cells:
            part = _divide(_multiply(weight, Decimal(weighted)), whole)
            parts.append(CellPart(question, group, count, part))
    return parts


def _counted(
    questionnaires: Sequence[str], question: str, weights: Mapping[str, int], cells: UnitCells
) -> dict[str, tuple[int, int]]:
    """Group → (Σ weight × count, Σ count) over the options that count."""
    found: dict[str, tuple[int, int]] = {}
    for questionnaire in questionnaires:
        for group, counts in cells.get((questionnaire, question), {}).items():
            weighted, answered = found.get(group, (0, 0))
            for option, count in counts.items():
                weight = weights.get(option)
                if weight is not None:
                    weighted += weight * count
                    answered += count
            found[group] = (weighted, answered)
    return found


def _whole_weights(questions: Sequence[Question]) -> tuple[int, list[dict[str, int]]]:
    """Option weights as whole numbers and the factor that made them so: counting then needs no Decimal."""
    given = [weight for question in questions for weight in question.options.values() if weight is not None]
    places = max((-int(weight.as_tuple().exponent) for weight in given), default=0)
    unit = 10 ** max(0, places)
    return unit, [
        {option: int(weight * unit) for option, weight in question.options.items() if weight is not None}
        for question in questions
    ]


def _organisations(measure: Survey) -> SurveyMeasure:
    unit, weights = _whole_weights(measure.questions)
    questions = list(zip(measure.questions, weights, strict=True))

    def parts(cells: UnitCells) -> list[CellPart]:
        kept = []
        for question, whole in questions:
            counted = _counted(measure.questionnaires, question.code, whole, cells)
            groups = [
                _Cell(question.code, group, *counted[group])
                for group in sorted(counted)
                if counted[group][1] >= measure.minimum and (not measure.groups or group in measure.groups)
            ]
            if groups:
                kept.append((question.weight, groups))
        of = _sum([weight for weight, _ in kept])
        return _parts(
            [block for weight, groups in kept for block in _combined(measure, weight, of, groups)], unit
        )

    return parts


def _combined(measure: Survey, weight: Decimal, of: Decimal, groups: Sequence[_Cell]) -> list[_Block]:
    """The groups of one question, which weighs `weight / of`, as blocks."""
    if measure.combine == "pool":
        return [_Block(weight, of, groups)]
    shares = [measure.groups[cell.group] if measure.combine == "weighted_groups" else ONE for cell in groups]
    whole = _sum(shares)
    return [
        _Block(_multiply(weight, share), _multiply(of, whole), [cell])
        for cell, share in zip(groups, shares, strict=True)
    ]


def _satisfaction(measure: Sipas) -> SurveyMeasure:
    """Share of satisfied answers (QĐ 2640/QĐ-BNV) or mean of the scale, pooled as declared.

    The mean of an n-step scale is Σ i × count / (n × Σ count) × 100.
    """
    if measure.method == "share":
        unit, weights = 1, {o: 100 if o in measure.satisfied else 0 for o in measure.scale_options}
    else:
        unit = len(measure.scale_options)
        weights = {option: 100 * place for place, option in enumerate(measure.scale_options, 1)}

    def cell_of(question: str, cells: UnitCells) -> list[_Cell]:
        counted = _counted(measure.questionnaires, question, weights, cells).values()
        cell = _Cell(question, "", sum(row[0] for row in counted), sum(row[1] for row in counted))
        return [cell] if cell.answered >= measure.minimum else []

    def parts(cells: UnitCells) -> list[CellPart]:
        pools = [
            [cell for question in questions for cell in cell_of(question, cells)]
            for questions in _pools(measure)
        ]
        kept = [pool for pool in pools if pool]
        return _parts([_Block(ONE, Decimal(len(kept)), pool) for pool in kept], unit)

    return parts


def _pools(measure: Sipas) -> Sequence[Sequence[str]]:
    """Which questions are pooled before the mean is taken."""
    if measure.pooling == "pooled":
        return [measure.questions]
    if measure.pooling == "mean_of_questions":
        return [[question] for question in measure.questions]
    if measure.pooling == "mean_of_factors":
        return list(measure.factors.values())
    return [[measure.overall]]
