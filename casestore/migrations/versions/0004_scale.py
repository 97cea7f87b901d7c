"""scale: indexes of only what waits, and one from a transcript's message to how far it has come."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_WAITS, _READY = sa.text("status = 'waiting'"), sa.text("ready_at IS NOT NULL")


def upgrade() -> None:
    """Forward."""
    op.drop_index("ix_outbox_due", "outbox")
    op.drop_index("ix_outbox_order", "outbox")
    op.drop_index("ix_conversations_ready", "conversations")
    _index("ix_outbox_due", "outbox", ["channel", "next_try_at"], _WAITS)
    _index("ix_outbox_order", "outbox", ["channel", "address_index", "id"], _WAITS)
    _index("ix_conversations_ready", "conversations", ["ready_at"], _READY)
    op.create_index(op.f("ix_outbox_message_id"), "outbox", ["message_id"])


def downgrade() -> None:
    """Back."""
    op.drop_index(op.f("ix_outbox_message_id"), "outbox")
    op.drop_index("ix_conversations_ready", "conversations")
    op.drop_index("ix_outbox_order", "outbox")
    op.drop_index("ix_outbox_due", "outbox")
    op.create_index("ix_conversations_ready", "conversations", ["ready_at"])
    op.create_index("ix_outbox_order", "outbox", ["channel", "address_index", "status", "id"])
    op.create_index("ix_outbox_due", "outbox", ["channel", "status", "next_try_at"])


def _index(name: str, table: str, columns: list[str], where: sa.TextClause) -> None:
    op.create_index(name, table, columns, postgresql_where=where, sqlite_where=where)
