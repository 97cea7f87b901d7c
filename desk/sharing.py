"""What a case page says of the partner organisations that see a case, and with which it could be shared."""

from dataclasses import dataclass
from typing import Any

from casestore.lifecycle import OPEN
from casestore.privacy.consent import PARTNER, Consent
from casestore.unit_of_work import UnitOfWork
from desk.access import Reach
from desk.office import Desk
from desk.showing import moment_words, zone


@dataclass(frozen=True, slots=True)
class Partner:
    """One partner organisation; `since` when it sees the case, `refused` when the person said no to it, or empty."""

    id: int
    name: str
    since: str
    refused: str


@dataclass(frozen=True, slots=True)
class Sharing:
    """Who sees a case, and who else could; `may_change` is whether this member of staff decides about it."""

    shared: tuple[Partner, ...]
    others: tuple[Partner, ...]
    may_change: bool

    def find(self, id_: int) -> Partner | None:
        """The organisation with that number, if there is anything to say about it."""
        return next((each for each in self.shared + self.others if each.id == id_), None)


def sharing_of(desk: Desk, uow: UnitOfWork, found: Reach) -> Sharing:
    """All of it for one case; nothing for those who do not work cases."""
    if not found.member.role.works_cases:
        return Sharing((), (), may_change=False)
    case, zone_ = found.case, zone(desk, found.case)
    shares = uow.shares.of(case.id)
    since = {each.office_id: moment_words(each.at, zone_) for each in shares}
    said = _said(uow, found)
    refused = {id_: moment_words(each.at, zone_) for id_, each in said.items() if not each.given}
    could = uow.shares.partners(case.office_id) if found.leads and case.status in OPEN else []
    names = {each.office_id: each.office for each in shares} | {each.id: each.name for each in could}
    partners = [Partner(id_, name, since.get(id_, ""), refused.get(id_, "")) for id_, name in names.items()]
    return Sharing(
        shared=tuple(each for each in partners if each.since),
        others=tuple(each for each in partners if not each.since),
        may_change=found.leads,
    )


def named_in_log(offices: dict[int, str], name: str, value: Any) -> list[str]:
    """The office or partner organisation that a line of the log names; nothing of anything else."""
    return [offices.get(value, "")] if name in ("office", "partner") else []


def _said(uow: UnitOfWork, found: Reach) -> dict[int, Consent]:
    """The person's newest answer about each partner organisation."""
    person_id = uow.cases.person_of(found.case)
    answers = [] if person_id is None else uow.consents.of(person_id)
    return {each.office_id: each for each in answers if each.purpose == PARTNER and each.office_id is not None}
