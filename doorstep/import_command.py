"""`doorstep import`: the spreadsheet an advice office used until today becomes cases."""

from pathlib import Path
from typing import Any

import click

from doorstep.settings import Settings

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("import")
@click.argument("file", type=_FILE)
@click.option("--mapping", "mapping_file", type=_FILE, required=True, help="Which column goes where, as YAML.")
@click.option("--apply", "really", is_flag=True, help="Take the rows over. Without it nothing is changed.")
@click.option("--report", "report_file", type=click.Path(dir_okay=False, path_type=Path), help="Where the report goes.")
@click.pass_obj
def import_command(settings: Settings, file: Path, mapping_file: Path, really: bool, report_file: Path | None) -> None:
    """Take cases over from a CSV or XLSX file; without --apply only say what would be taken, and what not and why."""
    from doorstep.case_import import Report, run_import
    from doorstep.wiring import open_store

    office = _office(settings)
    mapping = _mapping(settings, mapping_file, office)
    store = open_store(settings, create=False)
    report = Report(report_file or file.with_name(f"{file.stem}.not-taken.csv"))
    try:
        done = run_import(store, file, mapping, office, apply=really, report=report)
    finally:
        report.close()
    for fault in report.first:
        click.echo(f"line {fault.line}, {fault.column}: {fault.reason}")
    if done.refused > len({fault.line for fault in report.first}):
        click.echo("...")
    click.echo(f"{done.taken} rows {'were' if really else 'would be'} taken, {done.before} were there before.")
    click.echo(f"{done.refused} rows {'were' if really else 'would'} not{'' if really else ' be'} taken: {report.path}")
    if not really and done.taken:
        click.echo("Nothing has been changed. Say --apply to take them over.")


def _office(settings: Settings) -> Any:
    from bot.wording import load_wording
    from casestore.cases import URGENCIES
    from casestore.codes.code_lists import LISTS
    from casestore.lifecycle import OUTCOMES
    from doorstep.import_mapping import CODED
    from doorstep.import_rows import Office
    from doorstep.wiring import clock, load_pack_of
    from triage.taxonomy import load_taxonomy

    lists = {name: LISTS[list_].titles for name, list_ in CODED.items()}
    return Office(
        codes={
            **lists,
            "issue": load_taxonomy(settings.content / "taxonomy.yml").issues,
            "language": load_wording(settings.content / "wording").languages,
            "outcome": OUTCOMES,
            "urgency": URGENCIES,
            "statistics": ("yes", "no"),
        },
        gazetteer=load_pack_of(settings).gazetteer,
        language="en",
        now=clock(),
    )


def _mapping(settings: Settings, path: Path, office: Any) -> Any:
    from doorstep.import_mapping import read_mapping

    return read_mapping(path, jurisdiction=settings.jurisdiction, office=settings.office, codes=office.codes)
