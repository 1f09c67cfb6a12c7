"""Triggers: the rules of the database, rendered in its dialect.

Rebuilding a table drops its triggers without a word, so all of them are made again after every
migration and at every start, by one function that may run any number of times.
"""

from collections.abc import Callable

from sqlalchemy import Connection, inspect

from practice.database.rules import RULES, Rule

#: The table without which no rule can be asked: before it there is nothing that could be signed.
FIRST = "note_signature"


def sqlite_trigger(rule: Rule) -> list[str]:
    """The statements that make a rule's trigger in SQLite."""
    columns = f" OF {', '.join(rule.columns)}" if rule.columns else ""
    when = f" WHEN {rule.when}" if rule.when else ""
    why = rule.why.replace("'", "''")
    return [
        f"CREATE TRIGGER {rule.name} BEFORE {rule.verb.upper()}{columns} ON {rule.table}{when}"
        f" BEGIN SELECT RAISE(ABORT, '{why}'); END"
    ]


def postgres_trigger(rule: Rule) -> list[str]:
    """The statements that make a rule's trigger and its function in PostgreSQL.

    A trigger's own WHEN may ask no other table, so the condition stands in the function. Rows that
    can never be removed cannot be removed by emptying the table, either.
    """
    columns = f" OF {', '.join(rule.columns)}" if rule.columns else ""
    why = rule.why.replace("'", "''")
    row = "OLD" if rule.verb == "delete" else "NEW"
    made = [
        f"CREATE OR REPLACE FUNCTION {rule.name}() RETURNS trigger LANGUAGE plpgsql AS $rule$ BEGIN"
        f" IF {rule.when or 'true'} THEN RAISE EXCEPTION '{why}'"
        f" USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN {row}; END $rule$",
        f"CREATE TRIGGER {rule.name} BEFORE {rule.verb.upper()}{columns} ON {rule.table}"
        f" FOR EACH ROW EXECUTE FUNCTION {rule.name}()",
    ]
    if rule.verb == "delete":
        made += [
            f"CREATE OR REPLACE FUNCTION {rule.name}_all() RETURNS trigger LANGUAGE plpgsql AS"
            f" $rule$ BEGIN RAISE EXCEPTION '{why}'"
            " USING ERRCODE = 'integrity_constraint_violation'; END $rule$",
            f"CREATE TRIGGER {rule.name}_all BEFORE TRUNCATE ON {rule.table}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION {rule.name}_all()",
        ]
    return made


def sqlite_drop(rule: Rule) -> list[str]:
    """The statement that drops a rule's trigger in SQLite."""
    return [f"DROP TRIGGER IF EXISTS {rule.name}"]


def postgres_drop(rule: Rule) -> list[str]:
    """The statements that drop a rule's triggers in PostgreSQL: with its functions they go."""
    return [f"DROP FUNCTION IF EXISTS {rule.name}{end}() CASCADE" for end in ("", "_all")]


Renderer = Callable[[Rule], list[str]]
#: By dialect: what makes a rule's triggers, and what drops them.
RENDERERS: dict[str, tuple[Renderer, Renderer]] = {
    "sqlite": (sqlite_trigger, sqlite_drop),
    "postgresql": (postgres_trigger, postgres_drop),
}


def drop_triggers(connection: Connection) -> None:
    """Drop every trigger of ours, so that a migration may rebuild and correct tables."""
    _, drop = RENDERERS[connection.dialect.name]
    for rule in RULES:
        for statement in drop(rule):
            connection.exec_driver_sql(statement)


def make_triggers(connection: Connection) -> None:
    """Make every trigger afresh, for the tables that are there."""
    drop_triggers(connection)
    there = inspect(connection).get_table_names()
    render, _ = RENDERERS[connection.dialect.name]
    for rule in RULES:
        if rule.table in there and FIRST in there:
            for statement in render(rule):
                connection.exec_driver_sql(statement)
