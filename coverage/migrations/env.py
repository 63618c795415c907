"""Run by Alembic: applies the steps to the connection that `upgrade` hands over."""

from __future__ import annotations

from alembic import context
from pressreview.coverage.tables import VERSION_TABLE, metadata
from sqlalchemy.engine import Connection


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        version_table=VERSION_TABLE,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


_run(context.config.attributes["connection"])
