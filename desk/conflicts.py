"""A possible conflict of interest: told to who works the case, and looked into before it comes into other hands."""

from casestore.conflicts import CLIENT_IS_OTHER_SIDE, OTHER_SIDE_IS_CLIENT, SAME_OTHER_SIDE
from casestore.lifecycle import Status
from casestore.unit_of_work import UnitOfWork
from desk.access import Reach
from desk.office import Desk

# What is known, said so that nobody learns who the other client is.
_WORDS = {
    OTHER_SIDE_IS_CLIENT: "Somebody with the name of the other side may be helped by this office.",
    CLIENT_IS_OTHER_SIDE: "Somebody with this person's name is the other side in another case of this office.",
    SAME_OTHER_SIDE: "The other side has the name of the other side in somebody else's case.",
}


class MustCheck(Exception):
    """Two people of the office may stand against each other, and nobody has looked into it."""

    def __init__(self) -> None:
        super().__init__("read the warning about a conflict of interest first, and tick that you have checked it")


def conflicts_of(uow: UnitOfWork, found: Reach) -> tuple[str, ...]:
    """What the page says of it, to those who work cases and while the case is open."""
    return tuple(_WORDS[kind] for kind in _kinds(uow, found))


def check_conflicts(desk: Desk, uow: UnitOfWork, found: Reach, *, checked: bool) -> None:
    """Raises MustCheck when something speaks against it and the member has not said that they looked into it."""
    kinds = _kinds(uow, found)
    if kinds and not checked:
        raise MustCheck
    if kinds:
        uow.conflicts.note_warned(found.case.id, staff_id=found.member.id, kinds=kinds, now=desk.clock())


def _kinds(uow: UnitOfWork, found: Reach) -> tuple[str, ...]:
    told = found.member.role.works_cases and found.case.status != Status.CLOSED
    return uow.conflicts.of(found.case.id) if told else ()
