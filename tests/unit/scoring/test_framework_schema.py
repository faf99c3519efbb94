"""The published schema of a framework says what the parser says, as far as a schema can say it."""

import copy
import os
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from parindex.kernel.documents import read_document
from parindex.kernel.errors import DomainError
from scoring_api.frameworks.domain.parsing import parse_framework
from scoring_api.frameworks.domain.reading import Cursor
from scoring_api.frameworks.domain.schema import framework_schema
from tests.property.random_frameworks import framework_document
from tests.unit.scoring.framework_json import CLASSES, RATIO, Json, document, leaf

DEEP = bool(os.environ.get("PARINDEX_DEEP"))
SPOILED, RANDOM = (800, 200) if DEEP else (100, 40)

EXAMPLES = sorted((Path(__file__).parents[3] / "examples").glob("*/framework*.json"))
SCHEMA = framework_schema()
VALIDATOR = Draft202012Validator(SCHEMA)
# What a schema can say; the other faults are about sums, orders and references among parts.
STRUCTURAL = {
    "figure_too_small",
    "not_a_figure",
    "not_a_flag",
    "not_a_list",
    "not_a_text",
    "not_a_whole_number",
    "not_an_object",
    "unknown_attribute",
}
ODD: tuple[Any, ...] = (None, {}, [], "", "  ", "x" * 5000, -1, 7, True, "NaN", "-1", "1,5", ["a", "a"], [1])


def faults_of(definition: Json) -> set[str]:
    try:
        parse_framework(definition)
    except DomainError as error:
        return {fault.code for fault in error.faults}
    return set()


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_the_examples_fit(path: Path) -> None:
    VALIDATOR.validate(read_document(path.read_bytes()))


def test_random_frameworks_fit() -> None:
    for seed in range(RANDOM):
        VALIDATOR.validate(framework_document(Random(seed)))


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every container of a document with every key into it."""
    keys: Any = list(value) if isinstance(value, dict) else range(len(value))
    for key in keys:
        yield value, key
        if isinstance(value[key], dict | list):
            yield from places(value[key])


def spoil(definition: Json, rng: Random) -> str:
    """One random change; tells which."""
    container, key = rng.choice(list(places(definition)))
    fate = rng.random()
    if fate < 0.2 and isinstance(container, dict):
        container[f"{key}_"] = container[key]
        return f"{key}_"
    if fate < 0.4 and isinstance(container, dict):
        del container[key]
        return f"no {key}"
    container[key] = rng.choice(ODD)
    return f"{key} = {container[key]!r:.20}"


def whole_document() -> Json:
    """A definition that uses every attribute, every measure and every scale."""
    basis = [{"number": "1/QĐ", "date": "2022-12-15", "issuer": "UBND tỉnh", "subject": "s", "note": "n"}]
    line = {"kind": "linear", "floor": "50", "full": "90"}
    steps = [{"from": None, "points": "0", "label": "l"}, {"from": "-5", "points": "1"}]
    levels = [{"code": "co", "label": "Có", "points": "1"}, {"code": "khong", "points": "0"}]
    survey = {
        "kind": "survey",
        "questionnaires": ["p"],
        "questions": [{"code": "c1", "weight": "2", "options": {"A": "100", "K": None}}],
        "combine": "weighted_groups",
        "groups": [{"code": "g", "weight": "1"}],
        "minimum": 2,
    }
    sipas = {
        "kind": "sipas",
        "questionnaires": ["s"],
        "questions": ["q1"],
        "method": "share",
        "pooling": "mean_of_factors",
        "satisfied": ["B"],
        "scale_options": ["A", "B"],
        "factors": {"x": ["q1"]},
        "overall": "q1",
        "minimum": 1,
    }
    guards = [{"when": "a > 0", "expression": "a * 2", "label": "l"}, {"expression": "0"}]
    rules: list[Json] = [
        {"measure": {"kind": "choice"}, "scale": {"kind": "table", "levels": levels}, "note": "n"},
        {**RATIO, "cases": [{"value": {"numerator": "1", "denominator": "1"}, "points": "1", "note": "n"}]},
        {"measure": {"kind": "growth"}, "scale": {"kind": "table", "bands": steps}},
        {"measure": {"kind": "count"}, "scale": {"kind": "per_item", "points_each": "0.5"}},
        {"measure": {"kind": "count"}, "scale": {"kind": "deduct", "points_each": "0.5"}},
        {"measure": {"kind": "punctuality", "late_share": "0.5"}, "scale": line},
        {"measure": {"kind": "formula", "variables": ["a"], "guards": guards}, "scale": line},
        {"measure": survey, "scale": line},
        {"measure": sipas, "scale": line},
    ]
    terms = {"missing": "council", "not_applicable": "full", "not_arising": "zero", "evidence": "e"}
    sources = {"survey": "survey", "sipas": "survey"}
    sources = {"survey": "survey", "sipas": "survey"}
    kids = [
        leaf(
            str(i),
            "1",
            rule,
            source=sources.get(rule["measure"]["kind"], "documents"),
            **terms,
            effect="points",
            legal_basis=basis,
            note="n",
            children=[],
        )
        | {"source": sources.get(rule["measure"]["kind"], "documents")}
        for i, rule in enumerate(rules)
    ]
    rest = leaf("r", str(100 - len(kids)), unattributed=True, rated=False, percent_over=["survey"])
    area = {"code": "1", "role": "area", "name": "L", "max_points": "100", "children": [*kids, rest]}
    more = {"effect": "points", "legal_basis": basis, "note": "n", "rated": True, "percent_over": ["survey"]}
    return document(
        area | more,
        valid_from=2022,
        valid_to=2030,
        form_prefix="A",
        origin="reconstructed",
        legal_basis=basis,
        bands=[{"code": "a", "name": "a", "floor": "0", "printed": False, "note": "n"}],
        ratings={"legal_basis": basis, "classes": [row | {"note": "n"} for row in CLASSES], "note": "n"},
        review={"areas": ["1"], "threshold": "75", "basis": "b", "consequence": "c", "note": "n"},
        tie_breaks=["1"],
        cap_total=False,
        note="n",
    )


def test_what_the_parser_refuses_for_its_structure_the_schema_refuses_and_nothing_else() -> None:
    refused = passed = 0
    for seed in range(SPOILED):
        rng = Random(seed)
        definition = copy.deepcopy(whole_document())
        said = f"{seed}: {spoil(definition, rng)}"
        faults, fits = faults_of(definition), VALIDATOR.is_valid(definition)
        if faults and faults <= STRUCTURAL:
            refused += 1
            assert not fits, (said, faults)
        if not faults:
            passed += 1
            assert fits, (said, next(VALIDATOR.iter_errors(definition)).message)
    assert refused > SPOILED / 4
    assert passed > SPOILED / 8


def test_every_attribute_the_parser_knows_is_described_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    known: dict[str, set[str]] = {}
    honest = Cursor.known

    def watch(cursor: Cursor, names: Any) -> None:
        names = set(names)
        if cursor.pointer.rpartition("/")[2] != "":
            known[cursor.pointer] = names
        else:
            known[""] = names
        honest(cursor, names)

    monkeypatch.setattr(Cursor, "known", watch)
    definition = whole_document()
    parse_framework(definition)
    described = {}
    for pointer, schema in objects(definition, SCHEMA, ""):
        described[pointer] = set(schema["properties"])
    assert described == known
    used = {id(schema) for _, schema in objects(definition, SCHEMA, "")}
    assert not [part for part in closed_parts(SCHEMA) if id(part) not in used], "a part the test misses"


def closed_parts(schema: Any) -> Iterator[Json]:
    """The objects of the schema that take no attribute but theirs."""
    if isinstance(schema, dict):
        if schema.get("additionalProperties") is False:
            yield schema
        for part in schema.values():
            yield from closed_parts(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from closed_parts(part)


def objects(value: Any, schema: Json, pointer: str) -> Iterator[tuple[str, Json]]:
    """The closed objects of the schema that a valid document's parts fall under, with their places."""
    while "$ref" in schema:
        schema = SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]]
    if "oneOf" in schema:
        (schema,) = (part for part in schema["oneOf"] if VALIDATOR.evolve(schema=part).is_valid(value))
        yield from objects(value, schema, pointer)
    elif "if" in schema and "properties" not in schema:
        branch = "then" if VALIDATOR.evolve(schema=schema["if"]).is_valid(value) else "else"
        yield from objects(value, schema[branch], pointer)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from objects(item, schema["items"], f"{pointer}/{index}")
    elif schema.get("additionalProperties") is False:
        yield pointer, schema
        for name, item in value.items():
            yield from objects(item, schema["properties"][name], f"{pointer}/{name}")
