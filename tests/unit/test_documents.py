"""JSON from outside: figures stay exact, what is no JSON or names a key twice is refused with its place."""

from decimal import Decimal

import pytest

from parindex.kernel.documents import read_document
from parindex.kernel.errors import DomainError


def test_figures_stay_exact() -> None:
    assert read_document(b'{"a": [0.10, 7]}') == {"a": [Decimal("0.10"), 7]}


@pytest.mark.parametrize(
    "content",
    [
        b"", b"{", b"[NaN]", b"[-Infinity]", b'"\\ud800"', b"\xff", b"[" * 200_000, b'{"a":' * 200_000,
        b"9" * 1_000_000, b"1e99999999999999999999",
    ],
)  # fmt: skip
def test_what_is_no_document_is_refused(content: bytes) -> None:
    with pytest.raises(DomainError) as refused:
        read_document(content)
    assert refused.value.code == "malformed_request"


def test_every_key_that_stands_twice_is_named() -> None:
    content = b'{"a": [{"x/y": {"k": 1, "k": 1}}], "b": 1, "b": 2}'
    with pytest.raises(DomainError) as refused:
        read_document(content)
    assert [(f.pointer, f.code) for f in refused.value.faults] == [
        ("", "duplicate_key"),
        ("/a/0/x~1y", "duplicate_key"),
    ]
