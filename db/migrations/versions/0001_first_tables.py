"""All tables of the first version, and the search index of each database."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)
JSON_VALUE = sa.JSON(none_as_null=True).with_variant(
    postgresql.JSONB(none_as_null=True), "postgresql"
)


def upgrade() -> None:
    _make_sites()
    _make_sources()
    _make_runs()
    _make_seeds()
    _make_hosts()
    _make_pages()
    _make_fetches()
    _make_raw_dictionaries()
    _make_run_pages()
    _make_raw_pages()
    _make_articles()
    _make_cuts()
    _make_revisions()
    _make_search_terms()
    if op.get_bind().dialect.name == "sqlite":
        _make_sqlite_search()
    else:
        _link_pages_to_articles()
        _make_postgresql_search()
        _store_bodies_as_they_are()


def _make_sites() -> None:
    op.create_table(
        "sites",
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("canonical_distrusted_at", TIME, nullable=True),
        sa.PrimaryKeyConstraint("site", name="pk_sites"),
    )


def _make_sources() -> None:
    op.create_table(
        "sources",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("section", sa.Text(), nullable=True),
        sa.Column("every_seconds", ROW_ID, nullable=False),
        sa.Column("delay_seconds", sa.Double(), nullable=True),
        sa.Column("max_pages", ROW_ID, nullable=False),
        sa.Column("reach_back_seconds", ROW_ID, nullable=False),
        sa.Column("user_agent", sa.Text(), nullable=True),
        sa.Column("proxy", sa.Text(), nullable=True),
        sa.Column("cookies", sa.Boolean(), nullable=False),
        sa.Column("verify_tls", sa.Boolean(), nullable=False),
        sa.Column("include", JSON_VALUE, nullable=False),
        sa.Column("exclude", JSON_VALUE, nullable=False),
        sa.Column("paused_at", TIME, nullable=True),
        sa.Column("next_due_at", TIME, nullable=False),
        sa.Column("failures", ROW_ID, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sources"),
        sa.UniqueConstraint("key", name="uq_sources_key"),
    )
    op.create_index("ix_sources_next_due_at", "sources", ["next_due_at"])


def _make_runs() -> None:
    op.create_table(
        "runs",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("lock_key", sa.Text(), nullable=False),
        sa.Column("command", sa.Text(), nullable=False),
        sa.Column("source_id", ROW_ID, nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("started_at", TIME, nullable=False),
        sa.Column("ended_at", TIME, nullable=True),
        sa.Column("finish_reason", sa.Text(), nullable=True),
        sa.Column("exit_code", ROW_ID, nullable=True),
        sa.Column("counts", JSON_VALUE, nullable=False),
        sa.ForeignKeyConstraint(
            ["source_id"], ["sources.id"], name="fk_runs_source_id_sources", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_runs"),
        sa.UniqueConstraint("lock_key", name="uq_runs_lock_key"),
    )
    op.create_index("ix_runs_started_at", "runs", ["started_at"])


def _make_seeds() -> None:
    op.create_table(
        "seeds",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("source_id", ROW_ID, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("url_hash", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("last_modified", sa.Text(), nullable=True),
        sa.Column("read_at", TIME, nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("links_found", ROW_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["source_id"], ["sources.id"], name="fk_seeds_source_id_sources", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_seeds"),
    )
    op.create_index("ix_seeds_source_id", "seeds", ["source_id"])
    op.create_index("uq_seeds_source_id_url_hash", "seeds", ["source_id", "url_hash"], unique=True)


def _make_hosts() -> None:
    op.create_table(
        "hosts",
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("robots_body", sa.LargeBinary(), nullable=True),
        sa.Column("robots_good_at", TIME, nullable=True),
        sa.Column("robots_tried_at", TIME, nullable=True),
        sa.Column("robots_status", ROW_ID, nullable=True),
        sa.Column("tdm_reserved_paths", JSON_VALUE, nullable=False),
        sa.Column("tdm_tried_at", TIME, nullable=True),
        sa.Column("not_before", TIME, nullable=True),
        sa.Column("next_fetch_at", TIME, nullable=True),
        sa.Column("failures", ROW_ID, nullable=False),
        sa.Column("lease_run_id", ROW_ID, nullable=True),
        sa.Column("wanted_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(
            ["lease_run_id"], ["runs.id"], name="fk_hosts_lease_run_id_runs", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("host", name="pk_hosts"),
    )
    op.create_index("ix_hosts_lease_run_id", "hosts", ["lease_run_id"])


def _make_pages() -> None:
    op.create_table(
        "pages",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("fetch_hash", sa.LargeBinary(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("source_id", ROW_ID, nullable=True),
        sa.Column("found_on_id", ROW_ID, nullable=True),
        sa.Column("depth", ROW_ID, nullable=False),
        sa.Column("link_title", sa.Text(), nullable=True),
        sa.Column("link_published_at", TIME, nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("due_at", TIME, nullable=True),
        sa.Column("run_id", ROW_ID, nullable=True),
        sa.Column("attempts", ROW_ID, nullable=False),
        sa.Column("outcome", sa.String(length=32), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("status", ROW_ID, nullable=True),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("last_modified", sa.Text(), nullable=True),
        sa.Column("answered_url", sa.Text(), nullable=True),
        sa.Column("canonical_hash", sa.LargeBinary(), nullable=True),
        sa.Column("article_id", ROW_ID, nullable=True),
        sa.Column("discovered_at", TIME, nullable=False),
        sa.Column("tried_at", TIME, nullable=True),
        sa.Column("fetched_at", TIME, nullable=True),
        sa.CheckConstraint("(state = 'due') = (due_at IS NOT NULL)", name="ck_pages_due_has_time"),
        sa.CheckConstraint(
            "(state = 'in_flight') = (run_id IS NOT NULL)", name="ck_pages_in_flight_has_run"
        ),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["articles.id"],
            name="fk_pages_article_id_articles",
            ondelete="SET NULL",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["found_on_id"], ["pages.id"], name="fk_pages_found_on_id_pages", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["runs.id"], name="fk_pages_run_id_runs", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["sources.id"], name="fk_pages_source_id_sources", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_pages"),
        sa.UniqueConstraint("fetch_hash", name="uq_pages_fetch_hash"),
    )
    op.create_index("ix_pages_article_id", "pages", ["article_id"])
    op.create_index("ix_pages_canonical_hash", "pages", ["canonical_hash"])
    op.create_index("ix_pages_found_on_id", "pages", ["found_on_id"])
    op.create_index("ix_pages_host_state", "pages", ["host", "state"])
    op.create_index("ix_pages_run_id", "pages", ["run_id"])
    op.create_index("ix_pages_source_id", "pages", ["source_id"])
    op.create_index("ix_pages_state_due_at", "pages", ["state", "due_at"])


def _make_fetches() -> None:
    op.create_table(
        "fetches",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("run_id", ROW_ID, nullable=False),
        sa.Column("page_id", ROW_ID, nullable=False),
        sa.Column("attempt", ROW_ID, nullable=False),
        sa.Column("started_at", TIME, nullable=False),
        sa.Column("ended_at", TIME, nullable=False),
        sa.Column("outcome", sa.String(length=32), nullable=False),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("status", ROW_ID, nullable=True),
        sa.Column("size_bytes", ROW_ID, nullable=True),
        sa.ForeignKeyConstraint(
            ["page_id"], ["pages.id"], name="fk_fetches_page_id_pages", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["runs.id"], name="fk_fetches_run_id_runs", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_fetches"),
    )
    op.create_index("ix_fetches_page_id", "fetches", ["page_id"])
    op.create_index(
        "uq_fetches_run_id_page_id_attempt",
        "fetches",
        ["run_id", "page_id", "attempt"],
        unique=True,
    )


def _make_raw_dictionaries() -> None:
    op.create_table(
        "raw_dictionaries",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("page_id", ROW_ID, nullable=True),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["page_id"], ["pages.id"], name="fk_raw_dictionaries_page_id_pages", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_raw_dictionaries"),
    )
    op.create_index("ix_raw_dictionaries_host", "raw_dictionaries", ["host"])
    op.create_index("ix_raw_dictionaries_page_id", "raw_dictionaries", ["page_id"])


def _make_run_pages() -> None:
    op.create_table(
        "run_pages",
        sa.Column("run_id", ROW_ID, nullable=False),
        sa.Column("page_id", ROW_ID, nullable=False),
        sa.Column("known", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["page_id"], ["pages.id"], name="fk_run_pages_page_id_pages", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["runs.id"], name="fk_run_pages_run_id_runs", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run_id", "page_id", name="pk_run_pages"),
    )
    op.create_index("ix_run_pages_page_id", "run_pages", ["page_id"])


def _make_raw_pages() -> None:
    op.create_table(
        "raw_pages",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("page_id", ROW_ID, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("status", ROW_ID, nullable=False),
        sa.Column("content_type", sa.Text(), nullable=True),
        sa.Column("robots_tag", sa.Text(), nullable=True),
        sa.Column("fetched_at", TIME, nullable=False),
        sa.Column("body_hash", sa.LargeBinary(), nullable=False),
        sa.Column("size_bytes", ROW_ID, nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("dictionary_id", ROW_ID, nullable=True),
        sa.ForeignKeyConstraint(
            ["dictionary_id"],
            ["raw_dictionaries.id"],
            name="fk_raw_pages_dictionary_id_raw_dictionaries",
        ),
        sa.ForeignKeyConstraint(
            ["page_id"], ["pages.id"], name="fk_raw_pages_page_id_pages", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_raw_pages"),
    )
    op.create_index("ix_raw_pages_dictionary_id", "raw_pages", ["dictionary_id"])
    op.create_index("ix_raw_pages_fetched_at", "raw_pages", ["fetched_at"])
    op.create_index("ix_raw_pages_page_id", "raw_pages", ["page_id"])


def _make_articles() -> None:
    op.create_table(
        "articles",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("url_key", sa.LargeBinary(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("source_id", ROW_ID, nullable=True),
        sa.Column("page_id", ROW_ID, nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("authors", JSON_VALUE, nullable=False),
        sa.Column("published_at", TIME, nullable=True),
        sa.Column("published_offset_minutes", ROW_ID, nullable=True),
        sa.Column("modified_at", TIME, nullable=True),
        sa.Column("modified_offset_minutes", ROW_ID, nullable=True),
        sa.Column("sort_at", TIME, nullable=False),
        sa.Column("first_fetched_at", TIME, nullable=False),
        sa.Column("fetched_at", TIME, nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("section", sa.Text(), nullable=True),
        sa.Column("tags", JSON_VALUE, nullable=False),
        sa.Column("image_url", sa.Text(), nullable=True),
        sa.Column("site_name", sa.Text(), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("paywalled", sa.Boolean(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("blocks", JSON_VALUE, nullable=False),
        sa.Column("word_count", ROW_ID, nullable=False),
        sa.Column("content_hash", sa.LargeBinary(), nullable=False),
        sa.Column("evidence", JSON_VALUE, nullable=False),
        sa.Column("noindex", sa.Boolean(), nullable=False),
        sa.Column("noarchive", sa.Boolean(), nullable=False),
        sa.Column("noai", sa.Boolean(), nullable=False),
        sa.Column("tdm_reserved", sa.Boolean(), nullable=False),
        sa.Column("revision", ROW_ID, nullable=False),
        sa.Column("raw_page_id", ROW_ID, nullable=True),
        sa.Column("cleaner_version", ROW_ID, nullable=False),
        sa.Column("profile_version", ROW_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["page_id"], ["pages.id"], name="fk_articles_page_id_pages", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["raw_page_id"],
            ["raw_pages.id"],
            name="fk_articles_raw_page_id_raw_pages",
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["sources.id"], name="fk_articles_source_id_sources", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_articles"),
        sa.UniqueConstraint("url_key", name="uq_articles_url_key"),
    )
    op.create_index("ix_articles_content_hash", "articles", ["content_hash"])
    op.create_index("ix_articles_language", "articles", ["language"])
    op.create_index("ix_articles_page_id", "articles", ["page_id"])
    op.create_index("ix_articles_raw_page_id", "articles", ["raw_page_id"])
    op.create_index("ix_articles_site", "articles", ["site"])
    op.create_index("ix_articles_site_content_hash", "articles", ["site", "content_hash"])
    op.create_index("ix_articles_sort_at", "articles", ["sort_at"])
    op.create_index("ix_articles_sort_at_id", "articles", ["sort_at", "id"])
    op.create_index("ix_articles_source_id", "articles", ["source_id"])


def _make_cuts() -> None:
    op.create_table(
        "cuts",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("article_id", ROW_ID, nullable=False),
        sa.Column("position", ROW_ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name="fk_cuts_article_id_articles", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_cuts"),
    )
    op.create_index("ix_cuts_article_id", "cuts", ["article_id"])


def _make_revisions() -> None:
    op.create_table(
        "revisions",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("article_id", ROW_ID, nullable=False),
        sa.Column("number", ROW_ID, nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.LargeBinary(), nullable=False),
        sa.Column("modified_at", TIME, nullable=True),
        sa.Column("fetched_at", TIME, nullable=False),
        sa.Column("raw_page_id", ROW_ID, nullable=True),
        sa.Column("cleaner_version", ROW_ID, nullable=False),
        sa.Column("profile_version", ROW_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["articles.id"],
            name="fk_revisions_article_id_articles",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["raw_page_id"],
            ["raw_pages.id"],
            name="fk_revisions_raw_page_id_raw_pages",
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_revisions"),
    )
    op.create_index("ix_revisions_raw_page_id", "revisions", ["raw_page_id"])
    op.create_index(
        "uq_revisions_article_id_number", "revisions", ["article_id", "number"], unique=True
    )


def _make_search_terms() -> None:
    op.create_table(
        "search_terms",
        sa.Column("article_id", ROW_ID, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("authors", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["articles.id"],
            name="fk_search_terms_article_id_articles",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("article_id", name="pk_search_terms"),
    )
    # ### end Alembic commands ###


def _link_pages_to_articles() -> None:
    """SQLite took this key with the table; PostgreSQL needs `articles` first."""
    op.create_foreign_key(
        "fk_pages_article_id_articles",
        "pages",
        "articles",
        ["article_id"],
        ["id"],
        ondelete="SET NULL",
    )


def _make_sqlite_search() -> None:
    """The `ascii` tokenizer splits at ASCII signs only, so that our terms stay whole.

    `unicode61` knows the letters of Unicode 6.1 and would split terms at all later ones.
    """
    op.execute(
        "CREATE VIRTUAL TABLE search_index USING fts5("
        "title, authors, body, content='search_terms', content_rowid='article_id', "
        "tokenize='ascii')"
    )
    add = (
        "INSERT INTO search_index (rowid, title, authors, body) "
        "VALUES (new.article_id, new.title, new.authors, new.body);"
    )
    drop = (
        "INSERT INTO search_index (search_index, rowid, title, authors, body) "
        "VALUES ('delete', old.article_id, old.title, old.authors, old.body);"
    )
    for event, actions in (("INSERT", add), ("DELETE", drop), ("UPDATE", drop + " " + add)):
        op.execute(
            f"CREATE TRIGGER search_terms_after_{event.lower()} AFTER {event} ON search_terms "
            f"BEGIN {actions} END"
        )


def _make_postgresql_search() -> None:
    """Written by us as text, never by PostgreSQL's parser: see db/search_index.py."""
    op.execute("ALTER TABLE search_terms ADD COLUMN terms tsvector")
    op.execute("CREATE INDEX ix_search_terms_terms ON search_terms USING gin (terms)")


def _store_bodies_as_they_are() -> None:
    """They are compressed already: PostgreSQL need not try again."""
    for table in ("raw_pages", "raw_dictionaries"):
        op.execute(f"ALTER TABLE {table} ALTER COLUMN data SET STORAGE EXTERNAL")
