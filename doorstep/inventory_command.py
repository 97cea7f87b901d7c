"""`doorstep inventory`: what is kept about people, column by column."""

import click


@click.command()
def inventory() -> None:
    """Print the data inventory as docs/privacy.md has it: class, purpose, ground and time of every column."""
    from casestore.privacy.inventory import inventory_page

    click.echo(inventory_page(), nl=False)
