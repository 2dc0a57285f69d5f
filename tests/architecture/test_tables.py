"""What every table must promise."""

from flask import Flask
from sqlalchemy import inspect
from sqlalchemy.sql.schema import ColumnCollectionConstraint

from clinic.platform.orm import Base

CLASSES = {"public", "operational", "identity", "clinical-coded", "clinical"}
# Flask-Security walks these itself; accounts/models.py says so.
EAGER = {"Staff.roles"}


def test_every_column_has_a_data_class(app: Flask) -> None:
    unclassified = [
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if column.info.get("class") not in CLASSES
    ]
    assert unclassified == []


def test_clinical_text_is_sealed(app: Flask) -> None:
    plain = [
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if column.info.get("class") == "clinical" and type(column.type).__name__ != "SealedBytes"
    ]
    assert plain == []


def test_relationships_never_load_lazily(app: Flask) -> None:
    lazy = [
        f"{mapper.class_.__name__}.{name}"
        for mapper in Base.registry.mappers
        for name, relation in inspect(mapper.class_).relationships.items()
        if relation.lazy != "raise_on_sql"
    ]
    assert set(lazy) <= EAGER


def test_foreign_keys_have_an_index(app: Flask) -> None:
    bare = []
    for table in Base.metadata.sorted_tables:
        led = {next(iter(index.columns)).name for index in table.indexes}
        keyed = [one for one in table.constraints if isinstance(one, ColumnCollectionConstraint)]
        led |= {next(iter(one.columns)).name for one in keyed if len(one.columns)}
        bare += [
            f"{table.name}.{key.parent.name}" for key in table.foreign_keys if key.parent.name not in led
        ]
    assert sorted(bare) == []
