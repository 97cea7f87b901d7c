"""Which state of a referral may follow which: no SQL here."""

from enum import StrEnum

from casestore.errors import NotAllowedNow

# `told`: the person hears where to go, nothing about them goes out. `details`: their details go to the service.
TOLD, DETAILS = "told", "details"
# The one reason to go without consent that a no does not end: where the law makes a report a duty, as for a child in
# need of care and protection (Children's Act 38 of 2005, s 110, South Africa).
DUTY = "child_in_danger"


class State(StrEnum):
    """Where a referral stands."""

    DRAFT = "draft"
    SENT = "sent"
    RECEIVED = "received"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    DONE = "done"
    REVOKED = "revoked"
    NO_ANSWER = "no_answer"


# No state comes twice, so one time a state says all. An answer may come late, and without word that it was received.
NEXT: dict[State, frozenset[State]] = {
    State.DRAFT: frozenset({State.SENT, State.REVOKED}),
    State.SENT: frozenset({State.RECEIVED, State.ACCEPTED, State.DECLINED, State.REVOKED, State.NO_ANSWER}),
    State.RECEIVED: frozenset({State.ACCEPTED, State.DECLINED, State.REVOKED, State.NO_ANSWER}),
    State.NO_ANSWER: frozenset({State.ACCEPTED, State.DECLINED, State.REVOKED}),
    State.ACCEPTED: frozenset({State.DONE, State.REVOKED}),
    State.DECLINED: frozenset(),
    State.DONE: frozenset(),
    State.REVOKED: frozenset(),
}
# The service knows nothing of a person who was only told: all there is to learn is what came of it.
NEXT_TOLD: dict[State, frozenset[State]] = {state: frozenset() for state in State} | {
    State.SENT: frozenset({State.DONE, State.REVOKED})
}


def next_states(kind: str, now: State) -> frozenset[State]:
    """What a referral of that kind can become."""
    return (NEXT_TOLD if kind == TOLD else NEXT)[now]


def may_override(consent: bool | None, reason: str) -> bool:
    """Whether that reason allows to go without consent: only a duty does so against a no."""
    return consent is not False or reason == DUTY


def may_be_sent(kind: str, consent: bool | None, override: str | None) -> bool:
    """Whether it may go out: the person agreed, or a reason to go without stands beside what they answered."""
    return kind == TOLD or bool(consent) or (override is not None and may_override(consent, override))


def check_step(kind: str, now: State, to: State) -> None:
    """Raises NotAllowedNow when a referral of that kind which is `now` cannot become `to`."""
    if to not in next_states(kind, now):
        raise NotAllowedNow(f"a referral that is {now} cannot become {to}")
