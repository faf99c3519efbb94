"""docs/api/*.json is what the services serve, and an integrator can work from it: bodies, refusals, rights."""

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from parindex.auth.policy import POLICY, Action, Role
from parindex.contracts.loading import load_snapshot
from parindex.contracts.snapshots import ResultSnapshot
from parindex.http.catalogue import CATALOGUE
from parindex.http.description import Problem
from parindex.http.problems import MEDIA_TYPE, ProblemReply
from parindex.kernel.canonical import digest_bytes
from parindex.kernel.errors import DomainError, Fault
from scoring_api.assessment.domain.acts import Entry
from scoring_api.assessment.domain.claims import check_claims
from scoring_api.frameworks.domain import parsing
from scoring_api.publication.domain import ComputedUnit, compare_with_print
from scoring_api.publication.use_cases.index_table import index_table
from scoring_api.results.domain.detector.report import Discrepancy
from scoring_api.results.domain.detector.report_reading import KNOWN, read_report
from scoring_api.results.domain.hypothesis import read_hypothesis
from survey_ingest.ballots.http import BallotBody, BulkBody
from survey_ingest.campaigns.domain.questionnaire import read_questionnaire
from survey_ingest.campaigns.domain.questionnaire_rules import check_questionnaires
from survey_ingest.campaigns.http.bodies import CampaignBody
from tests.architecture.apps import app_of, routes_of
from tests.architecture.descriptions import FOLDER, render
from tests.architecture.tree import SERVICES
from tests.support.scoring_story import load

GOLDEN = Path(__file__).parent / "golden"
FRAMEWORKS = ("scoring", "POST", "/api/v1/frameworks")
PRINTED = ("scoring", "POST", "/api/v1/editions/{period}/{number}/comparison")
BALLOTS = "/api/v1/campaigns/{code}/ballots"
READ_BY_HAND: dict[tuple[str, str, str], Any] = {
    FRAMEWORKS: parsing.parse_framework,
    ("scoring", "POST", "/api/v1/frameworks/validate"): parsing.parse_framework,
    ("scoring", "PUT", "/api/v1/frameworks/{code}/versions/{version}"): parsing.parse_framework,
    ("scoring", "POST", "/api/v1/periods/{code}/what-if"): read_hypothesis,
    PRINTED: read_report,
    ("survey", "POST", BALLOTS): BallotBody.model_validate,
    ("survey", "POST", f"{BALLOTS}/bulk"): BulkBody.model_validate,
}


def _operations(service: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, verbs in app_of(service).openapi()["paths"].items():
        for verb, operation in verbs.items():
            yield verb.upper(), path, operation


def _resolved(service: str, schema: dict[str, Any]) -> dict[str, Any]:
    """A schema with what its reference says; what stands beside the reference wins."""
    name = schema.get("$ref", "").rpartition("/")[2]
    found: dict[str, Any] = app_of(service).openapi()["components"]["schemas"][name] if name else {}
    return {**found, **schema}


def _bodies(media_type: str) -> list[tuple[str, str, str]]:
    return [
        (service, verb, path)
        for service in SERVICES
        for verb, path, operation in _operations(service)
        if media_type in operation.get("requestBody", {}).get("content", {})
    ]


def _operation(service: str, verb: str, path: str) -> dict[str, Any]:
    found: dict[str, Any] = app_of(service).openapi()["paths"][path][verb.lower()]
    return found


def _examples(service: str, verb: str, path: str) -> list[Any]:
    content = _operation(service, verb, path)["requestBody"]["content"]["application/json"]
    schema = _resolved(service, content["schema"])
    return [content["example"]] if "example" in content else schema.get("examples", [])


def _model(service: str, verb: str, path: str) -> TypeAdapter[Any]:
    """What the route itself validates its body with."""
    route = next(r.route for r in routes_of(service) if (r.method, r.path) == (verb, path))
    (parameter,) = route.dependant.body_params
    return TypeAdapter(parameter.field_info.annotation)


@pytest.mark.parametrize("service", SERVICES)
def test_the_published_description_is_the_one_in_force(service: str) -> None:
    published = json.loads((FOLDER / f"{service}.json").read_text(encoding="utf-8"))
    assert published == json.loads(render(service)), (
        "run: .venv/bin/python -m tests.architecture.descriptions"
    )


@pytest.mark.parametrize("service", SERVICES)
def test_every_operation_has_an_id_a_tag_and_its_right(service: str) -> None:
    for verb, path, operation in _operations(service):
        assert operation["operationId"], (path, verb)
        assert operation["tags"], (path, verb)
        assert operation["x-action"], (path, verb)


@pytest.mark.parametrize("service", SERVICES)
def test_operation_ids_are_unique(service: str) -> None:
    ids = [operation["operationId"] for _, _, operation in _operations(service)]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("service", SERVICES)
def test_every_reference_leads_to_a_component(service: str) -> None:
    def walk(node: Any) -> Iterator[str]:
        if isinstance(node, dict):
            if isinstance(node.get("$ref"), str):
                yield node["$ref"]
            for below in node.values():
                yield from walk(below)
        elif isinstance(node, list):
            for below in node:
                yield from walk(below)

    description = app_of(service).openapi()
    for reference in set(walk(description)):
        found = description
        for part in reference.removeprefix("#/").split("/"):
            found = found[part]


def test_bodies_that_are_read_by_hand_are_described() -> None:
    assert set(READ_BY_HAND) <= set(_bodies("application/json"))


@pytest.mark.parametrize("body", _bodies("application/json"), ids=" ".join)
def test_every_json_body_has_an_example_that_its_route_takes(body: tuple[str, str, str]) -> None:
    examples = _examples(*body)
    assert examples
    for example in examples:
        if body in READ_BY_HAND:
            READ_BY_HAND[body](example)
        else:
            _model(*body).validate_json(json.dumps(example))


@pytest.mark.parametrize("body", _bodies("application/json"), ids=" ".join)
def test_an_example_shows_every_required_field(body: tuple[str, str, str]) -> None:
    content = _operation(*body)["requestBody"]["content"]["application/json"]
    schema = _resolved(body[0], content["schema"])
    for example in _examples(*body):
        assert set(schema.get("required", ())) <= set(example) <= set(schema["properties"])


@pytest.mark.parametrize("body", _bodies("multipart/form-data"), ids=" ".join)
def test_every_field_of_a_form_has_an_example_and_a_file_its_kind(body: tuple[str, str, str]) -> None:
    schema = _operation(*body)["requestBody"]["content"]["multipart/form-data"]["schema"]
    for name, field in _resolved(body[0], schema)["properties"].items():
        if "contentMediaType" in field:
            assert field["description"], name
        else:
            (example,) = field["examples"]
            accepted = field.get("enum", [example])
            assert example in accepted, name


def test_a_body_refuses_what_its_model_does_not_know() -> None:
    """An example in the configuration must not replace `extra="forbid"` of the base."""
    for body in set(_bodies("application/json")) - set(READ_BY_HAND):
        with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
            _model(*body).validate_python({**_examples(*body)[0], "nonsense": 1})


def test_the_schema_of_a_framework_is_what_the_parser_takes() -> None:
    content = _operation(*FRAMEWORKS)["requestBody"]["content"]["application/json"]
    schema, example = _resolved("scoring", content["schema"]), content["example"]
    assert set(schema["properties"]) == parsing._KNOWN
    for name in schema["required"]:
        with pytest.raises(DomainError, match="framework_invalid"):
            parsing.parse_framework({key: value for key, value in example.items() if key != name})
    optional = set(example) - set(schema["required"]) - {"tie_breaks", "review"}
    parsing.parse_framework({key: value for key, value in example.items() if key not in optional})


def test_the_schema_of_a_printed_report_is_what_the_reader_takes() -> None:
    content = _operation(*PRINTED)["requestBody"]["content"]["application/json"]
    assert set(content["schema"]["properties"]) == set(KNOWN)


def test_the_campaign_of_the_example_has_sound_questionnaires() -> None:
    (example,) = _examples("survey", "POST", "/api/v1/campaigns")
    sent = CampaignBody.model_validate(example).model_dump()
    check_questionnaires([read_questionnaire(item) for item in sent["questionnaires"]])


def test_the_claims_of_the_example_fit_the_framework_of_2022() -> None:
    (example,) = _examples("scoring", "PUT", "/api/v1/periods/{code}/assessments/{unit}/claims")
    framework = parsing.parse_framework(load("framework-departments.json"))
    files = frozenset(file for claim in example["claims"] for file in claim.get("evidence", ()))
    entries = [
        Entry(
            pointer=f"/claims/{index}",
            leaf=claim["leaf"],
            value=claim["value"],
            narrative=claim.get("narrative", ""),
            evidence=tuple(claim.get("evidence", ())),
        )
        for index, claim in enumerate(example["claims"])
    ]
    check_claims(framework, entries, files)


def test_the_printed_report_of_the_example_contradicts_the_edition_as_its_reply_says() -> None:
    (example,) = _examples(*PRINTED)
    report = read_report(example)
    kim_thanh = ComputedUnit(
        "ubnd-huyen-kim-thanh", "UBND huyện Kim Thành", Decimal("91.16"), "hoan-thanh-xuat-sac"
    )
    others = (
        ComputedUnit(f"ubnd-huyen-{code}", "", Decimal(percent), "hoan-thanh")
        for code, percent in (("tu-ky", "85.2"), ("thanh-ha", "78.4"))
    )
    compared = compare_with_print(report, [kim_thanh, *others])
    found = TypeAdapter(list[Discrepancy]).dump_python(compared, mode="json")
    reply = _operation(*PRINTED)["responses"]["200"]["content"]["application/json"]
    assert [finding for finding in found if finding["grade"] == "contradiction"] == reply["example"]


def test_the_index_of_the_example_has_the_fields_of_a_real_one() -> None:
    content = (GOLDEN / "result.json").read_bytes()
    digest = digest_bytes(content)
    real = index_table(load_snapshot(ResultSnapshot, content, digest), digest)
    reply = _operation("scoring", "GET", "/api/v1/editions/{period}/latest")["responses"]["200"]
    shown = reply["content"]["application/json"]["example"]
    assert list(shown) == list(real)
    assert list(shown["frameworks"][0]) == list(real["frameworks"][0])
    assert list(shown["units"][0]) == list(real["units"][0])
    for part in ("reviews", "areas"):
        assert list(shown["units"][0][part][0]) == list(real["units"][0][part][0])


@pytest.mark.parametrize("service", SERVICES)
def test_every_operation_refuses_with_the_one_problem(service: str) -> None:
    description = app_of(service).openapi()
    assert "HTTPValidationError" not in json.dumps(description)
    for verb, path, operation in _operations(service):
        assert operation["responses"]["default"]["$ref"] == "#/components/responses/Problem", (verb, path)
        assert "422" not in operation["responses"], (verb, path)
    schema = description["components"]["responses"]["Problem"]["content"][MEDIA_TYPE]["schema"]
    (example,) = _resolved(service, schema)["examples"]
    shown = Problem.model_validate(example)
    assert CATALOGUE[shown.code].status == shown.status


def test_the_problem_is_described_as_it_is_sent() -> None:
    bare = ProblemReply(CATALOGUE["token_required"], {}).body("vi")
    whole = ProblemReply(CATALOGUE["invalid_request"], {"count": 1}, (Fault("/a", "b", "c", "F001"),)).body(
        "vi"
    )
    fields = Problem.model_fields
    assert set(bare) == {name for name, field in fields.items() if field.is_required()}
    assert set(whole) == set(fields)
    assert Problem.model_validate(whole).model_dump() == whole


@pytest.mark.parametrize("service", SERVICES)
def test_security_is_the_table_of_rights(service: str) -> None:
    description = app_of(service).openapi()
    (scheme,) = description["components"]["securitySchemes"].items()
    assert (scheme[1]["type"], scheme[1]["scheme"], scheme[1]["bearerFormat"]) == ("http", "bearer", "JWT")
    asked = {scheme[0]: []}
    for verb, path, operation in _operations(service):
        holders = set(POLICY[Action(operation["x-action"])])
        if holders == {Role.PUBLIC}:
            assert operation["security"] == [], (verb, path)
        elif Role.PUBLIC in holders:
            assert operation["security"] == [{}, asked], (verb, path)
        else:
            assert operation["security"] == [asked], (verb, path)
