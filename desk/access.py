"""The one way to a case: who works cases sees its summary, its paralegal and supervisors the words of the person."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from casestore.cases import Case
from casestore.conversations import Conversation
from casestore.errors import CaseNotFound
from casestore.staff import StaffMember
from casestore.unit_of_work import UnitOfWork

SITTING = timedelta(minutes=15)  # looks within that time of one's own last step are one look


@dataclass(frozen=True, slots=True)
class Reach:
    """A case and how much of it this member of staff may have."""

    case: Case
    member: StaffMember

    @property
    def holds(self) -> bool:
        """Whether they work on it."""
        return self.case.claimed_by == self.member.id

    @property
    def reads(self) -> bool:
        """Whether they may read what the person wrote."""
        return self.case.conversation_id is not None and (self.holds or self.member.role.reads_all)


def reach(uow: UnitOfWork, reference: str, member: StaffMember) -> Reach:
    """The case with that reference; raises CaseNotFound."""
    return Reach(uow.cases.by_reference(reference), member)


def private(uow: UnitOfWork, reference: str, member: StaffMember) -> tuple[Reach, Conversation]:
    """A case whose words this member may read, and its conversation.

    Raises CaseNotFound, the same for a case that is not there and for one that is not theirs.
    """
    found = reach(uow, reference, member)
    if not found.reads or found.case.conversation_id is None:
        raise CaseNotFound("there is no case with that reference")
    return found, uow.conversations.get(found.case.conversation_id)


def held(uow: UnitOfWork, reference: str, member: StaffMember) -> tuple[Reach, Conversation | None]:
    """A case this member works on, and its conversation unless the person was erased; raises CaseNotFound."""
    found = reach(uow, reference, member)
    if not found.holds:
        raise CaseNotFound("there is no case with that reference")
    id_ = found.case.conversation_id
    return found, None if id_ is None else uow.conversations.get(id_)


def note_view(uow: UnitOfWork, found: Reach, *, now: datetime) -> None:
    """Writes into the case log who read the person's words, once a sitting."""
    own = [entry for entry in uow.log.of(found.case.id) if entry.by == found.member.name and entry.kind.id == "viewed"]
    if not own or now - own[-1].at > SITTING:
        uow.log.note(found.case.id, "viewed", actor=f"staff:{found.member.id}", now=now)
