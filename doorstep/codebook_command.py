"""`doorstep codebook`: every column and code of the record."""

import click

from doorstep.settings import Settings


@click.command("codebook")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "csv"]),
    default="text",
    show_default=True,
    help="How to print it.",
)
@click.pass_obj
def codebook(settings: Settings, form: str) -> None:
    """Show every column and code of the case record, as docs/codebook.md has it."""
    from doorstep.codebook_page import as_csv, as_json, as_page, book_of

    click.echo({"text": as_page, "json": as_json, "csv": as_csv}[form](book_of(settings)).rstrip("\n"))
