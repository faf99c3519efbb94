"""Districts that rank their own communes: two at once do not touch, and accounts of one see no other's period."""

from typing import Any

import httpx
import pytest

from parindex.auth.policy import OF_A_PERIOD, Action, Role, Scope
from parindex.auth.principal import Principal, authorize
from parindex.kernel.errors import DomainError
from tests.architecture.apps import all_routes, routes_of
from tests.support.communes import (
    DISTRICTS,
    LEAVES,
    PROVINCE,
    bound,
    claim,
    communes_of,
    district_period,
    register,
    unit_body,
)
from tests.support.scoring_story import Clock, Year, code_of, ok, period_body
from tests.support.workbench import Workbench

PERIODS = "/api/v1/periods"
FIRST, SECOND = DISTRICTS
PERCENTS = {FIRST: (90, 70, 50), SECOND: (95, 60, 85)}
STAFF = (Role.ADMINISTRATOR, Role.APPRAISER, Role.COUNCIL_CLERK, Role.SURVEY_MANAGER)


async def through_the_year(year: Year, clock: Clock, district: str) -> dict[str, Any]:
    """A district's period from its draft to the edition, run by the district's own accounts."""
    code = f"2022-{district}"
    path = f"{PERIODS}/{code}"
    staff = {role: await year.role(role, owners=[district]) for role in STAFF}
    clerk, appraiser = staff[Role.COUNCIL_CLERK], staff[Role.APPRAISER]
    clock.set("2022-12-16T08:00:00+07:00")
    body = district_period(district, communes_of(district))
    await ok(staff[Role.ADMINISTRATOR].post(PERIODS, json=body))
    await ok(staff[Role.ADMINISTRATOR].post(f"{path}/open"))
    clock.set("2023-01-09T08:00:00+07:00")
    for commune, percent in zip(communes_of(district), PERCENTS[district], strict=True):
        officer = await claim(year, code, commune, [percent] * 4)
        await ok(officer.post(f"{path}/assessments/{commune}/submission"))
    clock.set("2023-01-12T08:00:00+07:00")
    for commune in communes_of(district):
        base = f"{path}/assessments/{commune}"
        await ok(
            appraiser.post(f"{base}/appraisals", json={"appraisals": [{"leaf": leaf} for leaf in LEAVES]})
        )
        await ok(appraiser.post(f"{base}/appraisal-completion"))
    await ok(clerk.post(f"{path}/council"))
    await ok(
        clerk.post(f"{path}/council/sessions", json={"number": "01", "held_at": "2023-02-20T14:00:00+07:00"})
    )
    await ok(clerk.post(f"{path}/provisional"))
    await ok(clerk.post(f"{path}/finalize"))
    await ok(clerk.post(f"/api/v1/editions/{code}/1/publish"))
    async with year.api.client() as public:
        found: dict[str, Any] = (await ok(public.get(f"/api/v1/editions/{code}/latest"))).json()
    return found


async def test_two_districts_rank_their_communes_and_nobody_elses(year: Year, clock: Clock) -> None:
    await register(year)
    first = await through_the_year(year, clock, FIRST)
    second = await through_the_year(year, clock, SECOND)
    for district, index in ((FIRST, first), (SECOND, second)):
        ranked = {row["unit"]: (row["rank"], row["percent"]) for row in index["units"]}
        order = sorted(PERCENTS[district], reverse=True)
        assert ranked == {
            commune: (order.index(percent) + 1, f"{percent}.00")
            for commune, percent in zip(communes_of(district), PERCENTS[district], strict=True)
        }


async def test_an_account_of_one_district_acts_on_no_period_of_another(
    year: Year, clock: Clock, bench: Workbench
) -> None:
    administrator = await register(year)
    await ok(administrator.post(PERIODS, json=district_period(FIRST, communes_of(FIRST))))
    await ok(administrator.post(PERIODS, json=district_period(SECOND, communes_of(SECOND))))
    await ok(administrator.post(PERIODS, json=period_body() | {"units": [], "code": "tinh"}))
    listed = {}
    for role in STAFF:
        client = await year.role(role, owners=[FIRST])
        listed[role] = [row["code"] for row in (await ok(client.get(PERIODS))).json()["periods"]]
        assert (await ok(client.get(PERIODS, params={"owner": SECOND}))).json()["periods"] == []
        for foreign in (f"{PERIODS}/2022-{SECOND}", f"{PERIODS}/tinh"):
            assert await code_of(client.get(foreign)) == (403, "foreign_owner")
        assert (await ok(client.get(f"{PERIODS}/2022-{FIRST}"))).json()["owner_unit"] == FIRST
    assert listed == {role: [f"2022-{FIRST}"] for role in STAFF}
    whole = (await ok(administrator.get(PERIODS))).json()["periods"]
    assert [row["code"] for row in whole] == [f"2022-{FIRST}", f"2022-{SECOND}", "tinh"]
    own = (await ok(administrator.get(PERIODS, params={"owner": ""}))).json()["periods"]
    assert [row["code"] for row in own] == ["tinh"]

    before = await bench.fetch("SELECT code, state, version FROM scoring.period ORDER BY code")
    district = await year.role(Role.ADMINISTRATOR, owners=[FIRST])
    for owner in (SECOND, ""):
        body = district_period(SECOND, communes_of(SECOND), code="moi", owner_unit=owner)
        assert await code_of(district.post(PERIODS, json=body)) == (403, "foreign_owner")
    taken = district_period(FIRST, communes_of(FIRST), owner_unit=SECOND, code=f"2022-{FIRST}")
    given_away = district.put(f"{PERIODS}/2022-{FIRST}", json=taken, headers={"If-Match": "*"})
    assert await code_of(given_away) == (403, "foreign_owner")
    assert await bench.fetch("SELECT code, state, version FROM scoring.period ORDER BY code") == before


async def test_the_gate_is_before_every_route(year: Year) -> None:
    administrator = await register(year)
    await ok(administrator.post(PERIODS, json=district_period(SECOND, communes_of(SECOND))))
    clients = [await year.role(role, owners=[FIRST]) for role in STAFF]
    places = {
        "code": f"2022-{SECOND}",
        "unit": communes_of(SECOND)[0],
        "session": "x",
        "number": "1",
        "file": "x",
    }
    walked = 0
    for route in routes_of("scoring"):
        if not route.path.startswith(f"{PERIODS}/{{code}}"):
            continue
        path = route.path
        for name in [part[1:-1] for part in path.replace(":path", "").split("/") if part.startswith("{")]:
            path = path.replace(f"{{{name}}}", places.get(name, "1"))
        answers = [await client.request(route.method, path) for client in clients]
        allowed = {reply.json()["code"] for reply in answers if reply.status_code != 422}
        assert allowed <= {"foreign_owner", "forbidden", "province_only", "invalid_request"}, (path, allowed)
        assert not any(reply.is_success for reply in answers), path
        walked += 1
    assert walked > 40


async def test_what_concerns_every_period_is_the_provinces(year: Year) -> None:
    await register(year)
    district = await year.role(Role.ADMINISTRATOR, owners=[FIRST])
    grant = {"subject": "quan-tri-khac", "role": "administrator"}
    for method, path, body in (
        ("POST", "/api/v1/tokens", grant),
        ("GET", "/api/v1/tokens", None),
        ("POST", "/api/v1/units", unit_body("xa-moi", "commune", "xa", FIRST)),
        ("POST", "/api/v1/frameworks", {}),
        ("POST", "/api/v1/editions", {"period": "2021", "units": [{"unit": PROVINCE}]}),
        ("GET", "/api/v1/webhooks", None),
        ("GET", "/api/v1/scoring-audit", None),
    ):
        assert await code_of(district.request(method, path, json=body)) == (403, "province_only"), path
    assert (await ok(district.get("/api/v1/units"))).json()


async def test_a_token_names_its_owners(year: Year) -> None:
    administrator = await register(year)
    await ok(administrator.post(PERIODS, json=district_period(SECOND, communes_of(SECOND))))
    grant = {"subject": "thu-ky-nam-sach", "role": "council_clerk", "owners": [FIRST], "days": 1}
    given = (await ok(administrator.post("/api/v1/tokens", json=grant))).json()
    async with year.api.client(given["token"]) as clerk:
        assert await code_of(clerk.get(f"{PERIODS}/2022-{SECOND}")) == (403, "foreign_owner")
    listed = (await ok(administrator.get("/api/v1/tokens"))).json()["tokens"]
    assert listed[0]["scope"]["owners"] == [FIRST]
    wrong = await administrator.post(
        "/api/v1/tokens", json={"subject": "x", "role": "unit_officer", "units": ["a"], "owners": [FIRST]}
    )
    assert [fault["code"] for fault in wrong.json()["errors"]] == ["scope_not_taken"]


async def test_an_owner_ranks_only_what_lies_below_it_on_the_day(year: Year) -> None:
    administrator = await register(year)
    stranger = communes_of(SECOND)[0]

    async def refused(**changes: Any) -> set[tuple[str, str]]:
        body = district_period(FIRST, communes_of(FIRST, 1), code="thu") | changes
        reply: httpx.Response = await administrator.post(PERIODS, json=body)
        assert reply.json()["code"] == "period_invalid", reply.text
        return {(fault["pointer"], fault["code"]) for fault in reply.json()["errors"]}

    mixed = bound([communes_of(FIRST)[0], stranger])
    assert await refused(units=mixed) == {("/units/1/unit", "unit_not_below_owner")}
    assert await refused(owner_unit="huyen-la") == {("/owner_unit", "unit_unknown")}
    assert await refused(owner_unit=stranger) == {("/units/0/unit", "unit_not_below_owner")}
    # The province lies above them all, through the districts.
    body = district_period(FIRST, [], code="tinh", owner_unit=PROVINCE) | {"units": mixed}
    await ok(administrator.post(PERIODS, json=body))


async def test_what_everybody_may_read_stays_open_to_a_districts_account(year: Year, clock: Clock) -> None:
    await register(year)
    await through_the_year(year, clock, FIRST)
    clerk = await year.role(Role.COUNCIL_CLERK, owners=[SECOND])
    seen = (await ok(clerk.get(f"/api/v1/editions/2022-{FIRST}/latest"))).json()
    assert seen["units"]
    hidden = clerk.post(f"/api/v1/editions/2022-{FIRST}/1/publish")
    assert await code_of(hidden) == (403, "foreign_owner")


def test_what_an_owners_account_may_do_stands_behind_the_gate() -> None:
    """Whatever is not known to belong to one period is refused, actions of tomorrow too."""
    gated = {
        Action(route.action)
        for route in routes_of("scoring")
        if route.path.startswith((PERIODS, "/api/v1/editions/{period}"))
    }
    assert gated >= OF_A_PERIOD
    served = {Action(route.action) for route in all_routes() if route.service != "scoring"}
    assert not served & OF_A_PERIOD
    bound_clerk = Principal("thu-ky", Role.COUNCIL_CLERK, owners=frozenset({FIRST}))
    assert authorize(bound_clerk, Action.COUNCIL_DECIDE) is Scope.ALL
    assert authorize(bound_clerk, Action.DOCUMENT_READ) is Scope.PUBLISHED
    with pytest.raises(DomainError, match="province_only"):
        authorize(bound_clerk, Action.CAMPAIGN_READ)
    with pytest.raises(DomainError, match="forbidden"):
        authorize(bound_clerk, Action.PERIOD_WRITE)
