"""docs/requirements.md is held to the code: every test, route, file and command that it names exists."""

import ast
import re
from functools import cache
from typing import NamedTuple

import pytest

from tests.architecture.apps import all_routes
from tests.architecture.tree import ROOT

GROUPS = {
    "A": range(1, 25),
    "B": [*range(25, 32), 36, *range(39, 43)],
    "C": [*range(43, 52), *range(54, 58), *range(59, 64)],
    "D": range(64, 74),
    "E": range(74, 82),
    "F": range(82, 93),
    "G": range(93, 102),
    "H": [*range(102, 107)],
    "I": range(112, 123),
    "L": range(150, 169),
    "N": range(187, 193),
    "P": [*range(208, 210), 211],
    "Q": range(212, 220),
}
"""The numbers of the requirements that the page answers, by group."""
_ROW = re.compile(r"\| R-(\d{3}) \| (.+?) \| (.+) \|")
_ROUTE = re.compile(r"(GET|POST|PUT|PATCH|DELETE) (/api/v1/\S+)")


class Row(NamedTuple):
    """One requirement: its number, what is asked, what shows it."""

    number: int
    asked: str
    shown: str

    def __str__(self) -> str:
        return f"R-{self.number:03}"


def _groups() -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for line in (ROOT / "docs/requirements.md").read_text(encoding="utf-8").splitlines():
        if heading := re.match(r"## ([A-Q])\. ", line):
            rows = found.setdefault(heading[1], [])
        elif row := _ROW.fullmatch(line):
            rows.append(Row(int(row[1]), row[2], row[3]))
        else:
            assert not line.startswith("| R-"), f"a row that cannot be read: {line}"
    return found


ROWS = [row for rows in _groups().values() for row in rows]


@cache
def _named_in(path: str) -> frozenset[str]:
    """Functions and classes of a Python file."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, kinds))


@cache
def _routes() -> frozenset[tuple[str, str]]:
    return frozenset((route.method, route.path) for route in all_routes())


def _exists(named: str) -> bool:
    if route := _ROUTE.fullmatch(named):
        return (route[1], route[2]) in _routes()
    if target := re.fullmatch(r"make ([a-z-]+)", named):
        return bool(
            re.search(rf"^{target[1]}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
        )
    path, _, name = named.partition("::")
    return (ROOT / path).exists() and (not name or name in _named_in(path))


def test_every_requirement_of_a_filled_group_has_one_row() -> None:
    assert {group: [row.number for row in rows] for group, rows in _groups().items()} == {
        group: list(numbers) for group, numbers in GROUPS.items()
    }


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_what_a_row_names_exists(row: Row) -> None:
    named = re.findall(r"`([^`]+)`", row.shown)
    missing = [name for name in named if not _exists(name)]
    assert not missing
    assert named or row.shown.startswith("Decision: "), "neither shown nor decided"
