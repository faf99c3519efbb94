"""One criterion across all units («một tiêu chí ở mọi đơn vị»): claim, points and appraisal side by side."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from parindex.kernel.errors import DomainError, Fault
from scoring_api.assessment.domain.acts import Act, LeafStand, self_scored
from scoring_api.assessment.domain.consistency import Judged
from scoring_api.assessment.domain.desk import Desk, points_of
from scoring_api.assessment.domain.submissions import value_text
from scoring_api.frameworks.domain.framework import Framework, Leaf


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One unit in the comparison («dòng so sánh»); `stand` is all of it that the reader may see."""

    desk: Desk
    claim: Act | None
    stand: LeafStand
    claimed: Decimal | None
    appraised: Decimal | None
    decided: Decimal | None


def leaf_to_compare(frameworks: Iterable[Framework], key: str, framework: str) -> tuple[Framework, Leaf]:
    """The leaf meant: two frameworks of a period may use one key for different criteria.

    Raises DomainError `criterion_unknown`, `invalid_request` where the framework has to be named.
    """
    found = [
        (known, leaf)
        for known in {row.code: row for row in frameworks}.values()
        if framework in {"", known.code}
        for leaf in known.leaves
        if leaf.key == key and self_scored(leaf)
    ]
    if not found:
        raise DomainError("criterion_unknown", {"key": key})
    if len(found) > 1:
        codes = ", ".join(known.code for known, _ in found)
        fault = Fault("/query/framework", "framework_missing", f"nêu bộ tiêu chí, một trong: {codes}")
        raise DomainError("invalid_request", {"count": 1}, (fault,))
    return found[0]


def compare(desks: Iterable[Desk], framework: Framework, leaf: Leaf) -> list[Compared]:
    """The units that the framework is for, in the order of their forms.

    A claim that is still being filled in concerns nobody else.
    """
    rows = []
    for desk in desks:
        if desk.framework.code == framework.code:
            stand = desk.stand(leaf.key)
            claim = desk.claims.get(leaf.key) if desk.step != "draft" else None
            rows.append(
                Compared(
                    desk=desk,
                    claim=claim,
                    stand=stand,
                    claimed=points_of(leaf, claim),
                    appraised=points_of(leaf, stand.appraised),
                    decided=points_of(leaf, stand.decided),
                )
            )
    return rows


def judged(desks: Iterable[Desk]) -> list[Judged]:
    """Every appraised claim of these units, leaf by leaf within a framework, units in the order of forms."""
    by_framework: dict[str, list[Desk]] = {}
    for desk in desks:
        by_framework.setdefault(desk.framework.code, []).append(desk)
    return [
        row
        for group in by_framework.values()
        for leaf in group[0].framework.leaves
        if self_scored(leaf)
        for row in _judged_leaf(group, leaf)
    ]


def _judged_leaf(desks: Sequence[Desk], leaf: Leaf) -> list[Judged]:
    rows = []
    for desk in desks:
        claim, given = desk.claims.get(leaf.key), desk.stand(leaf.key).appraised
        if claim is not None and given is not None:
            rows.append(
                Judged(
                    framework=desk.framework.code,
                    unit=desk.unit,
                    leaf=leaf.key,
                    appraiser=given.author,
                    claim=said_text(leaf, claim),
                    given=said_text(leaf, given),
                    claimed=points_of(leaf, claim),
                    appraised=points_of(leaf, given),
                )
            )
    return rows


def said_text(leaf: Leaf, act: Act | None) -> str:
    """What an act says of its leaf, in words that are equal for equal figures."""
    if act is None:
        return ""
    if act.not_applicable:
        return "không áp dụng"
    return value_text(leaf.rule, act.value or {})
