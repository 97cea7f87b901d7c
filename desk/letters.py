"""Letters at the desk: the paralegal fills one in, looks at it, saves it or sends it into the chat."""

import hashlib
import secrets
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response

from casestore.cases import Case
from casestore.conversations import Conversation
from casestore.errors import CaseNotFound
from casestore.unit_of_work import UnitOfWork
from desk import access
from desk.decisions import AlreadySent
from desk.office import Desk, desk_of
from desk.pages import page
from desk.security import checked_form
from desk.showing import day_words
from desk.sign_in import Member, go_to
from triage.letter_fields import LIMITS
from triage.letter_files import Format, LetterFile, write_file
from triage.letter_templates import Template
from triage.letters import FieldsMissing, Letter, fill, known
from triage.pack import LawPack

router = APIRouter()
_FIELD = "field_"
_SEND = "send_"


async def typed_values(request: Request) -> dict[str, str]:
    """What was typed into the fields of a letter, by field id."""
    form = await request.form()
    return {
        name.removeprefix(_FIELD): value.replace("\r\n", "\n").strip()
        for name, value in form.items()
        if name.startswith(_FIELD) and isinstance(value, str)
    }


Typed = Annotated[dict[str, str], Depends(typed_values)]


@router.get("/cases/{reference}/letters")
def letters(request: Request, reference: str, member: Member) -> Response:
    """The letters there are: those for the case's problems first."""
    desk = desk_of(request)
    with desk.store.reading() as uow:
        case = access.held(uow, reference, member)[0].case
    today = _today(desk, case)
    usable = [each for each in _pack(desk, case).letters.values() if today <= each.expires]
    fitting = [each for each in usable if set(each.issues) & set(case.issues)]
    others = [each for each in usable if each not in fitting]
    return page(request, "letters.html", reference=case.reference, fitting=fitting, others=others)


@router.get("/cases/{reference}/letters/{letter_id}")
def letter(request: Request, reference: str, letter_id: str, member: Member) -> Response:
    """The form of one letter, with what the case already knows."""
    desk = desk_of(request)
    with desk.store.reading() as uow:
        case = access.held(uow, reference, member)[0].case
        answers = uow.cases.assessment(case).get("answers")
    template = _template(desk, case, letter_id)
    return _form(request, case, template, known(template, answers if isinstance(answers, dict) else {}))


@router.post("/cases/{reference}/letters/{letter_id}", dependencies=[Depends(checked_form)])
def write_letter(
    request: Request,
    reference: str,
    letter_id: str,
    member: Member,
    typed: Typed,
    do: Annotated[str, Form(max_length=20)] = "preview",
    token: Annotated[str, Form(max_length=40)] = "",
) -> Response:
    """Shows the letter, gives it as a file, or sends that file into the chat."""
    desk = desk_of(request)
    with desk.store.reading() as uow:
        case = access.held(uow, reference, member)[0].case
    template, pack = _template(desk, case, letter_id), _pack(desk, case)
    try:
        written = fill(template, _read(desk, case, template, typed), currency=pack.currency, today=_today(desk, case))
    except FieldsMissing as lacking:
        return _form(request, case, template, typed, wrong=lacking.ids, status=400)
    wanted = do.removeprefix(_SEND)
    if wanted not in list(Format):
        return _form(request, case, template, typed, written=written)
    file, on_its_way = write_file(written, Format(wanted)), f"/cases/{case.reference}?notice=letter-sent"
    sends = do.startswith(_SEND)
    try:
        with desk.store.unit_of_work() as uow:
            found, conversation = access.held(uow, reference, member)
            if not sends or (conversation is not None and conversation.reachable):
                if sends and conversation is not None:
                    _send(desk, uow, found, conversation, file, token=token)
                detail = {"letter": written.id, "version": written.version, "format": wanted}
                uow.log.note(case.id, "letter_made", actor=f"staff:{member.id}", now=desk.clock(), **detail)
                return go_to(request, on_its_way) if sends else _as_download(file)
    except AlreadySent:
        return go_to(request, on_its_way)
    problem = "Nothing was sent: the person cannot be reached in their chat."
    return _form(request, case, template, typed, written=written, problem=problem, status=409)


def _pack(desk: Desk, case: Case) -> LawPack:
    pack = desk.packs.get(case.jurisdiction)
    if pack is None:
        raise CaseNotFound("there are no letters for this place")
    return pack


def _template(desk: Desk, case: Case, letter_id: str) -> Template:
    template = _pack(desk, case).letters.get(letter_id)
    if template is None or template.expires < _today(desk, case):
        raise CaseNotFound("there is no such letter")
    return template


def _today(desk: Desk, case: Case) -> date:
    return desk.clock().astimezone(ZoneInfo(_pack(desk, case).timezone)).date()


def _read(desk: Desk, case: Case, template: Template, typed: Mapping[str, str]) -> dict[str, str]:
    """What was typed, as it is kept; what cannot be read stays as it is, and does not fit."""
    pack, today = _pack(desk, case), _today(desk, case)
    values = {}
    for field in template.fields:
        words = typed.get(field.id, "")
        read = field.read(words, today=today, order=pack.date_order, currency=pack.currency) if words else ""
        values[field.id] = read or words
    return values


def _form(
    request: Request,
    case: Case,
    template: Template,
    values: Mapping[str, str],
    *,
    wrong: tuple[str, ...] = (),
    written: Letter | None = None,
    problem: str = "",
    status: int = 200,
) -> Response:
    desk = desk_of(request)
    if wrong:
        problem = "Not yet: " + ", ".join(template.field(id_).label for id_ in wrong) + "."
    return page(
        request,
        "letter.html",
        status=status,
        reference=case.reference,
        letter=template,
        values=values,
        wrong=wrong,
        written=written,
        problem=problem,
        notice="",
        limits={str(kind): limit for kind, limit in LIMITS.items()},
        token=secrets.token_urlsafe(16),
        sources=[_pack(desk, case).sources[code] for code in template.sources],
        due=day_words(template.review_due),
        late=template.review_due < _today(desk, case),
    )


def _send(
    desk: Desk, uow: UnitOfWork, found: access.Reach, conversation: Conversation, file: LetterFile, *, token: str
) -> None:
    """Puts the file into the chat, as an answer; raises AlreadySent, and nothing is kept, for a form sent twice."""
    # The file is part of the key: somebody who goes back and sends another one has written a new answer.
    digest = hashlib.sha256(file.content).hexdigest()[:16]
    now, dedupe = desk.clock(), f"desk-letter:{found.case.id}:{token}:{digest}"
    uow.cases.answered(found.case.id, staff_id=found.member.id, now=now)  # locks the case: forms come one by one
    if uow.outbox.has(dedupe):
        raise AlreadySent
    message_id = uow.messages.add(conversation, "paralegal", f"[{file.name}]", now=now, staff_id=found.member.id)
    file_id = uow.attachments.keep(
        conversation,
        message_id=message_id,
        content=file.content,
        name=file.name,
        media_type=file.media_type,
        now=now,
    )
    uow.outbox.put(
        channel=conversation.channel,
        address=conversation.address,
        text="",
        document=file.name,
        file=file_id,
        dedupe=dedupe,
        now=now,
        conversation_id=conversation.id,
        message_id=message_id,
    )


def _as_download(file: LetterFile) -> Response:
    headers: dict[str, Any] = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.name, safe='')}"}
    return Response(file.content, media_type=file.media_type, headers=headers)
