"""The shell of every API: one app factory with the same problems, traces, health and tokens."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from sqlalchemy import Table
from sqlalchemy.exc import DBAPIError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from parindex.auth.policy import Action
from parindex.auth.revocations import FetchRevoked, RevokedTokens
from parindex.auth.tokens import JWKS_PATH, SigningKey, TokenVerifier
from parindex.db.engine import Database
from parindex.db.outages import OUTAGES, is_collision, is_duplicate, is_outage
from parindex.http import problems
from parindex.http.audit import audit_router
from parindex.http.client import fetch_revoked
from parindex.http.description import INTRODUCTION, PROBLEM_REPLIES, DescribedApp
from parindex.http.frozen import FrozenReplyMiddleware
from parindex.http.middleware import BodyLimitMiddleware, BodyTooLargeError, HeadMiddleware, TraceMiddleware
from parindex.http.overload import ReadLimitMiddleware
from parindex.http.routing import guarded
from parindex.kernel.errors import DomainError
from parindex.settings import ServiceSettings
from parindex.telemetry import configure_logging, log

BODY_LIMIT = 64 * 1024 * 1024
Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def create_app(
    service: str,
    title: str,
    settings: ServiceSettings,
    routers: Sequence[APIRouter],
    *,
    idempotency_table: Table,
    audit_table: Table,
    revocations: Callable[[Database], FetchRevoked] | None = None,
    lifespan: Lifespan | None = None,
) -> FastAPI:
    """A FastAPI app with the shared edge. `lifespan` starts and stops what is the service's own.

    Who was refused its token is asked of scoring-api, unless the service knows it itself by `revocations`.
    """
    database = Database(settings.database_url, pool_size=settings.database_pool)
    signing_key = SigningKey(service, settings.signing_key)

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        configure_logging(f"{service}-api")
        try:
            if lifespan is None:
                yield
            else:
                async with lifespan(app):
                    yield
        finally:
            await database.close()

    app = DescribedApp(
        title=title,
        version="1",
        description=INTRODUCTION,
        responses=PROBLEM_REPLIES,
        lifespan=life,
        openapi_url=f"/openapi/{service}.json",
        docs_url=None,
        redoc_url=None,
    )
    app.state.settings = settings
    app.state.database = database
    app.state.signing_key = signing_key
    app.state.verifier = _verifier(settings, signing_key, revocations(database) if revocations else None)
    app.state.idempotency_table = idempotency_table
    _handle_errors(app)
    app.add_middleware(BodyLimitMiddleware, limit=BODY_LIMIT)
    app.add_middleware(ReadLimitMiddleware, at_once=settings.database_pool, most=settings.most_reads)
    app.add_middleware(FrozenReplyMiddleware)
    app.add_middleware(HeadMiddleware)
    app.add_middleware(TraceMiddleware)
    for router in (*routers, audit_router(service, audit_table), _health_router()):
        app.include_router(router)
    return app


def _verifier(settings: ServiceSettings, key: SigningKey, revoked: FetchRevoked | None) -> TokenVerifier:
    ask = revoked or partial(fetch_revoked, settings.scoring_url, key)
    return TokenVerifier(key, settings.issuers, RevokedTokens(ask))


def _handle_errors(app: FastAPI) -> None:
    app.add_exception_handler(DomainError, problems.on_domain_error)
    app.add_exception_handler(RequestValidationError, problems.on_invalid_request)
    app.add_exception_handler(HTTPException, problems.on_http_exception)
    app.add_exception_handler(BodyTooLargeError, _too_large)
    app.add_exception_handler(ClientDisconnect, _gone)
    for outage in OUTAGES:
        app.add_exception_handler(outage, problems.on_unavailable)
    app.add_exception_handler(DBAPIError, _database_error)
    app.add_exception_handler(Exception, problems.on_crash)


async def _too_large(request: Request, _error: Exception) -> Response:
    return problems.respond(request, "body_too_large")


async def _gone(request: Request, _error: Exception) -> Response:
    """The caller left before the body was read, as one may who waits long: no crash, and nobody listens."""
    return problems.respond(request, "malformed_request")


async def _database_error(request: Request, error: Exception) -> Response:
    """An outage, or two transactions that met: send again. Two that made the same thing: one of them did."""
    if is_outage(error) or is_collision(error):
        return await problems.on_unavailable(request, error)
    if is_duplicate(error):
        return problems.respond(request, "already_exists")
    log.error("database_error", error=str(error)[:500])
    return await problems.on_crash(request, error)


def _health_router() -> APIRouter:
    router = APIRouter(tags=["health"])
    row = guarded(Action.HEALTH_READ)

    @router.get("/livez", **row)
    async def livez() -> dict[str, str]:
        """The process runs."""
        return {"status": "live"}

    @router.get("/readyz", **row)
    async def readyz(request: Request) -> dict[str, str]:
        """The database answers."""
        await request.app.state.database.ping()
        return {"status": "ready"}

    @router.get(JWKS_PATH, **row)
    async def jwks(request: Request) -> dict[str, object]:
        """The public key this service signs with."""
        keys: dict[str, object] = request.app.state.signing_key.jwks()
        return keys

    return router
