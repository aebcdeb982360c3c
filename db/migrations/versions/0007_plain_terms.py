"""PostgreSQL keeps terms as they are: phrases are looked up in them, and unpacking is slow."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What is stored already stays packed until it is written again; both are read."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE search_terms ALTER COLUMN body SET STORAGE EXTERNAL")
