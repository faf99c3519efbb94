"""What one framework says differently from another, node by node; which of them counts stands elsewhere."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from parindex.kernel.canonical import decimal_text
from scoring_api.frameworks.domain.attribute_texts import case_texts, framework_texts, node_texts
from scoring_api.frameworks.domain.framework import Framework, Node
from scoring_api.frameworks.domain.pairing import paired
from scoring_api.frameworks.domain.rule_text import rule_text

PARTS = ("group", "area")


@dataclass(frozen=True, slots=True)
class Difference:
    """One attribute with its text before and after («nội dung sửa»); empty where there was or is none."""

    attribute: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class NodeChange:
    """One node that came, went, moved or says something else («mục thay đổi»).

    `key` is its place in the later set, `earlier_key` in the earlier one; a moved node may differ, too.
    """

    kind: Literal["added", "removed", "changed", "moved"]
    key: str
    earlier_key: str
    name: str
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class PartSum:
    """The maximum of a group or an area before and after («điểm tối đa của lĩnh vực»)."""

    key: str
    earlier_key: str
    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class FrameworkChanges:
    """The changes between two criteria sets («nội dung sửa đổi, bổ sung»)."""

    attributes: tuple[Difference, ...]
    nodes: tuple[NodeChange, ...]
    parts: tuple[PartSum, ...]


def changes(before: Framework, after: Framework) -> FrameworkChanges:
    """All changes in the order of the later tree; what was removed follows what stood before it."""
    continues = paired(list(before.nodes.values()), list(after.nodes.values()))
    return FrameworkChanges(
        attributes=tuple(_differences(framework_texts(before), framework_texts(after))),
        nodes=tuple(_node_changes(before, after, continues)),
        parts=tuple(_part_sums(before, after, continues)),
    )


def _differences(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Difference]:
    for name in dict.fromkeys((*before, *after)):
        old, new = before.get(name, ""), after.get(name, "")
        if old != new:
            yield Difference(name, old, new)


def _node_changes(before: Framework, after: Framework, continues: Mapping[str, str]) -> Iterator[NodeChange]:
    gone = _removed_after(before, continues)
    yield from gone.get("", ())
    for key, node in after.nodes.items():
        old = before.nodes.get(continues.get(key, ""))
        if old is None:
            yield NodeChange("added", key, "", node.name, ())
        else:
            found = tuple(_node_differences(old, node))
            if old.key != key or found:
                yield NodeChange("moved" if old.key != key else "changed", key, old.key, node.name, found)
            yield from gone.get(old.key, ())


def _removed_after(before: Framework, continues: Mapping[str, str]) -> dict[str, list[NodeChange]]:
    """Removed nodes under the key of the node before them that stayed."""
    kept, anchor = set(continues.values()), ""
    found: dict[str, list[NodeChange]] = {}
    for key, node in before.nodes.items():
        if key in kept:
            anchor = key
        else:
            found.setdefault(anchor, []).append(NodeChange("removed", "", key, node.name, ()))
    return found


def _node_differences(before: Node, after: Node) -> Iterator[Difference]:
    yield from _differences(node_texts(before), node_texts(after))
    if before.leaf is None or after.leaf is None or before.leaf.rule == after.leaf.rule:
        return  # what became a leaf or ceased to be one has said so
    old, new = before.leaf, after.leaf
    if (old.rule.measure, old.rule.scale) != (new.rule.measure, new.rule.scale):
        words = rule_text(old.rule, old.max_points), rule_text(new.rule, new.max_points)
        if words[0] == words[1]:  # such as the code of a level
            words = repr((old.rule.measure, old.rule.scale)), repr((new.rule.measure, new.rule.scale))
        yield Difference("rule", *words)
    yield from _differences({"cases": case_texts(old)}, {"cases": case_texts(new)})


def _part_sums(before: Framework, after: Framework, continues: Mapping[str, str]) -> Iterator[PartSum]:
    """Every group and area of both sets, those that went last."""
    kept = set(continues.values())
    for node in after.nodes.values():
        old = before.nodes.get(continues.get(node.key, ""))
        if node.role in PARTS:
            earlier = (old.key, decimal_text(old.max_points)) if old is not None else ("", "")
            yield PartSum(node.key, earlier[0], node.name, earlier[1], decimal_text(node.max_points))
    for node in before.nodes.values():
        if node.role in PARTS and node.key not in kept:
            yield PartSum("", node.key, node.name, decimal_text(node.max_points), "")
