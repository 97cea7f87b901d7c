"""`doorstep verify-log`, `log-events` and `database-role`: what happened, and that nobody has changed it since."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from doorstep.settings import Settings

if TYPE_CHECKING:
    from casestore.log.anchors import Anchor
    from casestore.unit_of_work import Store


@click.command("verify-log")
@click.option("--anchor", "make", is_flag=True, help="First make an anchor of every office, besides that of the day.")
@click.option("--against", metavar="ANCHOR", help="An anchor that was written down: is that history still there?")
@click.pass_obj
def verify_log(settings: Settings, make: bool, against: str | None) -> None:
    """Read the whole log and say, a line each, what in it was changed, removed or put in."""
    from doorstep.wiring import open_store

    store = open_store(settings, create=False)
    if make:
        _make_anchors(store)
    wrong = 0
    for finding in _findings(store, against):
        click.echo(finding)
        wrong += 1
    for anchor in _newest(store):
        click.echo(f"Newest anchor of office {anchor.office_id}, {anchor.at:%Y-%m-%d %H:%M} UTC: {anchor.written}")
    if wrong:
        raise click.ClickException(f"the log is not as it was written: {wrong} findings")


def _make_anchors(store: "Store") -> None:
    from casestore.log.case_log import OPERATOR
    from doorstep.wiring import clock

    with store.unit_of_work() as uow:
        for office in uow.offices.all():
            uow.anchors.make(office.id, actor=OPERATOR, now=clock())


def _findings(store: "Store", against: str | None) -> Iterator[str]:
    from casestore.log.log_check import LogCheck

    with store.reading() as look:
        check = LogCheck(look.session, store.keyring)
        if against is not None:
            try:
                known = check.against(against)
            except ValueError as fault:
                raise click.BadParameter(str(fault), param_hint="--against") from None
            if known is None:
                yield f"anchor {against.strip()}: the log has another one, or none: this is not the history of then"
            else:
                click.echo(f"The log still has that anchor, of {known.at:%Y-%m-%d %H:%M} UTC.")
        yield from map(str, check.findings())
        click.echo(f"{check.lines} lines in {check.chains} chains were read.")


def _newest(store: "Store") -> Iterator["Anchor"]:
    with store.reading() as look:
        for office in look.offices.all():
            anchor = look.anchors.newest(office.id)
            if anchor is not None:
                yield anchor


@click.command("log-events")
def log_events() -> None:
    """Show every kind of event that the log knows: who does it, what it is, who acts next."""
    from casestore.log.case_log import KINDS, OFFICE_KINDS

    for title, kinds in (("Of a case", KINDS), ("Of an office", OFFICE_KINDS)):
        click.echo(title)
        for kind in kinds.values():
            click.echo(f"  {kind.id:18} {kind.who:26} {kind.title:52} {kind.next_actor or '-'}")


@click.command("database-role")
@click.argument("name")
@click.option("--apply", "apply_", is_flag=True, help="Do it, instead of showing it. The role must be there already.")
@click.pass_obj
def database_role(settings: Settings, name: str, apply_: bool) -> None:
    """Show the SQL that gives a role of PostgreSQL what the application needs, and no way to change the log."""
    from casestore.database import check_revision, open_engine
    from casestore.database_role import apply_grants, grants

    engine = open_engine(settings.database)
    check_revision(engine)
    if apply_:
        apply_grants(engine, name)
        click.echo(f"{name} may do what the application needs. Go on with it, and migrate as the owner.")
        return
    for statement in grants(engine, name):
        click.echo(f"{statement};")
