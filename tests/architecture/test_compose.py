"""docker-compose.yml cannot be run by the tests, so every line that the code can judge is held against the code."""

import ast
import os
import re
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import unquote, urlsplit

import pytest
import typer
from pydantic import AliasChoices
from typer.main import get_command

from parindex.cli import app as command_line
from parindex.kernel.clocks import REHEARSAL_VARIABLE
from parindex.service import installed_services, load_service
from parindex.settings import ServiceSettings
from tests.architecture.apps import routes_of
from tests.architecture.compose import DOCKER, SECRETS, asked_variables, compose, containers
from tests.architecture.tree import MEMBERS, ROOT, SERVICES

APIS = {f"{name}-api": name for name in SERVICES}
WORKERS = {f"{name}-worker": name for name in SERVICES}
OURS = APIS | WORKERS
SERVERS = {"postgres", "redis", "gateway"}


def _environment(container: str) -> dict[str, str]:
    return {name: str(value) for name, value in containers()[container].get("environment", {}).items()}


def _settings(container: str) -> ServiceSettings:
    """The settings of a container, read from its variables and from nothing else."""
    with patch.dict(os.environ, _environment(container), clear=True):
        return load_service(OURS[container]).settings()


def _read_variables(settings: type[ServiceSettings]) -> set[str]:
    prefix = settings.model_config["env_prefix"]
    found = set()
    for name, field in settings.model_fields.items():
        alias = field.validation_alias
        found |= (
            {str(choice) for choice in alias.choices}
            if isinstance(alias, AliasChoices)
            else {f"{prefix}{name}".upper()}
        )
    return found


def _parse(words: list[str]) -> Any:
    """A command line as typer understands it, not run. Raises a usage error for what the code does not know."""
    assert words[0] == "parindex"
    group = get_command(command_line)
    assert isinstance(group, typer.core.TyperGroup)
    context = group.make_context("parindex", [words[1]], resilient_parsing=True)
    command = group.get_command(context, words[1])
    assert command, f"no such command: {words[1]}"
    return command.make_context(words[1], words[2:])


def test_the_containers_are_the_processes_of_the_architecture() -> None:
    assert sorted(SERVICES) == installed_services()
    assert set(containers()) == set(OURS) | SERVERS | {"migrate"}


@pytest.mark.parametrize("container", OURS)
def test_a_container_runs_a_command_that_exists(container: str) -> None:
    words = containers()[container]["command"]
    parsed = _parse(words)
    assert words[1] == ("api" if container in APIS else "worker")
    assert parsed.params["service"] == OURS[container]


def test_the_migration_brings_every_installed_service_to_head() -> None:
    assert _parse(containers()["migrate"]["command"]).params["services"] in (None, [], ())
    variables = {"PARINDEX_DATABASE_URL", *(f"PARINDEX_{name.upper()}_DATABASE_URL" for name in SERVICES)}
    assert set(_environment("migrate")) == variables
    read = {
        ast.unparse(node.slice)
        for node in ast.walk(ast.parse((ROOT / "shared/src/parindex/cli.py").read_text(encoding="utf-8")))
        if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "os.environ"
    }
    assert read == {"'PARINDEX_DATABASE_URL'", "f'PARINDEX_{name.upper()}_DATABASE_URL'"}


@pytest.mark.parametrize("container", APIS)
def test_an_api_listens_where_others_look_for_it(container: str) -> None:
    parsed = _parse(containers()[container]["command"])
    assert parsed.params["host"] == "0.0.0.0"
    urls = {
        name: _environment(other)[f"PARINDEX_{APIS[container].upper()}_URL"]
        for name, other in zip(OURS, OURS, strict=True)
    }
    assert set(urls.values()) == {f"http://{container}:{parsed.params['port']}"}


@pytest.mark.parametrize("container", OURS)
def test_every_required_setting_is_given_and_every_given_one_is_read(container: str) -> None:
    settings = _settings(container)
    assert set(_environment(container)) <= _read_variables(type(settings))
    assert settings.environment == "production"
    assert REHEARSAL_VARIABLE not in _environment(container)


@pytest.mark.parametrize("container", OURS)
def test_a_container_knows_its_own_secrets_only(container: str) -> None:
    text = str(containers()[container])
    service = OURS[container].upper()
    own = {f"{service}_DB_PASSWORD", f"{service}_SIGNING_KEY", "REDIS_PASSWORD"}
    own |= {"SURVEY_PERSONAL_KEY"} & {f"{service}_PERSONAL_KEY"}
    assert all(value not in text for name, value in SECRETS.items() if name not in own)
    assert all(SECRETS[name] in text for name in own)


@pytest.mark.parametrize("container", OURS)
def test_urls_lead_to_the_servers_beside(container: str) -> None:
    settings = _settings(container)
    database, redis = urlsplit(settings.database_url), urlsplit(settings.redis_url)
    postgres = containers()["postgres"]
    assert database.scheme == "postgresql+asyncpg"
    assert database.username == f"{OURS[container]}_app"
    assert database.hostname in containers()
    assert database.path == "/" + postgres["environment"]["POSTGRES_DB"]
    assert (
        settings.database_url == _environment("migrate")[f"PARINDEX_{OURS[container].upper()}_DATABASE_URL"]
    )
    assert redis.hostname in containers()
    assert unquote(redis.password or "") in containers()["redis"]["command"]


def test_the_administrator_is_known_to_the_migration_and_to_postgres_alone() -> None:
    holders = {name for name, spec in containers().items() if SECRETS["POSTGRES_PASSWORD"] in str(spec)}
    assert holders == {"migrate", "postgres"}
    admin = urlsplit(_environment("migrate")["PARINDEX_DATABASE_URL"])
    assert admin.path == "/" + containers()["postgres"]["environment"]["POSTGRES_DB"]


@pytest.mark.parametrize("container", APIS)
def test_an_api_is_healthy_when_its_ready_route_answers(container: str) -> None:
    test = containers()[container]["healthcheck"]["test"]
    assert test[:3] == ["CMD", "python", "-c"]
    compile(test[3], "healthcheck", "exec")
    url = urlsplit(re.findall(r"'(http[^']+)'", test[3])[0])
    assert url.path in {route.path for route in routes_of(APIS[container])}
    assert url.port == _parse(containers()[container]["command"]).params["port"]


@pytest.mark.parametrize("container", WORKERS)
def test_a_worker_is_healthy_when_it_says_so_itself(container: str) -> None:
    test = containers()[container]["healthcheck"]["test"]
    parsed = _parse(test[1:])
    assert parsed.params == {"service": WORKERS[container], "check": True}


def test_the_servers_are_asked_by_their_own_tools() -> None:
    assert "pg_isready" in containers()["postgres"]["healthcheck"]["test"]
    assert "redis-cli ping" in str(containers()["redis"]["healthcheck"]["test"])


def test_everything_that_lives_is_watched_and_started_again() -> None:
    for name, spec in containers().items():
        if name == "migrate":
            assert spec["restart"] == "on-failure"
        else:
            assert spec["restart"] == "always", name
            assert spec["healthcheck"]["test"], name


@pytest.mark.parametrize("container", OURS)
def test_a_service_waits_for_its_schema_and_its_servers(container: str) -> None:
    waits = {name: how["condition"] for name, how in containers()[container]["depends_on"].items()}
    assert waits == {
        "migrate": "service_completed_successfully",
        "postgres": "service_healthy",
        "redis": "service_healthy",
    }


def test_data_lives_in_named_volumes_that_somebody_mounts() -> None:
    mounted = {
        mount.split(":")[0]: mount.split(":")[1]
        for spec in containers().values()
        for mount in spec.get("volumes", [])
        if not mount.startswith(".")
    }
    assert set(mounted) == set(compose()["volumes"])
    assert (
        mounted["postgres"] == "/var/lib/postgresql"
    )  # from 18 on, the image keeps a folder a version in it
    assert mounted["redis"] == "/data"
    for container in ("scoring-api", "scoring-worker"):
        assert Path(mounted["evidence"]) == _settings(container).evidence_dir
        assert any(mount.startswith("evidence:") for mount in containers()[container]["volumes"])


def test_mounted_files_exist() -> None:
    for spec in containers().values():
        for mount in spec.get("volumes", []):
            assert not mount.startswith(".") or (ROOT / mount.split(":")[0]).is_file()


def test_redis_keeps_its_queue_on_disk_and_never_drops_a_key() -> None:
    words = containers()["redis"]["command"]
    assert words[words.index("--appendonly") + 1] == "yes"
    assert words[words.index("--maxmemory-policy") + 1] == "noeviction"


def test_only_the_gateway_has_a_port_outside() -> None:
    assert [name for name, spec in containers().items() if spec.get("ports")] == ["gateway"]
    assert [name for name, spec in containers().items() if "outside" in spec["networks"]] == ["gateway"]
    assert [name for name, spec in containers().items() if "sending" in spec["networks"]] == [
        "scoring-worker"
    ]
    assert compose()["networks"]["inside"] == {"internal": True}


@pytest.mark.parametrize("container", [*OURS, "migrate", "gateway"])
def test_our_processes_can_do_little_harm(container: str) -> None:
    spec = containers()[container]
    assert spec["read_only"] is True
    assert spec["cap_drop"] == ["ALL"]
    assert spec["security_opt"] == ["no-new-privileges:true"]


def test_images_are_plain_names_with_a_version() -> None:
    for name, spec in containers().items():
        pattern = r"[a-z]+:\d[\w.-]*" if "build" not in spec else r"parindex/[a-z-]+"
        assert re.fullmatch(pattern, spec["image"]), name
    folders = {spec["build"]["args"]["SERVICE"] for name, spec in containers().items() if name in OURS}
    assert folders == {MEMBERS[package].name for package in SERVICES.values()}


def test_the_example_of_secrets_names_what_is_asked_for() -> None:
    lines = (DOCKER / "env.example").read_text(encoding="utf-8").splitlines()
    named = {line.lstrip("# ").split("=")[0] for line in lines if re.match(r"(# )?[A-Z_]+=", line)}
    assert named == asked_variables()
    assert all(line.endswith("=") for line in lines if re.match(r"[A-Z_]+=", line)), (
        "an example holds no secret"
    )
