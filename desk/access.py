"""The one way to a case: who works cases sees its summary, its paralegal and supervisors the words of the person."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from casestore.cases import Case
from casestore.conversations import Conversation
from casestore.errors import CaseNotFound
from casestore.lifecycle import Status
from casestore.staff import StaffMember
from casestore.unit_of_work import UnitOfWork

SITTING = timedelta(minutes=15)  # looks within that time of one's own last step are one look


@dataclass(frozen=True, slots=True)
class Reach:
    """A case and how much of it this member of staff may have."""

    case: Case
    member: StaffMember

    @property
    def actor(self) -> str:
        """As the log names them."""
        return f"staff:{self.member.id}"

    @property
    def holds(self) -> bool:
        """Whether they work on it."""
        return self.case.claimed_by == self.member.id

    @property
    def leads(self) -> bool:
        """Whether they decide with whom it is: its paralegal, and supervisors."""
        return self.holds or self.member.role.reads_all

    @property
    def may_finish(self) -> bool:
        """Whether they note what came of it after its end: whoever held it may have left."""
        return self.leads and self.case.status == Status.CLOSED

    @property
    def reads(self) -> bool:
        """Whether they may read what the person wrote."""
        return self.case.conversation_id is not None and self._may_read

    @property
    def may_copy(self) -> bool:
        """Whether they may take out all that is held about the person, which is more than the page shows."""
        return self.reads and (self.holds or self.member.role.reads_all)

    @property
    def may_break(self) -> bool:
        """Whether they could open it with a reason, and may not read it otherwise."""
        return self.case.conversation_id is not None and self.member.role.works_cases and not self._may_read

    @property
    def _may_read(self) -> bool:
        return self.holds or self.member.role.reads_all or self.case.id in self.member.opened


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


def entrusted(uow: UnitOfWork, reference: str, member: StaffMember) -> tuple[Reach, Conversation]:
    """A case of which this member may take everything out, and its conversation; raises CaseNotFound."""
    found, conversation = private(uow, reference, member)
    if not found.may_copy:
        raise CaseNotFound("there is no case with that reference")
    return found, conversation


def held(uow: UnitOfWork, reference: str, member: StaffMember) -> tuple[Reach, Conversation | None]:
    """A case this member works on, and its conversation unless the person was erased; raises CaseNotFound."""
    found = reach(uow, reference, member)
    if not found.holds:
        raise CaseNotFound("there is no case with that reference")
    id_ = found.case.conversation_id
    return found, None if id_ is None else uow.conversations.get(id_)


def finished(uow: UnitOfWork, reference: str, member: StaffMember) -> Case:
    """A case that this member may note something of after its end; raises CaseNotFound."""
    found = reach(uow, reference, member)
    if not found.leads:
        raise CaseNotFound("there is no case with that reference")
    return found.case


def view_due(uow: UnitOfWork, found: Reach, *, now: datetime) -> bool:
    """Whether their look at the case is to be written down: once a sitting."""
    last = uow.log.last_at(found.case.id, _view(found), actor=found.actor)
    return last is None or now - last > SITTING


def note_view(uow: UnitOfWork, found: Reach, *, now: datetime) -> None:
    """Writes into the case log who opened the case, and whether they read the person's words; once a sitting."""
    if view_due(uow, found, now=now):
        uow.log.note(found.case.id, _view(found), actor=found.actor, now=now)


def _view(found: Reach) -> str:
    return "viewed" if found.reads else "summary_viewed"
