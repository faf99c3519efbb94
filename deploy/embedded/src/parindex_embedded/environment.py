"""The variables of every process of the stack, from one place; a service sees its own secrets only."""

import base64
import hashlib
import hmac
import os
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self
from urllib.parse import unquote, urlsplit, urlunsplit

from parindex_embedded.files import read_json, write_json
from parindex_embedded.processes import StackError
from parindex_embedded.specs import SERVICES

EXTERNAL_DATABASE = "PARINDEX_DATABASE_URL"
EXTERNAL_REDIS = "PARINDEX_REDIS_URL"
_PERSONAL_KEY = "PARINDEX_SURVEY_PERSONAL_KEY"


@dataclass(frozen=True, slots=True)
class ExternalServers:
    """Servers to use instead of the embedded ones; the administrator's URL of the database."""

    database_url: str | None = None
    redis_url: str | None = None

    @classmethod
    def from_variables(cls) -> Self:
        return cls(os.environ.get(EXTERNAL_DATABASE) or None, os.environ.get(EXTERNAL_REDIS) or None)


@dataclass(frozen=True, slots=True)
class Environment:
    """What differs between two stacks: `urls` are the services', `clock` is the rehearsal clock's file."""

    admin_url: str
    redis_url: str
    urls: Mapping[str, str]
    signing_keys: Mapping[str, str]
    evidence_dir: str
    clock: str | None
    personal_key: str = ""

    def of_service(self, service: str) -> dict[str, str]:
        """The variables of one service's processes: never the administrator's URL or another's key."""
        own = {
            _variable(service, "DATABASE_URL"): service_database_url(self.admin_url, service),
            _variable(service, "SIGNING_KEY"): self.signing_keys[service],
        }
        if service == "survey":
            own[_PERSONAL_KEY] = self.personal_key
        return {**_inherited(), **self._common(), **own}

    def of_migration(self) -> dict[str, str]:
        """The variables of `parindex migrate`: the administrator's URL and those of the roles it makes."""
        roles = {
            _variable(service, "DATABASE_URL"): service_database_url(self.admin_url, service)
            for service in SERVICES
        }
        return {**_inherited(), **self._common(), **roles, EXTERNAL_DATABASE: self.admin_url}

    def _common(self) -> dict[str, str]:
        clock = {"PARINDEX_REHEARSAL_CLOCK": self.clock} if self.clock else {}
        return {
            "PARINDEX_ENV": "rehearsal" if self.clock else "development",
            EXTERNAL_REDIS: self.redis_url,
            "PARINDEX_EVIDENCE_DIR": self.evidence_dir,
            **{_variable(service, "URL"): url for service, url in self.urls.items()},
            **clock,
        }

    def save(self, home: Path) -> None:
        """Keep it, so that a command of another process can act as a service of the running stack."""
        write_json(home / "environment.json", asdict(self))

    @classmethod
    def load(cls, home: Path) -> Self:
        saved = read_json(home / "environment.json")
        if not saved:
            raise StackError(f"Thư mục {home} chưa từng chạy parindex.")
        return cls(**saved)


def _variable(service: str, name: str) -> str:
    return f"PARINDEX_{service.upper()}_{name}"


def _inherited() -> dict[str, str]:
    """The surrounding variables without those that this module decides.

    Python keeps its bytecode, so that a process that died is back in a second and not in five.
    """
    ours = {EXTERNAL_DATABASE, _PERSONAL_KEY, "PARINDEX_REHEARSAL_CLOCK", "PYTHONDONTWRITEBYTECODE"}
    ours |= {_variable(service, name) for service in SERVICES for name in ("DATABASE_URL", "SIGNING_KEY")}
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    return {**kept, "PYTHONUNBUFFERED": "1"}


def service_database_url(admin_url: str, service: str) -> str:
    """The URL of a service's role on the administrator's server and database.

    The password follows from the administrator's, so that two clones on one server agree without talking.

    >>> service_database_url("postgresql://root:s3cret@db:5432/pi", "scoring")[:44]
    'postgresql+asyncpg://scoring_app:3a00cdb33d9'
    """
    parts = urlsplit(admin_url)
    if not parts.password:
        raise StackError(f"{EXTERNAL_DATABASE} phải có mật khẩu của người quản trị.")
    role = f"{service}_app"
    password = hmac.new(unquote(parts.password).encode(), role.encode(), hashlib.sha256).hexdigest()
    place = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(scheme="postgresql+asyncpg", netloc=f"{role}:{password}@{place}"))


def signing_keys(home: Path) -> dict[str, str]:
    """The services' Ed25519 seeds, made once: what they signed stays verifiable over restarts."""
    path = home / "secrets.json"
    keys = read_json(path)
    if not keys:
        keys = {service: _secret() for service in SERVICES}
        write_json(path, keys)
    return keys


def personal_key(home: Path) -> str:
    """What survey-ingest encrypts contact data with, made once: what it closed can be opened tomorrow."""
    path = home / "personal-key.json"
    kept = read_json(path)
    if not kept:
        kept = {"key": _secret()}
        write_json(path, kept)
    return str(kept["key"])


def _secret() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).rstrip(b"=").decode()
