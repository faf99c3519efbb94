"""The figures a leaf was scored from, with their Vietnamese labels; what they measure stands elsewhere."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from parindex.kernel.canonical import decimal_text
from parindex.kernel.points import total
from scoring_api.frameworks.domain.formula import held_guard
from scoring_api.frameworks.domain.measure_words import FIELD_LABELS, figure_text
from scoring_api.frameworks.domain.rules import Deduct, Formula, LevelTable, Rule
from scoring_api.results.domain.explanation import Figure
from scoring_api.results.domain.self_gap import SelfScored


def value_figures(rule: Rule, value: Mapping[str, Any] | None) -> tuple[Figure, ...]:
    """The figures of a checked value, in the order a form asks them.

    >>> from scoring_api.frameworks.domain.presets import ratio_linear
    >>> figures = value_figures(ratio_linear(), {"numerator": "8", "denominator": "11"})
    >>> [(figure.label, figure.printed) for figure in figures]
    [('tử số', '8'), ('mẫu số', '11')]
    """
    if not value:
        return ()
    if isinstance(rule.scale, LevelTable):
        chosen = value["level"]
        label = next(level.label for level in rule.scale.levels if level.code == chosen)
        return (Figure("level", FIELD_LABELS["level"], chosen, f"«{label or chosen}»"),)
    if isinstance(rule.measure, Formula):
        return _variables(rule.measure, value["variables"])
    unit = "điểm" if rule.measure.kind == "points" else ""
    return tuple(
        _figure(name, _label(rule, name), value[name], unit) for name in FIELD_LABELS if name in value
    )


def _label(rule: Rule, name: str) -> str:
    return "số vi phạm" if isinstance(rule.scale, Deduct) and name == "count" else FIELD_LABELS[name]


def _figure(name: str, label: str, amount: object, unit: str = "") -> Figure:
    if isinstance(amount, bool):
        return Figure(name, label, "true" if amount else "false", "có" if amount else "không")
    exact = Decimal(str(amount))
    return Figure(name, label, decimal_text(exact), figure_text(exact), unit)


def _variables(measure: Formula, given: Mapping[str, Any]) -> tuple[Figure, ...]:
    """The variables, then the case of the formula that held."""
    known = {name: Decimal(given[name]) for name in measure.variables}
    figures = tuple(_figure(name, f"{name} =", known[name]) for name in measure.variables)
    guard = held_guard(measure.guards, measure.variables, known)
    if guard is None:
        return figures
    said = guard.label or guard.when or "còn lại"
    return (*figures, Figure("case", "trường hợp", guard.when or "", f"«{said}»"))


def gap_figures(gap: Sequence[SelfScored]) -> tuple[Figure, ...]:
    """Both sums, the maxima they are compared on, and every leaf where they differ."""
    sums = (
        _figure("self_points", "tổng điểm tự chấm", total([row.own for row in gap]), "điểm"),
        _figure("final_points", "tổng điểm thẩm định", total([row.final for row in gap]), "điểm"),
        _figure("max_points", "tổng điểm chuẩn", total([row.max_points for row in gap]), "điểm"),
    )
    apart = [
        _figure(
            f"difference/{row.leaf.key}",
            f"chênh lệch mục {row.leaf.key}",
            total([row.own, -row.final]),
            "điểm",
        )
        for row in gap
        if row.own != row.final
    ]
    return (*sums, *apart)
