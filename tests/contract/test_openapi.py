"""docs/api/*.json is what the services serve: a change of the contract is seen in the review that makes it."""

import json

import pytest

from tests.architecture.apps import app_of
from tests.architecture.descriptions import FOLDER, render
from tests.architecture.tree import SERVICES


@pytest.mark.parametrize("service", SERVICES)
def test_the_published_description_is_the_one_in_force(service: str) -> None:
    published = json.loads((FOLDER / f"{service}.json").read_text(encoding="utf-8"))
    assert published == json.loads(render(service)), (
        "run: .venv/bin/python -m tests.architecture.descriptions"
    )


@pytest.mark.parametrize("service", SERVICES)
def test_every_operation_has_an_id_a_tag_and_its_right(service: str) -> None:
    for path, verbs in app_of(service).openapi()["paths"].items():
        for verb, operation in verbs.items():
            assert operation["operationId"], (path, verb)
            assert operation["tags"], (path, verb)
            assert operation["x-action"], (path, verb)


@pytest.mark.parametrize("service", SERVICES)
def test_operation_ids_are_unique(service: str) -> None:
    ids = [
        operation["operationId"]
        for verbs in app_of(service).openapi()["paths"].values()
        for operation in verbs.values()
    ]
    assert len(ids) == len(set(ids))
