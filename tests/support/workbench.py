"""One PostgreSQL and one Valkey a test process; a migrated template database, cloned for each test."""

import base64
import os
import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

import asyncpg
import httpx
from fastapi import FastAPI

from parindex.auth.policy import Role
from parindex.auth.principal import Principal
from parindex.auth.revocations import RevokedTokens
from parindex.auth.tokens import SigningKey
from parindex.db.migrations import SchemaPlan, migrate
from parindex.service import installed_services, load_service
from parindex_embedded.postgres import Postgres
from parindex_embedded.valkey import Valkey

PASSWORD = "test-password"
TEMPLATE = "parindex_template"


async def _none_revoked() -> frozenset[UUID]:
    return frozenset()


def _seed() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).rstrip(b"=").decode()


def with_database(url: str, database: str) -> str:
    parts = urlsplit(url)
    return urlunsplit((*parts[:2], f"/{database}", *parts[3:]))


@dataclass
class Servers:
    """The servers of this test process, with the template that every test's database is cloned from."""

    postgres: Postgres
    valkey: Valkey
    seeds: dict[str, str] = field(default_factory=lambda: {name: _seed() for name in installed_services()})
    personal_key: str = field(default_factory=_seed)

    async def prepare_template(self) -> None:
        connection = await asyncpg.connect(self.postgres.url)
        await connection.execute(f"CREATE DATABASE {TEMPLATE}")
        await connection.close()
        admin = with_database(self.postgres.url, TEMPLATE)
        await migrate(admin, [self.plan(name, TEMPLATE) for name in installed_services()])

    def plan(self, name: str, database: str) -> SchemaPlan:
        return SchemaPlan(name, load_service(name).migrations, self.app_url(name, database))

    def app_url(self, service: str, database: str) -> str:
        host = urlsplit(self.postgres.url)
        return f"postgresql+asyncpg://{service}_app:{PASSWORD}@{host.hostname}:{host.port}/{database}"

    async def clone(self) -> str:
        """A fresh migrated database; its name."""
        name = f"t_{secrets.token_hex(6)}"
        connection = await asyncpg.connect(self.postgres.url)
        await connection.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
        await connection.close()
        return name

    async def drop(self, name: str) -> None:
        connection = await asyncpg.connect(self.postgres.url)
        await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await connection.close()

    def environment(self, database: str, evidence: Path) -> dict[str, str]:
        """What the processes of one test read, as the local stack would give it."""
        found = {
            "PARINDEX_ENV": "development",
            "PARINDEX_REDIS_URL": self.valkey.url,
            "PARINDEX_EVIDENCE_DIR": str(evidence),
            "PARINDEX_SCORING_URL": "http://scoring.test",
            "PARINDEX_SURVEY_URL": "http://survey.test",
            "PARINDEX_REPORT_URL": "http://report.test",
        }
        found["PARINDEX_SURVEY_PERSONAL_KEY"] = self.personal_key
        for name, seed in self.seeds.items():
            found[f"PARINDEX_{name.upper()}_DATABASE_URL"] = self.app_url(name, database)
            found[f"PARINDEX_{name.upper()}_SIGNING_KEY"] = seed
        return found


@contextmanager
def running_servers(home: Path) -> Iterator[Servers]:
    postgres, valkey = Postgres(home / "postgres", fsync=False), Valkey(home / "valkey")
    postgres.start()
    try:
        valkey.start()
        try:
            yield Servers(postgres, valkey)
        finally:
            valkey.stop()
    finally:
        postgres.stop()


@dataclass
class Workbench:
    """One test's database and the ways into its services, all in this process."""

    servers: Servers
    database: str
    environment: dict[str, str]

    @asynccontextmanager
    async def api(self, service: str) -> AsyncIterator["Api"]:
        """The real app of a service over ASGI, its lifespan run."""
        app = load_service(service).create_app()
        self._introduce_issuers(app)
        async with app.router.lifespan_context(app):
            yield Api(app, self)

    def _introduce_issuers(self, app: FastAPI) -> None:
        """The other services' keys, which a running stack would fetch from their JWKS."""
        for name in self.servers.seeds:
            key = self.key(name)
            app.state.verifier._keys[key.key_id] = key.public
        if app.state.signing_key.issuer != "scoring":  # there is no scoring-api to ask
            app.state.verifier._revoked = RevokedTokens(_none_revoked)

    def key(self, service: str) -> SigningKey:
        return SigningKey(service, self.servers.seeds[service])

    def token(self, role: Role, subject: str = "", **scope: object) -> str:
        bounds = {name: frozenset(values) for name, values in scope.items()}  # type: ignore[call-overload]
        principal = Principal(subject or f"kiem-thu-{role.value}", role, **bounds)
        return self.key("scoring").issue(principal, timedelta(hours=1))

    async def fetch(self, sql: str, *arguments: object) -> list[asyncpg.Record]:
        """Rows as the administrator sees them, past every right."""
        connection = await asyncpg.connect(with_database(self.servers.postgres.url, self.database))
        try:
            return await connection.fetch(sql, *arguments)
        finally:
            await connection.close()


@dataclass
class Api:
    """A client of one service's app; `as_role` gives one with a token."""

    app: FastAPI
    bench: Workbench

    def client(self, token: str = "") -> httpx.AsyncClient:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url="http://test", headers=headers, timeout=30)

    def as_role(self, role: Role, subject: str = "", **scope: object) -> httpx.AsyncClient:
        return self.client(self.bench.token(role, subject, **scope))


def set_environment(values: dict[str, str]) -> dict[str, str | None]:
    """Put the variables in place; returns what was there before."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    return before


def restore_environment(before: dict[str, str | None]) -> None:
    for name, value in before.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
