"""One try of one delivery: signed, sent, and told in words what came back."""

import time
from datetime import timedelta

from parindex.http.outgoing import NotAllowedError, NotReachedError, post_outside
from parindex.kernel.clocks import system_time
from scoring_api.webhooks.domain import Guard, secret_of, signature, url_faults
from scoring_api.webhooks.store.deliveries import DueDelivery, Outcome

LONGEST_ERROR = 300


async def send(one: DueDelivery, guard: Guard, seed: bytes) -> Outcome:
    """Try once; whatever goes wrong with the receiver is an outcome, too."""
    at, started = system_time(), time.monotonic()

    def failed(words: str) -> Outcome:
        milliseconds = round((time.monotonic() - started) * 1000)
        return Outcome(at, milliseconds, None, "", words[:LONGEST_ERROR])

    if fault := next(url_faults(one.url, guard), None):
        return failed(f"địa chỉ không còn được phép: {fault.detail}")
    headers = signed_headers(one, int(at.timestamp()), seed)
    try:
        sent = await post_outside(one.url, one.body, headers, guard.admits_address)
    except NotAllowedError as error:
        return failed(f"tên máy chủ dẫn tới địa chỉ không được phép: {error}")
    except NotReachedError as error:
        return failed(str(error))
    asked = timedelta(seconds=sent.retry_after) if sent.retry_after is not None else None
    return Outcome(at, sent.milliseconds, sent.status, sent.excerpt, "", asked)


def signed_headers(one: DueDelivery, timestamp: int, seed: bytes) -> dict[str, str]:
    """The headers of the specification; for a while after a rotation both secrets sign."""
    versions = [one.secret_version]
    if one.former_until is not None and timestamp < one.former_until.timestamp():
        versions.append(one.secret_version - 1)
    message = f"msg_{one.message_id.hex}"
    signatures = [
        signature(secret_of(seed, one.endpoint_id, version), message, timestamp, one.body)
        for version in versions
    ]
    return {
        "content-type": "application/json",
        "user-agent": "parindex-webhooks/1",
        "webhook-id": message,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signatures),
    }
