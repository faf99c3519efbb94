"""Names of sheets as Excel takes them; says nothing about what is on a sheet."""

import re
from collections.abc import Sequence

from parindex.kernel.text import printable

LIMIT = 31
_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
_RESERVED = {"", "history"}


def sheet_names(wanted: Sequence[str]) -> list[str]:
    """Legal, distinct names (case does not tell two sheets apart), in the order given.

    >>> sheet_names(["A1", "a1", "Lĩnh vực [A]", "'="])
    ['A1', 'a1 (2)', 'Lĩnh vực  A', '=']
    """
    taken: set[str] = set()
    names = []
    for name in wanted:
        base = _FORBIDDEN.sub(" ", printable(name)).strip("' ")
        base = "Biểu" if base.lower() in _RESERVED else base
        legal = base[:LIMIT].rstrip("' ")
        number = 1
        while legal.lower() in taken:
            number += 1
            suffix = f" ({number})"
            legal = base[: LIMIT - len(suffix)].rstrip("' ") + suffix
        taken.add(legal.lower())
        names.append(legal)
    return names
