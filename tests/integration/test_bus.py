"""The bus on real PostgreSQL and Valkey: delivered once, retried late, dead at the end, replayed on demand."""

import asyncio
import os
import subprocess
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from parindex.bus import Subscription, publish, store
from parindex.bus.delivering import deliver
from parindex.bus.redis import connect
from parindex.bus.relay import dispatch
from parindex.bus.tables import delivery
from parindex.contracts.events import TallySealed
from parindex.db import Database, Writing
from parindex_embedded.specs import PARINDEX
from tests.support.workbench import Workbench

EVENT = TallySealed(campaign="c", period="2022", revision=1, digest="sha256:" + "0" * 64, url="http://x")


@pytest.fixture
def survey(bench: Workbench) -> Database:
    return Database(bench.environment["PARINDEX_SURVEY_DATABASE_URL"])


@pytest.fixture
def scoring(bench: Workbench) -> Database:
    return Database(bench.environment["PARINDEX_SCORING_DATABASE_URL"])


class Effects:
    """A subscription that counts what it did, and fails as often as it is told to."""

    def __init__(self, failures: int = 0) -> None:
        self.failures = failures
        self.applied: list[str] = []

    async def prepare(self, event: TallySealed) -> str:
        await asyncio.sleep(0.01)
        if self.failures:
            self.failures -= 1
            raise ConnectionError("đường truyền đứt")
        return event.campaign

    async def apply(self, connection: Writing, event: TallySealed, prepared: str) -> None:
        del connection, event
        self.applied.append(prepared)

    @property
    def subscriptions(self) -> dict[str, Any]:
        found = Subscription(TallySealed, self.prepare, self.apply)
        return {found.topic: found}


async def published(survey: Database) -> UUID:
    async with survey.writing() as connection:
        return await publish(connection, "survey", EVENT)


async def test_an_event_of_a_transaction_that_failed_never_was(bench: Workbench, survey: Database) -> None:
    async def fail_after_publishing() -> None:
        async with survey.writing() as connection:
            await publish(connection, "survey", EVENT)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail_after_publishing()
    assert not await bench.fetch("SELECT 1 FROM bus.event")
    await survey.close()


async def test_the_relay_moves_what_is_due_once(
    bench: Workbench, survey: Database, scoring: Database
) -> None:
    event = await published(survey)
    redis = await connect(bench.servers.valkey.url, f"scoring{bench.database}")
    assert await dispatch(scoring, redis, "scoring") == 1
    assert await dispatch(scoring, redis, "scoring") == 0
    await bench.fetch("UPDATE bus.delivery SET dispatched_at = now() - interval '11 seconds'")
    assert (
        await dispatch(scoring, redis, "scoring") == 0
    )  # arq still holds the job: no second one, no attempt
    await redis.flushall()
    assert await dispatch(scoring, redis, "scoring") == 1  # Redis forgot it, PostgreSQL did not
    rows = await bench.fetch("SELECT event_id, attempts FROM bus.delivery")
    assert [(row["event_id"], row["attempts"]) for row in rows] == [(event, 0)]  # none has begun
    await redis.aclose()
    await survey.close()
    await scoring.close()


async def test_twenty_workers_make_one_effect(survey: Database, scoring: Database) -> None:
    event, effects = await published(survey), Effects()
    await asyncio.gather(*(deliver(scoring, "scoring", effects.subscriptions, event) for _ in range(20)))
    assert effects.applied == ["c"]
    await survey.close()
    await scoring.close()


async def test_a_failure_is_recorded_and_the_next_attempt_succeeds(
    bench: Workbench, survey: Database, scoring: Database
) -> None:
    event, effects = await published(survey), Effects(failures=1)
    await deliver(scoring, "scoring", effects.subscriptions, event)
    row = (await bench.fetch("SELECT error, done_at FROM bus.delivery"))[0]
    assert "đường truyền đứt" in row["error"]
    assert row["done_at"] is None
    await deliver(scoring, "scoring", effects.subscriptions, event)
    assert effects.applied == ["c"]
    assert (await bench.fetch("SELECT error FROM bus.delivery WHERE done_at IS NOT NULL"))[0]["error"] is None
    await survey.close()
    await scoring.close()


async def test_work_that_kills_its_worker_comes_to_an_end(
    bench: Workbench, survey: Database, scoring: Database
) -> None:
    """A killed worker records nothing; its attempt was counted before the work began."""
    event, effects = await published(survey), Effects()
    for attempt in range(store.MAX_ATTEMPTS):
        async with scoring.writing() as connection:
            assert await store.begin_attempt(connection, "scoring", event), attempt
    await deliver(scoring, "scoring", effects.subscriptions, event)
    row = (await bench.fetch("SELECT dead_at, error FROM bus.delivery"))[0]
    assert row["dead_at"] is not None
    assert "giữa chừng" in row["error"]
    assert effects.applied == []
    await survey.close()
    await scoring.close()


async def test_work_that_never_ends_is_a_failure(
    bench: Workbench, survey: Database, scoring: Database
) -> None:
    async def endless(event: TallySealed) -> str:
        await asyncio.sleep(60)
        return event.campaign

    effects = Effects()
    slow = Subscription(TallySealed, endless, effects.apply)
    event = await published(survey)
    await deliver(scoring, "scoring", {slow.topic: slow}, event, seconds=0.05)
    row = (await bench.fetch("SELECT attempts, error FROM bus.delivery"))[0]
    assert (row["attempts"], row["error"].split(":")[0]) == (1, "TimeoutError")
    await survey.close()
    await scoring.close()


async def test_too_many_attempts_end_in_a_dead_letter_that_can_be_replayed(
    bench: Workbench, survey: Database, scoring: Database
) -> None:
    event, effects = await published(survey), Effects(failures=1)
    await bench.fetch(f"UPDATE bus.delivery SET attempts = {store.MAX_ATTEMPTS - 1}")
    await deliver(scoring, "scoring", effects.subscriptions, event)
    async with scoring.reading() as connection:
        owed = await store.list_open(connection, "scoring")
    assert [(found.event, found.dead) for found in owed] == [(event, True)]
    async with scoring.writing() as connection:
        assert await store.take_due(connection, "scoring") == []
        assert await store.replay(connection, "scoring", event)
        assert await store.take_due(connection, "scoring") == [event]
    await survey.close()
    await scoring.close()


async def test_an_operator_sees_what_is_owed_and_replays_what_is_dead(
    bench: Workbench, survey: Database
) -> None:
    event = await published(survey)
    await bench.fetch("UPDATE bus.delivery SET dead_at = now(), error = 'hết cách'")
    words = [PARINDEX, "deliveries", "scoring"]
    environment = os.environ | bench.environment
    listed = await asyncio.to_thread(
        subprocess.run, words, check=True, capture_output=True, text=True, env=environment
    )
    assert f"{event}  tally.sealed.v1" in listed.stdout
    assert "đã bỏ cuộc  hết cách" in listed.stdout
    again = [*words, "--replay", str(event)]
    replayed = await asyncio.to_thread(
        subprocess.run, again, check=True, capture_output=True, text=True, env=environment
    )
    assert "0 lần thử" in replayed.stdout
    await survey.close()


async def test_waiting_grows_with_the_attempts(bench: Workbench, survey: Database, scoring: Database) -> None:
    await published(survey)
    for attempts, seconds, due in [(1, 9, 0), (1, 11, 1), (3, 39, 0), (3, 41, 1), (12, 299, 0), (12, 301, 1)]:
        await bench.fetch(
            "UPDATE bus.delivery SET attempts = $1, dispatched_at = now() - $2::interval",
            attempts,
            timedelta(seconds=seconds),
        )
        async with scoring.writing() as connection:
            assert len(await store.take_due(connection, "scoring")) == due, (attempts, seconds)
    await survey.close()
    await scoring.close()


def test_a_delivery_is_keyed_by_event_and_subscriber() -> None:
    assert [column.name for column in delivery.primary_key] == ["event_id", "subscriber"]
