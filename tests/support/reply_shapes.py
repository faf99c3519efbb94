"""Whether the example of a reply in the OpenAPI description has the fields of a real one."""

from collections.abc import Iterator
from typing import Any

from tests.architecture.apps import app_of


def example_of(method: str, ending: str, noun: str = "periods") -> Any:
    """The example of the one route of scoring-api under the noun whose path ends so."""
    (found,) = [
        verbs[method.lower()]
        for path, verbs in app_of("scoring").openapi()["paths"].items()
        if path.startswith(f"/api/v1/{noun}/") and path.endswith(f"/{ending}") and method.lower() in verbs
    ]
    return found["responses"]["200"]["content"]["application/json"]["example"]


def differences(example: Any, real: Any) -> list[str]:
    """Fields that one of both has alone; of lists the first items are held together.

    A description leaves out what is null, so a null says nothing here.
    """
    return list(_differences(example, real, ""))


def _differences(example: Any, real: Any, place: str) -> Iterator[str]:
    if isinstance(example, dict) and isinstance(real, dict):
        for name in sorted({*example, *real}):
            yield from _differences(example.get(name), real.get(name), f"{place}/{name}")
    elif isinstance(example, list) and isinstance(real, list):
        if example and real:
            yield from _differences(example[0], real[0], f"{place}/0")
    elif type(example) is not type(real) and real is not None:
        yield place
