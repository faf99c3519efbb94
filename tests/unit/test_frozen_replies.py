"""What is kept of immutable replies, for whom, and how much of it."""

import pytest
from fastapi import FastAPI, Request, Response
from httpx import ASGITransport, AsyncClient

from parindex.http.conditional import IMMUTABLE, REVALIDATE, represent
from parindex.http.frozen import EACH, FrozenReplyMiddleware

KEPT = EACH + len("/frozen/a") + len("*/*") + 10
"""What one reply of ten bytes takes."""


def app_of(calls: list[str], **bounds: int) -> FastAPI:
    app = FastAPI()

    @app.get("/frozen/{name}")
    async def frozen(request: Request, name: str, size: int = 10, private: bool = False) -> Response:
        calls.append(name)
        return represent(request, b"x" * size, cache=REVALIDATE if private else IMMUTABLE)

    @app.get("/missing")
    async def missing() -> Response:
        calls.append("missing")
        return Response(status_code=404, headers={"Cache-Control": IMMUTABLE})

    app.add_middleware(FrozenReplyMiddleware, **bounds)
    return app


def client_of(app: FastAPI) -> AsyncClient:
    return AsyncClient(transport=ASGITransport(app=app), base_url="http://test")


async def test_what_never_changes_is_asked_for_once() -> None:
    calls: list[str] = []
    async with client_of(app_of(calls)) as client:
        first, again = await client.get("/frozen/a"), await client.get("/frozen/a")
        seen = await client.get("/frozen/a", headers={"If-None-Match": first.headers["etag"]})
    assert calls == ["a"]
    assert (again.content, dict(again.headers)) == (first.content, dict(first.headers))
    assert (seen.status_code, seen.content, "content-length" in seen.headers) == (304, b"", False)
    assert seen.headers["etag"] == first.headers["etag"]


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/frozen/a?private=true", {}),
        ("/frozen/a", {"Authorization": "Bearer x"}),
        ("/missing", {}),
        ("/frozen/a?size=101", {}),
    ],
)
async def test_what_may_change_is_asked_for_each_time(path: str, headers: dict[str, str]) -> None:
    calls: list[str] = []
    async with client_of(app_of(calls, largest=100)) as client:
        for _ in range(2):
            await client.get(path, headers=headers)
    assert len(calls) == 2


async def test_a_caller_with_a_token_is_not_served_from_memory() -> None:
    calls: list[str] = []
    async with client_of(app_of(calls)) as client:
        await client.get("/frozen/a")
        await client.get("/frozen/a", headers={"Authorization": "Bearer x"})
    assert calls == ["a", "a"]


async def test_other_questions_and_forms_are_other_replies() -> None:
    calls: list[str] = []
    async with client_of(app_of(calls)) as client:
        for query, accept in (("", "*/*"), ("?size=5", "*/*"), ("", "text/csv")):
            await client.get(f"/frozen/a{query}", headers={"Accept": accept})
    assert len(calls) == 3


async def test_the_least_read_goes_first_when_memory_is_full() -> None:
    calls: list[str] = []
    async with client_of(app_of(calls, memory=2 * KEPT)) as client:
        for name in ("a", "b", "a", "c", "a", "b"):
            await client.get(f"/frozen/{name}")
    assert calls == ["a", "b", "c", "b"], "two fit; reading a again keeps it"


async def test_long_addresses_take_their_memory_too() -> None:
    """Else a caller who writes ever new nonsense after the question mark would fill it all."""
    calls: list[str] = []
    async with client_of(app_of(calls, memory=4 * KEPT)) as client:
        for _ in range(2):
            for nonsense in ("x", "y"):
                await client.get(f"/frozen/a?{nonsense * 2 * KEPT}")
    assert len(calls) == 4, "no two of them fit"
