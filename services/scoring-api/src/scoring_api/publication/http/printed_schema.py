"""The printed report as the OpenAPI description shows it; the domain is what checks it."""

from typing import Any

from scoring_api.publication.http.examples import PRINTED_REPORT

_PLACE = {
    "type": "string",
    "maxLength": 500,
    "description": "Where it stands, in your own words; given back in findings",
}
_TEXT = {"type": "string", "maxLength": 500}
_FIGURE = {
    "type": ["string", "null"],
    "pattern": r"^-?\d{1,15}(\.\d{1,20})?$",
    "description": "As printed, with a dot; `2.50` and `2.5` were rounded differently",
}
_WHOLE = {"type": ["integer", "null"]}
_TEXTS = {"type": "array", "maxItems": 20_000, "items": _TEXT}


def _object(required: str, **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "required": required.split(),
        "additionalProperties": False,
        "properties": properties,
    }


def _rows(item: dict[str, Any], description: str, most: int = 1000) -> dict[str, Any]:
    return {"type": "array", "maxItems": most, "items": item, "description": description}


_BAND = _object(
    "place name", place=_PLACE, name=_TEXT, lower=_FIGURE, upper=_FIGURE, stated_count=_WHOLE, units=_TEXTS
)
_GROUP = _object("place rule", place=_PLACE, rule=_TEXT, stated_count=_WHOLE, units=_TEXTS)
_LEVEL = _object(
    "code name",
    code=_TEXT,
    name=_TEXT,
    units=_TEXTS,
    stated_band_count=_WHOLE,
    bands=_rows(_BAND, "From `lower` to under `upper`; null: not printed", 50),
    rating_groups=_rows(_GROUP, "Heads listed in a class, by the code of its rule", 50),
)
_RULE = _object(
    "code place name",
    code=_TEXT,
    place=_PLACE,
    name=_TEXT,
    total_from=_FIGURE,
    total_below=_FIGURE,
    area_from=_FIGURE,
)
_KEYS = {"type": "array", "minItems": 1, "maxItems": 1000, "items": _TEXT}


def _relation(kind: str, **properties: Any) -> dict[str, Any]:
    return _object(f"kind {' '.join(properties)}", kind={"const": kind}, **properties)


_MEAN = _relation("mean", items=_KEYS, mean=_TEXT)
_MEAN["properties"]["weights"] = {"type": "array", "items": _FIGURE}
_RELATION = {
    "oneOf": [
        _relation("sum", parts=_KEYS, total=_TEXT),
        _MEAN,
        _relation("percent", part=_TEXT, whole=_TEXT, percent=_TEXT),
        _relation("growth", current=_TEXT, previous=_TEXT, percent=_TEXT),
        _relation("same", first=_TEXT, second=_TEXT),
        _relation("at_most", figure=_TEXT, limit=_TEXT),
        _relation("opposed", good=_TEXT, bad=_TEXT),
        _relation("count", items=_TEXT, stated=_TEXT),
        _relation("within", part=_TEXT, whole=_TEXT),
        _relation("apart", lists=_KEYS),
        _relation("together", parts=_KEYS, whole=_TEXT),
    ]
}
_TABLE = _object(
    "place name",
    place=_PLACE,
    name=_TEXT,
    labels={"type": "array", "maxItems": 50, "items": _TEXT},
    rows=_rows(_object("place", place=_PLACE, cells=_TEXTS), "Cells as printed", 20_000),
    code_column={"type": ["integer", "null"], "minimum": 0, "description": "Column of the codes, from 0"},
    claims=_rows(
        _object("place column word", place=_PLACE, column={"type": "integer", "minimum": 0}, word=_TEXT),
        "What the text says of every row: `word` stands in that column",
        50,
    ),
)
_SERIES = _object(
    "name values",
    name=_TEXT,
    values=_rows(
        _object("place label value scale", place=_PLACE, label=_TEXT, value=_FIGURE, scale=_TEXT),
        "In the order of time",
    ),
)
_STANDING = _object(
    "place unit",
    place=_PLACE,
    unit=_TEXT,
    points=_FIGURE,
    max_points=_FIGURE,
    percent=_FIGURE,
    rank=_WHOLE,
    previous_rank=_WHOLE,
    change=_WHOLE,
)


def _keyed(item: dict[str, Any], description: str) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": item, "description": description}


_SCHEMA = {
    "type": "object",
    "title": "PrintedReport",
    "description": (
        "A report of results («báo cáo kết quả») as data; `figures` and `lists` under keys of your own, "
        "`relations` say how they belong together. A contradiction: no exact values within the rounding of "
        "the printed figures fit, or sets and counts disagree. A notice: it fits only through rounding, is "
        "improbable, or a scale changes."
    ),
    "additionalProperties": False,
    "properties": {
        "levels": _rows(_LEVEL, "Units of a level, their bands and the ratings of their heads", 50),
        "rating_rules": _rows(_RULE, "Classes of the head's rating with the bounds the text names", 50),
        "sections": _rows(
            _object(
                "place numerals", place=_PLACE, numerals={"type": "array", "maxItems": 39, "items": _TEXT}
            ),
            "Numbers of sections, Roman or Arabic, as they stand",
        ),
        "figures": _keyed(
            _object("place name value", place=_PLACE, name=_TEXT, value=_FIGURE, exact={"type": "boolean"}),
            "`exact`: counted or declared, never rounded",
        ),
        "lists": _keyed(_object("place name", place=_PLACE, name=_TEXT, items=_TEXTS), "Items once each"),
        "relations": _rows(_RELATION, "By keys of figures and lists", 20_000),
        "tables": _rows(_TABLE, "Tables as printed"),
        "series": _rows(_SERIES, "One measure over years, each value with its scale"),
        "rankings": _rows(
            _object("name rows", name=_TEXT, rows=_rows(_STANDING, "One row a unit", 20_000)),
            "Units ranked against each other",
        ),
        "unit_names": _keyed(_TEXT, "Unit code → name"),
        "unrounded": {
            "type": "boolean",
            "default": False,
            "description": "The report says that it reckons with unrounded values: no notice of a last digit",
        },
    },
}
REQUEST_BODY: dict[str, Any] = {
    "required": True,
    "content": {"application/json": {"schema": _SCHEMA, "example": PRINTED_REPORT}},
}
