"""Who may reach what: the roles at the desk, and the boundary of an office, drawn here and nowhere else."""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from sqlalchemy import ColumnElement, event, exists, false, or_, select, text
from sqlalchemy.orm import ORMExecuteState, Session, aliased, with_loader_criteria
from sqlalchemy.sql.base import ExecutableOption

from casestore.errors import NotYours
from casestore.tables import (
    CaseRow,
    CaseShareRow,
    CommunityProblemRow,
    ConversationRow,
    RespondentNameRow,
    RespondentRow,
)

_VIEWER = "viewer"
# Put on a statement that names its cases by number: SQLite would else go through all cases of the office to find them.
BY_NUMBER = {"cases_by_number": True}
_OF_AN_OFFICE = (RespondentRow, RespondentNameRow, CommunityProblemRow)


class Role(StrEnum):
    """What somebody at the desk is there for."""

    PARALEGAL = "paralegal"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"
    ANALYST = "analyst"
    PARTNER = "partner"

    @property
    def works_cases(self) -> bool:
        """Whether they may claim a case and act on it."""
        return self in (Role.PARALEGAL, Role.SUPERVISOR, Role.ADMINISTRATOR)

    @property
    def reads_all(self) -> bool:
        """Whether they may read the words of all the people of their offices, whoever holds the case."""
        return self in (Role.SUPERVISOR, Role.ADMINISTRATOR)

    @property
    def manages_staff(self) -> bool:
        """Whether they add accounts and change roles."""
        return self is Role.ADMINISTRATOR


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody at the desk; `offices` are the numbers of their own and of those that belong to it."""

    staff_id: int
    role: Role
    offices: tuple[int, ...]
    opened: tuple[int, ...] = ()  # cases that they broke the glass of

    @property
    def cases(self) -> ColumnElement[bool]:
        """Which cases are there for them: their offices', or for a partner organisation those shared with it."""
        if self.role is Role.PARTNER:
            agreed = CaseShareRow.consent_id.is_not(None)
            shared = select(CaseShareRow.case_id).where(CaseShareRow.office_id.in_(self.offices), agreed)
            return CaseRow.id.in_(shared)
        return CaseRow.office_id.in_(self.offices)

    @property
    def cases_by_number(self) -> ColumnElement[bool]:
        """The same, said so that no index of offices serves it."""
        return self.cases if self.role is Role.PARTNER else (CaseRow.office_id + 0).in_(self.offices)

    @property
    def own_tables(self) -> tuple[type[CaseShareRow | CommunityProblemRow | RespondentNameRow | RespondentRow], ...]:
        """Of which tables they reach only what is their offices'; a partner not even what others are shown."""
        return (*_OF_AN_OFFICE, CaseShareRow) if self.role is Role.PARTNER else _OF_AN_OFFICE

    @property
    def conversations(self) -> ColumnElement[bool]:
        """Which people's words are there for them: of the cases they hold or opened, of all for those who read all."""
        if not self.role.works_cases:
            return false()
        theirs = exists().where(CaseRow.conversation_id == ConversationRow.id, self.cases)
        if self.role.reads_all:
            return theirs
        held = aliased(CaseRow)
        in_reach = or_(held.claimed_by == self.staff_id, held.id.in_(self.opened))
        joined = CaseRow.merged_into.in_(select(held.id).where(in_reach))
        return theirs.where(or_(CaseRow.claimed_by == self.staff_id, CaseRow.id.in_(self.opened), joined))


def see_as(session: Session, viewer: Viewer) -> None:
    """From now on this session reaches only what is there for the viewer; on PostgreSQL the database holds it too."""
    session.info[_VIEWER] = viewer
    event.listen(session, "do_orm_execute", _within_reach)
    if session.get_bind().dialect.name == "postgresql":
        offices = ",".join(map(str, viewer.offices))
        setting = "doorstep.partner" if viewer.role is Role.PARTNER else "doorstep.offices"
        session.execute(text("SELECT set_config('doorstep.offices', '', true)"))
        session.execute(text("SELECT set_config(:setting, :offices, true)"), {"setting": setting, "offices": offices})


def viewer_of(session: Session) -> Viewer | None:
    """Who looks through this session; None for the conversation, the worker and the commands, which serve everybody."""
    viewer: Viewer | None = session.info.get(_VIEWER)
    return viewer


def check_works(session: Session) -> None:
    """Raises NotYours where whoever looks through this session works no cases."""
    viewer = viewer_of(session)
    if viewer is not None and not viewer.role.works_cases:
        raise NotYours(f"{viewer.role}s look at cases and do not work them")


def _within_reach(state: ORMExecuteState) -> None:
    viewer = viewer_of(state.session)
    if viewer is not None:
        limits = _limits(viewer, state.execution_options.get("cases_by_number", False))
        state.statement = state.statement.options(*limits)


@lru_cache(maxsize=256)  # built for each of the statements of a page, they took half of its time
def _limits(viewer: Viewer, by_number: bool) -> tuple[ExecutableOption, ...]:
    cases = viewer.cases_by_number if by_number else viewer.cases
    return (
        with_loader_criteria(CaseRow, cases, include_aliases=True),
        with_loader_criteria(ConversationRow, viewer.conversations, include_aliases=True),
        *(with_loader_criteria(table, table.office_id.in_(viewer.offices)) for table in viewer.own_tables),
    )
