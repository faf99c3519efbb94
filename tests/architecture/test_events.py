"""What is delivered has a handler: the contract's subscribers are those that the services register."""

import pytest

from parindex.contracts.events import SUBSCRIBERS, AnyEvent, Event
from tests.architecture.apps import subscriptions_of
from tests.architecture.tree import SERVICES


def test_each_topic_of_the_contract_reaches_exactly_its_subscribers() -> None:
    registered = {
        topic: tuple(
            sorted(
                name
                for name in SERVICES
                if topic in {subscription.topic for subscription in subscriptions_of(name)}
            )
        )
        for topic in SUBSCRIBERS
    }
    assert registered == {topic: tuple(sorted(names)) for topic, names in SUBSCRIBERS.items()}


def test_each_event_of_the_contract_has_subscribers() -> None:
    topics = {event.model_fields["topic"].default for event in AnyEvent.__args__}
    assert topics == set(SUBSCRIBERS)


@pytest.mark.parametrize("service", SERVICES)
def test_a_services_own_jobs_carry_its_name(service: str) -> None:
    own = [sub.topic for sub in subscriptions_of(service) if sub.topic not in SUBSCRIBERS]
    assert all(topic.startswith(f"{service}.") for topic in own), own
    topics = [sub.topic for sub in subscriptions_of(service)]
    assert len(topics) == len(set(topics))


def _models() -> list[type[Event]]:
    return [sub.event for name in SERVICES for sub in subscriptions_of(name)]


def test_topics_say_what_happened_and_their_version() -> None:
    for model in _models():
        topic = str(model.model_fields["topic"].default)
        noun, verb, version = topic.rsplit(".", 2)
        assert noun, topic
        assert verb.endswith(("ed", "over", "ready")), f"past tense: {topic}"
        assert version.startswith("v"), topic
        assert version[1:].isdigit(), topic
