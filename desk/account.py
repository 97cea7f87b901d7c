"""My account: a new password, and joining a Telegram account."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response

from casestore.staff import LINK_LASTS, MIN_PASSWORD
from desk.office import desk_of
from desk.pages import page
from desk.security import checked_form
from desk.sign_in import Member, go_to, set_cookie

router = APIRouter()


@router.get("/account")
def account_page(request: Request, member: Member, notice: str = "") -> Response:
    """The page."""
    return _shown(request, notice="Your password has been changed." if notice == "password" else "")


@router.post("/account/password", dependencies=[Depends(checked_form)])
def change_password(
    request: Request,
    member: Member,
    old: Annotated[str, Form(max_length=500)] = "",
    new: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    """Changes the password and signs every other browser of this account out."""
    desk = desk_of(request)
    try:
        with desk.store.unit_of_work() as uow:
            uow.staff.change_password(member.id, old=old, new=new, now=desk.clock())
            token = uow.staff.sign_in(member.username, new, now=desk.clock())
    except ValueError as mistake:
        return _shown(request, problem=f"Nothing was changed: {mistake}.", status=400)
    response = go_to(request, "/account?notice=password")
    if token is not None:
        set_cookie(request, response, token)
    return response


@router.post("/account/link", dependencies=[Depends(checked_form)])
def make_link_code(request: Request, member: Member) -> Response:
    """Shows a code to send to the bot, so that it knows this paralegal."""
    desk = desk_of(request)
    with desk.store.unit_of_work() as uow:
        code = uow.staff.new_link_code(member.id, now=desk.clock())
    return _shown(request, code=code)


def _shown(request: Request, *, notice: str = "", problem: str = "", code: str = "", status: int = 200) -> Response:
    minutes = int(LINK_LASTS.total_seconds() // 60)
    return page(
        request,
        "account.html",
        status=status,
        notice=notice,
        problem=problem,
        code=code,
        minutes=minutes,
        min_password=MIN_PASSWORD,
    )
