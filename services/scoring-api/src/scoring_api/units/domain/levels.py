"""Levels of government and kinds of units as the law has them at a time; units are not told here."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from parindex.kernel.errors import Fault
from scoring_api.units.domain.spans import day_text, last_of
from scoring_api.units.domain.unit import Unit


@dataclass(frozen=True, slots=True)
class Level:
    """A level of units («cấp»); the district level ends with 30/06/2025 (Luật 72/2025/QH15)."""

    code: str
    name: str
    valid_from: date
    valid_to: date | None
    legal_basis: str


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of units of one level («loại đơn vị»): sở, phường, đặc khu…"""

    code: str
    level: str
    name: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class Levels:
    """What levels and kinds there are («danh mục cấp và loại đơn vị»)."""

    levels: Mapping[str, Level]
    kinds: Mapping[str, Kind]

    def closing_day(self, level: str, kind: str) -> date | None:
        """The last day that units of the level and kind exist."""
        found = (self.levels.get(level), self.kinds.get(kind))
        return last_of(*(part.valid_to for part in found if part is not None))


def level_faults(unit: Unit, known: Levels) -> Iterator[Fault]:
    """The unit's level and kind are known, belong together, and existed while the unit bears its names."""
    level, kind = known.levels.get(unit.level), known.kinds.get(unit.kind)
    if level is None:
        yield Fault("/level", "level_unknown", f"cấp phải là một trong: {', '.join(known.levels)}")
        return
    if kind is None:
        yield Fault("/kind", "kind_unknown", "chưa có loại đơn vị này trong danh mục")
    elif kind.level != level.code:
        yield Fault(
            "/kind", "kind_of_other_level", f"«{kind.name}» không phải loại đơn vị của «{level.name}»"
        )
    for part in (level, kind):
        if part is None:
            continue
        for place, name in enumerate(unit.names):
            if name.valid_from < part.valid_from:
                said = f"«{part.name}» chỉ có từ {day_text(part.valid_from)}"
                yield Fault(f"/names/{place}/valid_from", "level_not_yet", said)
            last = part.valid_to
            if last is not None and (name.valid_from > last or (name.valid_to or last) > last):
                yield Fault(f"/names/{place}", "level_ended", f"«{part.name}» chỉ có đến {day_text(last)}")
