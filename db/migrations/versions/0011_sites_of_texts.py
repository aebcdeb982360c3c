"""The site of a text beside it, and the revision that an export gave."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("story_texts", sa.Column("site", sa.Text(), nullable=False, server_default=""))
    op.execute(
        "UPDATE story_texts SET site = "
        "(SELECT site FROM articles WHERE articles.id = story_texts.article_id)"
    )
    op.add_column(
        "exported_articles", sa.Column("revision", ROW_ID, nullable=False, server_default="0")
    )
    op.execute(
        "UPDATE exported_articles SET revision = "
        "(SELECT revision FROM articles WHERE articles.id = exported_articles.article_id)"
    )
