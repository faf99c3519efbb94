"""Golden messages: what one service writes today, the other must read tomorrow, byte for byte.

A file here changes only with a new version of its topic or schema: services are deployed one after the other.
"""

import json
import re
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from pydantic import ValidationError

from parindex.auth.policy import Action
from parindex.contracts.events import SUBSCRIBERS, AnyEvent, Event
from parindex.contracts.loading import dump_snapshot, load_snapshot, parse_snapshot, plain
from parindex.contracts.snapshots import HandoverRecord, ResultSnapshot, TallySnapshot, UnitList
from parindex.kernel.canonical import canonical_bytes, digest_bytes
from parindex.kernel.errors import DomainError
from tests.architecture.apps import routes_of

GOLDEN = Path(__file__).parent / "golden"
EVENTS: dict[str, type[Event]] = {str(kind.model_fields["topic"].default): kind for kind in AnyEvent.__args__}
SNAPSHOTS: dict[str, type[Any]] = {
    "unit-list": UnitList,
    "tally": TallySnapshot,
    "handover": HandoverRecord,
    "result": ResultSnapshot,
}


def _golden(name: str) -> Any:
    return json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))


def _canonical(name: str) -> bytes:
    return canonical_bytes(_golden(name))


def test_every_message_has_its_golden_file() -> None:
    assert {path.stem for path in GOLDEN.glob("*.json")} == {*EVENTS, *SNAPSHOTS, "digests"}
    assert set(EVENTS) == set(SUBSCRIBERS)


@pytest.mark.parametrize("topic", EVENTS)
def test_an_event_is_read_and_written_back_unchanged(topic: str) -> None:
    golden = _golden(topic)
    event = EVENTS[topic].model_validate(golden)
    assert event.model_dump(mode="json") == golden
    assert list(golden) == list(EVENTS[topic].model_fields)


@pytest.mark.parametrize("topic", EVENTS)
def test_an_event_is_small_and_refuses_what_it_does_not_know(topic: str) -> None:
    golden = _golden(topic)
    assert len(canonical_bytes(golden)) < 1000
    with pytest.raises(ValidationError):
        EVENTS[topic].model_validate({**golden, "points": "1"})
    for name in set(golden) - {"topic"}:
        with pytest.raises(ValidationError):
            EVENTS[topic].model_validate({key: value for key, value in golden.items() if key != name})


@pytest.mark.parametrize("name", SNAPSHOTS)
def test_a_snapshot_is_read_by_its_digest_and_written_back_to_the_same_bytes(name: str) -> None:
    content, expected = _canonical(name), _golden("digests")[name]
    snapshot = load_snapshot(SNAPSHOTS[name], content, expected)
    assert dump_snapshot(snapshot) == (content, expected)


@pytest.mark.parametrize("name", SNAPSHOTS)
def test_another_byte_is_another_snapshot(name: str) -> None:
    content = _canonical(name).replace(b"2022", b"2023", 1)
    with pytest.raises(DomainError, match="snapshot_digest_mismatch"):
        load_snapshot(SNAPSHOTS[name], content, _golden("digests")[name])


@pytest.mark.parametrize("name", SNAPSHOTS)
def test_a_field_of_a_later_version_is_passed_over(name: str) -> None:
    later = canonical_bytes({**_golden(name), "added_later": "x"})
    assert plain(load_snapshot(SNAPSHOTS[name], later, digest_bytes(later))) == plain(
        parse_snapshot(SNAPSHOTS[name], _canonical(name))
    )


@pytest.mark.parametrize("name", SNAPSHOTS)
def test_a_snapshot_of_another_schema_is_refused(name: str) -> None:
    other = canonical_bytes({**_golden(name), "schema": "parindex/other/9"})
    with pytest.raises(DomainError, match="snapshot_unreadable"):
        load_snapshot(SNAPSHOTS[name], other, digest_bytes(other))


@pytest.mark.parametrize("name", SNAPSHOTS)
def test_the_golden_snapshot_shows_every_field(name: str) -> None:
    """A new field without an example here would be read by nobody's test."""
    empty: list[str] = []

    def visit(value: Any, path: str) -> None:
        if is_dataclass(value):
            for field in fields(value):
                visit(getattr(value, field.name), f"{path}.{field.name}")
        elif isinstance(value, tuple):
            empty.extend([path] if not value else [])
            for item in value[:1]:
                visit(item, path)
        elif value is None:
            empty.append(path)

    visit(parse_snapshot(SNAPSHOTS[name], _canonical(name)), name)
    assert not empty


def test_figures_travel_as_text() -> None:
    """Points and percents are decimal strings: no reader's float can change them."""

    def floats(value: Any) -> bool:
        if isinstance(value, dict):
            return any(floats(item) for item in value.values())
        if isinstance(value, list):
            return any(floats(item) for item in value)
        return isinstance(value, float)

    assert not any(floats(_golden(name)) for name in SNAPSHOTS)


@pytest.mark.parametrize("topic", EVENTS)
def test_the_address_in_an_event_is_a_route_that_exists(topic: str) -> None:
    """A consumer follows the URL as it stands: host and path belong to the producer's internal routes."""
    url = urlsplit(_golden(topic)["url"])
    service = (url.hostname or "report-api").removesuffix("-api")  # a document's is public: path only
    patterns = [
        re.sub(r"\{[^}]+\}", "[^/]+", route.path)
        for route in routes_of(service)
        if route.action == Action.INTERNAL_READ or route.path.startswith("/api/v1/documents")
    ]
    assert any(re.fullmatch(pattern, url.path) for pattern in patterns), url.path
