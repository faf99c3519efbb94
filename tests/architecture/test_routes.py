"""Each route declares its row of the table of rights, speaks of itself in one line, and lives under its noun."""

from collections import Counter

import pytest

from parindex.auth.policy import POLICY, Action, Role
from parindex.http.routing import UnitOfWorkRoute
from tests.architecture.apps import all_routes, routes_of
from tests.architecture.rights import PAGE, render
from tests.architecture.tree import SERVICES

NOUNS = {
    "scoring": {
        "units",
        "frameworks",
        "periods",
        "editions",
        "plans",
        "changes",
        "tokens",
        "webhooks",
        "scoring-audit",
    },
    "survey": {"campaigns", "survey-audit"},
    "report": {"documents", "report-audit"},
}
# Routes that are not one transaction each, and why.
OTHER_UNITS_OF_WORK = {
    "survey POST /api/v1/campaigns/{code}/ballots": "the ballot writer commits many ballots at once",
    "survey POST /api/v1/campaigns/{code}/ballots/bulk": "the ballot writer commits many ballots at once",
    "survey POST /api/v1/campaigns/{code}/samples": "no transaction is open while the list is read",
    "survey POST /api/v1/campaigns/{code}/units": "no transaction is open while another service is asked",
    "report GET /api/v1/documents": "no transaction is open while another service is asked",
    "report GET /api/v1/documents/{document}/file": "no transaction is open while another service is asked",
}


@pytest.mark.parametrize("service", SERVICES)
def test_every_route_declares_its_action(service: str) -> None:
    silent = [str(route) for route in routes_of(service) if route.action not in set(Action)]
    assert not silent


@pytest.mark.parametrize("service", SERVICES)
def test_every_api_route_is_a_unit_of_work(service: str) -> None:
    loose = [
        str(route)
        for route in routes_of(service)
        if route.path.startswith(("/api/", "/internal/")) and not isinstance(route.route, UnitOfWorkRoute)
    ]
    assert set(loose) <= set(OTHER_UNITS_OF_WORK), loose


@pytest.mark.parametrize("service", SERVICES)
def test_routes_stand_under_their_services_nouns(service: str) -> None:
    found = {route.path.split("/")[3] for route in routes_of(service) if route.path.startswith("/api/v1/")}
    assert found <= NOUNS[service]
    strays = [
        str(route)
        for route in routes_of(service)
        if not route.path.startswith(("/api/v1/", "/internal/", "/livez", "/readyz", "/.well-known/"))
    ]
    assert not strays


@pytest.mark.parametrize("service", SERVICES)
def test_internal_routes_are_for_services_alone(service: str) -> None:
    for route in routes_of(service):
        assert route.path.startswith("/internal/") == (route.action == Action.INTERNAL_READ), str(route)


@pytest.mark.parametrize("service", SERVICES)
def test_every_route_says_what_it_does(service: str) -> None:
    """The docstring becomes the summary of the OpenAPI description."""
    silent = [str(route) for route in routes_of(service) if not route.route.description]
    assert not silent


def test_a_path_and_method_belong_to_one_route() -> None:
    doubles = [key for key, count in Counter(str(route) for route in all_routes()).items() if count > 1]
    assert not doubles


def test_every_action_is_given_to_somebody_and_used_by_a_route() -> None:
    assert set(POLICY) == set(Action)
    used = {route.action for route in all_routes()}
    assert {action.value for action in Action} <= used, {action.value for action in Action} - used


def test_the_administrator_has_no_power_over_scores() -> None:
    powers = {action for action, row in POLICY.items() if Role.ADMINISTRATOR in row}
    deciding = {
        Action.ASSESSMENT_SUBMIT,
        Action.ASSESSMENT_APPRAISE,
        Action.COUNCIL_DECIDE,
        Action.PERIOD_FINALIZE,
        Action.BALLOT_ENTER,
        Action.BATCH_SEAL,
        Action.TALLY_SEAL,
    }
    assert not powers & deciding


def test_the_printed_table_of_rights_is_the_one_in_force() -> None:
    assert PAGE.read_text(encoding="utf-8") == render(), "run: .venv/bin/python -m tests.architecture.rights"
