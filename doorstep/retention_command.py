"""`doorstep retention`: what has been kept long enough, and its removal."""

import click

from doorstep.settings import Settings


@click.command()
@click.option("--apply", "really", is_flag=True, help="Remove it, instead of only counting.")
@click.pass_obj
def retention(settings: Settings, really: bool) -> None:
    """Count, kind by kind, what is older than the schedule allows; with --apply remove it in small batches."""
    from casestore.log.case_log import OPERATOR
    from casestore.privacy.retention import due, load_schedule, run
    from doorstep.wiring import clock, open_store

    rules, store, now = load_schedule(settings.retention), open_store(settings, create=False), clock()
    with store.reading() as look:
        counts = {rule.id: due(look, rule, now=now) for rule in rules}
    if really:
        counts |= run(store, rules, now=now, actor=OPERATOR)
    for rule in rules:
        kept = "kept" if rule.days is None else f"{rule.days} days after {rule.since}"
        places = "".join(f"; {place}: {days}" for place, days in rule.places.items())
        click.echo(f"{counts[rule.id]:>8}  {rule.id:<15} {rule.title} ({kept}{places})")
    click.echo(
        "Removed, and noted in the log." if really else "Nothing was removed. `doorstep retention --apply` does."
    )
