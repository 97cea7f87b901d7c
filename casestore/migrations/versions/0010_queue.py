"""queue: the place of a case, the promised answer, the lease of a claim; what staff are good at."""

from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIME = sa.DateTime(timezone=True)
# What `casestore.ranking` said when this was written: a revision does not change with the code.
_DAYS = {"emergency": 0, "urgent": 7, "soon": 21, "routine": 28}
_NULLABLE = ("answer_due", "warn_at", "first_answered_at", "lease_until", "returned_at")


def upgrade() -> None:
    """Forward: every case gets its place; promises and leases begin with the worker's first look at `warn_at`."""
    with op.batch_alter_table("cases") as batch:
        batch.add_column(sa.Column("queue_band", sa.SmallInteger(), nullable=False, server_default="2"))
        batch.add_column(sa.Column("queue_at", _TIME, nullable=False, server_default="2000-01-01 00:00:00"))
        for name in _NULLABLE:
            batch.add_column(sa.Column(name, _TIME, nullable=True))
        batch.add_column(sa.Column("warned", sa.SmallInteger(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("first_answer_late", sa.Boolean(), nullable=True))
        batch.add_column(sa.Column("name_told", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.add_column(sa.Column("last_held_by", _ID, nullable=True))
        batch.add_column(sa.Column("merged_into", _ID, nullable=True))
        batch.create_foreign_key(op.f("fk_cases_last_held_by"), "staff", ["last_held_by"], ["id"])
        batch.create_foreign_key(op.f("fk_cases_merged_into"), "cases", ["merged_into"], ["id"], ondelete="SET NULL")
    _place_all(op.get_bind())
    with op.batch_alter_table("cases") as batch:
        for name in ("queue_band", "queue_at", "warned", "name_told"):
            batch.alter_column(name, server_default=None)
    op.drop_index("ix_cases_queue", "cases")
    op.drop_index("ix_cases_claimed_by", "cases")
    op.create_index("ix_cases_queue", "cases", ["office_id", "status", "queue_band", "queue_at", "id"])
    op.create_index("ix_cases_held", "cases", ["claimed_by", "status"])
    op.create_index("ix_cases_served", "cases", ["office_id", "claimed_at"])
    op.create_index(op.f("ix_cases_merged_into"), "cases", ["merged_into"])
    for name, columns in (
        ("returned", ["office_id", "returned_at"]),
        ("warn_at", ["warn_at"]),
        ("lease_until", ["lease_until"]),
    ):
        some = sa.text(f"{columns[-1]} IS NOT NULL")
        op.create_index(f"ix_cases_{name}", "cases", columns, postgresql_where=some, sqlite_where=some)
    with op.batch_alter_table("staff") as batch:
        batch.add_column(sa.Column("capacity", _ID, nullable=True))
    op.create_table(
        "staff_skills",
        sa.Column("staff_id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_skills_staff_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("staff_id", "kind", "code", name=op.f("pk_staff_skills")),
    )
    op.create_table(
        "client_names",
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("name_index", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_client_names_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_client_names")),
    )
    op.create_index("ix_client_names_index", "client_names", ["name_index"])


def _place_all(connection: sa.Connection) -> None:
    cases = sa.table(
        "cases",
        *(sa.column(name) for name in ("id", "status", "urgency", "queue_band")),
        sa.column("flags", sa.JSON()),
        sa.column("due", sa.Date()),
        *(sa.column(name, _TIME) for name in ("opened_at", "waiting_since", "answered_at", "queue_at", "warn_at")),
        sa.column("first_answered_at", _TIME),
    )
    connection.execute(
        sa.update(cases).values(queue_at=cases.c.opened_at, first_answered_at=cases.c.answered_at)
    )  # closed ones need no more; of a first answer only the last one is known
    still_open = sa.select(cases).where(cases.c.status != "closed").order_by(cases.c.id)
    last = 0
    while rows := connection.execute(still_open.where(cases.c.id > last).limit(1_000)).all():
        for row in rows:
            values = {**_place(row), "warn_at": row.waiting_since}
            connection.execute(sa.update(cases).where(cases.c.id == row.id).values(values))
        last = rows[-1].id


def _place(row: Any) -> dict[str, Any]:
    since = row.waiting_since or row.opened_at
    since = since.replace(tzinfo=UTC) if since.tzinfo is None else since.astimezone(UTC)
    left = timedelta(days=_DAYS[row.urgency])
    if row.due is not None and left:
        to_deadline = max(timedelta(), datetime(row.due.year, row.due.month, row.due.day, tzinfo=UTC) - since)
        left *= to_deadline / (to_deadline + left)
    band = 0 if row.urgency == "emergency" else 1 if row.flags else 2
    return {"queue_band": band, "queue_at": since + left / 2}


def downgrade() -> None:
    """Back. A case that was joined with another stays closed as its duplicate; the pointer is lost."""
    op.drop_table("client_names")
    op.drop_table("staff_skills")
    with op.batch_alter_table("staff") as batch:
        batch.drop_column("capacity")
    for name in ("queue", "held", "served", "returned", "warn_at", "lease_until", "merged_into"):
        op.drop_index(f"ix_cases_{name}", "cases")
    with op.batch_alter_table("cases") as batch:
        batch.drop_constraint(op.f("fk_cases_merged_into"), type_="foreignkey")
        batch.drop_constraint(op.f("fk_cases_last_held_by"), type_="foreignkey")
        for name in ("queue_band", "queue_at", "warned", "first_answer_late", "name_told", "last_held_by"):
            batch.drop_column(name)
        for name in ("merged_into", *_NULLABLE):
            batch.drop_column(name)
    op.create_index("ix_cases_claimed_by", "cases", ["claimed_by"])
    op.create_index("ix_cases_queue", "cases", ["office_id", "status", "urgency_rank", "due", "waiting_since"])
