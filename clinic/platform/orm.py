"""Tables of the house: the declarative base, instants, enums, data classes of columns, append-only tables."""

import enum
import uuid
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DDL, DateTime, Dialect, Enum, MetaData, event
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedColumn, mapped_column
from sqlalchemy.types import TypeDecorator

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An instant; refuses naive values. SQLite keeps text, so every stored instant is UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive instants; store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise TypeError("naive datetime: give an aware instant")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back an aware instant in UTC on both databases."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Every table's base; its metadata is the whole schema."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {datetime: UtcDateTime}  # noqa: RUF012 - read once by SQLAlchemy


class Row(Base):
    """A table whose key is a UUID made here, before the insert: sealed columns are bound to it."""

    __abstract__ = True
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, sort_order=-1, info={"class": "operational"})

    def __init__(self, **given: Any) -> None:
        self.id = given.pop("id", None) or uuid.uuid4()  # first: sealed attributes need it
        super().__init__(**given)


def choice(kind: type[enum.Enum], name: str) -> Enum:
    """An enum stored as its values in a text column with a CHECK, the same on both databases."""
    return Enum(
        kind,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=40,
        values_callable=lambda members: [str(member.value) for member in members],
    )


def _classed(data_class: str, given: tuple[Any, ...], options: dict[str, Any]) -> MappedColumn[Any]:
    info = {**options.pop("info", {}), "class": data_class}
    return mapped_column(*given, info=info, **options)


def public(*given: Any, **options: Any) -> MappedColumn[Any]:
    """A column that anyone may read (names of places, visit types)."""
    return _classed("public", given, options)


def operational(*given: Any, **options: Any) -> MappedColumn[Any]:
    """A column needed to run the house: keys, states, times of rows."""
    return _classed("operational", given, options)


def identity(*given: Any, **options: Any) -> MappedColumn[Any]:
    """A column that points to a person: blind indexes, staff names. Texts about patients are sealed."""
    return _classed("identity", given, options)


def coded(*given: Any, **options: Any) -> MappedColumn[Any]:
    """A coded clinical column (phase set, flags, priority): indexed, never in logs, mail, URLs or files."""
    return _classed("clinical-coded", given, options)


_SQLITE_GUARD = (
    "CREATE TRIGGER {table}_no_{verb} BEFORE {VERB} ON {table} "
    "BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
)
_POSTGRESQL_FUNCTION = (
    "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION '%% is append-only', TG_TABLE_NAME; END $$"
)
_POSTGRESQL_GUARD = (
    "CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
    "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
)


def append_only_statements(table: str, dialect: str) -> list[str]:
    """The DDL that makes a table append-only; migrations call the same function as `create_all` does."""
    if dialect == "postgresql":
        return [_POSTGRESQL_FUNCTION.replace("%%", "%"), _POSTGRESQL_GUARD.format(table=table)]
    return [_SQLITE_GUARD.format(table=table, verb=verb, VERB=verb.upper()) for verb in ("update", "delete")]


def append_only(model: type[Base]) -> type[Base]:
    """Class decorator: rows of this table are never changed or deleted; the database refuses it."""
    table: Any = model.__table__
    for dialect in ("sqlite", "postgresql"):
        for statement in append_only_statements(table.name, dialect):
            ddl: Any = DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]  # SQLAlchemy's own
            event.listen(table, "after_create", ddl.execute_if(dialect=dialect))
    return model
