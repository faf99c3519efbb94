"""One request, one transaction, committed before the reply; the idempotency key is claimed inside it."""

import hashlib
import re
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from fastapi.routing import APIRoute
from starlette.datastructures import UploadFile
from starlette.types import Message, Receive

from parindex.auth.policy import Action
from parindex.auth.principal import PUBLIC, Principal, authorize
from parindex.db import idempotency
from parindex.db.engine import Database, Reading, Writing
from parindex.db.idempotency import StoredReply
from parindex.kernel.canonical import digest_bytes
from parindex.kernel.clocks import business_time
from parindex.kernel.errors import DomainError

SAFE = {"GET", "HEAD"}
LONGEST_KEY, LONGEST_PATH = 200, 400
REPLAYED = "x-replayed"
NEVER_REPLAYED = {REPLAYED: False}
"""For `guarded`: the reply is a secret or writes nothing, so that no Idempotency-Key keeps it."""
ASKING = "x-asks-only"
READ_ONLY: dict[str, Any] = {**NEVER_REPLAYED, ASKING: True}
"""For `guarded`: a POST that only asks, its question in the body; its transaction cannot write."""
LARGEST_BODY = "x-largest-body"
"""For `guarded`: the most bytes a body of this route may have; it is counted while it comes in."""
MOST_FIELDS, LARGEST_FIELD = 50, 256 * 1024
"""Bounds of a form; its files lie on the disk, beyond their first megabyte."""
_PIECE = 1024 * 1024
_NUL = re.compile(rb"\x00|\\u0000")  # PostgreSQL stores no NUL in text


async def authenticate(request: Request) -> Principal:
    """The caller: a verified bearer token, or the public."""
    header = request.headers.get("authorization", "")
    if not header:
        return PUBLIC
    kind, _, token = header.partition(" ")
    if kind.lower() != "bearer" or not token:
        raise DomainError("token_invalid")
    principal: Principal = await request.app.state.verifier.verify(token.strip())
    return principal


async def admit(request: Request, action: Action) -> Principal:
    """The caller, when the address can be stored and the table of rights allows the action.

    This comes before the body: nobody fills our memory without a right.
    """
    if "\x00" in request.scope["path"] or b"%00" in request.scope["query_string"]:
        raise DomainError("malformed_request")
    principal = await authenticate(request)
    authorize(principal, action)
    request.state.principal = principal
    return principal


def _action_of(route: APIRoute) -> Action:
    assert route.openapi_extra is not None, f"{route.path} declares no action"
    return Action(route.openapi_extra["x-action"])


class UnitOfWorkRoute(APIRoute):
    """A route whose handler runs in one transaction: read-only for GET and READ_ONLY, writing for the rest.

    The body is complete before the transaction opens, and the instant that windows are judged by is taken
    right then. An error rolls everything back, the idempotency key too.
    """

    def get_route_handler(self) -> Callable[[Request], Awaitable[Response]]:  # type: ignore[override]
        inner = super().get_route_handler()
        action = _action_of(self)
        described = self.openapi_extra or {}
        replayed, asking = described.get(REPLAYED, True), described.get(ASKING, False)
        largest = described.get(LARGEST_BODY)

        async def handle(request: Request) -> Response:
            await admit(request, action)
            if largest is not None:
                request = Request(request.scope, _bounded(request, largest))
            await _complete_body(request)
            request.state.received_at = business_time()
            database: Database = request.app.state.database
            if asking or request.method in SAFE:
                async with database.reading() as connection:
                    request.state.connection = connection
                    return await inner(request)
            async with database.writing() as writing:
                request.state.connection = writing
                if not replayed or request.state.principal is PUBLIC:
                    return await inner(request)
                return await _with_key(request, writing, inner)

        return handle


class BareRoute(APIRoute):
    """A route that reads its body and writes its reply itself; only its right is checked before.

    For the few routes whose cost counts: FastAPI's dependencies and parsing cost more than their work.
    """

    def get_route_handler(self) -> Callable[[Request], Awaitable[Response]]:  # type: ignore[override]
        action = _action_of(self)
        endpoint = self.endpoint

        async def handle(request: Request) -> Response:
            await admit(request, action)
            response: Response = await endpoint(request, **request.path_params)
            return response

        return handle


def _bounded(request: Request, largest: int) -> Receive:
    """The body as it comes, up to the bound. Raises DomainError `file_too_large` as soon as it is passed."""
    declared, seen = request.headers.get("content-length", ""), 0

    async def receive() -> Message:
        nonlocal seen
        message = await request.receive()
        seen += len(message.get("body", b""))
        if seen > largest or (declared.isdigit() and int(declared) > largest):
            raise DomainError("file_too_large", {"most": largest // 1024**2})
        return message

    return receive


async def _complete_body(request: Request) -> None:
    if request.headers.get("content-type", "").startswith("multipart/"):
        form = await request.form(max_files=1, max_fields=MOST_FIELDS, max_part_size=LARGEST_FIELD)
        if any(
            "\x00" in (value if isinstance(value, str) else value.filename or "") for value in form.values()
        ):
            await form.close()
            raise DomainError("malformed_request")
    elif _NUL.search(await request.body()):
        raise DomainError("malformed_request")


async def _with_key(
    request: Request, connection: Writing, inner: Callable[[Request], Awaitable[Response]]
) -> Response:
    key = request.headers.get("idempotency-key", "")
    if request.method != "POST" or not key:
        return await inner(request)
    table = request.app.state.idempotency_table
    scope = idempotency.Scope(request.state.principal.subject, "POST", request.url.path, key)
    if len(scope.key) > LONGEST_KEY or len(scope.path) > LONGEST_PATH:
        raise DomainError("malformed_request")
    body_digest = await _body_digest(request)
    stored = await idempotency.claim(connection, table, scope, body_digest)
    if stored is not None:
        await request.close()  # the handler, which closes an uploaded file, does not run
        return _replay(stored, body_digest, key)
    response = await inner(request)
    if not 200 <= response.status_code < 300:
        raise DomainError("internal_error")  # handlers refuse by raising; a stored refusal would replay
    reply = StoredReply(
        body_digest,
        response.status_code,
        bytes(response.body),
        response.media_type or "application/json",
        response.headers.get("location", ""),
    )
    await idempotency.keep(connection, table, scope, reply)
    return response


async def _body_digest(request: Request) -> str:
    if not request.headers.get("content-type", "").startswith("multipart/"):
        return digest_bytes(await request.body())
    parts = []
    for name, value in (await request.form()).multi_items():
        if isinstance(value, str):
            parts.append(f"{name}={value}")
        else:
            parts.append(f"{name}:{value.filename}={await _file_digest(value)}")
    return digest_bytes("\n".join(parts).encode())


async def _file_digest(file: UploadFile) -> str:
    hashed = hashlib.sha256()
    while piece := await file.read(_PIECE):
        hashed.update(piece)
    await file.seek(0)
    return f"sha256:{hashed.hexdigest()}"


def _replay(stored: StoredReply, body_digest: str, key: str) -> Response:
    if stored.body_digest != body_digest:
        raise DomainError("idempotency_key_reused", {"key": key})
    headers = {"Idempotency-Replayed": "true"}
    if stored.location:
        headers["Location"] = stored.location
    return Response(stored.content, stored.status, headers, stored.media_type)


def guarded(action: Action, **described: Any) -> dict[str, Any]:
    """Keyword arguments of a route that declare its row of the table of rights.

    `described` is what else its OpenAPI operation says: the body of a route that reads it by hand, a header.

    >>> guarded(Action.UNIT_READ)["openapi_extra"]
    {'x-action': 'unit.read'}
    """

    async def guard(request: Request) -> None:
        if not hasattr(request.state, "principal"):  # a plain route: nobody has asked yet
            await admit(request, action)

    return {"dependencies": [Depends(guard)], "openapi_extra": {"x-action": action.value, **described}}


def _caller(request: Request) -> Principal:
    principal: Principal = request.state.principal
    return principal


def _read(request: Request) -> Reading:
    connection: Reading = request.state.connection
    return connection


def _write(request: Request) -> Writing:
    connection: Writing = request.state.connection
    return connection


def _transactions(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


def _received_at(request: Request) -> Any:
    return request.state.received_at


Caller = Annotated[Principal, Depends(_caller)]
Read = Annotated[Any, Depends(_read)]
Write = Annotated[Any, Depends(_write)]
ReceivedAt = Annotated[Any, Depends(_received_at)]
Transactions = Annotated[Database, Depends(_transactions)]
"""For the rare route that is no unit of work as a whole: it calls another service before it writes."""
