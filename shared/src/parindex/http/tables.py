"""Rows in the form the reader asks for: JSON, CSV or XLSX, all columns or chosen ones."""

import asyncio
import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import Query, Request, Response

from parindex.http.conditional import REVALIDATE, represent
from parindex.kernel.canonical import canonical_bytes
from parindex.kernel.errors import DomainError, Fault
from parindex.workbooks.table_sheet import Cell, write_table

Format = Literal["json", "csv", "xlsx"]
MEDIA_TYPES: dict[Format, str] = {
    "json": "application/json",
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")

ChosenFormat = Annotated[
    Format | None, Query(alias="format", description="Without it the Accept header decides; JSON by default")
]
Fields = Annotated[str, Query(max_length=1000, description="Names of columns, parted by commas; empty: all")]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name in JSON and CSV, its Vietnamese title in XLSX, whether it holds figures."""

    name: str
    title: str
    figures: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows by column name, as CSV and XLSX give them: no nesting, figures as decimal text («87.25»)."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: Sequence[Mapping[str, Any]]


def names_of(fields: str, known: Sequence[str]) -> list[str]:
    """The names chosen, in the order asked; all of them without a choice.

    Raises DomainError `fields_unknown` with each name that is none.

    >>> names_of("rank, unit", ["unit", "name", "rank"])
    ['rank', 'unit']
    """
    chosen = list(dict.fromkeys(name.strip() for name in fields.split(",") if name.strip()))
    listed = ", ".join(known)
    faults = tuple(
        Fault("/query/fields", "field_unknown", f"không có cột {name[:80]}; các cột: {listed}")
        for name in chosen
        if name not in known
    )
    if faults:
        raise DomainError("fields_unknown", {"count": len(faults)}, faults)
    return chosen or list(known)


def chosen_format(request: Request, asked: Format | None) -> Format:
    """What the address says, else what the Accept header likes best; of several the one named first."""
    if asked is not None:
        return asked
    liked = [_liked(part) for part in request.headers.get("accept", "").split(",")]
    forms = {kind: form for form, kind in MEDIA_TYPES.items()}
    known = [(quality, forms[media]) for media, quality in liked if media in forms and quality > 0]
    return max(known, key=lambda found: found[0])[1] if known else "json"


def _liked(part: str) -> tuple[str, float]:
    """A media type of an Accept header and how much it is liked.

    >>> _liked(" text/csv;q=0.5"), _liked("application/json; charset=utf-8")
    (('text/csv', 0.5), ('application/json', 1.0))
    """
    media, *parameters = (piece.strip() for piece in part.split(";"))
    qualities = (piece[2:] for piece in parameters if re.fullmatch(r"q=[01](\.\d{0,3})?", piece))
    return media.lower(), float(next(qualities, 1))


async def represent_table(
    request: Request,
    table: Table,
    body: Mapping[str, Any],
    rows_at: str,
    *,
    form: Format | None,
    fields: str,
    cache: str = REVALIDATE,
) -> Response:
    """The table in the form asked; JSON is `body`, whose list `rows_at` holds the same rows, fields chosen.

    Raises DomainError `fields_unknown`.
    """
    form = chosen_format(request, form)
    columns = [column.name for column in table.columns]
    if form == "json":
        rows = body[rows_at]
        names = names_of(fields, list(rows[0]) if rows else columns)
        chosen = [{name: row[name] for name in names} for row in rows] if fields else rows
        return represent(request, canonical_bytes({**body, rows_at: chosen}), cache=cache)
    names = names_of(fields, columns)
    by_name = {column.name: column for column in table.columns}
    table = replace(table, columns=tuple(by_name[name] for name in names))
    content = await asyncio.to_thread(_csv if form == "csv" else _xlsx, table)
    reply = represent(request, content, MEDIA_TYPES[form], cache)
    # A name may hold what somebody wrote into the address.
    reply.headers["Content-Disposition"] = f'attachment; filename="{quote(table.name, safe="")}.{form}"'
    return reply


def _csv(table: Table) -> bytes:
    """RFC 4180, UTF-8 with a mark that Excel needs, decimals with a point as in JSON."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(column.name for column in table.columns)
    for row in table.rows:
        writer.writerow(_csv_cell(row[column.name], column) for column in table.columns)
    return out.getvalue().encode("utf-8-sig")


def _csv_cell(value: Any, column: Column) -> Any:
    """Text that a spreadsheet would reckon with is led by an apostrophe."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str) and not column.figures and value.startswith(_FORMULA_STARTS):
        return f"'{value}"
    return value


def _xlsx(table: Table) -> bytes:
    rows = [[_xlsx_cell(row[column.name], column) for column in table.columns] for row in table.rows]
    return write_table(table.title, [column.title for column in table.columns], rows)


def _xlsx_cell(value: Any, column: Column) -> Cell:
    if isinstance(value, bool):
        return "có" if value else "không"
    if column.figures and isinstance(value, str):
        return Decimal(value) if value else None
    return value if isinstance(value, int) or value is None else str(value)
