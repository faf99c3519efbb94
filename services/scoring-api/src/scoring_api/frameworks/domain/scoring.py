"""A value and its rule give the points of a leaf; values out of tallies are measured in results."""

from bisect import bisect_right
from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_HALF_UP, Context, Decimal
from functools import partial
from typing import Literal, NamedTuple

from parindex.kernel.canonical import decimal_text
from parindex.kernel.errors import DomainError
from parindex.kernel.points import COMPARED, EXACT, leaf_points
from scoring_api.frameworks.domain.formula import NUMBERS
from scoring_api.frameworks.domain.measures import Value, measure_function
from scoring_api.frameworks.domain.rules import (
    BandTable,
    Deduct,
    LevelTable,
    Linear,
    PerItem,
    Rule,
    Scale,
)

Status = Literal["scored", "not_applicable", "not_arising", "missing"]
ZERO = Decimal(0)
# Bound once: the hot path.
_subtract, _multiply, _divide = NUMBERS.subtract, NUMBERS.multiply, NUMBERS.divide
_quantize = NUMBERS.quantize
# Twenty digits short of the measure, so that what its divisions rounded away cannot tip a half.
_SHORTER = Context(prec=60, rounding=ROUND_HALF_UP)
_multiply_shorter, _divide_shorter = _SHORTER.multiply, _SHORTER.divide
_HALF_A_DIGIT = Decimal(5).scaleb(-21)  # of the last decimal that is compared


class LeafScore(NamedTuple):
    """What a leaf counts («điểm của tiêu chí thành phần») and how that came about.

    `max_points` is 0 when the leaf leaves the denominator. `policy` is empty for a scored leaf, `override`
    for points set by the council, else the policy the framework names for the case. `step` is the line of
    the scale that gave the points: a level's code, a step's lower bound, or the part of the line
    (`under_floor`, `line`, `full`); `excess` flags a part greater than its whole.
    """

    points: Decimal
    max_points: Decimal
    status: Status
    policy: str = ""
    measure: Decimal | None = None
    step: str = ""
    excess: bool = False


_made = partial(tuple.__new__, LeafScore)  # a LeafScore of all its fields, at half the cost: the hot path
Line = Callable[[Decimal], tuple[Decimal, str]]
Scorer = Callable[[Value], LeafScore]


def score_value(rule: Rule, max_points: Decimal, value: Value) -> LeafScore:
    """Points of one checked value by its rule.

    Sóc Trăng 2017: 8 of 11 districts, 50 % to under 75 % is a quarter of the points.

    >>> from scoring_api.frameworks.domain.presets import ratio_steps
    >>> rule = ratio_steps([(None, "0"), ("50", "0.25"), ("75", "0.5"), ("100", "1")])
    >>> score_value(rule, Decimal(1), {"numerator": "8", "denominator": "11"}).points
    Decimal('0.25')
    """
    return compile_rule(rule, max_points)(value)


def compile_rule(rule: Rule, max_points: Decimal) -> Scorer:
    """The rule as one function, made once and used for every unit."""
    if not rule.takes_value:
        raise DomainError("leaf_takes_no_value", {"measure": rule.measure.kind})
    if isinstance(rule.scale, LevelTable):
        chosen = {
            level.code: LeafScore(_listed(level.points), max_points, "scored", "", None, level.code)
            for level in rule.scale.levels
        }
        return lambda value: chosen[value["level"]]
    measure, line = measure_function(rule.measure), scale_line(rule.scale, max_points)
    if isinstance(rule.scale, Deduct):
        return _deduction(line, max_points)
    not_arising = LeafScore(ZERO, max_points, "not_arising")

    def score(value: Value) -> LeafScore:
        amount, excess = measure(value)
        if amount is None:
            return not_arising
        points, step = line(amount)
        return _made((points, max_points, "scored", "", amount, step, excess))

    return score


def _deduction(line: Line, max_points: Decimal) -> Scorer:
    def score(value: Value) -> LeafScore:
        count = Decimal(value["count"])
        points, step = (ZERO, "serious") if value.get("serious") else line(count)
        return LeafScore(points, max_points, "scored", "", count, step)

    return score


def scale_line(scale: Scale, max_points: Decimal) -> Line:
    """The scale as a function from the measure to points and the line that gave them."""
    if isinstance(scale, BandTable):
        return _stepped(scale)
    if isinstance(scale, Linear):
        return _linear(scale, max_points)
    if isinstance(scale, PerItem):
        return _per_item(scale.points_each, max_points)
    if isinstance(scale, Deduct):
        return _deducted(scale.points_each, max_points)
    raise DomainError("leaf_takes_no_value", {"measure": "choice"})


def _per_item(each: Decimal, max_points: Decimal) -> Line:
    def points(count: Decimal) -> tuple[Decimal, str]:
        reached = _multiply(each, count)
        return _quantize(min(max_points, reached), EXACT), "per_item"

    return points


def _deducted(each: Decimal, max_points: Decimal) -> Line:
    def points(count: Decimal) -> tuple[Decimal, str]:
        left = _subtract(max_points, _multiply(each, count))
        return (_quantize(left, EXACT) if left > ZERO else ZERO), "deduct"

    return points


def _listed(points: Decimal) -> Decimal:
    """Points as a rule lists them: exact already unless they have more decimals than points have."""
    exponent = points.as_tuple().exponent
    return points if isinstance(exponent, int) and exponent >= -30 else leaf_points(points)


def _stepped(scale: BandTable) -> Line:
    bounds = [step.lower for step in scale.steps[1:] if step.lower is not None]
    rows = [
        (_listed(step.points), "" if step.lower is None else decimal_text(step.lower)) for step in scale.steps
    ]
    return lambda amount: rows[bisect_right(bounds, _quantize(amount, COMPARED))]


def _reaching(bound: Decimal) -> Decimal:
    """The least measure that a comparison at 20 decimals finds not under a bound of 0 or more."""
    return _subtract(bound.quantize(COMPARED, rounding=ROUND_CEILING, context=NUMBERS), _HALF_A_DIGIT)


def _linear(scale: Linear, max_points: Decimal) -> Line:
    full, slope = scale.full, _divide(max_points, scale.full)
    top, nothing = (_listed(max_points), "full"), (ZERO, "under_floor")
    from_floor, from_full = max(ZERO, _reaching(scale.floor)), _reaching(full)
    exact = _multiply(slope, full) == max_points  # then one product is the same as product and quotient

    def points(amount: Decimal) -> tuple[Decimal, str]:
        if amount >= from_full:
            return top
        if amount < from_floor or amount <= ZERO:
            return nothing
        reached = (
            _multiply_shorter(slope, amount)
            if exact
            else _divide_shorter(_multiply(max_points, amount), full)
        )
        return _quantize(reached, EXACT), "line"

    return points
