"""privacy: when it is safe to write to a person, and who noted a consent."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_KEPT = "contact_rules_kept"  # waits there for the next step forward
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Forward."""
    if _KEPT in sa.inspect(op.get_bind()).get_table_names():
        _bring_back()
    else:
        _create_rules()
    held = sa.text("status = 'held'")
    op.create_index("ix_outbox_held", "outbox", ["channel", "next_try_at"], postgresql_where=held, sqlite_where=held)
    op.add_column("consents", sa.Column("by", sa.String(length=30), server_default="person", nullable=False))


def _bring_back() -> None:
    op.rename_table(_KEPT, "contact_rules")
    op.execute("DELETE FROM contact_rules WHERE conversation_id NOT IN (SELECT id FROM conversations)")
    if op.get_bind().dialect.name == "postgresql":
        name = op.f("fk_contact_rules_conversation_id")
        op.create_foreign_key(name, "contact_rules", "conversations", ["conversation_id"], ["id"], ondelete="CASCADE")


def _create_rules() -> None:
    op.create_table(
        "contact_rules",
        sa.Column("id", _ID, nullable=False),
        sa.Column("conversation_id", _ID, nullable=False),
        sa.Column("only_when_written", sa.Boolean(), nullable=False),
        sa.Column("hours_from", _ID, nullable=True),
        sa.Column("hours_until", _ID, nullable=True),
        sa.Column("zone", sa.String(length=40), nullable=False),
        sa.Column("neutral", sa.Boolean(), nullable=False),
        sa.Column("notice", sa.String(length=200), nullable=False),
        sa.Column("button", sa.String(length=60), nullable=False),
        sa.Column("by", sa.String(length=30), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_contact_rules_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_rules")),
        sa.UniqueConstraint("conversation_id", name=op.f("uq_contact_rules_conversation_id")),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    """Back."""
    op.drop_index("ix_outbox_held", "outbox")
    with op.batch_alter_table("consents", schema=None) as batch_op:
        batch_op.drop_column("by")

    # The version before knows of no rule: it leaves what is held alone, and writes to nobody until they write.
    careful = "only_when_written OR neutral OR hours_from IS NOT NULL"
    ruled = f"SELECT conversation_id FROM contact_rules WHERE {careful}"
    op.execute(f"UPDATE conversations SET reachable = false WHERE id IN ({ruled})")
    if not op.get_bind().scalar(sa.text("SELECT count(*) FROM contact_rules")):
        op.drop_table("contact_rules")
        return
    op.rename_table("contact_rules", _KEPT)
    if op.get_bind().dialect.name == "postgresql":  # the tables of older revisions must not hang on it
        op.drop_constraint(op.f("fk_contact_rules_conversation_id"), _KEPT, type_="foreignkey")
