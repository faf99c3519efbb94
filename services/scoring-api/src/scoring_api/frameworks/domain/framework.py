"""The published criteria tree as immutable data, with its leaves in tree order; parsing stands elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from scoring_api.frameworks.domain.rules import Rule

Role = Literal["group", "area", "criterion", "sub_criterion"]
Source = Literal["documents", "statistics", "survey", "derived", "leader"]
Effect = Literal["points", "bonus", "penalty"]
MissingPolicy = Literal["zero", "exclude", "council"]
AbsencePolicy = Literal["exclude", "full", "zero", "fallback"]

ROLES: tuple[Role, ...] = ("group", "area", "criterion", "sub_criterion")
SOURCES: tuple[Source, ...] = ("documents", "statistics", "survey", "derived", "leader")
EFFECTS: tuple[Effect, ...] = ("points", "bonus", "penalty")
MISSING: tuple[MissingPolicy, ...] = ("zero", "exclude", "council")
ABSENCE: tuple[AbsencePolicy, ...] = ("exclude", "full", "zero", "fallback")


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalBasis:
    """A document something rests on («căn cứ»)."""

    number: str
    date: str
    issuer: str
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """A node that is scored («tiêu chí thành phần», or a criterion without parts).

    `key` is the path of codes; `effect` says whether its points stand inside the 100 or beside them.
    """

    key: str
    code: str
    name: str
    role: Role
    depth: int
    max_points: Decimal
    effect: Effect
    source: Source
    rule: Rule
    missing: MissingPolicy
    not_applicable: AbsencePolicy
    not_arising: AbsencePolicy
    evidence: str
    unattributed: bool

    @property
    def monitor(self) -> bool:
        """Shown, never scored («chỉ theo dõi»): maximum 0."""
        return self.max_points == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A node of the tree («nhóm, lĩnh vực, tiêu chí, tiêu chí thành phần»).

    Its leaves are `framework.leaves[first:stop]`. `percent_over` names the leaf sources its percent counts,
    empty for all; `rated` areas bear on the rating of the head.
    """

    key: str
    code: str
    name: str
    role: Role
    depth: int
    max_points: Decimal
    effect: Effect
    percent_over: tuple[Source, ...]
    rated: bool
    legal_basis: tuple[LegalBasis, ...]
    children: tuple["Node", ...]
    leaf: Leaf | None
    first: int
    stop: int


@dataclass(frozen=True, slots=True)
class Band:
    """A band of the index («nhóm điểm»), from its floor to the floor of the band above.

    `printed` is False where the decision left the range open and the framework closes it.
    """

    code: str
    name: str
    floor: Decimal
    printed: bool = True


@dataclass(frozen=True, slots=True)
class RatingClass:
    """A class of the head's rating («mức xếp loại»); None is no floor."""

    code: str
    name: str
    total_floor: Decimal | None
    area_floor: Decimal | None


@dataclass(frozen=True, slots=True)
class ReviewRule:
    """Areas whose percent under the threshold obliges to a review («phải tổ chức kiểm điểm»)."""

    areas: tuple[str, ...]
    threshold: Decimal
    basis: str
    consequence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Framework:
    """A criteria set («bộ tiêu chí») of one year and one level; bands and ratings stand best first.

    `valid_from` and `valid_to` are the first and the last year it is in force, None where it stays open.
    `tie_breaks` are keys of groups or areas whose percents part equal units, in this order.
    """

    code: str
    title: str
    year: int
    valid_from: int | None = None
    valid_to: int | None = None
    level: str
    form_prefix: str
    origin: Literal["issued", "reconstructed"]
    legal_basis: tuple[LegalBasis, ...]
    roots: tuple[Node, ...]
    nodes: Mapping[str, Node]  # every node in tree order
    leaves: tuple[Leaf, ...]  # in tree order
    bands: tuple[Band, ...]
    ratings: tuple[RatingClass, ...]
    rating_basis: tuple[LegalBasis, ...]
    review: ReviewRule | None
    tie_breaks: tuple[str, ...]
    cap_total: bool
