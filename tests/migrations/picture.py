"""A schema as a set of facts that can be compared exactly, on both databases.

Alembic's own comparison sees neither a dropped CHECK nor a partial index whose condition changed.
"""

import re
from typing import Any

from sqlalchemy import Engine

POSTGRESQL = """
select 'column', c.relname||'.'||a.attname, format_type(a.atttypid, a.atttypmod)
       || case when a.attnotnull then ' not null' else '' end
       || coalesce(' default '||pg_get_expr(d.adbin, d.adrelid), '')
  from pg_attribute a join pg_class c on c.oid = a.attrelid
  left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
 where c.relkind = 'r' and a.attnum > 0 and not a.attisdropped and c.relnamespace = 'public'::regnamespace
union all
select 'constraint', conrelid::regclass||'.'||conname, pg_get_constraintdef(oid)
  from pg_constraint where connamespace = 'public'::regnamespace and contype <> 'n'
union all
select 'index', tablename||'.'||indexname, indexdef from pg_indexes where schemaname = 'public'
union all
select 'trigger', tgrelid::regclass||'.'||tgname, pg_get_triggerdef(oid)
  from pg_trigger where not tgisinternal
union all
select 'function', proname, prosrc from pg_proc where pronamespace = 'public'::regnamespace
"""
SQLITE = "select type, name, sql from sqlite_master where sql is not null and name not like 'sqlite_%%'"


def picture(engine: Engine) -> set[tuple[Any, ...]]:
    """Everything the database knows of the schema, order of columns and quoting aside."""
    with engine.connect() as link:
        if engine.dialect.name == "postgresql":
            facts = {tuple(row) for row in link.exec_driver_sql(POSTGRESQL)}
        else:
            facts = {(row[0], row[1], _normal(row[2])) for row in link.exec_driver_sql(SQLITE)}
    return {fact for fact in facts if "alembic_version" not in str(fact)}


def _normal(statement: str) -> Any:
    text = re.sub(r"\s+", " ", statement.replace('"', "")).strip().lower()
    text = re.sub(r"default \((\w+)\)", r"default \1", text)
    body = re.match(r"create table (\S+) ?\((.*)\)$", text)
    return (body[1], tuple(sorted(_split(body[2])))) if body else text


def _split(text: str) -> list[str]:
    parts, depth, current = [], 0, ""
    for character in text:
        depth += (character == "(") - (character == ")")
        if character == "," and depth == 0:
            parts.append(current.strip())
            current = ""
        else:
            current += character
    return [*parts, current.strip()]
