"""An app behind a real socket, in the loop of the test."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn


@asynccontextmanager
async def served(app: Any) -> AsyncIterator[str]:
    """The URL of the app behind uvicorn; its lifespan is left to the test."""
    quiet: dict[str, Any] = {"lifespan": "off", "log_config": None, "access_log": False, "ws": "none"}
    server = uvicorn.Server(uvicorn.Config(app, port=0, timeout_keep_alive=60, **quiet))
    running = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        await running
