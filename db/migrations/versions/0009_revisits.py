"""When a source's articles are looked at again, and an index that finds its newest ones."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

JSON_VALUE = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    op.add_column("sources", sa.Column("revisit_seconds", JSON_VALUE, nullable=True))
    op.create_index("ix_articles_source_id_sort_at", "articles", ["source_id", "sort_at"])
    op.drop_index("ix_articles_source_id", "articles")
