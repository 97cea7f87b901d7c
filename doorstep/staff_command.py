"""`doorstep staff` and `doorstep office`: who works at the desk, where, and what happened there."""

import click

from doorstep.settings import Settings

_PLACE = "The law pack of its place, for public holidays and the clock; empty: that of DOORSTEP_JURISDICTION."
_HOURS = "When it works, such as 'Mon-Fri 09:00-17:00'; empty: DOORSTEP_OFFICE_HOURS."
_ROLES = ("paralegal", "supervisor", "administrator", "analyst", "partner")


@click.group()
def staff() -> None:
    """Accounts of those who work at the desk."""


@staff.command("add")
@click.argument("username")
@click.option("--name", required=True, help="The name that people see.")
@click.option("--role", type=click.Choice(_ROLES), default="paralegal", show_default=True)
@click.option("--office", type=int, help="The number of their office.  [default: 1; a partner's must be said]")
@click.option("--password", prompt=True, hide_input=True, confirmation_prompt=True, help="Asked for when not given.")
@click.pass_obj
def staff_add(settings: Settings, username: str, name: str, role: str, office: int | None, password: str) -> None:
    """Add somebody to the desk."""
    from casestore.offices import HOME
    from doorstep.wiring import clock, open_store

    if role == "partner" and office is None:
        raise click.ClickException(
            "a partner needs --office, the number of their organisation (`doorstep office list`)"
        )
    with open_store(settings, create=True).unit_of_work() as uow:
        try:
            uow.staff.add(
                username=username, name=name, password=password, role=role, office_id=office or HOME, now=clock()
            )
        except ValueError as fault:
            raise click.ClickException(str(fault)) from None
    click.echo(f"{name} can sign in as {username.lower()}.")


@staff.command("password")
@click.argument("username")
@click.option("--password", prompt=True, hide_input=True, confirmation_prompt=True, help="Asked for when not given.")
@click.pass_obj
def staff_password(settings: Settings, username: str, password: str) -> None:
    """Set a new password; all browsers of that account are signed out."""
    from doorstep.wiring import clock, open_store

    with open_store(settings, create=False).unit_of_work() as uow:
        try:
            uow.staff.set_password(username, password, now=clock())
        except ValueError as fault:
            raise click.ClickException(str(fault)) from None
    click.echo("The new password holds.")


@staff.command("list")
@click.pass_obj
def staff_list(settings: Settings) -> None:
    """Show all accounts: sign-in name, name, role, number of the office."""
    from doorstep.wiring import open_store

    with open_store(settings, create=False).reading() as look:
        for member in look.staff.all():
            click.echo(f"{member.username}\t{member.name}\t{member.role}\t{member.office_id}")


@click.group()
def office() -> None:
    """The offices of a network, and partner organisations."""


@office.command("add")
@click.argument("name")
@click.option("--part-of", type=int, help="The number of the network's own office, which sees this one's cases.")
@click.option("--place", default="", help=_PLACE)
@click.option("--hours", default="", help=_HOURS)
@click.pass_obj
def office_add(settings: Settings, name: str, part_of: int | None, place: str, hours: str) -> None:
    """Add an office. Its bot runs with its number in DOORSTEP_OFFICE."""
    from casestore.log.case_log import OPERATOR
    from doorstep.wiring import clock, open_store

    with open_store(settings, create=True).unit_of_work() as uow:
        try:
            added = uow.offices.add(name, now=clock(), part_of=part_of)
            uow.terms.change(added.id, place=place, hours=hours, actor=OPERATOR, now=clock())
        except ValueError as fault:
            raise click.ClickException(str(fault)) from None
    click.echo(f"{added.name} is office {added.id}.")


@office.command("hours")
@click.argument("number", type=int)
@click.option("--place", help=_PLACE)
@click.option("--hours", help=_HOURS)
@click.pass_obj
def office_hours(settings: Settings, number: int, place: str | None, hours: str | None) -> None:
    """Change where and when an office works; what is not named stays, and empty is what is set for all."""
    from casestore.log.case_log import OPERATOR
    from doorstep.wiring import clock, open_store

    with open_store(settings, create=False).unit_of_work() as uow:
        try:
            old = uow.offices.get(number)
            place, hours = old.place if place is None else place, old.hours if hours is None else hours
            uow.terms.change(number, place=place, hours=hours, actor=OPERATOR, now=clock())
        except ValueError as fault:
            raise click.ClickException(str(fault)) from None
        new = uow.offices.get(number)
    click.echo(f"{new.name}: {_as_set(new.place)}, {_as_set(new.hours)}.")


@office.command("rename")
@click.argument("number", type=int)
@click.argument("name")
@click.pass_obj
def office_rename(settings: Settings, number: int, name: str) -> None:
    """Give an office another name, which colleagues and partner organisations see at the desk."""
    from casestore.log.case_log import OPERATOR
    from doorstep.wiring import clock, open_store

    with open_store(settings, create=False).unit_of_work() as uow:
        try:
            renamed = uow.offices.rename(number, name, actor=OPERATOR, now=clock())
        except ValueError as fault:
            raise click.ClickException(str(fault)) from None
    click.echo(f"Office {number} is now called {renamed.name}.")


@office.command("list")
@click.pass_obj
def office_list(settings: Settings) -> None:
    """Show all offices: number, name, the number of the network's office that each belongs to, place, hours."""
    from doorstep.wiring import open_store

    with open_store(settings, create=False).reading() as look:
        for each in look.offices.all():
            own = f"{each.place or '-'}\t{each.hours or '-'}"
            click.echo(f"{each.id}\t{each.name}\t{each.part_of or '-'}\t{own}")


@office.command("log")
@click.option("--office", "number", default=1, show_default=True, help="The number of the office.")
@click.option("--last", default=50, show_default=True, type=click.IntRange(1, 1_000_000), help="How many lines.")
@click.pass_obj
def office_log(settings: Settings, number: int, last: int) -> None:
    """Show what happened in an office and belongs to no case: sign-ins, accounts, backups. The newest comes last."""
    from doorstep.wiring import open_store

    with open_store(settings, create=False).reading() as look:
        try:
            look.offices.get(number)
        except ValueError as fault:
            raise click.ClickException(str(fault)) from None
        for entry in look.log.of_office(number, last=last):
            detail = ", ".join(f"{name} {value}" for name, value in entry.detail.items())
            click.echo("\t".join(filter(None, (f"{entry.at:%Y-%m-%d %H:%M} UTC", entry.kind.title, entry.by, detail))))


def _as_set(own: str) -> str:
    return own or "as set for all"
