"""Contact data: apart from the answers, encrypted, read for a reason, deleted by the clock and on request."""

import base64
import secrets
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
import pytest_asyncio

from parindex.auth.policy import Role
from parindex.db import Database
from parindex.service import load_service
from survey_ingest.respondents.jobs import recurring
from survey_ingest.respondents.store.encryption import keyring
from tests.support.custody import ask, decide, hand_over, key_and_seal, tally
from tests.support.survey import Survey, campaign, open_survey
from tests.support.workbench import Workbench

PERSON = {"name": "Người Được Hỏi", "phone": "0900 000 001", "address": "Thôn Một", "payment": "Đã ký 30.000"}


@pytest_asyncio.fixture
async def survey(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Survey]:
    definition = campaign() | {"retention_days": 90}
    async with open_survey(bench, monkeypatch, definition) as found:
        yield found


async def keep(survey: Survey, serial: str = "A1", **changes: object) -> int:
    body = {"serial": serial, "batch": "tui-1", **PERSON, **changes}
    return (await survey.clerk.put(f"{survey.path}/respondents", json=body)).status_code


async def reading(survey: Survey, serial: str = "A1", **headers: str) -> dict[str, str]:
    body = {"serial": serial, "reason": "Phúc tra 05 % phiếu"}
    reply = await survey.manager.post(f"{survey.path}/respondents/reading", json=body, headers=headers)
    found: dict[str, str] = reply.json()
    return found


async def run_worker_once(bench: Workbench, key: str | None = None) -> None:
    """Every recurring work of the survey's worker, one turn."""
    database = Database(bench.environment["PARINDEX_SURVEY_DATABASE_URL"], pool_size=1)
    try:
        if key is None:
            chosen = load_service("survey")
            found = chosen.recurring(chosen.settings(), database)
        else:
            found = recurring(database, keyring(key))
        for work in found:
            await work.run()
    finally:
        await database.close()


async def everything_stored(bench: Workbench) -> str:
    """Each row of each table of the schema, as text."""
    tables = await bench.fetch(
        "SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname IN ('survey', 'bus') AND c.relkind = 'r'"
    )
    rows: list[str] = []
    for table in tables:
        found = await bench.fetch(f"SELECT t::text FROM {table[0]} t")
        rows += [row[0] for row in found]
    return "\n".join(rows)


async def test_a_contact_is_read_back_only_by_the_manager_for_a_reason(
    survey: Survey, bench: Workbench
) -> None:
    assert await keep(survey) == 204
    assert await reading(survey) == {"serial": "A1", **PERSON}
    body = {"serial": "A1", "reason": "tò mò"}
    for client in (survey.clerk, survey.supervisor, survey.api.as_role(Role.COUNCIL_CLERK)):
        refused = await client.post(f"{survey.path}/respondents/reading", json=body)
        assert refused.json()["code"] == "forbidden"
    unreasoned = await survey.manager.post(f"{survey.path}/respondents/reading", json={"serial": "A1"})
    assert unreasoned.json()["code"] == "invalid_request"
    assert (await reading(survey, "A9"))["code"] == "contact_unknown"
    acts = await bench.fetch(
        "SELECT subject, action, details FROM survey.audit WHERE action LIKE 'contact%' ORDER BY id"
    )
    assert [(row[0], row[1]) for row in acts] == [
        ("kiem-thu-entry_clerk", "contact.kept"),
        ("kiem-thu-survey_manager", "contact.read"),
    ]
    assert "Phúc tra 05 % phiếu" in acts[1][2]
    assert "A1" not in acts[0][2], "who keyed when must not lead to the ballot keyed then"


async def test_no_table_holds_a_person_in_the_clear(survey: Survey, bench: Workbench) -> None:
    await key_and_seal(survey)
    assert await keep(survey) == 204
    assert (await reading(survey, **{"Idempotency-Key": "k1"}))["name"] == PERSON["name"]
    stored = await everything_stored(bench)
    assert "tui-1" in stored, "the rows were looked at"
    for told in PERSON.values():
        assert told not in stored
        assert told.encode().hex() not in stored
    rows = await bench.fetch("SELECT * FROM survey.respondent_contact")
    assert set(rows[0].keys()) == {"campaign_id", "mark", "batch", "key_id", "closed"}
    assert b"A1" not in bytes(rows[0]["mark"]), "the serial is behind the key too"


async def test_no_answer_table_has_a_place_for_a_person(bench: Workbench) -> None:
    rows = await bench.fetch(
        "SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = 'survey'"
        " AND table_name ~ '^(ballot|tally|batch|second_entry|import|entry|serial|sample|quota|seal)'"
        " AND column_name ~ '(name|phone|address|email|birth|payment|signature)'"
        " AND table_name || '.' || column_name NOT IN ('ballot_import.file_name')"
    )
    assert [row[0] for row in rows] == []


async def test_contacts_are_gone_when_their_time_is_over(survey: Survey, bench: Workbench) -> None:
    ids = await key_and_seal(survey)
    for serial in ("A1", "A2", "A3"):
        assert await keep(survey, serial) == 204
    await tally(survey)
    await run_worker_once(bench)
    assert (await survey.manager.get(f"{survey.path}/respondents")).json()["contacts"] == 3
    await hand_over(survey)
    told = (await survey.manager.get(f"{survey.path}/respondents")).json()
    begun = datetime.fromisoformat(told["handed_over_at"])
    assert (datetime.fromisoformat(told["deleted_at"]) - begun).days == 90
    await run_worker_once(bench)
    assert (await survey.manager.get(f"{survey.path}/respondents")).json()["contacts"] == 3
    asked = await ask(survey, ballots=[{"ballot": ids["A2"], "answers": [5, 3]}])
    assert (await decide(survey, asked)).status_code == 200
    await hand_over(survey)
    again = (await survey.manager.get(f"{survey.path}/respondents")).json()
    assert again["deleted_at"] == told["deleted_at"], "a correction does not begin the days anew"
    before = await bench.fetch("SELECT count(*) FROM survey.ballot")
    await bench.fetch("UPDATE survey.contact_timer SET handed_over_at = handed_over_at - interval '91 days'")
    await run_worker_once(bench)
    assert not await bench.fetch("SELECT 1 FROM survey.respondent_contact")
    assert await bench.fetch("SELECT count(*) FROM survey.ballot") == before
    acts = await bench.fetch(
        "SELECT details->>'contacts' FROM survey.audit WHERE action = 'contacts.deleted'"
    )
    assert [row[0] for row in acts] == ["3"]
    assert (await reading(survey))["code"] == "contact_unknown"


async def test_a_campaign_that_is_never_handed_over_keeps_nobody_for_ever(
    survey: Survey, bench: Workbench
) -> None:
    assert await keep(survey) == 204
    past = datetime(2020, 1, 1, tzinfo=UTC)
    await bench.fetch("UPDATE survey.campaign SET opens_at = $1, closes_at = $1", past)
    await run_worker_once(bench)
    assert not await bench.fetch("SELECT 1 FROM survey.respondent_contact")


async def test_one_person_is_erased_on_request(survey: Survey, bench: Workbench) -> None:
    ids = await key_and_seal(survey)
    assert await keep(survey, "A1") == 204
    assert await keep(survey, "A2") == 204
    body = {"serial": "A1", "reason": "Người trả lời yêu cầu xóa"}
    erased = await survey.manager.post(f"{survey.path}/respondents/erasure", json=body)
    assert erased.status_code == 204
    assert (await reading(survey, "A1"))["code"] == "contact_unknown"
    assert (await reading(survey, "A2"))["serial"] == "A2"
    again = await survey.manager.post(f"{survey.path}/respondents/erasure", json=body)
    assert (again.status_code, again.json()["code"]) == (404, "contact_unknown")
    ballot = await survey.supervisor.get(f"{survey.path}/ballots/{ids['A1']}")
    assert ballot.json()["answers"] == [5, 4]


async def test_contacts_need_a_declared_retention_and_the_own_office(
    survey: Survey, bench: Workbench
) -> None:
    foreign = survey.api.as_role(Role.ENTRY_CLERK, offices=["bd-2"])
    body = {"serial": "A1", "batch": "tui-1", **PERSON}
    assert (await foreign.put(f"{survey.path}/respondents", json=body)).json()["code"] == "foreign_office"
    assert await keep(survey) == 204
    assert await keep(survey, phone="0900 000 002") == 204
    assert (await reading(survey))["phone"] == "0900 000 002"
    other = await survey.clerk.put(f"{survey.path}/respondents", json={**body, "batch": "tui-2"})
    assert (other.status_code, other.json()["code"]) == (409, "contact_of_other_batch")
    empty = await survey.clerk.put(f"{survey.path}/respondents", json={"serial": "A5", "batch": "tui-1"})
    assert empty.json()["code"] == "invalid_request"
    await bench.fetch("UPDATE survey.campaign SET retention_days = NULL")
    undeclared = await survey.clerk.put(f"{survey.path}/respondents", json=body)
    assert undeclared.json()["code"] == "contacts_not_declared"


async def test_an_installation_without_a_key_takes_no_contact(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARINDEX_SURVEY_PERSONAL_KEY", "")
    async with open_survey(bench, monkeypatch, campaign() | {"retention_days": 90}) as survey:
        body = {"serial": "A1", "batch": "tui-1", **PERSON}
        refused = await survey.clerk.put(f"{survey.path}/respondents", json=body)
        assert (refused.status_code, refused.json()["code"]) == (503, "contacts_not_configured")


async def test_a_new_key_opens_what_the_old_one_closed_and_closes_it_anew(
    survey: Survey, bench: Workbench
) -> None:
    assert await keep(survey, "A1") == 204
    assert await keep(survey, "A2") == 204
    fresh = base64.urlsafe_b64encode(secrets.token_bytes(32)).rstrip(b"=").decode()
    old = survey.api.app.state.settings.personal_key
    survey.api.app.state.settings.personal_key = f"{fresh},{old}"
    assert (await reading(survey, "A1"))["name"] == PERSON["name"]
    assert await keep(survey, "A2", phone="0900 000 002") == 204
    ids = await bench.fetch("SELECT key_id FROM survey.respondent_contact")
    assert len(ids) == len({row[0] for row in ids}) == 2
    await run_worker_once(bench, f"{fresh},{old}")
    assert len({row[0] for row in await bench.fetch("SELECT key_id FROM survey.respondent_contact")}) == 1
    survey.api.app.state.settings.personal_key = fresh
    assert (await reading(survey, "A1"))["name"] == PERSON["name"]
    assert (await reading(survey, "A2"))["phone"] == "0900 000 002"


async def test_a_new_key_hides_no_contact_of_another_batch(survey: Survey) -> None:
    assert await keep(survey) == 204
    fresh = base64.urlsafe_b64encode(secrets.token_bytes(32)).rstrip(b"=").decode()
    survey.api.app.state.settings.personal_key = f"{fresh},{survey.api.app.state.settings.personal_key}"
    assert await keep(survey, batch="tui-2") == 409
    assert (await reading(survey))["name"] == PERSON["name"]


async def test_what_a_process_without_the_new_key_kept_later_takes_the_place(
    survey: Survey, bench: Workbench
) -> None:
    """The worker has the new key already, one API not yet: neither turn of the worker fails."""
    fresh = base64.urlsafe_b64encode(secrets.token_bytes(32)).rstrip(b"=").decode()
    old = survey.api.app.state.settings.personal_key
    assert await keep(survey) == 204
    await run_worker_once(bench, f"{fresh},{old}")
    assert await keep(survey, phone="0900 000 002") == 204
    await run_worker_once(bench, f"{fresh},{old}")
    survey.api.app.state.settings.personal_key = fresh
    assert (await reading(survey))["phone"] == "0900 000 002"
    assert len(await bench.fetch("SELECT 1 FROM survey.respondent_contact")) == 1


async def test_refusals_and_logs_tell_nothing_of_a_person(
    survey: Survey, capfd: pytest.CaptureFixture[str]
) -> None:
    long = PERSON["name"] * 100
    refused = [
        await survey.clerk.put(f"{survey.path}/respondents", json={"serial": "A1", "batch": "tui-1", **body})
        for body in ({**PERSON, "name": long}, {**PERSON, "phone": 900}, {**PERSON, "email": "hop-thu-rieng"})
    ]
    assert [reply.status_code for reply in refused] == [422] * 3
    other = {**PERSON, "serial": "A1", "batch": "tui-9"}
    refused.append(await survey.clerk.put(f"{survey.path}/respondents", json=other))
    assert await keep(survey) == 204
    await survey.manager.post(
        f"{survey.path}/respondents/erasure", json={"serial": "A1", "reason": "Yêu cầu của người trả lời"}
    )
    told = "".join(reply.text for reply in refused) + "".join(capfd.readouterr())
    assert "/respondents" in told, "the log was looked at"
    for person in (*PERSON.values(), "hop-thu-rieng"):
        assert person not in told
