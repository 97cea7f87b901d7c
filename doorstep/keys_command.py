"""`doorstep keys`: which office keys there are, and how they are changed while everything runs."""

import click

from doorstep.settings import Settings


@click.group(invoke_without_command=True)
@click.pass_context
def keys(ctx: click.Context) -> None:
    """Show the office's keys and what each opens, or change them while everything runs."""
    if ctx.invoked_subcommand is None:
        _show(ctx.obj)


@keys.command()
@click.option("--prepare", is_flag=True, help="Only add the key, to copy the file to other machines first.")
@click.pass_obj
def rotate(settings: Settings, prepare: bool) -> None:
    """Add a new office key and seal with it from now on; nothing needs a restart."""
    from casestore.log.case_log import OPERATOR
    from doorstep.wiring import clock, key_file, open_store

    store = open_store(settings, create=False)  # a key file that is not this database's is told before it is changed
    name = key_file(settings).rotate(prepare=prepare)
    with store.unit_of_work() as uow:
        uow.log.note_office(
            "key_rotated", actor=OPERATOR, now=clock(), key=name, step="prepare" if prepare else "rotate"
        )
    if prepare:
        click.echo(f"{name} is in the key file. Copy the file to the other machines, then run this again.")
    else:
        click.echo(f"{name} is the current key. Copy the key file to your safe place, then run `doorstep keys rewrap`.")
        _show(settings)


@keys.command()
@click.pass_obj
def rewrap(settings: Settings) -> None:
    """Wrap everybody's key anew under the current office key, in small batches; may be stopped and run again."""
    from doorstep.key_rotation import rewrap_all
    from doorstep.wiring import open_store

    rewrap_all(open_store(settings, create=False))
    _show(settings)


@keys.command()
@click.argument("name")
@click.pass_obj
def retire(settings: Settings, name: str) -> None:
    """Take an old office key out of the key file; refused while anything still needs it."""
    from doorstep.key_rotation import retire_key
    from doorstep.wiring import clock, key_file, open_store

    retire_key(open_store(settings, create=False), key_file(settings), name, now=clock())
    click.echo(f"{name} is gone from the key file. Backups from before the rewrap still need it: keep your copy.")


@keys.command()
@click.pass_obj
def wrap(settings: Settings) -> None:
    """Let the program of DOORSTEP_KEY_COMMAND wrap all keys in the key file, so that none lies there in clear."""
    from doorstep.wiring import key_file

    key_file(settings).wrap()
    click.echo(f"The keys in {settings.keys_path} are wrapped. Destroy every copy of the file from before.")


def _show(settings: Settings) -> None:
    from doorstep.key_rotation import key_lines
    from doorstep.wiring import open_store

    for line in key_lines(open_store(settings, create=False)):
        click.echo(line)
