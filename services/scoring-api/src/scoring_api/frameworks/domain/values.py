"""Checking a claimed value against its rule, every fault at once; scoring trusts what passed here."""

from collections.abc import Callable, Mapping
from decimal import Decimal

from parindex.kernel.canonical import decimal_text
from parindex.kernel.errors import Fault
from scoring_api.frameworks.domain.reading import Cursor, Findings
from scoring_api.frameworks.domain.rules import Deduct, Formula, LevelTable, Rule

_FIGURES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "ratio": (("numerator", "denominator"), ()),
    "product": (("numerator", "denominator", "second_numerator", "second_denominator"), ()),
    "complement": (("numerator", "denominator"), ("second_numerator",)),
    "growth": (("current", "previous"), ()),
    "punctuality": (("on_time", "late", "missing"), ()),
    "count": (("count",), ()),
    "points": (("points",), ()),
}
"""Figures a value must and may hold, by measure."""
_WHOLE = {"count", "on_time", "late", "missing"}


def check_value(rule: Rule, max_points: Decimal, value: object) -> tuple[Fault, ...]:
    """What is wrong with a value for its rule; nothing when it can be scored.

    >>> from scoring_api.frameworks.domain.presets import ratio_linear
    >>> [(f.pointer, f.code) for f in check_value(ratio_linear(), Decimal(1), {"numerator": "-1"})]
    [('/numerator', 'figure_too_small'), ('/denominator', 'value_missing')]
    """
    findings = Findings()
    if not isinstance(value, Mapping):
        findings.add("", "not_an_object", "giá trị phải là một đối tượng")
    elif not rule.takes_value:
        findings.add("", "leaf_takes_no_value", "điểm mục này do hệ thống tính, không nhập giá trị")
    else:
        _check(rule, max_points, Cursor(value, "", findings))
    return tuple(findings.faults)


def _check(rule: Rule, max_points: Decimal, cursor: Cursor) -> None:
    special: dict[str, Callable[[Rule, Cursor], None]] = {"choice": _check_level, "formula": _check_variables}
    kind = rule.measure.kind
    if kind in special:
        special[kind](rule, cursor)
        return
    required, optional = _FIGURES[kind]
    flags = {"serious"} if kind == "count" else set()
    cursor.known({*required, *optional, *flags})
    for name in (*required, *optional):
        if name in cursor.data:
            _check_figure(cursor, name)
        elif name in required:
            cursor.fault(name, "value_missing", f"thiếu số «{name}»")
    if flags and cursor.flag("serious", default=False) and not isinstance(rule.scale, Deduct):
        said = "cách tính này không trừ điểm nên không nhận vi phạm nghiêm trọng"
        cursor.fault("serious", "serious_not_counted", said)
    if kind == "points":
        _check_points(cursor, max_points)


def _check_figure(cursor: Cursor, name: str) -> None:
    figure = cursor.check_figure(name, cursor.data[name])
    if name in _WHOLE and figure is not None and figure != figure.to_integral_value():
        cursor.fault(name, "not_a_whole_number", "phải là số nguyên")


def _check_points(cursor: Cursor, max_points: Decimal) -> None:
    points = cursor.figure("points") if "points" in cursor.data and not cursor.findings.faults else None
    if points is not None and points > max_points:
        cursor.fault("points", "points_above_maximum", f"điểm lớn hơn điểm chuẩn {decimal_text(max_points)}")


def _check_level(rule: Rule, cursor: Cursor) -> None:
    assert isinstance(rule.scale, LevelTable)
    cursor.known({"level"})
    codes = [level.code for level in rule.scale.levels]
    raw = cursor.data.get("level")
    if not isinstance(raw, str) or raw not in codes:
        cursor.fault("level", "value_unknown_level", f"phải là một trong các mức: {', '.join(codes)}")


def _check_variables(rule: Rule, cursor: Cursor) -> None:
    assert isinstance(rule.measure, Formula)
    cursor.known({"variables"})
    given = cursor.part("variables")
    if given is None:
        return
    given.known(rule.measure.variables)
    for name in rule.measure.variables:
        if name in given.data:
            given.check_figure(name, given.data[name], least=None)
        else:
            given.fault(name, "value_missing", f"thiếu biến «{name}»")
