"""Clerks in figures and habits worth a look: nothing is left out because of them."""

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
