"""glass: who opened a case that is not theirs, for an hour, and why."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "broken_glass",
        sa.Column("id", _ID, nullable=False),
        sa.Column("case_id", _ID, nullable=False),
        sa.Column("staff_id", _ID, nullable=False),
        sa.Column("reason", sa.String(length=12), nullable=False),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_broken_glass_case_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_broken_glass_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_broken_glass")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_broken_glass_case_id"), "broken_glass", ["case_id"])
    op.create_index("ix_broken_glass_open", "broken_glass", ["staff_id", "until"])


def downgrade() -> None:
    """Back."""
    op.drop_table("broken_glass")
