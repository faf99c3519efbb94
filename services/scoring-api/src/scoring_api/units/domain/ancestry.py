"""Which units of an earlier day a unit comes from, and how straight the line is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from scoring_api.units.domain.succession import Succession


@dataclass(frozen=True, slots=True)
class Ancestry:
    """The earlier units behind one («đơn vị tiền thân»); `straight` when nothing but names changed."""

    units: tuple[str, ...]
    straight: bool


def ancestry(code: str, known: Sequence[Succession], *, after: date, until: date) -> Ancestry:
    """The units of the day `after` that the unit of the day `until` comes from.

    >>> from scoring_api.units.domain.succession import LegalBasis
    >>> succession = Succession(
    ...     kind="merge",
    ...     predecessors=("so-giao-thong-van-tai", "so-xay-dung"),
    ...     successors=("so-xay-dung",),
    ...     effective_on=date(2025, 3, 1),
    ...     legal_basis=LegalBasis(number=""),
    ... )
    >>> ancestry("so-xay-dung", [succession], after=date(2024, 12, 31), until=date(2025, 12, 31))
    Ancestry(units=('so-giao-thong-van-tai', 'so-xay-dung'), straight=False)
    >>> ancestry("so-y-te", [succession], after=date(2024, 12, 31), until=date(2025, 12, 31))
    Ancestry(units=('so-y-te',), straight=True)
    """
    behind, straight = [code], True
    between = [succession for succession in known if after < succession.effective_on <= until]
    for succession in sorted(between, key=lambda succession: succession.effective_on, reverse=True):
        through = [unit for unit in behind if unit in succession.successors]
        if not through:
            continue
        straight = straight and succession.kind == "rename"
        behind = [unit for unit in behind if unit not in through]
        behind += [unit for unit in succession.predecessors if unit not in behind]
    return Ancestry(tuple(behind), straight)


def forebears(code: str, known: Sequence[Succession]) -> dict[str, date]:
    """Every other unit that this one comes from, the nearest first, each with the day that it was succeeded.

    >>> from scoring_api.units.domain.succession import LegalBasis
    >>> new = Succession(
    ...     kind="merge",
    ...     predecessors=("so-tai-nguyen-va-moi-truong", "so-nong-nghiep"),
    ...     successors=("so-nong-nghiep-va-moi-truong",),
    ...     effective_on=date(2025, 3, 1),
    ...     legal_basis=LegalBasis(number=""),
    ... )
    >>> list(forebears("so-nong-nghiep-va-moi-truong", [new]))
    ['so-tai-nguyen-va-moi-truong', 'so-nong-nghiep']
    """
    found: dict[str, date] = {}
    waiting = [(code, date.max)]
    while waiting:
        current, until = waiting.pop(0)
        for succession in sorted(known, key=lambda succession: succession.effective_on, reverse=True):
            day = succession.effective_on
            if current not in succession.successors or day > until:
                continue
            for unit in succession.predecessors:
                if unit not in {code, *found}:
                    found[unit] = day
                    waiting.append((unit, day))
    return found
