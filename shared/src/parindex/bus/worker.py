"""The worker process of a service: an arq worker and the relay, under one supervisor."""

import asyncio
import time
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson
from arq.constants import in_progress_key_prefix
from arq.worker import Worker, async_check_health, func

from parindex.bus.delivering import LONGEST_SECONDS, deliver
from parindex.bus.recurring import Recurring, keep_running
from parindex.bus.redis import KEPT_MILLISECONDS, connect, encode, queue_name, redis_settings
from parindex.bus.relay import JOB, run_relay
from parindex.bus.subscriptions import AnySubscription
from parindex.db.engine import Database
from parindex.telemetry import log

LEASE_SECONDS = 15
JOB_SECONDS = LONGEST_SECONDS + 10


class LeaseWorker(Worker):
    """An arq worker whose jobs are leased: a killed worker's job is free again after 15 s.

    arq itself keeps a job locked for its whole time-out, so that a long job of a dead worker would wait.
    """

    renew_at = 0.0

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.in_progress_timeout_s = LEASE_SECONDS

    async def heart_beat(self) -> None:
        await super().heart_beat()
        if self.tasks and time.monotonic() >= self.renew_at:
            self.renew_at = time.monotonic() + LEASE_SECONDS / 4
            async with self.pool.pipeline(transaction=False) as pipe:
                for job in self.tasks:
                    pipe.pexpire(in_progress_key_prefix + job, LEASE_SECONDS * 1000)
                await pipe.execute()


async def run_worker(
    database: Database,
    redis_url: str,
    service: str,
    subscriptions: Sequence[AnySubscription],
    recurring: Sequence[Recurring] = (),
) -> None:
    """Run until stopped. Raises when either half fails: the process exits, a supervisor starts it anew."""
    by_topic = {subscription.topic: subscription for subscription in subscriptions}

    async def job(ctx: dict[Any, Any], *args: Any, **kwargs: Any) -> None:  # arq's own signature
        del ctx, kwargs
        await deliver(database, service, by_topic, UUID(args[0]))

    redis = await connect(redis_url, service)
    worker = LeaseWorker(
        functions=[func(job, name=JOB, timeout=JOB_SECONDS, keep_result=0)],
        queue_name=queue_name(service),
        redis_settings=redis_settings(redis_url),
        job_serializer=encode,
        job_deserializer=orjson.loads,
        handle_signals=False,
        max_jobs=10,
        job_timeout=JOB_SECONDS,
        keep_result=0,
        max_tries=1_000_000,  # attempts are counted in PostgreSQL
        poll_delay=0.1,
        queue_read_limit=1000,
        health_check_interval=10,
        expires_extra_ms=KEPT_MILLISECONDS,
        job_completion_wait=20,
        log_results=False,
    )
    log.info("worker ready", queue=queue_name(service), topics=sorted(by_topic))
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(run_relay(database, redis, service))
            group.create_task(worker.main())
            for work in recurring:
                group.create_task(keep_running(work))
    finally:
        await worker.close()
        await redis.aclose()


async def is_healthy(redis_url: str, service: str) -> bool:
    """Whether some worker of the service reported in lately."""
    return await async_check_health(redis_settings(redis_url), queue_name=queue_name(service)) == 0
