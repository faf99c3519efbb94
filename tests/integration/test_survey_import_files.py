"""Files of every kind: workbooks, JSON lines, declared scales, spellings to confirm, reports, calling off."""

import csv
import io
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
import pytest_asyncio
import xlsxwriter

from parindex.auth.policy import Role
from survey_ingest.imports.use_cases import reading, sheets
from tests.support.survey import Survey, campaign, open_survey
from tests.support.workbench import Workbench

MAPPING = json.dumps({"Số phiếu": "serial", "Đơn vị": "unit"})
ROWS = [
    ["Số phiếu", "Đơn vị", "q1", "q2"],
    ["A1", "Sở Nội vụ", "5", "4"],
    ["A2", "SNV", "", "-1"],
    ["A3", "so-y-te", "3", "2"],
]


@pytest_asyncio.fixture
async def survey(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Survey]:
    async with open_survey(bench, monkeypatch, campaign(citizens=50)) as found:
        yield found


def as_csv(rows: list[list[str]], delimiter: str = ",") -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode()


def as_workbook(rows: list[list[Any]]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.add_worksheet("Trống")
    page = book.add_worksheet("Phiếu")
    for number, row in enumerate(rows):
        for place, cell in enumerate(row):
            page.write(number, place, cell)
    book.close()
    return out.getvalue()


async def progress(survey: Survey, location: str) -> dict[str, Any]:
    found: dict[str, Any] = (await survey.supervisor.get(location)).json()
    return found


async def finished(survey: Survey, content: bytes, **changes: str) -> dict[str, Any]:
    reply = await survey.upload(content, **{"mapping": MAPPING, **changes})
    assert reply.status_code == 202, reply.text
    await survey.work()
    return await progress(survey, reply.headers["location"])


async def stored(survey: Survey) -> dict[str, tuple[str, list[int]]]:
    rows = await survey.bench.fetch("SELECT serial, unit, answers FROM survey.ballot ORDER BY serial")
    return {row["serial"]: (row["unit"], row["answers"]) for row in rows}


THREE = {
    "A1": ("so-noi-vu", [5, 4]),
    "A2": ("so-noi-vu", [0, -1]),
    "A3": ("so-y-te", [3, 2]),
}


@pytest.mark.parametrize("kind", ["xlsx", "jsonl", "utf-16", "semicolons"])
async def test_a_file_says_the_same_in_every_format(survey: Survey, kind: str) -> None:
    numbers = [[int(cell) if cell.lstrip("-").isdigit() else cell for cell in row] for row in ROWS]
    content = {
        "xlsx": as_workbook(numbers),
        "jsonl": "".join(
            json.dumps(dict(zip(ROWS[0], row, strict=True)), ensure_ascii=False) + "\n" for row in numbers[1:]
        ).encode(),
        "utf-16": "\n".join("\t".join(row) for row in ROWS).encode("utf-16"),
        "semicolons": as_csv(ROWS, ";"),
    }[kind]
    found = await finished(survey, content)
    assert [found[name] for name in ("state", "total", "done", "valid", "invalid")] == ["done", 3, 3, 2, 1]
    assert await stored(survey) == THREE


async def test_a_workbook_that_is_none_or_unfolds_without_end_is_refused(
    survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = await survey.upload(b"PK\x03\x04 ...")
    assert (broken.status_code, broken.json()["errors"][0]["code"]) == (422, "workbook_refused")
    old = await survey.upload(b"\xd0\xcf\x11\xe0" + b"\0" * 100)
    assert old.json()["errors"][0]["code"] == "file_format_unknown"
    far = await finished(survey, as_workbook([*ROWS, *([[]] * 1_040_000), ["A9", "SNV", "1", "1"]]))
    assert (far["state"], far["valid"], far["invalid"]) == ("done", 3, 1)
    wrong = await finished(survey, as_workbook([["Phiếu", "q1"], ["A1", "1"]]))
    assert wrong["state"] == "refused"
    assert {fault["code"] for fault in wrong["errors"]} == {"column_unknown", "column_missing"}
    monkeypatch.setattr(sheets, "BOUNDS", replace(sheets.BOUNDS, largest_unpacked=5000))
    bomb = await survey.upload(as_workbook(ROWS), mapping=MAPPING)
    assert (bomb.status_code, bomb.json()["errors"][0]["detail"]) == (422, "tệp chứa quá nhiều dữ liệu")


def mapping_body(**changes: Any) -> dict[str, Any]:
    return {
        "questionnaire": "sipas",
        "columns": {"Số phiếu": "serial", "Đơn vị": "unit", "Câu 1": "q1", "Câu 2": "q2"},
        **changes,
    }


WORDS = {"Rất kém": "1", "Kém": "2", "Được": "3", "Hài lòng": "4", "Rất hài lòng": "5", "Không ý kiến": ""}


async def test_a_source_declares_its_columns_and_words_once(survey: Survey) -> None:
    path = f"{survey.path}/mappings/cong-dvc"
    assert (await survey.supervisor.get(path)).json()["code"] == "mapping_unknown"
    unknown = await survey.upload(b"a", source="cong-dvc")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "mapping_unknown")
    first = await survey.supervisor.put(path, json=mapping_body(scales=[{"values": WORDS}]))
    assert (first.status_code, first.json()["revision"]) == (200, 1), first.text
    assert (await survey.supervisor.put(path, json=mapping_body())).json()["code"] == "version_required"
    shown = await survey.supervisor.get(path)
    assert (shown.json(), shown.headers["etag"]) == (first.json(), first.headers["etag"])
    rows = [
        ["Số phiếu", "Đơn vị", "Câu 2", "Câu 1"],
        ["A1", "SNV", "hài  lòng", "Rất Hài Lòng"],
        ["A2", "SNV", "", "Không ý kiến"],
        ["A3", "SNV", "Được", "Kém"],
    ]
    found = await finished(survey, as_csv(rows), source="cong-dvc", mapping="")
    assert (found["source"], found["state"]) == ("cong-dvc", "done")
    assert [answers for _, answers in (await stored(survey)).values()] == [[5, 4], [0, 0], [2, 3]]
    numbers = [[*rows[0]], ["A4", "SNV", "4", "5"]]
    refused = await finished(survey, as_csv(numbers), source="cong-dvc", mapping="")
    assert [fault["code"] for fault in refused["errors"]] == ["answer_out_of_scale"] * 2


async def test_a_change_of_scale_is_said_or_refused(survey: Survey) -> None:
    path = f"{survey.path}/mappings/cong-dvc"
    tens = {str(number): str(max(1, (number + 1) // 2)) for number in range(11)}
    silent = await survey.supervisor.put(path, json=mapping_body(scales=[{"values": tens}]))
    assert (silent.status_code, silent.json()["code"]) == (422, "mapping_invalid")
    assert [(e["pointer"], e["code"]) for e in silent.json()["errors"]] == [
        ("/scales/0/reason", "scale_converts")
    ]
    open_one = mapping_body(scales=[{"values": tens, "reason": "Cổng ghi thang 0–10"}])
    first = await survey.supervisor.put(path, json=open_one)
    assert first.status_code == 200
    rows = [["Số phiếu", "Đơn vị", "Câu 1", "Câu 2"], ["A1", "SNV", "10", "0"], ["A2", "SNV", "3", "4"]]
    found = await finished(survey, as_csv(rows), source="cong-dvc", mapping="")
    assert [answers for _, answers in (await stored(survey)).values()] == [[5, 1], [2, 2]]
    assert [(scale["values"], scale["reason"]) for scale in found["scales"]] == [
        (tens, "Cổng ghi thang 0–10")
    ]
    tag = {"If-Match": first.headers["etag"]}
    back = await survey.supervisor.put(path, json=mapping_body(), headers=tag)
    assert [e["code"] for e in back.json()["errors"]] == ["scale_changed"]
    said = mapping_body(change_reason="Từ tháng 2 cổng ghi thang 1–5")
    assert (await survey.supervisor.put(path, json=said, headers=tag)).json()["revision"] == 2


async def test_a_mapping_is_refused_with_every_fault(survey: Survey) -> None:
    body = mapping_body(
        columns={"a": "q9", "b": "serial", "c": "serial"},
        group="la",
        scales=[{"values": {"x": "9", "X": "1"}, "questions": ["q1", "q7"]}, {"values": {"1": "1"}}],
    )
    reply = await survey.supervisor.put(f"{survey.path}/mappings/x", json=body)
    assert sorted(e["code"] for e in reply.json()["errors"]) == [
        "field_repeated",
        "field_unknown",
        "group_unknown",
        "option_unknown",
        "question_unknown",
        "scale_converts",
        "value_repeated",
    ]
    other = await survey.supervisor.put(f"{survey.path}/mappings/x", json=mapping_body(questionnaire="la"))
    assert other.json()["code"] == "questionnaire_unknown"
    clerk = await survey.clerk.put(f"{survey.path}/mappings/x", json=mapping_body())
    assert clerk.status_code == 403


async def test_a_file_of_another_scale_stores_nothing_even_row_by_row(survey: Survey) -> None:
    """Of a file in tens, the rows up to five would look right and mean something else."""
    rows = [["Số phiếu", "Đơn vị", "q1", "q2"]]
    rows += [[f"A{n}", "SNV", str(n % 11), str(n % 7)] for n in range(60)]
    found = await finished(survey, as_csv(rows), atomic="row")
    assert (found["state"], found["valid"]) == ("refused", 0)
    assert (found["errors"][0]["code"], found["errors"][0]["value"]) == ("scale_differs", "6, 7, 8, 9, 10")
    assert not await stored(survey)


UNKNOWN = [*ROWS, ["A4", "Sở Y-tế tỉnh", "1", "1"], ["A5", "Sở Y-tế tỉnh", "1", "1"], ["A6", "Huế", "1", "1"]]


async def test_a_file_waits_until_somebody_says_which_unit_is_meant(survey: Survey) -> None:
    found = await finished(survey, as_csv(UNKNOWN))
    assert (found["state"], found["unknown_units"], found["finished_at"]) == ("needs_confirmation", 3, None)
    assert not await stored(survey)
    again = await survey.upload(as_csv(UNKNOWN), mapping=MAPPING)
    assert (again.status_code, again.json()["id"]) == (200, found["id"])
    path = f"{survey.path}/imports/{found['id']}/spellings"
    asked = (await survey.supervisor.get(path)).json()["spellings"]
    assert [(one["spelling"], one["rows"], one["answered"]) for one in asked] == [
        ("Sở Y-tế tỉnh", 2, False),
        ("Huế", 1, False),
    ]
    assert asked[0]["likely"][0] == "so-y-te"
    wrong = await survey.supervisor.put(path, json={"units": {"Huế": "so-la", "Vinh": None}})
    assert [e["code"] for e in wrong.json()["errors"]] == ["unit_unknown", "spelling_not_asked"]
    part = await survey.supervisor.put(path, json={"units": {"Sở Y-tế tỉnh": "so-y-te"}})
    assert part.json() == {"resumed": False}
    whole = await survey.supervisor.put(path, json={"units": {"Huế": "so-noi-vu"}})
    assert whole.json() == {"resumed": True}
    await survey.work()
    done = await progress(survey, f"{survey.path}/imports/{found['id']}")
    assert (done["state"], done["valid"], done["error_count"]) == ("done", 5, 0)
    assert {serial: unit for serial, (unit, _) in (await stored(survey)).items()}["A5"] == "so-y-te"
    later = [ROWS[0], ["B1", "SỞ Y TẾ TỈNH", "1", "1"]]
    assert (await finished(survey, as_csv(later)))["state"] == "done"


async def test_a_spelling_that_is_no_unit_stays_a_fault(survey: Survey) -> None:
    found = await finished(survey, as_csv(UNKNOWN), atomic="row")
    assert (found["state"], found["valid"], found["bad_rows"]) == ("done", 2, 3)
    path = f"{survey.path}/imports/{found['id']}/spellings"
    said = {"units": {"Huế": None, "Sở Y-tế tỉnh": "so-y-te"}}
    assert (await survey.supervisor.put(path, json=said)).json() == {"resumed": False}
    refused = await finished(survey, as_csv(UNKNOWN))
    assert (refused["state"], refused["bad_rows"], refused["unknown_units"]) == ("refused", 1, 0)


async def test_rejected_rows_come_back_in_their_own_columns(survey: Survey) -> None:
    rows = [[*row, f"ghi chú; {n}"] for n, row in enumerate(ROWS)]
    rows += [["A1", "SNV", "9", "1", '=1+"2"'], ["A 7", "SNV", "=8", "1", ""]]
    found = await finished(survey, as_csv(rows, ";"), atomic="row")
    assert (found["state"], found["bad_rows"], found["error_count"]) == ("done", 2, 4)
    path = f"{survey.path}/imports/{found['id']}"
    page = (await survey.supervisor.get(f"{path}/errors", params={"limit": 3})).json()
    assert [(e["row"], e["column"], e["code"]) for e in page["items"]] == [
        (4, "Số phiếu", "serial_repeated"),
        (4, "q1", "answer_out_of_scale"),
        (5, "Số phiếu", "serial_malformed"),
    ]
    rest = await survey.supervisor.get(f"{path}/errors", params={"after": page["next"]})
    assert ([e["value"] for e in rest.json()["items"]], rest.json()["next"]) == (["=8"], None)
    told = (await survey.supervisor.get(f"{path}/errors.csv")).content.decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(told)))[4][:4] == ["5", "q1", "answer_out_of_scale", "'=8"]
    rejected = (await survey.supervisor.get(f"{path}/rejected")).content
    assert list(csv.reader(io.StringIO(rejected.decode("utf-8-sig")), delimiter=";")) == [rows[0], *rows[4:]]
    corrected = rejected.decode("utf-8-sig").replace("A1;SNV;9", "A8;SNV;2").replace("A 7;SNV;=8", "A7;SNV;3")
    assert (await finished(survey, corrected.encode()))["valid"] == 2
    elsewhere = survey.api.as_role(Role.ENTRY_SUPERVISOR, offices=["bd-2"])
    assert (await elsewhere.get(f"{path}/rejected")).json()["code"] == "foreign_office"


async def test_rejected_objects_come_back_as_objects(survey: Survey) -> None:
    lines = '{"serial": "A1", "unit": "SNV", "q1": 9, "q2": 1}\n{"serial": "A2", "unit": "SNV", "q1": 1, "q2": 1}\n'
    found = await finished(survey, lines.encode(), atomic="row", mapping="")
    rejected = await survey.supervisor.get(f"{survey.path}/imports/{found['id']}/rejected")
    assert [json.loads(line) for line in rejected.text.splitlines()] == [
        {"serial": "A1", "unit": "SNV", "q1": "9", "q2": "1"}
    ]


async def test_a_dry_run_foretells_the_real_one(survey: Survey) -> None:
    rows = [ROWS[0], *([f"A{n}", "SNV", "5", "" if n % 9 else "1"] for n in range(60)), ["B1", "SNV", "", ""]]
    counts = ("state", "valid", "invalid", "held", "repeated", "bad_rows", "error_count")
    foretold = await finished(survey, as_csv([*rows, ["B 2"]]), mode="validate", atomic="row")
    assert not await stored(survey)
    assert (await survey.bench.fetch("SELECT sum(taken) FROM survey.quota"))[0][0] == 0
    real = await finished(survey, as_csv([*rows, ["B 2"]]), atomic="row")
    assert (
        [foretold[name] for name in counts] == [real[name] for name in counts] == ["done", 50, 1, 10, 0, 1, 1]
    )


async def test_an_import_is_called_off_while_it_waits_and_while_it_runs(
    survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "CHUNK_ROWS", 1)
    waiting = await survey.upload(as_csv(ROWS), mapping=MAPPING)
    elsewhere = survey.api.as_role(Role.ENTRY_SUPERVISOR, offices=["bd-2"])
    location = waiting.headers["location"]
    assert (await elsewhere.post(f"{location}/cancel")).json()["code"] == "foreign_office"
    assert (await survey.supervisor.post(f"{location}/cancel")).json()["state"] == "cancelled"
    await survey.work()
    assert (await progress(survey, location))["state"] == "cancelled"

    running = await survey.upload(as_csv(ROWS), mapping=MAPPING)
    assert running.status_code == 202
    chunks = reading._chunks

    async def cancelled_between(*arguments: Any) -> Any:
        number = 0
        async for chunk in chunks(*arguments):
            number += 1
            if number == 2:
                reply = await survey.supervisor.post(f"{running.headers['location']}/cancel")
                assert reply.json()["done"] == 1
            yield chunk

    monkeypatch.setattr(reading, "_chunks", cancelled_between)
    await survey.work()
    found = await progress(survey, running.headers["location"])
    assert (found["state"], found["done"], found["valid"]) == ("cancelled", 1, 0)
    assert not await stored(survey)
    assert not await survey.bench.fetch("SELECT 1 FROM survey.import_row")
    assert not await survey.bench.fetch("SELECT 1 FROM bus.delivery WHERE done_at IS NULL")
    late = await survey.supervisor.post(f"{running.headers['location']}/cancel")
    assert (late.status_code, late.json()["code"]) == (409, "import_finished")


async def test_imports_are_listed_and_the_same_file_is_known_by_another_name(survey: Survey) -> None:
    first = await finished(survey, as_csv(ROWS), mode="validate")
    second = await survey.supervisor.post(
        f"{survey.path}/imports",
        data={"batch": "tui-1", "questionnaire": "sipas", "mapping": MAPPING},
        files={"file": ("ten-khac.csv", as_csv(ROWS))},
    )
    earlier = second.json()["earlier"]
    assert [(one["id"], one["file_name"], one["mode"]) for one in earlier] == [
        (first["id"], "phieu.csv", "validate")
    ]
    page = (await survey.manager.get(f"{survey.path}/imports", params={"limit": 1})).json()
    assert [item["id"] for item in page["items"]] == [second.json()["id"]]
    rest = await survey.manager.get(f"{survey.path}/imports", params={"before": page["next"]})
    assert ([item["id"] for item in rest.json()["items"]], rest.json()["next"]) == ([first["id"]], None)


async def test_ticks_and_comments_come_in_by_their_columns(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    definition = campaign(citizens=50)
    options = [{"code": code, "text": code} for code in ("gan", "xa", "tre")]
    definition["questionnaires"][0]["questions"] += [
        {"code": "q3", "text": "Vì sao?", "kind": "multiple", "use": "share", "options": options},
        {"code": "q4", "text": "Ý kiến khác", "kind": "comment"},
    ]
    async with open_survey(bench, monkeypatch, definition) as survey:
        one = [["serial", "unit", "q1", "q2", "q3", "q4"], ["A1", "SNV", "5", "4", "gan; tre", "  Chờ  lâu "]]
        assert (await finished(survey, as_csv([*one, ["A2", "SNV", "5", "4", "", ""]]), mapping=""))[
            "valid"
        ] == 2
        spread = [
            ["serial", "unit", "q1", "q2", "Gần", "Xa", "q3:tre"],
            ["A3", "SNV", "5", "4", "x", "", "1"],
            ["A4", "SNV", "5", "4", "có", "?", "0"],
        ]
        ticks = json.dumps({"Gần": "q3:gan", "Xa": "q3:xa"})
        found = await finished(survey, as_csv(spread), mapping=ticks, atomic="row")
        assert (found["valid"], [e["column"] for e in found["errors"]]) == (1, ["Gần"])
        answers = {serial: kept for serial, (_, kept) in (await stored(survey)).items()}
        assert answers == {"A1": [5, 4, 5], "A2": [5, 4, 0], "A3": [5, 4, 5]}
        comments = await bench.fetch(
            "SELECT b.serial, c.question, c.comment FROM survey.ballot_comment c"
            " JOIN survey.ballot b ON b.id = c.ballot_id"
        )
        assert [tuple(row) for row in comments] == [("A1", "q4", "Chờ lâu")]
        assert not await bench.fetch("SELECT 1 FROM survey.import_comment")
        partial = await survey.upload(as_csv([spread[0][:-1]]), mapping=ticks)
        assert [e["detail"] for e in partial.json()["errors"]] == ["tệp thiếu cột «q3:tre»"]
