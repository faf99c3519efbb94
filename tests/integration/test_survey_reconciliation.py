"""Numbers that must agree, seals of several numbers, incidents, and bags handed over in parts."""

import json
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from sqlalchemy import event

from parindex.auth.policy import Role
from parindex.contracts.loading import load_snapshot
from parindex.contracts.snapshots import HandoverRecord
from tests.support.custody import WHOLE, deliver, key_and_seal, receive, tally, verified
from tests.support.survey import Survey, ballot, campaign, open_survey
from tests.support.workbench import Workbench


@pytest_asyncio.fixture
async def survey(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Survey]:
    async with open_survey(bench, monkeypatch) as found:
        yield found


async def incident(survey: Survey, batch: str = "tui-1") -> str:
    """Report a broken seal; the path of the incident."""
    body = {
        "batch": batch,
        "bag_seal": f"NP-{batch}",
        "what": "Dây niêm phong đứt một bên",
        "observed_by": "Tổ tiếp nhận của Sở Nội vụ",
        "observed_at": "2023-02-03T09:00:00+07:00",
    }
    made = await survey.manager.post(f"{survey.path}/incidents", json=body)
    assert made.status_code == 201, made.text
    return f"{survey.path}/incidents/{made.json()['number']}"


async def test_what_is_yet_to_come_is_no_incident(survey: Survey) -> None:
    await key_and_seal(survey)
    seen = {"batch": "tui-1", "bag_seal": "NP-tui-1", "what": "Đứt dây", "observed_by": "Tổ tiếp nhận"}
    path = f"{survey.path}/incidents"
    early = await survey.manager.post(path, json={**seen, "observed_at": "2098-02-03T09:00:00+07:00"})
    assert (early.status_code, early.json()["code"]) == (422, "incident_invalid")
    assert [(e["pointer"], e["code"]) for e in early.json()["errors"]] == [
        ("/observed_at", "observed_in_future")
    ]
    assert (await survey.manager.get(path)).json() == []


async def test_differences_are_explained_one_by_one(survey: Survey) -> None:
    await survey.enter(ballot("A1"))
    why = {"issued_not_accounted": "01 phiếu in trùng số"}
    refused = await survey.seal("tui-1", 2, missing=7, explanations=why)
    assert [e["code"] for e in refused.json()["errors"]] == ["keyed_differs"]
    unknown = await survey.seal("tui-1", 2, missing=7, explanations={"khac": "x"})
    assert unknown.json()["code"] == "invalid_request"
    why["keyed_differs"] = "01 phiếu rách không đọc được"
    sealed = await survey.seal("tui-1", 2, missing=7, explanations=why)
    assert [item["reason"] for item in sealed.json()["facts"]["differences"]] == list(why.values())
    found = (await survey.supervisor.get(f"{survey.path}/reconciliation")).json()
    bag, other = found["batches"]
    assert (bag["issued"], bag["returned"], bag["keyed"], bag["missing"]) == (10, 2, 1, 7)
    assert {item["code"]: item["reason"] for item in bag["differences"]} == why
    assert (other["state"], other["returned"], other["differences"]) == ("open", None, [])
    assert not found["closes"], "a bag is still open"
    assert (await survey.seal("tui-2", 0, missing=10)).status_code == 200
    assert (await survey.manager.get(f"{survey.path}/reconciliation")).json()["closes"]


async def test_reconciliation_names_what_every_quota_is_short_of(survey: Survey) -> None:
    await key_and_seal(survey)
    found = (await survey.manager.get(f"{survey.path}/reconciliation")).json()
    assert found["closes"]
    assert [(q["group"], q["unit"], q["valid"], q["held"], q["short"]) for q in found["quotas"]] == [
        ("nguoi-dan", "so-noi-vu", 3, 1, 0),
        ("nguoi-dan", "so-y-te", 0, 0, 3),
        ("dai-bieu", "", 2, 0, 0),
        ("lanh-dao", "", 1, 0, 0),
    ]


async def test_statistics_tell_response_coverage_and_margin(survey: Survey) -> None:
    await key_and_seal(survey)
    found = (await survey.manager.get(f"{survey.path}/statistics")).json()
    responses = [
        (r["questionnaire"], r["issued"], r["returned"], r["response_percent"]) for r in found["responses"]
    ]
    assert responses == [("sipas", 10, 5, "50.00"), ("to-chuc", 10, 3, "30.00")]
    assert [(c["unit"], c["coverage_percent"], c["margin_of_error"]) for c in found["coverage"]] == [
        ("so-noi-vu", "100.00", "56.58"),
        ("so-y-te", "0.00", None),
        ("", "100.00", "69.30"),
        ("", "100.00", "98.00"),
    ]


async def test_a_bag_may_have_several_seals_and_no_number_serves_twice(survey: Survey) -> None:
    numbers = {"bag_seal": None, "bag_seals": ["N-1", "N-2"]}
    sealed = await survey.seal("tui-1", 0, missing=10, **numbers)
    assert sealed.json()["facts"]["bag_seals"] == ["N-1", "N-2"]
    taken = await survey.seal("tui-2", 0, missing=10, bag_seal=None, bag_seals=["N-3", "N-2"])
    assert (taken.status_code, taken.json()["code"]) == (409, "bag_seal_taken")
    assert [e["pointer"] for e in taken.json()["errors"]] == ["/bag_seals/1"]
    for wrong in (
        {"bag_seal": None},
        {"bag_seal": None, "bag_seals": ["N-9", "N-9"]},
        {"bag_seal": "N-8", "bag_seals": ["N-9"]},
    ):
        refused = await survey.seal("tui-2", 0, missing=10, **wrong)
        assert (refused.status_code, refused.json()["code"]) == (422, "invalid_request")
    assert (await survey.seal("tui-2", 0, missing=10, bag_seal="N-3")).status_code == 200


async def test_an_open_incident_stops_the_receipt_until_it_is_closed(
    survey: Survey, bench: Workbench
) -> None:
    early = await survey.manager.post(
        f"{survey.path}/incidents",
        json={
            "batch": "tui-1",
            "bag_seal": "x",
            "what": "x",
            "observed_by": "x",
            "observed_at": "2023-02-03T09:00:00+07:00",
        },
    )
    assert early.json()["code"] == "batch_not_sealed"
    await key_and_seal(survey)
    await tally(survey)
    path = await incident(survey)
    assert (await deliver(survey)).status_code == 201
    blocked = await receive(survey)
    assert (blocked.status_code, blocked.json()["code"]) == (409, "incidents_open")
    assert blocked.json()["errors"][0]["code"] == "incident_open"
    body = {"finding": "Kiểm đếm lại đủ 05 phiếu"}
    assert (await survey.supervisor.post(f"{path}/finding", json=body)).json()["code"] == "forbidden"
    assert (await survey.manager.post(f"{path}/finding", json=body)).json()["state"] == "resolved"
    assert (await survey.manager.post(f"{path}/finding", json=body)).json()["code"] == "incident_resolved"
    missing = await survey.manager.post(f"{survey.path}/incidents/9/finding", json=body)
    assert missing.json()["code"] == "incident_unknown"
    digest = (await receive(survey, note="Đủ 02 túi")).json()["digest"]
    service = survey.api.client(bench.key("report").service_token())
    content = (await service.get(f"/internal/handovers/{digest}")).content
    minutes = load_snapshot(HandoverRecord, content, digest)
    assert [(item.number, item.batch, item.finding) for item in minutes.incidents] == [
        (1, "tui-1", "Kiểm đếm lại đủ 05 phiếu")
    ]
    assert minutes.note.startswith("Đủ 02 túi\nSự cố niêm phong số 1, túi tui-1")
    kinds = [
        entry["facts"].get("kind", "seal")
        for entry in (await survey.manager.get(f"{survey.path}/seals")).json()
    ]
    assert kinds == ["seal", "seal", "incident", "finding"]
    assert await verified(survey) == WHOLE
    for statement, named in (
        (
            "UPDATE survey.incident_finding SET finding = 'x'",
            "Dòng 4, túi tui-1: nội dung hoặc kết luận sự cố",
        ),
        ("UPDATE survey.incident SET what = 'x'", "Dòng 3, túi tui-1: nội dung hoặc kết luận sự cố"),
        ("DELETE FROM survey.seal WHERE sequence = 4", "Dòng 3, túi tui-1"),
    ):
        await bench.fetch(statement)
        assert (await verified(survey))[0].startswith(named)


async def test_a_bag_with_an_open_incident_is_received_with_a_reason(
    survey: Survey, bench: Workbench
) -> None:
    await key_and_seal(survey)
    await tally(survey)
    await incident(survey)
    await deliver(survey)
    taken = await receive(
        survey, accepted_because="Hai bên lập biên bản riêng", seals_intact=False, note="Túi 1"
    )
    content = await bench.fetch(
        "SELECT convert_from(content, 'UTF8')::jsonb -> 'incidents' FROM survey.handover"
    )
    assert taken.json()["revision"] == 1
    assert '"accepted_because": "Hai bên lập biên bản riêng"' in content[0][0]
    [shown] = (await survey.manager.get(f"{survey.path}/handover")).json()
    assert (shown["accepted_because"], shown["note"]) == ("Hai bên lập biên bản riêng", "Túi 1")
    assert await verified(survey) == WHOLE


async def test_a_refused_delivery_is_made_again(survey: Survey) -> None:
    await key_and_seal(survey)
    await tally(survey)
    await deliver(survey)
    assert (await receive(survey, accepted=False)).json()["code"] == "refusal_unexplained"
    refused = await receive(survey, accepted=False, note="Thiếu biên bản niêm phong túi 2")
    assert refused.json() == {"campaign": "dot-1", "digest": None, "revision": None}
    assert (await receive(survey)).json()["code"] == "handover_not_delivered"
    assert (await deliver(survey)).json()["revision"] == 2
    assert (await receive(survey)).json()["revision"] == 1
    told = (await survey.manager.get(f"{survey.path}/handover")).json()
    assert [part["state"] for part in told] == ["refused", "received"]
    assert (await deliver(survey)).json()["code"] == "campaign_state"
    assert await verified(survey) == WHOLE


async def test_bags_go_over_in_parts_and_the_minutes_come_with_the_last(
    survey: Survey, bench: Workbench
) -> None:
    await key_and_seal(survey)
    await tally(survey)
    wrong = await deliver(survey, batches=["tui-2", "tui-9", "tui-2"])
    assert wrong.json()["code"] == "handover_batches_invalid"
    assert [e["pointer"] for e in wrong.json()["errors"]] == ["/batches/1", "/batches/2"]
    assert (await deliver(survey, batches=["tui-2"])).json()["batches"] == 1
    assert (await deliver(survey)).json()["code"] == "handover_delivered"
    part = await receive(survey)
    assert (part.status_code, part.json()["digest"]) == (201, None)
    assert (await survey.manager.get(survey.path)).json()["state"] == "sealed"
    again = await deliver(survey, batches=["tui-2"])
    assert again.json()["errors"][0]["code"] == "batch_not_due"
    assert (await deliver(survey)).json()["batches"] == 1
    assert (await receive(survey)).json()["revision"] == 1
    events = await bench.fetch("SELECT 1 FROM bus.event WHERE topic = 'campaign.handed_over.v1'")
    assert len(events) == 1
    assert await verified(survey) == WHOLE


async def test_a_question_of_several_ticks_is_counted_apart(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    definition = campaign(citizens=5)
    definition["publication_minimum"] = 2
    ways = {"code": "q3", "text": "Biết qua đâu", "kind": "multiple", "use": "share"}
    ways["options"] = [{"code": code, "text": code} for code in ("bao", "dai", "mang")]
    definition["questionnaires"][0]["questions"].append(ways)
    async with open_survey(bench, monkeypatch, definition) as survey:
        for number, mask in enumerate((5, 1, 0, -1)):
            assert (await survey.enter(ballot(f"A{number}", answers=[5, 4, mask]))).status_code == 201
        assert (await survey.seal("tui-1", 4, missing=6)).status_code == 200
        assert (await survey.seal("tui-2", 0, missing=10)).status_code == 200
        await tally(survey)
        found = (await survey.manager.get(f"{survey.path}/tally")).json()
        assert found["choices"] == [
            {
                "unit": "so-noi-vu",
                "questionnaire": "sipas",
                "group": "nguoi-dan",
                "question": "q3",
                "counts": {"bao": 2, "dai": 0, "mang": 1},
                "answered": 2,
                "blank": 1,
                "double": 1,
            }
        ]
        assert {cell["question"] for cell in found["cells"]} == {"q1", "q2"}
        assert found["publication_minimum"] == 2
        told = (await survey.supervisor.get(f"{survey.path}/tally")).json()
        assert (told["choices"], told["withheld"]) == (found["choices"], [])
        assert await verified(survey) == WHOLE


async def test_a_bag_listed_by_serial_is_held_against_its_list(survey: Survey) -> None:
    ranges = {"ranges": [{"first": "A-01", "last": "A-10", "batch": "tui-1"}]}
    assert (await survey.supervisor.post(f"{survey.path}/issues", json=ranges)).status_code == 201
    marks = {"marks": [{"first": "A-01", "last": "A-09", "status": "missing", "reason": "Không trả lại"}]}
    marked = await survey.supervisor.post(f"{survey.path}/issues/marks", json=marks)
    assert marked.is_success, marked.text
    refused = await survey.seal("tui-1", 0, missing=10)
    assert refused.status_code == 422, refused.text
    assert [error["code"] for error in refused.json()["errors"]] == ["serials_missing_differ"]
    marks = {"marks": [{"first": "A-10", "status": "missing", "reason": "Không trả lại"}]}
    assert (await survey.supervisor.post(f"{survey.path}/issues/marks", json=marks)).is_success
    assert (await survey.seal("tui-1", 0, missing=10)).status_code == 200
    bag = (await survey.manager.get(f"{survey.path}/reconciliation")).json()["batches"][0]
    assert (bag["missing"], bag["differences"]) == (10, [])


async def test_the_margin_knows_the_transactions_a_sample_was_drawn_from(survey: Survey) -> None:
    """Three of four transactions answered: 56,58 · √((4 − 3) / (4 − 1)) = 32,67."""
    lines = "code,unit,date\n" + "".join(f"G{n},so-noi-vu,2022-03-01\n" for n in range(4))
    lines += "H1,so-y-te,2022-03-01\n"
    files = {"file": ("giao-dich.csv", lines.encode(), "text/csv")}
    form = {"level": "department", "seed": "XSMB 27384", "per_unit": "1"}
    drawn = await survey.manager.post(f"{survey.path}/samples", data=form, files=files)
    assert drawn.status_code == 201, drawn.text
    await key_and_seal(survey)
    found = (await survey.manager.get(f"{survey.path}/statistics")).json()["coverage"]
    assert [(c["unit"], c["margin_of_error"]) for c in found] == [
        ("so-noi-vu", "32.67"),
        ("so-y-te", None),
        ("", "69.30"),
        ("", "98.00"),
    ]


async def test_a_receipt_that_reports_a_broken_seal_opens_the_incident(
    survey: Survey, bench: Workbench
) -> None:
    await key_and_seal(survey)
    await tally(survey)
    await deliver(survey)
    told = {"batch": "tui-1", "bag_seal": "NP-tui-1", "what": "Dây đứt một bên"}
    unnamed = await receive(survey, seals_intact=False, note="Có túi hỏng")
    assert (unnamed.status_code, unnamed.json()["code"]) == (422, "broken_seal_unexplained")
    assert [e["pointer"] for e in unnamed.json()["errors"]] == ["/broken_seals"]
    wrong = await receive(survey, broken_seals=[told, {**told, "batch": "tui-9"}])
    assert [e["pointer"] for e in wrong.json()["errors"]] == ["/seals_intact", "/broken_seals/1/batch"]
    unreasoned = await receive(survey, seals_intact=False, broken_seals=[told])
    assert unreasoned.json()["code"] == "incidents_open"
    assert (await survey.manager.get(f"{survey.path}/incidents")).json() == [], (
        "a refused receipt does nothing"
    )
    refused = await receive(
        survey, seals_intact=False, broken_seals=[told], accepted=False, note="Trả lại để kiểm đếm"
    )
    assert refused.status_code == 201
    (opened,) = (await survey.manager.get(f"{survey.path}/incidents")).json()
    assert (opened["state"], opened["batch"], opened["what"]) == ("open", "tui-1", "Dây đứt một bên")
    assert (opened["observed_by"], opened["reported_by"]) == ("Sở Nội vụ", "kiem-thu-survey_manager")
    await deliver(survey)
    assert (await receive(survey)).json()["code"] == "incidents_open"
    other = {"batch": "tui-2", "what": "Tem rách"}
    taken = await receive(
        survey, seals_intact=False, broken_seals=[other], accepted_because="Đã kiểm đếm lại tại chỗ"
    )
    content = await bench.fetch("SELECT convert_from(content, 'UTF8')::jsonb FROM survey.handover")
    assert taken.json()["digest"]
    minutes = json.loads(content[0][0])
    assert not minutes["seals_intact"]
    assert [(i["batch"], i["accepted_because"]) for i in minutes["incidents"]] == [
        ("tui-1", "Đã kiểm đếm lại tại chỗ"),
        ("tui-2", "Đã kiểm đếm lại tại chỗ"),
    ]
    assert await verified(survey) == WHOLE


async def test_nobody_receives_what_they_delivered(survey: Survey) -> None:
    await key_and_seal(survey)
    await tally(survey)
    subject = "kiem-thu-entry_supervisor"
    await deliver(survey)
    both = survey.api.as_role(Role.SURVEY_MANAGER, subject)
    own = await both.post(f"{survey.path}/handover/receipt", json={"seals_intact": True})
    assert (own.status_code, own.json()["code"]) == (403, "handover_own")
    assert (await receive(survey)).status_code == 201


async def test_a_repeated_receipt_never_answers_a_later_delivery(survey: Survey) -> None:
    await key_and_seal(survey)
    await tally(survey)
    await deliver(survey, batches=["tui-1"])
    assert (await receive(survey, delivery=1)).status_code == 201
    await deliver(survey)
    late = await receive(survey, delivery=1)
    assert (late.status_code, late.json()["code"]) == (409, "handover_not_delivered")
    assert (await receive(survey, delivery=2)).json()["revision"] == 1


async def test_numbers_take_as_many_queries_for_many_bags_as_for_few(survey: Survey) -> None:
    asked: list[str] = []
    engine = survey.api.app.state.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", lambda *args: asked.append(str(args[2])))

    async def queries() -> list[int]:
        found = []
        for path in ("reconciliation", "statistics"):
            asked.clear()
            assert (await survey.manager.get(f"{survey.path}/{path}")).status_code == 200
            found.append(len(asked))
        return found

    few = await queries()
    for number in range(3, 9):
        assert (await survey.issue(f"tui-{number}")).status_code == 201
        assert (await survey.enter(ballot(f"S{number}", batch=f"tui-{number}"))).status_code == 201
        assert (await survey.seal(f"tui-{number}", 1, missing=9)).status_code == 200
    assert min(few) > 1, "queries are seen"
    assert await queries() == few


async def test_response_of_a_unit_is_known_from_its_sample(survey: Survey) -> None:
    lines = "code,unit,date\n" + "".join(f"G{n},so-noi-vu,2022-03-01\n" for n in range(8))
    files = {"file": ("giao-dich.csv", lines.encode(), "text/csv")}
    form = {"level": "department", "seed": "XSMB 27384", "per_unit": "5"}
    assert (await survey.manager.post(f"{survey.path}/samples", data=form, files=files)).status_code == 201
    await key_and_seal(survey)
    found = (await survey.manager.get(f"{survey.path}/statistics")).json()["coverage"]
    assert [(c["unit"], c["issued"], c["response_percent"]) for c in found][:2] == [
        ("so-noi-vu", 5, "80.00"),
        ("so-y-te", 0, None),
    ]
