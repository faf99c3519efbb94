"""What written cells say, remembered: an answer, a unit, a respondent group; or that they cannot be read."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

from parindex.kernel.text import match_key
from survey_ingest.campaigns.domain.form import BLANK, Slot, read_answer
from survey_ingest.imports.domain.scales import spelled

Written = TypeVar("Written", bound=Hashable)
UNREADABLE = "?"
"""No answer, no unit and no group is written so."""
_TICKS = {
    "1": True,
    "x": True,
    "có": True,
    "true": True,
    "": False,
    "0": False,
    "không": False,
    "false": False,
}


class Readings(dict[Written, str]):
    """Written cell → its meaning as text («cách đọc»). A file has few distinct cells: each is read once.

    What cannot be read is not kept: a hostile file may hold millions of such cells.
    """

    __slots__ = ("_read",)

    def __init__(self, read: Callable[[Written], str | None]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, written: Written) -> str:
        found = self._read(written)
        if found is None:
            return UNREADABLE
        self[written] = found
        return found


def answers_of(slot: Slot, table: Mapping[str, str] | None) -> Callable[[str], str | None]:
    """How one cell of a slot is read: as the questionnaire says, or by the scale that the file declares."""

    def read(written: str) -> str | None:
        found: int | None
        if table is None:
            found = read_answer(slot, written)
        else:
            code = table.get(spelled(written), None if written.strip() not in {"", "-1"} else written)
            found = None if code is None else read_answer(slot, code)
        return None if found is None else str(found)

    return read


def ticks_of(count: int) -> Callable[[tuple[str, ...]], str | None]:
    """How a multiple choice of several columns is read: a column an option, ticked or not.

    >>> ticks_of(3)(("x", "", "1")), ticks_of(3)(("", "", "0")), ticks_of(1)(("?",))
    ('5', '0', None)
    """

    def read(written: tuple[str, ...]) -> str | None:
        found = [_TICKS.get(spelled(cell)) for cell in written]
        if len(found) != count or None in found:
            return None
        return str(sum(1 << place for place, ticked in enumerate(found) if ticked) or BLANK)

    return read


def unit_names(spellings: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Match key → unit code; a spelling that two units share names neither.

    >>> unit_names({"so-y-te": ["Sở Y tế", "Y tế"], "trung-tam": ["Y tế"]})
    {'sơ2 y tê4': 'so-y-te'}
    """
    found: dict[str, str] = {}
    shared: set[str] = set()
    for code, names in spellings.items():
        for key in {match_key(name) for name in names if name}:
            if found.setdefault(key, code) != code:
                shared.add(key)
    return {key: code for key, code in found.items() if key not in shared}


def units_of(codes: frozenset[str], names: Mapping[str, str]) -> Callable[[str], str | None]:
    """How a unit is read: by its code, else by a name, an alias or a spelling that somebody confirmed."""

    def read(written: str) -> str | None:
        text = written.strip()
        return text if text in codes else names.get(match_key(text))

    return read


def groups_of(allowed: Sequence[str], default: str) -> Callable[[str], str | None]:
    def read(written: str) -> str | None:
        found = written.strip() or default
        return found if found in allowed else None

    return read
