"""The store's schema, step by step (Alembic), and the one function that brings a database up to date.

A new step: see docs/store.md, "Changing the schema".
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sqlalchemy.engine import Connection

SCHEMA_VERSION: Final = "0001"
"""The newest step. Kept here too, so that opening a store that is up to date need not load Alembic."""
KNOWN_VERSIONS: Final = frozenset({"0001"})
"""Every step there is; a test compares this with the files in versions/."""


def upgrade(connection: Connection) -> None:
    """Run the steps that the database lacks, inside the connection's transaction."""
    from alembic import command  # noqa: PLC0415 - takes a tenth of a second; needed once per database
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).resolve().parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
