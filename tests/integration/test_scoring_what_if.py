"""What-if and robustness through the API: on stored inputs, for the council alone, and nothing is ever stored."""

import copy
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from parindex.auth.policy import Role
from scoring_api.results.domain import robustness
from tests.support.reply_shapes import differences, example_of
from tests.support.scoring_story import SESSION, WITHOUT_SURVEY, Year, code_of, load, ok
from tests.support.survey_mail import SURVEY, Mail
from tests.support.workbench import Workbench

PERIOD = "/api/v1/periods/2022"
WHAT_IF, ROBUSTNESS = f"{PERIOD}/what-if", f"{PERIOD}/robustness"
CODE = "hai-duong-2022-so"
LEAF = "I/1/1.1/1.1.1"
LOWERED = {"values": [{"unit": "so-noi-vu", "leaf": LEAF, "value": {"level": "khong"}}]}


async def rows_of(bench: Workbench) -> dict[str, int]:
    tables = await bench.fetch(
        "SELECT schemaname || '.' || tablename AS name FROM pg_tables WHERE schemaname IN ('scoring', 'bus')"
    )
    counts = {row["name"]: await bench.fetch(f"SELECT count(*) FROM {row['name']}") for row in tables}
    return {name: found[0]["count"] for name, found in counts.items()}


async def settled(year: Year) -> Any:
    """A provisional result without a survey; the council's clerk."""
    clerk = await year.ready_for_council()
    await ok(clerk.post(f"{PERIOD}/council"))
    await ok(clerk.post(f"{PERIOD}/council/sessions", json={**SESSION, "decisions": WITHOUT_SURVEY}))
    await ok(clerk.post(f"{PERIOD}/provisional"))
    return clerk


@pytest_asyncio.fixture
async def mail(bench: Workbench) -> AsyncIterator[Mail]:
    found = Mail(bench)
    yield found
    await found.database.close()


async def test_a_supposed_value_changes_its_unit_and_nothing_is_stored(year: Year, bench: Workbench) -> None:
    clerk = await settled(year)
    computed = {row["unit"]: row for row in (await clerk.get(f"{PERIOD}/computation")).json()["units"]}
    before = await rows_of(bench)
    reply = (await ok(clerk.post(WHAT_IF, json=LOWERED, headers={"Idempotency-Key": "k1"}))).json()
    assert await rows_of(bench) == before
    assert reply["hypothetical"] is True
    assert (reply["period"], reply["state"]) == ("2022", "provisional")
    (row,) = [row for row in reply["units"] if row["unit"] == "so-noi-vu"]
    was, now = row["baseline"], row["supposed"]
    assert {name: was[name] for name in computed["so-noi-vu"] if name != "unit"} == {
        name: value for name, value in computed["so-noi-vu"].items() if name != "unit"
    }
    lost = float(was["points"]) - float(now["points"])
    assert lost == pytest.approx(1)
    assert [part["key"] for part in now["areas"]] == ["I", "I/1"]
    assert reply["changed"]["units"] == len(reply["units"])
    assert reply["changed"]["exact_percent"] == 1


async def test_a_finalized_period_is_asked_as_well_and_keeps_its_edition(year: Year) -> None:
    clerk = await settled(year)
    await ok(clerk.post(f"{PERIOD}/finalize"))
    sheet = "/api/v1/editions/2022/1/units/so-noi-vu"
    before = (await ok(clerk.get(sheet))).content
    reply = (await ok(clerk.post(WHAT_IF, json=LOWERED))).json()
    assert (reply["state"], reply["changed"]["exact_percent"]) == ("finalized", 1)
    assert (await clerk.get(sheet)).content == before


async def test_the_transaction_of_a_question_cannot_write(
    year: Year, monkeypatch: pytest.MonkeyPatch
) -> None:
    from scoring_api.results.http import what_if as room

    clerk = await settled(year)
    read = room.read_inputs
    seen = []

    async def spying(connection: Any, code: str) -> Any:
        seen.append(await connection.exec_driver_sql("SHOW transaction_read_only"))
        return await read(connection, code)

    monkeypatch.setattr(room, "read_inputs", spying)
    await ok(clerk.post(WHAT_IF, json=LOWERED))
    assert [row.scalar() for row in seen] == ["on"]


async def test_rules_leaves_and_a_whole_set_may_be_supposed(year: Year) -> None:
    clerk = await settled(year)
    ratio = {"measure": {"kind": "ratio"}, "scale": {"kind": "linear", "floor": "0", "full": "100"}}
    changed = {"leaves": [{"framework": CODE, "key": LEAF, "rule": ratio}]}
    reply = (await ok(clerk.post(WHAT_IF, json=changed))).json()
    assert reply["set_aside"] == {
        "count": 2,
        "entries": [
            {"unit": unit, "leaf": LEAF, "reason": "value_unfit"} for unit in ("so-noi-vu", "so-y-te")
        ],
    }
    assert reply["changed"]["units"] == 2
    whole = copy.deepcopy(load("framework-departments.json"))
    whole["bands"] = [{"code": "mot", "name": "một nhóm", "floor": "0"}]
    reply = (await ok(clerk.post(WHAT_IF, json={"frameworks": [whole]}))).json()
    assert reply["changed"] == {
        "units": 2, "exact_percent": 0, "rank": 0, "band": 2, "rating": 0, "reviews": 0,
    }  # fmt: skip
    assert {row["supposed"]["band"] for row in reply["units"]} == {"mot"}
    same = (await ok(clerk.post(WHAT_IF, json={"frameworks": [load("framework-departments.json")]}))).json()
    assert (same["units"], same["set_aside"]["count"]) == ([], 0)


@pytest.mark.parametrize(
    ("body", "status", "code", "pointer"),
    [
        (b"{", 400, "malformed_request", ""),
        (b'{"values": [{"unit": "a", "unit": "b"}]}', 400, "malformed_request", "/values/0"),
        (b'{"values": NaN}', 400, "malformed_request", ""),
        (b"[" * 100_000, 400, "malformed_request", ""),
        (b"[]", 400, "malformed_request", ""),
        (b" " * (8 * 1024 * 1024) + b"{}", 413, "body_too_large", ""),
        (b"{}", 422, "hypothesis_invalid", ""),
        (b'{"values": [{"unit": "so-la", "leaf": "I/1", "clear": true}]}', 422, "hypothesis_invalid", "/values/0/unit"),
        (b'{"values": [{"unit": "so-y-te", "leaf": "I/1", "clear": true}]}', 422, "hypothesis_invalid", "/values/0/leaf"),
        (b'{"values": [{"unit": "so-y-te", "leaf": "II/1/1.1", "value": {}}]}', 422, "hypothesis_invalid", "/values/0/value"),
        (b'{"values": [{"unit": "so-y-te", "leaf": "II/1/1.1", "points": 1e400}]}', 422, "hypothesis_invalid", "/values/0/points"),
        (b'{"leaves": [{"framework": "hai-duong-2022-so", "key": "II/2/2.1", "max_points": 11}]}', 422, "hypothesis_invalid", "/leaves/0"),
        (b'{"frameworks": [{"code": "hai-duong-2022-so"}]}', 422, "hypothesis_invalid", "/frameworks/0/title"),
        (b'{"frameworks": [{"code": "hai-duong-2022-huyen"}]}', 422, "hypothesis_invalid", "/frameworks/0/code"),
    ],
)  # fmt: skip
async def test_bad_suppositions_are_refused_at_their_place(
    asked: Any, body: bytes, status: int, code: str, pointer: str
) -> None:
    reply = await asked.post(WHAT_IF, content=body)
    problem = reply.json()
    assert (reply.status_code, problem["code"]) == (status, code), problem
    if pointer:
        assert pointer in {fault["pointer"] for fault in problem["errors"]}


@pytest_asyncio.fixture
async def asked(year: Year) -> Any:
    """A clerk before a period that is open: nothing is claimed yet, and questions are taken."""
    await year.set_up()
    return await year.role(Role.COUNCIL_CLERK)


async def test_only_the_council_asks(year: Year) -> None:
    await year.set_up()
    for role in (Role.ADMINISTRATOR, Role.APPRAISER, Role.UNIT_OFFICER, Role.READER, Role.SURVEY_MANAGER):
        client = await year.role(role, units=["so-noi-vu"])
        assert await code_of(client.post(WHAT_IF, json=LOWERED)) == (403, "forbidden")
        assert await code_of(client.get(ROBUSTNESS)) == (403, "forbidden")
    async with year.api.client() as public:
        assert await code_of(public.post(WHAT_IF, json=LOWERED)) == (401, "token_required")
        assert await code_of(public.get(ROBUSTNESS)) == (401, "token_required")


async def test_ranks_are_as_firm_as_the_survey(year: Year, bench: Workbench, mail: Mail) -> None:
    clerk = await year.ready_for_council(survey=SURVEY)
    digest = await mail.tally("hai-duong-2022", 1, {"A": 12, "D": 8})
    before = await rows_of(bench)
    asked = f"{ROBUSTNESS}?draws=400&seed=5"
    found = (await ok(clerk.get(asked))).json()
    assert await rows_of(bench) == before
    assert {name: found[name] for name in ("period", "tally", "method", "draws", "seed", "interval")} == {
        "period": "2022",
        "tally": digest,
        "method": "normal_per_group",
        "draws": 400,
        "seed": 5,
        "interval": {"low": 5, "high": 95},
    }
    assert (await clerk.get(asked)).json() == found
    assert (await clerk.get(f"{ROBUSTNESS}?draws=400&seed=6")).json()["units"] != found["units"]
    for row in found["units"]:
        assert row["moving"] == ["II/1/1.1"]
        assert float(row["standard_error"]) == pytest.approx(18.5 * (0.6 * 0.4 / 20) ** 0.5, rel=0.15)
        assert sum(band["runs"] for band in row["bands"]) == 400
        assert row["rank_low"] <= row["rank_median"] <= row["rank_high"]


async def test_too_much_work_is_refused_before_it_begins(asked: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(robustness, "MOST_PLACES", 199)
    reply = await asked.get(f"{ROBUSTNESS}?draws=100")
    assert (reply.status_code, reply.json()["code"]) == (422, "robustness_too_large")
    assert reply.json()["detail"] == "2 đơn vị × 100 lần mô phỏng là quá nhiều; tích không quá 199."


async def test_the_examples_have_the_shape_of_real_replies(year: Year, mail: Mail) -> None:
    clerk = await year.ready_for_council(survey=SURVEY)
    await mail.tally("hai-duong-2022", 1, {"A": 12, "D": 8})
    lowered = {"values": [*LOWERED["values"], {"unit": "so-y-te", "leaf": "II/1/1.1", "clear": True}]}
    assert not differences(
        example_of("POST", "what-if"), (await ok(clerk.post(WHAT_IF, json=lowered))).json()
    )
    assert not differences(example_of("GET", "robustness"), (await ok(clerk.get(ROBUSTNESS))).json())


async def test_without_a_survey_every_rank_is_firm(year: Year) -> None:
    clerk = await settled(year)
    for row in (await ok(clerk.get(f"{ROBUSTNESS}?draws=50"))).json()["units"]:
        assert row["rank"] == row["rank_low"] == row["rank_high"]
        assert (row["standard_error"], row["moving"]) == ("0", [])


@pytest.mark.parametrize(
    ("query", "pointer"),
    [("draws=0", "/query/draws"), ("draws=10001", "/query/draws"), ("draws=x", "/query/draws"),
     ("seed=-1", "/query/seed"), ("seed=99999999999", "/query/seed"), ("seed=1.5", "/query/seed")],
)  # fmt: skip
async def test_bad_numbers_are_refused(asked: Any, query: str, pointer: str) -> None:
    problem = (await asked.get(f"{ROBUSTNESS}?{query}")).json()
    assert problem["code"] == "invalid_request"
    assert [fault["pointer"] for fault in problem["errors"]] == [pointer]


async def test_an_unknown_period_is_said(asked: Any) -> None:
    elsewhere = "/api/v1/periods/1999"
    assert await code_of(asked.post(f"{elsewhere}/what-if", json=LOWERED)) == (404, "period_unknown")
    assert await code_of(asked.get(f"{elsewhere}/robustness")) == (404, "period_unknown")
