"""The sheets of a framework's workbook, their columns and fields; cells are read and written next door.

«Bộ tiêu chí» is the table the provinces print (STT, tiêu chí, điểm tối đa, cách tính điểm, tài liệu kiểm
chứng) with the columns it needs beside them, so that nothing is lost on the way there and back.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from scoring_api.frameworks.domain.labels import (
    ABSENCE_NAMES,
    EFFECT_NAMES,
    MISSING_NAMES,
    ORIGIN_NAMES,
    ROLE_NAMES,
    SOURCE_NAMES,
    Labels,
)

Cell = str | Decimal | bool | date | None
Kind = Literal["text", "code", "figure", "percent", "whole", "flag", "label", "labels", "day"]

TREE, GENERAL, BASIS, BANDS, RATINGS, REVIEW, HELP = (
    "Bộ tiêu chí",
    "Thông tin chung",
    "Căn cứ",
    "Nhóm điểm",
    "Xếp loại",
    "Kiểm điểm",
    "Hướng dẫn",
)
REQUIRED = (TREE, GENERAL, BANDS)
RULE_TEXT, RULE_JSON = "Cách tính điểm", "Quy tắc (JSON)"
TOTAL = "Tổng cộng"
CELL_LIMIT = 16_000  # characters put into one cell; Excel takes 32.767 halves of surrogate pairs


@dataclass(frozen=True, slots=True)
class Sheet:
    """The cells of a sheet, its first row being row 1."""

    title: str
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column («cột»), or a line of a sheet of two columns: its attribute and how its cells are read.

    `also` are other titles the provinces print over it.
    """

    title: str
    name: str
    kind: Kind = "text"
    labels: Labels = field(default_factory=dict)
    also: tuple[str, ...] = ()
    width: int = 18


_NOTE = Column("Ghi chú", "note", width=30)
TREE_COLUMNS = (
    Column("STT", "code", "code", also=("TT", "Mã"), width=9),
    Column("Lĩnh vực/Tiêu chí/Tiêu chí thành phần", "name", also=("Tiêu chí", "Nội dung"), width=48),
    Column("Điểm tối đa", "max_points", "figure", also=("Điểm chuẩn",), width=9),
    Column(RULE_TEXT, "rule_text", also=("Cách chấm điểm",), width=48),
    Column("Tài liệu kiểm chứng", "evidence", width=36),
    Column("Cấp", "depth", "whole", width=6),
    Column("Vai trò", "role", "label", ROLE_NAMES),
    Column("Nguồn điểm", "source", "label", SOURCE_NAMES),
    Column("Khi thiếu số liệu", "missing", "label", MISSING_NAMES),
    Column("Khi không áp dụng", "not_applicable", "label", ABSENCE_NAMES),
    Column("Khi không phát sinh", "not_arising", "label", ABSENCE_NAMES),
    Column("Tính chất điểm", "effect", "label", EFFECT_NAMES),
    Column("Dùng để xếp loại", "rated", "flag", width=9),
    Column("Tỷ lệ tính trên nguồn", "percent_over", "labels", SOURCE_NAMES),
    Column("Chưa rõ tiêu chí", "unattributed", "flag", width=9),
    _NOTE,
    Column(RULE_JSON, "rule_json", width=30),
)
GENERAL_FIELDS = (
    Column("Mã bộ tiêu chí", "code", "code", also=("Mã",)),
    Column("Tên bộ tiêu chí", "title", also=("Tên",)),
    Column("Năm đánh giá", "year", "whole", also=("Năm",)),
    Column("Hiệu lực từ năm", "valid_from", "whole"),
    Column("Hiệu lực đến năm", "valid_to", "whole"),
    Column("Áp dụng cho cấp", "level", "code"),
    Column("Ký hiệu biểu", "form_prefix"),
    Column("Nguồn gốc", "origin", "label", ORIGIN_NAMES),
    Column("Điểm cộng không vượt điểm tối đa", "cap_total", "flag"),
    Column("Phân hạng khi bằng điểm", "tie_breaks", "code"),
    _NOTE,
    Column("Ghi chú xếp loại", "ratings_note"),
)
REPEATED = {"tie_breaks", "areas"}
"""Fields that take one line for each of their entries."""
BASIS_OF = {"framework": "Bộ tiêu chí", "ratings": "Xếp loại", "node": "Mục"}
BASIS_COLUMNS = (
    Column("Thuộc", "of", "label", BASIS_OF),
    Column("Mục", "key", "code"),
    Column("Số, ký hiệu", "number"),
    Column("Ngày", "date", "day"),
    Column("Cơ quan ban hành", "issuer", width=30),
    Column("Trích yếu", "subject", width=60),
    _NOTE,
)
BAND_COLUMNS = (
    Column("Mã", "code", "code"),
    Column("Tên nhóm điểm", "name", width=36),
    Column("Từ (%)", "floor", "percent"),
    Column("Có trong quyết định", "printed", "flag"),
    _NOTE,
)
RATING_COLUMNS = (
    Column("Mã", "code", "code"),
    Column("Tên mức", "name", width=36),
    Column("Chỉ số từ (%)", "total_floor", "percent"),
    Column("Từng lĩnh vực từ (%)", "area_floor", "percent"),
    _NOTE,
)
REVIEW_FIELDS = (
    Column("Lĩnh vực", "areas", "code"),
    Column("Ngưỡng (%)", "threshold", "percent"),
    Column("Căn cứ", "basis"),
    Column("Hệ quả", "consequence"),
    _NOTE,
)
FIELD_TITLES = ("Nội dung", "Giá trị")
COLUMNS: Mapping[str, tuple[Column, ...]] = {
    TREE: TREE_COLUMNS,
    GENERAL: GENERAL_FIELDS,
    BASIS: BASIS_COLUMNS,
    BANDS: BAND_COLUMNS,
    RATINGS: RATING_COLUMNS,
    REVIEW: REVIEW_FIELDS,
}
