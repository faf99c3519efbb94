"""A report whose figures were rounded once from exact ones is right, whatever it prints of them and how finely."""

import os
from decimal import Decimal
from fractions import Fraction
from math import floor
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring_api.results.domain.detector.detecting import find_discrepancies
from scoring_api.results.domain.detector.report_reading import read_report

EXAMPLES = 5000 if os.environ.get("PARINDEX_DEEP") else 200
SEEDS = st.integers(0, 2**48)
Json = dict[str, Any]


def rounded(value: Fraction, places: int) -> str:
    """Half-up, away from zero, in whole numbers."""
    shown = floor(abs(value) * 10**places + Fraction(1, 2))
    return f"{Decimal(shown if value >= 0 else -shown).scaleb(-places):f}"


class Correct:
    """A random report: areas with parts, a total, a mean, a growth, and a ranking of units."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.figures: Json = {}
        self.relations: list[Json] = []

    def figure(self, value: Fraction, *, exact: bool = False) -> str:
        key = f"f{len(self.figures)}"
        places = 2 if exact else self.random.randrange(4)
        shown = rounded(value, places)
        self.figures[key] = {"place": key, "name": key, "value": shown, "exact": exact}
        return key

    def amount(self) -> Fraction:
        whole = self.random.choice((0, 1, 3, 7, 60, 997))
        return Fraction(self.random.randrange(whole + 1) * 2, self.random.choice((1, 2, 3, 8, 200)))

    def relate(self) -> None:
        parts = [self.amount() for _ in range(self.random.randrange(1, 5))]
        keys = [self.figure(part) for part in parts]
        self.relations += [
            {"kind": "sum", "parts": keys, "total": self.figure(sum(parts, Fraction()))},
            {"kind": "mean", "items": keys, "mean": self.figure(sum(parts, Fraction()) / len(parts))},
            {"kind": "same", "first": keys[0], "second": self.figure(parts[0])},
        ]
        whole = Fraction(self.random.randrange(1, 400), 4)
        part, percent = self.figure(parts[0]), self.figure(parts[0] / whole * 100)
        self.relations.append(
            {"kind": "percent", "part": part, "whole": self.figure(whole, exact=True), "percent": percent}
        )
        if parts[-1]:
            grown = (parts[0] - parts[-1]) / parts[-1] * 100
            growth = {"current": keys[0], "previous": keys[-1], "percent": self.figure(grown)}
            self.relations.append({"kind": "growth", **growth})

    def ranking(self) -> Json:
        exact = [Fraction(self.random.randrange(8900, 9001), 100) for _ in range(self.random.randrange(1, 9))]
        exact += [value + Fraction(self.random.randrange(-3, 4), 10**4) for value in exact[:3]]
        rows = []
        for number, value in enumerate(exact):
            rank, before = 1 + sum(other > value for other in exact), self.random.randrange(1, 12)
            row: Json = {"place": f"hàng {number}", "unit": f"u{number}", "rank": rank}
            row["percent"] = (
                rounded(value, self.random.randrange(1, 5)) if self.random.random() < 0.9 else None
            )
            if self.random.random() < 0.5:
                row |= {"points": rounded(value * 97 / 100, 3), "max_points": "97"}
            if self.random.random() < 0.5:
                row |= {"previous_rank": before, "change": before - rank}
            rows.append(row)
        self.random.shuffle(rows)
        return {"name": "xếp hạng", "rows": rows}

    def report(self, **terms: Any) -> Json:
        for _ in range(self.random.randrange(3)):
            self.relate()
        return {"figures": self.figures, "relations": self.relations, "rankings": [self.ranking()], **terms}


@settings(max_examples=EXAMPLES, deadline=None)
@given(SEEDS)
def test_figures_rounded_once_contradict_nothing(seed: int) -> None:
    found = find_discrepancies(read_report(Correct(seed).report()))
    assert [finding for finding in found if finding.grade == "contradiction"] == []
    assert find_discrepancies(read_report(Correct(seed).report(unrounded=True))) == []


def band(**terms: Any) -> Json:
    return {"place": "dòng 1", "name": "nhóm", **terms}


@pytest.mark.parametrize(
    "level",
    [
        {"units": ["a", "b"], "bands": [band(units=["a"]), band(units=["b"])]},
        {"bands": [band(lower="80", units=["a"], stated_count=1), band(upper="80", units=["b"])]},
        {"units": ["a", "b"], "bands": [band(lower="80", stated_count=2), band(upper="80", stated_count=0)]},
        {"units": ["a"], "rating_groups": [{"place": "dòng 2", "rule": "tot", "stated_count": 1}]},
    ],
    ids=["bands without bounds", "no list of units", "numbers of units alone", "numbers of heads alone"],
)
def test_what_a_report_does_not_print_contradicts_nothing(level: Json) -> None:
    assert find_discrepancies(read_report({"levels": [{"code": "so", "name": "Cấp sở", **level}]})) == []


def ranked(*rows: tuple[int, str], place: str = "") -> Json:
    listed = [
        {"place": place or f"hàng {number}", "unit": f"u{number}", "rank": rank, "percent": percent}
        for number, (rank, percent) in enumerate(rows)
    ]
    return {"rankings": [{"name": "xếp hạng", "rows": listed}]}


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([(1, "72.67"), (2, "72.674")], [("equal_percents_parted", "notice")]),
        ([(1, "72.67"), (2, "72.676")], [("ranks_out_of_order", "contradiction")]),
        ([(1, "72.67"), (1, "72.674")], []),
        ([(1, "72.67"), (1, "72.68")], [("equal_ranks_differ", "contradiction")]),
        ([(1, "90.0"), (2, "89.996"), (3, "89.99")], []),
        ([(1, "80"), (2, "79.6"), (3, "79.9")], [("ranks_out_of_order", "contradiction")]),
    ],
)
def test_ranks_are_held_to_what_the_printed_digits_can_stand_for(
    rows: list[tuple[int, str]], found: list[tuple[str, str]]
) -> None:
    findings = find_discrepancies(read_report(ranked(*rows)))
    assert [(finding.kind, finding.grade) for finding in findings] == found


def test_a_unit_ranked_twice_is_found_where_all_rows_have_one_place() -> None:
    report = ranked((1, "80"), (2, "70"), place="biểu 2")
    for row in report["rankings"][0]["rows"]:
        row["unit"] = "so-y-te"
    (finding,) = find_discrepancies(read_report(report))
    assert (finding.kind, finding.places) == ("listed_twice", ("biểu 2",))
