"""Small counts stay unknown to a reader of the public pack who reckons back from what it does tell."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from itertools import product
from typing import Any

from scoring_api.results.domain.bundle import Bundle, compute_bundle
from scoring_api.results.domain.bundle_parsing import parse_bundle
from scoring_api.results.domain.inputs import LeafEntry
from scoring_api.results.domain.withholding import withhold
from tests.unit.scoring.bundle_json import document

Counts = Mapping[tuple[str, str], Mapping[str, int]]
"""(group, question) → answers of «so-a»."""


def bundle(leaves: Mapping[str, list[str]], counts: Counts) -> Bundle:
    """The example with survey leaves over these questions, pooled over groups, and these counts of a unit."""
    data = document()
    area = data["sets"][0]["framework"]["nodes"][1]
    template = area["children"][0]
    area["children"] = [
        {
            **template,
            "code": code,
            "max_points": str(40 // len(leaves)),
            "rule": {
                "measure": {
                    "kind": "survey",
                    "questionnaires": ["to-chuc"],
                    "questions": [
                        {"code": question, "options": {"A": "100", "B": "0"}} for question in asked
                    ],
                },
                "scale": {"kind": "linear", "floor": "0", "full": "100"},
            },
        }
        for code, asked in leaves.items()
    ]
    data["tallies"] = [
        {
            "unit": "so-a",
            "questionnaire": "to-chuc",
            "group": group,
            "question": question,
            "counts": dict(row),
        }
        for (group, question), row in counts.items()
    ]
    return parse_bundle(data)


def hidden(whole: Bundle, minimum: int = 5) -> set[tuple[str, str]]:
    found = withhold(whole, compute_bundle(whole), minimum, "muối")
    return {(cell.group, cell.question) for cell in found.withheld_cells}


def test_a_small_cell_is_not_the_only_unknown_of_its_leaf() -> None:
    """Every composition of the three answers fits the published points together with some hidden neighbour."""
    counts = {
        ("dai-bieu", "c1"): {"A": 1, "B": 2},
        ("lanh-dao", "c1"): {"A": 10, "B": 10},
        ("nguoi-dan", "c1"): {"A": 300, "B": 12},
    }
    whole = bundle({"2.1": ["c1"]}, counts)
    assert hidden(whole) == {("dai-bieu", "c1"), ("lanh-dao", "c1")}
    public = withhold(whole, compute_bundle(whole), 5, "muối")
    share = public.withheld["so-a"]["2/2.1"].points / 40
    guesses = Counter(
        small
        for small, company in product(range(4), range(21))
        if abs(Decimal(small + company + 300) / 335 - share) < Decimal("1e-25")
    )
    assert set(guesses) == {0, 1, 2, 3}


def test_many_small_cells_of_one_group_need_company_of_another() -> None:
    """Four people stay four people, however many questions they answered."""
    counts: dict[tuple[str, str], dict[str, Any]] = {}
    for question in ("c1", "c2"):
        counts |= {("dai-bieu", question): {"A": 4}, ("lanh-dao", question): {"A": 9, "B": 1}}
        counts |= {("nguoi-dan", question): {"A": 90}}
    assert hidden(bundle({"2.1": ["c1", "c2"]}, counts)) == {
        (group, question) for group in ("dai-bieu", "lanh-dao") for question in ("c1", "c2")
    }


def test_a_question_of_one_group_gets_company_from_the_leaf() -> None:
    counts = {("nguoi-dan", "c1"): {"A": 4}, ("nguoi-dan", "c2"): {"A": 5}, ("nguoi-dan", "c3"): {"A": 6}}
    whole = bundle({"2.1": ["c1", "c2", "c3"]}, counts)
    assert hidden(whole) == {("nguoi-dan", "c1"), ("nguoi-dan", "c2")}


def test_company_kept_back_for_one_leaf_needs_company_in_the_next() -> None:
    """Else the second leaf would tell the company, and the company the small cell."""
    counts = {("g", "c1"): {"A": 4}, ("g", "c2"): {"A": 20}, ("g", "c3"): {"A": 30}, ("g", "c4"): {"A": 40}}
    whole = bundle({"2.1": ["c1", "c2"], "2.2": ["c2", "c3"], "2.3": ["c4"], "2.4": ["c4"]}, counts)
    assert hidden(whole) == {("g", "c1"), ("g", "c2"), ("g", "c3")}
    found = withhold(whole, compute_bundle(whole), 5, "muối")
    assert set(found.withheld["so-a"]) == {"2/2.1", "2/2.2"}


def test_nothing_is_kept_back_without_a_small_cell() -> None:
    whole = bundle({"2.1": ["c1"]}, {("g", "c1"): {"A": 5}, ("h", "c1"): {"B": 50}})
    assert not hidden(whole)
    assert withhold(whole, compute_bundle(whole), 5, "muối") == whole


def test_points_the_council_set_call_for_no_company() -> None:
    whole = bundle({"2.1": ["c1"]}, {("g", "c1"): {"A": 4}, ("h", "c1"): {"A": 50}})
    (part,) = whole.sets
    decided = LeafEntry(override=Decimal(12), reason="Hội đồng ấn định")
    entries = {**part.entries, "so-a": {**part.entries["so-a"], "2/2.1": decided}}
    settled = replace(whole, sets=(replace(part, entries=entries),))
    assert hidden(settled) == {("g", "c1")}
