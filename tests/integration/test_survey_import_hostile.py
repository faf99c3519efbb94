"""Files as tired people and bad programs make them: each is read right, or refused with a clear word."""

import asyncio
import csv
import io
import json
from collections.abc import AsyncIterator, Callable
from datetime import date
from typing import Any

import pytest
import pytest_asyncio
import xlsxwriter

from tests.support.survey import Survey, ballot, campaign, open_survey
from tests.support.workbench import Workbench

HEADER = ["serial", "unit", "q1", "q2"]
ROWS = [HEADER, ["A1", "SNV", "5", "4"], ["A2", "so-y-te", "3", "2"]]
ANSWERS = {"A1": [5, 4], "A2": [3, 2]}


@pytest_asyncio.fixture
async def survey(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Survey]:
    async with open_survey(bench, monkeypatch, campaign(citizens=50)) as found:
        yield found


def text(rows: list[list[str]], delimiter: str = ",", end: str = "\r\n") -> str:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator=end).writerows(rows)
    return out.getvalue()


def workbook(*fill: Callable[[Any, Any], None]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    for one in fill:
        one(book, book.add_worksheet())
    book.close()
    return out.getvalue()


def sheet(rows: list[list[Any]], *, hidden: bool = False) -> Callable[[Any, Any], None]:
    def fill(_: Any, page: Any) -> None:
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
        if hidden:
            page.hide()
        elif rows:
            page.activate()

    return fill


async def finished(survey: Survey, content: str | bytes, **changes: str) -> dict[str, Any]:
    reply = await survey.upload(content, **changes)
    assert reply.status_code == 202, reply.text
    await survey.work()
    found: dict[str, Any] = (await survey.supervisor.get(reply.headers["location"])).json()
    return found


async def stored(survey: Survey) -> dict[str, list[int]]:
    rows = await survey.bench.fetch("SELECT serial, answers FROM survey.ballot ORDER BY serial")
    return {row["serial"]: row["answers"] for row in rows}


@pytest.mark.parametrize(
    "content",
    [
        text(ROWS, end="\r"),
        "\ufeff" + text(ROWS, ";"),
        text(ROWS) + ",,,\r\n,,,\r\n",
        text([ROWS[0], ["", "", "", ""], *ROWS[1:]]),
        text([[f'"{cell}"' for cell in row] for row in ROWS]).replace('""', "").replace("''", ""),
        text(ROWS).encode("utf-16"),
        text(ROWS).encode("utf-16-le"),
    ],
    ids=["cr-only", "marked", "empty-rows-below", "empty-row-between", "quoted", "utf-16", "utf-16-le"],
)
async def test_what_programs_save_is_read(survey: Survey, content: str | bytes) -> None:
    found = await finished(survey, content)
    assert (found["state"], found["total"], found["errors"]) == ("done", 2, [])
    assert await stored(survey) == ANSWERS


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"serial": "A1", "unit": "a\\u0000b", "q1": 1, "q2": 1}', "ký tự không lưu được"),
        ('{"serial": "A1", "unit": "a\\ud800b", "q1": 1, "q2": 1}', "ký tự không lưu được"),
        ('{"serial": "A1", "unit": "SNV", "q1": 1, "q2": 1, "\\u0000": 1}', "ký tự không lưu được"),
        ('{"serial": "A1", "unit": "SNV", "q1": NaN, "q2": 1}', "ô không phải"),
    ],
)
async def test_a_line_no_database_can_keep_ends_its_file(survey: Survey, line: str, reason: str) -> None:
    found = await finished(survey, line + "\n", atomic="row")
    assert (found["state"], [e["code"] for e in found["errors"]]) == ("refused", ["row_unreadable"])
    assert reason in found["errors"][0]["message"]
    assert not await survey.bench.fetch("SELECT 1 FROM bus.delivery WHERE done_at IS NULL")


@pytest.mark.parametrize(
    ("content", "codes", "word"),
    [
        ("Số phiếu,Đơn vị\nA1,Sở Nội vụ\n".replace("ố", "ô").encode("cp1258", "ignore"), ["file_not_utf8"], "bảng mã cũ"),
        (b"serial,unit,q1,q2\nA1,S\xeb N\xe9i v\xf4,1,1\n", ["file_not_utf8"], "dòng 2 của tệp"),
        ("Sè phiÕu,§¬n vÞ\n", ["column_missing", "header_malformed"], "bảng mã cũ"),
        ("PHIẾU KHẢO SÁT,,,\n" + text(ROWS), ["column_missing", "header_malformed"], "mỗi cột một ô"),
        ('[{"serial": "A1"}]', ["row_unreadable"], "không phải một đối tượng JSON"),
    ],
    ids=["cp1258", "tcvn3-bytes", "tcvn3-letters", "title-row", "json-array"],
)  # fmt: skip
async def test_what_cannot_be_read_is_refused_at_once_with_a_clear_word(
    survey: Survey, content: str | bytes, codes: list[str], word: str
) -> None:
    reply = await survey.upload(content)
    assert reply.status_code == 422
    faults = reply.json()["errors"]
    assert sorted({fault["code"] for fault in faults}) == codes
    assert any(word in fault["detail"] for fault in faults), faults


async def test_a_file_without_rows_says_so(survey: Survey) -> None:
    found = await finished(survey, text([HEADER]))
    assert (found["state"], [e["code"] for e in found["errors"]]) == ("refused", ["file_empty"])


async def test_the_visible_sheets_of_one_header_are_one_file(survey: Survey) -> None:
    content = workbook(
        sheet([HEADER, ["X1", "SNV", 1, 1]], hidden=True),
        sheet([]),
        sheet([HEADER, ["A1", "SNV", 5, 4]]),
        sheet([["Mã", "Tên"], ["SNV", "Sở Nội vụ"]]),
        sheet([HEADER, ["A2", "so-y-te", 3.0, "2"]]),
    )
    assert (await finished(survey, content))["valid"] == 2
    assert await stored(survey) == ANSWERS


def formula(value: Any, kind: str = "=1/0") -> Callable[[Any, Any], None]:
    def fill(_: Any, page: Any) -> None:
        page.write_row(0, 0, HEADER)
        page.write_row(1, 0, ["A1", "SNV", 5])
        page.write_formula(1, 3, kind, None, value)

    return fill


@pytest.mark.parametrize(
    ("value", "word"), [("#DIV/0!", "công thức lỗi tại ô D2"), ("", "chưa có giá trị tại ô D2")]
)
async def test_a_formula_without_value_is_no_blank_answer(survey: Survey, value: str, word: str) -> None:
    found = await finished(survey, workbook(formula(value)), atomic="row")
    assert (found["state"], found["errors"][0]["code"]) == ("refused", "workbook_refused")
    assert word in found["errors"][0]["message"]
    assert not await stored(survey)


async def test_formulas_with_values_and_errors_on_other_sheets_do_no_harm(survey: Survey) -> None:
    content = workbook(formula(4, "=2+2"), sheet([["Mã"]]))
    other = workbook(formula(4, "=2+2"), lambda _, page: page.write_formula(0, 0, "=1/0", None, "#DIV/0!"))
    assert (await finished(survey, content))["valid"] == 1
    assert (await finished(survey, other))["repeated"] == 1
    assert await stored(survey) == {"A1": [5, 4]}


async def test_merged_cells_of_a_header_are_refused_with_a_hint(survey: Survey) -> None:
    def fill(_: Any, page: Any) -> None:
        page.merge_range(0, 0, 0, 3, "KẾT QUẢ KHẢO SÁT")
        page.write_row(1, 0, HEADER)

    found = await finished(survey, workbook(fill))
    assert found["state"] == "refused"
    assert [e["code"] for e in found["errors"]] == ["column_missing"] * 4 + ["header_malformed"]


async def test_a_column_of_endless_name_does_not_fill_the_report(survey: Survey) -> None:
    name = "q" * 50_000
    mapping = json.dumps({name: "q1"})
    found = await finished(
        survey, text([["serial", "unit", name, "q2"], ["A1", "SNV", "9", "1"]]), mapping=mapping
    )
    assert [len(e["column"]) for e in found["errors"]] == [200]


async def days(survey: Survey) -> dict[str, str]:
    rows = await survey.bench.fetch("SELECT serial, collected_at::text AS day FROM survey.ballot")
    return {row["serial"]: row["day"] for row in rows}


async def test_the_day_of_collection_comes_in_by_its_column(survey: Survey) -> None:
    named = [["Số", "unit", "q1", "q2", "Ngày thu"]]
    named += [
        [f"A{n}", "SNV", "5", "4", day]
        for n, day in enumerate(["15/12/2022", "2022-12-16", " ", "2022-12-17 08:30"])
    ]
    mapping = {"Số": "serial", "Ngày thu": "collected_at"}
    path = f"{survey.path}/mappings/cong-dvc"
    body = {"questionnaire": "sipas", "columns": mapping}
    assert (await survey.supervisor.put(path, json=body)).status_code == 200
    found = await finished(survey, text(named), source="cong-dvc")
    assert (found["state"], found["valid"]) == ("done", 4)
    assert await days(survey) == {"A0": "2022-12-15", "A1": "2022-12-16", "A2": None, "A3": "2022-12-17"}
    again = await finished(survey, text(named), mapping=json.dumps(mapping), atomic="row")
    assert (again["repeated"], again["valid"]) == (4, 0)
    other = text([named[0], ["A0", "SNV", "5", "4", "16/12/2022"]])
    conflict = await finished(survey, other, mapping=json.dumps(mapping), atomic="row")
    assert [e["code"] for e in conflict["errors"]] == ["serial_taken"]


async def test_a_day_in_a_workbook_is_a_day(survey: Survey) -> None:
    def fill(book: Any, page: Any) -> None:
        page.write_row(0, 0, [*HEADER, "collected_at"])
        page.write_row(1, 0, ["A1", "SNV", 5, 4])
        page.write_datetime(1, 4, date(2022, 12, 15), book.add_format({"num_format": "dd/mm/yyyy"}))
        page.write_row(2, 0, ["A2", "SNV", 5, 4, 44910])

    found = await finished(survey, workbook(fill), atomic="row")
    assert [(e["row"], e["column"], e["code"], e["value"]) for e in found["errors"]] == [
        (2, "collected_at", "collected_unreadable", "44910")
    ]
    assert await days(survey) == {"A1": "2022-12-15"}


async def test_days_outside_the_campaign_are_faults(survey: Survey) -> None:
    rows = [[*HEADER, "collected_at"]]
    rows += [
        [f"A{n}", "SNV", "5", "4", day]
        for n, day in enumerate(["30/11/2022", "01/01/2099", "31/12/2098", "13/13/2022"])
    ]
    found = await finished(survey, text(rows))
    assert [e["code"] for e in found["errors"]] == [
        "collected_outside_window",
        "collected_outside_window",
        "collected_in_future",
        "collected_unreadable",
    ]


async def test_what_was_collected_in_time_may_come_after_the_end(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_survey(bench, monkeypatch, {**campaign(citizens=50), "late_entry_hours": 48}) as survey:
        await bench.fetch("UPDATE survey.campaign SET closes_at = now() - interval '1 hour'")
        rows = [[*HEADER, "collected_at"], ["A1", "SNV", "5", "4", "15/12/2022"], ["A2", "SNV", "5", "4", ""]]
        found = await finished(survey, text(rows), atomic="row")
        assert (found["valid"], [e["code"] for e in found["errors"]]) == (1, ["collected_missing"])
        await bench.fetch("UPDATE survey.campaign SET closes_at = now() - interval '49 hours'")
        late = await survey.upload(text([rows[0], ["A3", *rows[1][1:]]]))
        assert late.json()["code"] == "campaign_window_closed"


async def test_a_file_brings_no_serial_that_was_not_issued(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_survey(
        bench, monkeypatch, {**campaign(citizens=50), "issued_serials_only": True}
    ) as survey:
        issue = {"ranges": [{"first": "A1", "last": "A5", "batch": "tui-1"}]}
        assert (await survey.supervisor.post(f"{survey.path}/issues", json=issue)).status_code == 201
        rows = [HEADER, ["A1", "SNV", "5", "4"], ["A9", "SNV", "5", "4"]]
        assert (await survey.enter(ballot("A9"))).json()["errors"][0]["code"] == "serial_not_issued"
        found = await finished(survey, text(rows), atomic="row")
        assert [(e["row"], e["code"], e["value"]) for e in found["errors"]] == [
            (2, "serial_not_issued", "A9")
        ]
        assert await stored(survey) == {"A1": [5, 4]}
        mark = {"marks": [{"first": "A2", "status": "missing", "reason": "thất lạc"}]}
        assert (await survey.supervisor.post(f"{survey.path}/issues/marks", json=mark)).status_code == 201
        rows = [HEADER, ["A2", "SNV", "5", "4"], ["A3", "SNV", "5", "4"]]
        lost = await finished(survey, text(rows), atomic="row")
        assert [(e["row"], e["code"]) for e in lost["errors"]] == [(1, "serial_written_off")]
        assert set(await stored(survey)) == {"A1", "A3"}


async def test_a_file_sent_several_times_at_once_is_taken_once(survey: Survey) -> None:
    replies = await asyncio.gather(*(survey.upload(text(ROWS)) for _ in range(5)))
    assert sorted(reply.status_code for reply in replies) == [200, 200, 200, 200, 202]
    assert len({reply.json()["id"] for reply in replies}) == 1
    assert sum(reply.json()["repeated"] for reply in replies) == 4
    await survey.work()
    assert await stored(survey) == ANSWERS


async def test_a_ballot_keyed_while_its_file_is_read_stays_as_it_was_keyed(survey: Survey) -> None:
    reply = await survey.upload(text(ROWS), atomic="row")
    keyed = ballot("A1", answers=[1, 1])
    assert (await survey.enter(keyed)).status_code == 201
    await survey.work()
    found = (await survey.supervisor.get(reply.headers["location"])).json()
    assert (found["valid"], [(e["code"], e["value"]) for e in found["errors"]]) == (
        1,
        [("serial_taken", "A1")],
    )
    assert await stored(survey) == {"A1": [1, 1], "A2": [3, 2]}
    late = await survey.enter(ballot("A2"))
    assert (late.status_code, late.json()["code"]) == (409, "serial_taken")


@pytest.mark.parametrize("atomic", ["all", "row"])
@pytest.mark.parametrize("kind", ["good", "bad", "surplus", "other-scale"])
async def test_a_dry_run_reports_what_the_real_one_reports(survey: Survey, atomic: str, kind: str) -> None:
    """Counts, errors and rejected rows are the same byte for byte."""
    assert (await survey.enter(ballot("M1"))).status_code == 201
    rows = [[*HEADER, "collected_at"]]
    rows += [
        [f"A{n}", ("SNV", "so-y-te")[n % 2], str(1 + n % 5), "", ""]
        for n in range(150 if kind == "surplus" else 20)
    ]
    if kind == "bad":
        rows += [
            ["M1", "SNV", "5", "4", ""],
            ["A1", "SNV", "9", "x", "?"],
            ["B1", "Huế", "1", "1", ""],
            ["B2"],
        ]
    if kind == "other-scale":
        rows += [[f"C{n}", "SNV", "10", "4", ""] for n in range(20)]
    told = []
    for mode in ("validate", "commit"):
        found = await finished(survey, text(rows), atomic=atomic, mode=mode)
        path = f"{survey.path}/imports/{found['id']}"
        files = [
            (await survey.supervisor.get(f"{path}/{name}")).content for name in ("errors.csv", "rejected")
        ]
        same = {key: found[key] for key in found if key not in {"id", "mode", "requested_at", "finished_at"}}
        told.append((same, files))
    assert told[0] == told[1]
