"""Alembic's entry: run the steps on the connection that db.migrate opened."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
context.run_migrations()
