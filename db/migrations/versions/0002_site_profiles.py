"""What is learned about a site: sightings of blocks, the blocks that recur, and their state."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)
JSON_VALUE = sa.JSON(none_as_null=True).with_variant(
    postgresql.JSONB(none_as_null=True), "postgresql"
)


def upgrade() -> None:
    _widen_sites()
    op.add_column("articles", sa.Column("profile_flag", sa.Text(), nullable=True))
    op.add_column("articles", sa.Column("sample_key", sa.LargeBinary(), nullable=True))
    op.create_index("ix_articles_site_sample_key", "articles", ["site", "sample_key"])
    _make_sightings()
    _make_sighted_prose()
    _make_site_blocks()


def _widen_sites() -> None:
    for column in (
        sa.Column("profile_version", ROW_ID, nullable=False, server_default="0"),
        sa.Column("profile_articles", ROW_ID, nullable=False, server_default="0"),
        sa.Column("profile_changes", ROW_ID, nullable=False, server_default="0"),
        sa.Column("needs_refill", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("layout_changed", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("layout", JSON_VALUE, nullable=True),
        sa.Column("layout_given", JSON_VALUE, nullable=True),
    ):
        op.add_column("sites", column)


def _make_sightings() -> None:
    op.create_table(
        "sightings",
        sa.Column("article_id", ROW_ID, nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("sample_key", sa.LargeBinary(), nullable=False),
        sa.Column("period", ROW_ID, nullable=False),
        sa.Column("day", sa.Text(), nullable=True),
        sa.Column("hashes", sa.LargeBinary(), nullable=False),
        sa.Column("layout", sa.LargeBinary(), nullable=False),
        sa.Column("is_indexed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["articles.id"],
            name="fk_sightings_article_id_articles",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("article_id", name="pk_sightings"),
    )
    op.create_index("ix_sightings_site", "sightings", ["site"])


def _make_sighted_prose() -> None:
    op.create_table(
        "sighted_prose",
        sa.Column("hash", ROW_ID, nullable=False),
        sa.Column("article_id", ROW_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["sightings.article_id"],
            name="fk_sighted_prose_article_id_sightings",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("hash", "article_id", name="pk_sighted_prose"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_sighted_prose_article_id", "sighted_prose", ["article_id"])


def _make_site_blocks() -> None:
    op.create_table(
        "site_blocks",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("hash", ROW_ID, nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("articles", ROW_ID, nullable=False),
        sa.Column("of_articles", ROW_ID, nullable=False),
        sa.Column("inside", ROW_ID, nullable=False),
        sa.Column("followers", ROW_ID, nullable=False),
        sa.Column("first_day", sa.Text(), nullable=True),
        sa.Column("last_day", sa.Text(), nullable=True),
        sa.Column("last_period", ROW_ID, nullable=False),
        sa.Column("samples", JSON_VALUE, nullable=False),
        sa.Column("decided_at", TIME, nullable=True),
        sa.Column("decided_period", ROW_ID, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_site_blocks"),
    )
    op.create_index("uq_site_blocks_site_hash", "site_blocks", ["site", "hash"], unique=True)
