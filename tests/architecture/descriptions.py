"""Writes docs/api/<service>.json: the OpenAPI descriptions as they are served. Run as a module to renew them."""

import json

from tests.architecture.apps import app_of
from tests.architecture.tree import ROOT, SERVICES

FOLDER = ROOT / "docs/api"


def render(service: str) -> str:
    return json.dumps(app_of(service).openapi(), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name in SERVICES:
        (FOLDER / f"{name}.json").write_text(render(name), encoding="utf-8")
