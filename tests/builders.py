"""Makes what tests start from: `a_case(uow, urgency="urgent")` says only what matters to the test."""

import os
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import select

from casestore.access import Role
from casestore.cases import Case, NewCase
from casestore.conversations import Conversation
from casestore.keys.encryption import Keyring
from casestore.lifecycle import Status
from casestore.offices import HOME
from casestore.privacy.consent import PARTNER, Consent
from casestore.staff import StaffMember, hash_password
from casestore.tables import CaseRow, CaseShareRow, StaffRow
from casestore.unit_of_work import UnitOfWork

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"
MINUTE = timedelta(minutes=1)


def a_keyring(*names: str) -> Keyring:
    """A ring of fresh keys; the last one named is current."""
    names = names or ("k1",)
    return Keyring(current=names[-1], keys={name: os.urandom(32) for name in names}, index_key=os.urandom(32))


def a_conversation(
    uow: UnitOfWork, address: str = "4711", *, channel: str = "telegram", now: datetime = NOW
) -> Conversation:
    """A conversation with a person who wrote for the first time."""
    return uow.conversations.find_or_start(channel, address, now=now)


def a_new_case(**changes: Any) -> NewCase:
    """What the conversation knows about a lock-out."""
    known: dict[str, Any] = {
        "jurisdiction": "za",
        "place": "gauteng",
        "language": "en",
        "issues": ("housing.lockout",),
        "flags": (),
        "urgency": "routine",
        "due": None,
        "versions": {"script": "2026-03-01"},
        "assessment": {"reasons": ["put out without a court order"]},
    }
    return NewCase(**{**known, **changes})


def a_case(uow: UnitOfWork, conversation: Conversation | None = None, *, now: datetime = NOW, **changes: Any) -> Case:
    """A case in the queue; without a conversation, one of a new person."""
    conversation = conversation or a_conversation(uow, os.urandom(8).hex(), now=now)
    return uow.cases.open(conversation, a_new_case(**changes), now=now)


def open_cases(uow: UnitOfWork) -> list[Case]:
    """Every case that is not closed, of all offices that can be seen: those that wait for a paralegal first."""
    return uow.cases.listed(
        select(CaseRow.id)
        .where(CaseRow.status != Status.CLOSED)
        .order_by(CaseRow.status != Status.WAITING, CaseRow.queue_band, CaseRow.queue_at, CaseRow.id)
    )


def share(uow: UnitOfWork, case: Case, office_id: int) -> None:
    """The person agreed that a partner organisation sees the codes of their case."""
    person_id = uow.cases.person_of(case)
    assert person_id is not None
    yes = uow.consents.note(person_id, Consent(PARTNER, True, "case.partner@1", "en", NOW, office_id=office_id))
    uow.session.add(CaseShareRow(case_id=case.id, office_id=office_id, at=NOW, consent_id=yes))


_digest_of = cache(hash_password)  # a good digest is slow on purpose, and most tests never sign in


def a_paralegal(
    uow: UnitOfWork,
    username: str = "thandi",
    *,
    name: str = "",
    password: str = PASSWORD,
    role: Role = Role.PARALEGAL,
    office_id: int = HOME,
) -> StaffMember:
    """Somebody who works at the desk."""
    row = StaffRow(
        username=username,
        name=name or username.title(),
        password=_digest_of(password),
        role=role,
        office_id=office_id,
        created_at=NOW,
    )
    uow.session.add(row)
    uow.session.flush()
    offices = uow.offices.reached_from(office_id)
    return StaffMember(row.id, username, row.name, role, office_id, offices, telegram_linked=False)
