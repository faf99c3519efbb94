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


@pytest.mark.parametrize(
    ("content", "faults"),
    [
        (b'{"a": [1, NaN], "b/c": {"d": -Infinity}}', [("/a/1", "not_a_figure"), ("/b~1c/d", "not_a_figure")]),
        (b'{"a": 1e99999999999999999999}', [("/a", "not_a_figure")]),
        (b'{"a": %s}' % (b"9" * 1_000_000), [("/a", "not_a_figure")]),
        (b'{"a": "x\\ud800"}', [("/a", "not_a_text")]),
        (b'{"a": {"\\ud800": [NaN]}}', [("/a", "not_a_text"), ("/a/?/0", "not_a_figure")]),
        (b'{"%s": NaN}' % (b"k" * 1_000_000), [("/" + "k" * 200, "not_a_figure")]),
        (b"[" + b",".join([b"NaN"] * 5000) + b"]", [(f"/{n}", "not_a_figure") for n in range(1000)]),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_placed(content: bytes, faults: list[tuple[str, str]]) -> None:
    with pytest.raises(DomainError) as refused:
        read_document(content)
    assert [(f.pointer, f.code) for f in refused.value.faults] == faults


def test_what_breaks_off_after_a_bad_figure_is_no_document() -> None:
    with pytest.raises(DomainError) as refused:
        read_document(b'{"a": NaN,')
    assert refused.value.faults == ()
