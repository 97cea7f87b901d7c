"""Problems of many: the list, and one of them with its cases, its status and how long it is watched."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response
from pydantic import BaseModel

from casestore.codes.code_lists import LISTS
from casestore.community_problems import OVER, CommunityProblem, ProblemFacts
from casestore.errors import CaseNotFound, NotAllowedNow, UnknownCode
from casestore.unit_of_work import UnitOfWork
from desk import access
from desk.labels import problems
from desk.office import Desk, desk_of
from desk.pages import page
from desk.security import checked_form
from desk.showing import day_words, issue_title, office_today
from desk.sign_in import Member, go_to, worker
from desk.typed_values import Mistake, checked_name, count_of, sentence

MAX_DESCRIPTION = 4_000
NOTICES = {
    "opened": "The problem is open. Link the cases that belong to it.",
    "changed": "What you changed is kept.",
    "moved": "It stands there now.",
    "linked": "The case belongs to it now; the case's log says so.",
    "unlinked": "The case does not belong to it any more.",
}


router = APIRouter(dependencies=[Depends(worker)])
FORM = [Depends(checked_form)]


class ProblemForm(BaseModel):
    """What the office says of a problem."""

    issue: str = ""
    place: str = ""
    respondent: str = ""
    people_affected: str = ""
    description: str = ""


@router.get("/problems")
def problem_list(request: Request) -> Response:
    """Every problem of many, and a form for one more."""
    return _list(request)


@router.post("/problems", dependencies=FORM)
def open_problem(request: Request, member: Member, form: Annotated[ProblemForm, Form()]) -> Response:
    """A new problem of many."""
    desk = desk_of(request)
    try:
        with desk.store.unit_of_work() as uow:
            facts = _facts(desk, uow, member.office_id, form)
            made = uow.community_problems.open(member.office_id, facts, staff_id=member.id, now=desk.clock())
    except Mistake as mistake:
        return _list(request, problem=sentence(mistake), typed=form.model_dump(), status=400)
    return go_to(request, f"/problems/{made.reference}?notice=opened")


@router.get("/problems/{problem_reference}")
def problem_page(request: Request, problem_reference: str, notice: str = "") -> Response:
    """One problem of many."""
    return _one(request, problem_reference, notice=NOTICES.get(notice, ""))


@router.post("/problems/{problem_reference}", dependencies=FORM)
def change_problem(
    request: Request, problem_reference: str, member: Member, form: Annotated[ProblemForm, Form()]
) -> Response:
    """The office knows better now."""
    desk = desk_of(request)
    try:
        with desk.store.unit_of_work() as uow:
            found = uow.community_problems.by_reference(problem_reference)
            facts = _facts(desk, uow, found.office_id, form)
            uow.community_problems.change(found.id, facts, staff_id=member.id, now=desk.clock())
    except Mistake as mistake:
        return _one(request, problem_reference, problem=sentence(mistake), typed=form.model_dump(), status=400)
    return go_to(request, f"/problems/{found.reference}?notice=changed")


@router.post("/problems/{problem_reference}/status", dependencies=FORM)
def move_problem(
    request: Request,
    problem_reference: str,
    member: Member,
    status: Annotated[str, Form()] = "",
    watched_until: Annotated[str, Form()] = "",
) -> Response:
    """Another status; what is watched is resolved only once the day is over."""
    desk = desk_of(request)
    now = desk.clock()
    try:
        with desk.store.unit_of_work() as uow:
            found = uow.community_problems.by_reference(problem_reference)
            until = _day(watched_until)
            uow.community_problems.move(
                found.id, status, staff_id=member.id, today=office_today(desk), now=now, watched_until=until
            )
    except (NotAllowedNow, Mistake) as refused:
        typed = {"status": status, "until": watched_until}
        return _one(request, problem_reference, problem=sentence(refused), typed=typed, status=409)
    except UnknownCode:
        return _one(request, problem_reference, problem="Choose where it stands from the list.", status=400)
    return go_to(request, f"/problems/{found.reference}?notice=moved")


@router.post("/problems/{problem_reference}/link", dependencies=FORM)
def link_case(request: Request, problem_reference: str, member: Member, case: Annotated[str, Form()] = "") -> Response:
    """One more case belongs to it."""
    desk = desk_of(request)
    try:
        with desk.store.unit_of_work() as uow:
            found = uow.community_problems.by_reference(problem_reference)
            reached = access.reach(uow, case[:40], member).case
            uow.community_problems.link(found.id, reached.id, staff_id=member.id, now=desk.clock())
    except CaseNotFound:
        problem = "There is no case with that reference. It has eight signs, such as K4M7-2QXC."
        return _one(request, problem_reference, problem=problem, typed={"case": case[:40]}, status=400)
    return go_to(request, f"/problems/{found.reference}?notice=linked")


@router.post("/problems/{problem_reference}/unlink", dependencies=FORM)
def unlink_case(
    request: Request, problem_reference: str, member: Member, case: Annotated[str, Form()] = ""
) -> Response:
    """That case is another problem."""
    desk = desk_of(request)
    with desk.store.unit_of_work() as uow:
        found = uow.community_problems.by_reference(problem_reference)
        reached = access.reach(uow, case[:40], member).case
        uow.community_problems.unlink(found.id, reached.id, staff_id=member.id, now=desk.clock())
    return go_to(request, f"/problems/{found.reference}?notice=unlinked")


def _facts(desk: Desk, uow: UnitOfWork, office_id: int, form: ProblemForm) -> ProblemFacts:
    """What the form says; raises Mistake with what to do."""
    if form.issue not in desk.taxonomy.issues:
        raise Mistake("Choose what the problem is about from the list.")
    if len(form.description) > MAX_DESCRIPTION:
        raise Mistake(f"The description may have up to {MAX_DESCRIPTION:,} characters.")
    jurisdiction, place = _place(desk, form.place)
    respondent = None
    if form.respondent.strip():
        checked_name(form.respondent)
        respondent = uow.respondents.organisation(office_id, form.respondent, kind="other", now=desk.clock())
    return ProblemFacts(
        jurisdiction=jurisdiction,
        issue=form.issue,
        place=place,
        respondent_id=respondent,
        people_affected=count_of("people it touches", form.people_affected),
        description=form.description.replace("\r\n", "\n").strip(),
    )


def _place(desk: Desk, place: str) -> tuple[str, str | None]:
    """The law pack, and the region where one was chosen; `za` or `za-gp` in the form."""
    for id_, pack in desk.packs.items():
        if place == id_:
            return id_, None
        if any(region.id == place for region in pack.gazetteer.regions):
            return id_, place
    raise Mistake("Choose where it is from the list.")


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written.strip()) if written.strip() else None
    except ValueError:
        raise Mistake("Write the day as a date, such as 2027-01-31.") from None


def _list(request: Request, *, problem: str = "", typed: dict[str, str] | None = None, status: int = 200) -> Response:
    desk = desk_of(request)
    with desk.store.reading() as look:
        rows = [_row(desk, look, each) for each in look.community_problems.all()]
    return page(
        request,
        "problems.html",
        status=status,
        notice="",
        problem=problem,
        rows=rows,
        typed=ProblemForm().model_dump() | (typed or {}),
        **_choices(desk),
    )


def _one(
    request: Request,
    reference: str,
    *,
    notice: str = "",
    problem: str = "",
    typed: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    desk = desk_of(request)
    with desk.store.reading() as look:
        found = look.community_problems.by_reference(reference)
        row, cases = _row(desk, look, found), look.community_problems.case_references(found.id)
        respondent = _name(look, found)
    facts = found.facts
    known = {
        "issue": facts.issue,
        "place": facts.place or facts.jurisdiction,
        "respondent": respondent,
        "people_affected": "" if facts.people_affected is None else str(facts.people_affected),
        "description": facts.description,
        "status": found.status,
        "until": "" if found.watched_until is None else found.watched_until.isoformat(),
        "case": "",
    }
    return page(
        request,
        "problem.html",
        status=status,
        notice=notice,
        problem=problem,
        row=row,
        cases=cases,
        typed={**known, **(typed or {})},
        **_choices(desk),
    )


def _choices(desk: Desk) -> dict[str, object]:
    """What the forms choose from."""
    places = [
        (pack.name, [(id_, f"All of {pack.name}"), *((each.id, each.name) for each in pack.gazetteer.regions)])
        for id_, pack in desk.packs.items()
    ]
    statuses = [(code.id, code.title, code.meaning) for code in LISTS["problem_status"].codes]
    return {"issues": problems(desk), "places": places, "statuses": statuses, "max_description": MAX_DESCRIPTION}


def _row(desk: Desk, uow: UnitOfWork, problem: CommunityProblem) -> dict[str, object]:
    """One problem in words."""
    facts, pack = problem.facts, desk.packs.get(problem.facts.jurisdiction)
    region = None if pack is None else pack.gazetteer.get(facts.place)
    watched = problem.watched_until if problem.status == "monitoring" else None
    return {
        "reference": problem.reference,
        "issue": issue_title(desk, facts.issue),
        "place": region.name if region else pack.name if pack else facts.jurisdiction,
        "respondent": _name(uow, problem),
        "people": facts.people_affected,
        "cases": problem.cases,
        "status": LISTS["problem_status"].titles[problem.status],
        "over": problem.status in OVER,
        "watched": "" if watched is None else day_words(watched),
        "opened": day_words(problem.opened_at.date()),
    }


def _name(uow: UnitOfWork, problem: CommunityProblem) -> str:
    id_ = problem.facts.respondent_id
    return "" if id_ is None else uow.respondents.get(id_).name
