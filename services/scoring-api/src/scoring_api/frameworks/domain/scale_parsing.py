"""Reading the scale of a rule from JSON with all its faults; what is measured is read elsewhere."""

from decimal import Decimal

from parindex.kernel.canonical import decimal_text
from scoring_api.frameworks.domain.reading import Cursor
from scoring_api.frameworks.domain.rules import (
    BandTable,
    Deduct,
    Level,
    LevelTable,
    Linear,
    PerItem,
    Scale,
    Step,
)

ROW_LIMIT = 200


def parse_scale(cursor: Cursor, max_points: Decimal, table: str) -> Scale | None:
    """The scale under the cursor, its table under the name the measure wants; None after a fault."""
    kind = cursor.data.get("kind")
    if kind == "table":
        cursor.known({"kind", table})
        return _levels(cursor, max_points) if table == "levels" else _steps(cursor, max_points)
    if kind == "linear":
        return _linear(cursor)
    if kind in ("per_item", "deduct"):  # a tuple: a document may put anything here, even a list
        each = _points_each(cursor)
        if each is None:
            return None
        return PerItem(each) if kind == "per_item" else Deduct(each)
    cursor.choice("kind", ("table", "linear", "per_item", "deduct"))
    return None


def _points_each(cursor: Cursor) -> Decimal | None:
    cursor.known({"kind", "points_each"})
    each = cursor.figure("points_each")
    if each == 0:
        cursor.fault("points_each", "points_not_positive", "điểm mỗi mục phải lớn hơn 0")
        return None
    return each


def _points(row: Cursor, max_points: Decimal) -> Decimal | None:
    points = row.figure("points")
    if points is not None and points > max_points:
        row.fault(
            "points",
            "points_above_maximum",
            f"điểm {decimal_text(points)} lớn hơn điểm chuẩn {decimal_text(max_points)}",
        )
    return points


def _levels(cursor: Cursor, max_points: Decimal) -> Scale | None:
    levels: list[Level] = []
    codes: set[str] = set()
    for row in cursor.rows("levels", most=ROW_LIMIT, required=True):
        row.known({"code", "label", "points"})
        code, points = row.text("code", limit=60), _points(row, max_points)
        if code in codes:
            row.fault("code", "duplicate_code", f"mã mức «{code}» ghi hai lần")
        codes.add(code)
        if points is not None:
            levels.append(Level(code, row.text("label", required=False), points))
    return LevelTable(tuple(levels)) if levels else None


def _steps(cursor: Cursor, max_points: Decimal) -> Scale | None:
    steps: list[Step] = []
    for index, row in enumerate(cursor.rows("bands", most=ROW_LIMIT, required=True)):
        row.known({"from", "points", "label"})
        lower = (
            None if row.data.get("from") is None else row.check_figure("from", row.data["from"], least=None)
        )
        points, label = _points(row, max_points), row.text("label", required=False)
        if (index == 0) != (row.data.get("from") is None):
            row.fault("from", "bands_leave_gap", "bậc đầu và chỉ bậc đầu không có cận dưới (null)")
        if lower is not None and steps and steps[-1].lower is not None and lower <= steps[-1].lower:
            row.fault("from", "bands_not_ascending", "cận dưới các bậc phải tăng dần")
        if points is not None:
            steps.append(Step(lower, points, label))
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
