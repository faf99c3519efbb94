"""Units through the API: registered once, listed in Vietnamese order, faults all at once."""

from parindex.auth.policy import Role
from tests.support.workbench import Workbench


def unit(code: str, name: str, **changes: object) -> dict[str, object]:
    names = [{"name": name, "short_name": name, "head_title": "Giám đốc", "valid_from": "2021-01-01"}]
    return {"code": code, "level": "department", "kind": "so", "names": names, **changes}


async def test_units_are_listed_in_vietnamese_order(bench: Workbench) -> None:
    async with bench.api("scoring") as api, api.as_role(Role.ADMINISTRATOR) as client:
        for code, name in [("so-y-te", "Sở Y tế"), ("so-cong-thuong", "Sở Công thương"), ("doan", "Đoàn")]:
            reply = await client.post("/api/v1/units", json=unit(code, name))
            assert reply.status_code == 201, reply.text
        listed = (await client.get("/api/v1/units")).json()
    assert [found["code"] for found in listed] == ["doan", "so-cong-thuong", "so-y-te"]


async def test_a_repeated_code_is_refused_and_a_repeated_key_is_replayed(bench: Workbench) -> None:
    body = unit("so-y-te", "Sở Y tế")
    async with bench.api("scoring") as api, api.as_role(Role.ADMINISTRATOR) as client:
        first = await client.post("/api/v1/units", json=body, headers={"Idempotency-Key": "k1"})
        again = await client.post("/api/v1/units", json=body, headers={"Idempotency-Key": "k1"})
        other = await client.post(
            "/api/v1/units", json=unit("khac", "Khác"), headers={"Idempotency-Key": "k1"}
        )
        without = await client.post("/api/v1/units", json=body)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.headers["idempotency-replayed"] == "true"
    assert again.content == first.content
    assert other.json()["code"] == "idempotency_key_reused"
    assert without.json()["code"] == "unit_exists"
    assert len(await bench.fetch("SELECT 1 FROM scoring.unit")) == 1
    assert len(await bench.fetch("SELECT 1 FROM scoring.audit WHERE action = 'unit.registered'")) == 1


async def test_every_fault_is_named_and_nothing_is_stored(bench: Workbench) -> None:
    async with bench.api("scoring") as api, api.as_role(Role.ADMINISTRATOR) as client:
        reply = await client.post("/api/v1/units", json={"code": "Sở Y tế", "level": 3, "extra": 1})
    assert reply.status_code == 422
    assert reply.headers["content-type"] == "application/problem+json"
    problem = reply.json()
    assert problem["code"] == "invalid_request"
    assert {fault["pointer"] for fault in problem["errors"]} == {
        "/code",
        "/level",
        "/kind",
        "/names",
        "/extra",
    }
    assert not await bench.fetch("SELECT 1 FROM scoring.unit")


async def test_only_the_administrator_registers(bench: Workbench) -> None:
    body = unit("so-y-te", "Sở Y tế")
    async with bench.api("scoring") as api:
        async with api.as_role(Role.APPRAISER) as client:
            wrong = await client.post("/api/v1/units", json=body)
        async with api.client() as client:
            nobody = await client.post("/api/v1/units", json=body, headers={"Accept-Language": "en"})
    assert (wrong.status_code, wrong.json()["code"]) == (403, "forbidden")
    assert (nobody.status_code, nobody.json()["title"]) == (401, "Token required")
