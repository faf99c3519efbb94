"""Survey counts become the percent a rule measures; no points are made here and no ballot is seen."""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

from scoring_api.frameworks.domain.formula import NUMBERS
from scoring_api.frameworks.domain.rules import Question, Sipas, Survey
from scoring_api.results.domain.counting import Block, Cell, SurveyPlan, UnitCells, counted, percent_of


def survey_percent(measure: Survey | Sipas, cells: UnitCells) -> Decimal | None:
    """The percent a survey leaf measures; None when every cell is below its minimum.

    Per question and group Σ option weight × count / Σ count, then groups, then questions. Three equal
    questions of Sóc Trăng 2017, organisation of the apparatus, give the printed 66,54:

    >>> from scoring_api.frameworks.domain.rules import Question, Survey
    >>> from parindex.kernel.points import output
    >>> options = {"A": Decimal(100), "D": Decimal(0)}
    >>> leaf = Survey(("q",), tuple(Question(c, Decimal(1), options) for c in "abc"), "pool", {}, 1)
    >>> counts = {"a": (7778, 2222), "b": (5787, 4213), "c": (6398, 3602)}
    >>> cells = {("q", c): {"g": {"A": yes, "D": no}} for c, (yes, no) in counts.items()}
    >>> output(survey_percent(leaf, cells))
    Decimal('66.54')
    """
    plan = survey_plan(measure)
    return percent_of(plan.blocks(cells), plan.unit)


def survey_plan(measure: Survey | Sipas) -> SurveyPlan:
    """The measure made ready once for every unit."""
    return _organisations(measure) if isinstance(measure, Survey) else _satisfaction(measure)


def _whole(figures: Iterable[Decimal]) -> int:
    """The power of ten that makes all figures whole."""
    places = max((-int(figure.as_tuple().exponent) for figure in figures), default=0)
    return int(10 ** max(0, places))


def _times(figure: Decimal, power: int) -> int:
    return int(NUMBERS.multiply(figure, Decimal(power)))


def _organisations(measure: Survey) -> SurveyPlan:
    unit = _whole(
        weight for question in measure.questions for weight in question.options.values() if weight is not None
    )
    scale = _whole(question.weight for question in measure.questions)
    questions = [(q.code, _times(q.weight, scale), _option_weights(q, unit)) for q in measure.questions]
    minimum, wanted = measure.minimum, measure.groups
    combined = _combined(measure) if measure.combine != "pool" else None

    def blocks(cells: UnitCells) -> list[Block]:
        kept, of = [], 0
        for code, share, weights in questions:
            groups: list[Cell] = []
            for group, (weighted, answered) in counted(measure.questionnaires, code, weights, cells).items():
                if answered >= minimum and (not wanted or group in wanted):
                    groups.append((code, group, weighted, answered))
            if groups:
                kept.append((share, groups))
                of += share
        if combined is None:
            return [(share, of, groups) for share, groups in kept]
        return [block for share, groups in kept for block in combined(share, of, groups)]

    return SurveyPlan(unit, blocks, {code: weights for code, _, weights in questions})


def _option_weights(question: Question, unit: int) -> dict[str, int]:
    return {code: _times(weight, unit) for code, weight in question.options.items() if weight is not None}


def _combined(measure: Survey) -> Callable[[int, int, list[Cell]], list[Block]]:
    """The groups of one question, which weighs `share / of`, as blocks, each by its weight.

    Blocks stand in the order of their groups, so that the order of the cells cannot touch the last digit.
    """
    scale = _whole(measure.groups.values())
    equal = measure.combine == "mean_of_groups"
    weights = {code: 1 if equal else _times(weight, scale) for code, weight in measure.groups.items()}

    def blocks(share: int, of: int, groups: list[Cell]) -> list[Block]:
        whole = sum([weights.get(cell[1], 1) for cell in groups])
        return [(share * weights.get(cell[1], 1), of * whole, [cell]) for cell in sorted(groups)]

    return blocks


def _satisfaction(measure: Sipas) -> SurveyPlan:
    """Share of satisfied answers (QĐ 2640/QĐ-BNV) or mean of the scale, pooled as declared.

    The mean of an n-step scale is Σ i × count / (n × Σ count) × 100.
    """
    if measure.method == "share":
        unit, weights = 1, {o: 100 if o in measure.satisfied else 0 for o in measure.scale_options}
    else:
        unit = len(measure.scale_options)
        weights = {option: 100 * place for place, option in enumerate(measure.scale_options, 1)}
    pools = _pools(measure)

    def cell_of(question: str, cells: UnitCells) -> list[Cell]:
        found = counted(measure.questionnaires, question, weights, cells).values()
        weighted, answered = sum([row[0] for row in found]), sum([row[1] for row in found])
        return [(question, "", weighted, answered)] if answered >= measure.minimum else []

    def blocks(cells: UnitCells) -> list[Block]:
        found = [[cell for question in pool for cell in cell_of(question, cells)] for pool in pools]
        kept = [pool for pool in found if pool]
        return [(1, len(kept), pool) for pool in kept]

    return SurveyPlan(unit, blocks, {question: weights for pool in pools for question in pool})


def _pools(measure: Sipas) -> Sequence[Sequence[str]]:
    """Which questions are pooled before the mean is taken."""
    if measure.pooling == "pooled":
        return [measure.questions]
    if measure.pooling == "mean_of_questions":
        return [[question] for question in measure.questions]
    if measure.pooling == "mean_of_factors":
        return list(measure.factors.values())
    return [[measure.overall]]
