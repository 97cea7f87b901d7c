"""What the person hears when their case changes hands: kind and neutral, and only once a step."""

from casestore.cases import Case
from casestore.staff import StaffMember
from casestore.unit_of_work import UnitOfWork
from desk.office import Desk


def tell_who_has_it(desk: Desk, uow: UnitOfWork, case: Case, member: StaffMember) -> bool:
    """The person hears the name of who has their case now; False when they cannot be reached."""
    sentence = desk.sentences.claimed(case.language, name=member.name)
    told = uow.notify(case.conversation_id, sentence, now=desk.clock())
    if told:
        uow.cases.note_name_told(case.id)
    return told
