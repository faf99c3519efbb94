"""Walking JSON objects whose keys are codes: units, leaves; a key may hold a slash, a pointer must not."""

from collections.abc import Iterator, Mapping

from scoring_api.frameworks.domain.reading import Cursor, pointer_part


def keyed(cursor: Cursor, name: str = "") -> Iterator[tuple[str, Cursor]]:
    """Key and object of every member of the object at the cursor, or of the optional one under `name`.

    >>> from scoring_api.frameworks.domain.reading import Findings
    >>> [(key, row.pointer) for key, row in keyed(Cursor({"I/3": {}}, "/entries", Findings()))]
    [('I/3', '/entries/I~13')]
    """
    if name and cursor.data.get(name) is None:
        return
    part = cursor.part(name) if name else cursor
    for key, item in part.data.items() if part is not None else ():
        pointer = f"{part.pointer}/{pointer_part(key)}" if part is not None else ""
        if isinstance(item, Mapping):
            yield key, Cursor(item, pointer, cursor.findings)
        else:
            cursor.findings.add(pointer, "not_an_object", "phải là một đối tượng")
