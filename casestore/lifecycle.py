"""Which status of a case may follow which, and how a case can end: no SQL here."""

from enum import StrEnum

from casestore.errors import NotAllowedNow


class Status(StrEnum):
    """Where a case stands."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    REFERRED = "referred"
    CLOSED = "closed"


OPEN = (Status.WAITING, Status.CLAIMED, Status.REFERRED)
HELD = (Status.CLAIMED, Status.REFERRED)

NEXT: dict[Status, frozenset[Status]] = {
    Status.WAITING: frozenset({Status.CLAIMED}),
    Status.CLAIMED: frozenset({Status.WAITING, Status.REFERRED, Status.CLOSED}),
    Status.REFERRED: frozenset({Status.WAITING, Status.CLAIMED, Status.REFERRED, Status.CLOSED}),  # to one more service
    Status.CLOSED: frozenset({Status.WAITING}),
}

# What came of it for the person; `code_lists` maps these onto the published measures.
OUTCOMES: dict[str, str] = {
    "resolved": "Resolved: the person has what they needed",
    "partly_resolved": "Partly resolved",
    "advice_given": "Information given, the person goes on alone",
    "referred_on": "Another service took over, what came of it is not known",
    "not_resolved": "Not resolved",
    "stopped": "The person did not want to go on",
    "no_contact": "Lost contact",
    "not_ours": "Not a problem this office can help with",
    "duplicate": "Same problem as another case",
}
DUPLICATE = "duplicate"

WITHDRAWN = "withdrawn"  # the outcome of an open case whose person asked to be erased: nobody chooses it


def check_step(now: Status, to: Status) -> None:
    """Raises NotAllowedNow when a case that is `now` cannot become `to`."""
    if to not in NEXT[now]:
        raise NotAllowedNow(f"a case that is {now} cannot become {to}")
