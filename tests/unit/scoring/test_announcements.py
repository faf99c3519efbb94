"""The closed list of topics: what is never public stays so, what is unknown is a mistake."""

import pytest

from scoring_api.announcements.domain import DATA_LIMIT, TOPICS, check_announcement

PUBLIC = {"unit.changed", "framework.published", "plan.changed", "edition.published", "document.ready"}


def test_what_everybody_may_hear_of_is_named_here() -> None:
    """A topic more is a decision: the public must not learn from it of what is not published."""
    assert {topic for topic, row in TOPICS.items() if row.public} == PUBLIC


@pytest.mark.parametrize("topic", sorted(set(TOPICS) - PUBLIC))
def test_what_is_never_public_cannot_be_said_in_public(topic: str) -> None:
    check_announcement(topic, "staff", {})
    with pytest.raises(ValueError, match="never public"):
        check_announcement(topic, "public", {})


def test_titles_are_one_for_one() -> None:
    assert len({row.title for row in TOPICS.values()}) == len(TOPICS)


def test_an_unknown_topic_and_a_content_are_mistakes() -> None:
    with pytest.raises(ValueError, match="no such topic"):
        check_announcement("period.closed", "staff", {})
    with pytest.raises(ValueError, match="too much"):
        check_announcement("unit.changed", "staff", {"name": "x" * DATA_LIMIT})
    with pytest.raises(TypeError, match="float"):
        check_announcement("unit.changed", "staff", {"points": 1.5})
