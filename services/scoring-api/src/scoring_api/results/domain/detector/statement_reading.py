"""Reading the figures, lists, tables, series and rankings of a printed report from JSON, faults placed."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, TypeVar

from parindex.kernel.text import nfc
from scoring_api.frameworks.domain.reading import Cursor, pointer_part
from scoring_api.results.domain.detector.statements import (
    ColumnClaim,
    Figure,
    PrintedList,
    PrintedRanking,
    PrintedRow,
    PrintedSeries,
    PrintedStanding,
    PrintedTable,
    SeriesValue,
)

Read = TypeVar("Read")
MOST_ROWS, MOST_CELLS, MOST_GROUPS = 20_000, 50, 1000
NAME_LIMIT = 500
_PRINTED = re.compile(r"-?\d{1,15}(\.\d{1,20})?", re.ASCII)


def printed_figure(cursor: Cursor, name: str) -> Decimal | None:
    """A figure as its digits were printed, with a dot; null if it is not printed."""
    raw = cursor.data.get(name)
    if raw is None:
        return None
    if isinstance(raw, bool) or not isinstance(raw, (str, int, Decimal)) or not _PRINTED.fullmatch(str(raw)):
        cursor.fault(name, "not_a_printed_figure", "phải là số như in, viết với dấu chấm, ví dụ «72.68»")
        return None
    return Decimal(str(raw))


def required_figure(cursor: Cursor, name: str) -> Decimal:
    if cursor.data.get(name) is None:
        cursor.fault(name, "not_a_printed_figure", "phải là số như in, viết với dấu chấm, ví dụ «72.68»")
    return printed_figure(cursor, name) or Decimal(0)


def optional_whole(cursor: Cursor, name: str, *, least: int = 0) -> int | None:
    if cursor.data.get(name) is None:
        return None
    return cursor.whole(name, 0, least=least, most=1_000_000)


def words(cursor: Cursor, name: str, *, most: int = MOST_ROWS) -> tuple[str, ...]:
    """Texts of a list as they were printed: one may stand twice, which is for the detector to find."""
    raw = cursor.data.get(name, [])
    proper = isinstance(raw, list) and len(raw) <= most
    if not proper or not all(isinstance(item, str) and len(item) <= NAME_LIMIT for item in raw):
        detail = f"phải là danh sách chữ, không quá {most} mục, mỗi mục không quá {NAME_LIMIT} ký tự"
        cursor.fault(name, "not_a_list", detail)
        return ()
    return tuple(nfc(item) for item in raw)


def keyed(cursor: Cursor, name: str, read: Callable[[Cursor], Read]) -> Mapping[str, Read]:
    """The objects under the keys by which relations name them."""
    raw = cursor.data.get(name, {})
    if not isinstance(raw, Mapping) or len(raw) > MOST_ROWS:
        cursor.fault(name, "not_an_object", f"phải là một đối tượng, không quá {MOST_ROWS} mục")
        return {}
    below = Cursor(raw, f"{cursor.pointer}/{name}", cursor.findings)
    found: dict[str, Read] = {}
    for key in raw:
        shown = pointer_part(key)
        if isinstance(raw[key], Mapping):
            found[key] = read(Cursor(raw[key], f"{below.pointer}/{shown}", cursor.findings))
        else:
            below.fault(shown, "not_an_object", "phải là một đối tượng")
    return found


def read_figure(cursor: Cursor) -> Figure:
    cursor.known(("place", "name", "value", "exact"))
    return Figure(
        place=cursor.text("place", limit=NAME_LIMIT),
        name=cursor.text("name", limit=NAME_LIMIT),
        value=required_figure(cursor, "value"),
        exact=cursor.flag("exact", default=False),
    )


def read_list(cursor: Cursor) -> PrintedList:
    cursor.known(("place", "name", "items"))
    return PrintedList(
        place=cursor.text("place", limit=NAME_LIMIT),
        name=cursor.text("name", limit=NAME_LIMIT),
        items=words(cursor, "items"),
    )


def read_table(cursor: Cursor) -> PrintedTable:
    cursor.known(("place", "name", "labels", "rows", "code_column", "claims"))
    return PrintedTable(
        place=cursor.text("place", limit=NAME_LIMIT),
        name=cursor.text("name", limit=NAME_LIMIT),
        labels=words(cursor, "labels", most=MOST_CELLS),
        rows=tuple(_row(row) for row in cursor.rows("rows", most=MOST_ROWS)),
        code_column=optional_whole(cursor, "code_column"),
        claims=tuple(_claim(claim) for claim in cursor.rows("claims", most=MOST_CELLS)),
    )


def _row(cursor: Cursor) -> PrintedRow:
    cursor.known(("place", "cells"))
    return PrintedRow(
        place=cursor.text("place", limit=NAME_LIMIT), cells=words(cursor, "cells", most=MOST_CELLS)
    )


def _claim(cursor: Cursor) -> ColumnClaim:
    cursor.known(("place", "column", "word"))
    return ColumnClaim(
        place=cursor.text("place", limit=NAME_LIMIT),
        column=cursor.whole("column", -1, least=0, most=MOST_CELLS),
        word=cursor.text("word", limit=NAME_LIMIT),
    )


def read_series(cursor: Cursor) -> PrintedSeries:
    cursor.known(("name", "values"))
    values = cursor.rows("values", most=MOST_GROUPS)
    return PrintedSeries(
        name=cursor.text("name", limit=NAME_LIMIT), values=tuple(_series_value(row) for row in values)
    )


def _series_value(cursor: Cursor) -> SeriesValue:
    cursor.known(("place", "label", "value", "scale"))
    return SeriesValue(
        place=cursor.text("place", limit=NAME_LIMIT),
        label=cursor.text("label", limit=NAME_LIMIT),
        value=required_figure(cursor, "value"),
        scale=cursor.text("scale", limit=NAME_LIMIT),
    )


def read_ranking(cursor: Cursor) -> PrintedRanking:
    cursor.known(("name", "rows"))
    rows = cursor.rows("rows", most=MOST_ROWS)
    return PrintedRanking(
        name=cursor.text("name", limit=NAME_LIMIT), rows=tuple(_standing(row) for row in rows)
    )


def _standing(cursor: Cursor) -> PrintedStanding:
    names: dict[str, Any] = {
        "place": cursor.text("place", limit=NAME_LIMIT),
        "unit": cursor.text("unit", limit=NAME_LIMIT),
        **{name: printed_figure(cursor, name) for name in ("points", "max_points", "percent")},
        **{name: optional_whole(cursor, name, least=1) for name in ("rank", "previous_rank")},
        "change": optional_whole(cursor, "change", least=-1_000_000),
    }
    cursor.known(names)
    return PrintedStanding(**names)
