"""Sealed columns: AES-256-GCM bound to table, column and row, and blind indexes to find them again."""

import base64
import hmac
import os
import uuid
from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app
from sqlalchemy import Dialect, LargeBinary
from sqlalchemy.orm import Bundle, InstrumentedAttribute, mapped_column
from sqlalchemy.types import TypeDecorator

FORMAT = 1
T = TypeVar("T", str, str | None)


class Sealed(bytes):
    """Ciphertext: format, key id, nonce, body. The only thing a sealed column accepts."""


class SealedBytes(TypeDecorator[Sealed]):
    """Refuses anything that was not sealed, by whichever way it comes."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Sealed | None, dialect: Dialect) -> bytes | None:
        """Let only ciphertext through."""
        if value is not None and type(value) is not Sealed:
            raise TypeError("plain value on its way into a sealed column")
        return value

    def process_result_value(self, value: Any, dialect: Dialect) -> Sealed | None:
        """Mark what comes back as ciphertext."""
        return None if value is None else Sealed(bytes(value))


class KeyRing:
    """Field keys by id (the newest seals, all open) and the key of the blind indexes."""

    def __init__(self, keys: dict[int, bytes], index_key: bytes) -> None:
        self._box = {key_id: AESGCM(key) for key_id, key in keys.items()}
        self.current = max(keys)
        self._index = index_key
        self.opened: Callable[[str, str], None] = lambda table, column: None

    @classmethod
    def from_text(cls, field_keys: str, index_key: str) -> "KeyRing":
        """Read `1:base64,2:base64` and a base64 index key, as the settings hold them."""
        pairs = (part.split(":", 1) for part in field_keys.split(","))
        keys = {int(key_id): base64.b64decode(text) for key_id, text in pairs}
        return cls(keys, base64.b64decode(index_key))

    def seal(self, text: str, place: bytes) -> Sealed:
        """Encrypt for one place (table, column, row)."""
        nonce, head = os.urandom(12), bytes((FORMAT, self.current))
        return Sealed(head + nonce + self._box[self.current].encrypt(nonce, text.encode(), head + place))

    def open(self, blob: Sealed, table: str, column: str, row: uuid.UUID) -> str:
        """Decrypt; a blob moved from another place raises cryptography's InvalidTag.

        The only way to plain text: audit tests count the calls through `opened`.
        """
        self.opened(table, column)
        place = place_of(table, column, row)
        return self._box[blob[1]].decrypt(blob[2:14], blob[14:], blob[:2] + place).decode()

    def blind(self, purpose: str, text: str) -> bytes:
        """A keyed fingerprint (16 bytes) by which an exact value can be found; one purpose per column."""
        return hmac.digest(self._index, f"{purpose}\0{text}".encode(), "sha256")[:16]

    def mac(self, purpose: str, text: str) -> bytes:
        """A full-length keyed MAC (32 bytes), for tokens and audit events."""
        return hmac.digest(self._index, f"mac\0{purpose}\0{text}".encode(), "sha256")


def place_of(table: str, column: str, row: uuid.UUID) -> bytes:
    """The associated data that binds ciphertext to its place."""
    return f"{table}\0{column}\0".encode() + row.bytes


def key_ring() -> KeyRing:
    """The running application's keys."""
    ring: KeyRing = current_app.extensions["clinic.key_ring"]
    return ring


def blind(purpose: str, text: str) -> bytes:
    """The running application's blind index of a value."""
    return key_ring().blind(purpose, text)


class _Opened(Bundle[Any]):
    """What a sealed attribute selects: key and ciphertext, opened row by row."""

    inherit_cache = True

    def __init__(self, table: str, name: str, row_id: Any, blob: Any) -> None:
        self._where = (table, name)
        super().__init__(name, row_id, blob, single_entity=True)

    def create_row_processor(self, query: Any, procs: Any, labels: Any) -> Callable[[Any], Any]:
        """SQLAlchemy's hook: how a fetched row becomes the value."""
        get_id, get_blob = procs
        table, name = self._where
        ring = key_ring()

        def process(row: Any) -> Any:
            blob = get_blob(row)
            return None if blob is None else ring.open(blob, table, name, get_id(row))

        return process


class Encrypted(Generic[T]):
    """A text attribute whose column holds ciphertext bound to table, column and row."""

    def __init__(self, *, data_class: str, nullable: bool = False) -> None:
        self.data_class, self.nullable = data_class, nullable

    def __set_name__(self, owner: type[Any], name: str) -> None:
        self.name, self.slot = name, f"{name}_sealed"
        column = mapped_column(name, SealedBytes, nullable=self.nullable, info={"class": self.data_class})
        setattr(owner, self.slot, column)

    @overload
    def __get__(self, row: None, owner: type[Any]) -> InstrumentedAttribute[T]: ...
    @overload
    def __get__(self, row: object, owner: type[Any]) -> T: ...
    def __get__(self, row: Any, owner: type[Any]) -> Any:
        if row is None:
            return _Opened(owner.__tablename__, self.name, owner.id, getattr(owner, self.slot))
        blob = getattr(row, self.slot)
        return None if blob is None else key_ring().open(blob, owner.__tablename__, self.name, row.id)

    def __set__(self, row: Any, text: T) -> None:
        place = place_of(type(row).__tablename__, self.name, row.id)
        setattr(row, self.slot, None if text is None else key_ring().seal(text, place))
