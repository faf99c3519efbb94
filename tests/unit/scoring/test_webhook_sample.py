"""The receiver that README shows accepts what the service signs, and nothing else."""

import time
from uuid import UUID

from docs.samples.webhook_receiver import is_ours
from scoring_api.webhooks.domain import secret_of, secret_text, signature

ENDPOINT = UUID("0193514e-9a53-7d43-8d43-3d9a2f6a1c11")
OLD, NEW = (secret_of(b"seed", ENDPOINT, version) for version in (1, 2))
BODY = b'{"topic":"edition.published"}'


def headers(at: int, *secrets: bytes, body: bytes = BODY) -> dict[str, str]:
    signed = " ".join(signature(secret, "msg-1", at, body) for secret in secrets)
    return {"webhook-id": "msg-1", "webhook-timestamp": str(at), "webhook-signature": signed}


def test_a_message_signed_with_either_secret_of_a_rotation_is_ours() -> None:
    now = int(time.time())
    for known in (OLD, NEW):
        assert is_ours([secret_text(known)], headers(now, OLD, NEW), BODY)


def test_other_bytes_another_secret_and_an_old_message_are_not() -> None:
    now = int(time.time())
    other = secret_text(secret_of(b"seed", ENDPOINT, 3))
    assert not is_ours([secret_text(NEW)], headers(now, NEW), BODY + b" ")
    assert not is_ours([other], headers(now, OLD, NEW), BODY)
    assert not is_ours([secret_text(NEW)], headers(now - 3600, NEW), BODY)
    assert not is_ours([secret_text(NEW)], {**headers(now, NEW), "webhook-id": "msg-2"}, BODY)
