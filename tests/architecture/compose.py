"""docker-compose.yml, the Dockerfile and the gateway's configuration, read as data."""

import re
from functools import cache
from typing import Any

import yaml

from tests.architecture.tree import ROOT

DOCKER = ROOT / "deploy/docker"
SECRETS = {
    "POSTGRES_PASSWORD": "administratorpassword",
    "REDIS_PASSWORD": "redispassword",
    "SCORING_DB_PASSWORD": "scoringpassword",
    "SURVEY_DB_PASSWORD": "surveypassword",
    "REPORT_DB_PASSWORD": "reportpassword",
    "SCORING_SIGNING_KEY": "A" * 43,
    "SURVEY_SIGNING_KEY": "B" * 42 + "A",
    "REPORT_SIGNING_KEY": "C" * 42 + "A",
    "SURVEY_PERSONAL_KEY": "D" * 42 + "A",
}
_VARIABLE = re.compile(r"\$\{(\w+)(?::([?-])([^}]*))?\}")


def compose_text() -> str:
    return (ROOT / "docker-compose.yml").read_text(encoding="utf-8")


def asked_variables() -> set[str]:
    """The variables that docker compose fills in from the file .env."""
    return {match[1] for match in _VARIABLE.finditer(compose_text())}


@cache
def compose() -> dict[str, Any]:
    """The file as docker compose sees it: secrets filled in, anchors merged."""
    filled = _VARIABLE.sub(lambda match: SECRETS.get(match[1], match[3] or ""), compose_text())
    found: dict[str, Any] = yaml.safe_load(filled)
    return found


def containers() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = compose()["services"]
    return found


def nginx_text() -> str:
    """The configuration without its comments."""
    lines = (DOCKER / "nginx.conf").read_text(encoding="utf-8").splitlines()
    return "\n".join(re.sub(r"(^|\s)#.*$", "", line) for line in lines)


def gateway_rows() -> list[tuple[re.Pattern[str], str]]:
    """Pattern of a path → upstream, in the order of the map."""
    table = re.search(r"map \$uri \$service \{(.*?)\n    \}", nginx_text(), re.DOTALL)
    assert table
    return [
        (re.compile(pattern), upstream)
        for pattern, upstream in re.findall(r"^\s*~(\S+)\s+([\w-]+:\d+);$", table[1], re.MULTILINE)
    ]


def upstream_of(path: str) -> str:
    """Where the gateway sends a path; empty when it answers 404 itself."""
    return next((upstream for pattern, upstream in gateway_rows() if pattern.search(path)), "")


def dockerfile() -> list[tuple[str, str]]:
    """Its instructions with their arguments; continued lines joined."""
    text = (DOCKER / "Dockerfile").read_text(encoding="utf-8")
    joined = re.sub(
        r"\\\n\s*", " ", "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    )
    return [(line.split()[0], line.split(None, 1)[1].strip()) for line in joined.splitlines() if line.strip()]
