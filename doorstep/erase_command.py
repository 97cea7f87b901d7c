"""`doorstep erase`: forgets a person, and proves it."""

import click

from doorstep.settings import Settings


@click.command()
@click.argument("reference", default="")
@click.option("--person", default="", metavar="ID", help="The person's id, where there is no case.")
@click.option("--prove", "words", multiple=True, metavar="WORD", help="Also look for this word afterwards; repeat it.")
@click.option("--yes", is_flag=True, help="Do not ask whether you are sure.")
@click.pass_obj
def erase(settings: Settings, reference: str, person: str, words: tuple[str, ...], yes: bool) -> None:
    """Erase the person of a case for good, and look through database and files for what may be left."""
    from doorstep.erasing import erase_and_prove, person_of
    from doorstep.wiring import clock, open_store

    if bool(reference) == bool(person):
        raise click.UsageError("name a case by its REFERENCE, or a person with --person")
    store = open_store(settings, create=False)
    person_id = person or person_of(store, reference)
    if not yes:
        click.confirm("Everything of this person is erased for good. Are you sure?", abort=True, err=True)
    for line in erase_and_prove(store, person_id, words, now=clock()):
        click.echo(line)
