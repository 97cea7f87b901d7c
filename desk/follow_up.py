"""Follow-ups of closed cases: which are due, and what the person said."""

from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from casestore.cases import Case
from casestore.codes.code_lists import LISTS
from casestore.errors import CaseNotFound, NotValid
from casestore.unit_of_work import UnitOfWork
from casestore.work.follow_ups import ANSWERED, QUESTIONS, VOID, Answers, FollowUp, said
from desk import access
from desk.forms import RowId, Typed, code, word
from desk.office import desk_of
from desk.pages import page
from desk.security import checked_form
from desk.showing import Due, due_words, today_for
from desk.sign_in import Member, go_to

router = APIRouter()


@dataclass(frozen=True, slots=True)
class FollowUpLine:
    """One follow-up in words; `answers` is empty until somebody has asked, `open` while it can be answered."""

    id: int
    reference: str
    title: str
    due: Due
    state: str
    answers: tuple[str, ...]
    open: bool


def line(follow_up: FollowUp, today: date) -> FollowUpLine:
    """A follow-up in words."""
    return FollowUpLine(
        id=follow_up.id,
        reference=follow_up.reference,
        title=f"{follow_up.days} days after the end",
        due=due_words(follow_up.due, today),
        state="" if follow_up.state == ANSWERED else LISTS["follow_up_state"].titles[follow_up.state],
        answers=said(follow_up.answers),
        open=follow_up.state != VOID,
    )


def due_lines(uow: UnitOfWork, staff_id: int, today: date) -> list[FollowUpLine]:
    """Whom somebody should ask by today."""
    return [line(each, today) for each in uow.follow_ups.due_by(today, staff_id=staff_id)]


@router.get("/cases/{reference}/follow-ups/{follow_up_id}")
def form(request: Request, reference: str, follow_up_id: RowId, member: Member) -> Response:
    """The three questions, with what was said before."""
    with desk_of(request).store.reading() as uow:
        case = access.finished(uow, reference, member)
        found = next((each for each in uow.follow_ups.of(case.id) if each.id == follow_up_id), None)
    if found is None:
        raise CaseNotFound("there is no such follow-up")
    fields = {name: getattr(found.answers, name) or "" for name in QUESTIONS}
    return _form(request, case, found, fields)


@router.post("/cases/{reference}/follow-ups/{follow_up_id}", dependencies=[Depends(checked_form)])
def answer(request: Request, reference: str, follow_up_id: RowId, member: Member, typed: Typed) -> Response:
    """Notes what the person said, or that they could not be reached."""
    desk, reached = desk_of(request), word(typed, "reached") != "no"
    answers = Answers(**{name: code(typed, name) for name in QUESTIONS})
    try:
        with desk.store.unit_of_work() as uow:
            case = access.finished(uow, reference, member)
            if reached and answers == Answers():
                raise NotValid("nothing was answered")
            uow.follow_ups.answer(case.id, follow_up_id, answers, staff_id=member.id, reached=reached, now=desk.clock())
    except NotValid:
        with desk.store.reading() as uow:
            found = next((each for each in uow.follow_ups.of(case.id) if each.id == follow_up_id), None)
        if found is None:
            raise CaseNotFound("there is no such follow-up") from None
        fields = {name: word(typed, name, most=40) for name in QUESTIONS}
        problem = "Choose an answer for at least one question, or press “Could not reach the person”."
        return _form(request, case, found, fields, problem=problem)
    return go_to(request, f"/cases/{case.reference}?notice={'followed-up' if reached else 'unreached'}")


def _form(request: Request, case: Case, found: FollowUp, fields: dict[str, str], *, problem: str = "") -> Response:
    desk = desk_of(request)
    return page(
        request,
        "follow_up.html",
        status=400 if problem else 200,
        reference=case.reference,
        follow_up=line(found, today_for(desk, case)),
        questions=QUESTIONS,
        fields=fields,
        problem=problem,
        notice="",
    )
