"""Exports that go on where the last one of their name ended."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0004"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "export_marks",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("exported_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_export_marks"),
        sa.UniqueConstraint("name", name="uq_export_marks_name"),
    )
    op.create_table(
        "exported_articles",
        sa.Column("mark_id", ROW_ID, nullable=False),
        sa.Column("article_id", ROW_ID, nullable=False),
        sa.Column("content_hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["mark_id"],
            ["export_marks.id"],
            name="fk_exported_articles_mark_id_export_marks",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["articles.id"],
            name="fk_exported_articles_article_id_articles",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("mark_id", "article_id", name="pk_exported_articles"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_exported_articles_article_id", "exported_articles", ["article_id"])
