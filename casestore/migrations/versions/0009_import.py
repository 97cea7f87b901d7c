"""import: which rows of earlier records were taken over."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "imports",
        sa.Column("id", _ID, nullable=False),
        sa.Column("source_index", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=True),
        sa.Column("case_id", _ID, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_imports_person_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_imports_case_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports")),
        sa.UniqueConstraint("source_index", name=op.f("uq_imports_source_index")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_imports_person_id"), "imports", ["person_id"])
    op.create_index(op.f("ix_imports_case_id"), "imports", ["case_id"])


def downgrade() -> None:
    """Back."""
    op.drop_table("imports")
