"""A connection to PostgreSQL that keeps what it has prepared."""

from typing import Any

import psycopg
from psycopg.pq import TransactionStatus

MOST_STATEMENTS = 300  # all that the application asks, with room to spare
_OPEN = (TransactionStatus.INTRANS, TransactionStatus.INERROR)


class KeepingConnection(psycopg.Connection[Any]):
    """Statements stay prepared for the life of the connection.

    The driver forgets them all at every rollback, in case a table was made in it. Every request that only
    reads ends with one, so nothing would be prepared for longer than a request, and planning is most of what
    a short statement costs. PostgreSQL itself keeps them; a changed table makes it plan anew.
    """

    def rollback(self) -> None:
        """Roll back, without more ado."""
        with self.lock:
            if self.pgconn.transaction_status in _OPEN:
                self.pgconn.exec_(b"ROLLBACK")
            if self.pgconn.transaction_status == TransactionStatus.IDLE:
                return
        super().rollback()  # something is wrong: the driver says what


def connect(_dialect: object, _record: object, given: tuple[Any, ...], options: dict[str, Any]) -> Any:
    """SQLAlchemy's hook for a new connection."""
    link = KeepingConnection.connect(*given, **options)
    link.prepared_max = MOST_STATEMENTS
    return link
