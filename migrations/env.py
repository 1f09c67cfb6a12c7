"""How a migration runs: one transaction, foreign keys checked at its end, triggers made afresh."""

from alembic import context

import practice.all_models  # noqa: F401 - every room's tables
from practice.database.base import Base
from practice.database.triggers import drop_triggers, make_triggers


def run() -> None:
    """Run the migrations asked for on the connection handed over, all or nothing."""
    backend = context.config.attributes["backend"]
    with backend.migration_engine().connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            compare_type=True,
            compare_server_default=True,
            transactional_ddl=True,
            transaction_per_migration=False,
        )
        with context.begin_transaction():
            drop_triggers(connection)
            context.run_migrations()
            if broken := backend.check_references(connection):
                raise RuntimeError(f"rows lost their parents in {broken}")
            make_triggers(connection)


run()
