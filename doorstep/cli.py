"""The `doorstep` command: sub-commands that read as sentences; 0 on success, 2 on wrong use, 1 with one clear line."""

import asyncio
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click

from doorstep.backup_command import backup, move, restore
from doorstep.codebook_command import codebook
from doorstep.erase_command import erase
from doorstep.import_command import import_command
from doorstep.inventory_command import inventory
from doorstep.keys_command import keys
from doorstep.log_command import database_role, log_events, verify_log
from doorstep.retention_command import retention
from doorstep.settings import Settings, SettingsError, read_settings
from doorstep.staff_command import office, staff


class _OneClearLine(click.Group):
    """Turns what can go wrong into one line on standard error and exit code 1."""

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the sub-command; a fault that we know says what to do, without a stack trace."""
        from telegram.error import InvalidToken

        from casestore.errors import StoreError
        from triage.errors import TriageError

        try:
            return super().invoke(ctx)
        except (SettingsError, StoreError, TriageError) as fault:
            raise click.ClickException(" ".join(str(fault).split())) from None
        except InvalidToken:
            raise click.ClickException(
                "Telegram does not accept DOORSTEP_TELEGRAM_TOKEN: get one from BotFather"
            ) from None
        except BrokenPipeError:  # `doorstep law | head`: whoever reads has enough, and click ends without a word
            raise
        except OSError as fault:
            raise click.ClickException(f"{fault.strerror or fault}: {fault.filename or ''}".rstrip(": ")) from None


@click.group(cls=_OneClearLine, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="doorstep")
@click.pass_context
def main(ctx: click.Context) -> None:
    """Doorstep hears what happened, explains rights, and hands over to a paralegal."""
    ctx.obj = read_settings()


_COMMANDS: tuple[click.Command, ...] = (
    *(staff, office, codebook, backup, restore, move),
    *(verify_log, log_events, database_role, import_command, keys, erase, retention, inventory),
)
for _command in _COMMANDS:
    main.add_command(_command)


def _say(line: str) -> None:
    click.echo(line)


def _start(settings: Settings, *, create: bool) -> Any:
    """The office, ready to run, with logging started."""
    from doorstep.logs import start_logging
    from doorstep.wiring import clock, ensure_model, make_office, open_store

    start_logging(settings.log_level)
    store = open_store(settings, create=create)
    store.files.tidy(before=clock() - timedelta(hours=1))
    ensure_model(settings, _say)
    return make_office(settings, store)


@main.command()
@click.pass_obj
def run(settings: Settings) -> None:
    """Run everything on this machine: web chat, desk, worker, and Telegram where a token is set."""
    from doorstep.serve import run_all
    from doorstep.wiring import ensure_first_account

    office = _start(settings, create=True)
    first = ensure_first_account(office.store)
    address = settings.public_url or f"http://{settings.host}:{settings.port}"

    def ready() -> None:
        _say(f"Web chat:  {address}/")
        _say(f"Desk:      {address}/desk/")
        if first is not None:
            _say(f"Sign in:   {first[0]}  password: {first[1]}   (shown once; change it under My account)")
        if settings.telegram_token.get_secret_value():
            _say("Telegram:  the bot is listening")
        if settings.rasa_gateway_token.get_secret_value():
            _say(f"Gateway:   http://127.0.0.1:{settings.rasa_gateway_port} waits for Rasa")
        _say("Stop with Ctrl-C.")

    gateway = bool(settings.rasa_gateway_token.get_secret_value())
    asyncio.run(run_all(office, settings, webhook=settings.telegram_webhook, gateway=gateway, ready=ready))


@main.command()
@click.option("--webhook", default="", metavar="URL", help="Public address for updates instead of long polling.")
@click.pass_obj
def telegram(settings: Settings, webhook: str) -> None:
    """Run the Telegram bot alone, with a worker."""
    from doorstep.serve import run_all

    if not settings.telegram_token.get_secret_value():
        raise SettingsError("DOORSTEP_TELEGRAM_TOKEN is not set: get a token from BotFather on Telegram")
    office = _start(settings, create=True)
    asyncio.run(
        run_all(
            office,
            settings,
            web=False,
            webhook=webhook or settings.telegram_webhook,
            ready=lambda: _say("Telegram:  the bot is listening"),
        )
    )


@main.command("desk")
@click.pass_obj
def desk_command(settings: Settings) -> None:
    """Run web chat and desk alone; workers run elsewhere."""
    from doorstep.serve import run_all

    office = _start(settings, create=False)
    address = f"http://{settings.host}:{settings.port}/desk/"
    asyncio.run(run_all(office, settings, worker=False, telegram=False, ready=lambda: _say(f"Desk:      {address}")))


@main.command()
@click.pass_obj
def worker(settings: Settings) -> None:
    """Run a worker alone: it takes the turns of every channel."""
    from doorstep.serve import run_all

    office = _start(settings, create=False)
    asyncio.run(run_all(office, settings, web=False, telegram=False, ready=lambda: _say("Worker:    running")))


@main.command()
@click.option("--as", "name", default="somebody", show_default=True, help="Whose conversation to go on with.")
@click.pass_obj
def chat(settings: Settings, name: str) -> None:
    """Talk to Doorstep in this terminal. A number presses the button of that number."""
    from bot.channels.console import Console, talk

    settings = settings.model_copy(update={"log_level": "ERROR"})
    office = _start(settings, create=True)
    talk(Console(office, name), lambda: input("you> "), _say)


@main.command("triage")
@click.option("--jurisdiction", default=None, help="Whose law applies where a line does not say so.")
@click.pass_obj
def triage_command(settings: Settings, jurisdiction: str | None) -> None:
    """Judge JSON lines from standard input: {"id", "text", "jurisdiction"?, "language"?, "context"?}."""
    from doorstep.triage_lines import TriageLines
    from doorstep.wiring import clock, ensure_model
    from triage.facts import load_respondents
    from triage.taxonomy import load_taxonomy
    from triage.understanding import load_understanding

    ensure_model(settings, lambda line: click.echo(line, err=True))
    content = settings.content
    judge = TriageLines(
        load_understanding(settings.model_path, content),
        load_taxonomy(content / "taxonomy.yml"),
        load_respondents(content / "respondents.yml"),
        jurisdiction=jurisdiction or settings.jurisdiction,
        packs=settings.packs,
    )
    for judged in judge.judge(sys.stdin.buffer, now=clock()):
        click.echo(judged.encode("utf-8", "backslashreplace"))  # half a character goes out as JSON writes it


@main.command()
@click.option("--anyway", is_flag=True, help="Save the model even when it reads the held-out examples worse.")
@click.pass_obj
def train(settings: Settings, anyway: bool) -> None:
    """Train the classifier from nlu_data and save it, unless it is worse than the last one."""
    from doorstep.training import train_model

    train_model(settings, anyway=anyway, say=_say)


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--html", type=click.Path(path_type=Path), help="Also write a page with pictures to this file.")
@click.option("--against", type=click.Path(path_type=Path), help="Another model file to compare with.")
@click.pass_obj
def evaluate(settings: Settings, file: Path, html: Path | None, against: Path | None) -> None:
    """Measure the classifier on a TSV with columns text and labels (ids or areas joined by |)."""
    from doorstep.evaluating import evaluate_file
    from doorstep.wiring import ensure_model
    from triage.evaluation import read_labelled

    read_labelled(file)  # a wrong file is told before a model is trained
    ensure_model(settings, lambda line: click.echo(line, err=True))
    evaluate_file(settings, file, html=html, against=against, say=_say)


_DAY = click.DateTime(["%Y-%m-%d"])


@main.command()
@click.option("--on", "day", type=_DAY, help="The day to check for, such as 2027-04-01. Default: today.")
@click.pass_obj
def check(settings: Settings, day: datetime | None) -> None:
    """Check all content: taxonomy, examples, interview, sentences, danger phrases, law packs."""
    from doorstep.content_check import check_content
    from doorstep.wiring import clock

    for line in check_content(settings.content, settings.packs, today=(day or clock()).date()):
        _say(line)


@main.command()
@click.option("--update", is_flag=True, help="First bring the translation files to the English sentences of today.")
@click.pass_obj
def languages(settings: Settings, update: bool) -> None:
    """Show what is said in which language, how much a speaker has checked, and how often English stood in."""
    from bot.untranslated import Untranslated
    from doorstep.languages_table import languages_table, update_languages

    wording = settings.content / "wording"
    for line in update_languages(wording) if update else ():
        _say(line)
    for line in languages_table(wording, settings.packs, Untranslated(settings.untranslated_path)):
        _say(line)


@main.command()
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "html"]),
    default="text",
    show_default=True,
    help="How to print it.",
)
@click.option("--html", type=click.Path(path_type=Path), help="Also write the page for a lawyer to this file.")
@click.option("--on", "day", type=_DAY, help="The day to look at, such as 2027-04-01. Default: today.")
@click.pass_obj
def law(settings: Settings, form: str, html: Path | None, day: datetime | None) -> None:
    """Show what the law packs cover, which cards are stale, and every fact that awaits a lawyer's review."""
    from doorstep.law_page import law_page
    from doorstep.law_report import law_report, report_json, report_lines
    from doorstep.wiring import clock

    report = law_report(settings.packs, settings.content / "taxonomy.yml", today=(day or clock()).date())
    if html is not None:
        html.write_text(law_page(report), encoding="utf-8")
    if form == "json":
        _say(report_json(report))
    elif form == "html":
        _say(law_page(report))
    else:
        for line in report_lines(report):
            _say(line)


@main.command()
@click.option("--to", "revision", default="head", show_default=True, help="A revision, or -1 for one step back.")
@click.pass_obj
def migrate(settings: Settings, revision: str) -> None:
    """Bring the database to the revision of this version."""
    from doorstep.wiring import bring_database

    _say(f"The database is at revision {bring_database(settings, revision) or 'none'}.")


@main.command()
@click.option("--out", type=click.Path(path_type=Path), help="A new file for the candidates, instead of showing them.")
@click.option("--report", "as_report", is_flag=True, help="How often the desk agreed, and whether other problems come.")
@click.pass_obj
def corrections(settings: Settings, out: Path | None, as_report: bool) -> None:
    """Show what the desk put right as candidate examples, personal details hidden, for a person to review."""
    from casestore.log.case_log import OPERATOR
    from doorstep.agreement_report import report_agreement
    from doorstep.corrections import Masker, export
    from doorstep.wiring import clock, open_store

    store = open_store(settings, create=False)
    if as_report:
        with store.reading() as look:
            report_agreement(look, settings.content, _say)
        return
    today = clock().date()
    masker = Masker(settings.content, today=today)
    with store.reading() as look:
        count = export(look, masker, today=today, out=out, say=_say, hint=lambda line: click.echo(line, err=True))
    if count:
        with store.unit_of_work() as uow:
            uow.log.note_office("exported", actor=OPERATOR, now=clock(), what="corrections", cases=count)


@main.command("settings")
def settings_command() -> None:
    """Show every setting, what it means and its default, as docs/settings.md has it."""
    from doorstep.settings import describe_settings

    _say(describe_settings().rstrip())


@main.group()
def services() -> None:
    """The office's own directory of services, over the one of the law pack."""


@services.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--unchecked", is_flag=True, help="Nobody has checked it yet: the desk sees it, no person is told of it.")
@click.pass_obj
def services_import(settings: Settings, file: Path, unchecked: bool) -> None:
    """Make a CSV or HSDS JSON file the office's own directory. Nothing changes when it has a mistake."""
    from doorstep.directory import read_in

    services = read_in(settings, file, checked=not unchecked)
    _say(f"{len(services)} services are now the office's own directory, {settings.services_path}.")
    _say("Restart what is running, so that it reads them.")


@services.command("export")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--own", is_flag=True, help="Only the office's own, without those of the law pack.")
@click.pass_obj
def services_export(settings: Settings, file: Path, own: bool) -> None:
    """Write the directory to a file: HSDS 3.0 as .json, or a table as .csv."""
    from doorstep.directory import write_out

    _say(f"{write_out(settings, file, own=own)} services written to {file}.")


@services.command("check")
@click.pass_obj
def services_check(settings: Settings) -> None:
    """Check the directory against HSDS 3.0, and show what is not told to people."""
    from doorstep.directory import checked_lines

    for line in checked_lines(settings):
        _say(line)


@services.command("taking")
@click.argument("name")
@click.argument("answer", type=click.Choice(["yes", "no"]))
@click.pass_obj
def services_taking(settings: Settings, name: str, answer: str) -> None:
    """Note whether a service, by its name or id, takes people now. People are only sent where it does."""
    from doorstep.directory import set_taking

    service = set_taking(settings, name, taking=answer == "yes")
    _say(f"{service.name} {'takes' if answer == 'yes' else 'does not take'} people now. Restart what is running.")


@main.group("rasa")
def rasa_group() -> None:
    """Rasa Open Source, in the environment that `make rasa` makes: as the engine, or as a gateway to its channels."""


_PIPELINE = click.argument("pipeline", default="doorstep")


def _project(settings: Settings, pipeline: str) -> Any:
    from doorstep.rasa_project import RasaProject

    project = RasaProject(settings)
    if pipeline not in project.pipelines():
        raise click.BadParameter(f"one of {', '.join(project.pipelines())}", param_hint="PIPELINE")
    return project


@rasa_group.command("train")
@_PIPELINE
@click.pass_obj
def rasa_train(settings: Settings, pipeline: str) -> None:
    """Let Rasa validate the examples and train: doorstep (our classifier), light, diet, or gateway."""
    project = _project(settings, pipeline)
    _say("Rasa checks the examples ...")
    project.validate(pipeline)
    _say(f"Rasa trains {pipeline} ...")
    _say(f"Saved {project.train(pipeline)}")


@rasa_group.command("test")
@_PIPELINE
@click.pass_obj
def rasa_test(settings: Settings, pipeline: str) -> None:
    """Let Rasa judge the held-out messages; fails below the recorded floor, or without a report."""
    score = _project(settings, pipeline).test(pipeline)
    _say(f"{pipeline}: accuracy {score.accuracy:.3f} on {score.texts} held-out messages, floor {score.floor:.3f}")


@rasa_group.command("serve")
@_PIPELINE
@click.option("--show", is_flag=True, help="Show what Rasa prints; it may quote what people write.")
@click.pass_obj
def rasa_serve(settings: Settings, pipeline: str, show: bool) -> None:
    """Run Rasa's server on 127.0.0.1, at the port of DOORSTEP_RASA_URL (gateway: DOORSTEP_RASA_GATEWAY_URL)."""
    from doorstep.rasa_project import port_of

    project = _project(settings, pipeline)
    _say(f"Rasa:      http://127.0.0.1:{port_of(settings, pipeline)} answers in about half a minute. Stop with Ctrl-C.")
    sys.stdout.flush()
    project.serve(settings, pipeline, show=show)


@rasa_group.command("gateway")
@click.pass_obj
def rasa_gateway(settings: Settings) -> None:
    """Take what people write on Rasa's channels, with a worker; Rasa runs beside it (`doorstep rasa serve gateway`)."""
    from doorstep.serve import run_all

    if not settings.rasa_gateway_token.get_secret_value():
        raise SettingsError("DOORSTEP_RASA_GATEWAY_TOKEN is not set: a long random word that Rasa must send")
    office = _start(settings, create=True)
    ready = f"Gateway:   http://127.0.0.1:{settings.rasa_gateway_port} waits for Rasa"
    asyncio.run(run_all(office, settings, web=False, telegram=False, gateway=True, ready=lambda: _say(ready)))
