"""Findings of ballots over the real API: numbered faults, explained warnings, late entry, comments."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest

from parindex.auth.policy import Role
from tests.support.scoring_story import Clock
from tests.support.survey import Survey, ballot, campaign, open_survey, question
from tests.support.workbench import Workbench


def watchful(**changes: Any) -> dict[str, Any]:
    """A campaign of six questions, the last for several ticks, and a comment, that watches every warning."""
    found = campaign(citizens=5)
    form = found["questionnaires"][0]
    form["questions"] = [question(f"q{n}", 5) for n in range(1, 6)]
    form["questions"].append({**question("lan", 3), "kind": "multiple"})
    form["questions"].append({"code": "y-kien", "text": "Ý kiến khác", "kind": "comment"})
    return {**found, "explained_warnings": ["W001", "W002", "W003", "W004", "W005"], **changes}


ANSWERS = [5, 4, 5, 4, 5, 3]


def opened(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch, **changes: Any
) -> AbstractAsyncContextManager[Survey]:
    return open_survey(bench, monkeypatch, watchful(**changes))


@pytest.fixture
async def survey(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Survey]:
    """Serials A-01 to A-10 are issued to the first bag."""
    async with opened(bench, monkeypatch) as found:
        body = {"ranges": [{"first": "A-01", "last": "A-10", "batch": "tui-1"}]}
        assert (await found.supervisor.post(f"{found.path}/issues", json=body)).status_code == 201
        yield found


def keyed(serial: str, **changes: Any) -> dict[str, Any]:
    return ballot(serial, **{"answers": ANSWERS, **changes})


async def test_the_catalogue_is_one_route(survey: Survey) -> None:
    listed = (await survey.clerk.get("/api/v1/campaigns/findings")).json()["findings"]
    assert {"F002", "W003"} <= {item["number"] for item in listed}
    assert set(listed[0]) == {"number", "code", "severity", "title", "explanation", "remedy"}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"serial": "B-01"}, {"W001"}),
        ({"answers": [0, 0, 0, 4, 5, 0]}, {"W002"}),
        ({"answers": [4, 4, 4, 4, 4, 1]}, {"W003"}),
        ({"serial": "B-01", "answers": [4] * 5 + [0]}, {"W001", "W003"}),
    ],
)
async def test_a_warning_passes_with_its_explanation_only(
    survey: Survey, changes: dict[str, Any], expected: set[str]
) -> None:
    entered = {**keyed("A-01"), **changes}
    refused = await survey.enter(entered)
    assert (refused.status_code, refused.json()["code"]) == (422, "ballot_needs_explanation")
    assert {error["finding"] for error in refused.json()["errors"]} == expected
    first, *rest = sorted(expected)
    some = await survey.enter({**entered, "explanations": {first: "Phiếu gốc như vậy"}})
    assert some.status_code == (422 if rest else 201)
    explanations = dict.fromkeys(expected, "Phiếu gốc như vậy")
    found = await survey.enter({**entered, "explanations": explanations})
    assert found.status_code == (201 if rest else 200)
    without = await survey.enter(entered)
    assert (without.status_code, without.json()["digest"]) == (200, found.json()["digest"])
    stored = (await survey.supervisor.get(f"{survey.path}/ballots/{entered['id']}")).json()
    assert {item["warning"]: item["explanation"] for item in stored["explanations"]} == explanations
    assert stored["explanations"][0]["explained_by"] == "kiem-thu-entry_clerk"


async def test_a_good_ballot_needs_no_word_and_a_needless_one_is_not_kept(survey: Survey) -> None:
    entered = keyed("A-01", explanations={"W003": "thừa"})
    assert (await survey.enter(entered)).status_code == 201
    stored = (await survey.supervisor.get(f"{survey.path}/ballots/{entered['id']}")).json()
    assert stored["explanations"] == []
    assert await survey.bench.fetch("SELECT FROM survey.ballot_warning") == []


async def test_a_full_quota_warns_and_the_explained_ballot_is_held(survey: Survey) -> None:
    for number in range(1, 6):
        assert (await survey.enter(keyed(f"A-{number:02}"))).json()["status"] == "valid"
    over = keyed("A-06")
    refused = await survey.enter(over)
    assert [error["finding"] for error in refused.json()["errors"]] == ["W005"]
    elsewhere = await survey.enter(keyed("A-07", unit="so-y-te"))
    assert elsewhere.json()["status"] == "valid"
    blank = await survey.enter(keyed("A-08", answers=[0] * 6, explanations={"W002": "Phiếu trắng"}))
    assert blank.json()["status"] == "invalid"
    held = await survey.enter({**over, "explanations": {"W005": "Thu thừa một phiếu"}})
    assert (held.status_code, held.json()["status"]) == (201, "held")
    assert (await survey.enter(over)).status_code == 200


async def test_ranges_issued_later_are_seen_by_every_process(survey: Survey, bench: Workbench) -> None:
    async with bench.api("survey") as other:
        clerk = other.as_role(Role.ENTRY_CLERK)
        path = f"{survey.path}/ballots"
        assert (await clerk.post(path, json=keyed("C-1"))).status_code == 422
        room = {"code": "tui-3", "office": "bd-1", "questionnaire": "sipas", "issued": 9}
        await survey.supervisor.post(f"{survey.path}/batches", json=room)
        body = {"ranges": [{"first": "C-1", "last": "C-9", "batch": "tui-3"}]}
        await survey.supervisor.post(f"{survey.path}/issues", json=body)
        assert (await clerk.post(path, json=keyed("C-1"))).status_code == 422
        assert (await clerk.post(path, json=keyed("C-1", batch="tui-3"))).status_code == 201


async def test_a_campaign_may_refuse_serials_that_nobody_issued(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(bench, monkeypatch, issued_serials_only=True, explained_warnings=[]) as survey:
        refused = await survey.enter(keyed("A-01", answers=[4] * 6))
        assert refused.json()["code"] == "ballot_invalid"
        assert {(e["pointer"], e["code"], e["finding"]) for e in refused.json()["errors"]} == {
            ("/serial", "serial_not_issued", "F008")
        }
        body = {"ranges": [{"first": "A-01", "last": "A-10", "batch": "tui-1"}]}
        await survey.supervisor.post(f"{survey.path}/issues", json=body)
        assert (await survey.enter(keyed("A-01", answers=[4] * 6))).status_code == 201


@pytest.mark.parametrize(
    ("changes", "pointer", "finding"),
    [
        ({"collected_at": "2022-11-30"}, "/collected_at", "F009"),
        ({"collected_at": "2023-02-01"}, "/collected_at", "F009"),
        ({"collected_at": "2022-12-21"}, "/collected_at", "F010"),
        ({"comments": {"q1": "Tốt"}}, "/comments/q1", "F011"),
        ({"explanations": {"W999": "x"}}, "/explanations/W999", "F012"),
        ({"answers": [5, 4, 5, 4, 5, 8]}, "/answers/5", "F002"),
        ({"answers": [5, 4, 5, 4, 5]}, "/answers", "F001"),
    ],
)
async def test_faults_carry_their_number(
    bench: Workbench,
    monkeypatch: pytest.MonkeyPatch,
    clock: Clock,
    changes: dict[str, Any],
    pointer: str,
    finding: str,
) -> None:
    clock.set("2022-12-20T08:00:00+07:00")
    async with opened(bench, monkeypatch, closes_at="2023-02-01T00:00:00+07:00") as survey:
        refused = await survey.enter(keyed("A-01", **changes))
        assert (refused.status_code, refused.json()["code"]) == (422, "ballot_invalid")
        assert [(e["pointer"], e["finding"]) for e in refused.json()["errors"]] == [(pointer, finding)]
        bulk = await survey.clerk.post(
            f"{survey.path}/ballots/bulk", json={"ballots": [keyed("A-02", **changes)]}
        )
        assert [e["finding"] for e in bulk.json()["results"][0]["errors"]] == [finding]


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"collected_at": "20/12/2022"}, "/collected_at"),
        ({"collected_at": "2022-02-30"}, "/collected_at"),
        ({"collected_at": 5}, "/collected_at"),
        ({"comments": {"y-kien": ""}}, "/comments/y-kien"),
        ({"comments": {"y-kien": "a\x00b"}}, "/comments/y-kien"),
        ({"comments": {"y-kien": "a" * 2001}}, "/comments/y-kien"),
        ({"comments": {"../x": "a"}}, "/comments/..~1x/[key]"),
        ({"explanations": {"w1": "a"}}, "/explanations/w1/[key]"),
        ({"explanations": {"W001": "   "}}, "/explanations/W001"),
        ({"batch": "a\x00"}, "/batch"),
    ],
)
async def test_malformed_remarks_are_pointed_at(
    survey: Survey, changes: dict[str, Any], pointer: str
) -> None:
    refused = await survey.enter(keyed("A-01", **changes))
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_request")
    assert [error["pointer"] for error in refused.json()["errors"]] == [pointer]


async def test_paper_collected_in_time_may_be_keyed_hours_after_the_end(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    clock.set("2023-01-31T08:00:00+07:00")
    changes = {"closes_at": "2023-02-01T00:00:00+07:00", "late_entry_hours": 48, "explained_warnings": []}
    async with opened(bench, monkeypatch, **changes) as survey:
        clock.set("2023-02-02T23:00:00+07:00")
        late = await survey.enter(keyed("A-01", collected_at="2023-01-31"))
        assert late.status_code == 201, late.text
        undated = await survey.enter(keyed("A-02"))
        assert undated.json()["code"] == "campaign_window_closed"
        [hint] = undated.json()["errors"]
        assert (hint["pointer"], hint["code"]) == ("/collected_at", "collected_at_missing")
        assert "đến trước 00:00:00 ngày 03/02/2023" in hint["detail"]
        after = await survey.enter(keyed("A-03", collected_at="2023-02-01"))
        assert [error["finding"] for error in after.json()["errors"]] == ["F009"]
        clock.set("2023-02-03T00:00:00+07:00")
        too_late = await survey.enter(keyed("A-04", collected_at="2023-01-31"))
        assert too_late.json()["code"] == "campaign_window_closed"
        assert "errors" not in too_late.json()
        assert "errors" not in (await survey.enter(keyed("A-05"))).json(), "nothing would help now"
        rows = await survey.bench.fetch("SELECT serial, collected_at::text FROM survey.ballot")
        assert [tuple(row) for row in rows] == [("A-01", "2023-01-31")]


async def test_comments_stand_apart_and_are_shown_to_the_survey_alone(survey: Survey) -> None:
    entered = keyed("A-01", comments={"y-kien": "Nên có  ghế chờ"})
    receipt = await survey.enter(entered)
    assert receipt.status_code == 201
    assert "ghế" not in receipt.text
    other = await survey.enter({**entered, "comments": {"y-kien": "khác"}})
    assert other.json()["code"] == "ballot_conflict"
    await survey.enter(keyed("A-02", unit="so-y-te", comments={"y-kien": "Tốt"}))
    path = f"{survey.path}/comments"
    for client in (survey.manager, survey.supervisor):
        found = (await client.get(path)).json()["comments"]
        assert {(item["unit"], item["comment"]) for item in found} == {
            ("so-noi-vu", "Nên có ghế chờ"),
            ("so-y-te", "Tốt"),
        }
    first = (await survey.manager.get(path, params={"limit": 1})).json()["comments"][0]
    more = {"after": first["ballot_id"], "after_question": first["question"]}
    second = (await survey.manager.get(path, params=more)).json()["comments"]
    assert [item["ballot_id"] != first["ballot_id"] for item in second] == [True]
    one = (await survey.manager.get(path, params={"unit": "so-y-te", "question": "y-kien"})).json()[
        "comments"
    ]
    assert [item["comment"] for item in one] == ["Tốt"]
    foreign = survey.api.as_role(Role.ENTRY_SUPERVISOR, offices=["bd-2"])
    assert (await foreign.get(path)).json() == {"comments": []}
    for role in (Role.ENTRY_CLERK, Role.COUNCIL_CLERK, Role.UNIT_OFFICER):
        assert (await survey.api.as_role(role).get(path)).status_code == 403
    assert "ghế" not in (await survey.supervisor.get(survey.path)).text
    columns = await survey.bench.fetch("SELECT to_jsonb(b)::text FROM survey.ballot b")
    assert all("ghế" not in row[0] for row in columns)


async def test_a_comment_of_a_repeated_ballot_is_written_once(survey: Survey) -> None:
    one = keyed("A-01", comments={"y-kien": "Một"})
    items = [one, one, keyed("A-02", answers=[9] * 6, comments={"y-kien": "Hai"}), keyed("A-01")]
    found = await survey.clerk.post(f"{survey.path}/ballots/bulk", json={"ballots": items})
    results = found.json()["results"]
    assert [item.get("code", item["status"]) for item in results] == [
        "created",
        "repeated",
        "ballot_invalid",
        "serial_taken",
    ]
    assert found.json()["server_time"] == results[0]["receipt"]["server_time"]
    rows = await survey.bench.fetch("SELECT comment FROM survey.ballot_comment")
    assert [row[0] for row in rows] == ["Một"]


async def test_many_unknown_bags_cost_one_look(survey: Survey, monkeypatch: pytest.MonkeyPatch) -> None:
    from survey_ingest.campaigns.store import batches

    asked: list[int] = []
    find = batches.find_batches

    async def counted(connection: Any, campaign_id: Any, codes: Any) -> Any:
        asked.append(len(codes))
        return await find(connection, campaign_id, codes)

    monkeypatch.setattr(batches, "find_batches", counted)
    items = [keyed(f"Z-{n}", batch=f"la-{n}") for n in range(499)]
    found = await survey.clerk.post(f"{survey.path}/ballots/bulk", json={"ballots": [*items, keyed("A-01")]})
    codes = [item.get("code", item["status"]) for item in found.json()["results"]]
    assert codes == ["batch_unknown"] * 499 + ["created"]
    assert asked in ([499], [499, 1]), asked
