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


#: By dialect: what renders a rule.
RENDERERS: dict[str, Callable[[Rule], list[str]]] = {"sqlite": sqlite_trigger}


def drop_triggers(connection: Connection) -> None:
    """Drop every trigger of ours, so that a migration may rebuild and correct tables."""
    for rule in RULES:
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {rule.name}")


def make_triggers(connection: Connection) -> None:
    """Make every trigger afresh, for the tables that are there."""
    drop_triggers(connection)
    there = inspect(connection).get_table_names()
    render = RENDERERS[connection.dialect.name]
    for rule in RULES:
        if rule.table in there and FIRST in there:
            for statement in render(rule):
                connection.exec_driver_sql(statement)
