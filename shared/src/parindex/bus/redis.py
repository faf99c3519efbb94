"""The arq pool with the settings that survive a Redis that comes and goes."""

from urllib.parse import unquote

import orjson
from arq.connections import ArqRedis, RedisSettings, create_pool
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff
from redis.exceptions import BusyLoadingError, ConnectionError, TimeoutError  # noqa: A004

KEPT_MILLISECONDS = 7 * 24 * 3600 * 1000  # arq forgets a waiting job after a day unless told otherwise


def queue_name(service: str) -> str:
    return f"parindex:{service}"


def redis_settings(url: str) -> RedisSettings:
    settings = RedisSettings.from_dsn(url)
    if settings.password:
        settings.password = unquote(settings.password)  # arq leaves %-escapes in place
    settings.conn_timeout = 2
    settings.conn_retries = 60
    settings.retry = Retry(ExponentialBackoff(cap=1, base=0.05), 6)
    settings.retry_on_timeout = True
    settings.retry_on_error = [ConnectionError, TimeoutError, BusyLoadingError]
    return settings


def encode(job: object) -> bytes:
    """JSON instead of arq's pickle: a job is data, never code."""
    return orjson.dumps(job, default=str)


async def connect(url: str, service: str) -> ArqRedis:
    return await create_pool(
        redis_settings(url),
        job_serializer=encode,
        job_deserializer=orjson.loads,
        default_queue_name=queue_name(service),
        expires_extra_ms=KEPT_MILLISECONDS,
    )
