"""The reconstructed province-level set of 2016: its sums, its marks, and Nam Định's 72,27 % out of the engine."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from parindex.kernel.canonical import digest
from parindex.kernel.documents import read_document
from parindex.kernel.points import output, total
from scoring_api.frameworks.domain.framework import Framework
from scoring_api.frameworks.domain.parsing import parse_framework
from scoring_api.frameworks.domain.schema import framework_schema
from scoring_api.frameworks.domain.scoring import LeafScore
from scoring_api.frameworks.domain.table_reading import read_definition_sheets
from scoring_api.frameworks.domain.table_writing import definition_sheets
from scoring_api.results.domain.bundle import compute_bundle
from scoring_api.results.domain.bundle_parsing import parse_bundle
from scoring_api.results.domain.outcome import UnitScore

FOLDER = Path(__file__).parents[3] / "examples" / "nam-dinh-2016"
# Biểu 1: what stood at full marks in 2016, by area; biểu 2 names no points of 2016.
KEPT = {
    "I/1": "6.5",
    "I/2": "6.5",
    "I/3": "7",
    "I/4": "6.5",
    "I/5": "6.5",
    "I/6": "3.5",
    "I/8": "2.5",
    "II/1": "1.5",
}
UNPLACED = "I/chua-ro"


def load(name: str) -> Any:
    return read_document((FOLDER / name).read_bytes())


@pytest.fixture(scope="module")
def framework() -> Framework:
    return parse_framework(load("framework-province.json"))


@pytest.fixture(scope="module")
def result() -> UnitScore:
    (index,) = compute_bundle(parse_bundle(load("bundle.json")))
    (unit,) = index.units.values()
    return unit.score


@pytest.fixture(scope="module")
def scores(framework: Framework, result: UnitScore) -> dict[str, LeafScore]:
    return {leaf.key: score for leaf, score in zip(framework.leaves, result.leaves, strict=True)}


def test_the_set_fits_the_schema_and_comes_back_from_its_workbook() -> None:
    definition = load("framework-province.json")
    Draft202012Validator(framework_schema()).validate(definition)
    back, faults = read_definition_sheets(definition_sheets(definition))
    assert (faults, digest(back)) == ((), digest(definition))


def test_the_bundle_holds_the_same_set() -> None:
    (only,) = load("bundle.json")["sets"]
    assert only["framework"] == load("framework-province.json")


def test_groups_and_known_points_are_those_of_the_plan(framework: Framework) -> None:
    assert [(node.key, node.max_points) for node in framework.roots] == [("I", 62), ("II", 38)]
    assert framework.origin == "reconstructed"
    (unplaced,) = (leaf for leaf in framework.leaves if leaf.unattributed)
    assert (unplaced.key, unplaced.max_points) == (UNPLACED, 13)
    areas = [node for node in framework.roots[0].children if node.role == "area"]
    assert len(areas) == 8
    assert total([area.max_points for area in areas]) == 49
    by_source = {"survey": Decimal(0), "own": Decimal(0)}
    for leaf in framework.leaves[framework.roots[1].first :]:
        by_source["survey" if leaf.key == "II/dieu-tra" else "own"] += leaf.max_points
    assert by_source == {"survey": Decimal("32.5"), "own": Decimal("5.5")}


def test_every_inference_is_marked(framework: Framework) -> None:
    """A rule with steps between nothing and everything is no fact of the plan, nor is a survey's method."""
    notes: dict[str, str] = {}

    def walk(nodes: list[Any], prefix: str) -> None:
        for node in nodes:
            notes[f"{prefix}{node['code']}"] = node.get("note", "")
            walk(node.get("children", []), f"{prefix}{node['code']}/")

    walk(load("framework-province.json")["nodes"], "")
    inferred = {key for key, note in notes.items() if "suy luận" in note.lower()}
    assert inferred >= {"I/1/1.2/1.2.2", "I/1/1.5", "I/6/6.2/6.2.3", "II/1/1.1", "II/8.3", "II/dieu-tra"}
    assert all(notes[leaf.key] for leaf in framework.leaves)
    assert not any(band.printed for band in framework.bands)


def test_nam_dinh_2016_comes_out_of_the_engine(result: UnitScore, scores: dict[str, LeafScore]) -> None:
    assert (result.points, result.applicable_max) == (Decimal("70.46"), Decimal("97.5"))
    assert result.percent is not None
    assert output(result.percent) == Decimal("72.27")
    assert result.band is not None
    assert result.band.code == "nhom-c"
    survey, sipas = scores["II/dieu-tra"], scores["II/8.3"]
    assert (survey.points, survey.max_points) == (Decimal("25.46"), Decimal("32.5"))
    assert (sipas.status, sipas.policy, sipas.max_points) == ("missing", "exclude", 0)
    own = [score for key, score in scores.items() if key not in {"II/dieu-tra", "II/8.3"}]
    assert total([score.points for score in own]) == 45
    assert total([score.max_points for score in own]) == 65


def test_what_the_plan_keeps_at_full_marks_is_full(scores: dict[str, LeafScore]) -> None:
    found = {
        area: total([score.points for key, score in scores.items() if key.startswith(f"{area}/")])
        for area in KEPT
    }
    assert found == {area: Decimal(points) for area, points in KEPT.items()}
    assert scores[UNPLACED].points == Decimal("4.5")


def test_self_scoring_far_from_the_appraisal_gives_nothing(scores: dict[str, LeafScore]) -> None:
    gap = scores["I/1/1.2/1.2.2"]
    assert gap.measure is not None
    assert gap.measure >= 10
    assert (gap.points, gap.max_points) == (0, 1)
