"""shares: what a partner organisation sees stands on the person's yes to it, and PostgreSQL holds that too."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_OFFICES = "current_setting('doorstep.offices', true)"
_PARTNER = "ANY (string_to_array(current_setting('doorstep.partner', true), ',')::bigint[])"
_SEEN = f"""
    {_OFFICES} = '*'
    OR office_id = ANY (string_to_array(nullif({_OFFICES}, '*'), ',')::bigint[])
    OR EXISTS (
        SELECT 1 FROM case_shares WHERE case_shares.case_id = cases.id AND case_shares.office_id = {_PARTNER}%s
    )
"""
_AGREED = " AND case_shares.consent_id IS NOT NULL"
_HEARD = f"""
    {_OFFICES} = '*'
    OR %sEXISTS (SELECT 1 FROM cases WHERE cases.conversation_id = conversations.id)
"""
_NO_PARTNER = f"{_OFFICES} <> '' AND "


def upgrade() -> None:
    """Forward: nobody sees what was shared before without a record of the person's yes."""
    with op.batch_alter_table("consents") as batch:
        batch.add_column(sa.Column("office_id", _ID, nullable=True))
        batch.create_foreign_key(op.f("fk_consents_office_id"), "offices", ["office_id"], ["id"])
    with op.batch_alter_table("case_shares") as batch:
        batch.add_column(sa.Column("consent_id", _ID, nullable=True))
        name = op.f("fk_case_shares_consent_id")
        batch.create_foreign_key(name, "consents", ["consent_id"], ["id"], ondelete="CASCADE")
    op.create_index(op.f("ix_case_shares_consent_id"), "case_shares", ["consent_id"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"ALTER POLICY seen ON cases USING ({_SEEN % _AGREED})")
        op.execute(f"ALTER POLICY seen ON conversations USING ({_HEARD % _NO_PARTNER})")
        op.execute("ALTER TABLE case_shares ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE case_shares FORCE ROW LEVEL SECURITY")
        # Whoever is told of offices reaches shares through the cases they see; a partner its own alone.
        theirs = f"{_OFFICES} <> '' OR office_id = {_PARTNER}"
        op.execute(f"CREATE POLICY seen ON case_shares USING ({theirs}) WITH CHECK (true)")


def downgrade() -> None:
    """Back."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP POLICY seen ON case_shares")
        op.execute("ALTER TABLE case_shares NO FORCE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE case_shares DISABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER POLICY seen ON conversations USING ({_HEARD % ''})")
        op.execute(f"ALTER POLICY seen ON cases USING ({_SEEN % ''})")
    op.drop_index(op.f("ix_case_shares_consent_id"), "case_shares")
    with op.batch_alter_table("case_shares") as batch:
        batch.drop_constraint(op.f("fk_case_shares_consent_id"), type_="foreignkey")
        batch.drop_column("consent_id")
    with op.batch_alter_table("consents") as batch:
        batch.drop_constraint(op.f("fk_consents_office_id"), type_="foreignkey")
        batch.drop_column("office_id")
