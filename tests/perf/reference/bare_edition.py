"""The yardstick of an edition's index: the same bytes from one bare FastAPI route, and its 304."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI, Request, Response

CONTENT_VARIABLE = "BARE_EDITION_CONTENT"
TAG = '"bare"'


@asynccontextmanager
async def _content(app: FastAPI) -> AsyncIterator[None]:
    app.state.content = Path(os.environ[CONTENT_VARIABLE]).read_bytes()
    yield


app = FastAPI(lifespan=_content)


@app.get("/edition")
async def get_edition(request: Request) -> Response:
    content: bytes = request.app.state.content
    headers = {"ETag": TAG, "Cache-Control": "public, max-age=31536000, immutable"}
    if request.headers.get("if-none-match") == TAG:
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers, media_type="application/json")
