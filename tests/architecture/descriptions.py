"""Writes docs/api: the OpenAPI descriptions as they are served, and the JSON Schemas of documents.

Run as a module to renew them.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from scoring_api.frameworks.domain.schema import framework_schema
from scoring_api.results.domain.bundle_schema import bundle_schema
from scoring_api.results.domain.pack_schema import pack_schema
from tests.architecture.apps import app_of
from tests.architecture.tree import ROOT, SERVICES

FOLDER = ROOT / "docs/api"
DOCUMENTS: Mapping[str, Callable[[], dict[str, Any]]] = {
    "framework": framework_schema,
    "bundle": bundle_schema,
    "pack": pack_schema,
}
"""The document formats: `<name>.schema.json` is what the function gives."""


def render(service: str) -> str:
    return _written(app_of(service).openapi())


def render_schema(name: str) -> str:
    return _written(DOCUMENTS[name]())


def _written(content: dict[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name in SERVICES:
        (FOLDER / f"{name}.json").write_text(render(name), encoding="utf-8")
    for name in DOCUMENTS:
        (FOLDER / f"{name}.schema.json").write_text(render_schema(name), encoding="utf-8")
