"""Which unit a name or a code means on a day, however it is spelt."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from parindex.kernel.text import match_key
from scoring_api.units.domain.identifiers import as_identifier
from scoring_api.units.domain.spans import holds_on
from scoring_api.units.domain.succession import Succession, heirs_on
from scoring_api.units.domain.unit import Unit

MOST_CANDIDATES = 5
_ALIKE = 2, 3  # two thirds of the words are shared
_COMMON = 300  # names with a word that is no help any more
_SHORT_FORMS = (("ủy ban nhân dân", "UBND"), ("thành phố", "TP"), ("thị xã", "TX"), ("thị trấn", "TT"))
_SPELT = [(match_key(full), match_key(short)) for full, short in _SHORT_FORMS]


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a text means («đơn vị được nhận ra»): one unit, several it may be, or none."""

    text: str
    outcome: Literal["found", "ambiguous", "ended", "similar", "unknown"]
    unit: str | None
    candidates: tuple[str, ...]


def spelling_key(text: str) -> str:
    """What spellings of one name share: `match_key`, and the usual short forms of the administration.

    >>> spelling_key("Uỷ ban nhân dân thành phố Chí Linh") == spelling_key("UBND TP. Chí Linh")
    True
    """
    key = f" {match_key(text)} "
    for full, short in _SPELT:
        key = key.replace(f" {full} ", f" {short} ")
    return key.strip()


class Directory:
    """The register laid out for looking up, for one day («danh mục đơn vị tại một ngày»)."""

    def __init__(self, register: Mapping[str, Unit], known: Sequence[Succession], day: date) -> None:
        self._register = register
        self._known = known
        self._day = day
        self._living = {code for code, unit in register.items() if unit.lives_on(day)}
        self._today: dict[str, list[str]] = defaultdict(list)
        self._ever: dict[str, list[str]] = defaultdict(list)
        for code, unit in register.items():
            for key, current in _keys(unit, day):
                _enter(self._ever[key], code)
                if current and code in self._living:
                    _enter(self._today[key], code)
        self._words: dict[str, set[str]] = defaultdict(set)
        for key in self._today:
            for word in key.split():
                self._words[word].add(key)

    def resolve(self, text: str) -> Resolution:
        """The unit of the day that the text names.

        By its own code, an identifier of that day, a name of that day or another spelling. A name that
        several bear is ambiguous; one that was borne on other days alone names who bore it, or who took its
        place. Failing all that, names that share most of their words are offered.
        """
        keys = _texts(text)
        here = _first(self._today, keys)
        if len(here) == 1:
            return Resolution(text, "found", here[0], ())
        if here:
            return Resolution(text, "ambiguous", None, tuple(here[:MOST_CANDIDATES]))
        if then := _first(self._ever, keys):
            return Resolution(text, "ended", None, self._standing_for(then))
        alike = self._alike(spelling_key(text))
        return Resolution(text, "similar" if alike else "unknown", None, alike)

    def _standing_for(self, codes: Sequence[str]) -> tuple[str, ...]:
        found: list[str] = []
        for code in codes:
            heirs = heirs_on(code, self._day, self._known, self._register)
            for heir in [code] if code in self._living or not heirs else heirs:
                _enter(found, heir)
        return tuple(found[:MOST_CANDIDATES])

    def _alike(self, key: str) -> tuple[str, ...]:
        words = set(key.split())
        least, of = _ALIKE
        near = []
        for other in self._sharing_a_word(words):
            theirs = set(other.split())
            shared, union = len(words & theirs), len(words | theirs)
            if shared * of >= least * union:
                near.append((Fraction(-shared, union), other))
        found: list[str] = []
        for _, other in sorted(near):
            for code in self._today[other]:
                _enter(found, code)
        return tuple(found[:MOST_CANDIDATES])

    def _sharing_a_word(self, words: set[str]) -> set[str]:
        """Keys that share one of the rarer words: a word of every commune tells nothing."""
        found: set[str] = set()
        for keys in sorted((self._words[word] for word in words if word in self._words), key=len):
            if len(keys) > _COMMON and found:
                break
            found |= keys if len(keys) <= _COMMON else set(sorted(keys)[:_COMMON])
        return found


def _enter(row: list[str], code: str) -> None:
    if code not in row:
        row.append(code)


def _first(index: Mapping[str, list[str]], keys: Sequence[str]) -> list[str]:
    return next((index[key] for key in keys if key in index), [])


def _texts(text: str) -> list[str]:
    """The keys a text may be found under, the surest first."""
    plain = re.sub(r"\s+", " ", text).strip()
    identifier = as_identifier(plain)
    return [f"={plain}", *([f"#{identifier}"] if identifier else []), spelling_key(plain)]


def _keys(unit: Unit, day: date) -> Iterator[tuple[str, bool]]:
    """The keys of a unit, and whether each is in force that day; other spellings always are."""
    yield f"={unit.code}", True
    for found in unit.identifiers:
        for code in {as_identifier(found.code), as_identifier(found.old_code)} - {""}:
            yield f"#{code}", holds_on(found, day)
    for name in unit.names:
        for text in (name.name, name.short_name):
            if key := spelling_key(text):
                yield key, holds_on(name, day)
    for alias in unit.aliases:
        yield spelling_key(alias), True
