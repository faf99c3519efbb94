"""What an edition says as rows: the columns of its tables; figures are those already printed or kept."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from parindex.http.tables import Column, Table
from parindex.kernel.points import output, share, total

FINAL = "final"
"""The status of whatever an edition says: what is provisional is none."""
_UNIT = (Column("unit", "Mã đơn vị"), Column("name", "Đơn vị"))
_RESULT = (
    Column("framework", "Bộ tiêu chí"),
    Column("points", "Điểm", figures=True),
    Column("applicable_max", "Điểm tối đa áp dụng", figures=True),
    Column("percent", "Chỉ số (%)", figures=True),
    Column("rank", "Hạng"),
    Column("previous_rank", "Hạng năm trước"),
    Column("change", "Tăng, giảm bậc"),
    Column("comparability", "So sánh được"),
    Column("band", "Mã nhóm"),
    Column("band_name", "Nhóm"),
    Column("rating", "Mã xếp loại"),
    Column("rating_name", "Xếp loại người đứng đầu"),
)
_INDEX = (
    *_UNIT,
    Column("level", "Cấp"),
    Column("form", "Biểu"),
    *_RESULT,
    Column("previous_percent", "Chỉ số năm trước (%)", figures=True),
    Column("percent_change", "Tăng, giảm (điểm phần trăm)", figures=True),
    Column("blocked_by", "Điều kiện chưa đạt"),
    Column("by_fall_through", "Xếp theo mức kế tiếp"),
    Column("reviews", "Lĩnh vực phải kiểm điểm"),
)
_AREAS = (
    Column("framework", "Bộ tiêu chí"),
    Column("area", "Mã lĩnh vực"),
    Column("area_name", "Lĩnh vực"),
    *_UNIT,
    Column("points", "Điểm", figures=True),
    Column("max_points", "Điểm tối đa", figures=True),
    Column("percent", "Tỷ lệ (%)", figures=True),
)
_GIVEN = (
    Column("source", "Nguồn"),
    Column("max_points", "Điểm tối đa", figures=True),
    Column("self_points", "Tự chấm", figures=True),
    Column("appraised_points", "Thẩm định", figures=True),
    Column("points", "Điểm", figures=True),
    Column("status", "Tình trạng"),
    Column("reason", "Lý do"),
)
_SHEET = (
    Column("key", "Khóa"),
    Column("code", "Mã số"),
    Column("name", "Nội dung"),
    Column("role", "Loại"),
    *_GIVEN,
)
_LEAF = (
    *_UNIT,
    Column("form", "Biểu"),
    Column("framework", "Bộ tiêu chí"),
    Column("framework_version", "Phiên bản"),
    *_GIVEN,
)
_ZEROS = (
    Column("key", "Khóa"),
    Column("code", "Mã số"),
    Column("name", "Tiêu chí"),
    Column("max_points", "Điểm tối đa", figures=True),
    Column("since", "Từ năm"),
    Column("years", "Số năm liền"),
)
_HISTORY = (
    Column("period", "Kỳ"),
    Column("year", "Năm"),
    Column("edition", "Lần"),
    Column("origin", "Nguồn"),
    Column("published_at", "Công bố lúc"),
    Column("unit", "Mã đơn vị"),
    Column("name", "Tên đơn vị"),
    *_RESULT,
    Column("framework_version", "Phiên bản"),
)
_EDITIONS = (
    Column("period", "Kỳ"),
    Column("number", "Lần"),
    Column("origin", "Nguồn"),
    Column("digest", "Mã băm"),
    Column("finalized_at", "Chốt lúc"),
    Column("published_at", "Công bố lúc"),
)


def index_rows(index: Mapping[str, Any]) -> Table:
    """One row a unit; areas stand in a table of their own. An imported year does not say everything."""
    rows = [
        {
            **{column.name: row.get(column.name) for column in _INDEX},
            "blocked_by": (row.get("blocked_by") or {}).get("name", ""),
            "reviews": "; ".join(_review(duty) for duty in row["reviews"]),
        }
        for row in index["units"]
    ]
    return _table("chi-so", index, _INDEX, rows)


def _review(duty: str | Mapping[str, Any]) -> str:
    """An imported year names the area's key alone."""
    return duty if isinstance(duty, str) else duty["name"]


def sheet_rows(sheet: Mapping[str, Any]) -> Table:
    title = f"{sheet['name']}, kỳ {sheet['period']}, lần {sheet['edition']}"
    name = f"{sheet['period']}-{sheet['edition']}-{sheet['code']}"
    return Table(name=name, title=title, columns=_SHEET, rows=sheet["leaves"])


def area_body(index: Mapping[str, Any], heads: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Each unit in each area, as the index prints it; of each area the mean, lowest and highest percent.

    `heads` are the units' exact figures: the mean is taken of them and rounded once, over the units that the
    area applied to.
    """
    exact = {
        (unit["code"], area["key"]): Decimal(area["percent"])
        for unit in heads
        for area in unit["areas"]
        if area["percent"]
    }
    rows: list[dict[str, Any]] = []
    percents: dict[tuple[str, str, str], list[tuple[Decimal, str]]] = {}
    for unit in index["units"]:
        for area in unit["areas"]:
            found = percents.setdefault((unit["framework"], area["key"], area["name"]), [])
            if area["percent"]:
                found.append((exact[unit["unit"], area["key"]], area["percent"]))
            rows.append(
                {
                    "framework": unit["framework"],
                    "area": area["key"],
                    "area_name": area["name"],
                    "unit": unit["unit"],
                    "name": unit["name"],
                    "points": area["points"],
                    "max_points": area["max_points"],
                    "percent": area["percent"],
                }
            )
    return {
        **{name: index[name] for name in ("period", "edition", "status", "frameworks")},
        "areas": [_summary(place, found) for place, found in percents.items()],
        "rows": rows,
    }


def _summary(place: tuple[str, str, str], found: Sequence[tuple[Decimal, str]]) -> dict[str, Any]:
    """`found` are exact percents, each as it is printed."""
    framework, area, name = place
    exact = [figure for figure, _ in found]
    mean = output(share(total(exact), Decimal(len(exact)), Decimal(1))) if exact else None
    return {
        "framework": framework,
        "area": area,
        "area_name": name,
        "units": len(exact),
        "mean_percent": "" if mean is None else format(mean, "f"),
        "lowest_percent": min(found)[1] if found else "",
        "highest_percent": max(found)[1] if found else "",
    }


def area_rows(body: Mapping[str, Any]) -> Table:
    return _table("linh-vuc", body, _AREAS, body["rows"])


def leaf_body(period: str, edition: int, leaf: str, found: Sequence[Any]) -> dict[str, Any]:
    """One node of the tree over all units that have it."""
    rows = [
        {
            "unit": row.unit,
            "name": row.name,
            "form": row.form,
            "framework": row.framework,
            "framework_version": row.framework_version,
            "criterion": row.node["name"],
            **{column.name: row.node[column.name] for column in _GIVEN},
        }
        for row in found
    ]
    return {"period": period, "edition": edition, "status": FINAL, "leaf": leaf, "rows": rows}


def leaf_rows(body: Mapping[str, Any]) -> Table:
    return _table("tieu-chi", body, _LEAF, body["rows"])


def zero_rows(body: Mapping[str, Any]) -> Table:
    title = f"{body['unit']}: tiêu chí không có điểm"
    return Table(name=f"{body['unit']}-khong-diem", title=title, columns=_ZEROS, rows=body["rows"])


def history_rows(body: Mapping[str, Any]) -> Table:
    title = f"{body['unit']} qua các năm"
    return Table(name=f"{body['unit']}-cac-nam", title=title, columns=_HISTORY, rows=body["rows"])


def history_row(found: Any, unit: str, published_at: str | None) -> dict[str, Any]:
    """What an edition's index says of the unit; an imported year leaves empty what it does not say."""
    numbers = {"rank", "previous_rank", "change"}
    row = found.said
    said = {column.name: row.get(column.name, None if column.name in numbers else "") for column in _RESULT}
    return {
        "period": found.period,
        "year": found.year,
        "edition": found.number,
        "origin": found.origin,
        "published_at": published_at,
        "unit": unit,
        "name": row.get("name", ""),
        "framework_version": found.framework_version,
        **said,
    }


def edition_rows(rows: Sequence[Mapping[str, Any]]) -> Table:
    return Table(name="cac-lan-cong-bo", title="Các lần công bố", columns=_EDITIONS, rows=rows)


def _table(
    name: str, body: Mapping[str, Any], columns: tuple[Column, ...], rows: Sequence[Mapping[str, Any]]
) -> Table:
    title = f"Kỳ {body['period']}, lần công bố {body['edition']}"
    return Table(name=f"{name}-{body['period']}-{body['edition']}", title=title, columns=columns, rows=rows)
