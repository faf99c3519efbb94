"""The Hải Dương 2022 example as the engine sees it: files read, ballots counted, index computed; no assertion."""

import csv
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from parindex.kernel.text import match_key
from scoring_api.frameworks.domain.parsing import parse_framework
from scoring_api.frameworks.domain.values import check_value
from scoring_api.results.domain.engine import compute_index
from scoring_api.results.domain.inputs import AssessedUnit, LeafEntry, PreviousYear, TallyCell
from scoring_api.results.domain.outcome import IndexResult

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "hai-duong-2022"
LEVELS = {"department": "framework-departments.json", "district": "framework-districts.json"}
CITIZENS = "nguoi-dan-doanh-nghiep"
# (unit, questionnaire, group, question, marked option's number: 0 blank, −1 double)
Mark = tuple[str, str, str, str, int]


def load(name: str) -> Any:
    return json.loads((EXAMPLE / name).read_text(encoding="utf-8"))


def rows(name: str) -> list[dict[str, str]]:
    with (EXAMPLE / "ballots" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def unit_by_spelling() -> dict[str, str]:
    return {match_key(name): u["code"] for u in load("units.json") for name in (u["name"], *u["aliases"])}


def matrix_marks(questionnaire: str, level: str) -> Iterator[Mark]:
    questions = [q["code"] for q in definitions()[questionnaire]["questions"]]
    units = [unit["code"] for unit in load("units.json") if unit["level"] == level]
    places = [(unit, question) for unit in units for question in questions]
    for row in rows(f"{questionnaire}.csv"):
        for (unit, question), answer in zip(places, row["answers"].split(), strict=True):
            yield unit, questionnaire, row["group"], question, int(answer)


def citizen_marks(questionnaire: str) -> Iterator[Mark]:
    questions = [q["code"] for q in definitions()[questionnaire]["questions"]]
    spellings = unit_by_spelling()
    for row in rows(f"{questionnaire}.csv"):
        unit = row["unit"] if "unit" in row else spellings[match_key(row["Đơn vị"])]
        for question in questions:
            yield unit, questionnaire, CITIZENS, question, int(row[question])


def definitions() -> dict[str, Any]:
    return {item["code"]: item for item in load("questionnaires.json")}


def tally() -> list[TallyCell]:
    """Counts straight from the ballots, as a hand count would make them."""
    marks: Counter[Mark] = Counter()
    for found in (
        matrix_marks("to-chuc-so", "department"),
        matrix_marks("to-chuc-huyen", "district"),
        citizen_marks("sipas-so"),
        citizen_marks("sipas-huyen"),
    ):
        marks.update(found)
    known = definitions()
    cells: dict[tuple[str, str, str, str], Counter[int]] = {}
    for (*place, answer), count in marks.items():
        unit, questionnaire, group, question = place
        cells.setdefault((unit, questionnaire, group, question), Counter())[answer] += count
    return [cell_of(place, counts, known) for place, counts in cells.items()]


def cell_of(place: tuple[str, str, str, str], counts: Counter[int], known: Mapping[str, Any]) -> TallyCell:
    unit, questionnaire, group, question = place
    options = next(q["options"] for q in known[questionnaire]["questions"] if q["code"] == question)
    valid = {option["code"]: counts[number] for number, option in enumerate(options, 1)}
    return TallyCell(
        unit=unit,
        questionnaire=questionnaire,
        group=group,
        question=question,
        counts=valid,
        blank=counts[0],
        double=counts[-1],
        total=sum(valid.values()),
    )


def final_entries() -> dict[str, dict[str, LeafEntry]]:
    """What counts: the claim, over it the appraisal, over it the council."""
    decided = {(d["unit"], d["leaf"]): d for d in load("council.json")["decisions"]}
    appraised = load("appraisals.json")
    entries: dict[str, dict[str, LeafEntry]] = {}
    for unit, claims in load("self-assessments.json").items():
        entries[unit] = {}
        for key, claim in claims.items():
            act = decided.get((unit, key)) or appraised[unit].get(key) or claim
            entries[unit][key] = LeafEntry(
                value=act["value"], self_value=claim["value"], reason=act.get("reason", "")
            )
    return entries


def index_of(level: str, cells: list[TallyCell]) -> IndexResult:
    framework = parse_framework(load(LEVELS[level]))
    units = [
        AssessedUnit(code=u["code"], rank_group=level) for u in load("units.json") if u["level"] == level
    ]
    leaves = {leaf.key: leaf for leaf in framework.leaves}
    entries = {code: final for code, final in final_entries().items() if code in {u.code for u in units}}
    for final in entries.values():
        for key, entry in final.items():
            assert not check_value(leaves[key].rule, leaves[key].max_points, entry.value), key
    before = load("previous-year.json")
    previous = {
        unit.code: PreviousYear(
            rank=before["ranks"][unit.code],
            review_years=dict.fromkeys(before["reviews"].get(unit.code, []), 1),
        )
        for unit in units
    }
    return compute_index(framework, units, entries, cells, previous)
