"""Who is at the desk: signing in and out, and the check that every other page makes first."""

import secrets
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from casestore.errors import CaseNotFound
from casestore.staff import SESSION_LASTS, StaffMember
from desk.office import desk_of
from desk.pages import base, page
from desk.security import COOKIE, checked_form

router = APIRouter()


class SignInNeeded(Exception):
    """Nobody is signed in at this browser."""


def signed_in(request: Request) -> StaffMember:
    """Who is signed in; raises SignInNeeded."""
    desk = desk_of(request)
    token = request.cookies.get(COOKIE, "")
    if token:
        with desk.store.reading() as uow:
            member = uow.staff.signed_in(token, now=desk.clock())
        if member is not None:
            request.state.member = member
            return member
    raise SignInNeeded


Member = Annotated[StaffMember, Depends(signed_in)]


def worker(member: Member) -> StaffMember:
    """Somebody who works cases; for everybody else these pages are not there."""
    if not member.role.works_cases:
        raise CaseNotFound("only those who work cases see this page")
    return member


def go_to(request: Request, path: str) -> RedirectResponse:
    """Sends the browser to another page of the desk."""
    return RedirectResponse(base(request) + path, 303)


def set_cookie(request: Request, response: Response, token: str) -> None:
    """The browser keeps the token until the session ends; no script can read it."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(SESSION_LASTS.total_seconds()),
        path=base(request) or "/",
        secure=desk_of(request).secure_cookies,
        httponly=True,
        samesite="lax",
    )


def safe_path(path: str) -> str:
    """The page to go on to: one of ours, or the queue."""
    fine = path.startswith("/") and not path.startswith("//") and path.isascii() and path.isprintable()
    return path if fine and "\\" not in path else "/"


@router.get("/sign-in")
def sign_in_page(request: Request, next: str = "/") -> Response:
    """The form. A fresh browser gets a token of its own, so that this form too only works from our page."""
    if not request.cookies.get(COOKIE):
        request.cookies[COOKIE] = secrets.token_urlsafe(32)
    response = page(request, "sign_in.html", next=safe_path(next), username="", problem="")
    set_cookie(request, response, request.cookies[COOKIE])
    return response


@router.post("/sign-in", dependencies=[Depends(checked_form)])
def sign_in(
    request: Request,
    username: Annotated[str, Form(max_length=60)] = "",
    password: Annotated[str, Form(max_length=500)] = "",
    next: Annotated[str, Form(max_length=200)] = "/",
) -> Response:
    """Opens the desk for the right password."""
    desk = desk_of(request)
    with desk.store.unit_of_work() as uow:
        token = uow.staff.sign_in(username, password, now=desk.clock())
    if token is None:
        problem = (
            "That name and password do not fit together. "
            "After five wrong passwords an account rests for five minutes; then try again."
        )
        return page(request, "sign_in.html", status=401, next=safe_path(next), username=username, problem=problem)
    response = go_to(request, safe_path(next))
    set_cookie(request, response, token)
    return response


@router.post("/sign-out", dependencies=[Depends(signed_in), Depends(checked_form)])
def sign_out(request: Request) -> Response:
    """Ends the session here and in the store."""
    desk = desk_of(request)
    with desk.store.unit_of_work() as uow:
        uow.staff.sign_out(request.cookies[COOKIE], now=desk.clock())
    response = go_to(request, "/sign-in")
    response.delete_cookie(COOKIE, path=base(request) or "/")
    return response
