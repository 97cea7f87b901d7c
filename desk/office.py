"""What every page of the desk needs: the store, the content and the clock; passed, never imported."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from fastapi import Request

from casestore.unit_of_work import Store
from desk.sentences import Sentences
from triage.pack import LawPack
from triage.taxonomy import Taxonomy


@dataclass(frozen=True, slots=True)
class Desk:
    """One office's desk."""

    store: Store
    taxonomy: Taxonomy
    sentences: Sentences
    packs: Mapping[str, LawPack]
    name: str
    clock: Callable[[], datetime]
    secure_cookies: bool


def desk_of(request: Request) -> Desk:
    """The desk that serves this request: once somebody is signed in, only what is there for them."""
    desk: Desk = request.app.state.desk
    member = getattr(request.state, "member", None)
    return desk if member is None else replace(desk, store=desk.store.seen_by(member.viewer))
