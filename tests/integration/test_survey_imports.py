"""A file of ballots through API and worker: all or nothing, row by row, sent twice, spelled freely."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from survey_ingest.imports.store import staging
from survey_ingest.imports.use_cases import reading
from tests.support.survey import Survey, ballot, campaign, group, open_survey
from tests.support.workbench import Workbench

HEADER = "Số phiếu,Đơn vị,q1,q2,ghi chú\n"
MAPPING = '{"Số phiếu": "serial", "Đơn vị": "unit"}'
GOOD = HEADER + "A1,Sở Nội vụ,5,4,\nA2,SNV,,-1,x\nA3,so-y-te,3,2,\nA4,SO Y TE,0,0,\n".replace(
    "SO Y TE", "Sở y tế"
)


@pytest_asyncio.fixture
async def survey(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Survey]:
    async with open_survey(bench, monkeypatch) as found:
        yield found


async def finished(survey: Survey, content: str | bytes, **changes: str) -> dict[str, Any]:
    reply = await survey.upload(content, mapping=MAPPING, **changes)
    assert reply.status_code == 202, reply.text
    await survey.work()
    found: dict[str, Any] = (await survey.supervisor.get(reply.headers["location"])).json()
    return found


async def stored(survey: Survey) -> list[tuple[Any, ...]]:
    rows = await survey.bench.fetch(
        "SELECT serial, unit, answers, status, entry_mode FROM survey.ballot ORDER BY serial"
    )
    return [tuple(row) for row in rows]


async def test_a_good_file_becomes_ballots_with_units_by_code_name_and_alias(survey: Survey) -> None:
    found = await finished(survey, b"\xef\xbb\xbf" + GOOD.encode())
    outcome = {name: found[name] for name in ("state", "total", "done", "valid", "invalid", "held")}
    assert outcome == {"state": "done", "total": 4, "done": 4, "valid": 2, "invalid": 2, "held": 0}
    assert await stored(survey) == [
        ("A1", "so-noi-vu", [5, 4], "valid", "import"),
        ("A2", "so-noi-vu", [0, -1], "invalid", "import"),
        ("A3", "so-y-te", [3, 2], "valid", "import"),
        ("A4", "so-y-te", [0, 0], "invalid", "import"),
    ]
    assert not await survey.bench.fetch("SELECT 1 FROM survey.import_row")


async def test_the_same_file_again_is_the_same_import(survey: Survey) -> None:
    first = await finished(survey, GOOD)
    again = await survey.upload(GOOD, mapping=MAPPING)
    assert (again.status_code, again.json()) == (200, again.json() | {"id": first["id"], "repeated": True})
    await survey.work()
    assert len(await stored(survey)) == 4


async def test_one_bad_row_stores_nothing_and_every_fault_is_named(survey: Survey) -> None:
    await survey.enter(ballot("A9"))
    bad = GOOD + "A1,Sở Y tế,1,1,\nA5,Sở Lạ,9,1,\n,SNV,1,1,\nA9,SNV,1,1,\nA6,SNV,1\n"
    found = await finished(survey, bad)
    assert (found["state"], found["done"], found["valid"], found["error_count"]) == ("refused", 9, 0, 6)
    assert found["bad_rows"] == 5
    assert [(e["row"], e["column"], e["code"], e["value"]) for e in found["errors"]] == [
        (5, "Số phiếu", "serial_repeated", "A1"),
        (6, "Đơn vị", "unit_unknown", "Sở Lạ"),
        (6, "q1", "answer_out_of_scale", "9"),
        (7, "Số phiếu", "serial_malformed", ""),
        (8, "", "serial_taken", "A9"),
        (9, "", "column_count", "3"),
    ]
    assert [row[0] for row in await stored(survey)] == ["A9"]
    assert (await survey.upload(bad, mapping=MAPPING)).status_code == 202


async def test_row_by_row_keeps_the_good_rows(survey: Survey) -> None:
    found = await finished(survey, GOOD + "A5,Sở Lạ,1,1,\n", atomic="row")
    assert (found["state"], found["valid"], found["error_count"]) == ("done", 2, 1)
    assert [row[0] for row in await stored(survey)] == ["A1", "A2", "A3", "A4"]


async def test_validation_stores_nothing_and_the_file_may_be_committed_after(survey: Survey) -> None:
    assert (await finished(survey, GOOD, mode="validate"))["state"] == "done"
    assert await stored(survey) == []
    assert (await finished(survey, GOOD))["valid"] == 2


async def test_a_validation_is_done_anew_each_time(survey: Survey) -> None:
    assert (await finished(survey, GOOD, mode="validate"))["state"] == "done"
    await survey.enter(ballot("A1"))
    again = await finished(survey, GOOD, mode="validate")
    assert (again["state"], [e["code"] for e in again["errors"]]) == ("refused", ["serial_taken"])


async def test_a_file_sent_again_with_corrected_settings_is_imported(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    definition = campaign()
    definition["questionnaires"][0]["groups"].append(group("doanh-nghiep", 4, 2))
    async with open_survey(bench, monkeypatch, definition) as survey:
        wrong = await finished(survey, GOOD, group="sai", atomic="row")
        assert (wrong["state"], wrong["valid"], wrong["bad_rows"]) == ("done", 0, 4)
        same = await finished(survey, GOOD, group="sai", atomic="row")
        assert same["id"] != wrong["id"]
        right = await finished(survey, GOOD, group="nguoi-dan", atomic="row")
        assert (right["state"], right["valid"], right["invalid"]) == ("done", 2, 2)
        again = await survey.upload(GOOD, mapping=MAPPING, group="nguoi-dan", atomic="row")
        assert (again.status_code, again.json()) == (
            200,
            again.json() | {"id": right["id"], "repeated": True},
        )
        assert len(await stored(survey)) == 4


async def test_a_file_waits_only_once(survey: Survey) -> None:
    first = await survey.upload(GOOD, mapping=MAPPING)
    again = await survey.upload(GOOD, mapping=MAPPING)
    assert (again.status_code, again.json()["id"]) == (200, first.json()["id"])
    assert (await survey.upload(GOOD, mapping=MAPPING, mode="validate")).status_code == 202


@pytest.mark.parametrize("atomic", ["all", "row"])
async def test_the_good_rows_of_a_corrected_file_repeat_themselves(survey: Survey, atomic: str) -> None:
    found = await finished(survey, GOOD + "A5,Sở Lạ,1,1,\nA6,SNV,9,9,\n", atomic="row")
    counts = ("total", "valid", "invalid", "held", "repeated", "bad_rows", "error_count")
    assert [found[name] for name in counts] == [6, 2, 2, 0, 0, 2, 3]
    corrected = await finished(survey, GOOD + "A5,Sở Y tế,1,1,\nA6,SNV,3,3,\n", atomic=atomic)
    assert [corrected[name] for name in counts] == [6, 2, 0, 0, 4, 0, 0]
    changed = await finished(survey, GOOD.replace("A1,Sở Nội vụ,5,4", "A1,Sở Nội vụ,5,5"), atomic="row")
    assert [changed[name] for name in counts] == [4, 0, 0, 0, 3, 1, 1]
    assert [e["code"] for e in changed["errors"]] == ["serial_taken"]


async def test_a_file_that_turns_unreadable_ends_refused_with_its_reason(survey: Survey) -> None:
    broken = HEADER + 'A1,SNV,1,2,\nA2,"SNV,1,2,\n' + "".join(f"B{n},SNV,1,2,\n" for n in range(12_000))
    found = await finished(survey, broken, atomic="row")
    assert (found["state"], found["valid"], found["error_count"]) == ("refused", 0, 1)
    assert [(e["row"], e["code"]) for e in found["errors"]] == [(0, "row_unreadable")]
    assert "dòng 3 của tệp" in found["errors"][0]["message"]
    assert await stored(survey) == []
    assert not await survey.bench.fetch("SELECT 1 FROM bus.delivery WHERE done_at IS NULL")
    assert not await survey.bench.fetch("SELECT 1 FROM survey.import_row")


async def test_a_nul_is_refused_wherever_it_stands(survey: Survey) -> None:
    file = await survey.upload(GOOD.replace("Sở Nội vụ", "Sở\0Nội vụ"), mapping=MAPPING)
    assert (file.status_code, file.json()["errors"][0]["code"]) == (422, "nul_character")
    assert "dòng 2 của tệp" in file.json()["errors"][0]["detail"]
    for field in ("batch", "group", "questionnaire"):
        reply = await survey.upload(GOOD, **{"mapping": MAPPING, field: "tui\0"})
        assert (reply.status_code, reply.json()["code"]) == (400, "malformed_request"), field
    assert (await survey.upload(GOOD, mapping=MAPPING, group="x" * 81)).json()["code"] == "invalid_request"
    for mapping in ('{"a\\u0000": "unit"}', '{"unit": "a\\u0000"}', "[" * 100_000):
        reply = await survey.upload(GOOD, mapping=mapping)
        assert reply.json()["errors"][0]["code"] == "mapping_unreadable"


async def test_a_run_that_comes_back_after_another_one_ended_changes_nothing(
    survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    reply = await survey.upload(GOOD, mapping=MAPPING)
    to_thread, calls = asyncio.to_thread, 0

    async def meanwhile(*arguments: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == 1:
            await survey.work()  # a second worker takes the delivery over and ends it
        return await to_thread(*arguments)

    monkeypatch.setattr(asyncio, "to_thread", meanwhile)
    await survey.work()
    found = (await survey.supervisor.get(reply.headers["location"])).json()
    assert (found["state"], found["total"], found["done"], found["valid"]) == ("done", 4, 4, 2)
    assert len(await stored(survey)) == 4
    assert not await survey.bench.fetch("SELECT 1 FROM bus.delivery WHERE done_at IS NULL")


async def test_of_two_runs_at_once_the_later_one_counts(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "CHUNK_ROWS", 2)
    async with open_survey(bench, monkeypatch, campaign(citizens=50)) as survey:
        rows = "".join(f"A{n},SNV,5,{9 if n == 1 else 5},\n" for n in range(9))
        reply = await survey.upload(HEADER + rows, mapping=MAPPING, atomic="row")
        real, calls = staging.stage, 0

        async def meanwhile(*arguments: Any) -> None:
            nonlocal calls
            calls += 1
            if calls == 2:
                raise TimeoutError
            await real(*arguments)

        monkeypatch.setattr(staging, "stage", meanwhile)
        await survey.work()
        first = (await bench.fetch("SELECT run FROM survey.ballot_import"))[0]["run"]
        await asyncio.gather(survey.work(), survey.work())
        await survey.work()
        found = (await survey.supervisor.get(reply.headers["location"])).json()
        assert (found["state"], found["valid"], found["bad_rows"], len(found["errors"])) == ("done", 8, 1, 1)
        assert first != (await bench.fetch("SELECT run FROM survey.ballot_import"))[0]["run"]
        assert len(await stored(survey)) == 8


async def test_imports_and_clerks_share_quotas_and_serials(survey: Survey) -> None:
    await survey.enter(ballot("M1"))
    rows = "".join(f"A{n},SNV,5,5,\n" for n in range(5))
    found = await finished(survey, HEADER + rows)
    assert (found["valid"], found["held"]) == (2, 3)
    assert [row[3] for row in await stored(survey)] == ["valid", "valid", "held", "held", "held", "valid"]
    quotas = (await survey.manager.get(survey.path)).json()["quotas"]
    assert [q["taken"] for q in quotas if q["unit"] == "so-noi-vu"] == [3]
    assert (await survey.enter(ballot("A0"))).json()["code"] == "serial_taken"
    assert (await survey.enter(ballot("M2"))).json()["status"] == "held"


async def test_a_bag_sealed_meanwhile_takes_no_file(survey: Survey) -> None:
    reply = await survey.upload(GOOD, mapping=MAPPING)
    await survey.seal("tui-1", 0, missing=10)
    await survey.work()
    found = (await survey.supervisor.get(reply.headers["location"])).json()
    assert (found["state"], [e["code"] for e in found["errors"]]) == ("refused", ["batch_sealed"])
    assert (await survey.upload(GOOD, mapping=MAPPING)).json()["code"] == "batch_sealed"


async def test_a_matrix_file_with_packed_answers(survey: Survey) -> None:
    content = "serial;batch;group;answers\nT1;tui-2;dai-bieu;1 4\nT2;tui-2;lanh-dao;0 -1\n"
    reply = await survey.upload(content, batch="tui-2", questionnaire="to-chuc")
    await survey.work()
    found = (await survey.supervisor.get(reply.headers["location"])).json()
    assert (found["state"], found["valid"], found["invalid"]) == ("done", 1, 1)
    wrong = content.replace("tui-2", "tui-3").replace("T", "U").replace("1 4", "1 4 4")
    reply = await survey.upload(wrong, batch="tui-2", questionnaire="to-chuc")
    await survey.work()
    found = (await survey.supervisor.get(reply.headers["location"])).json()
    assert [e["code"] for e in found["errors"]] == ["batch_differs", "answer_count", "batch_differs"]


async def test_a_file_that_does_not_fit_is_refused_at_once(survey: Survey) -> None:
    missing = await survey.upload("serial,q1\nA1,1\n", mapping='{"gone": "serial", "q1": "la"}')
    assert missing.json()["code"] == "import_invalid"
    assert [e["code"] for e in missing.json()["errors"]] == [
        "column_unknown",
        "field_unknown",
        "column_missing",
        "column_missing",
        "column_missing",
    ]
    assert (await survey.upload(b"a\xff", mapping=MAPPING)).json()["errors"][0]["code"] == "file_not_utf8"
    assert (await survey.upload(GOOD, mapping="[]")).json()["errors"][0]["code"] == "mapping_unreadable"
    other = await survey.upload(GOOD, mapping=MAPPING, questionnaire="to-chuc")
    assert other.json()["errors"][0]["code"] == "questionnaire_of_other_batch"


async def test_a_worker_that_died_half_way_leaves_nothing_double(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "CHUNK_ROWS", 2)
    async with open_survey(bench, monkeypatch, campaign(citizens=50)) as survey:
        rows = "".join(f"A{n},SNV,5,5,\n" for n in range(9))
        reply = await survey.upload(HEADER + rows, mapping=MAPPING)
        real = staging.stage
        calls = 0

        async def dies(*arguments: Any) -> None:
            nonlocal calls
            calls += 1
            if calls == 3:
                raise RuntimeError("killed")
            await real(*arguments)

        monkeypatch.setattr(staging, "stage", dies)
        await survey.work()
        half = (await survey.supervisor.get(reply.headers["location"])).json()
        assert (half["state"], half["total"], half["done"]) == ("running", 9, 4)
        assert await stored(survey) == []
        await survey.work()
        found = (await survey.supervisor.get(reply.headers["location"])).json()
        assert (found["state"], found["valid"], len(await stored(survey))) == ("done", 9, 9)
