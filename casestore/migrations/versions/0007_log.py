"""log: a chain a case and an office, anchors over all of them, and lines that nobody changes or removes."""

import sqlalchemy as sa
from alembic import context, op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_LOCKED = ("case_log", "log_anchors", "log_heads")
# Lines from before there were chains have no MAC until the first command with the key gives them one.
_UNCHANGEABLE = {"case_log": "OLD.mac IS NOT NULL", "log_anchors": "true", "log_heads": "true"}
_BEFORE = (
    "'opened', 'viewed', 'claimed', 'released', 'person_wrote', 'danger_heard', 'answered', 'referred', 'confirmed', "
    "'corrected', 'closed', 'reopened', 'file_viewed', 'letter_made', 'unreachable', 'person_left'"
)
_KEPT = "{}_kept"  # what a step back cannot show to older code waits there for the next step forward


def upgrade() -> None:
    """Forward: the lines there are get their place in the chain of their case."""
    with op.batch_alter_table("case_log") as batch:
        batch.drop_index("ix_case_log_case_id")
        batch.drop_constraint("fk_case_log_case_id", type_="foreignkey")
        batch.alter_column("case_id", existing_type=_ID, nullable=True)
        batch.alter_column("detail", existing_type=sa.JSON(), nullable=True)
        batch.add_column(sa.Column("office_id", _ID, nullable=True))
        batch.add_column(sa.Column("seq", _ID, nullable=True))
        batch.add_column(sa.Column("detail_sealed", sa.LargeBinary(), nullable=True))
        batch.add_column(sa.Column("mac", sa.LargeBinary(), nullable=True))
    _make_anchors()
    _bring_back()
    op.execute(
        "UPDATE case_log SET office_id = (SELECT office_id FROM cases WHERE cases.id = case_log.case_id), "
        "seq = numbered.seq FROM (SELECT id, row_number() OVER (PARTITION BY case_id ORDER BY id) AS seq "
        "FROM case_log WHERE case_id IS NOT NULL) AS numbered WHERE numbered.id = case_log.id AND case_log.seq IS NULL"
    )
    with op.batch_alter_table("case_log") as batch:
        batch.alter_column("office_id", existing_type=_ID, nullable=False)
        batch.alter_column("seq", existing_type=_ID, nullable=False)
    op.create_index("uq_case_log_case", "case_log", ["case_id", "seq"], unique=True)
    op.create_index("ix_case_log_office", "case_log", ["office_id", "id"])
    of_office = sa.text("case_id IS NULL")
    op.create_index(
        "uq_case_log_office",
        "case_log",
        ["office_id", "seq"],
        unique=True,
        sqlite_where=of_office,
        postgresql_where=of_office,
    )
    _lock()


def downgrade() -> None:
    """Back: what older code cannot show is kept apart, so that nothing is lost on the way forward again."""
    _unlock()
    keeps = context.get_revision_argument() is not None  # back to nothing at all, nothing is to be kept
    for table in _LOCKED:
        if keeps and op.get_bind().scalar(sa.text(f"SELECT 1 FROM {table} LIMIT 1")):
            columns = sa.inspect(op.get_bind()).get_columns(table)
            op.create_table(_KEPT.format(table), *(sa.Column(each["name"], each["type"]) for each in columns))
            op.execute(f"INSERT INTO {_KEPT.format(table)} SELECT * FROM {table}")
    op.drop_table("log_heads")
    op.drop_table("log_anchors")
    op.execute(f"DELETE FROM case_log WHERE kind NOT IN ({_BEFORE}) OR case_id IS NULL")
    op.execute("DELETE FROM case_log WHERE NOT EXISTS (SELECT 1 FROM cases WHERE cases.id = case_log.case_id)")
    op.execute("UPDATE case_log SET detail = '{}' WHERE detail IS NULL")
    op.drop_index("uq_case_log_office", "case_log")
    op.drop_index("uq_case_log_case", "case_log")
    op.drop_index("ix_case_log_office", "case_log")
    with op.batch_alter_table("case_log") as batch:
        for column in ("mac", "detail_sealed", "seq", "office_id"):
            batch.drop_column(column)
        batch.alter_column("detail", existing_type=sa.JSON(), nullable=False)
        batch.alter_column("case_id", existing_type=_ID, nullable=False)
        batch.create_foreign_key("fk_case_log_case_id", "cases", ["case_id"], ["id"], ondelete="CASCADE")
        batch.create_index("ix_case_log_case_id", ["case_id"])


def _make_anchors() -> None:
    op.create_table(
        "log_anchors",
        sa.Column("office_id", _ID, autoincrement=False, nullable=False),
        sa.Column("number", _ID, autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("up_to", _ID, nullable=False),
        sa.Column("heads", _ID, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("office_id", "number", name=op.f("pk_log_anchors")),
    )
    op.create_table(
        "log_heads",
        sa.Column("office_id", _ID, autoincrement=False, nullable=False),
        sa.Column("number", _ID, autoincrement=False, nullable=False),
        sa.Column("place", _ID, autoincrement=False, nullable=False),
        sa.Column("case_id", _ID, nullable=True),
        sa.Column("seq", _ID, nullable=False),
        sa.Column("mac", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("office_id", "number", "place", name=op.f("pk_log_heads")),
    )


def _bring_back() -> None:
    there = sa.inspect(op.get_bind()).get_table_names()
    for table in _LOCKED:
        kept = _KEPT.format(table)
        if kept in there:
            if table == "case_log":
                op.execute(f"DELETE FROM case_log WHERE id IN (SELECT id FROM {kept})")
            names = ", ".join(column["name"] for column in sa.inspect(op.get_bind()).get_columns(kept))
            op.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM {kept}")
            op.drop_table(kept)


def _lock() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table, unchangeable in _UNCHANGEABLE.items():
            refuse = "BEGIN SELECT RAISE(ABORT, 'the log is only added to'); END"
            op.execute(f"CREATE TRIGGER {table}_unchanged BEFORE UPDATE ON {table} WHEN {unchangeable} {refuse}")
            op.execute(f"CREATE TRIGGER {table}_kept BEFORE DELETE ON {table} {refuse}")
        return
    op.execute(
        "CREATE FUNCTION log_is_only_added_to() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the log is only added to' USING ERRCODE = 'insufficient_privilege'; END $$"
    )
    refuse = "EXECUTE FUNCTION log_is_only_added_to()"
    for table, unchangeable in _UNCHANGEABLE.items():
        op.execute(
            f"CREATE TRIGGER {table}_unchanged BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({unchangeable}) {refuse}"
        )
        op.execute(f"CREATE TRIGGER {table}_kept BEFORE DELETE ON {table} FOR EACH ROW {refuse}")
        op.execute(f"CREATE TRIGGER {table}_not_emptied BEFORE TRUNCATE ON {table} {refuse}")


def _unlock() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in _LOCKED:
            op.execute(f"DROP TRIGGER {table}_unchanged")
            op.execute(f"DROP TRIGGER {table}_kept")
    else:
        op.execute("DROP FUNCTION log_is_only_added_to() CASCADE")
