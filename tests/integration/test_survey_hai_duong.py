"""The whole survey of Hải Dương 2022: 2.476 ballots keyed and imported, 28 bags sealed, tallied, handed over."""

import csv
import json
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import httpx
import pytest

from parindex.auth.policy import Role
from parindex.contracts.loading import dump_snapshot, load_snapshot
from parindex.contracts.snapshots import SurveyedUnit, TallySnapshot, UnitList
from survey_ingest.campaigns import http as campaigns_http
from tests.support.survey import Survey
from tests.support.workbench import Workbench

EXAMPLE = Path(__file__).parents[2] / "examples" / "hai-duong-2022"


def read(name: str) -> Any:
    return json.loads((EXAMPLE / name).read_text(encoding="utf-8"))


def unit_list() -> UnitList:
    fields = ("code", "name", "short_name", "level", "kind")
    return UnitList(
        period="2022",
        units=tuple(
            SurveyedUnit(**{name: unit[name] for name in fields}, aliases=tuple(unit["aliases"]))
            for unit in read("units.json")
        ),
    )


def keyed_ballots(questionnaire: str) -> list[dict[str, Any]]:
    with (EXAMPLE / "ballots" / f"{questionnaire}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [
        {
            "id": str(uuid5(NAMESPACE_URL, row["serial"])),
            "serial": row["serial"],
            "batch": row["batch"],
            "questionnaire": questionnaire,
            "group": row["group"],
            "unit": row.get("unit"),
            "answers": [int(text) for text in row["answers"].split()]
            if "answers" in row
            else [int(row[f"q{n:02}"]) for n in range(1, 21)],
        }
        for row in rows
    ]


async def test_the_survey_of_2022(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fetched(*_: object, **_named: object) -> httpx.Response:
        return httpx.Response(200, content=dump_snapshot(unit_list())[0])

    monkeypatch.setattr(campaigns_http, "fetch_internal", fetched)
    async with bench.api("survey") as api:
        manager, supervisor = api.as_role(Role.SURVEY_MANAGER), api.as_role(Role.ENTRY_SUPERVISOR)
        survey = Survey(api, bench, manager, supervisor, api.as_role(Role.ENTRY_CLERK), "hai-duong-2022")
        definition = {
            "code": survey.code,
            "title": "Điều tra xã hội học phục vụ Chỉ số CCHC năm 2022",
            "period": "2022",
            "operator": "Bưu điện tỉnh Hải Dương",
            "opens_at": "2022-12-01T00:00:00+07:00",
            "closes_at": "2099-01-01T00:00:00+07:00",
            "double_entry": {"share": "0"},
            "questionnaires": read("questionnaires.json"),
        }
        assert (await manager.post("/api/v1/campaigns", json=definition)).status_code == 201
        assert (await manager.post(f"{survey.path}/units")).status_code == 200
        assert (await manager.post(f"{survey.path}/open")).status_code == 200
        for bag in read("batches.json"):
            body = {name: bag[name] for name in ("code", "office", "questionnaire")}
            issued = await supervisor.post(f"{survey.path}/batches", json={**body, "issued": bag["ballots"]})
            assert issued.status_code == 201, issued.text
        for questionnaire in ("to-chuc-so", "to-chuc-huyen", "sipas-huyen"):
            ballots = keyed_ballots(questionnaire)
            for start in range(0, len(ballots), 500):
                sent = {"ballots": ballots[start : start + 500]}
                reply = await survey.clerk.post(f"{survey.path}/ballots/bulk", json=sent)
                assert {result["status"] for result in reply.json()["results"]} == {"created"}
        uploaded = await survey.upload(
            (EXAMPLE / "ballots" / "sipas-so.csv").read_bytes(),
            batch="sps-tinh",
            questionnaire="sipas-so",
            mapping='{"Số phiếu": "serial", "Đơn vị": "unit"}',
        )
        await survey.work()
        imported = (await supervisor.get(uploaded.headers["location"])).json()
        assert (imported["state"], imported["valid"], imported["errors"]) == ("done", 640, [])
        for bag in read("batches.json"):
            sealed = await survey.seal(bag["code"], bag["ballots"], bag_seal=bag["bag_seal"])
            assert sealed.status_code == 200, sealed.text
        made = (await supervisor.post(f"{survey.path}/tally")).json()
        tally = load_snapshot(
            TallySnapshot, (await manager.get(f"{survey.path}/tally")).content, made["digest"]
        )
    assert sum(count.valid for count in tally.ballots) == 760 + 1716
    assert {count.held + count.invalid for count in tally.ballots} == {0}
    assert all(count.valid == count.quota for count in tally.ballots)
    by_hand = sum(1 for ballot in keyed_ballots("sipas-huyen") if ballot["answers"][0] == 5)
    cells = [c for c in tally.cells if (c.questionnaire, c.question) == ("sipas-huyen", "q01")]
    assert len(cells) == 12
    assert sum(cell.counts["5"] for cell in cells) == by_hand
    assert {cell.total + cell.blank + cell.double for cell in cells} == {135}
