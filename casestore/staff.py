"""Who works at the desk: accounts, passwords, signed-in browsers, and their Telegram accounts."""

import base64
import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from casestore.access import Role, Viewer
from casestore.glass import opened_by
from casestore.keys.encryption import Keyring
from casestore.log.case_log import BOT, OPERATOR, CaseLog
from casestore.offices import HOME, Offices
from casestore.tables import DeskSessionRow, StaffRow, storable

SESSION_LASTS = timedelta(hours=12)
LINK_LASTS = timedelta(minutes=15)
_LOCK_AFTER = 5
_LOCK_LASTS = timedelta(minutes=5)
MIN_PASSWORD = 10
_USERNAME_FITS, _NAME_FITS = 60, 120  # the widths of the columns
_SCRYPT = {"n": 2**14, "r": 8, "p": 1}  # the interactive parameters of RFC 7914's paper: about 50 ms and 16 MiB


@dataclass(frozen=True, slots=True)
class StaffMember:
    """One account at the desk."""

    id: int
    username: str
    name: str
    role: Role
    office_id: int
    offices: tuple[int, ...]  # theirs, and those that belong to it
    telegram_linked: bool
    opened: tuple[int, ...] = ()  # cases that are not theirs and that they broke the glass of

    @property
    def viewer(self) -> Viewer:
        """What they reach."""
        return Viewer(self.id, self.role, self.offices, self.opened)


def hash_password(password: str) -> str:
    """A salted scrypt digest."""
    salt = os.urandom(16)
    digest = hashlib.scrypt(_bytes(password), salt=salt, **_SCRYPT)
    return f"{base64.b64encode(salt).decode()}${base64.b64encode(digest).decode()}"


def password_fits(password: str, stored: str) -> bool:
    """Whether the password is the one the digest was made of."""
    salt, _, digest = stored.partition("$")
    candidate = hashlib.scrypt(_bytes(password), salt=base64.b64decode(salt), **_SCRYPT)
    return hmac.compare_digest(candidate, base64.b64decode(digest))


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _sign_in_name(written: str) -> str:
    return storable(written.strip().lower(), _USERNAME_FITS + 1)  # one more, so that a longer name is another one


def _digest(token: str) -> str:
    return hashlib.sha256(_bytes(token)).hexdigest()


class Staff:
    """Accounts and who is signed in."""

    def __init__(self, session: Session, keyring: Keyring, log: CaseLog) -> None:
        self._session = session
        self._keyring = keyring
        self._log = log
        self._offices = Offices(session, log)

    def add(
        self,
        *,
        username: str,
        name: str,
        password: str,
        now: datetime,
        role: str = Role.PARALEGAL,
        office_id: int = HOME,
        by: str = OPERATOR,
    ) -> StaffMember:
        """A new account; `by` is who adds it, as the log names them.

        Raises ValueError for a name that is taken, a short password, an unknown role or office.
        """
        if role not in list(Role):
            raise ValueError(f"{role!r} is not a role: choose one of {', '.join(Role)}")
        office = self._offices.get(office_id)
        username = _sign_in_name(username)
        if not username:
            raise ValueError("a sign-in name is needed")
        if len(username) > _USERNAME_FITS:
            raise ValueError(f"a sign-in name has at most {_USERNAME_FITS} characters")
        if len(password) < MIN_PASSWORD:
            raise ValueError(f"the password needs at least {MIN_PASSWORD} characters")
        if self._session.scalar(select(StaffRow.id).where(StaffRow.username == username)) is not None:
            raise ValueError(f"there is already somebody called {username}")
        row = StaffRow(
            username=username,
            name=storable(name, _NAME_FITS),
            password=hash_password(password),
            role=role,
            office_id=office.id,
            created_at=now,
        )
        self._session.add(row)
        self._session.flush()
        self._note("staff_added", row, by=by, now=now, role=str(role))
        return self._member(row)

    def count(self) -> int:
        """How many accounts there are."""
        return self._session.scalar(select(func.count()).select_from(StaffRow)) or 0

    def all(self) -> list[StaffMember]:
        """Every account, by name."""
        return [self._member(row) for row in self._session.scalars(select(StaffRow).order_by(StaffRow.name))]

    def sign_in(self, username: str, password: str, *, now: datetime) -> str | None:
        """A token for the browser, or None. After five wrong passwords the account rests for five minutes."""
        row = self._session.scalar(
            select(StaffRow).where(StaffRow.username == _sign_in_name(username)).with_for_update()
        )
        if row is None or not row.active:
            hash_password(password)  # takes as long as a real look, so that names cannot be guessed by the clock
            self._log.note_office("sign_in_failed", actor=BOT, now=now)
            return None
        if row.locked_until is not None and row.locked_until > now:
            self._note("sign_in_failed", row, by=BOT, now=now)
            return None
        if not password_fits(password, row.password):
            row.failed_sign_ins += 1
            self._note("sign_in_failed", row, by=BOT, now=now)
            if row.failed_sign_ins >= _LOCK_AFTER:
                row.locked_until, row.failed_sign_ins = now + _LOCK_LASTS, 0
                self._note("account_rests", row, by=BOT, now=now)
            return None
        row.failed_sign_ins, row.locked_until = 0, None
        self._session.execute(delete(DeskSessionRow).where(DeskSessionRow.expires_at < now))
        token = secrets.token_urlsafe(32)
        self._session.add(DeskSessionRow(token_digest=_digest(token), staff_id=row.id, expires_at=now + SESSION_LASTS))
        self._note("signed_in", row, by=_actor(row), now=now)
        return token

    def signed_in(self, token: str, *, now: datetime) -> StaffMember | None:
        """Who the browser with that token belongs to."""
        row = self._session.scalar(
            select(StaffRow)
            .join(DeskSessionRow, DeskSessionRow.staff_id == StaffRow.id)
            .where(DeskSessionRow.token_digest == _digest(token), DeskSessionRow.expires_at > now, StaffRow.active)
        )
        if row is None:
            return None
        return replace(self._member(row), opened=opened_by(self._session, row.id, now=now))

    def sign_out(self, token: str, *, now: datetime) -> None:
        """The browser is signed out."""
        session = self._session.get(DeskSessionRow, _digest(token))
        if session is not None:
            self._session.delete(session)
            row = self._session.get_one(StaffRow, session.staff_id)
            self._note("signed_out", row, by=_actor(row), now=now)

    def change_password(self, staff_id: int, *, old: str, new: str, now: datetime) -> None:
        """Raises ValueError when the old password does not fit or the new one is too short."""
        row = self._session.get_one(StaffRow, staff_id)
        if not password_fits(old, row.password):
            raise ValueError("the old password does not fit")
        self.set_password(row.username, new, now=now, by=_actor(row))

    def set_password(self, username: str, new: str, *, now: datetime, by: str = OPERATOR) -> None:
        """A new password; all browsers of that account are signed out."""
        row = self._session.scalar(select(StaffRow).where(StaffRow.username == _sign_in_name(username)))
        if row is None:
            raise ValueError(f"there is nobody called {username}")
        if len(new) < MIN_PASSWORD:
            raise ValueError(f"the password needs at least {MIN_PASSWORD} characters")
        row.password, row.failed_sign_ins, row.locked_until = hash_password(new), 0, None
        self._session.execute(delete(DeskSessionRow).where(DeskSessionRow.staff_id == row.id))
        self._note("password_changed", row, by=by, now=now)

    def new_link_code(self, staff_id: int, *, now: datetime) -> str:
        """A code to send to the Telegram bot within a quarter of an hour, to join that account to this one."""
        code = secrets.token_hex(4)
        row = self._session.get_one(StaffRow, staff_id)
        row.link_code, row.link_until = _digest(code), now + LINK_LASTS
        return code

    def link_telegram(self, code: str, telegram_user: str, *, now: datetime) -> StaffMember | None:
        """Joins a Telegram account to the one the code was made for; None when the code does not hold."""
        row = self._session.scalar(
            select(StaffRow).where(StaffRow.link_code == _digest(code.strip().lower()), StaffRow.link_until > now)
        )
        if row is None:
            return None
        index = self._keyring.blind_index("staff", telegram_user)
        for other in self._session.scalars(select(StaffRow).where(StaffRow.telegram_index == index)):
            other.telegram_index = None
        self._session.flush()
        row.telegram_index, row.link_code, row.link_until = index, None, None
        self._note("telegram_linked", row, by=_actor(row), now=now)
        return self._member(row)

    def by_telegram(self, telegram_user: str) -> StaffMember | None:
        """The account joined to that Telegram account."""
        index = self._keyring.blind_index("staff", telegram_user)
        row = self._session.scalar(select(StaffRow).where(StaffRow.telegram_index == index, StaffRow.active))
        return None if row is None else self._member(row)

    def _note(self, kind: str, row: StaffRow, *, by: str, now: datetime, **detail: str) -> None:
        whose = {} if by == _actor(row) else {"staff": row.id}
        self._log.note_office(kind, actor=by, now=now, office_id=row.office_id, **whose, **detail)

    def _member(self, row: StaffRow) -> StaffMember:
        offices = self._offices.reached_from(row.office_id)
        linked = row.telegram_index is not None
        return StaffMember(row.id, row.username, row.name, Role(row.role), row.office_id, offices, linked)


def _actor(row: StaffRow) -> str:
    return f"staff:{row.id}"
