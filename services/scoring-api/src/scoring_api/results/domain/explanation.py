"""An explanation as immutable data and as a plain record; how it is put together stands in explaining."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from parindex.kernel.canonical import decimal_text
from scoring_api.frameworks.domain.scale_words import ScaleLine


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of an explanation («số liệu»): the name in the value, its label, what it says, its unit."""

    name: str
    label: str
    amount: str
    printed: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class SurveyCell:
    """One question and respondent group of a survey leaf («ô khảo sát»).

    `percent` is the cell's own, `weight` its weight in the leaf (all weights add up to 1); a cell below the
    minimum of answers is not `counted`.
    """

    question: str
    group: str
    answered: int
    percent: Decimal
    weight: Decimal
    counted: bool


@dataclass(frozen=True, slots=True)
class Contribution:
    """One part of a figure («phần đóng góp»); the parts add up to it exactly.

    `printed` parts add up to the printed figure: apportioned by largest remainder.
    """

    key: str
    label: str
    points: Decimal
    printed: Decimal
    cell: SurveyCell | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Where the points of a node come from («diễn giải điểm»): inputs → measure → line → points.

    `sentence` says all of it in words. `decided_by` is `rule`, `appraiser` (declared not applicable) or
    `council` (points it set, or must still set). `fallback` are last year's figures where they stand in.
    """

    key: str
    name: str
    points: Decimal
    max_points: Decimal
    printed: Decimal
    status: str = "scored"
    policy: str = ""
    decided_by: str = "rule"
    rule: str = ""
    inputs: tuple[Figure, ...] = ()
    fallback: tuple[Figure, ...] = ()
    measure: Figure | None = None
    line: ScaleLine | None = None
    sentence: str = ""
    excess: str = ""
    reason: str = ""
    contributions: tuple[Contribution, ...]


def explanation_record(explanation: Explanation) -> dict[str, Any]:
    """The explanation as plain data, every figure an exact string and, where printed, a printed one.

    `{key, name, points, max_points, printed, status, policy, decided_by, rule, sentence, excess, reason,
    inputs: [{name, label, amount, printed, unit}], fallback: [the same],
    measure: {name, label, amount, printed, unit} | null,
    line: {code, reach, gives, label, lower | null, upper | null} | null,
    contributions: [{key, label, points, printed, cell: {question, group, answered, percent, weight,
    counted} | null}]}`; `answered` is a whole number, `counted` a flag, all else text.
    """
    return {
        "key": explanation.key,
        "name": explanation.name,
        "points": decimal_text(explanation.points),
        "max_points": decimal_text(explanation.max_points),
        "printed": decimal_text(explanation.printed),
        "status": explanation.status,
        "policy": explanation.policy,
        "decided_by": explanation.decided_by,
        "rule": explanation.rule,
        "sentence": explanation.sentence,
        "excess": explanation.excess,
        "reason": explanation.reason,
        "inputs": [_figure(figure) for figure in explanation.inputs],
        "fallback": [_figure(figure) for figure in explanation.fallback],
        "measure": _figure(explanation.measure) if explanation.measure is not None else None,
        "line": _line(explanation.line) if explanation.line is not None else None,
        "contributions": [_contribution(part) for part in explanation.contributions],
    }


def _figure(figure: Figure) -> dict[str, str]:
    return {
        "name": figure.name,
        "label": figure.label,
        "amount": figure.amount,
        "printed": figure.printed,
        "unit": figure.unit,
    }


def _line(line: ScaleLine) -> dict[str, str | None]:
    return {
        "code": line.code,
        "reach": line.reach,
        "gives": line.gives,
        "label": line.label,
        "lower": None if line.lower is None else decimal_text(line.lower),
        "upper": None if line.upper is None else decimal_text(line.upper),
    }


def _contribution(part: Contribution) -> dict[str, Any]:
    cell = part.cell
    return {
        "key": part.key,
        "label": part.label,
        "points": decimal_text(part.points),
        "printed": decimal_text(part.printed),
        "cell": None
        if cell is None
        else {
            "question": cell.question,
            "group": cell.group,
            "answered": cell.answered,
            "percent": decimal_text(cell.percent),
            "weight": decimal_text(cell.weight),
            "counted": cell.counted,
        },
    }
