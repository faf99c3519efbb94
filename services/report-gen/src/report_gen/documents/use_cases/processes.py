"""The processes that render; what they are given and hand back is plain data."""

import asyncio
import os
import threading
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from multiprocessing import get_context, parent_process

from report_gen.documents.domain.issuance import Issuance
from report_gen.documents.use_cases.rendering import Rendered, render


class RenderingPool:
    """Rendering is CPU work: in processes of its own the worker's heartbeat goes on.

    They start with the first document. A killed one breaks the whole pool of the standard library; the next
    document gets a new one. Python closes the pool when the worker exits; should the worker be killed, its
    processes follow it.
    """

    def __init__(self, processes: int = 2) -> None:
        self._processes = processes
        self._executor: ProcessPoolExecutor | None = None

    async def render(self, kind: str, content: bytes, digest: str, issuance: Issuance) -> Rendered:
        if self._executor is None:
            self._executor = ProcessPoolExecutor(
                self._processes, mp_context=get_context("spawn"), initializer=_end_with_parent
            )
        executor, loop = self._executor, asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(executor, render, kind, content, digest, issuance)
        except BrokenExecutor:
            if self._executor is executor:
                self.close()
            raise

    def close(self) -> None:
        """Ends the processes when what they render is done."""
        executor, self._executor = self._executor, None
        if executor is not None:
            executor.shutdown(wait=False)


def _end_with_parent() -> None:
    """A rendering process does not outlive its worker, even one that is killed."""

    def follow() -> None:
        parent = parent_process()
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=follow, daemon=True).start()
