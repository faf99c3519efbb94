"""The three services as they are wired, without their servers: engines connect only when they are used."""

import base64
import os
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import NamedTuple
from unittest.mock import patch

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from parindex.bus.subscriptions import AnySubscription
from parindex.db.engine import Database
from parindex.service import Service, load_service
from tests.architecture.tree import SERVICES

_SEED = base64.urlsafe_b64encode(bytes(32)).decode().rstrip("=")
NOWHERE = "postgresql+asyncpg://nobody:nothing@127.0.0.1:1/nowhere"


def variables(service: str) -> dict[str, str]:
    """What one service needs in its environment, pointing nowhere."""
    own = f"PARINDEX_{service.upper()}_"
    return {
        "PARINDEX_ENV": "development",
        "PARINDEX_REDIS_URL": "redis://127.0.0.1:1/0",
        **{f"PARINDEX_{name.upper()}_URL": f"http://{name}.example" for name in SERVICES},
        f"{own}DATABASE_URL": NOWHERE,
        f"{own}SIGNING_KEY": _SEED,
    }


@cache
def service_of(name: str) -> Service:
    return load_service(name)


@cache
def app_of(name: str) -> FastAPI:
    with patch.dict(os.environ, variables(name)):
        return service_of(name).create_app()


@cache
def subscriptions_of(name: str) -> Sequence[AnySubscription]:
    service = service_of(name)
    with patch.dict(os.environ, variables(name)):
        settings = service.settings()
        return service.subscriptions(settings, Database(settings.database_url))


class Route(NamedTuple):
    """One method of one path of one service."""

    service: str
    method: str
    path: str
    route: APIRoute

    def __str__(self) -> str:
        return f"{self.service} {self.method} {self.path}"

    @property
    def action(self) -> str:
        return str((self.route.openapi_extra or {}).get("x-action", ""))


def _walk(routes: Iterable[BaseRoute]) -> Iterator[APIRoute]:
    """FastAPI keeps an included router as one entry; its routes carry their full paths themselves."""
    for route in routes:
        if isinstance(route, APIRoute):
            yield route
        elif included := getattr(route, "original_router", None):
            yield from _walk(included.routes)


def routes_of(service: str) -> list[Route]:
    """Every route of ours; the framework's own description of itself is none."""
    app = app_of(service)
    found = [
        Route(service, method, route.path_format, route)
        for route in _walk(app.routes)
        for method in sorted((route.methods or set()) - {"HEAD"})
    ]
    described = {(path, verb.upper()) for path, verbs in app.openapi()["paths"].items() for verb in verbs}
    assert described <= {(route.path, route.method) for route in found}, "the walk misses routes"
    return found


def all_routes() -> list[Route]:
    return [route for service in SERVICES for route in routes_of(service)]
