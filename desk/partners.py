"""Sharing a case with a partner organisation: the question, the person's answer, and taking it back."""

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from casestore.cases import Case
from casestore.errors import CaseNotFound
from casestore.lifecycle import OPEN
from casestore.unit_of_work import UnitOfWork
from desk import access
from desk.access import Reach
from desk.forms import RowId, Typed, word
from desk.office import Desk, desk_of
from desk.pages import page
from desk.security import checked_form
from desk.shared import stands_words
from desk.sharing import Partner, sharing_of
from desk.showing import row
from desk.sign_in import Member, go_to

router = APIRouter()
FORM = [Depends(checked_form)]
NOTICES = {"asked": "The question is in the chat. Nothing is shared until you note the person's yes here."}
_TO = "/cases/{reference}/partners/{office_id}"


@router.get(_TO)
def partner_page(request: Request, reference: str, office_id: RowId, member: Member, notice: str = "") -> Response:
    """What the organisation would see of this case, the question in the person's language, and their answer."""
    return _page(request, reference, office_id, member, notice=NOTICES.get(notice, ""))


@router.post(_TO + "/ask", dependencies=FORM)
def ask(request: Request, reference: str, office_id: RowId, member: Member) -> Response:
    """Puts the question into the chat, once; the person answers in their own words."""
    desk = desk_of(request)
    with desk.store.unit_of_work() as uow:
        found, partner = _reached(desk, uow, reference, office_id, member)
        question, id_ = _question(desk, found.case, partner), found.case.conversation_id
        last = [] if id_ is None else uow.messages.transcript(uow.conversations.get(id_))[-1:]
        asked = any(message.text == question for message in last)
        told = asked or uow.notify(id_, question, now=desk.clock())
    if told:
        return go_to(request, f"/cases/{found.case.reference}/partners/{partner.id}?notice=asked")
    problem = "Nothing was sent: the person cannot be reached in the chat. Ask them another way."
    return _page(request, reference, office_id, member, problem=problem, status=409)


@router.post(_TO + "/answer", dependencies=FORM)
def answer(request: Request, reference: str, office_id: RowId, member: Member, typed: Typed) -> Response:
    """Notes what the person said: a yes shares the case, a no shares nothing."""
    desk, said = desk_of(request), word(typed, "said", most=3)
    if said not in ("yes", "no"):
        problem = "Choose what the person said. If they have not answered, leave it: nothing is shared."
        return _page(request, reference, office_id, member, problem=problem, status=400)
    with desk.store.unit_of_work() as uow:
        found, partner = _reached(desk, uow, reference, office_id, member)
        uow.shares.answer(
            found.case.id,
            member,
            office_id=partner.id,
            given=said == "yes",
            wording=f"case.partner@{desk.sentences.version}",
            language=found.case.language,
            now=desk.clock(),
        )
    return go_to(request, f"/cases/{found.case.reference}?notice={'shared' if said == 'yes' else 'not-shared'}")


@router.post(_TO + "/take-back", dependencies=FORM)
def take_back(request: Request, reference: str, office_id: RowId, member: Member) -> Response:
    """The organisation does not see the case any more."""
    desk = desk_of(request)
    with desk.store.unit_of_work() as uow:
        found, partner = _reached(desk, uow, reference, office_id, member)
        uow.shares.take_back(found.case.id, member, office_id=partner.id, now=desk.clock())
    return go_to(request, f"/cases/{found.case.reference}?notice=unshared")


def _reached(desk: Desk, uow: UnitOfWork, reference: str, office_id: int, member: Member) -> tuple[Reach, Partner]:
    """The case and the organisation, for those who decide about it; raises CaseNotFound for everybody else."""
    found = access.reach(uow, reference, member)
    sharing = sharing_of(desk, uow, found)
    partner = sharing.find(office_id)
    if partner is None or not sharing.may_change:
        raise CaseNotFound("there is no such organisation to share this case with")
    return found, partner


def _question(desk: Desk, case: Case, partner: Partner) -> str:
    return desk.sentences.partner(case.language, partner=partner.name, reference=case.reference)


def _page(
    request: Request,
    reference: str,
    office_id: int,
    member: Member,
    *,
    notice: str = "",
    problem: str = "",
    status: int = 200,
) -> Response:
    desk = desk_of(request)
    with desk.store.reading() as uow:
        found, partner = _reached(desk, uow, reference, office_id, member)
        case, id_ = found.case, found.case.conversation_id
        office = uow.offices.get(case.office_id).name
        reachable = id_ is not None and uow.conversations.get(id_).reachable
        shown = row(desk, uow, case, member, now=desk.clock())
    return page(
        request,
        "partner.html",
        status=status,
        notice=notice,
        problem=problem,
        reference=case.reference,
        partner=partner,
        case=shown,
        stands=stands_words(case, office),
        question=_question(desk, case, partner),
        open=case.status in OPEN,
        reachable=reachable,
    )
