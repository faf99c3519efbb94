"""Reading a rule, measure × scale, from JSON with all its faults; survey measures are read next door."""

from collections.abc import Callable
from decimal import Decimal

from scoring_api.frameworks.domain.formula import Guard, parse_expression
from scoring_api.frameworks.domain.reading import Cursor
from scoring_api.frameworks.domain.rules import (
    BandTable,
    Deduct,
    Formula,
    Level,
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
    Step,
)
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
ROW_LIMIT = 200
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
    scale = _scale(scale_at, max_points, "levels" if measure_at.data.get("kind") == "choice" else "bands")
    if measure is None or scale is None:
        return None
    if isinstance(scale, (PerItem, Deduct)) and measure.kind != "count":
        scale_at.fault(
            "kind", "scale_needs_count", "thang «mỗi mục» và «trừ điểm» chỉ dùng cho cách đo «count»"
        )
        return None
    if (measure.kind == "choice") != isinstance(scale, LevelTable):
        scale_at.fault("kind", "scale_needs_levels", "chọn mức phải có bảng mức (levels) và ngược lại")
        return None
    return Rule(measure, scale, _cases(cursor))


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
    variables = cursor.texts("variables", most=50, required=True)
    before = len(cursor.findings.faults)
    for index, name in enumerate(variables):
        if not name.isidentifier() or not name.isascii() or name != name.lower() or len(name) > 40:
            cursor.fault(
                f"variables/{index}", "bad_variable", "tên biến: chữ thường không dấu, số, gạch dưới"
            )
    guards = []
    for row in cursor.rows("guards", most=50, required=True):
        row.known({"when", "expression", "label"})
        row.text("label", required=False)
        guards.append(
            Guard(_formula_text(row, "when", variables) or None, _formula_text(row, "expression", variables))
        )
    return Formula(variables, tuple(guards)) if len(cursor.findings.faults) == before else None


def _formula_text(row: Cursor, name: str, variables: tuple[str, ...]) -> str:
    text = row.text(name, required=name == "expression")
    if text:
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


def _scale(cursor: Cursor, max_points: Decimal, table: str) -> Scale | None:
    kind = cursor.data.get("kind")
    if kind == "table":
        cursor.known({"kind", table})
        return _levels(cursor, max_points) if table == "levels" else _steps(cursor, max_points)
    if kind == "linear":
        return _linear(cursor)
    if kind in ("per_item", "deduct"):  # a tuple: a document may put anything here, even a list
        cursor.known({"kind", "points_each"})
        each = cursor.figure("points_each")
        if each is None:
            return None
        return PerItem(each) if kind == "per_item" else Deduct(each)
    cursor.choice("kind", ("table", "linear", "per_item", "deduct"))
    return None


def _points(row: Cursor, max_points: Decimal) -> Decimal | None:
    points = row.figure("points")
    if points is not None and points > max_points:
        row.fault("points", "points_above_maximum", f"điểm {points} lớn hơn điểm chuẩn {max_points}")
    return points


def _levels(cursor: Cursor, max_points: Decimal) -> Scale | None:
    levels: list[Level] = []
    for row in cursor.rows("levels", most=ROW_LIMIT, required=True):
        row.known({"code", "label", "points"})
        code, points = row.text("code", limit=60), _points(row, max_points)
        if any(level.code == code for level in levels):
            row.fault("code", "duplicate_code", f"mã mức «{code}» ghi hai lần")
        if points is not None:
            levels.append(Level(code, row.text("label", required=False), points))
    return LevelTable(tuple(levels)) if levels else None


def _steps(cursor: Cursor, max_points: Decimal) -> Scale | None:
    steps: list[Step] = []
    for index, row in enumerate(cursor.rows("bands", most=ROW_LIMIT, required=True)):
        row.known({"from", "points", "label"})
        row.text("label", required=False)
        lower = (
            None if row.data.get("from") is None else row.check_figure("from", row.data["from"], least=None)
        )
        points = _points(row, max_points)
        if (index == 0) != (row.data.get("from") is None):
            row.fault("from", "bands_leave_gap", "bậc đầu và chỉ bậc đầu không có cận dưới (null)")
        if lower is not None and steps and steps[-1].lower is not None and lower <= steps[-1].lower:
            row.fault("from", "bands_not_ascending", "cận dưới các bậc phải tăng dần")
        if points is not None:
            steps.append(Step(lower, points))
    return BandTable(tuple(steps)) if steps else None


def _linear(cursor: Cursor) -> Scale | None:
    cursor.known({"kind", "floor", "full"})
    floor, full = cursor.figure("floor", "0"), cursor.figure("full", "100")
    if floor is None or full is None:
        return None
    if full == 0 or floor > full:
        cursor.fault("full", "bad_line", "mức đạt điểm tối đa phải lớn hơn 0 và không dưới mức sàn")
        return None
    return Linear(floor, full)
