"""Why a unit is not there on a day, in one sentence that names who is."""

from collections.abc import Mapping, Sequence
from datetime import date

from parindex.kernel.text import listing
from scoring_api.units.domain.spans import DAY, day_text
from scoring_api.units.domain.succession import Succession, heirs_on
from scoring_api.units.domain.unit import Unit, name_near


def absence(unit: Unit, day: date, known: Sequence[Succession], register: Mapping[str, Unit]) -> str:
    """The sentence, with the units in its place that day; empty for a unit that lives then."""
    if unit.lives_on(day):
        return ""
    name = name_near(unit, day)
    if day < unit.first_day:
        before = [
            code
            for succession in known
            if unit.code in succession.successors
            for code in succession.predecessors
        ]
        earlier = _named([code for code in dict.fromkeys(before) if code != unit.code], day, register)
        return f"{name} chỉ có từ {day_text(unit.first_day)}" + (
            f"; trước đó là {earlier}" if earlier else ""
        )
    assert unit.last_day is not None
    ended = f"{name} chỉ tồn tại đến {day_text(unit.last_day)}"
    if heirs := heirs_on(unit.code, day, known, register):
        return f"{ended}; đơn vị kế thừa: {_named(heirs, day, register)}"
    if orders := [succession.legal_basis.number for succession in known if unit.code in succession.ending]:
        return f"{ended} theo {orders[-1]}"
    if unit.closes_on == unit.last_day:
        return f"{ended}: từ {day_text(unit.last_day + DAY)} không còn cấp hoặc loại đơn vị này"
    return ended


def _named(codes: Sequence[str], day: date, register: Mapping[str, Unit]) -> str:
    return listing([f"{name_near(register[code], day)} ({code})" for code in codes if code in register])
