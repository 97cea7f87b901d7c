"""Puts the desk together: pages, guards, errors; mounted by whoever runs it, usually under `/desk`."""

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from fastapi import Depends, FastAPI
from fastapi.staticfiles import StaticFiles

from casestore.unit_of_work import Store
from desk import (
    account,
    case_page,
    community,
    decisions,
    files,
    follow_up,
    glass_forms,
    handover,
    law_page,
    letters,
    offices,
    organisations,
    other_side,
    outcome,
    partners,
    privacy,
    queue,
    record_forms,
    referral_steps,
    sign_in,
    staff_page,
    work_forms,
)
from desk.error_pages import register_error_pages
from desk.office import Desk
from desk.pages import templates
from desk.security import Guard
from desk.sentences import Sentences
from triage.pack import LawPack
from triage.taxonomy import Taxonomy

_HERE = Path(__file__).parent


def create_desk(
    store: Store,
    *,
    taxonomy: Taxonomy,
    sentences: Sentences,
    packs: Mapping[str, LawPack],
    office_name: str,
    clock: Callable[[], datetime],
    secure_cookies: bool,
) -> FastAPI:
    """The desk as an application of its own; `packs` are by jurisdiction."""
    app = FastAPI(title="Doorstep desk", openapi_url=None)
    app.state.desk = Desk(store, taxonomy, sentences, packs, office_name, clock, secure_cookies)
    app.state.templates = templates()
    app.add_middleware(Guard)
    app.include_router(sign_in.router)
    record = (record_forms, other_side, community, organisations)
    work = (work_forms, referral_steps, outcome, follow_up)
    paper = (glass_forms, partners, privacy, files, letters)
    for page in (queue, case_page, decisions, handover, *record, *work, *paper, account, law_page, offices, staff_page):
        app.include_router(page.router, dependencies=[Depends(sign_in.signed_in)])
    register_error_pages(app)
    app.mount("/static", StaticFiles(directory=_HERE / "static"), name="static")
    return app
