"""An explanation as immutable data; how it is put together stands in explaining."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class Contribution:
    """One part of a figure («phần đóng góp»); the parts add up to it exactly."""

    key: str
    label: str
    points: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Where the points of a node come from («diễn giải điểm»)."""

    key: str
    name: str
    points: Decimal
    max_points: Decimal
    status: str
    policy: str
    inputs: Mapping[str, Any]
    measure: Decimal | None
    line: str
    excess: bool
    reason: str
    contributions: tuple[Contribution, ...]
