"""Every figure of the reference documents that the index computes comes out; of the rest it is told why not."""

import json
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from parindex.kernel.points import output
from tests.unit.scoring.golden_players import PLAYERS, Json

GOLDEN = Path(__file__).parents[2] / "golden"
CHECKS: list[Json] = json.loads((GOLDEN / "checks.json").read_text(encoding="utf-8"))["rows"]
EXAMPLES: list[Json] = json.loads((GOLDEN / "worked_examples.json").read_text(encoding="utf-8"))["rows"]
PLAYS = [(row["id"], row) for row in CHECKS if "computed_by" in row] + [
    (row["id"], play) for row in EXAMPLES for play in row.get("plays", ())
]
SIZES = {"HD": 91, "ST": 94, "ND": 55, "HN": 53, "XS": 5}
"""Checks of the four documents, and those across them."""


def said(found: Any, printed: str) -> str:
    """A figure as the document prints it: rounded once, to the decimals that stand there."""
    if isinstance(found, str):
        return found
    exponent = Decimal(printed).as_tuple().exponent
    assert isinstance(exponent, int)
    return f"{output(Decimal(found), max(0, -exponent)):f}"


def come_out(row: Json, wanted: Sequence[str] | str) -> list[str]:
    """What the player gives for each figure asked, at the precision wanted."""
    found = PLAYERS[row["computed_by"]](row["inputs"])
    asked = [row["ask"]] if isinstance(row["ask"], str) else row["ask"]
    figures: list[Any] = []
    for question in asked:
        name, _, place = question.partition("/")
        figure = found[name][int(place)] if place else found[name]
        figures += figure if isinstance(figure, list) else [figure]
    assert None not in figures
    texts = [wanted] if isinstance(wanted, str) else wanted
    return [said(figure, text) for figure, text in zip(figures, texts, strict=True)]


def listed(figures: Sequence[str] | str) -> list[str]:
    return [figures] if isinstance(figures, str) else list(figures)


@pytest.mark.parametrize(("name", "row"), PLAYS, ids=[f"{name}-{i}" for i, (name, _) in enumerate(PLAYS)])
def test_a_figure_comes_out_or_the_row_says_why_not(name: str, row: Json) -> None:
    expected = row.get("comes_out", row["printed"])
    assert come_out(row, expected) == listed(expected)
    if "comes_out" in row:
        assert listed(row["comes_out"]) != listed(row["printed"])
        assert row["why"]


def test_every_check_is_played_or_told_why_not_and_stands_once() -> None:
    wanted = [f"{family}-{number:02d}" for family, most in SIZES.items() for number in range(1, most + 1)]
    assert sorted(row["id"] for row in CHECKS) == sorted(wanted)
    for row in [*CHECKS, *EXAMPLES]:
        assert (("computed_by" in row) or ("plays" in row)) != bool(row.get("why_not")), row["id"]


def test_every_player_is_used_and_every_row_names_one() -> None:
    assert {row["computed_by"] for _, row in PLAYS} == set(PLAYERS)
    assert len(PLAYS) > 150
    assert len({row["id"] for row in EXAMPLES}) == len(EXAMPLES) == 41
