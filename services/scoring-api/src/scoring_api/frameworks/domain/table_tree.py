"""The criteria tree out of the rows of «Bộ tiêu chí»: which row stands under which, and what is wrong."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from parindex.kernel.points import total
from scoring_api.frameworks.domain import table
from scoring_api.frameworks.domain.framework import ROLES
from scoring_api.frameworks.domain.reading import figure_of
from scoring_api.frameworks.domain.table_cells import CellError, word_of
from scoring_api.frameworks.domain.table_places import Places
from scoring_api.frameworks.domain.table_rows import Row
from scoring_api.frameworks.domain.table_rules import read_rule

Json = dict[str, Any]
_TOTALS = {word_of(name) for name in (table.TOTAL, "Tổng", "Tổng điểm", "Tổng số")}
_OF_LEAVES = {"source", "rule", "evidence", "missing", "not_applicable", "not_arising", "unattributed"}
_ROMAN = set("IVXLC")


@dataclass(slots=True)
class _Open:
    """A node that may still get children."""

    node: Json
    pointer: str
    key: str
    rank: int


@dataclass(slots=True)
class Tree:
    """The tree while it is built: its roots, and every node by key."""

    places: Places
    roots: list[Json] = field(default_factory=list)
    nodes: dict[str, tuple[Json, str]] = field(default_factory=dict)
    path: list[_Open] = field(default_factory=list)


def read_tree(rows: Iterable[Row], places: Places) -> Tree:
    """Rows under each other by «Cấp», where it is empty by «Vai trò», without it by the look of the code."""
    tree, listed = Tree(places), list(rows)
    totals = [row for row in listed if _is_total(row)]
    nodes = [row for row in listed if not _is_total(row)]
    _complete_roles(nodes)
    for row in nodes:
        _add(tree, row)
    for row in totals:
        _check_total(tree, row)
    for node, pointer in tree.nodes.values():
        _check_parent(node, pointer, places)
    return tree


def _add(tree: Tree, row: Row) -> None:
    node = row.values
    rank = ROLES.index(node["role"])
    depth = _depth(tree, row, rank)
    del tree.path[depth - 1 :]
    above = tree.path[-1] if tree.path else None
    siblings = above.node.setdefault("children", []) if above else tree.roots
    pointer = f"{above.pointer}/children/{len(siblings)}" if above else f"/nodes/{len(siblings)}"
    key = f"{above.key}/{node.get('code', '')}" if above else node.get("code", "")
    tree.places.rows[pointer] = (table.TREE, row.number)
    _set_rule(tree.places, row, pointer)
    siblings.append(node)
    tree.path.append(_Open(node, pointer, key, rank))
    if key in tree.nodes:
        said = "mã ghi hai lần trong cùng một mục; nếu là mã như 1.10 thì định dạng ô là Văn bản rồi ghi lại"
        tree.places.fault(table.TREE, row.number, "STT", "duplicate_code", said)
    else:
        tree.nodes[key] = (node, pointer)


def _is_total(row: Row) -> bool:
    """«Tổng cộng» stands in one of the two columns; where they are merged, in the first."""
    said = [row.values[name] for name in ("code", "name") if name in row.values]
    return len(said) == 1 and word_of(said[0]) in _TOTALS


def _complete_roles(rows: list[Row]) -> None:
    """What has no «Vai trò» gets it from its code; without one it stands as deep as a neighbour."""
    for row in rows:
        if row.values.get("code"):
            row.values.setdefault("role", _role_of(row.values["code"]))
    for row, above, below in zip(rows, [None, *rows], [*rows[1:], None], strict=False):
        near = [
            ROLES.index(other.values["role"]) for other in (above, below) if other and "role" in other.values
        ]
        row.values.setdefault("role", ROLES[max(near, default=0)])


def _role_of(code: str) -> str:
    """I, II.: a group; 1, 1.: an area; 1.1: a criterion; 1.1.1: a part of one."""
    printed = code.rstrip(".")
    return ROLES[0] if set(printed) <= _ROMAN else ROLES[min(1 + printed.count("."), 3)]


def _depth(tree: Tree, row: Row, rank: int) -> int:
    deepest = len(tree.path) + 1
    given = row.values.pop("depth", None)
    if given is not None:
        if 1 <= given <= deepest:
            return int(given)
        tree.places.fault(table.TREE, row.number, "Cấp", "level_skipped", f"cấp phải từ 1 đến {deepest}")
        return deepest
    return 1 + next((i for i, above in enumerate(tree.path) if above.rank >= rank), len(tree.path))


def _set_rule(places: Places, row: Row, pointer: str) -> None:
    text, maximum = row.values.pop("rule_text", ""), row.values.get("max_points")
    if row.json:
        places.in_json.add(pointer)
    try:
        rule = read_rule(text, row.json, maximum)
    except CellError as error:
        column = table.RULE_JSON if error.code == "malformed_json" else table.RULE_TEXT
        if column == table.RULE_TEXT:
            places.in_json.discard(pointer)
        places.fault(table.TREE, row.number, column, error.code, error.detail)
        return
    if rule is not None:
        row.values["rule"] = rule


def _check_parent(node: Json, pointer: str, places: Places) -> None:
    """A node with parts is not scored itself."""
    if node.get("children"):
        for name in sorted(_OF_LEAVES & node.keys()):
            del node[name]
            title = {column.name: column.title for column in table.TREE_COLUMNS}.get(name, table.RULE_TEXT)
            said = "mục có mục con không chấm điểm trực tiếp: để trống ô này"
            places.fault(*places.rows[pointer], title, "only_leaves_are_scored", said)


def _check_total(tree: Tree, row: Row) -> None:
    """The line «Tổng cộng» is not kept, but it must be right."""
    inside = [node for node in tree.roots if node.get("effect", "points") == "points"]
    try:
        said, *maxima = (figure_of(node.get("max_points")) for node in (row.values, *inside))
    except ValueError:
        return  # no total, or a maximum the parser will name
    if said != total(maxima):
        detail = "dòng tổng không bằng tổng các mục gốc"
        tree.places.fault(table.TREE, row.number, "Điểm tối đa", "total_differs", detail)
