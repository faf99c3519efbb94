"""The detached process behind `parindex up`: it owns the stack until SIGTERM; orders come by signal only."""

import signal
import sys
from pathlib import Path

from parindex_embedded.environment import ExternalServers
from parindex_embedded.processes import StackError
from parindex_embedded.stack import Stack


def keep_running(stack: Stack) -> None:
    """Run the stack until this process is asked to end; a stack that cannot start says why."""
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGINT, _leave)
    try:
        with stack:
            while True:
                signal.pause()
    except StackError as fault:
        raise SystemExit(str(fault)) from None


def _leave(_number: int, _frame: object) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise SystemExit(0)


if __name__ == "__main__":
    home, *options = sys.argv[1:]
    servers = ExternalServers.from_variables()
    keep_running(Stack(Path(home), rehearsal="--rehearsal" in options, external=servers))
