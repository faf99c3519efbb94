"""Reading a rule, measure × scale, from JSON with all its faults; surveys and scales are read next door."""

from collections.abc import Callable
from decimal import Decimal

from scoring_api.frameworks.domain.formula import RESERVED, Guard, parse_expression
from scoring_api.frameworks.domain.reading import Cursor
from scoring_api.frameworks.domain.rules import (
    BandTable,
    Deduct,
    Formula,
    LevelTable,
    Linear,
    Measure,
    PerItem,
    PlainKind,
    PlainMeasure,
    Punctuality,
    Rule,
    RuleCase,
    Scale,
)
from scoring_api.frameworks.domain.scale_parsing import ROW_LIMIT, parse_scale
from scoring_api.frameworks.domain.survey_parsing import parse_sipas, parse_survey

PLAIN: tuple[PlainKind, ...] = (
    "choice",
    "ratio",
    "product",
    "complement",
    "count",
    "growth",
    "self_gap",
    "points",
)
ROW_OF_FORMULA = 5
"""So many letters of a formula take the work of one row."""
POINTS = PlainMeasure("points")


def points_rule(max_points: Decimal) -> Rule:
    """Points as they were given, capped at the maximum: for a leader's score («điểm của lãnh đạo»)."""
    return Rule(POINTS, Linear(Decimal(0), max_points or Decimal(1)))


def parse_rule(cursor: Cursor, max_points: Decimal) -> Rule | None:
    """The rule under the cursor; None after a fault."""
    cursor.known({"measure", "scale", "cases", "note"})
    measure_at, scale_at = cursor.part("measure"), cursor.part("scale")
    if measure_at is None or scale_at is None:
        return None
    measure = _measure(measure_at)
    scale = parse_scale(
        scale_at, max_points, "levels" if measure_at.data.get("kind") == "choice" else "bands"
    )
    if measure is None or scale is None:
        return None
    if not _fits(measure, scale, scale_at):
        return None
    return Rule(measure, scale, _cases(cursor))


def _fits(measure: Measure, scale: Scale, scale_at: Cursor) -> bool:
    """Whether the scale makes sense of what is measured; a fault when not."""
    before = len(scale_at.findings.faults)
    if isinstance(scale, (PerItem, Deduct)) and measure.kind != "count":
        said = "thang «mỗi mục» và «trừ điểm» chỉ dùng cho cách đo «count»"
        scale_at.fault("kind", "scale_needs_count", said)
    elif (measure.kind == "choice") != isinstance(scale, LevelTable):
        said = "chọn mức phải có bảng mức (levels) và ngược lại"
        scale_at.fault("kind", "scale_needs_levels", said)
    elif measure.kind == "self_gap" and not isinstance(scale, BandTable):
        said = "độ lệch càng lớn càng ít điểm: phải có bảng bậc (bands)"
        scale_at.fault("kind", "scale_needs_bands", said)
    return len(scale_at.findings.faults) == before


def _cases(cursor: Cursor) -> tuple[RuleCase, ...]:
    cases = []
    for row in cursor.rows("cases", most=ROW_LIMIT):
        row.known({"value", "points", "note"})
        value, points = row.part("value"), row.figure("points")
        if value is not None and points is not None:
            cases.append(RuleCase(value.data, points))
    return tuple(cases)


def _plain(cursor: Cursor) -> Measure | None:
    cursor.known({"kind"})
    kind = next(kind for kind in PLAIN if kind == cursor.data["kind"])
    return PlainMeasure(kind)


def _punctuality(cursor: Cursor) -> Measure | None:
    cursor.known({"kind", "late_share"})
    late = cursor.figure("late_share", "0")
    if late is not None and late > 1:
        cursor.fault("late_share", "share_above_one", "phần tính cho báo cáo muộn không quá 1")
        return None
    return Punctuality(late) if late is not None else None


def _formula(cursor: Cursor) -> Measure | None:
    cursor.known({"kind", "variables", "guards"})
    before = len(cursor.findings.faults)
    variables = _variables(cursor)
    guards: list[Guard] = []
    for row in cursor.rows("guards", most=50, required=True):
        row.known({"when", "expression", "label"})
        if guards and guards[-1].when is None:
            row.fault(
                "", "guard_never_reached", "trường hợp phía trên không có điều kiện nên mục này vô dụng"
            )
        when = _formula_text(row, "when", variables) or None
        expression = _formula_text(row, "expression", variables)
        guards.append(Guard(when, expression, row.text("label", required=False)))
    return Formula(variables, tuple(guards)) if len(cursor.findings.faults) == before else None


def _variables(cursor: Cursor) -> tuple[str, ...]:
    variables = cursor.texts("variables", most=50, required=True)
    for index, name in enumerate(variables):
        plain = name.isidentifier() and name.isascii() and name == name.lower() and len(name) <= 40
        if not plain or name in RESERVED:
            said = "tên biến: chữ thường không dấu, số, gạch dưới; không dùng «and», «or»"
            cursor.fault(f"variables/{index}", "bad_variable", said)
    return variables


def _formula_text(row: Cursor, name: str, variables: tuple[str, ...]) -> str:
    text = row.text(name, required=name == "expression")
    pointer = f"{row.pointer}/{name}"
    if text and row.findings.spend(pointer, len(text) // ROW_OF_FORMULA):
        try:
            parse_expression(text, variables)
        except ValueError as error:
            row.fault(name, "bad_expression", str(error))
    return text


def _measure(cursor: Cursor) -> Measure | None:
    special: dict[str, Callable[[Cursor], Measure | None]] = {
        "punctuality": _punctuality,
        "formula": _formula,
        "survey": parse_survey,
        "sipas": parse_sipas,
    }
    kind = cursor.data.get("kind")
    if not isinstance(kind, str) or (kind not in special and kind not in PLAIN):
        cursor.choice("kind", (*PLAIN, *special))
        return None
    return special.get(kind, _plain)(cursor)
