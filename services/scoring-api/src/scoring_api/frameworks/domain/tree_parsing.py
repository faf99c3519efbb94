"""Reading the criteria tree from JSON: bounded in depth and size, sums checked, every fault gathered."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import cast

from parindex.kernel.canonical import decimal_text
from parindex.kernel.points import total
from scoring_api.frameworks.domain.framework import (
    ABSENCE,
    EFFECTS,
    MISSING,
    ROLES,
    SOURCES,
    AbsencePolicy,
    Effect,
    Leaf,
    MissingPolicy,
    Node,
    Role,
    Source,
)
from scoring_api.frameworks.domain.legal_parsing import parse_legal_basis
from scoring_api.frameworks.domain.reading import Cursor
from scoring_api.frameworks.domain.rule_parsing import parse_rule, points_rule
from scoring_api.frameworks.domain.rules import Rule

NODE_LIMIT = 10_000
DEPTH_LIMIT = 12
_EVERY = {"code", "role", "name", "max_points", "effect", "legal_basis", "note"}
_INNER = _EVERY | {"children", "percent_over", "rated"}
_POLICIES = {"missing", "not_applicable", "not_arising"}
_SOURCE_OF = {"survey": "survey", "sipas": "survey", "self_gap": "derived", "points": "leader"}
"""Measures that come from one source alone: nobody but a leader gives points as such."""
_LEAF = _INNER | _POLICIES | {"source", "rule", "evidence", "unattributed"}


@dataclass(slots=True)
class Tree:
    """The tree while it is read: nodes and leaves in tree order."""

    nodes: dict[str, Node] = field(default_factory=dict)
    leaves: list[Leaf] = field(default_factory=list)
    seen: int = 0


@dataclass(frozen=True, slots=True)
class _Place:
    """What a node inherits from its parent."""

    prefix: str
    depth: int
    effect: str


def parse_tree(cursor: Cursor) -> tuple[tuple[Node, ...], Tree]:
    """The roots under `nodes`, and all nodes and leaves flat."""
    tree = Tree()
    roots = _children(cursor, "nodes", _Place("", 1, "points"), tree)
    _check_sum(cursor, "nodes", "nodes", roots, Decimal(100))
    return roots, tree


def _children(cursor: Cursor, name: str, place: _Place, tree: Tree) -> tuple[Node, ...]:
    if place.depth > DEPTH_LIMIT:
        cursor.fault(name, "too_deep", f"cây tiêu chí sâu quá {DEPTH_LIMIT} cấp")
        return ()
    found = []
    for row in cursor.rows(name, most=NODE_LIMIT, required=True):
        tree.seen += 1
        if tree.seen > NODE_LIMIT:
            row.fault("", "too_many_nodes", f"cây tiêu chí có quá {NODE_LIMIT} mục")
            break
        node = _node(row, place, tree)
        if node is not None:
            found.append(node)
    return tuple(found)


def _code(row: Cursor, place: _Place, tree: Tree) -> str:
    code = row.text("code", limit=40)
    if "/" in code:
        row.fault("code", "slash_in_code", "mã không được chứa dấu «/»")
    key = f"{place.prefix}{code}"
    if code and key in tree.nodes:
        row.fault("code", "duplicate_code", f"mã «{code}» ghi hai lần trong cùng một mục")
    return key


def _node(row: Cursor, place: _Place, tree: Tree) -> Node | None:
    """One node with all below it; None when it cannot stand in the tree."""
    inner = bool(row.data.get("children"))
    row.known(_INNER if inner else _LEAF)
    if not inner:
        row.rows("children", most=0)
    key = _code(row, place, tree)
    role, maximum = cast("Role", row.choice("role", ROLES)), row.figure("max_points")
    below = _Place(f"{key}/", place.depth + 1, _effect(row, place))
    tree.nodes.setdefault(key, cast("Node", None))  # holds the node's place in the order until it is known
    first = len(tree.leaves)
    children, leaf = _content(row, below, tree, role, maximum) if inner or maximum is not None else ((), None)
    if maximum is None:
        return None
    tree.nodes[key] = node = Node(
        key=key,
        code=key.removeprefix(place.prefix),
        name=leaf.name if leaf is not None else row.text("name"),
        role=role,
        depth=place.depth,
        max_points=maximum,
        effect=cast("Effect", below.effect),
        percent_over=_percent_over(row),
        rated=_rated(row, role),
        legal_basis=parse_legal_basis(row),
        children=children,
        leaf=leaf,
        first=first,
        stop=len(tree.leaves),
    )
    return node


def _effect(row: Cursor, place: _Place) -> str:
    effect = row.choice("effect", EFFECTS, place.effect)
    if effect == "points" != place.effect:
        said = "mục nằm trong điểm thưởng, điểm trừ không thể tính vào 100 điểm"
        row.fault("effect", "points_inside_extra", said)
    return effect


def _content(
    row: Cursor, below: _Place, tree: Tree, role: Role, maximum: Decimal | None
) -> tuple[tuple[Node, ...], Leaf | None]:
    """The children of a node, or the leaf it is; a bonus or penalty group is a cap and need not add up."""
    if row.data.get("children"):
        children = _children(row, "children", below, tree)
        if maximum is not None and below.effect == "points":
            _check_sum(row, "max_points", "children", children, maximum)
        return children, None
    leaf = _leaf(row, below, role, maximum or Decimal(0))
    tree.leaves.append(leaf)
    return (), leaf


def _percent_over(row: Cursor) -> tuple[Source, ...]:
    named = row.texts("percent_over", most=len(SOURCES))
    if not set(named) <= set(SOURCES):
        row.fault("percent_over", "unknown_choice", f"phải là một trong: {', '.join(SOURCES)}")
    return tuple(source for source in SOURCES if source in named)


def _rated(row: Cursor, role: Role) -> bool:
    rated = row.flag("rated", default=role == "area")
    if rated and role != "area":
        row.fault("rated", "only_areas_are_rated", "chỉ lĩnh vực mới dùng để xếp loại")
    return rated


def _leaf(row: Cursor, place: _Place, role: Role, maximum: Decimal) -> Leaf:
    source, key = cast("Source", row.choice("source", SOURCES)), place.prefix.removesuffix("/")
    return Leaf(
        key=key,
        code=key.rpartition("/")[2],
        name=row.text("name"),
        role=role,
        depth=place.depth - 1,
        max_points=maximum,
        effect=cast("Effect", place.effect),
        source=source,
        rule=_rule(row, source, maximum),
        missing=cast("MissingPolicy", row.choice("missing", MISSING, "zero")),
        not_applicable=cast("AbsencePolicy", row.choice("not_applicable", ABSENCE, "exclude")),
        not_arising=cast("AbsencePolicy", row.choice("not_arising", ABSENCE, "exclude")),
        evidence=row.text("evidence", required=False),
        unattributed=row.flag("unattributed", default=False),
    )


def _rule(row: Cursor, source: str, maximum: Decimal) -> Rule:
    """The leaf's rule; a leader's score and an unattributed remainder are points as given."""
    given = row.data.get("rule") is not None
    if not given and (source == "leader" or row.data.get("unattributed") is True):
        return points_rule(maximum)
    cursor = row.part("rule")
    rule = parse_rule(cursor, maximum) if cursor is not None else None
    if rule is None:
        return points_rule(maximum)
    due = _SOURCE_OF.get(rule.measure.kind, source)
    if source != due:
        said = f"cách đo «{rule.measure.kind}» chỉ dùng cho nguồn «{due}»"
        row.fault("source", "source_differs", said)
    return rule


def _check_sum(row: Cursor, name: str, listed: str, parts: tuple[Node, ...], whole: Decimal) -> None:
    """Maxima of the parts add up to the whole; said only when every part could be read."""
    added = total([part.max_points for part in parts if part.effect == "points"])
    if added != whole and parts and len(parts) == len(row.data[listed]):
        said = f"tổng điểm chuẩn các mục con là {decimal_text(added)}, phải là {decimal_text(whole)}"
        row.fault(name, "does_not_sum", said)
