"""Jobs live in PostgreSQL; Redis only wakes workers. The one room that knows arq."""

from parindex.bus.publishing import publish
from parindex.bus.subscriptions import Subscription

__all__ = ["Subscription", "publish"]
