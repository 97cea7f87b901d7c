"""Who works at the desk: passwords, signed-in browsers, joined Telegram accounts."""

from datetime import datetime, timedelta

import pytest

from casestore.staff import LINK_LASTS, SESSION_LASTS, hash_password, password_fits
from casestore.unit_of_work import Store
from tests.at_once import at_once
from tests.builders import MINUTE, NOW, PASSWORD, a_paralegal
from tests.casestore.raw import rows_in_clear

WRONG = "wrong password"
SECOND = timedelta(seconds=1)
HOSTILE = ["", "\0", "thandi\0", "\ud800", "' OR 1=1 --", "{{7*7}}", "x" * 1_000_000]


def sign_in(store: Store, password: str = PASSWORD, *, username: str = "thandi", now: datetime = NOW) -> str | None:
    with store.unit_of_work() as uow:
        return uow.staff.sign_in(username, password, now=now)


@pytest.fixture
def desk(store: Store) -> Store:
    """A store with one paralegal, Thandi."""
    with store.unit_of_work() as uow:
        a_paralegal(uow)
    return store


@pytest.mark.parametrize("password", [PASSWORD, "Пароль с пробелами", "\ud800" * 10, "x" * 10_000])
def test_only_the_password_itself_fits(password: str) -> None:
    stored = hash_password(password)
    assert password_fits(password, stored)
    assert not password_fits(password + " ", stored)
    assert not password_fits("", stored)


def test_the_same_password_is_stored_differently_each_time() -> None:
    assert hash_password(PASSWORD) != hash_password(PASSWORD)


def test_who_signed_in_is_known_by_the_token(desk: Store) -> None:
    token = sign_in(desk)
    with desk.reading() as look:
        [thandi] = look.staff.all()
        assert look.staff.signed_in(token or "", now=NOW) == thandi


def test_neither_password_nor_token_can_be_read_in_the_database(desk: Store) -> None:
    token = sign_in(desk)
    found = rows_in_clear(desk)
    assert token
    assert token not in found
    assert PASSWORD not in found


def test_a_new_account_can_sign_in(store: Store) -> None:
    with store.unit_of_work() as uow:
        uow.staff.add(username=" Zola ", name="Zola", password=PASSWORD, now=NOW)
    assert sign_in(store, username="zola")


def test_a_wrong_password_does_not_sign_in(desk: Store) -> None:
    assert sign_in(desk, WRONG) is None


def test_a_sign_in_name_is_read_without_regard_to_case_and_space(desk: Store) -> None:
    assert sign_in(desk, username=" Thandi ")


@pytest.mark.parametrize("username", HOSTILE)
def test_a_name_nobody_has_does_not_sign_in(desk: Store, username: str) -> None:
    assert sign_in(desk, username=username) is None


@pytest.mark.parametrize("password", HOSTILE)
def test_no_strange_password_signs_in(desk: Store, password: str) -> None:
    assert sign_in(desk, password) is None


@pytest.mark.parametrize("token", HOSTILE)
def test_no_strange_token_is_somebody(desk: Store, token: str) -> None:
    sign_in(desk)
    with desk.reading() as look:
        assert look.staff.signed_in(token, now=NOW) is None


def test_after_five_wrong_passwords_the_right_one_rests_for_five_minutes(desk: Store) -> None:
    for _ in range(5):
        sign_in(desk, WRONG)
    assert sign_in(desk, now=NOW + 5 * MINUTE - SECOND) is None
    assert sign_in(desk, now=NOW + 5 * MINUTE)


def test_after_four_wrong_passwords_the_right_one_still_signs_in(desk: Store) -> None:
    for _ in range(4):
        sign_in(desk, WRONG)
    assert sign_in(desk)


def test_a_right_password_makes_the_wrong_ones_before_it_forgotten(desk: Store) -> None:
    for _ in range(2):
        for _ in range(4):
            sign_in(desk, WRONG)
        assert sign_in(desk)


def test_five_wrong_passwords_at_once_lock_as_well(desk: Store) -> None:
    at_once(*[lambda: sign_in(desk, WRONG)] * 5)
    assert sign_in(desk) is None


def test_one_locked_account_does_not_lock_another(desk: Store) -> None:
    with desk.unit_of_work() as uow:
        a_paralegal(uow, "ben")
    for _ in range(5):
        sign_in(desk, WRONG)
    assert sign_in(desk, username="ben")


def test_a_browser_is_signed_in_for_its_time(desk: Store) -> None:
    token = sign_in(desk) or ""
    with desk.reading() as look:
        assert look.staff.signed_in(token, now=NOW + SESSION_LASTS - SECOND)
        assert look.staff.signed_in(token, now=NOW + SESSION_LASTS) is None


def test_signing_out_ends_that_browser_only(desk: Store) -> None:
    here, there = sign_in(desk) or "", sign_in(desk) or ""
    with desk.unit_of_work() as uow:
        uow.staff.sign_out(here, now=NOW)
        assert uow.staff.signed_in(here, now=NOW) is None
        assert uow.staff.signed_in(there, now=NOW)


def test_a_changed_password_signs_all_browsers_out_and_counts_from_then_on(desk: Store) -> None:
    token = sign_in(desk) or ""
    with desk.unit_of_work() as uow:
        [thandi] = uow.staff.all()
        uow.staff.change_password(thandi.id, old=PASSWORD, new="a new password", now=NOW)
        assert uow.staff.signed_in(token, now=NOW) is None
    assert sign_in(desk) is None
    assert sign_in(desk, "a new password", now=NOW)


@pytest.mark.parametrize(
    ("old", "new", "why"), [(WRONG, "a new password", "old password"), (PASSWORD, "too short", "at least 10")]
)
def test_a_password_is_not_changed_without_the_old_one_or_to_a_short_one(
    desk: Store, old: str, new: str, why: str
) -> None:
    with desk.unit_of_work() as uow:
        [thandi] = uow.staff.all()
        with pytest.raises(ValueError, match=why):
            uow.staff.change_password(thandi.id, old=old, new=new, now=NOW)
    assert sign_in(desk)


def test_a_password_set_by_an_administrator_unlocks_the_account(desk: Store) -> None:
    for _ in range(5):
        sign_in(desk, WRONG)
    with desk.unit_of_work() as uow:
        uow.staff.set_password("Thandi", "a new password", now=NOW)
    assert sign_in(desk, "a new password", now=NOW)


@pytest.mark.parametrize("username", [name for name in HOSTILE if len(name) < 100])
def test_a_password_cannot_be_set_for_nobody(desk: Store, username: str) -> None:
    with desk.unit_of_work() as uow, pytest.raises(ValueError, match="nobody called"):
        uow.staff.set_password(username, "a new password", now=NOW)


@pytest.mark.parametrize(
    ("username", "password", "why"),
    [
        ("  ", PASSWORD, "needed"),
        (" THANDI", PASSWORD, "already somebody"),
        ("ben", "too short", "at least 10"),
        ("b" * 61, PASSWORD, "at most 60"),
    ],
)
def test_an_account_that_cannot_be_is_refused_with_a_reason(
    desk: Store, username: str, password: str, why: str
) -> None:
    with desk.unit_of_work() as uow:
        with pytest.raises(ValueError, match=why):
            uow.staff.add(username=username, name="Ben", password=password, now=NOW)
        assert uow.staff.count() == 1


@pytest.mark.parametrize("name", ["Thandi\0", "\ud800", "n" * 500, "مرحبا \u202e"])
def test_an_account_with_a_strange_name_can_be_made_and_shown(store: Store, name: str) -> None:
    with store.unit_of_work() as uow:
        uow.staff.add(username="thandi", name=name, password=PASSWORD, now=NOW)
    with store.reading() as look:
        assert len(look.staff.all()) == 1


def test_accounts_are_listed_by_name(desk: Store) -> None:
    with desk.unit_of_work() as uow:
        for username in ("zola", "anna"):
            a_paralegal(uow, username)
        assert [member.name for member in uow.staff.all()] == ["Anna", "Thandi", "Zola"]


def test_an_account_has_the_role_it_was_given(desk: Store) -> None:
    with desk.unit_of_work() as uow:
        boss = uow.staff.add(username="boss", name="Boss", password=PASSWORD, role="administrator", now=NOW)
        assert boss.role == "administrator"
        assert [member.role for member in uow.staff.all()] == ["administrator", "paralegal"]


def link_code(store: Store) -> str:
    with store.unit_of_work() as uow:
        return uow.staff.new_link_code(uow.staff.all()[0].id, now=NOW)


def test_a_telegram_account_is_joined_with_the_code(desk: Store) -> None:
    code = link_code(desk)
    with desk.unit_of_work() as uow:
        linked = uow.staff.link_telegram(f" {code.upper()} ", "555", now=NOW)
        assert linked == uow.staff.by_telegram("555") == uow.staff.all()[0]
        assert linked.telegram_linked


def test_a_code_works_once(desk: Store) -> None:
    code = link_code(desk)
    with desk.unit_of_work() as uow:
        uow.staff.link_telegram(code, "555", now=NOW)
        assert uow.staff.link_telegram(code, "666", now=NOW) is None
        assert uow.staff.by_telegram("666") is None


def test_a_code_ends_after_its_time(desk: Store) -> None:
    code = link_code(desk)
    with desk.unit_of_work() as uow:
        assert uow.staff.link_telegram(code, "555", now=NOW + LINK_LASTS) is None
        assert uow.staff.link_telegram(code, "555", now=NOW + LINK_LASTS - SECOND)


def test_a_new_code_ends_the_one_before(desk: Store) -> None:
    old, new = link_code(desk), link_code(desk)
    with desk.unit_of_work() as uow:
        assert uow.staff.link_telegram(old, "555", now=NOW) is None
        assert uow.staff.link_telegram(new, "555", now=NOW)


@pytest.mark.parametrize("code", HOSTILE)
def test_no_strange_code_joins_anybody(desk: Store, code: str) -> None:
    link_code(desk)
    with desk.unit_of_work() as uow:
        assert uow.staff.link_telegram(code, "555", now=NOW) is None


def test_a_telegram_account_belongs_to_the_last_one_it_was_joined_to(desk: Store) -> None:
    with desk.unit_of_work() as uow:
        ben = a_paralegal(uow, "ben")
        for member in uow.staff.all():
            uow.staff.link_telegram(uow.staff.new_link_code(member.id, now=NOW), "555", now=NOW)
        found = uow.staff.by_telegram("555")
        assert found
        assert found.username == "thandi"
        assert not next(member for member in uow.staff.all() if member.id == ben.id).telegram_linked


def test_an_unknown_telegram_account_is_nobody(desk: Store) -> None:
    with desk.reading() as look:
        assert look.staff.by_telegram("555") is None


def test_a_telegram_account_cannot_be_read_in_the_database(desk: Store) -> None:
    code = link_code(desk)
    with desk.unit_of_work() as uow:
        uow.staff.link_telegram(code, "5551234567", now=NOW)
    assert "5551234567" not in rows_in_clear(desk)
