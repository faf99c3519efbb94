"""One criterion across all units, and how alike the secretariat judges, as JSON, CSV and XLSX."""

import csv
import io
from decimal import Decimal
from typing import Any

import httpx
import pytest

from parindex.auth.policy import Role
from parindex.kernel.points import total
from scoring_api.assessment.http import appraisal_examples as examples
from tests.support.appraisal_story import (
    LEAVES,
    LEVEL,
    OTHER,
    PERIOD,
    RATIO,
    appraise,
    confirm_all,
    faults,
    handed_in,
    row_of,
)
from tests.support.reply_shapes import differences
from tests.support.scoring_story import Clock, Year, code_of, load, ok, period_body
from tests.support.workbench import Workbench

SAME = "I/1/1.5"  # both units claim the same count


async def compared(reader: httpx.AsyncClient, leaf: str = RATIO, **params: Any) -> dict[str, Any]:
    found: dict[str, Any] = (
        await ok(reader.get(f"{PERIOD}/comparison", params={"leaf": leaf, **params}))
    ).json()
    return found


async def test_one_criterion_side_by_side(year: Year) -> None:
    appraiser = await handed_in(year, "self_assessment", "appraisal")
    lowered = {"value": {"numerator": "30", "denominator": "31"}, "reason": "Thiếu một."}
    await ok(appraise(appraiser, {"leaf": RATIO, **lowered}))
    found = await compared(appraiser)
    assert not differences(examples.COMPARISON, found)
    first, second = found["units"]
    assert (first["unit"], first["claimed"], first["claimed_points"]) == (
        "so-noi-vu",
        "tử số 31, mẫu số 31",
        "2",
    )
    assert (first["appraised"], first["reason"]) == ("tử số 30, mẫu số 31", "Thiếu một.")
    assert first["appraised_points"] == (await row_of(appraiser, RATIO))["appraised_points"]
    assert Decimal(first["difference"]) == total([Decimal(first["appraised_points"]), Decimal(-2)]) < 0
    assert (second["unit"], second["appraised"], second["difference"]) == ("so-y-te", "", None)

    # A member of the secretariat who belongs to a unit sees of it what the unit sees.
    own = await year.role(Role.APPRAISER, subject="kiem-nhiem", units=["so-noi-vu"])
    hidden = (await compared(own))["units"][0]
    assert (hidden["claimed_points"], hidden["appraised"], hidden["appraised_points"]) == ("2", "", None)
    assert (hidden["reason"], hidden["appraiser"], hidden["difference"]) == ("", "", None)


async def test_the_comparison_as_a_table(year: Year) -> None:
    appraiser = await handed_in(year, "self_assessment", "appraisal")
    params = {"leaf": RATIO, "format": "csv", "fields": "unit,claimed_points,evidence"}
    reply = await ok(appraiser.get(f"{PERIOD}/comparison", params=params))
    rows = list(csv.DictReader(io.StringIO(reply.content.decode("utf-8-sig"))))
    assert rows == [
        {"unit": "so-noi-vu", "claimed_points": "2", "evidence": "0"},
        {"unit": "so-y-te", "claimed_points": "2", "evidence": "0"},
    ]
    assert reply.headers["cache-control"] == "private, no-cache"
    book = await ok(appraiser.get(f"{PERIOD}/comparison", params={"leaf": RATIO, "format": "xlsx"}))
    assert book.content.startswith(b"PK")
    seen = await appraiser.get(
        f"{PERIOD}/comparison", params=params, headers={"If-None-Match": reply.headers["etag"]}
    )
    assert seen.status_code == 304


async def test_a_claim_that_is_being_filled_in_is_not_compared(year: Year, clock: Clock) -> None:
    await year.set_up()
    clock.set("2023-01-09T08:00:00+07:00")
    await year.claim("so-noi-vu")
    found = await compared(await year.role(Role.COUNCIL_CLERK))
    assert {(row["status"], row["claimed"], row["claimed_points"]) for row in found["units"]} == {
        ("draft", "", None)
    }


async def test_the_same_claims_judged_differently_stand_together(year: Year, bench: Workbench) -> None:
    first = await handed_in(year, "self_assessment", "appraisal")
    claims = load("self-assessments.json")
    assert claims["so-noi-vu"][SAME]["value"] == claims["so-y-te"][SAME]["value"]
    second = await year.role(Role.APPRAISER, subject="to-thu-ky-02")
    await confirm_all(first)
    lowered = {"leaf": SAME, "value": {"count": "0"}, "reason": "Không có tài liệu."}
    await ok(appraise(second, lowered, {"leaf": LEVEL}, base=OTHER))
    found = (await ok(first.get(f"{PERIOD}/consistency"))).json()
    assert not differences(examples.CONSISTENCY, found)
    rows = found["differences"]
    assert [(row["leaf"], row["unit"], row["appraiser"]) for row in rows] == [
        (SAME, "so-noi-vu", "kiem-thu-appraiser"),
        (SAME, "so-y-te", "to-thu-ky-02"),
    ]
    assert rows[0]["claimed"] == rows[1]["claimed"]
    assert rows[0]["appraised"] != rows[1]["appraised"]
    whole, part = found["appraisers"]
    assert (whole["appraised"], whole["confirmed"], whole["confirmed_share"], whole["mean"]) == (
        len(LEAVES),
        len(LEAVES),
        "100",
        "0",
    )
    gap = Decimal(rows[1]["appraised_points"]) - Decimal(rows[1]["claimed_points"])
    assert (part["appraised"], part["confirmed"], part["lowered"]) == (2, 1, 1)
    assert (Decimal(part["mean"]), part["confirmed_share"]) == (gap / 2, "50")
    table = await ok(first.get(f"{PERIOD}/consistency/appraisers", params={"format": "csv"}))
    names = [row["appraiser"] for row in csv.DictReader(io.StringIO(table.content.decode("utf-8-sig")))]
    assert names == ["kiem-thu-appraiser", "to-thu-ky-02"]
    own = await year.role(Role.APPRAISER, subject="kiem-nhiem", units=["so-y-te"])
    assert (await ok(own.get(f"{PERIOD}/consistency"))).json()["differences"] == []


@pytest.mark.parametrize(
    "route", ["comparison?leaf=" + RATIO, "consistency", "consistency/appraisers", "supplements"]
)
async def test_no_unit_looks_at_the_others(year: Year, route: str) -> None:
    await year.set_up()
    for role, scope in (
        (Role.UNIT_OFFICER, {"units": ["so-noi-vu"]}),
        (Role.ADMINISTRATOR, {}),
        (Role.READER, {}),
    ):
        refused = (await year.role(role, **scope)).get(f"{PERIOD}/{route}")
        assert await code_of(refused) == (403, "forbidden")
    assert await code_of((await year.public()).get(f"{PERIOD}/{route}")) == (401, "token_required")
    await ok((await year.role(Role.COUNCIL_CLERK)).get(f"{PERIOD}/{route}"))


async def test_a_criterion_that_is_none_or_several(year: Year) -> None:
    administrator = await year.set_up()
    appraiser = await year.role(Role.APPRAISER)
    path = f"{PERIOD}/comparison"
    for leaf in ("I/9", "II/1/1.1", "I/1"):  # nothing, a survey's, an area
        assert await code_of(appraiser.get(path, params={"leaf": leaf})) == (404, "criterion_unknown")
    other = {"leaf": RATIO, "framework": "hai-duong-2022-huyen"}
    assert await code_of(appraiser.get(path, params=other)) == (404, "criterion_unknown")
    assert await code_of(appraiser.get(path)) == (422, "invalid_request")
    unknown = appraiser.get(path, params={"leaf": RATIO, "fields": "unit,la", "format": "csv"})
    assert await code_of(unknown) == (422, "fields_unknown")
    # Two frameworks with one key for different criteria: the reader says which.
    second = {**load("framework-departments.json"), "code": "hai-duong-2022-khac"}
    await ok(administrator.post("/api/v1/frameworks", json=second))
    await ok(administrator.post("/api/v1/frameworks/hai-duong-2022-khac/versions/1/publish"))
    body = year_of_two()
    await ok(administrator.post("/api/v1/periods", json=body))
    two = "/api/v1/periods/2023/comparison"
    several = await appraiser.get(two, params={"leaf": RATIO})
    assert faults(several) == {("/query/framework", "framework_missing")}
    one = await ok(appraiser.get(two, params={"leaf": RATIO, "framework": "hai-duong-2022-khac"}))
    assert [row["unit"] for row in one.json()["units"]] == ["so-y-te"]


def year_of_two() -> dict[str, Any]:
    body = period_body()
    body["units"][1] |= {"framework": "hai-duong-2022-khac", "rank_group": "khac"}
    return {**body, "code": "2023"}
