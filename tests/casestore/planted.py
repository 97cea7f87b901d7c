"""Writes one conspicuous word wherever a person, or a paralegal writing to one, can write."""

from dataclasses import dataclass
from datetime import date

from casestore.cases import Case
from casestore.community_problems import ProblemFacts
from casestore.conversations import Conversation
from casestore.privacy.residences import Residence
from casestore.unit_of_work import Store, UnitOfWork
from casestore.work.agenda import NewDeadline
from casestore.work.efforts import Spent
from casestore.work.outcomes import Outcome
from tests.builders import NOW, a_case, a_conversation, a_paralegal

WORD = "Quetzalfeder"


@dataclass(frozen=True, slots=True)
class Planted:
    """Where the word was written."""

    conversation: Conversation
    case: Case
    staff_id: int


def plant(store: Store, address: str = f"{WORD}@example.org", *, name: str = "Visible Name") -> Planted:
    """A conversation, a case, files and messages that all have the word in them."""
    word = f"my {WORD} story"
    with store.unit_of_work() as uow:
        conversation = a_conversation(uow, address, channel="web")
        uow.inbox.store(conversation, external_id=f"worked:{conversation.id}", body=word, now=NOW)
        uow.inbox.mark_done([arrival.id for arrival in uow.inbox.waiting(conversation)], now=NOW)
        uow.inbox.store(conversation, external_id=f"waits:{conversation.id}", body=word, now=NOW)
        said = uow.messages.add(conversation, "person", word, choices=((WORD, WORD),), now=NOW)
        uow.conversations.save_session(conversation.id, word)
        for step in range(3):
            uow.outbox.put(
                channel="web",
                address=address,
                text=word,
                choices=((WORD, WORD),),
                document=WORD,
                dedupe=f"planted:{conversation.id}:{step}",
                now=NOW,
                conversation_id=conversation.id,
                message_id=said,
            )
        sent, failed, _ = uow.outbox.waiting_for("web", address, now=NOW)
        uow.outbox.mark_sent(sent.id, now=NOW)
        uow.outbox.mark_failed(failed.id, failure="refused")
        kind = {"name": f"{WORD}.pdf", "media_type": f"application/{WORD}", "now": NOW}
        uow.attachments.want(conversation, message_id=said, remote=f"https://files.example/{WORD}", **kind)
        uow.attachments.keep(conversation, message_id=said, content=word.encode() * 1000, **kind)
        case = a_case(uow, conversation, assessment={WORD: [word]}, understood="housing.lockout")
        paralegal = a_paralegal(uow, f"thandi{conversation.id}", name=name, password=f"{WORD} password")
        case = uow.cases.claim(case.id, staff_id=paralegal.id, now=NOW)
        uow.messages.add(conversation, "paralegal", word, staff_id=paralegal.id, now=NOW)
        plant_in_record(uow, case, paralegal.id)
        plant_work(uow, case, paralegal.id, word)
    return Planted(conversation, case, paralegal.id)


def plant_in_record(uow: UnitOfWork, case: Case, staff_id: int) -> None:
    """The other side, a supporter, the right to stay, and a problem of many that the case belongs to."""
    owner = uow.respondents.person(case.office_id, f"Mr {WORD}", kind="landlord", now=NOW)
    uow.respondents.add_name(owner, f"Oom {WORD}")
    uow.respondents.put(case.id, kind="landlord", relationship="tenant", respondent_id=owner, now=NOW)
    uow.supporters.add(case.id, relation="friend", person_knows="yes", name=WORD, now=NOW)
    uow.residences.keep(case.id, Residence("stateless", "blocked"), staff_id=staff_id, now=NOW)
    known = {"event_on": date(2026, 2, 17), "tried": ("police",), "age_band": "35_49"}
    uow.records.change(case.id, staff_id=staff_id, now=NOW, **known)
    facts = ProblemFacts(jurisdiction="za", issue="housing.lockout", description=f"the street of {WORD}")
    problem = uow.community_problems.open(case.office_id, facts, staff_id=staff_id, now=NOW)
    uow.community_problems.link(problem.id, case.id, staff_id=staff_id, now=NOW)


def plant_work(uow: UnitOfWork, case: Case, staff_id: int, word: str) -> None:
    """Tasks, a referral that was agreed to and sent, time, and an outcome with its follow-ups."""
    by = {"staff_id": staff_id, "now": NOW}
    uow.agenda.note_deadlines(uow.cases.locked(case.id), [a_deadline(word)], told=None, now=NOW)
    uow.agenda.add(case.id, kind="task", what=word, due=NOW.date(), **by)
    sent = uow.referrals.draft(case.id, service="legal-aid", shared=word, **by)
    uow.referrals.note_consent(case.id, sent, given=True, wording="case.share@1", language="en", **by)
    uow.referrals.move(case.id, sent, to="sent", **by)
    uow.efforts.note(case.id, Spent(activity="call", minutes=15), **by)
    outcome = Outcome(code="resolved", benefit="home_back", recovered_lump=120_000, currency="ZAR")
    uow.outcomes.close(case.id, outcome, note=word, **by)


def a_deadline(word: str) -> NewDeadline:
    """A deadline whose reasons have the word in them."""
    return NewDeadline(code="appeal", due=NOW.date(), what=word, because=word, source="An Act")
