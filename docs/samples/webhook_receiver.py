"""What a system does that is told of changes."""

import base64
import hashlib
import hmac
import time

TOLERANCE_SECONDS = 300


def is_ours(secrets: list[str], headers: dict[str, str], body: bytes) -> bool:
    """Whether one of our `whsec_…` secrets signed these very bytes, and not long ago.

    Answer 2xx, then do the work; the same `webhook-id` may come again, and changes nothing the second time.
    """
    sent_at = headers["webhook-timestamp"]
    if abs(time.time() - int(sent_at)) > TOLERANCE_SECONDS:
        return False
    signed = f"{headers['webhook-id']}.{sent_at}.".encode() + body
    given = [part.removeprefix("v1,") for part in headers["webhook-signature"].split()]
    for secret in secrets:
        key = base64.b64decode(secret.removeprefix("whsec_"))
        expected = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
        if any(hmac.compare_digest(expected, signature) for signature in given):
            return True
    return False
