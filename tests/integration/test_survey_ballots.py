"""Ballots over the real API: receipts, conflicts, quotas under pressure, rights."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import httpx
import pytest
import pytest_asyncio

from parindex.auth.policy import Role
from survey_ingest.ballots.use_cases import writer
from survey_ingest.campaigns.store import campaigns
from tests.support.scoring_story import Clock
from tests.support.survey import Survey, ballot, campaign, drafted_survey, open_survey
from tests.support.workbench import Workbench, with_database


@pytest_asyncio.fixture
async def survey(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Survey]:
    async with open_survey(bench, monkeypatch) as found:
        yield found


async def test_the_same_ballot_gets_the_same_receipt_and_another_body_conflicts(survey: Survey) -> None:
    entered = ballot("A1")
    first, second = await survey.enter(entered), await survey.enter(entered)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["repeated"] is False
    for field in ("id", "serial", "status", "digest", "accepted_at"):
        assert first.json()[field] == second.json()[field]
    conflict = await survey.enter({**entered, "answers": [5, 5]})
    assert (conflict.status_code, conflict.json()["code"]) == (409, "ballot_conflict")
    taken = await survey.enter(ballot("A1"))
    assert (taken.status_code, taken.json()["code"]) == (409, "serial_taken")
    rows = await survey.bench.fetch("SELECT answers, status, clerk, entry_mode FROM survey.ballot")
    assert [tuple(row) for row in rows] == [([5, 4], "valid", "kiem-thu-entry_clerk", "manual")]


async def test_every_fault_of_a_ballot_is_named_at_once(survey: Survey) -> None:
    found = await survey.enter(ballot("A1", unit="so-la", group="ai-do", answers=[6, -2]))
    assert (found.status_code, found.json()["code"]) == (422, "ballot_invalid")
    assert {(e["pointer"], e["code"]) for e in found.json()["errors"]} == {
        ("/group", "group_unknown"),
        ("/unit", "unit_unknown"),
        ("/answers/0", "answer_out_of_scale"),
        ("/answers/1", "answer_out_of_scale"),
    }
    short = await survey.enter(ballot("A1", answers=[1]))
    assert [e["code"] for e in short.json()["errors"]] == ["answer_count"]
    malformed = await survey.enter({**ballot("A1"), "answers": ["1", 2], "extra": 1})
    assert {e["pointer"] for e in malformed.json()["errors"]} == {"/answers/0", "/extra"}
    assert (await survey.enter(ballot("A1", batch="tui-9"))).json()["code"] == "batch_unknown"


async def test_a_hundred_at_once_never_over_fill_a_quota(survey: Survey) -> None:
    replies = await asyncio.gather(*(survey.enter(ballot(f"A{n}")) for n in range(100)))
    assert Counter(reply.json()["status"] for reply in replies) == {"valid": 3, "held": 97}
    rows = await survey.bench.fetch("SELECT status, count(*) FROM survey.ballot GROUP BY 1 ORDER BY 1")
    assert [tuple(row) for row in rows] == [("held", 97), ("valid", 3)]
    quotas = (await survey.manager.get(survey.path)).json()["quotas"]
    assert [(q["unit"], q["quota"], q["taken"]) for q in quotas if q["questionnaire"] == "sipas"] == [
        ("so-noi-vu", 3, 3),
        ("so-y-te", 3, 0),
    ]


async def test_two_processes_share_one_quota_and_one_ballot_is_written_once(
    survey: Survey, bench: Workbench
) -> None:
    async with bench.api("survey") as other:
        clerk = other.as_role(Role.ENTRY_CLERK)
        same = [ballot(f"A{n}") for n in range(40)]
        replies = await asyncio.gather(
            *(survey.enter(entered) for entered in same),
            *(clerk.post(f"{survey.path}/ballots", json=entered) for entered in reversed(same)),
        )
    assert Counter(reply.status_code for reply in replies) == {201: 40, 200: 40}
    rows = await bench.fetch("SELECT status, count(*) FROM survey.ballot GROUP BY 1 ORDER BY 1")
    assert [tuple(row) for row in rows] == [("held", 37), ("valid", 3)]


async def test_a_blank_ballot_is_kept_and_takes_no_place(survey: Survey) -> None:
    assert (await survey.enter(ballot("A1", answers=[0, -1]))).json()["status"] == "invalid"
    quotas = (await survey.manager.get(survey.path)).json()["quotas"]
    assert sum(q["taken"] for q in quotas) == 0


async def test_a_bad_ballot_in_bulk_leaves_its_neighbours(survey: Survey) -> None:
    repeated = ballot("A1")
    await survey.enter(repeated)
    items = [
        repeated,
        ballot("A2"),
        ballot("A2"),
        ballot("A3", answers=[9, 1]),
        {**ballot("A4"), "answers": None},
        ballot("M1", batch="tui-2", questionnaire="to-chuc", group="dai-bieu", unit=None, answers=[1, 4]),
    ]
    found = await survey.clerk.post(f"{survey.path}/ballots/bulk", json={"ballots": items})
    results = found.json()["results"]
    assert [r["status"] for r in results] == [
        "repeated",
        "created",
        "refused",
        "refused",
        "refused",
        "created",
    ]
    assert [r.get("code") for r in results] == [
        None,
        None,
        "serial_taken",
        "ballot_invalid",
        "invalid_request",
        None,
    ]
    assert results[3]["errors"][0]["pointer"] == "/answers/0"
    assert results[4]["errors"][0]["pointer"] == "/answers"


async def test_a_refused_ballot_does_not_take_its_neighbours_serial_or_id_along(survey: Survey) -> None:
    old = ballot("OLD")
    await survey.enter(old)
    items = [ballot("NEW", id=old["id"]), ballot("NEW"), ballot("OK")]
    found = await survey.clerk.post(f"{survey.path}/ballots/bulk", json={"ballots": items})
    assert [r.get("code", r["status"]) for r in found.json()["results"]] == [
        "ballot_conflict",
        "created",
        "created",
    ]
    shared = ballot("OLD")
    items = [shared, ballot("OTHER", id=shared["id"]), ballot("LATE", id=shared["id"])]
    found = await survey.clerk.post(f"{survey.path}/ballots/bulk", json={"ballots": items})
    assert [r.get("code", r["status"]) for r in found.json()["results"]] == [
        "serial_taken",
        "created",
        "ballot_conflict",
    ]
    rows = await survey.bench.fetch("SELECT serial FROM survey.ballot ORDER BY serial")
    assert [row[0] for row in rows] == ["NEW", "OK", "OLD", "OTHER"]


async def test_one_unavailable_ballot_of_many_is_told_alone(
    survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    items = [ballot("A1"), ballot("A2")]
    monkeypatch.setattr(writer, "MOST_WAITING", 1)
    away = await survey.clerk.post(f"{survey.path}/ballots/bulk", json={"ballots": items})
    assert (away.status_code, away.json()["code"]) == (503, "temporarily_unavailable")
    items.append({**ballot("A3"), "answers": None})
    mixed = await survey.clerk.post(f"{survey.path}/ballots/bulk", json={"ballots": items})
    assert [r["code"] for r in mixed.json()["results"]] == [
        "temporarily_unavailable",
        "temporarily_unavailable",
        "invalid_request",
    ]
    monkeypatch.undo()
    again = await survey.clerk.post(f"{survey.path}/ballots/bulk", json={"ballots": items})
    assert [r["status"] for r in again.json()["results"]] == ["created", "created", "refused"]


@asynccontextmanager
async def holding(bench: Workbench, sql: str) -> AsyncIterator[None]:
    """Somebody else's transaction, open while the block runs."""
    connection = await asyncpg.connect(with_database(bench.servers.postgres.url, bench.database))
    try:
        async with connection.transaction():
            await connection.execute(sql)
            yield
    finally:
        await connection.close()


DOT_1 = "SELECT id FROM survey.campaign WHERE code = 'dot-1'"


@pytest.mark.parametrize("held", [f"batch WHERE campaign_id = ({DOT_1})", "campaign WHERE code = 'dot-1'"])
async def test_a_locked_bag_makes_only_its_own_ballots_wait(
    survey: Survey, bench: Workbench, monkeypatch: pytest.MonkeyPatch, held: str
) -> None:
    async with open_survey(bench, monkeypatch, campaign("dot-2")) as other:

        async def enter_beside(serial: str) -> httpx.Response:
            return await survey.clerk.post(f"{other.path}/ballots", json=ballot(serial))

        async with holding(bench, f"SELECT FROM survey.{held} FOR UPDATE"):
            stuck = asyncio.create_task(survey.enter(ballot("A1")))
            beside = asyncio.create_task(enter_beside("B1"))
            assert (await asyncio.wait_for(beside, 1)).status_code == 201
            assert (await asyncio.wait_for(enter_beside("B2"), 1)).status_code == 201
            assert not stuck.done()
        assert (await stuck).status_code == 201


async def test_who_waits_too_long_for_a_bag_is_told(survey: Survey, bench: Workbench) -> None:
    await survey.issue("tui-3")
    entered = ballot("A1")
    async with holding(bench, "SELECT FROM survey.batch WHERE code = 'tui-1' FOR UPDATE"):
        waiting = asyncio.create_task(survey.enter(entered))
        for number in range(5):
            reply = await asyncio.wait_for(survey.enter(ballot(f"B{number}", batch="tui-3")), 1)
            assert reply.status_code == 201
        away = await waiting
        assert (away.status_code, away.json()["code"]) == (503, "temporarily_unavailable")
    assert (await survey.enter(entered)).status_code == 201


async def test_a_held_quota_stops_its_own_ballots_for_two_seconds(survey: Survey, bench: Workbench) -> None:
    async with holding(bench, "SELECT FROM survey.quota WHERE unit = 'so-noi-vu' FOR UPDATE"):
        items = [ballot("A1"), ballot("B1", unit="so-y-te"), ballot("A2")]
        found = await survey.clerk.post(f"{survey.path}/ballots/bulk", json={"ballots": items})
    assert [r.get("code", r["status"]) for r in found.json()["results"]] == [
        "temporarily_unavailable",
        "created",
        "temporarily_unavailable",
    ]
    rows = await bench.fetch("SELECT serial FROM survey.ballot")
    assert [row[0] for row in rows] == ["B1"]


async def test_the_campaigns_window_is_kept(survey: Survey, bench: Workbench) -> None:
    known = ballot("A1")
    await survey.enter(known)
    row = "serial,unit,q1,q2\nX1,so-noi-vu,1,2\n"
    for opens_at, closes_at in (("2022-12-01", "2023-02-01"), ("2098-01-01", "2099-01-01")):
        await bench.fetch(f"UPDATE survey.campaign SET opens_at = '{opens_at}', closes_at = '{closes_at}'")
        late = await survey.enter(ballot("A2"))
        assert (late.status_code, late.json()["code"]) == (409, "campaign_window_closed")
        assert (await survey.enter(known)).status_code == 200
        assert (await survey.upload(row)).json()["code"] == "campaign_window_closed"


async def test_a_file_taken_in_time_is_booked_later(survey: Survey, bench: Workbench, clock: Clock) -> None:
    await bench.fetch("UPDATE survey.campaign SET closes_at = '2023-02-01T00:00:00+07:00'")
    clock.set("2023-01-31T23:59:59+07:00")
    await survey.upload("serial,unit,q1,q2\nX1,so-noi-vu,1,2\n")
    requested = await bench.fetch("SELECT requested_at FROM survey.ballot_import")
    clock.set("2023-02-01T00:00:01+07:00")
    await survey.work()
    rows = await bench.fetch("SELECT serial, accepted_at FROM survey.ballot")
    assert [tuple(row) for row in rows] == [("X1", requested[0][0])]


async def test_a_supervisor_lets_a_held_ballot_count_before_the_seal(
    survey: Survey, bench: Workbench
) -> None:
    entries = [ballot(f"A{n}") for n in range(5)]
    for entered in entries:
        await survey.enter(entered)
    path = f"{survey.path}/ballots/{entries[3]['id']}"
    assert (await survey.supervisor.get(path)).json()["status"] == "held"
    body = {"reason": "Theo biên bản kiểm phiếu"}
    assert (await survey.clerk.post(f"{path}/promotion", json=body)).json()["code"] == "forbidden"
    foreign = survey.api.as_role(Role.ENTRY_SUPERVISOR, offices=["bd-2"])
    assert (await foreign.post(f"{path}/promotion", json=body)).json()["code"] == "foreign_office"
    assert (await foreign.get(path)).json()["code"] == "foreign_office"
    assert (await survey.supervisor.post(f"{path}/promotion", json={"reason": ""})).status_code == 422
    promoted = await survey.supervisor.post(f"{path}/promotion", json=body)
    assert (promoted.status_code, promoted.json()["status"]) == (200, "valid")
    twice = await survey.supervisor.post(f"{path}/promotion", json=body)
    assert (twice.status_code, twice.json()["code"]) == (409, "ballot_not_held")
    quotas = (await survey.manager.get(survey.path)).json()["quotas"]
    filled = [(q["quota"], q["taken"], q["surplus"]) for q in quotas if q["questionnaire"] == "sipas"]
    assert filled == [(3, 3, 1), (3, 0, 0)]
    acts = await bench.fetch(
        "SELECT object, details->>'reason' FROM survey.audit WHERE action LIKE 'ballot.%'"
    )
    assert [tuple(row) for row in acts] == [("dot-1/A3", "Theo biên bản kiểm phiếu")]
    facts = (await survey.seal("tui-1", 5, missing=5)).json()["facts"]
    assert (facts["valid"], facts["held"]) == (4, 1)
    sealed = await survey.supervisor.post(
        f"{survey.path}/ballots/{entries[4]['id']}/promotion", json={"reason": "muộn"}
    )
    assert sealed.json()["code"] == "batch_sealed"
    unknown = await survey.supervisor.get(f"{survey.path}/ballots/{ballot('x')['id']}")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "ballot_unknown")


async def test_an_unknown_batch_does_not_read_the_campaign_again(
    survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    await survey.enter(ballot("A1"))

    async def read_again(*_: object) -> None:
        raise AssertionError("the campaign is known")

    monkeypatch.setattr(campaigns, "read_forms", read_again)
    assert (await survey.enter(ballot("A2", batch="tui-9"))).json()["code"] == "batch_unknown"
    await survey.bench.fetch(
        "INSERT INTO survey.batch SELECT campaign_id, 'tui-9', office, questionnaire, respondent_group,"
        " issued, state, issued_at FROM survey.batch WHERE code = 'tui-1'"
    )
    assert (await survey.enter(ballot("A2", batch="tui-9"))).status_code == 201


async def test_quotas_and_bags_have_bounds(
    survey: Survey, bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    for count in (-1, 1_000_001, 3_000_000_000):
        drafted = campaign("dot-3")
        drafted["questionnaires"][1]["groups"][0]["quota"] = count
        drafted["questionnaires"][0]["groups"][0]["quota_per_unit"] = count
        refused = await survey.manager.post("/api/v1/campaigns", json=drafted)
        assert (refused.status_code, {e["pointer"] for e in refused.json()["errors"]}) == (
            422,
            {"/questionnaires/1/groups/0/quota", "/questionnaires/0/groups/0/quota_per_unit"},
        )
        assert (await survey.issue("tui-3", issued=count)).status_code == 422
    largest = campaign("dot-4")
    largest["questionnaires"][1]["groups"][0]["quota"] = 1_000_000
    async with open_survey(bench, monkeypatch, largest):
        pass


async def test_rights_and_states(survey: Survey, bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    anonymous = await survey.api.client().post(f"{survey.path}/ballots", json=ballot("A1"))
    assert anonymous.status_code == 401
    manager = await survey.manager.post(f"{survey.path}/ballots", json=ballot("A1"))
    assert manager.json()["code"] == "forbidden"
    foreign = survey.api.as_role(Role.ENTRY_CLERK, offices=["bd-2"])
    assert (await foreign.post(f"{survey.path}/ballots", json=ballot("A1"))).json()[
        "code"
    ] == "foreign_office"
    unknown = await survey.clerk.post("/api/v1/campaigns/khong-co/ballots", json=ballot("A1"))
    assert unknown.json()["code"] == "campaign_unknown"
    async with drafted_survey(bench, monkeypatch, campaign("dot-2")) as draft:
        assert (await draft.enter(ballot("A1"))).json()["code"] == "campaign_not_open"
        assert (await draft.manager.post(f"{draft.path}/open")).json()["code"] == "campaign_without_units"
    assert (await survey.manager.post(f"{survey.path}/units")).json()["code"] == "campaign_not_draft"


async def test_an_outage_is_told_and_the_same_ballot_succeeds_later(
    survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    entered = ballot("A1")
    await survey.enter(ballot("A0"))
    refused = "postgresql+asyncpg://survey_app:x@127.0.0.1:9/away"
    database = survey.api.app.state.writer._database
    monkeypatch.setattr(database, "engine", type(database)(refused).engine)
    away = await survey.enter(entered)
    assert (away.status_code, away.json()["code"]) == (503, "temporarily_unavailable")
    monkeypatch.undo()
    assert (await survey.enter(entered)).status_code == 201
