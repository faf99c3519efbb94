"""Claims as a unit fills them in: what is taken unfinished, what is open, how two states differ."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from parindex.kernel.errors import DomainError
from scoring_api.assessment.domain.acts import Act, Entry
from scoring_api.assessment.domain.claims import (
    check_claims,
    claims_of,
    open_points,
    shortfall_size,
    shortfall_warnings,
)
from scoring_api.assessment.domain.evidence import EvidenceFacts
from scoring_api.assessment.domain.submissions import (
    LONGEST_SHOWN,
    changes,
    content_digest,
    excerpts,
    file_words,
    submitted_content,
    value_text,
)
from scoring_api.frameworks.domain.framework import Framework, Leaf
from scoring_api.frameworks.domain.parsing import parse_framework
from scoring_api.frameworks.domain.presets import (
    chosen_level,
    count_capped,
    deduction,
    external_index,
    punctual_reports,
    ratio_complement,
    ratio_linear,
)
from scoring_api.frameworks.domain.rules import Linear, PlainMeasure, Rule
from tests.support.scoring_story import load

RATIO = "I/1/1.1/1.1.3"
POINTS = Rule(PlainMeasure("points"), Linear(Decimal(0), Decimal(2)))
ONE, TWO = UUID(int=1), UUID(int=2)


def leaf_of(rule: Rule) -> Leaf:
    return Leaf(
        key="I/1",
        code="1",
        name="Tiêu chí",
        role="criterion",
        depth=1,
        max_points=Decimal(2),
        effect="points",
        source="documents",
        rule=rule,
        missing="zero",
        not_applicable="exclude",
        not_arising="exclude",
        evidence="",
        unattributed=False,
    )


def said(value: dict[str, Any] | None, leaf: str = "I/1", **more: Any) -> Act:
    at = datetime(2023, 1, 9, tzinfo=UTC)
    return Act(unit="u", leaf=leaf, stage="self", value=value, author="a", at=at, **more)


def codes(leaf: Leaf, claim: Act | None) -> list[str]:
    return [fault.code for fault in open_points(leaf, claim)]


@pytest.fixture(scope="module")
def framework() -> Framework:
    return parse_framework(load("framework-departments.json"))


@pytest.mark.parametrize(
    ("rule", "partial", "whole"),
    [
        (ratio_linear(), {"numerator": "8"}, {"numerator": "8", "denominator": "11"}),
        (punctual_reports(), {"on_time": "3", "late": "1"}, {"on_time": "3", "late": "1", "missing": "0"}),
        (deduction("0.25"), {}, {"count": "0"}),
        (chosen_level([("tot", "Tốt", "2")]), {}, {"level": "tot"}),
    ],
)
def test_a_value_is_open_until_its_last_figure(
    rule: Rule, partial: dict[str, str], whole: dict[str, str]
) -> None:
    leaf = leaf_of(rule)
    assert codes(leaf, None) == codes(leaf, said(None)) == codes(leaf, said({})) == ["claim_missing"]
    assert codes(leaf, said(partial, narrative="x")) == ["value_missing"]
    assert codes(leaf, said(partial, evidence=(ONE,))) == ["value_missing"]
    assert codes(leaf, said(whole)) == ["evidence_missing"]
    assert codes(leaf, said(whole, narrative="Đã thực hiện.")) == []
    assert codes(leaf, said(whole, evidence=(ONE,))) == []


def test_what_is_wrong_is_refused_even_while_unfinished(framework: Framework) -> None:
    def faults(value: dict[str, Any]) -> list[tuple[str, str]]:
        entry = Entry(pointer="/claims/0", leaf=RATIO, value=value)
        try:
            check_claims(framework, [entry], frozenset())
        except DomainError as error:
            return [(fault.pointer, fault.code) for fault in error.faults]
        return []

    assert faults({}) == faults({"numerator": "1"}) == faults({"denominator": "0"}) == []
    assert faults({"numerator": "-1"}) == [("/claims/0/value/numerator", "figure_too_small")]
    assert faults({"numerator": "x", "z": "1"}) == [
        ("/claims/0/value/z", "unknown_attribute"),
        ("/claims/0/value/numerator", "not_a_figure"),
    ]


def test_points_above_the_maximum_stay_open() -> None:
    """A leaf whose points are entered as they are: more than it has is refused when saved, too."""
    leaf = leaf_of(POINTS)
    assert codes(leaf, said({"points": "2.01"}, narrative="x")) == ["points_above_maximum"]
    assert codes(leaf, said({"points": "2"}, narrative="x")) == []


def test_a_claim_taken_back_is_no_claim() -> None:
    first, other = said({"count": "1"}), said({"count": "2"}, leaf="I/2")
    assert claims_of([first, other, said(None)]) == {"I/2": other}
    assert claims_of([first, said(None), first]) == {"I/1": first}


@pytest.mark.parametrize(
    ("rule", "value", "size"),
    [
        (ratio_linear(), {"numerator": "8", "denominator": "11"}, "3"),
        (ratio_linear(), {"numerator": "314", "denominator": "283"}, "0"),
        (ratio_complement(), {"numerator": "2", "denominator": "12"}, "2"),
        (ratio_complement(), {"numerator": "2", "second_numerator": "1", "denominator": "12"}, "3"),
        (punctual_reports(), {"on_time": "9", "late": "2", "missing": "1"}, "3"),
        (deduction("0.25"), {"count": "4"}, "4"),
        (count_capped("0.5"), {"count": "4"}, None),
        (chosen_level([("tot", "Tốt", "2")]), {"level": "tot"}, None),
    ],
)
def test_names_are_counted_against_the_figures(rule: Rule, value: dict[str, str], size: str | None) -> None:
    found = shortfall_size(rule, value)
    assert found == (None if size is None else Decimal(size))
    leaf, names = leaf_of(rule), tuple(f"tên {number}" for number in range(int(size or 0)))
    assert not shortfall_warnings(leaf, said(value, shortfall=names))
    warned = shortfall_warnings(leaf, said(value, shortfall=(*names, "thừa")))
    assert [warning.code for warning in warned] == ([] if size is None else ["shortfall_differs"])
    assert not shortfall_warnings(
        leaf, said({"numerator": "1"}, shortfall=("x",))
    )  # unfinished: nothing to hold it to


def test_changes_are_lines_in_the_order_of_the_framework(framework: Framework) -> None:
    level = "I/1/1.1/1.1.1"
    before = {
        RATIO: said({"numerator": "1200"}, RATIO, evidence=(ONE,)),
        level: said({"level": "day-du"}, level, narrative="cũ"),
    }
    after = {
        RATIO: said({"numerator": "1200", "denominator": "1250"}, RATIO, evidence=(ONE, TWO)),
        level: said({"level": "day-du"}, level, narrative="mới", shortfall=("A", "B")),
    }
    found = changes(framework, before, after, {ONE: "Kế hoạch", TWO: "Báo cáo"})
    assert [(change.leaf, change.what, change.before, change.after) for change in found] == [
        (level, "narrative", "cũ", "mới"),
        (level, "shortfall", "", "A, B"),
        (RATIO, "value", "tử số 1.200", "tử số 1.200, mẫu số 1.250"),
        (RATIO, "evidence", "Kế hoạch", "Kế hoạch; Báo cáo"),
    ]
    assert found[1].line.endswith(" – nêu tên: (chưa có) → A, B")
    assert not changes(framework, after, after, {})


def test_the_digest_is_of_what_was_handed_in() -> None:
    claims = {"I/1": said({"count": "1"}, evidence=(TWO, ONE), narrative="x")}
    digests = {ONE: "sha256:1", TWO: "sha256:2", UUID(int=3): "sha256:3"}
    content = submitted_content("2022", "u", claims, digests)
    assert set(content["files"]) == {str(ONE), str(TWO)}
    same = {"I/1": said({"count": "1"}, evidence=(ONE, TWO), narrative="x")}
    assert content_digest(submitted_content("2022", "u", same, digests)) == content_digest(content)
    for other in (
        said({"count": "2"}, evidence=(ONE, TWO), narrative="x"),
        said({"count": "1"}, evidence=(ONE,)),
    ):
        assert content_digest(submitted_content("2022", "u", {"I/1": other}, digests)) != content_digest(
            content
        )


@pytest.mark.parametrize(
    ("rule", "value", "text"),
    [
        (chosen_level([("tot", "Làm tốt", "2")]), {"level": "tot"}, "«Làm tốt»"),
        (chosen_level([("tot", "Làm tốt", "2")]), {}, ""),
        (deduction("0.25"), {"count": "2", "serious": True}, "số lượng 2, vi phạm nghiêm trọng có"),
        (external_index(), {}, ""),
    ],
)
def test_a_value_in_words(rule: Rule, value: dict[str, Any], text: str) -> None:
    assert value_text(rule, value) == text


def test_a_file_in_place_of_one_of_the_same_title_is_a_change() -> None:
    framework = parse_framework(load("framework-departments.json"))
    facts = dict.fromkeys((ONE, TWO), EvidenceFacts(title="Kế hoạch CCHC", number="01/KH"))
    words = file_words(facts, {ONE: "ban-dau.pdf", TWO: "ban-ky.pdf"})
    (found,) = changes(
        framework,
        {RATIO: said(None, RATIO, evidence=(ONE,))},
        {RATIO: said(None, RATIO, evidence=(TWO,))},
        words,
    )
    assert (found.before, found.after) == (
        "Kế hoạch CCHC (01/KH, ban-dau.pdf)",
        "Kế hoạch CCHC (01/KH, ban-ky.pdf)",
    )
    both = {RATIO: said(None, RATIO, evidence=(ONE, TWO))}, {RATIO: said(None, RATIO, evidence=(TWO, ONE))}
    assert not changes(framework, *both, words)
    alone = {ONE: EvidenceFacts(title="Kế hoạch CCHC", number="01/KH"), TWO: EvidenceFacts(title="Báo cáo")}
    assert file_words(alone, {}) == {ONE: "Kế hoạch CCHC (01/KH)", TWO: "Báo cáo"}


def test_a_line_about_a_long_narrative_shows_what_differs() -> None:
    long = " ".join(f"câu {number}." for number in range(2_000))
    assert len(long) > 18_000
    changed = long.replace("câu 1234.", "câu khác.")
    before, after = excerpts(long, changed)
    assert "1234." in before
    assert "khác." in after
    assert max(len(before), len(after)) < 100
    for one, other in (
        (long, ""),
        (long, long[::-1]),
        ("", long),
        (long, long + " Thêm."),
        (long + " x", long),
    ):
        found = excerpts(one, other)
        assert max(map(len, found)) <= LONGEST_SHOWN + 10
        assert one == other or found[0] != found[1]
    assert excerpts("ngắn", "khác") == ("ngắn", "khác")
