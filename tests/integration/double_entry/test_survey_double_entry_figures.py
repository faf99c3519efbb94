"""Clerks in figures and habits worth a look: nothing is left out because of them."""

from typing import Any

import httpx
import pytest

from parindex.auth.policy import Role
from tests.support.double_entry import again, claim, clerk, decide, rekey, rows
from tests.support.survey import Survey, ballot, campaign, open_survey, question
from tests.support.workbench import Workbench


async def test_clerks_are_counted_with_what_the_other_had_right(
    survey: Survey, binh: httpx.AsyncClient, bench: Workbench
) -> None:
    """Two ballots of two answers: four fields each with group and unit. An is wrong once, Bình twice."""
    entries = [ballot(f"A{n}") for n in range(3)]
    await survey.clerk.post(f"{survey.path}/ballots/bulk", json={"ballots": entries})
    await bench.fetch("UPDATE survey.ballot SET accepted_at = '2022-12-20T01:30:00Z'")
    await claim(survey, binh)
    same = (await again(survey, binh, entries[0], answers=[1, 1])).json()["id"]
    await rekey(survey, binh, same, a0=5, a1=4)
    other = (await again(survey, binh, entries[1], answers=[5, 1])).json()["id"]
    await rekey(survey, binh, other, a1=1)
    await decide(survey, entries[1]["id"], "1", 1)
    found = (await survey.supervisor.get(f"{survey.path}/clerks")).json()
    assert found == [
        {
            "clerk": "an",
            "first_ballots": 3,
            "second_ballots": 0,
            "fields": 12,
            "compared": 8,
            "errors": 1,
            "error_rate": "125.00",
            "hours": 1,
            "pace": "3.00",
            "busiest_hour": 3,
        },
        {
            **found[1],
            "clerk": "binh",
            "second_ballots": 2,
            "compared": 8,
            "errors": 2,
            "error_rate": "250.00",
        },
    ]
    assert (await survey.manager.get(f"{survey.path}/clerks")).json() == found
    foreign = clerk(survey, "gs", Role.ENTRY_SUPERVISOR, "bd-2")
    assert (await foreign.get(f"{survey.path}/clerks")).json() == []


async def test_habits_are_shown_with_their_ballots_and_nothing_is_left_out(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    definition = campaign(citizens=30)
    definition["questionnaires"][0]["questions"] = [question(f"q{n}", 5) for n in range(1, 6)]
    async with open_survey(bench, monkeypatch, definition) as survey:
        an, binh = clerk(survey, "an"), clerk(survey, "binh")
        copied = [ballot(f"A{n}", answers=[1, 2, 3, 4, 5]) for n in range(6)]
        straight = [ballot(f"B{n}", answers=[1 + n % 5] * 5) for n in range(5)]
        varied = [ballot(f"C{n}", answers=[1 + n % 5, 2, 3, 4, 1]) for n in range(7)]
        await an.post(f"{survey.path}/ballots/bulk", json={"ballots": copied + varied})
        await binh.post(
            f"{survey.path}/ballots/bulk", json={"ballots": [*straight, ballot("B9", answers=[0] * 5)]}
        )
        await bench.fetch("UPDATE survey.ballot SET accepted_at = '2022-12-20T01:00:00Z'")
        await bench.fetch(
            "UPDATE survey.ballot SET accepted_at = '2022-12-20T02:00:00Z' WHERE serial LIKE 'C%'"
        )
        quiet = (await survey.supervisor.get(f"{survey.path}/quality", params={"run": 7})).json()
        assert quiet["warnings"] == []
        told = (await survey.supervisor.get(f"{survey.path}/quality")).json()
        assert told["limits"] == {"straight": 30, "run": 5, "pace": 6}
        seen = [(w["kind"], w["clerk"], w["ballots"], w["of"], set(w["serials"])) for w in told["warnings"]]
        assert seen == [
            ("copied_run", "an", 6, 5, {f"A{n}" for n in range(6)}),
            ("straight_lining", "binh", 5, 6, {f"B{n}" for n in range(5)}),
        ]
        assert "83,33%" in told["warnings"][1]["detail"]
        await bench.fetch("UPDATE survey.ballot SET accepted_at = '2022-12-20T03:00:00Z' WHERE clerk = 'an'")
        await bench.fetch(
            "INSERT INTO survey.ballot SELECT campaign_id, gen_random_uuid(), 'D' || n, batch, questionnaire,"
            " respondent_group, unit, ARRAY[1 + n % 5, 1 + n / 5 % 5, 1, 2, 3], status, reason, digest, entry_mode, clerk,"
            " accepted_at FROM survey.ballot, generate_series(1, 60) n WHERE serial = 'A0'"
        )
        fast = (await survey.supervisor.get(f"{survey.path}/quality", params={"pace": 1})).json()["warnings"]
        assert [(w["clerk"], w["ballots"], w["of"]) for w in fast if w["kind"] == "impossible_pace"] == [
            ("an", 73, 60)
        ]
        assert (await survey.supervisor.get(f"{survey.path}/quality", params={"run": 1})).status_code == 422
        statuses = await rows(bench, "SELECT DISTINCT status FROM survey.ballot WHERE serial <> 'B9'")
        assert statuses == [("valid",)]


async def test_figures_tell_what_was_keyed_and_stay_as_they_were_sealed(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who keyed one answer throughout is told of, also when double entry put every ballot right."""
    definition = {**campaign(citizens=30), "double_entry": {"share": "100"}}
    definition["questionnaires"][0]["questions"] = [question(f"q{n}", 5) for n in range(1, 6)]
    async with open_survey(bench, monkeypatch, definition) as survey:
        an, binh = clerk(survey, "an"), clerk(survey, "binh")
        papers = [ballot(f"A{n}", answers=[4] * 5) for n in range(5)]
        await an.post(f"{survey.path}/ballots/bulk", json={"ballots": papers})
        await claim(survey, binh)
        for n, paper in enumerate(papers):
            entry = (await again(survey, binh, paper, answers=[4, 4, 4, 4, 1 + n % 3])).json()
            await rekey(survey, binh, entry["id"], a4=1 + n % 3)
            assert (await decide(survey, paper["id"], "4", 1 + n % 3)).json()["state"] == "settled"

        async def told() -> tuple[Any, Any]:
            replies = [await survey.supervisor.get(f"{survey.path}/{path}") for path in ("clerks", "quality")]
            return tuple(reply.json() for reply in replies)

        before = await told()
        assert [(item["clerk"], item["errors"]) for item in before[0]] == [("an", 5), ("binh", 0)]
        assert ("straight_lining", "an", 5) in [
            (item["kind"], item["clerk"], item["ballots"]) for item in before[1]["warnings"]
        ]
        assert (await survey.seal("tui-1", 5, missing=5)).status_code == 200
        assert await told() == before
        await bench.fetch("DELETE FROM survey.ballot")  # a sealed bag is not counted again
        assert await told() == before


async def test_one_answer_throughout_is_looked_for_in_questions_of_the_index(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A trip counted or a box ticked beside them does not hide that every grade is the same."""
    definition = campaign(citizens=30)
    beside = [{**question("lan", 4), "use": "share"}, {**question("cho", 3), "kind": "multiple"}]
    asked = [question(f"q{n}", 5) for n in range(1, 6)]
    definition["questionnaires"][0]["questions"] = [beside[0], *asked, {**beside[1], "use": "share"}]
    async with open_survey(bench, monkeypatch, definition) as survey:
        papers = [ballot(f"A{n}", answers=[1 + n % 4, 5, 5, 5, 5, 5, n % 8]) for n in range(6)]
        reply = await survey.clerk.post(f"{survey.path}/ballots/bulk", json={"ballots": papers})
        assert {item["status"] for item in reply.json()["results"]} == {"created"}
        found = (await survey.supervisor.get(f"{survey.path}/quality")).json()["warnings"]
        assert [(item["kind"], item["ballots"]) for item in found] == [("straight_lining", 6)]
