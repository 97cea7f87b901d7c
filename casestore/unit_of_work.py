"""One transaction: the only place that commits."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.exc import DatabaseError, DBAPIError, InterfaceError, OperationalError, StatementError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from casestore.access import Viewer, see_as
from casestore.attachments import AttachmentFiles, Attachments
from casestore.backup.backups import Backups
from casestore.case_issues import CaseIssues
from casestore.cases import Cases
from casestore.community_problems import CommunityProblems
from casestore.conflicts import Conflicts
from casestore.conversations import Conversations
from casestore.database import forget_deleted, unavailable
from casestore.errors import StoreError, StoreUnavailable
from casestore.glass import Glass
from casestore.handover import Handover
from casestore.imports import Imports
from casestore.inbox import Inbox
from casestore.key_use import KeyUse
from casestore.keys.encryption import Keyring, Keys
from casestore.labels import Labels
from casestore.log.anchors import Anchors
from casestore.log.case_log import CaseLog
from casestore.messages import Messages
from casestore.office_terms import OfficeTerms
from casestore.offices import Offices
from casestore.outbox import Outbox
from casestore.people import People
from casestore.privacy.consent import Consents
from casestore.privacy.erasure import Erasure
from casestore.privacy.residences import Residences
from casestore.privacy.safe_contact import SafeContact
from casestore.queue import Queue
from casestore.records import Records
from casestore.respondents import Respondents
from casestore.skills import StaffSkills
from casestore.staff import Staff
from casestore.supporters import Supporters
from casestore.terms import Terms, plain_terms
from casestore.work.agenda import Agenda
from casestore.work.efforts import Efforts
from casestore.work.follow_ups import FollowUps
from casestore.work.outcomes import Outcomes
from casestore.work.referrals import Referrals
from casestore.work.shares import Shares


class UnitOfWork:
    """What one transaction can reach. Rows never leave it; what does is frozen values."""

    def __init__(self, session: Session, keyring: Keyring, files: AttachmentFiles, terms: Terms) -> None:
        self.session = session
        self.people = People(session, keyring)
        self.conversations = Conversations(session, keyring, self.people)
        self.inbox = Inbox(session, self.people)
        self.messages = Messages(session, self.people)
        self.safe_contact = SafeContact(session)
        self.outbox = Outbox(session, keyring, self.safe_contact)
        self.log = CaseLog(session, self.people, keyring)
        self.consents = Consents(session, self.log)
        self.terms = OfficeTerms(session, terms, self.log)
        self.case_issues = CaseIssues(session)
        self.labels = Labels(session, self.log, self.case_issues)
        self.records = Records(session, self.log)
        self.respondents = Respondents(session, keyring)
        self.supporters = Supporters(session, self.people)
        self.residences = Residences(session, self.people, self.log, self.records)
        self.community_problems = CommunityProblems(session, keyring, self.log)
        self.agenda = Agenda(session, self.people, self.log)
        self.skills = StaffSkills(session, terms)
        self.cases = Cases(
            session,
            self.people,
            self.log,
            self.labels,
            self.case_issues,
            self.records,
            self.respondents,
            self.supporters,
            self.agenda,
            self.skills,
            self.terms,
        )
        self.referrals = Referrals(session, self.people, self.consents, self.cases, self.log)
        self.follow_ups = FollowUps(session, self.consents, self.log)
        self.outcomes = Outcomes(session, self.cases, self.follow_ups, self.log)
        self.efforts = Efforts(session, self.log)
        self.attachments = Attachments(session, self.people, files)
        self.offices = Offices(session, self.log)
        self.shares = Shares(session, self.offices, self.consents, self.cases, self.log)
        self.staff = Staff(session, keyring, self.log)
        self.backups = Backups(session)
        self.anchors = Anchors(session, self.log, keyring)
        self.imports = Imports(
            session,
            keyring,
            self.people,
            self.conversations,
            self.messages,
            self.consents,
            self.cases,
            self.respondents,
            self.supporters,
            self.log,
        )
        self.conflicts = Conflicts(session, keyring, self.log)
        self.queue = Queue(session, self.cases, self.log, self.skills, self.conflicts, self.terms)
        self.handover = Handover(session, self.cases, self.log, self.staff, self.skills, self.terms)
        self.key_use = KeyUse(session, keyring)
        self.glass = Glass(session, self.people, self.log)
        self.erasure = Erasure(session, self.people, self.consents, self.respondents, self.attachments, self.log)

    def notify(self, conversation_id: int | None, text: str, *, now: datetime) -> bool:
        """Writes a notice of ours into a chat and queues it; False when the person cannot be reached."""
        if conversation_id is None:
            return False
        conversation = self.conversations.get(conversation_id)
        if not conversation.reachable:
            return False
        message_id = self.messages.add(conversation, "bot", text, now=now)
        self.outbox.put(
            channel=conversation.channel,
            address=conversation.address,
            text=text,
            dedupe=f"notice:{message_id}",
            now=now,
            conversation_id=conversation.id,
            message_id=message_id,
        )
        return True


class Store:
    """The database, the keys and the attachment files; with a `viewer`, only what is there for them."""

    def __init__(
        self,
        engine: Engine,
        keys: Keys,
        files: AttachmentFiles,
        viewer: Viewer | None = None,
        terms: Terms | None = None,
    ) -> None:
        self.engine = engine
        self.keys = keys
        self.files = files
        self.terms = terms or plain_terms()
        self._viewer = viewer
        self._reading_engine = engine.execution_options(reading=True)

    def seen_by(self, viewer: Viewer) -> "Store":
        """The same store, as far as somebody at the desk reaches."""
        return Store(self.engine, self.keys, self.files, viewer, self.terms)

    @property
    def keyring(self) -> Keyring:
        """The office's keys as they are now."""
        return self.keys.latest()

    @contextmanager
    def unit_of_work(self) -> Iterator[UnitOfWork]:
        """Commits on leaving, rolls back on any error.

        Raises StoreUnavailable when the database is locked, full or gone.
        """
        with self._guarded(), Session(self.engine, expire_on_commit=False) as session:
            self._look(session)
            keyring = self.keyring
            uow = UnitOfWork(session, keyring, self.files, self.terms)
            try:
                yield uow
                self._check_not_retired(keyring)
            except BaseException:
                uow.attachments.discard_written()
                raise
            session.commit()
            uow.attachments.discard_forgotten()
            if uow.erasure.done:
                forget_deleted(self.engine)

    @contextmanager
    def reading(self) -> Iterator[UnitOfWork]:
        """A look without a commit; on SQLite it blocks no writer."""
        with self._guarded(), Session(self._reading_engine) as session:
            self._look(session)
            yield UnitOfWork(session, self.keyring, self.files, self.terms)
            session.rollback()

    def _look(self, session: Session) -> None:
        if self._viewer is not None:
            see_as(session, self._viewer)

    def _check_not_retired(self, keyring: Keyring) -> None:
        """What was sealed with a key that has been retired meanwhile could never be opened: it is done again."""
        if keyring.current not in self.keyring.keys:
            raise StoreUnavailable("the office's keys were changed meanwhile: try again")

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        try:
            yield
        except (OperationalError, InterfaceError, PoolTimeout) as error:
            raise unavailable(error) from None
        except DBAPIError as error:
            if error.connection_invalidated or type(error) is DatabaseError:  # the latter: the file is damaged
                raise unavailable(error) from None
            raise
        except StatementError as error:
            if isinstance(error.orig, StoreError):  # a column refused its value: that is what there is to tell
                raise error.orig from None
            raise
