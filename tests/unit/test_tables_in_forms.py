"""Tables in the form asked for: what the Accept header likes, chosen fields, headers, cells nobody reckons with."""

import csv
import io
from decimal import Decimal
from typing import Any

import pytest
from fastapi import FastAPI, Request, Response
from httpx import ASGITransport, AsyncClient
from python_calamine import CalamineWorkbook

from parindex.http.problems import on_domain_error
from parindex.http.tables import MEDIA_TYPES, ChosenFormat, Column, Fields, Table, represent_table
from parindex.kernel.errors import DomainError
from parindex.workbooks.table_sheet import number_format

COLUMNS = (Column("unit", "Đơn vị"), Column("percent", "Chỉ số", figures=True))


def app_of(rows: list[dict[str, Any]]) -> FastAPI:
    app = FastAPI()
    app.add_exception_handler(DomainError, on_domain_error)

    @app.get("/{name}/table")
    async def get_table(
        request: Request, name: str, form: ChosenFormat = None, fields: Fields = ""
    ) -> Response:
        table = Table(name=name, title=name, columns=COLUMNS, rows=rows)
        return await represent_table(request, table, {"rows": rows}, "rows", form=form, fields=fields)

    return app


def client_of(*rows: dict[str, Any]) -> AsyncClient:
    return AsyncClient(transport=ASGITransport(app=app_of(list(rows))), base_url="http://test")


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("text/csv", "csv"),
        ("TEXT/CSV; charset=utf-8", "csv"),
        ("text/csv;q=0.5, application/json", "json"),
        ("text/csv; q=0.5, application/json;q=0.4", "csv"),
        ("text/csv;q=0", "json"),
        ("text/csv;q=9", "csv"),
        (f"text/html, {MEDIA_TYPES['xlsx']};q=0.1", "xlsx"),
        ("text/html, */*;q=0.8", "json"),
        ("", "json"),
        (";;,=", "json"),
    ],
)
async def test_the_form_is_the_one_liked_best(accept: str, form: str) -> None:
    async with client_of({"unit": "a", "percent": "1"}) as client:
        reply = await client.get("/t/table", headers={"Accept": accept})
        asked = await client.get("/t/table", headers={"Accept": accept}, params={"format": "csv"})
    assert reply.headers["content-type"].split(";")[0] == MEDIA_TYPES[form]  # type: ignore[index]
    assert asked.headers["content-type"].startswith("text/csv"), "the address goes before the header"
    assert "Accept" in reply.headers["vary"]


@pytest.mark.parametrize("form", ["json", "csv", "xlsx"])
async def test_fields_of_an_empty_table_are_checked_in_each_form(form: str) -> None:
    async with client_of() as client:
        params = {"format": form, "fields": "bac,percent"}
        refused = await client.get("/t/table", params=params)
        taken = await client.get("/t/table", params={**params, "fields": "percent"})
    assert (refused.status_code, refused.json()["code"]) == (422, "fields_unknown")
    assert taken.status_code == 200


@pytest.mark.parametrize(
    "name", ["x%0d%0aSet-Cookie:%20a=b", "s%E1%BB%9F-y-t%E1%BA%BF", 'x%22;%20filename="y']
)
async def test_a_name_from_the_address_stays_inside_its_header(name: str) -> None:
    async with client_of({"unit": "a", "percent": "1"}) as client:
        reply = await client.get(f"/{name}/table", params={"format": "csv"})
    assert reply.status_code == 200
    said = reply.headers["content-disposition"]
    assert said.isascii()
    assert said.count('"') == 2
    assert not set("\r\n;") & set(said.removeprefix("attachment;"))


async def test_text_is_never_a_formula_and_figures_are_kept_to_the_last_digit() -> None:
    exact = "0." + "3" * 30
    rows = [
        {"unit": text, "percent": figure}
        for text, figure in (("=1+1", exact), ("-x", "-1.5"), ("@SUM(A1)", ""), ("\t=1", "89.9996"))
    ]
    async with client_of(*rows) as client:
        lines = await client.get("/t/table", params={"format": "csv"})
        book = await client.get("/t/table", params={"format": "xlsx"})
        again = await client.get("/t/table", params={"format": "xlsx"})
    said = list(csv.DictReader(io.StringIO(lines.content.decode("utf-8-sig"), newline="")))
    assert [row["unit"] for row in said] == ["'=1+1", "'-x", "'@SUM(A1)", "'\t=1"]
    assert [row["percent"] for row in said] == [exact, "-1.5", "", "89.9996"]
    _, *cells = CalamineWorkbook.from_filelike(io.BytesIO(book.content)).get_sheet_by_index(0).to_python()
    assert [row[0] for row in cells][:3] == ["=1+1", "-x", "@SUM(A1)"], "a text, with the quote mark's format"
    assert cells[3][1] == 89.9996
    assert book.headers["etag"] == again.headers["etag"] != lines.headers["etag"]


def test_a_percent_shows_on_its_own_side_of_a_bound() -> None:
    assert number_format(Decimal("89.9996")).endswith(".0000")
    assert number_format(Decimal("89.9999999999999")).count("0") == 14, "fifteen digits are shown"
