"""Webhooks: what is announced reaches a real receiver signed and at least once; the rest is refused or logged."""

import asyncio
import base64
import hashlib
import hmac
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from parindex.auth.policy import Role
from parindex.db import Database
from parindex.kernel.clocks import system_time
from parindex_embedded.specs import PARINDEX
from scoring_api.announcements.store import number_announcements
from scoring_api.announcements.use_cases import announce
from scoring_api.webhooks import jobs
from scoring_api.webhooks.domain import RETRY_AFTER, Guard, guard_of
from scoring_api.webhooks.jobs import Sender
from scoring_api.webhooks.store.deliveries import DueDelivery, Outcome, take_due
from scoring_api.webhooks.use_cases import note_outcome, tell_next
from tests.support.scoring_story import code_of, ok
from tests.support.workbench import Workbench

SCRIPT = Path(__file__).parents[1] / "support" / "webhook_receiver.py"
OPEN = {
    "PARINDEX_SCORING_WEBHOOK_PLAIN_HTTP": "true",
    "PARINDEX_SCORING_WEBHOOK_NETWORKS": "127.0.0.0/8",
}


@dataclass
class Receiver:
    url: str
    book: Path

    def rows(self, path: str = "") -> list[dict[str, Any]]:
        if not self.book.exists():
            return []
        found = [json.loads(line) for line in self.book.read_text(encoding="utf-8").splitlines()]
        return [row for row in found if path in ("", row["path"])]


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Receiver]:
    book = tmp_path_factory.mktemp("receiver") / "received.jsonl"
    started = subprocess.Popen([sys.executable, str(SCRIPT), str(book)], stdout=subprocess.PIPE, text=True)
    assert started.stdout is not None
    port = started.stdout.readline().strip()
    yield Receiver(f"http://127.0.0.1:{port}", book)
    started.kill()
    started.wait()
    started.stdout.close()


@pytest.fixture
def receiver(process: Receiver) -> Receiver:
    process.book.unlink(missing_ok=True)
    return process


class Post:
    """The administrator's client and the worker's turns, one at a time."""

    def __init__(self, bench: Workbench, client: httpx.AsyncClient, base: Database, guard: Guard) -> None:
        self.bench = bench
        self.client = client
        self.base = base
        seed = bench.environment["PARINDEX_SCORING_SIGNING_KEY"].encode()
        self.sender = Sender(base, guard, seed)

    async def register(self, url: str, *topics: str) -> tuple[str, str]:
        body = {"url": url, "topics": list(topics) or ["edition.published"]}
        made = (await ok(self.client.post("/api/v1/webhooks", json=body))).json()
        return made["id"], made["secret"]

    async def say(self, topic: str = "edition.published", **data: Any) -> None:
        async with self.base.writing() as connection:
            await announce(connection, topic, "2022/1", data)

    async def tell(self) -> None:
        async with self.base.writing() as connection:
            await number_announcements(connection)
        for _ in range(20):
            async with self.base.writing() as connection:
                if not await tell_next(connection):
                    return

    async def turn(self) -> int:
        await self.tell()
        async with asyncio.TaskGroup() as group:
            return await self.sender.send_due(group)

    async def later(self) -> None:
        """The pause of every delivery is over."""
        await self.bench.fetch("UPDATE scoring.webhook_delivery SET due_at = due_at - interval '2 days'")

    async def deliveries(self, endpoint: str, **query: Any) -> list[dict[str, Any]]:
        reply = await ok(self.client.get(f"/api/v1/webhooks/{endpoint}/deliveries", params=query))
        found: list[dict[str, Any]] = reply.json()["deliveries"]
        return found

    async def endpoint(self, endpoint: str) -> dict[str, Any]:
        found: dict[str, Any] = (await ok(self.client.get(f"/api/v1/webhooks/{endpoint}"))).json()
        return found


@asynccontextmanager
async def opened(bench: Workbench, guard: Guard) -> AsyncIterator[Post]:
    base = Database(bench.environment["PARINDEX_SCORING_DATABASE_URL"], pool_size=6)
    async with bench.api("scoring") as api, api.as_role(Role.ADMINISTRATOR) as client:
        yield Post(bench, client, base, guard)
    await base.close()


@pytest_asyncio.fixture
async def post(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Post]:
    for name, value in OPEN.items():
        monkeypatch.setenv(name, value)
    async with opened(bench, guard_of([], ["127.0.0.0/8"], plain_http=True)) as found:
        yield found


def verifies(row: dict[str, Any], secret: str) -> bool:
    """As any receiver checks it, by the specification alone."""
    headers = row["headers"]
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.{row['body']}".encode()
    key = base64.b64decode(secret.removeprefix("whsec_"))
    mine = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return f"v1,{mine}" in headers["webhook-signature"].split(" ")


async def test_what_is_announced_arrives_signed(post: Post, receiver: Receiver) -> None:
    endpoint, secret = await post.register(f"{receiver.url}/200", "edition.published", "period.opened")
    assert secret.startswith("whsec_")
    await post.say(period="2022", edition=1)
    await post.say("period.opened", period="2023")
    await post.say("council.called", period="2022")
    assert await post.turn() == 2
    rows = sorted(receiver.rows(), key=lambda row: row["body"])
    assert [json.loads(row["body"])["type"] for row in rows] == ["edition.published", "period.opened"]
    body = json.loads(rows[0]["body"])
    assert (body["data"], body["object"], body["title"]) == (
        {"period": "2022", "edition": 1}, "2022/1", "Công bố kết quả",
    )  # fmt: skip
    assert all(verifies(row, secret) for row in rows)
    assert abs(int(rows[0]["headers"]["webhook-timestamp"]) - time.time()) < 30
    assert rows[0]["headers"]["content-type"] == "application/json"
    assert not verifies({**rows[0], "body": rows[0]["body"] + " "}, secret)
    logged = await post.deliveries(endpoint)
    assert {row["state"] for row in logged} == {"delivered"}
    assert {row["last"]["status"] for row in logged} == {200}
    assert logged[0]["last"]["excerpt"].startswith("trả lời 200")
    assert logged[0]["last"]["milliseconds"] >= 0
    assert {row["webhook_id"] for row in logged} == {row["headers"]["webhook-id"] for row in rows}
    assert await post.turn() == 0


async def test_the_secret_is_shown_once_and_stands_in_no_table(post: Post, receiver: Receiver) -> None:
    endpoint, secret = await post.register(f"{receiver.url}/200")
    shown = await ok(post.client.get("/api/v1/webhooks"))
    assert secret not in shown.text
    dump = await post.bench.fetch("SELECT row_to_json(e)::text AS row FROM scoring.webhook_endpoint e")
    audit = await post.bench.fetch("SELECT row_to_json(a)::text AS row FROM scoring.audit a")
    raw = base64.b64decode(secret.removeprefix("whsec_"))
    for row in (*dump, *audit):
        assert secret.removeprefix("whsec_") not in row["row"]
        assert raw.hex() not in row["row"]
    other, second = await post.register(f"{receiver.url}/200")
    assert (other, second) != (endpoint, secret)


async def test_two_secrets_sign_for_a_while_after_a_rotation(post: Post, receiver: Receiver) -> None:
    endpoint, former = await post.register(f"{receiver.url}/200")
    made = await ok(post.client.post(f"/api/v1/webhooks/{endpoint}/secret", json={"grace_hours": 1}))
    current = made.json()["secret"]
    assert current != former
    await post.say(edition=1)
    await post.turn()
    (row,) = receiver.rows()
    assert verifies(row, former)
    assert verifies(row, current)
    await post.bench.fetch(
        "UPDATE scoring.webhook_endpoint SET former_until = former_until - interval '2 hours'"
    )
    await post.say(edition=2)
    await post.turn()
    row = receiver.rows()[-1]
    assert verifies(row, current)
    assert not verifies(row, former)
    newest = (
        await ok(post.client.post(f"/api/v1/webhooks/{endpoint}/secret", json={"grace_hours": 0}))
    ).json()
    await post.say(edition=3)
    await post.turn()
    assert verifies(receiver.rows()[-1], newest["secret"])
    assert not verifies(receiver.rows()[-1], current)


async def test_a_failure_is_tried_again_by_the_schedule_with_the_same_id(
    post: Post, receiver: Receiver
) -> None:
    endpoint, _ = await post.register(f"{receiver.url}/503")
    await post.say(edition=1)
    for done in range(1, len(RETRY_AFTER) + 2):
        assert await post.turn() == 1
        assert await post.turn() == 0, "not before its time"
        (row,) = await post.deliveries(endpoint)
        assert row["attempts"] == done
        await post.later()
    (row,) = await post.deliveries(endpoint, state="failed")
    assert row["last"]["status"] == 503
    assert await post.turn() == 0
    assert len({one["headers"]["webhook-id"] for one in receiver.rows()}) == 1
    assert len(receiver.rows()) == len(RETRY_AFTER) + 1
    tries = (await ok(post.client.get(f"/api/v1/webhooks/{endpoint}/deliveries/{row['id']}"))).json()["tries"]
    assert len(tries) == len(RETRY_AFTER) + 1
    await post.client.put(
        f"/api/v1/webhooks/{endpoint}",
        json={"url": f"{receiver.url}/200", "topics": ["edition.published"]},
        headers={"If-Match": (await post.client.get(f"/api/v1/webhooks/{endpoint}")).headers["etag"]},
    )
    await ok(post.client.post(f"/api/v1/webhooks/{endpoint}/deliveries/{row['id']}/replay"))
    assert await code_of(post.client.post(f"/api/v1/webhooks/{endpoint}/deliveries/{row['id']}/replay")) == (
        409, "webhook_delivery_pending",
    )  # fmt: skip
    assert await post.turn() == 1
    assert (await post.deliveries(endpoint))[0]["state"] == "delivered"
    assert receiver.rows()[-1]["headers"]["webhook-id"] == receiver.rows()[0]["headers"]["webhook-id"]


async def test_pauses_grow_with_jitter_and_heed_the_receiver(post: Post, receiver: Receiver) -> None:
    slow, _ = await post.register(f"{receiver.url}/429")
    quick, _ = await post.register(f"{receiver.url}/500")
    await post.say(edition=1)
    await post.turn()
    rows = await post.bench.fetch(
        "SELECT endpoint_id::text, extract(epoch FROM due_at)::float8 AS due FROM scoring.webhook_delivery"
    )
    due = {row["endpoint_id"]: row["due"] - time.time() for row in rows}
    assert 7000 < due[slow] <= 7200, "the receiver asked for two hours"
    assert 1 < due[quick] <= 6, "five seconds and up to a fifth more"


async def test_410_disables_at_once_and_says_so(post: Post, receiver: Receiver) -> None:
    endpoint, _ = await post.register(f"{receiver.url}/410?khoa=bi-mat")
    await post.say(edition=1)
    await post.turn()
    found = await post.endpoint(endpoint)
    assert (found["state"], "410" in found["disabled_reason"]) == ("disabled", True)
    told = await post.bench.fetch(
        "SELECT audience, object, data::text FROM scoring.announcement WHERE topic = 'webhook.disabled'"
    )
    assert "bi-mat" not in told[0]["data"], "what others hear of it names the host alone"
    assert [(row["audience"], row["object"]) for row in told] == [("staff", endpoint)]
    await post.say(edition=2)
    assert await post.turn() == 0
    refused = await code_of(
        post.client.post(f"/api/v1/webhooks/{endpoint}/replays", json={"since": "2022-01-01T00:00:00Z"})
    )
    assert refused == (409, "webhook_disabled")


async def test_days_of_failure_disable_and_enabling_brings_what_was_missed(
    post: Post, receiver: Receiver
) -> None:
    endpoint, _ = await post.register(f"{receiver.url}/500")
    await post.say(edition=1)
    await post.turn()
    assert (await post.endpoint(endpoint))["failing_since"] is not None
    await post.bench.fetch(
        "UPDATE scoring.webhook_endpoint SET failing_since = failing_since - interval '3 days'"
    )
    await post.later()
    await post.turn()
    assert (await post.endpoint(endpoint))["state"] == "disabled"
    await post.say(edition=2)
    await post.later()
    assert await post.turn() == 0
    tag = (await post.client.get(f"/api/v1/webhooks/{endpoint}")).headers["etag"]
    body = {"url": f"{receiver.url}/200", "topics": ["edition.published"]}
    await ok(post.client.put(f"/api/v1/webhooks/{endpoint}", json=body, headers={"If-Match": tag}))
    await ok(post.client.post(f"/api/v1/webhooks/{endpoint}/enable"))
    assert await post.turn() == 2
    assert {row["state"] for row in await post.deliveries(endpoint)} == {"delivered"}
    assert (await post.endpoint(endpoint))["failing_since"] is None


async def test_everything_that_failed_since_an_instant_is_sent_once_more(
    post: Post, receiver: Receiver
) -> None:
    endpoint, _ = await post.register(f"{receiver.url}/200")
    for edition in range(3):
        await post.say(edition=edition)
    await post.turn()
    await post.bench.fetch("UPDATE scoring.webhook_delivery SET state = 'failed'")
    await post.bench.fetch(
        "UPDATE scoring.webhook_delivery SET created_at = created_at - interval '2 days'"
        " WHERE id = (SELECT min(id::text)::uuid FROM scoring.webhook_delivery)"
    )
    since = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 3600))
    made = await ok(post.client.post(f"/api/v1/webhooks/{endpoint}/replays", json={"since": since}))
    assert made.json() == {"count": 2}
    assert await post.turn() == 2
    assert len(receiver.rows()) == 5
    assert len({row["headers"]["webhook-id"] for row in receiver.rows()}) == 3


async def test_a_ping_is_sent_once_also_to_a_disabled_endpoint(post: Post, receiver: Receiver) -> None:
    endpoint, secret = await post.register(f"{receiver.url}/500")
    await ok(post.client.post(f"/api/v1/webhooks/{endpoint}/disable", json={"reason": "bảo trì"}))
    sent = (await ok(post.client.post(f"/api/v1/webhooks/{endpoint}/ping"))).json()
    assert await post.turn() == 1
    (row,) = receiver.rows()
    assert json.loads(row["body"])["type"] == "webhook.ping"
    assert row["headers"]["webhook-id"] == sent["webhook_id"]
    assert verifies(row, secret)
    (logged,) = await post.deliveries(endpoint)
    assert (logged["state"], logged["last"]["status"]) == ("failed", 500)
    assert (await post.endpoint(endpoint))["failing_since"] is None, "a test is no failure"


async def test_no_redirect_is_followed_and_no_long_answer_read(post: Post, receiver: Receiver) -> None:
    moved, _ = await post.register(f"{receiver.url}/moved")
    long, _ = await post.register(f"{receiver.url}/long")
    await post.say(edition=1)
    await post.turn()
    assert [row["path"] for row in receiver.rows("/200")] == []
    (row,) = await post.deliveries(moved)
    assert (row["state"], row["last"]["status"]) == ("pending", 302)
    (row,) = await post.deliveries(long)
    assert (row["state"], len(row["last"]["excerpt"])) == ("delivered", 1024)


async def test_a_receiver_that_is_not_there_is_an_outcome(post: Post) -> None:
    endpoint, _ = await post.register("http://127.0.0.1:9/nobody")
    named, _ = await post.register("http://khong-co.invalid/x")
    await post.say(edition=1)
    await post.turn()
    for one in (endpoint, named):
        (row,) = await post.deliveries(one)
        assert (row["state"], row["last"]["status"]) == ("pending", None)
        assert row["last"]["error"].startswith("không gửi được")


async def test_a_name_that_leads_inside_is_not_called(
    bench: Workbench, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`localhost` passes registration, its address does not pass the guard; nothing reaches the receiver."""
    monkeypatch.setenv("PARINDEX_SCORING_WEBHOOK_PLAIN_HTTP", "true")
    async with opened(bench, guard_of([], [], plain_http=True)) as post:
        endpoint, _ = await post.register(receiver.url.replace("127.0.0.1", "localhost") + "/200")
        await post.say(edition=1)
        await post.turn()
        assert receiver.rows() == []
        (row,) = await post.deliveries(endpoint)
        assert "địa chỉ không được phép" in row["last"]["error"]


async def test_a_slow_receiver_holds_up_no_other(post: Post, receiver: Receiver) -> None:
    await post.register(f"{receiver.url}/slow")
    quick, _ = await post.register(f"{receiver.url}/200")
    await post.say(edition=1)
    await post.tell()
    running = asyncio.create_task(post.sender.run())
    try:
        for _ in range(1200):
            if receiver.rows("/slow") and receiver.rows("/200"):
                break
            await asyncio.sleep(0.05)
        await post.say(edition=2)
        await post.tell()
        for _ in range(1200):
            if len(await post.deliveries(quick, state="delivered")) == 2:
                break
            await asyncio.sleep(0.05)
        assert len(receiver.rows("/200")) == 2
        assert [row["state"] for row in await post.deliveries(quick)] == ["delivered", "delivered"]
    finally:
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running


async def test_many_slow_receivers_with_long_queues_hold_up_no_other(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Four that answer after a while could fill a worker; the fifth, whose message is newest, is served soon."""
    under_way: Counter[str] = Counter()
    highest: Counter[str] = Counter()
    arrived: list[str] = []

    async def answer(one: DueDelivery, *_words: Any) -> Outcome:
        under_way[one.url] += 1
        highest[one.url] = max(highest[one.url], under_way[one.url])
        await asyncio.sleep(0 if one.url.endswith("quick") else 0.5)
        under_way[one.url] -= 1
        arrived.append(one.url)
        return Outcome(system_time(), 1, 200, "", "")

    monkeypatch.setattr(jobs, "send", answer)
    monkeypatch.setattr(jobs, "EVERY_SECONDS", 0.05)
    for place in range(4):
        await post.register(f"http://127.0.0.1/slow-{place}")
    for edition in range(40):
        await post.say(edition=edition)
    await post.tell()
    running = asyncio.create_task(post.sender.run())
    await asyncio.sleep(0.3)
    await post.register("http://127.0.0.1/quick")
    await post.say(edition=99)
    await post.tell()
    try:
        async with asyncio.timeout(60):
            while "http://127.0.0.1/quick" not in arrived:
                await asyncio.sleep(0.02)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert len(arrived) < 100, "not because the others were done"
    assert max(highest.values()) == jobs.OF_ONE


async def test_one_that_fails_gets_one_message_at_a_time(post: Post, receiver: Receiver) -> None:
    endpoint, _ = await post.register(f"{receiver.url}/500")
    for edition in range(3):
        await post.say(edition=edition)
    await post.turn()
    assert (await post.endpoint(endpoint))["failing_since"] is not None
    await post.later()
    assert await post.turn() == 1


async def test_a_late_failure_undoes_no_newer_try(post: Post, receiver: Receiver) -> None:
    """A worker that stood still longer than its lease: another has tried since, whose outcome counts."""
    endpoint, _ = await post.register(f"{receiver.url}/200")
    await post.say(edition=1)
    await post.tell()

    async def take() -> DueDelivery:
        async with post.base.writing() as connection:
            (one,) = await take_due(connection, [], [], 4, timedelta())
        return one

    async def note(one: DueDelivery, status: int) -> None:
        async with post.base.writing() as connection:
            await note_outcome(connection, one, Outcome(system_time(), 1, status, "", ""))

    first, second = await take(), await take()
    await note(first, 410)
    assert (await post.endpoint(endpoint))["state"] == "active"
    assert [row["state"] for row in await post.deliveries(endpoint)] == ["pending"]
    await note(second, 200)
    await note(first, 500)
    assert [row["state"] for row in await post.deliveries(endpoint)] == ["delivered"]
    assert (await post.endpoint(endpoint))["failing_since"] is None


async def test_a_host_taken_off_the_list_is_sent_nothing_more(bench: Workbench, receiver: Receiver) -> None:
    """Registered while any host would do; the list that came later counts for it, too."""
    environment = pytest.MonkeyPatch()
    environment.setenv("PARINDEX_SCORING_WEBHOOK_PLAIN_HTTP", "true")
    environment.setenv("PARINDEX_SCORING_WEBHOOK_NETWORKS", "127.0.0.0/8")
    narrowed = guard_of(["cong.example.vn"], ["127.0.0.0/8"], plain_http=True)
    async with opened(bench, narrowed) as post:
        endpoint, _ = await post.register(f"{receiver.url}/200")
        await post.say(edition=1)
        await post.turn()
        assert receiver.rows() == []
        (row,) = await post.deliveries(endpoint)
        assert "không còn được phép" in row["last"]["error"]
    environment.undo()


async def test_an_endpoint_that_was_removed_waits_for_nothing(post: Post, receiver: Receiver) -> None:
    endpoint, _ = await post.register(f"{receiver.url}/200")
    await post.say(edition=1)
    await post.tell()
    await ok(post.client.delete(f"/api/v1/webhooks/{endpoint}"))
    assert await post.turn() == 0
    rows = await post.bench.fetch("SELECT state, settled_at FROM scoring.webhook_delivery")
    assert [(row["state"], row["settled_at"] is not None) for row in rows] == [("failed", True)]


async def test_another_address_starts_with_a_clean_record(post: Post, receiver: Receiver) -> None:
    endpoint, _ = await post.register(f"{receiver.url}/500")
    await post.say(edition=1)
    await post.turn()
    tag = (await post.client.get(f"/api/v1/webhooks/{endpoint}")).headers["etag"]
    body = {"url": f"{receiver.url}/200", "topics": ["edition.published"]}
    await ok(post.client.put(f"/api/v1/webhooks/{endpoint}", json=body, headers={"If-Match": tag}))
    assert (await post.endpoint(endpoint))["failing_since"] is None


async def test_a_worker_killed_in_the_middle_loses_nothing(
    post: Post, receiver: Receiver, tmp_path: Path
) -> None:
    """A real worker is killed with a request under way; another sends the same message again, and the rest."""
    endpoint, secret = await post.register(f"{receiver.url}/slow")

    def start() -> subprocess.Popen[bytes]:
        environment = {**os.environ, **post.bench.environment, **OPEN}
        with (tmp_path / "worker.log").open("ab") as log:
            return subprocess.Popen([PARINDEX, "worker", "scoring"], env=environment, stdout=log, stderr=log)

    async def until(count: int) -> None:
        for _ in range(1200):
            if len(receiver.rows("/slow")) >= count:
                return
            await asyncio.sleep(0.05)
        raise AssertionError((tmp_path / "worker.log").read_text()[-2000:])

    await post.say(edition=1)
    first = start()
    try:
        await until(1)
    finally:
        first.send_signal(signal.SIGKILL)
        first.wait()
    for edition in (2, 3):
        await post.say(edition=edition)
    (row,) = await post.deliveries(endpoint)
    assert (row["state"], row["attempts"], row["last"]) == ("pending", 1, None)
    await post.later()
    second = start()
    try:
        await until(4)
        for _ in range(1200):
            if all(row["state"] == "delivered" for row in await post.deliveries(endpoint)):
                break
            await asyncio.sleep(0.05)
    finally:
        second.terminate()
        second.wait()
    rows = receiver.rows("/slow")
    assert len(rows) == 4
    assert len({row["headers"]["webhook-id"] for row in rows}) == 3
    twice = [row for row in rows if json.loads(row["body"])["data"] == {"edition": 1}]
    assert [row["headers"]["webhook-id"] for row in twice] == [twice[0]["headers"]["webhook-id"]] * 2
    assert all(verifies(row, secret) for row in rows)
    assert {row["state"] for row in await post.deliveries(endpoint)} == {"delivered"}


async def test_two_workers_send_each_message_once(post: Post, receiver: Receiver) -> None:
    await post.register(f"{receiver.url}/200")
    other = Sender(post.base, guard_of([], ["127.0.0.0/8"], plain_http=True), b"x" * 8)
    for edition in range(12):
        await post.say(edition=edition)
    await post.tell()

    async def drain(sender: Sender) -> None:
        for _ in range(8):
            async with asyncio.TaskGroup() as group:
                await sender.send_due(group)

    await asyncio.gather(drain(post.sender), drain(other))
    assert sorted(json.loads(row["body"])["data"]["edition"] for row in receiver.rows()) == list(range(12))


GOOD = {"url": "https://cong.example.vn/nhan", "topics": ["edition.published"]}
BAD = (
    ({"url": "http://cong.example.vn/nhan"}, "webhook_invalid", "url_not_https"),
    ({"url": "ftp://cong.example.vn/nhan"}, "webhook_invalid", "url_malformed"),
    ({"url": "https:///nhan"}, "webhook_invalid", "url_malformed"),
    ({"url": "https://cổng.vn/nhan"}, "webhook_invalid", "url_malformed"),
    ({"url": "https://a b/nhan"}, "webhook_invalid", "url_malformed"),
    ({"url": "https://cong.example.vn:0/"}, "webhook_invalid", "url_malformed"),
    ({"url": "https://cong.example.vn:99999/"}, "webhook_invalid", "url_malformed"),
    ({"url": "https://ai:do@example.vn/"}, "webhook_invalid", "url_with_account"),
    ({"url": "https://cong.example.vn/#x"}, "webhook_invalid", "url_with_fragment"),
    ({"url": "https://127.0.0.1/"}, "webhook_invalid", "host_not_allowed"),
    ({"url": "https://10.1.2.3/"}, "webhook_invalid", "host_not_allowed"),
    ({"url": "https://169.254.169.254/latest"}, "webhook_invalid", "host_not_allowed"),
    ({"url": "https://[::1]/"}, "webhook_invalid", "host_not_allowed"),
    ({"url": "https://[::ffff:10.0.0.1]/"}, "webhook_invalid", "host_not_allowed"),
    ({"url": "https://[fd00::1]/"}, "webhook_invalid", "host_not_allowed"),
    ({"url": "https://[64:ff9b::a00:1]/"}, "webhook_invalid", "host_not_allowed"),
    ({"url": "https://[2002:a00:1::]/"}, "webhook_invalid", "host_not_allowed"),
    ({"url": "https://[::10.0.0.1]/"}, "webhook_invalid", "host_not_allowed"),
    ({"url": "https://[::ffff:0:10.0.0.1]/"}, "webhook_invalid", "host_not_allowed"),
    ({"url": "https://[fec0::1]/"}, "webhook_invalid", "host_not_allowed"),
    ({"topics": ["edition.published", "khong.co"]}, "webhook_invalid", "topic_unknown"),
    ({"topics": ["edition.published", "edition.published"]}, "webhook_invalid", "topic_repeated"),
    ({"topics": []}, "invalid_request", ""),
    ({"topics": "edition.published"}, "invalid_request", ""),
    ({"url": ""}, "invalid_request", ""),
    ({"url": "https://a.vn/" + "x" * 500}, "invalid_request", ""),
    ({"description": "x" * 501}, "invalid_request", ""),
    ({"secret": "whsec_mine"}, "invalid_request", ""),
)


async def test_bad_endpoints_are_refused_with_every_fault(bench: Workbench) -> None:
    async with opened(bench, Guard()) as post:
        for change, code, fault in BAD:
            reply = await post.client.post("/api/v1/webhooks", json={**GOOD, **change})
            assert (reply.status_code, reply.json()["code"]) == (422, code), change
            if fault:
                assert fault in {one["code"] for one in reply.json()["errors"]}, change
        both = {"url": "http://127.0.0.1/", "topics": ["x", "x"]}
        reply = await post.client.post("/api/v1/webhooks", json=both)
        assert len(reply.json()["errors"]) == 5
        assert (await post.client.get("/api/v1/webhooks")).json() == {"webhooks": []}


async def test_only_listed_hosts_are_taken_where_a_list_is_kept(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARINDEX_SCORING_WEBHOOK_HOSTS", "*.haiduong.gov.vn, cong.example.vn")
    monkeypatch.setenv("PARINDEX_SCORING_WEBHOOK_NETWORKS", "10.8.0.0/16")
    async with opened(bench, Guard()) as post:
        for url, status in (
            ("https://a.haiduong.gov.vn/x", 201),
            ("https://CONG.example.vn/x", 201),
            ("https://haiduong.gov.vn/x", 422),
            ("https://a.haiduong.gov.vn.example.com/x", 422),
            ("https://10.8.1.1/x", 422),
        ):
            reply = await post.client.post("/api/v1/webhooks", json={**GOOD, "url": url})
            assert reply.status_code == status, url


async def test_changes_need_the_version_and_unknown_ones_are_told(bench: Workbench) -> None:
    nobody = "0193514e-9a53-7d43-8d43-3d9a2f6a1c11"
    async with opened(bench, Guard()) as post:
        endpoint, _ = await post.register(GOOD["url"])  # type: ignore[arg-type]
        base = f"/api/v1/webhooks/{endpoint}"
        assert await code_of(post.client.put(base, json=GOOD)) == (428, "version_required")
        tag = (await post.client.get(base)).headers["etag"]
        await ok(post.client.put(base, json=GOOD, headers={"If-Match": tag}))
        assert await code_of(post.client.put(base, json=GOOD, headers={"If-Match": tag})) == (
            412,
            "version_stale",
        )
        for method, path, body in (
            ("GET", "", None), ("DELETE", "", None), ("POST", "/enable", {}), ("POST", "/ping", {}),
            ("POST", "/disable", {"reason": "x"}), ("POST", "/secret", {}), ("GET", "/deliveries", None),
            ("POST", "/replays", {"since": "2023-01-01T00:00:00Z"}), ("POST", f"/deliveries/{nobody}/replay", {}),
        ):  # fmt: skip
            reply = await post.client.request(method, f"/api/v1/webhooks/{nobody}{path}", json=body)
            assert (reply.status_code, reply.json()["code"]) == (404, "webhook_unknown"), path
        found = await code_of(post.client.get(f"{base}/deliveries/{nobody}"))
        assert found == (404, "webhook_delivery_unknown")
        for path, body in (
            ("/disable", {}), ("/disable", {"reason": ""}), ("/secret", {"grace_hours": -1}),
            ("/secret", {"grace_hours": 169}), ("/secret", {"grace_hours": "x"}), ("/replays", {}),
            ("/replays", {"since": "2023-01-01T00:00:00"}), ("/replays", {"since": "hôm qua"}),
        ):  # fmt: skip
            assert await code_of(post.client.post(base + path, json=body)) == (422, "invalid_request"), body
        for query in ("limit=0", "limit=1001", "state=lost", "before=x"):
            assert await code_of(post.client.get(f"{base}/deliveries?{query}")) == (422, "invalid_request")
        assert (await post.client.delete(base)).status_code == 204
        assert await code_of(post.client.get(base)) == (404, "webhook_unknown")


async def test_webhooks_are_the_administrators_alone(bench: Workbench) -> None:
    async with bench.api("scoring") as api:
        for role in (Role.UNIT_OFFICER, Role.APPRAISER, Role.COUNCIL_CLERK, Role.SURVEY_MANAGER, Role.READER):
            async with api.as_role(role, units=["a"]) as client:
                assert await code_of(client.get("/api/v1/webhooks")) == (403, "forbidden")
                assert await code_of(client.post("/api/v1/webhooks", json=GOOD)) == (403, "forbidden")
        assert await code_of(api.client().get("/api/v1/webhooks")) == (401, "token_required")


async def test_old_logs_go(post: Post, receiver: Receiver) -> None:
    from scoring_api.webhooks.jobs import recurring

    endpoint, _ = await post.register(f"{receiver.url}/200")
    await post.say(edition=1)
    await post.say(edition=2)
    await post.turn()
    await post.bench.fetch(
        "UPDATE scoring.webhook_delivery SET settled_at = settled_at - interval '91 days'"
        " WHERE id = (SELECT min(id::text)::uuid FROM scoring.webhook_delivery)"
    )
    work = {one.name: one for one in recurring(post.base, Guard(), b"")}
    await work["forget_webhook_log"].run()
    assert len(await post.deliveries(endpoint)) == 1
    assert len(await post.bench.fetch("SELECT 1 FROM scoring.webhook_attempt")) == 1


async def test_deliveries_are_read_page_by_page_and_begin_with_the_registration(
    post: Post, receiver: Receiver
) -> None:
    await post.say(edition=0)
    await post.tell()
    endpoint, _ = await post.register(f"{receiver.url}/200")
    for edition in range(1, 6):
        await post.say(edition=edition)
    await post.tell()
    base = f"/api/v1/webhooks/{endpoint}/deliveries"
    seen: list[str] = []
    page: dict[str, Any] = {"next": "ffffffff-ffff-ffff-ffff-ffffffffffff"}
    while page["next"]:
        page = (await ok(post.client.get(base, params={"limit": 2, "before": page["next"]}))).json()
        assert len(page["deliveries"]) <= 2
        for row in page["deliveries"]:
            assert (row["state"], row["attempts"], row["last"]) == ("pending", 0, None)
            whole = (await ok(post.client.get(f"{base}/{row['id']}"))).json()
            seen.append(json.loads(whole["body"])["data"]["edition"])
    assert sorted(seen) == [1, 2, 3, 4, 5], "what was before the registration is not sent"
    assert len(await post.deliveries(endpoint, state="delivered")) == 0


async def test_the_topics_are_told_with_their_titles(post: Post) -> None:
    rows = (await ok(post.client.get("/api/v1/webhooks/topics"))).json()["topics"]
    found = {row["topic"]: (row["title"], row["public"]) for row in rows}
    assert found["edition.published"] == ("Công bố kết quả", True)
    assert found["council.called"] == ("Chuyển Hội đồng", False)
