"""The gateway sends each public route to the service that has it, and hides the rest."""

import json
import re
from fnmatch import fnmatch

import pytest

from parindex.auth.tokens import JWKS_PATH
from parindex.http.app import BODY_LIMIT
from parindex.http.catalogue import CATALOGUE
from tests.architecture.apps import all_routes, app_of
from tests.architecture.compose import containers, gateway_rows, nginx_text, upstream_of
from tests.architecture.test_routes import NOUNS
from tests.architecture.tree import SERVICES


def _sample(path: str) -> str:
    return re.sub(r"\{[^}]+\}", "x", path)


def test_every_public_route_reaches_its_service() -> None:
    public = [route for route in all_routes() if route.path.startswith("/api/v1/")]
    assert len(public) > 40
    astray = [
        str(route) for route in public if upstream_of(_sample(route.path)) != f"{route.service}-api:8000"
    ]
    assert not astray


def test_a_path_has_one_owner() -> None:
    for route in all_routes():
        owners = {upstream for pattern, upstream in gateway_rows() if pattern.search(_sample(route.path))}
        assert len(owners) <= 1, str(route)


@pytest.mark.parametrize("service", SERVICES)
def test_the_nouns_of_the_gateway_are_the_nouns_of_the_service(service: str) -> None:
    used = {
        route.path.split("/")[3]
        for route in all_routes()
        if route.service == service and route.path.startswith("/api/v1/")
    }
    assert {
        noun for noun in NOUNS[service] if upstream_of(f"/api/v1/{noun}") == f"{service}-api:8000"
    } == NOUNS[service]
    assert used == NOUNS[service], "a noun without a route"


@pytest.mark.parametrize("service", SERVICES)
def test_each_description_of_an_api_is_reachable(service: str) -> None:
    url = app_of(service).openapi_url
    assert url
    assert upstream_of(url) == f"{service}-api:8000"


def test_what_is_internal_stays_inside() -> None:
    hidden = [route for route in all_routes() if not route.path.startswith("/api/v1/")]
    exposed = {route.path for route in hidden if upstream_of(_sample(route.path))}
    assert exposed <= {JWKS_PATH}
    for path in (
        "/",
        "/internal/periods/2022/units",
        "/api/v1/",
        "/api/v1/unitsx",
        "/api/v2/units",
        "/readyz",
    ):
        assert not upstream_of(path), path


def test_the_key_that_verifies_results_is_public() -> None:
    assert upstream_of(JWKS_PATH) == "scoring-api:8000"


def test_upstreams_are_containers_and_their_ports() -> None:
    for _, upstream in gateway_rows():
        name, port = upstream.split(":")
        words = containers()[name]["command"]
        assert words[words.index("--port") + 1] == port


def test_the_gateway_takes_bodies_as_large_as_the_services_do() -> None:
    size = re.search(r"client_max_body_size (\d+)m;", nginx_text())
    assert size
    assert int(size[1]) * 1024 * 1024 == BODY_LIMIT


def test_the_gateways_own_refusals_are_problems_of_the_catalogue() -> None:
    bodies = re.findall(r"return (\d+) '(\{.*\})';", nginx_text())
    assert len(bodies) == 3
    for status, text in bodies:
        body = json.loads(text)
        problem = CATALOGUE[body["code"]]
        assert (body["title"], body["detail"]) == (problem.title, problem.detail)
        assert body["status"] == problem.status == int(status)
        assert body["type"] == f"/problems/{problem.code}"
    codes = {json.loads(text)["code"] for _, text in bodies}
    assert codes == set(re.findall(r"error_page [^;]+ /problem/(\w+);", nginx_text()))


def test_the_gateway_listens_where_its_port_leads() -> None:
    listens = re.search(r"listen (\d+);", nginx_text())
    assert listens
    assert containers()["gateway"]["ports"][0].endswith(f":{listens[1]}")
    assert f":{listens[1]}/livez" in str(containers()["gateway"]["healthcheck"]["test"])
    assert "location = /livez" in nginx_text()


def test_the_gateway_writes_only_where_it_may() -> None:
    writable = [mount.split(":")[0] for mount in containers()["gateway"]["tmpfs"]]
    pid = re.search(r"pid (\S+);", nginx_text())
    assert pid
    assert any(fnmatch(pid[1], f"{folder}/*") for folder in writable)
    assert "/var/cache/nginx" in writable


def test_braces_of_the_configuration_match() -> None:
    bare = re.sub(r"'[^']*'", "", nginx_text())
    assert bare.count("{") == bare.count("}")
