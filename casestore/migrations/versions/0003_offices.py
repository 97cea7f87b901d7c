"""offices: whose a case is, who works where, and PostgreSQL's own lock on both."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# `*`: the conversation, the worker and the commands. Else the numbers of the offices that a viewer reaches; nothing
# set, nothing seen. Whoever may see a case may give it to another office: only what is seen is checked.
_SEEN = """
    current_setting('doorstep.offices', true) = '*'
    OR office_id = ANY (string_to_array(nullif(current_setting('doorstep.offices', true), '*'), ',')::bigint[])
    OR EXISTS (
        SELECT 1 FROM case_shares
        WHERE case_shares.case_id = cases.id
        AND case_shares.office_id = ANY (string_to_array(current_setting('doorstep.partner', true), ',')::bigint[])
    )
"""
_HEARD = """
    current_setting('doorstep.offices', true) = '*'
    OR EXISTS (SELECT 1 FROM cases WHERE cases.conversation_id = conversations.id)
"""


def upgrade() -> None:
    """Forward: everything so far belongs to the first office."""
    offices = op.create_table(
        "offices",
        sa.Column("id", _ID, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("part_of", _ID, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["part_of"], ["offices.id"], name=op.f("fk_offices_part_of")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offices")),
        sa.UniqueConstraint("name", name=op.f("uq_offices_name")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_offices_part_of"), "offices", ["part_of"])
    op.execute(sa.insert(offices).values(name="First office", created_at=sa.func.current_timestamp()))
    op.create_table(
        "case_shares",
        sa.Column("case_id", _ID, nullable=False),
        sa.Column("office_id", _ID, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_shares_case_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_case_shares_office_id")),
        sa.PrimaryKeyConstraint("case_id", "office_id", name=op.f("pk_case_shares")),
    )
    op.create_index(op.f("ix_case_shares_office_id"), "case_shares", ["office_id"])
    for table in ("cases", "staff"):
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column("office_id", _ID, nullable=False, server_default="1"))
            batch.create_foreign_key(op.f(f"fk_{table}_office_id"), "offices", ["office_id"], ["id"])
        with op.batch_alter_table(table) as batch:
            batch.alter_column("office_id", server_default=None)
    op.drop_index("ix_cases_queue", "cases")
    op.create_index("ix_cases_queue", "cases", ["office_id", "status", "urgency_rank", "due", "waiting_since"])
    if op.get_bind().dialect.name == "postgresql":
        for table, seen in (("cases", _SEEN), ("conversations", _HEARD)):
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            op.execute(f"CREATE POLICY seen ON {table} USING ({seen}) WITH CHECK (true)")


def downgrade() -> None:
    """Back."""
    if op.get_bind().dialect.name == "postgresql":
        for table in ("conversations", "cases"):
            op.execute(f"DROP POLICY seen ON {table}")
            op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    op.drop_index("ix_cases_queue", "cases")
    op.create_index("ix_cases_queue", "cases", ["status", "urgency_rank", "due", "waiting_since"])
    for table in ("staff", "cases"):
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(op.f(f"fk_{table}_office_id"), type_="foreignkey")
            batch.drop_column("office_id")
    op.drop_table("case_shares")
    op.drop_table("offices")
