"""Referrals: details go out only with the person's consent, and every step has its time and its line in the log."""

from datetime import timedelta

import pytest

from casestore.errors import CaseNotFound, ConsentMissing, NotAllowedNow, NotValid, NotYours, UnknownCode
from casestore.lifecycle import Status
from casestore.privacy.consent import REFERRAL, Consent
from casestore.unit_of_work import Store, UnitOfWork
from casestore.work.referral_lifecycle import State
from casestore.work.referrals import NO_ANSWER_AFTER, Referral
from tests.builders import MINUTE, NOW, a_case, a_paralegal

LATER = NOW + MINUTE
WORDING = "case.share@1"


class Referring:
    """One paralegal with one case and a referral of it."""

    def __init__(self, uow: UnitOfWork, *, name: str = "thandi") -> None:
        self.uow, self.staff_id = uow, a_paralegal(uow, name).id
        self.case = uow.cases.claim(a_case(uow).id, staff_id=self.staff_id, now=NOW)
        draft = {"service": "clinic", "shared": "Her name and number"}
        self.id = uow.referrals.draft(self.case.id, staff_id=self.staff_id, now=NOW, **draft)

    def says(self, given: bool) -> None:
        about = {"wording": WORDING, "language": "zu", "now": LATER}
        self.uow.referrals.note_consent(self.case.id, self.id, staff_id=self.staff_id, given=given, **about)

    def moves(self, to: str, **more: str) -> None:
        self.uow.referrals.move(self.case.id, self.id, staff_id=self.staff_id, to=to, now=LATER, **more)

    @property
    def now(self) -> Referral:
        return self.uow.referrals.of(self.case.id)[-1]

    @property
    def log(self) -> list[tuple[str, dict[str, object]]]:
        return [(entry.kind.id, entry.detail) for entry in self.uow.log.of(self.case.id)]


def test_to_tell_somebody_where_to_go_needs_no_consent(store: Store) -> None:
    with store.unit_of_work() as uow:
        staff_id = a_paralegal(uow).id
        case = uow.cases.claim(a_case(uow).id, staff_id=staff_id, now=NOW)
        uow.referrals.tell(case.id, staff_id=staff_id, service="clinic", now=LATER)
        assert uow.cases.by_reference(case.reference).status is Status.REFERRED
        [told] = uow.referrals.of(case.id)
        assert (told.kind, told.state, told.shared, told.may_be_sent) == ("told", State.SENT, "", True)
        assert told.consent is None
        uow.referrals.move(case.id, told.id, staff_id=staff_id, to="done", result="helped", now=LATER)
        assert uow.referrals.of(case.id)[0].result == "helped"


def test_a_person_is_told_of_several_services_and_of_each_once(store: Store) -> None:
    with store.unit_of_work() as uow:
        staff_id = a_paralegal(uow).id
        case = uow.cases.claim(a_case(uow).id, staff_id=staff_id, now=NOW)
        for service in ("clinic", "court"):
            uow.referrals.tell(case.id, staff_id=staff_id, service=service, now=LATER)
        with pytest.raises(NotValid, match="already"):
            uow.referrals.tell(case.id, staff_id=staff_id, service="clinic", now=LATER)
        assert [each.service for each in uow.referrals.of(case.id)] == ["clinic", "court"]
        assert [entry.kind.id for entry in uow.log.of(case.id)].count("referred") == 2


def test_details_cannot_be_sent_before_the_person_has_agreed(store: Store) -> None:
    with store.unit_of_work() as uow:
        referring = Referring(uow)
        with pytest.raises(ConsentMissing):
            referring.moves("sent")
        referring.says(False)
        with pytest.raises(ConsentMissing):
            referring.moves("sent")
        assert (referring.now.state, referring.now.consent, referring.now.may_be_sent) == (State.DRAFT, False, False)
        referring.says(True)
        referring.moves("sent")
        assert referring.now.times == {State.DRAFT: NOW, State.SENT: LATER}
        assert [kind for kind, _ in referring.log[2:]] == [
            "referral_begun",
            "referral_consent",
            "referral_consent",
            "referral_moved",
        ]


def test_the_answer_is_a_consent_with_its_wording_language_and_time(store: Store) -> None:
    with store.unit_of_work() as uow:
        referring = Referring(uow)
        referring.says(True)
        conversation = uow.conversations.get(referring.case.conversation_id or 0)
        [consent] = uow.consents.of(conversation.person_id)
    assert (consent.purpose, consent.given, consent.wording, consent.language) == (REFERRAL, True, WORDING, "zu")
    assert consent.at == LATER


def test_consent_to_one_referral_is_none_to_another(store: Store) -> None:
    with store.unit_of_work() as uow:
        referring = Referring(uow)
        referring.says(True)
        other = {"service": "court", "shared": "All of it"}
        second = uow.referrals.draft(referring.case.id, staff_id=referring.staff_id, now=LATER, **other)
        with pytest.raises(ConsentMissing):
            uow.referrals.move(referring.case.id, second, staff_id=referring.staff_id, to="sent", now=LATER)


def test_consent_that_was_taken_back_since_counts_no_more(store: Store) -> None:
    """Where the person says so of all referrals; a no to another service is no such word."""
    with store.unit_of_work() as uow:
        referring, about = Referring(uow), {"language": "en", "now": LATER, "wording": WORDING}
        referring.says(True)
        case, staff_id = referring.case, referring.staff_id
        other = uow.referrals.draft(case.id, staff_id=staff_id, service="court", shared="x", now=LATER)
        for _ in range(2):
            uow.referrals.note_consent(case.id, other, staff_id=staff_id, given=False, **about)
        assert uow.referrals.of(case.id)[0].may_be_sent
        person_id = uow.conversations.get(case.conversation_id or 0).person_id
        uow.consents.note(person_id, Consent(REFERRAL, False, "consent.taken_back@1", "en", LATER))
        assert (uow.referrals.of(case.id)[0].consent, uow.referrals.of(case.id)[0].may_be_sent) == (False, False)
        with pytest.raises(ConsentMissing):
            referring.moves("sent")
        referring.says(True)
        referring.moves("sent")


def test_danger_to_life_overrides_and_is_logged(store: Store) -> None:
    with store.unit_of_work() as uow:
        referring = Referring(uow)
        about = {"staff_id": referring.staff_id, "now": LATER}
        with pytest.raises(UnknownCode, match="danger_to_life, child_in_danger"):
            uow.referrals.override_consent(referring.case.id, referring.id, reason="hurry", **about)
        uow.referrals.override_consent(referring.case.id, referring.id, reason="danger_to_life", **about)
        referring.moves("sent")
        assert referring.now.override == "danger_to_life"
        assert ("referral_override", {"to": "clinic", "reason": "danger_to_life"}) in referring.log


def test_a_no_stands_against_a_reason_that_is_for_whoever_could_not_be_asked(store: Store) -> None:
    """Whether it was said before the reason was noted or after it."""
    with store.unit_of_work() as uow:
        referring = Referring(uow)
        about = {"staff_id": referring.staff_id, "reason": "danger_to_life", "now": LATER}
        uow.referrals.override_consent(referring.case.id, referring.id, **about)
        assert referring.now.may_be_sent
        referring.says(False)
        assert not referring.now.may_be_sent
        with pytest.raises(ConsentMissing):
            referring.moves("sent")
        with pytest.raises(NotAllowedNow, match="said no"):
            uow.referrals.override_consent(referring.case.id, referring.id, **about)
        referring.says(True)
        referring.moves("sent")


def test_a_duty_to_report_a_child_in_danger_goes_before_a_no(store: Store) -> None:
    with store.unit_of_work() as uow:
        referring = Referring(uow)
        about = {"staff_id": referring.staff_id, "reason": "child_in_danger", "now": LATER}
        referring.says(False)
        uow.referrals.override_consent(referring.case.id, referring.id, **about)
        referring.moves("sent")
        assert referring.now.consent is False
        assert ("referral_override", {"to": "clinic", "reason": "child_in_danger"}) in referring.log


def test_declined_and_done_need_their_codes(store: Store) -> None:
    with store.unit_of_work() as uow:
        referring = Referring(uow)
        referring.says(True)
        referring.moves("sent")
        with pytest.raises(UnknownCode, match="full, not_theirs"):
            referring.moves("declined")
        referring.moves("accepted")
        with pytest.raises(UnknownCode, match="helped, partly_helped"):
            referring.moves("done", result="splendid")
        referring.moves("done", result="helped")
        assert (referring.now.state, referring.now.result) == (State.DONE, "helped")
        with pytest.raises(NotAllowedNow):
            referring.moves("revoked")
        assert referring.log[-1] == ("referral_moved", {"to": "clinic", "state": "done", "result": "helped"})


def test_consent_is_not_noted_once_it_was_sent(store: Store) -> None:
    with store.unit_of_work() as uow:
        referring = Referring(uow)
        referring.says(True)
        referring.moves("sent")
        with pytest.raises(NotAllowedNow):
            referring.says(False)


def test_silence_is_noted_after_its_days_and_a_late_answer_still_counts(store: Store) -> None:
    with store.unit_of_work() as uow:
        referring = Referring(uow)
        referring.says(True)
        referring.moves("sent")
        assert uow.referrals.note_silence(now=LATER + NO_ANSWER_AFTER - timedelta(seconds=1)) == 0
        assert uow.referrals.note_silence(now=LATER + NO_ANSWER_AFTER) == 1
        assert uow.referrals.note_silence(now=LATER + NO_ANSWER_AFTER) == 0
        assert [each.id for each in uow.referrals.unanswered(staff_id=referring.staff_id)] == [referring.id]
        referring.moves("accepted")
        assert uow.referrals.unanswered(staff_id=referring.staff_id) == []


def test_the_days_run_anew_from_the_day_it_was_received_and_not_for_who_was_only_told(store: Store) -> None:
    with store.unit_of_work() as uow:
        referring = Referring(uow)
        referring.says(True)
        referring.moves("sent")
        received = LATER + timedelta(days=10)
        about = {"staff_id": referring.staff_id, "now": received}
        uow.referrals.move(referring.case.id, referring.id, to="received", **about)
        uow.referrals.tell(referring.case.id, staff_id=referring.staff_id, service="court", now=LATER)
        assert uow.referrals.note_silence(now=LATER + NO_ANSWER_AFTER) == 0
        assert uow.referrals.note_silence(now=received + NO_ANSWER_AFTER) == 1


def test_only_the_holder_refers_and_only_their_own_referrals(store: Store) -> None:
    with store.unit_of_work() as uow:
        referring, other = Referring(uow), Referring(uow, name="sipho")
        with pytest.raises(NotYours):
            uow.referrals.move(referring.case.id, referring.id, staff_id=other.staff_id, to="revoked", now=LATER)
        with pytest.raises(CaseNotFound):
            uow.referrals.move(other.case.id, referring.id, staff_id=other.staff_id, to="revoked", now=LATER)


def test_a_closed_case_is_not_referred_and_what_is_told_has_words(store: Store) -> None:
    with store.unit_of_work() as uow:
        referring = Referring(uow)
        about = {"staff_id": referring.staff_id, "now": LATER, "service": "court"}
        for words in (" ", "x" * 2_001):
            with pytest.raises(NotValid, match="1 to 2,000"):
                uow.referrals.draft(referring.case.id, shared=words, **about)
        uow.cases.close(referring.case.id, staff_id=referring.staff_id, outcome="resolved", note="", now=LATER)
        with pytest.raises(NotAllowedNow):
            uow.referrals.draft(referring.case.id, shared="x", **about)
