"""docs/api/*.schema.json are the schemas in force, and they are schemas."""

import json

import pytest
from jsonschema import Draft202012Validator

from tests.architecture.descriptions import DOCUMENTS, FOLDER, render_schema


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_published_schema_is_the_one_in_force(name: str) -> None:
    published = (FOLDER / f"{name}.schema.json").read_text(encoding="utf-8")
    assert published == render_schema(name), "run: .venv/bin/python -m tests.architecture.descriptions"


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_schema_is_of_its_draft(name: str) -> None:
    Draft202012Validator.check_schema(json.loads(render_schema(name)))
