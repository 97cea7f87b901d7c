"""work: what is done about a case (agenda, referrals, time and money) and what came of it (outcomes, follow-ups)."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Forward; every case that is closed gets the record of its outcome."""
    _agenda()
    _referrals()
    _outcomes()
    _efforts()
    _follow_ups()
    op.execute(
        "INSERT INTO outcomes (case_id, code, mechanisms_used, closed_at)"
        " SELECT id, outcome, '[]', closed_at FROM cases"
        " WHERE outcome IS NOT NULL AND closed_at IS NOT NULL ORDER BY closed_at, id"
    )


def downgrade() -> None:
    """Back; the newest outcome of every case stays with the case."""
    for table in ("follow_ups", "efforts", "outcomes", "referrals", "agenda"):
        op.drop_table(table)


def _index_where(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, postgresql_where=sa.text(where), sqlite_where=sa.text(where))


def _agenda() -> None:
    op.create_table(
        "agenda",
        sa.Column("id", _ID, nullable=False),
        sa.Column("case_id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=True),
        sa.Column("owner", sa.String(length=24), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("what_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("made_by", sa.String(length=30), nullable=False),
        sa.Column("made_at", _TIME, nullable=False),
        sa.Column("settled_at", _TIME, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_agenda_case_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda")),
        sa.UniqueConstraint("case_id", "code", name=op.f("uq_agenda_case_id")),
        sqlite_autoincrement=True,
    )
    _index_where("ix_agenda_due", "agenda", ["due"], "state = 'open'")


def _referrals() -> None:
    states = ("draft", "sent", "received", "accepted", "declined", "done", "revoked", "no_answer")
    op.create_table(
        "referrals",
        sa.Column("id", _ID, nullable=False),
        sa.Column("case_id", _ID, nullable=False),
        sa.Column("service", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("reason", sa.String(length=24), nullable=True),
        sa.Column("result", sa.String(length=24), nullable=True),
        sa.Column("shared_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("consent_id", _ID, nullable=True),
        sa.Column("override", sa.String(length=24), nullable=True),
        sa.Column("made_by", _ID, nullable=False),
        *(sa.Column(f"{state}_at", _TIME, nullable=True) for state in states),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_referrals_case_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["consent_id"], ["consents.id"], name=op.f("fk_referrals_consent_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["made_by"], ["staff.id"], name=op.f("fk_referrals_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referrals")),
        sqlite_autoincrement=True,
    )
    _index_where("ix_referrals_waiting", "referrals", ["sent_at"], "state IN ('sent', 'received')")
    op.create_index(op.f("ix_referrals_case_id"), "referrals", ["case_id"])


def _outcomes() -> None:
    op.create_table(
        "outcomes",
        sa.Column("id", _ID, nullable=False),
        sa.Column("case_id", _ID, nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("how", sa.String(length=24), nullable=True),
        sa.Column("mechanism", sa.String(length=24), nullable=True),
        sa.Column("mechanisms_used", sa.JSON(), nullable=False),
        sa.Column("service_level", sa.String(length=24), nullable=True),
        sa.Column("benefit", sa.String(length=24), nullable=True),
        sa.Column("recovered_lump", _ID, nullable=True),
        sa.Column("recovered_monthly", _ID, nullable=True),
        sa.Column("costs_avoided", _ID, nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("confirmed_by", sa.String(length=24), nullable=True),
        sa.Column("closed_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_outcomes_case_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcomes")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_outcomes_case_id"), "outcomes", ["case_id"])


def _efforts() -> None:
    op.create_table(
        "efforts",
        sa.Column("id", _ID, nullable=False),
        sa.Column("case_id", _ID, nullable=False),
        sa.Column("staff_id", _ID, nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("activity", sa.String(length=24), nullable=False),
        sa.Column("minutes", _ID, nullable=False),
        sa.Column("travel_cost", _ID, nullable=False),
        sa.Column("out_of_pocket", _ID, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_efforts_case_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_efforts_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_efforts")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_efforts_case_id"), "efforts", ["case_id"])


def _follow_ups() -> None:
    op.create_table(
        "follow_ups",
        sa.Column("id", _ID, nullable=False),
        sa.Column("case_id", _ID, nullable=False),
        sa.Column("outcome_id", _ID, nullable=False),
        sa.Column("days", _ID, nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("still_holds", sa.String(length=24), nullable=True),
        sa.Column("fair", sa.String(length=24), nullable=True),
        sa.Column("alone", sa.String(length=24), nullable=True),
        sa.Column("asked_by", sa.String(length=30), nullable=True),
        sa.Column("answered_at", _TIME, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_follow_ups_case_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["outcome_id"], ["outcomes.id"], name=op.f("fk_follow_ups_outcome_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_ups")),
        sa.UniqueConstraint("outcome_id", "days", name=op.f("uq_follow_ups_outcome_id")),
        sqlite_autoincrement=True,
    )
    _index_where("ix_follow_ups_due", "follow_ups", ["due"], "state = 'due'")
    op.create_index(op.f("ix_follow_ups_case_id"), "follow_ups", ["case_id"])
