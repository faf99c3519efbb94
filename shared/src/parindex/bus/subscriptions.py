"""What a service does with an event: prepare outside any transaction, apply inside the one that ends it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from parindex.db.engine import Writing

E = TypeVar("E", bound=BaseModel)
P = TypeVar("P")


@dataclass(frozen=True, slots=True)
class Subscription(Generic[E, P]):
    """One topic's handler.

    `prepare` fetches and computes (HTTP, process pool, own chunked transactions) and may run more than once;
    `apply` runs in the transaction that locks the delivery and sets it done: its effect happens exactly once.
    """

    event: type[E]
    prepare: Callable[[E], Awaitable[P]]
    apply: Callable[[Writing, E, P], Awaitable[None]]

    @property
    def topic(self) -> str:
        return str(self.event.model_fields["topic"].default)


AnySubscription = Subscription[Any, Any]
