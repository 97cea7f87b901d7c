"""One step in the record of a case: done for who holds it, or shown again with everything that was typed."""

from collections.abc import Callable

from fastapi import Request
from fastapi.responses import Response
from pydantic import BaseModel

from casestore.cases import Case
from casestore.errors import NameTaken, UnknownCode
from casestore.respondents import Respondent
from casestore.staff import StaffMember
from casestore.unit_of_work import UnitOfWork
from desk import access
from desk.case_page import render_case
from desk.office import desk_of
from desk.record import RecordState
from desk.sign_in import go_to
from desk.typed_values import Mistake, sentence

Step = Callable[[UnitOfWork, Case], object]


class Ambiguous(Exception):
    """Somebody of that name is known already: only the paralegal can say whether it is the same person."""

    def __init__(self, namesakes: list[Respondent]) -> None:
        self.namesakes = tuple(namesakes)


def saved(
    request: Request,
    reference: str,
    member: StaffMember,
    group: str,
    form: BaseModel | dict[str, str] | None,
    step: Step,
    part: str = "",
) -> Response:
    """Does the step for the paralegal who holds the case, and shows the case again; `part` is noted in its log.

    On a mistake nothing is kept in the record, and everything that was typed stands in the form.
    """
    typed = form.model_dump() if isinstance(form, BaseModel) else form or {}
    desk = desk_of(request)
    try:
        with desk.store.unit_of_work() as uow:
            case = access.held(uow, reference, member)[0].case
            uow.records.check_held(case.id, staff_id=member.id)
            step(uow, case)
            if part:
                uow.records.note_changed(case.id, (part,), staff_id=member.id, now=desk.clock())
    except Ambiguous as known:
        state, problem = RecordState(group, typed, known.namesakes), "Somebody of that name is known: say who it is."
        return render_case(request, reference, member, problem=problem, record=state, status=409)
    except (Mistake, NameTaken) as mistake:
        state = RecordState(group, typed)
        return render_case(request, reference, member, problem=sentence(mistake), record=state, status=400)
    except UnknownCode:
        problem, state = "Choose from the lists of the form.", RecordState(group, typed)
        return render_case(request, reference, member, problem=problem, record=state, status=400)
    return go_to(request, f"/cases/{case.reference}?notice=recorded#record")
