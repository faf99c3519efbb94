"""Which node of a later framework continues which of an earlier one, as far as a program can see it."""

from collections.abc import Callable, Hashable, Iterable, Sequence

from scoring_api.frameworks.domain.framework import Node

Sign = Callable[[Node], Hashable | None]


def paired(before: Sequence[Node], after: Sequence[Node]) -> dict[str, str]:
    """Later key → earlier key, in the later one's order («mục nối tiếp»).

    Signs from the surest to the weakest: key and name; name and rule; name; key; rule and maximum. A sign
    pairs two nodes when each is the only one left on its side that bears it.
    """
    found: dict[str, str] = {}
    earlier, later = list(before), list(after)
    for sign in (_key_and_name, _name_and_rule, _name, _key, _rule):
        one, other = _alone(earlier, sign), _alone(later, sign)
        found |= {other[mark].key: one[mark].key for mark in other if mark in one}
        taken = set(found.values())
        earlier = [node for node in earlier if node.key not in taken]
        later = [node for node in later if node.key not in found]
    return {node.key: found[node.key] for node in after if node.key in found}


def _alone(nodes: Iterable[Node], sign: Sign) -> dict[Hashable, Node]:
    """Nodes by their sign, those left out whose sign is borne twice or not at all."""
    found: dict[Hashable, Node | None] = {}
    for node in nodes:
        mark = sign(node)
        if mark is not None:
            found[mark] = None if mark in found else node
    return {mark: node for mark, node in found.items() if node is not None}


def _key(node: Node) -> Hashable:
    return node.key


def _name(node: Node) -> Hashable:
    return node.role, " ".join(node.name.split()).casefold()


def _key_and_name(node: Node) -> Hashable:
    return node.key, _name(node)


def _rule(node: Node) -> Hashable | None:
    return (
        None if node.leaf is None else (repr((node.leaf.rule.measure, node.leaf.rule.scale)), node.max_points)
    )


def _name_and_rule(node: Node) -> Hashable | None:
    rule = _rule(node)
    return None if rule is None else (_name(node), rule)
