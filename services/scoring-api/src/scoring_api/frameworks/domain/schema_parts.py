"""Words that every part of the framework's JSON Schema is put together from; the parts stand next door."""

from typing import Any

from scoring_api.frameworks.domain.labels import Labels
from scoring_api.frameworks.domain.reading import TEXT_LIMIT

Schema = dict[str, Any]

_DIGITS = r"[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,4})?"
_ZERO = r"-0+(\.0+)?([eE][+-]?[0-9]{1,4})?"
_BOUND = 10**16  # the largest figure a document may hold


def closed(said: str, properties: dict[str, Schema], required: tuple[str, ...] = (), **more: Any) -> Schema:
    """An object that takes no attribute but these: a misspelt one would change points in silence."""
    return {
        "description": said,
        "type": "object",
        "additionalProperties": False,
        **({"required": list(required)} if required else {}),
        "properties": properties,
        **more,
    }


def text(said: str, limit: int = TEXT_LIMIT) -> Schema:
    """A text that says something: blanks alone do not."""
    return {"description": said, "type": "string", "maxLength": limit, "pattern": r"\S"}


def words(said: str, limit: int = TEXT_LIMIT) -> Schema:
    """A text that may be empty or left out."""
    return {"description": said, "type": ["string", "null"], "maxLength": limit}


def figure(said: str, *, signed: bool = False, **more: Any) -> Schema:
    """A figure as text (a whole number passes too), so that no program rounds it on the way.

    >>> figure("điểm", default="0")["default"]
    '0'
    """
    pattern = rf"^[+-]?{_DIGITS}$" if signed else rf"^(\+?{_DIGITS}|{_ZERO})$"
    bounds = {} if signed else {"minimum": 0}
    return {
        "description": said,
        "type": ["string", "number"],
        "maxLength": 60,
        "pattern": pattern,
        **bounds,
        "exclusiveMaximum": _BOUND,
        **more,
    }


def optional_figure(said: str, *, signed: bool = False, **more: Any) -> Schema:
    """A figure, or null where there is none."""
    return figure(said, signed=signed, **more) | {"type": ["string", "number", "null"]}


def whole(said: str, least: int, most: int, **more: Any) -> Schema:
    return {"description": said, "type": "integer", "minimum": least, "maximum": most, **more}


def flag(said: str, *, default: bool) -> Schema:
    return {"description": said, "type": "boolean", "default": default}


def choice(said: str, options: Labels, default: str | None = None) -> Schema:
    """One of the options, each with what it means.

    >>> choice("Nguồn gốc", {"issued": "đã ban hành"})["description"]
    'Nguồn gốc: «issued» đã ban hành.'
    """
    told = "; ".join(f"«{code}» {meaning}" for code, meaning in options.items())
    found: Schema = {"description": f"{said}: {told}.", "enum": list(options)}
    return found if default is None else found | {"default": default}


def rows(said: str, item: Schema, most: int, least: int = 0) -> Schema:
    """A list; one that may be empty may also be null or left out."""
    kind: Schema = {"type": "array", "minItems": least} if least else {"type": ["array", "null"]}
    return {"description": said, **kind, "maxItems": most, "items": item}


def codes(said: str, most: int, least: int = 0) -> Schema:
    """Different codes; one that may be empty may also be null or left out."""
    return rows(said, {"type": "string"}, most, least) | {"uniqueItems": True}


def when(conditions: dict[str, Schema], then: Schema, otherwise: Schema | None = None) -> Schema:
    """`then` where every named attribute is there and fits its condition."""
    found: Schema = {"if": {"required": list(conditions), "properties": conditions}, "then": then}
    return found if otherwise is None else found | {"else": otherwise}


def ref(refs: str, name: str) -> Schema:
    return {"$ref": f"{refs}{name}"}


def or_null(schema: Schema, said: str) -> Schema:
    return {"description": said, "oneOf": [schema, {"type": "null"}]}


def legal_basis(refs: str) -> Schema:
    return rows("Căn cứ", ref(refs, "LegalBasis"), 50)
