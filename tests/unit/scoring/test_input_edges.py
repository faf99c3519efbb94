"""Small refusals at the edge of the domain: years of force, tallies, keyed objects, what a measure reads."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from parindex.kernel.errors import DomainError
from scoring_api.frameworks.domain.parsing import parse_framework
from scoring_api.frameworks.domain.reading import Cursor, Findings
from scoring_api.frameworks.domain.rules import Sipas
from scoring_api.results.domain.bundle import bundle_record
from scoring_api.results.domain.bundle_parsing import parse_bundle
from scoring_api.results.domain.inputs import TallyCell
from scoring_api.results.domain.keyed import keyed
from scoring_api.results.domain.tally_checking import require_counts
from scoring_api.results.domain.withholding import questions_of
from tests.unit.scoring import bundle_json
from tests.unit.scoring.framework_json import document, leaf

CELL = TallyCell(unit="a", questionnaire="p", group="g", question="c1", counts={"A": 9, "B": 1}, total=10)


def test_a_set_is_not_in_force_before_it_begins() -> None:
    with pytest.raises(DomainError) as refused:
        parse_framework(document(leaf("1", "100"), valid_from=2023, valid_to=2022))
    assert [(f.pointer, f.code) for f in refused.value.faults] == [("/valid_to", "validity_reversed")]


@pytest.mark.parametrize(
    ("cells", "faults"),
    [
        ([CELL, replace(CELL, question="c2")], []),
        ([replace(CELL, total=11)], [("/cells/0/total", "tally_total_differs")]),
        ([CELL, CELL], [("/cells/1", "cell_repeated")]),
        ([replace(CELL, blank=-1)], [("/cells/0/blank", "not_a_whole_number")]),
        (
            [CELL, replace(CELL, unit="b", counts={"A/~": -1, "B": 11})],
            [("/cells/1/counts/A~1~0", "not_a_whole_number")],
        ),
        ([replace(CELL, counts={}, total=10**10)], [("/cells/0/total", "tally_total_differs")]),
    ],
)
def test_a_tally_must_be_able_to_be_true(cells: list[TallyCell], faults: list[tuple[str, str]]) -> None:
    if not faults:
        require_counts(cells)
        return
    with pytest.raises(DomainError) as refused:
        require_counts(cells)
    assert refused.value.code == "tally_invalid"
    assert [(fault.pointer, fault.code) for fault in refused.value.faults] == faults


def test_the_faults_of_a_tally_are_bounded() -> None:
    cells = [replace(CELL, unit=str(number), total=0) for number in range(5000)]
    with pytest.raises(DomainError) as refused:
        require_counts(cells)
    assert len(refused.value.faults) == 1000


def test_what_is_no_object_under_a_key_is_a_fault_there() -> None:
    findings = Findings()
    assert list(keyed(Cursor({"I/3": 5, "I/4": []}, "/entries", findings))) == []
    assert list(keyed(Cursor({"entries": []}, "", findings), "entries")) == []
    assert [(fault.pointer, fault.code) for fault in findings.faults] == [
        ("/entries/I~13", "not_an_object"),
        ("/entries/I~14", "not_an_object"),
        ("/entries", "not_an_object"),
    ]


@pytest.mark.parametrize(
    ("pooling", "questions"),
    [
        ("pooled", ("q1", "q2", "q3")),
        ("mean_of_questions", ("q1", "q2", "q3")),
        ("mean_of_factors", ("q1", "q3")),
        ("overall_question", ("q9",)),
    ],
)
def test_a_satisfaction_index_reads_what_it_pools(pooling: Any, questions: tuple[str, ...]) -> None:
    measure = Sipas(
        questionnaires=("s",),
        questions=("q1", "q2", "q3"),
        method="share",
        pooling=pooling,
        satisfied=("4",),
        scale_options=("1", "4"),
        factors={"x": ("q1",), "y": ("q3",)},
        overall="q9",
        minimum=1,
    )
    assert questions_of(measure) == questions


def test_a_bundle_keeps_all_that_stands_for_a_leaf_and_all_of_last_year() -> None:
    data = bundle_json.document()
    part = data["sets"][0]
    unit = part["units"][0]["code"]
    entries = part["entries"][unit]
    key = next(key for key, entry in entries.items() if "value" in entry)
    entries[key] = {
        **entries[key],
        "override": "0.5",
        "self_value": entries[key]["value"],
        "reason": "Biên bản.",
    }
    part["previous"] = {unit: {"comparability": "partly", "percent": "81.25", "review_years": {}}}
    again = bundle_record(parse_bundle(data))["sets"][0]
    assert again["entries"][unit][key] == entries[key]
    assert Decimal(again["previous"][unit]["percent"]) == Decimal("81.25")
    assert "rank" not in again["previous"][unit]


def test_counts_that_are_no_object_are_a_fault() -> None:
    data = bundle_json.document()
    data["tallies"][0]["counts"] = []
    with pytest.raises(DomainError) as refused:
        parse_bundle(data)
    assert ("/tallies/0/counts", "not_an_object") in {(f.pointer, f.code) for f in refused.value.faults}
