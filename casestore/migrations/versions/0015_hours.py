"""hours: an office's own place and weekly hours."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.add_column("offices", sa.Column("place", sa.String(length=12), nullable=True))
    op.add_column("offices", sa.Column("hours", sa.String(length=200), nullable=True))


def downgrade() -> None:
    """Back."""
    op.drop_column("offices", "hours")
    op.drop_column("offices", "place")
