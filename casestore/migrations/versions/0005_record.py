"""record: who and what a case is about."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_BATCH = 1_000
_OF_AN_OFFICE = ("respondents", "respondent_names", "community_problems")
# As for cases: `*` is whoever serves everybody, else the numbers of the offices that a viewer reaches.
_SEEN = """
    current_setting('doorstep.offices', true) = '*'
    OR office_id = ANY (string_to_array(nullif(current_setting('doorstep.offices', true), '*'), ',')::bigint[])
"""
_CHANNELS = ("telegram", "web", "rasa", "rasa_fetched", "console")


def _id(name: str = "id", *, nullable: bool = False) -> "sa.Column[Any]":
    return sa.Column(name, sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=nullable)


def _code(name: str, *, nullable: bool = True) -> "sa.Column[Any]":
    return sa.Column(name, sa.String(length=24), nullable=nullable)


def _time(name: str = "at", *, nullable: bool = False) -> "sa.Column[Any]":
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _key(table: str, column: str, target: str, ondelete: str | None) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"), ondelete=ondelete)


def upgrade() -> None:
    """Forward: the tables, and a record for every case there is, of what is known of it."""
    op.create_table(
        "case_records",
        _id("case_id"),
        _code("record_type", nullable=False),
        _code("first_contact", nullable=False),
        sa.Column("reported_on", sa.Date(), nullable=False),
        sa.Column("event_on", sa.Date(), nullable=True),
        _code("event_precision"),
        _id("amount_minor", nullable=True),
        sa.Column("amount_currency", sa.String(length=3), nullable=True),
        _code("amount_period"),
        sa.Column("adults", sa.Integer(), nullable=True),
        sa.Column("children", sa.Integer(), nullable=True),
        sa.Column("people_affected", sa.Integer(), nullable=True),
        _code("settlement"),
        sa.Column("tried", sa.JSON(), nullable=True),
        _code("reason_none"),
        _code("gender"),
        _code("age_band"),
        _code("disability"),
        _key("case_records", "case_id", "cases.id", "CASCADE"),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_case_records")),
    )
    op.create_table(
        "case_issues",
        _id(),
        _id("case_id"),
        sa.Column("issue", sa.String(length=40), nullable=False),
        _code("source", nullable=False),
        sa.Column("confidence", sa.Float(), nullable=True),
        _time(),
        _key("case_issues", "case_id", "cases.id", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_issues")),
        sa.UniqueConstraint("case_id", "issue", name=op.f("uq_case_issues_case_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_case_issues_issue"), "case_issues", ["issue"])
    op.create_table(
        "respondents",
        _id(),
        _id("office_id"),
        _code("kind", nullable=False),
        sa.Column("is_person", sa.Boolean(), nullable=False),
        _time("added_at"),
        _key("respondents", "office_id", "offices.id", None),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_respondents")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "respondent_names",
        _id(),
        _id("office_id"),
        _id("respondent_id"),
        sa.Column("main", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=True),
        sa.Column("folded", sa.String(length=120), nullable=True),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("name_index", sa.String(length=64), nullable=True),
        _key("respondent_names", "office_id", "offices.id", None),
        _key("respondent_names", "respondent_id", "respondents.id", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_respondent_names")),
        sa.UniqueConstraint("office_id", "folded", name=op.f("uq_respondent_names_office_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_respondents_office_id"), "respondents", ["office_id"])
    op.create_index(op.f("ix_respondent_names_respondent_id"), "respondent_names", ["respondent_id"])
    op.create_index("ix_respondent_names_index", "respondent_names", ["office_id", "name_index"])
    op.create_table(
        "case_respondents",
        _id(),
        _id("case_id"),
        _id("respondent_id", nullable=True),
        _code("kind", nullable=False),
        _code("relationship"),
        _code("source", nullable=False),
        _time(),
        _key("case_respondents", "case_id", "cases.id", "CASCADE"),
        _key("case_respondents", "respondent_id", "respondents.id", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_respondents")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_case_respondents_case_id"), "case_respondents", ["case_id"])
    op.create_index(op.f("ix_case_respondents_respondent_id"), "case_respondents", ["respondent_id"])
    op.create_table(
        "supporters",
        _id(),
        _id("case_id"),
        _code("relation", nullable=False),
        _code("person_knows", nullable=False),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=True),
        _time(),
        _key("supporters", "case_id", "cases.id", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supporters")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_supporters_case_id"), "supporters", ["case_id"])
    op.create_table(
        "residences",
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("residence_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("document_sealed", sa.LargeBinary(), nullable=True),
        _key("residences", "person_id", "people.id", "CASCADE"),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_residences")),
    )
    op.create_table(
        "community_problems",
        _id(),
        _id("office_id"),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("jurisdiction", sa.String(length=12), nullable=False),
        sa.Column("place", sa.String(length=24), nullable=True),
        sa.Column("issue", sa.String(length=40), nullable=False),
        _id("respondent_id", nullable=True),
        _code("status", nullable=False),
        sa.Column("people_affected", sa.Integer(), nullable=True),
        sa.Column("description_sealed", sa.LargeBinary(), nullable=True),
        _id("opened_by"),
        _time("opened_at"),
        sa.Column("watched_until", sa.Date(), nullable=True),
        _time("closed_at", nullable=True),
        _key("community_problems", "office_id", "offices.id", None),
        _key("community_problems", "respondent_id", "respondents.id", "SET NULL"),
        _key("community_problems", "opened_by", "staff.id", None),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_community_problems")),
        sa.UniqueConstraint("reference", name=op.f("uq_community_problems_reference")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_community_problems_office_id"), "community_problems", ["office_id"])
    op.create_index(op.f("ix_community_problems_respondent_id"), "community_problems", ["respondent_id"])
    op.create_index(op.f("ix_community_problems_status"), "community_problems", ["status"])
    op.create_table(
        "community_problem_cases",
        _id(),
        _id("problem_id"),
        _id("case_id"),
        _id("linked_by"),
        _time(),
        _key("community_problem_cases", "problem_id", "community_problems.id", "CASCADE"),
        _key("community_problem_cases", "case_id", "cases.id", "CASCADE"),
        _key("community_problem_cases", "linked_by", "staff.id", None),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_community_problem_cases")),
        sa.UniqueConstraint("problem_id", "case_id", name=op.f("uq_community_problem_cases_problem_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_community_problem_cases_case_id"), "community_problem_cases", ["case_id"])
    _fill(op.get_bind())
    if op.get_bind().dialect.name == "postgresql":
        for table in _OF_AN_OFFICE:
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            op.execute(f"CREATE POLICY seen ON {table} USING ({_SEEN}) WITH CHECK (true)")


def _fill(bind: sa.Connection) -> None:
    """A record and the issues of each case of before: who said an issue is known where the desk has judged it."""
    cases = sa.table(
        "cases",
        *(sa.column(name) for name in ("id", "conversation_id")),
        sa.column("issues", sa.JSON()),
        sa.column("opened_at", sa.DateTime(timezone=True)),
    )
    conversations = sa.table("conversations", sa.column("id"), sa.column("channel"))
    labels = sa.table("labels", *(sa.column(name) for name in ("case_id", "issue", "actor")))
    records = sa.table(
        "case_records",
        *(sa.column(name) for name in ("case_id", "record_type", "first_contact")),
        sa.column("reported_on", sa.Date()),
    )
    issues = sa.table(
        "case_issues",
        *(sa.column(name) for name in ("case_id", "issue", "source")),
        sa.column("at", sa.DateTime(timezone=True)),
    )
    judged = {
        (case_id, issue)
        for case_id, issue in bind.execute(sa.select(labels.c.case_id, labels.c.issue).where(labels.c.actor != "bot"))
    }
    every = sa.select(cases.c.id, cases.c.issues, cases.c.opened_at, conversations.c.channel).outerjoin(
        conversations, conversations.c.id == cases.c.conversation_id
    )
    for rows in _batches(bind, every, cases.c.id):
        told = [
            {"case_id": id_, "issue": issue, "source": "worker" if (id_, issue) in judged else "model", "at": opened}
            for id_, listed, opened, _ in rows
            for issue in listed
        ]
        bind.execute(
            sa.insert(records),
            [
                {
                    "case_id": id_,
                    "record_type": "individual",
                    "first_contact": channel if channel in _CHANNELS else "other",
                    "reported_on": opened.date(),
                }
                for id_, _, opened, channel in rows
            ],
        )
        if told:
            bind.execute(sa.insert(issues), told)


def _batches(bind: sa.Connection, every: "sa.Select[Any]", id_: "sa.ColumnClause[Any]") -> Iterator[list[Any]]:
    """The rows in order of their ids, some at a time: a million do not fit into memory at once."""
    last = 0
    while rows := list(bind.execute(every.where(id_ > last).order_by(id_).limit(_BATCH))):
        yield rows
        last = rows[-1][0]


def downgrade() -> None:
    """Back: the cases stay as they were, what only the record knew goes."""
    for table in (
        "community_problem_cases",
        "community_problems",
        "residences",
        "supporters",
        "case_respondents",
        "respondent_names",
        "respondents",
        "case_issues",
        "case_records",
    ):
        op.drop_table(table)
