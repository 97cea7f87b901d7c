"""scale: what points at a consent is found by an index when the consent goes."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_index(op.f("ix_referrals_consent_id"), "referrals", ["consent_id"])


def downgrade() -> None:
    """Back."""
    op.drop_index(op.f("ix_referrals_consent_id"), "referrals")
