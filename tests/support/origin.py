"""One origin for tests of the stack: what the gateway does by the first noun of a path."""

import httpx

from parindex_embedded.stack import Stack

SERVICES = {"campaigns": "survey", "documents": "report"}


class Gateway(httpx.BaseTransport):
    """Sends each request on to the service that owns its first noun."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._inner = httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        noun = request.url.path.split("/")[3]
        base = httpx.URL(self._stack.urls[SERVICES.get(noun, "scoring")])
        request.url = request.url.copy_with(host=base.host, port=base.port)
        return self._inner.handle_request(request)

    def close(self) -> None:
        self._inner.close()


def origin(stack: Stack, token: str = "") -> httpx.Client:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return httpx.Client(base_url="http://parindex", transport=Gateway(stack), headers=headers, timeout=30)
