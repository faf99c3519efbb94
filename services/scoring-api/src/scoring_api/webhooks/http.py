"""Routes of webhooks, all of them the administrator's."""

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field, StrictInt

from parindex.auth.policy import Action
from parindex.http.conditional import represent_tagged, require_match
from parindex.http.description import reply_example
from parindex.http.routing import NEVER_REPLAYED, Caller, Read, UnitOfWorkRoute, Write, guarded
from parindex.http.schemas import Body, Moment, Words, exampled
from parindex.kernel.canonical import canonical_bytes
from parindex.kernel.clocks import instant_text
from scoring_api.announcements.domain import TOPICS
from scoring_api.settings import Settings, parted
from scoring_api.webhooks import use_cases
from scoring_api.webhooks.domain import Guard, guard_of, secret_of, secret_text
from scoring_api.webhooks.store import deliveries, endpoints
from scoring_api.webhooks.use_cases import Wish

router = APIRouter(prefix="/api/v1/webhooks", tags=["webhooks"], route_class=UnitOfWorkRoute)
LAST = UUID(int=2**128 - 1)
ID = "0193514e-9a53-7d43-8d43-3d9a2f6a1c11"
_WISH: dict[str, Any] = {
    "url": "https://cong.haiduong.gov.vn/nhan-thong-bao",
    "topics": ["edition.published", "document.ready"],
    "description": "Cổng thông tin điện tử tỉnh",
}
_ENDPOINT: dict[str, Any] = {
    "id": ID,
    **_WISH,
    "state": "active",
    "disabled_reason": "",
    "failing_since": None,
    "former_secret_until": None,
    "created_at": "2023-02-01T08:00:00+07:00",
    "created_by": "quan-tri",
}
_DELIVERY: dict[str, Any] = {
    "id": ID,
    "webhook_id": "msg_0193514e9a537d438d433d9a2f6a1c11",
    "topic": "edition.published",
    "state": "delivered",
    "attempts": 1,
    "created_at": "2023-03-01T08:00:00+07:00",
    "due_at": None,
    "settled_at": "2023-03-01T08:00:01+07:00",
    "last": {
        "at": "2023-03-01T08:00:01+07:00",
        "status": 204,
        "milliseconds": 41,
        "excerpt": "",
        "error": "",
    },
}
_TOPIC = {"topic": "edition.published", "title": "Công bố kết quả", "public": True}
_CHANGED = reply_example(_ENDPOINT)


class WebhookBody(Body):
    """Where to send which announcements."""

    model_config = exampled(_WISH)

    url: Annotated[str, Field(min_length=1, max_length=500)]
    topics: Annotated[list[Annotated[str, Field(max_length=80)]], Field(min_length=1, max_length=len(TOPICS))]
    description: Annotated[Words, Field(max_length=500)] = ""

    def wish(self) -> Wish:
        return Wish(self.url, tuple(self.topics), self.description)


class SecretReply(BaseModel):
    """The secret that signs; it is shown now and never again."""

    model_config = exampled({"id": ID, "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo="})

    id: UUID
    secret: str


class Rotation(Body):
    """How many hours the former secret goes on signing beside the new one."""

    model_config = exampled({"grace_hours": 24})

    grace_hours: Annotated[StrictInt, Field(ge=0, le=168)] = 24


class Disabling(Body):
    """Why nothing is to be sent for the time being."""

    model_config = exampled({"reason": "Cổng thông tin bảo trì"})

    reason: Annotated[Words, Field(min_length=1, max_length=500)]


class Replays(Body):
    """Since when what failed is sent once more."""

    model_config = exampled({"since": "2023-03-01T00:00:00+07:00"})

    since: Moment


@router.get("/topics", **guarded(Action.WEBHOOK_READ), responses=reply_example({"topics": [_TOPIC]}))
async def get_topics() -> dict[str, Any]:
    """What can be told of: topics with their titles, and whether the public hears of them."""
    rows = [{"topic": name, "title": row.title, "public": row.public} for name, row in TOPICS.items()]
    return {"topics": rows}


@router.get("", **guarded(Action.WEBHOOK_READ), responses=reply_example({"webhooks": [_ENDPOINT]}))
async def get_webhooks(connection: Read) -> dict[str, Any]:
    """Every endpoint, with its health."""
    return {"webhooks": [_endpoint(row) for row in await endpoints.list_endpoints(connection)]}


@router.post("", status_code=201, **guarded(Action.WEBHOOK_WRITE, **NEVER_REPLAYED))
async def post_webhook(request: Request, body: WebhookBody, caller: Caller, connection: Write) -> SecretReply:
    """Register an endpoint; its secret is shown once."""
    settings: Settings = request.app.state.settings
    endpoint_id = await use_cases.register(connection, caller, body.wish(), _guard(settings))
    return _secret(settings, endpoint_id, 1)


@router.get("/{webhook}", **guarded(Action.WEBHOOK_READ), responses=_CHANGED)
async def get_webhook(request: Request, webhook: UUID, connection: Read) -> Response:
    """One endpoint, with the tag that a change has to name."""
    return await _shown(request, connection, webhook)


@router.put("/{webhook}", **guarded(Action.WEBHOOK_WRITE), responses=_CHANGED)
async def put_webhook(
    request: Request, webhook: UUID, body: WebhookBody, caller: Caller, connection: Write
) -> Response:
    """Change where to send what; If-Match names the version that was read."""
    found = await endpoints.read_endpoint(connection, webhook, lock=True)
    require_match(request, _tag(found))
    await use_cases.change(connection, caller, found, body.wish(), _guard(request.app.state.settings))
    return await _shown(request, connection, webhook)


@router.delete("/{webhook}", status_code=204, **guarded(Action.WEBHOOK_WRITE))
async def delete_webhook(webhook: UUID, caller: Caller, connection: Write) -> None:
    """Remove an endpoint; nothing is sent to it any more."""
    await use_cases.remove(connection, caller, webhook)


@router.post("/{webhook}/enable", **guarded(Action.WEBHOOK_WRITE), responses=_CHANGED)
async def post_enable(request: Request, webhook: UUID, caller: Caller, connection: Write) -> Response:
    """Send again, beginning with what was missed."""
    await use_cases.enable(connection, caller, webhook)
    return await _shown(request, connection, webhook)


@router.post("/{webhook}/disable", **guarded(Action.WEBHOOK_WRITE), responses=_CHANGED)
async def post_disable(
    request: Request, webhook: UUID, body: Disabling, caller: Caller, connection: Write
) -> Response:
    """Send nothing until the endpoint is enabled again."""
    await use_cases.disable(connection, caller, webhook, body.reason)
    return await _shown(request, connection, webhook)


@router.post("/{webhook}/secret", status_code=201, **guarded(Action.WEBHOOK_WRITE, **NEVER_REPLAYED))
async def post_secret(
    request: Request, webhook: UUID, body: Rotation, caller: Caller, connection: Write
) -> SecretReply:
    """A new secret, shown once; the former one signs as well for a while."""
    grace = timedelta(hours=body.grace_hours)
    version = await use_cases.rotate_secret(connection, caller, webhook, grace)
    return _secret(request.app.state.settings, webhook, version)


@router.post(
    "/{webhook}/ping",
    status_code=202,
    **guarded(Action.WEBHOOK_WRITE),
    responses=reply_example({"webhook_id": _DELIVERY["webhook_id"]}, 202),
)
async def post_ping(webhook: UUID, caller: Caller, connection: Write) -> dict[str, str]:
    """Send a test message; what came of it stands in the deliveries."""
    return {"webhook_id": _message(await use_cases.ping(connection, caller, webhook))}


@router.get(
    "/{webhook}/deliveries",
    **guarded(Action.WEBHOOK_READ),
    responses=reply_example({"deliveries": [_DELIVERY], "next": None}),
)
async def get_deliveries(
    webhook: UUID,
    connection: Read,
    state: Literal["", "pending", "delivered", "failed"] = "",
    before: UUID = LAST,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> dict[str, Any]:
    """Deliveries, newest first, each with its last try; `next`, sent as `before`, gives the page after."""
    await endpoints.read_endpoint(connection, webhook)
    rows = await deliveries.list_deliveries(connection, webhook, state, before, limit + 1)
    page = [_delivery(row) for row in rows[:limit]]
    return {"deliveries": page, "next": page[-1]["id"] if len(rows) > limit else None}


@router.get(
    "/{webhook}/deliveries/{delivery}",
    **guarded(Action.WEBHOOK_READ),
    responses=reply_example({**_DELIVERY, "body": "{…}", "tries": [_DELIVERY["last"]]}),
)
async def get_delivery(webhook: UUID, delivery: UUID, connection: Read) -> dict[str, Any]:
    """One delivery: the bytes that are sent and every try."""
    await endpoints.read_endpoint(connection, webhook)
    row = await deliveries.read_delivery(connection, webhook, delivery)
    tries = [_try(one) for one in await deliveries.read_attempts(connection, delivery)]
    return {**_delivery(row), "body": row.body.decode(), "tries": tries}


@router.post(
    "/{webhook}/deliveries/{delivery}/replay",
    status_code=202,
    **guarded(Action.WEBHOOK_WRITE),
    responses=reply_example({"count": 1}, 202),
)
async def post_replay(webhook: UUID, delivery: UUID, caller: Caller, connection: Write) -> dict[str, int]:
    """Send a settled delivery once more, with the same id."""
    await use_cases.replay(connection, caller, webhook, delivery)
    return {"count": 1}


@router.post(
    "/{webhook}/replays",
    status_code=202,
    **guarded(Action.WEBHOOK_WRITE),
    responses=reply_example({"count": 12}, 202),
)
async def post_replays(webhook: UUID, body: Replays, caller: Caller, connection: Write) -> dict[str, int]:
    """Send everything once more that failed since an instant."""
    return {"count": await use_cases.replay_failed(connection, caller, webhook, body.since)}


async def _shown(request: Request, connection: Any, webhook: UUID) -> Response:
    row = await endpoints.read_endpoint(connection, webhook)
    return represent_tagged(request, canonical_bytes(_endpoint(row)), _tag(row))


def _tag(row: Any) -> str:
    return f'"{row.id.hex[:12]}-{row.version}-{row.failing_since is not None:d}"'


def _guard(settings: Settings) -> Guard:
    hosts, networks = parted(settings.webhook_hosts), parted(settings.webhook_networks)
    return guard_of(hosts, networks, plain_http=settings.webhook_plain_http)


def _secret(settings: Settings, endpoint_id: UUID, version: int) -> SecretReply:
    secret = secret_of(settings.webhook_seed, endpoint_id, version)
    return SecretReply(id=endpoint_id, secret=secret_text(secret))


def _endpoint(row: Any) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "url": row.url,
        "topics": list(row.topics),
        "description": row.description,
        "state": row.state,
        "disabled_reason": row.disabled_reason,
        "failing_since": _text(row.failing_since),
        "former_secret_until": _text(row.former_until),
        "created_at": _text(row.created_at),
        "created_by": row.created_by,
    }


def _delivery(row: Any) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "webhook_id": _message(row.message_id),
        "topic": row.topic,
        "state": row.state,
        "attempts": row.attempts,
        "created_at": _text(row.created_at),
        "due_at": _text(row.due_at) if row.state == "pending" else None,
        "settled_at": _text(row.settled_at),
        "last": _try(row) if row.at is not None else None,
    }


def _try(row: Any) -> dict[str, Any]:
    return {
        "at": _text(row.at),
        "status": row.status,
        "milliseconds": row.milliseconds,
        "excerpt": row.excerpt,
        "error": row.error,
    }


def _message(message_id: UUID) -> str:
    return f"msg_{message_id.hex}"


def _text(at: datetime | None) -> str | None:
    return None if at is None else instant_text(at)
