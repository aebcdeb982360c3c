"""Stories: which articles tell the same text, and the index that finds it out."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)
JSON_VALUE = sa.JSON(none_as_null=True).with_variant(
    postgresql.JSONB(none_as_null=True), "postgresql"
)


def upgrade() -> None:
    _make_stories()
    _make_members()
    _make_texts()
    _make_index()
    _make_links()


def _make_stories() -> None:
    op.create_table(
        "stories",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("members", ROW_ID, nullable=False),
        sa.Column("earliest_id", ROW_ID, nullable=True),
        sa.Column("wire_service", sa.Text(), nullable=True),
        sa.Column("languages", JSON_VALUE, nullable=False),
        sa.Column("hosts", JSON_VALUE, nullable=False),
        sa.Column("first_seen_at", TIME, nullable=False),
        sa.Column("last_seen_at", TIME, nullable=False),
        _reference("stories", "earliest_id", "articles", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_stories"),
    )
    op.create_index("ix_stories_earliest_id", "stories", ["earliest_id"])
    op.create_index("ix_stories_last_seen_at", "stories", ["last_seen_at"])


def _make_members() -> None:
    op.create_table(
        "story_members",
        sa.Column("article_id", ROW_ID, nullable=False),
        sa.Column("story_id", ROW_ID, nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("version", ROW_ID, nullable=False),
        sa.Column("wire_service", sa.Text(), nullable=True),
        _reference("story_members", "article_id", "articles", "CASCADE"),
        _reference("story_members", "story_id", "stories", "CASCADE"),
        sa.PrimaryKeyConstraint("article_id", name="pk_story_members"),
    )
    op.create_index("ix_story_members_story_id", "story_members", ["story_id"])


def _make_texts() -> None:
    op.create_table(
        "story_texts",
        sa.Column("article_id", ROW_ID, nullable=False),
        sa.Column("story_id", ROW_ID, nullable=False),
        sa.Column("day", ROW_ID, nullable=False),
        sa.Column("version", ROW_ID, nullable=False),
        sa.Column("paragraphs", sa.LargeBinary(), nullable=False),
        sa.Column("shingles", sa.LargeBinary(), nullable=False),
        sa.Column("names", sa.LargeBinary(), nullable=False),
        _reference("story_texts", "article_id", "articles", "CASCADE"),
        _reference("story_texts", "story_id", "stories", "CASCADE"),
        sa.PrimaryKeyConstraint("article_id", name="pk_story_texts"),
    )
    op.create_index("ix_story_texts_story_id", "story_texts", ["story_id"])


def _make_index() -> None:
    op.create_table(
        "story_shingles",
        sa.Column("hash", ROW_ID, nullable=False),
        sa.Column("story_id", ROW_ID, nullable=False),
        sa.Column("day", ROW_ID, nullable=False),
        sa.PrimaryKeyConstraint("hash", "story_id", name="pk_story_shingles"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "story_paragraphs",
        sa.Column("hash", ROW_ID, nullable=False),
        sa.Column("story_id", ROW_ID, nullable=False),
        sa.PrimaryKeyConstraint("hash", "story_id", name="pk_story_paragraphs"),
        sqlite_with_rowid=False,
    )


def _make_links() -> None:
    op.create_table(
        "story_links",
        sa.Column("story_id", ROW_ID, nullable=False),
        sa.Column("other_id", ROW_ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("containment", sa.Double(), nullable=False),
        _reference("story_links", "story_id", "stories", "CASCADE"),
        _reference("story_links", "other_id", "stories", "CASCADE"),
        sa.PrimaryKeyConstraint("story_id", "other_id", name="pk_story_links"),
    )
    op.create_index("ix_story_links_other_id", "story_links", ["other_id"])


def _reference(table: str, column: str, to: str, ondelete: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_{column}_{to}"
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=name, ondelete=ondelete)
