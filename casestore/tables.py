"""The rows. Columns ending in `_sealed` hold encrypted bytes; every time is UTC."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from casestore.codes.coded import Coded, CodedList

Id = BigInteger().with_variant(Integer, "sqlite")


def storable(text: str, length: int) -> str:
    """Text that every database can keep in a column of that length: without NUL and without half characters."""
    return text.encode("utf-8", "replace").decode().replace("\0", "?")[:length]


def index_where(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """An index of only those rows, so that it stays as small as what waits, however much has been done."""
    return Index(name, *columns, unique=unique, postgresql_where=text(where), sqlite_where=text(where))


class UtcDateTime(TypeDecorator[datetime]):
    """A time with its zone, always UTC, on databases that keep zones and on SQLite, which does not."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuses a time without a zone: nobody could say later what it meant."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Gives back UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """All tables."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {
        int: Id,
        datetime: UtcDateTime(),
        dict[str, Any]: JSON(),
        list[Any]: JSON(),
        bytes: LargeBinary(),
    }


class PersonRow(Base):
    """Somebody who seeks help: nothing but a key and a language."""

    __tablename__ = "people"
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    key_wrapped: Mapped[bytes]
    language: Mapped[str] = mapped_column(String(8), default="en")
    created_at: Mapped[datetime]


class ConversationRow(Base):
    """One address of one person on one channel, and where its conversation stands."""

    __tablename__ = "conversations"
    __table_args__ = (
        UniqueConstraint("channel", "address_index"),
        index_where("ix_conversations_ready", "ready_at", where="ready_at IS NOT NULL"),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    channel: Mapped[str] = mapped_column(String(16))
    address_index: Mapped[str] = mapped_column(String(64))
    address_sealed: Mapped[bytes]
    session_sealed: Mapped[bytes | None]
    reachable: Mapped[bool] = mapped_column(default=True)
    started_at: Mapped[datetime]
    waiting_since: Mapped[datetime | None]
    ready_at: Mapped[datetime | None]  # when the waiting messages may be worked; None: none waiting


class InboxRow(Base):
    """An update from a channel, stored before it is acknowledged. The body goes when the person is erased."""

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("channel", "external_id"),
        Index("ix_inbox_waiting", "conversation_id", "done_at"),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    channel: Mapped[str] = mapped_column(String(16))
    external_id: Mapped[str] = mapped_column(String(80))
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversations.id", ondelete="SET NULL"))
    body_sealed: Mapped[bytes | None]
    received_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]


class MessageRow(Base):
    """One message of the transcript, whoever said it."""

    __tablename__ = "messages"
    __table_args__ = (Index("ix_messages_conversation", "conversation_id", "id"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    sender: Mapped[str] = mapped_column(String(12))  # person | bot | paralegal
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    body_sealed: Mapped[bytes]
    at: Mapped[datetime]


class OutboxRow(Base):
    """A message waiting to be sent; `body_sealed` goes as soon as the channel has confirmed it."""

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("dedupe"),
        index_where("ix_outbox_due", "channel", "next_try_at", where="status = 'waiting'"),
        index_where("ix_outbox_held", "channel", "next_try_at", where="status = 'held'"),
        index_where("ix_outbox_order", "channel", "address_index", "id", where="status = 'waiting'"),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    dedupe: Mapped[str] = mapped_column(String(120))
    channel: Mapped[str] = mapped_column(String(16))
    address_index: Mapped[str] = mapped_column(String(64))
    conversation_id: Mapped[int | None] = mapped_column(Id, index=True)  # no foreign key: a farewell outlives it
    message_id: Mapped[int | None] = mapped_column(Id, index=True)
    body_sealed: Mapped[bytes | None]
    status: Mapped[str] = mapped_column(String(10), default="waiting")  # waiting | held | sent | failed
    attempts: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    failure: Mapped[str | None] = mapped_column(String(80))


class AttachmentRow(Base):
    """A photo or document; its sealed bytes lie in the attachments folder under `file_name`."""

    __tablename__ = "attachments"
    __table_args__ = (Index("ix_attachments_fetch", "channel", "status", "next_try_at"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), index=True)
    message_id: Mapped[int | None] = mapped_column(Id)
    channel: Mapped[str] = mapped_column(String(16))
    remote_sealed: Mapped[bytes | None]  # where the channel keeps it, until it is fetched
    name_sealed: Mapped[bytes]
    media_type: Mapped[str] = mapped_column(String(80))
    size: Mapped[int] = mapped_column(default=0)
    file_name: Mapped[str] = mapped_column(String(40))
    status: Mapped[str] = mapped_column(String(10))  # wanted | kept | failed
    attempts: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime]
    at: Mapped[datetime]


class ConsentRow(Base):
    """One answer about one purpose, with the wording it was given to."""

    __tablename__ = "consents"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[str] = mapped_column(String(20))  # one of consent.PURPOSES
    given: Mapped[bool]
    wording: Mapped[str] = mapped_column(String(80))
    language: Mapped[str] = mapped_column(String(8))
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(30), default="person", server_default="person")  # person | staff:<id>
    office_id: Mapped[int | None] = mapped_column(ForeignKey("offices.id"))  # the partner organisation it is about


class OfficeRow(Base):
    """An advice office, or a partner organisation that cases are shared with; `part_of` is its network."""

    __tablename__ = "offices"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    part_of: Mapped[int | None] = mapped_column(ForeignKey("offices.id"), index=True)
    # Where and when it works, where that is not as set for all.
    place: Mapped[str | None] = mapped_column(String(12))
    hours: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime]


class CaseRow(Base):
    """A problem that a paralegal works on. What is not sealed here is codes and times, never words."""

    __tablename__ = "cases"
    __table_args__ = (
        Index("ix_cases_queue", "office_id", "status", "queue_band", "queue_at", "id"),
        Index("ix_cases_held", "claimed_by", "status"),
        Index("ix_cases_served", "office_id", "claimed_at"),
        index_where("ix_cases_returned", "office_id", "returned_at", where="returned_at IS NOT NULL"),
        index_where("ix_cases_warn_at", "warn_at", where="warn_at IS NOT NULL"),
        index_where("ix_cases_lease_until", "lease_until", where="lease_until IS NOT NULL"),
        Index("ix_cases_conversation", "conversation_id"),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    reference: Mapped[str] = mapped_column(String(12), unique=True)
    # Both go to NULL when the person is erased and only the statistics may stay.
    person_id: Mapped[str | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversations.id", ondelete="SET NULL"))
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    status: Mapped[str] = mapped_column(String(10))  # waiting | claimed | referred | closed
    jurisdiction: Mapped[str] = mapped_column(String(12))
    place: Mapped[str | None] = mapped_column(String(24))
    language: Mapped[str] = mapped_column(String(8))
    issue: Mapped[str | None] = mapped_column(String(40), index=True)
    issues: Mapped[list[Any]]
    flags: Mapped[list[Any]]
    urgency: Mapped[str] = mapped_column(String(12))
    urgency_rank: Mapped[int]  # 0 emergency … 3 routine
    due: Mapped[date | None]
    versions: Mapped[dict[str, Any]]
    assessment_sealed: Mapped[bytes | None]
    opened_at: Mapped[datetime]
    waiting_since: Mapped[datetime | None]
    claimed_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    claimed_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(30))
    note_sealed: Mapped[bytes | None]
    # The queue: `ranking.place_in_queue`, what was promised, and the lease of a claim.
    queue_band: Mapped[int] = mapped_column(SmallInteger)
    queue_at: Mapped[datetime]
    answer_due: Mapped[datetime | None]
    warn_at: Mapped[datetime | None]
    warned: Mapped[int] = mapped_column(SmallInteger, default=0)  # per cent
    first_answered_at: Mapped[datetime | None]
    first_answer_late: Mapped[bool | None]
    lease_until: Mapped[datetime | None]
    name_told: Mapped[bool] = mapped_column(default=False)
    last_held_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    returned_at: Mapped[datetime | None]  # when it went back to the queue by itself; None: it did not
    merged_into: Mapped[int | None] = mapped_column(ForeignKey("cases.id", ondelete="SET NULL"), index=True)


class CaseShareRow(Base):
    """A case that a partner organisation may see, its codes alone; goes with the consent it stands on."""

    __tablename__ = "case_shares"
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), primary_key=True, index=True)
    at: Mapped[datetime]
    # None: from before shares needed one, and then nobody sees anything.
    consent_id: Mapped[int | None] = mapped_column(ForeignKey("consents.id", ondelete="CASCADE"), index=True)


class LabelRow(Base):
    """Which issue a case is about, as the machine or somebody at the desk said; never changed. Codes, never words."""

    __tablename__ = "labels"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    issue: Mapped[str] = mapped_column(String(40))
    actor: Mapped[str] = mapped_column(String(30))  # bot | staff:<id>
    model: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]


class StaffRow(Base):
    """Somebody who works at the desk."""

    __tablename__ = "staff"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    username: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    password: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(16))  # one of access.Role
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    active: Mapped[bool] = mapped_column(default=True)
    telegram_index: Mapped[str | None] = mapped_column(String(64), unique=True)
    link_code: Mapped[str | None] = mapped_column(String(64))
    link_until: Mapped[datetime | None]
    failed_sign_ins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    capacity: Mapped[int | None]  # open cases; None: as many as the office's terms say


class DeskSessionRow(Base):
    """A browser that is signed in at the desk; only a digest of its token is kept."""

    __tablename__ = "desk_sessions"
    token_digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    expires_at: Mapped[datetime]


# The record: who and what a case is about.


class CaseRecordRow(Base):
    """Who and what a case is about: codes, days and numbers, all of them optional but the first three."""

    __tablename__ = "case_records"
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True)
    record_type: Mapped[str] = mapped_column(Coded("record_type"))
    first_contact: Mapped[str] = mapped_column(Coded("first_contact"))
    reported_on: Mapped[date]
    event_on: Mapped[date | None]
    event_precision: Mapped[str | None] = mapped_column(Coded("date_precision"))
    amount_minor: Mapped[int | None] = mapped_column(Id)
    amount_currency: Mapped[str | None] = mapped_column(String(3))
    amount_period: Mapped[str | None] = mapped_column(Coded("amount_period"))
    adults: Mapped[int | None] = mapped_column(Integer)
    children: Mapped[int | None] = mapped_column(Integer)
    people_affected: Mapped[int | None] = mapped_column(Integer)
    settlement: Mapped[str | None] = mapped_column(Coded("settlement"))
    tried: Mapped[list[str] | None] = mapped_column(CodedList("mechanism"))
    reason_none: Mapped[str | None] = mapped_column(Coded("reason_none"))
    gender: Mapped[str | None] = mapped_column(Coded("gender"))
    age_band: Mapped[str | None] = mapped_column(Coded("age_band"))
    disability: Mapped[str | None] = mapped_column(Coded("disability"))


class CaseIssueRow(Base):
    """One issue of a case, and who says that it is one."""

    __tablename__ = "case_issues"
    __table_args__ = (UniqueConstraint("case_id", "issue"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    issue: Mapped[str] = mapped_column(String(40), index=True)
    source: Mapped[str] = mapped_column(Coded("said_by"))
    confidence: Mapped[float | None] = mapped_column(Float)
    at: Mapped[datetime]


class RespondentRow(Base):
    """Somebody or something that people have a dispute with; their names are apart."""

    __tablename__ = "respondents"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), index=True)
    kind: Mapped[str] = mapped_column(Coded("respondent_kind"))
    is_person: Mapped[bool]
    added_at: Mapped[datetime]


class RespondentNameRow(Base):
    """One name of a respondent: an organisation's in clear, that of a natural person sealed with the office's key."""

    __tablename__ = "respondent_names"
    __table_args__ = (
        UniqueConstraint("office_id", "folded"),
        Index("ix_respondent_names_index", "office_id", "name_index"),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    respondent_id: Mapped[int] = mapped_column(ForeignKey("respondents.id", ondelete="CASCADE"), index=True)
    main: Mapped[bool]
    name: Mapped[str | None] = mapped_column(String(120))
    folded: Mapped[str | None] = mapped_column(String(120))
    name_sealed: Mapped[bytes | None]
    name_index: Mapped[str | None] = mapped_column(String(64))


class CaseRespondentRow(Base):
    """The other side of a case: what they are, and who, where somebody has named them."""

    __tablename__ = "case_respondents"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    respondent_id: Mapped[int | None] = mapped_column(ForeignKey("respondents.id", ondelete="SET NULL"), index=True)
    kind: Mapped[str] = mapped_column(Coded("respondent_kind"))
    relationship: Mapped[str | None] = mapped_column(Coded("relationship"))
    source: Mapped[str] = mapped_column(Coded("said_by"))
    at: Mapped[datetime]


class SupporterRow(Base):
    """Somebody who writes or speaks for the person."""

    __tablename__ = "supporters"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    relation: Mapped[str] = mapped_column(Coded("supporter_relation"))
    person_knows: Mapped[str] = mapped_column(Coded("yes_no_unsure"))
    name_sealed: Mapped[bytes | None]
    at: Mapped[datetime]


class ResidenceRow(Base):
    """A person's right to stay and identity document: codes, but sealed, for they can be used against the person."""

    __tablename__ = "residences"
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    residence_sealed: Mapped[bytes | None]
    document_sealed: Mapped[bytes | None]


class CommunityProblemRow(Base):
    """A problem of many, above cases: opened and described by the office."""

    __tablename__ = "community_problems"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), index=True)
    reference: Mapped[str] = mapped_column(String(12), unique=True)
    jurisdiction: Mapped[str] = mapped_column(String(12))
    place: Mapped[str | None] = mapped_column(String(24))
    issue: Mapped[str] = mapped_column(String(40))
    respondent_id: Mapped[int | None] = mapped_column(ForeignKey("respondents.id", ondelete="SET NULL"), index=True)
    status: Mapped[str] = mapped_column(Coded("problem_status"), index=True)
    people_affected: Mapped[int | None] = mapped_column(Integer)
    description_sealed: Mapped[bytes | None]
    opened_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    opened_at: Mapped[datetime]
    watched_until: Mapped[date | None]
    closed_at: Mapped[datetime | None]


class CommunityProblemCaseRow(Base):
    """A case that belongs to a problem of many."""

    __tablename__ = "community_problem_cases"
    __table_args__ = (UniqueConstraint("problem_id", "case_id"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    problem_id: Mapped[int] = mapped_column(ForeignKey("community_problems.id", ondelete="CASCADE"))
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    linked_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime]


# backup


class BackupRow(Base):
    """A backup that this store began; a restored store has the rows of the one it came from."""

    __tablename__ = "backups"
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    begun_at: Mapped[datetime] = mapped_column(index=True)


# The log: lines are added, never changed, never removed. No foreign keys: they outlive what they are about.


class LogRow(Base):
    """A line of the chain of a case, or of its office where `case_id` is NULL: codes only.

    `detail_sealed` is the detail of a case that has a person, `detail` that of all others.
    """

    __tablename__ = "case_log"
    __table_args__ = (
        Index("uq_case_log_case", "case_id", "seq", unique=True),
        index_where("uq_case_log_office", "office_id", "seq", where="case_id IS NULL", unique=True),
        Index("ix_case_log_office", "office_id", "id"),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    case_id: Mapped[int | None] = mapped_column(Id)
    office_id: Mapped[int]
    seq: Mapped[int]  # 1, 2, 3 … within the chain
    kind: Mapped[str] = mapped_column(String(30))
    actor: Mapped[str] = mapped_column(String(30))  # person | bot | operator | staff:<id>
    detail: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    detail_sealed: Mapped[bytes | None]
    at: Mapped[datetime]
    mac: Mapped[bytes | None]  # None: from before there were chains, and not chained yet


class AnchorRow(Base):
    """All chains of an office at one time: a digest over the heads that are new since the anchor before."""

    __tablename__ = "log_anchors"
    office_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)  # 1, 2, 3 … within the office
    at: Mapped[datetime]
    up_to: Mapped[int]  # the newest line there was
    heads: Mapped[int]  # how many
    digest: Mapped[bytes]


class HeadRow(Base):
    """The newest line of one chain when an anchor was made."""

    __tablename__ = "log_heads"
    office_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    place: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    case_id: Mapped[int | None] = mapped_column(Id)
    seq: Mapped[int]
    mac: Mapped[bytes]


# What is done about a case and what came of it.


class AgendaRow(Base):
    """Something that must be done for a case by a day: a deadline of the law or of a court, or a task of the office."""

    __tablename__ = "agenda"
    __table_args__ = (UniqueConstraint("case_id", "code"), index_where("ix_agenda_due", "due", where="state = 'open'"))
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(Coded("agenda_kind"))
    code: Mapped[str | None] = mapped_column(String(60))  # which limit of the law pack; None: written at the desk
    owner: Mapped[str] = mapped_column(Coded("agenda_owner"))
    state: Mapped[str] = mapped_column(Coded("agenda_state"))
    due: Mapped[date]
    source: Mapped[str] = mapped_column(String(200))
    what_sealed: Mapped[bytes | None]
    made_by: Mapped[str] = mapped_column(String(30))  # bot | staff:<id>
    made_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]


class ReferralRow(Base):
    """One referral of a case to a service, and when it reached each state."""

    __tablename__ = "referrals"
    __table_args__ = (index_where("ix_referrals_waiting", "sent_at", where="state IN ('sent', 'received')"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    service: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(Coded("referral_kind"))
    state: Mapped[str] = mapped_column(Coded("referral_state"))
    reason: Mapped[str | None] = mapped_column(Coded("referral_reason"))
    result: Mapped[str | None] = mapped_column(Coded("referral_result"))
    shared_sealed: Mapped[bytes | None]
    consent_id: Mapped[int | None] = mapped_column(ForeignKey("consents.id", ondelete="SET NULL"), index=True)
    override: Mapped[str | None] = mapped_column(Coded("referral_override"))
    made_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    draft_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    received_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    declined_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    no_answer_at: Mapped[datetime | None]


class OutcomeRow(Base):
    """How a case ended, one row a closing: a case that is opened again keeps the earlier ones. Codes and amounts."""

    __tablename__ = "outcomes"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    code: Mapped[str] = mapped_column(Coded("outcome"))
    how: Mapped[str | None] = mapped_column(Coded("outcome_how"))
    mechanism: Mapped[str | None] = mapped_column(Coded("mechanism"))
    mechanisms_used: Mapped[list[Any]] = mapped_column(CodedList("mechanism"))
    service_level: Mapped[str | None] = mapped_column(Coded("service_level"))
    benefit: Mapped[str | None] = mapped_column(Coded("benefit"))
    recovered_lump: Mapped[int | None]  # amounts in the currency's minor unit
    recovered_monthly: Mapped[int | None]
    costs_avoided: Mapped[int | None]
    currency: Mapped[str | None] = mapped_column(String(3))
    confirmed_by: Mapped[str | None] = mapped_column(Coded("confirmed_by"))
    closed_at: Mapped[datetime]


class EffortRow(Base):
    """Time and money that somebody at the desk spent on a case."""

    __tablename__ = "efforts"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    role: Mapped[str] = mapped_column(String(16))  # of the member of staff, at that time
    activity: Mapped[str] = mapped_column(Coded("activity"))
    minutes: Mapped[int]
    travel_cost: Mapped[int]  # amounts in the currency's minor unit
    out_of_pocket: Mapped[int]
    currency: Mapped[str | None] = mapped_column(String(3))
    at: Mapped[datetime]


class FollowUpRow(Base):
    """A question to the person some time after their case was closed, and what they said. Codes only."""

    __tablename__ = "follow_ups"
    __table_args__ = (
        UniqueConstraint("outcome_id", "days"),
        index_where("ix_follow_ups_due", "due", where="state = 'due'"),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    outcome_id: Mapped[int] = mapped_column(ForeignKey("outcomes.id", ondelete="CASCADE"))
    days: Mapped[int]  # after the closing
    state: Mapped[str] = mapped_column(Coded("follow_up_state"))
    due: Mapped[date]
    still_holds: Mapped[str | None] = mapped_column(Coded("follow_up_answer"))
    fair: Mapped[str | None] = mapped_column(Coded("follow_up_answer"))
    alone: Mapped[str | None] = mapped_column(Coded("managed_alone"))
    asked_by: Mapped[str | None] = mapped_column(String(30))
    answered_at: Mapped[datetime | None]


# import


class ImportRow(Base):
    """A case, or a person, of earlier records that was taken over; it stays when they are erased, so that they stay so.

    A row is of one or the other, and of neither once that is gone.
    """

    __tablename__ = "imports"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    source_index: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[str | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id", ondelete="SET NULL"), index=True)
    at: Mapped[datetime]


# The queue


class SkillRow(Base):
    """Something a member of staff takes on: an area or issue, a language or a place. None of a kind: any."""

    __tablename__ = "staff_skills"
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)  # area | language | place
    code: Mapped[str] = mapped_column(String(40), primary_key=True)


class ClientNameRow(Base):
    """The fingerprint of a client's name, by which it is found that two clients stand against each other."""

    __tablename__ = "client_names"
    __table_args__ = (Index("ix_client_names_index", "name_index"),)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    name_index: Mapped[str] = mapped_column(String(64))


# Privacy: when it is safe to write to a person.


class ContactRuleRow(Base):
    """When a person may be written to without harm, where they or their paralegal said so."""

    __tablename__ = "contact_rules"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), unique=True)
    only_when_written: Mapped[bool]
    hours_from: Mapped[int | None]
    hours_until: Mapped[int | None]
    zone: Mapped[str] = mapped_column(String(40))
    neutral: Mapped[bool]
    notice: Mapped[str] = mapped_column(String(200))  # our own sentence, in the person's language
    button: Mapped[str] = mapped_column(String(60))
    by: Mapped[str] = mapped_column(String(30))  # person | staff:<id>
    at: Mapped[datetime]
    heard_at: Mapped[datetime | None]  # when the person last wrote


# Breaking the glass.


class GlassRow(Base):
    """One time that somebody opened a case that is not theirs; the log has it too, and keeps it."""

    __tablename__ = "broken_glass"
    __table_args__ = (Index("ix_broken_glass_open", "staff_id", "until"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    reason: Mapped[str] = mapped_column(String(12))  # one of glass.REASONS
    words_sealed: Mapped[bytes]
    at: Mapped[datetime]
    until: Mapped[datetime]


for _table in Base.metadata.tables.values():
    # SQLite would give the number of an erased row to the next one: "what came after message 7" must stay true.
    _key = _table.primary_key.columns
    _table.dialect_options["sqlite"]["autoincrement"] = len(_key) == 1 and isinstance(_key[0].type, BigInteger)
