"""The code book: every column of the record, what it holds and means, made from the tables and the code lists."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import JSON, Boolean, Date, Float, Integer, LargeBinary
from sqlalchemy import Column as TableColumn
from sqlalchemy.types import TypeEngine

from casestore.codes.code_lists import LISTS, CodeList
from casestore.codes.coded import Coded, CodedList
from casestore.tables import Base, UtcDateTime


@dataclass(frozen=True, slots=True)
class Described:
    """What a table is about and what each column means.

    `lists` names the code list of columns whose type does not say it: lists of the content, such as the issues.
    """

    title: str
    columns: dict[str, str]
    lists: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `kind` is what it holds, in words; `codes` the id of its code list, or empty."""

    name: str
    kind: str
    meaning: str
    codes: str
    optional: bool


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the record."""

    id: str
    title: str
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class CodeBook:
    """All tables of the record, and all code lists that they use."""

    tables: tuple[Table, ...]
    lists: tuple[CodeList, ...]


RECORD: dict[str, Described] = {
    "cases": Described(
        "A case: one problem of one person, or several that belong together",
        {
            "id": "number in this database, never shown",
            "reference": "what the person and the office call it",
            "person_id": "random id of the person, the same in all their cases; empty once they are erased",
            "conversation_id": "where it was told; empty once the person is erased",
            "office_id": "the office whose case it is",
            "status": "where it stands",
            "jurisdiction": "whose law holds: the id of a law pack",
            "place": "province or region",
            "language": "the language it was told in (ISO 639-1)",
            "issue": "primary issue: what the person asks about first",
            "issues": "primary and secondary issues, the primary one first",
            "flags": "dangers that were heard",
            "urgency": "how soon somebody must act",
            "urgency_rank": "the same as a number, 0 emergency to 3 routine",
            "due": "the nearest deadline",
            "versions": "script, model, taxonomy and law pack that judged",
            "assessment_sealed": "the assessment with reasons, which quotes the person",
            "opened_at": "when it was opened",
            "waiting_since": "since when the person waits for the office; empty while nobody waits",
            "claimed_by": "the paralegal who holds it",
            "claimed_at": "since when",
            "answered_at": "when a paralegal last answered",
            "closed_at": "when it ended",
            "outcome": "how it ended",
            "note_sealed": "the paralegal's closing note",
            "queue_band": "its band in the queue: 0 danger now, 1 other danger, 2 none",
            "queue_at": "its place in the band: the moment by which it wants to be taken",
            "answer_due": "by when an answer is promised; empty while nobody waits",
            "warn_at": "when the next warning is due",
            "warned": "the last warning: how much of the time until the answer is due had passed, in per cent",
            "first_answered_at": "when a paralegal first answered",
            "first_answer_late": "whether that was later than promised",
            "lease_until": "when it goes back to the queue unless its paralegal does something",
            "name_told": "whether the person was told who holds it",
            "last_held_by": "the paralegal who held it before",
            "returned_at": "when it went back to the queue by itself",
            "merged_into": "the case it was joined with",
        },
        {"status": "status", "place": "place", "issue": "issue", "issues": "issue", "flags": "flag"}
        | {"urgency": "urgency", "outcome": "outcome"},
    ),
    "case_records": Described(
        "What a case is about besides its issues; everything but the first three may be empty: nobody has said",
        {
            "case_id": "the case",
            "record_type": "whom it is about",
            "first_contact": "how the person first came to us",
            "reported_on": "when the office first heard of it",
            "event_on": "when it happened or began: the first day of its week, month or year where no more is known",
            "event_precision": "how exactly that day is known",
            "amount_minor": "the amount at stake, in the smallest unit of its currency (cents, pence)",
            "amount_currency": "its currency (ISO 4217)",
            "amount_period": "how often it comes again",
            "adults": "adults in the household, the person among them",
            "children": "children under 18 in the household",
            "people_affected": "how many people the problem touches, beyond the household too",
            "settlement": "what kind of place it is",
            "tried": "whom the person turned to before us; an empty list is nobody",
            "reason_none": "why they turned to nobody",
            "gender": "gender, in the person's own words",
            "age_band": "age when the case was worked",
            "disability": "the greatest difficulty the person has with six everyday things",
        },
    ),
    "case_issues": Described(
        "The issues of a case and who says so; which is the primary one, the case itself says",
        {
            "id": "number, in the order they were said",
            "case_id": "the case",
            "issue": "the issue",
            "source": "who said so",
            "confidence": "the model's probability, where the model was asked",
            "at": "when",
        },
        {"issue": "issue"},
    ),
    "respondents": Described(
        "Somebody or something that people have a dispute with, once in an office",
        {
            "id": "number of the respondent",
            "office_id": "whose records it belongs to",
            "kind": "what it mostly is",
            "is_person": "whether it is a natural person, whose names are sealed",
            "added_at": "when it was first named",
        },
    ),
    "respondent_names": Described(
        "Every name that somebody wrote down for a respondent",
        {
            "id": "number, in the order they were written down",
            "office_id": "whose records it belongs to",
            "respondent_id": "the respondent",
            "main": "whether it is the name that is shown",
            "name": "the name of an organisation",
            "folded": "the same without case, punctuation and company suffix: one organisation in an office",
            "name_sealed": "the name of a natural person",
            "name_index": "a keyed digest of the folded name of a natural person, to find it again",
        },
    ),
    "case_respondents": Described(
        "The other side of a case",
        {
            "id": "number, in the order they were told",
            "case_id": "the case",
            "respondent_id": "who it is; empty where nobody was named, and, if it was a person, once ours is erased",
            "kind": "what they are in this case",
            "relationship": "what the person is to them",
            "source": "who said so",
            "at": "when it was noted",
        },
    ),
    "supporters": Described(
        "Those who write or speak for the person",
        {
            "id": "number, in the order they were told",
            "case_id": "the case",
            "relation": "what they are to the person",
            "person_knows": "whether the person knows that they write",
            "name_sealed": "their name",
            "at": "when it was noted",
        },
    ),
    "residences": Described(
        "Right to stay and identity document: sealed, every look logged, in no statistics and no export",
        {
            "person_id": "the person",
            "residence_sealed": "a code of the list residence",
            "document_sealed": "a code of the list identity_document",
        },
        {"residence_sealed": "residence", "document_sealed": "identity_document"},
    ),
    "community_problems": Described(
        "A problem of many, above cases",
        {
            "id": "number of the problem",
            "office_id": "the office that follows it",
            "reference": "what the office calls it",
            "jurisdiction": "whose law holds: the id of a law pack",
            "place": "province or region",
            "issue": "what it is about",
            "respondent_id": "the other side",
            "status": "where it stands",
            "people_affected": "how many people it touches, as far as anybody knows",
            "description_sealed": "what the office says of it, sealed with the office's key",
            "opened_by": "the paralegal who opened it",
            "opened_at": "when",
            "watched_until": "the last day of the monitoring period",
            "closed_at": "when it was resolved or closed",
        },
        {"place": "place", "issue": "issue"},
    ),
    "community_problem_cases": Described(
        "A case that belongs to a problem of many",
        {
            "id": "number, in the order they were linked",
            "problem_id": "the problem",
            "case_id": "the case",
            "linked_by": "the paralegal who linked it",
            "at": "when",
        },
    ),
    "case_shares": Described(
        "A case that a partner organisation may see",
        {
            "case_id": "the case",
            "office_id": "the partner organisation",
            "at": "since when",
            "consent_id": "the record of the person's yes, without which nothing is seen",
        },
    ),
    "labels": Described(
        "Which issue a case is about, as the machine and the desk said, one after the other",
        {
            "id": "number, later ones are newer",
            "case_id": "the case",
            "issue": "the issue that was said",
            "actor": "who said so: `bot`, or `staff:` with a number",
            "model": "the fingerprint of the model that judged",
            "at": "when",
        },
        {"issue": "issue"},
    ),
    "case_log": Described(
        "What happened to a case, or in an office, line by line, each holding on to the one before",
        {
            "id": "number, later ones are newer",
            "case_id": "the number of the case, also after it was erased; empty for what belongs to the office itself",
            "office_id": "the office it happened in",
            "seq": "the place of the line in the chain of its case or office: 1, 2, 3 …",
            "kind": "what happened: `doorstep log-events` lists it",
            "actor": "who did it: `person`, `bot`, `operator`, or `staff:` with a number",
            "detail": "codes that belong to it, where no person is concerned",
            "detail_sealed": "the same, sealed with the key of the person",
            "at": "when",
            "mac": "proves this line and all before it",
        },
    ),
    "log_anchors": Described(
        "What every chain of an office had come to, once a day",
        {
            "office_id": "the office",
            "number": "1, 2, 3 … within the office",
            "at": "when it was made",
            "up_to": "the newest line there was",
            "heads": "how many chains had gone on since the anchor before",
            "digest": "proves those chains and the anchor before",
        },
    ),
    "log_heads": Described(
        "The newest line of a chain when an anchor was made",
        {
            "office_id": "the office",
            "number": "the anchor",
            "place": "1, 2, 3 … within the anchor",
            "case_id": "the case; empty for the office's own chain",
            "seq": "its newest line",
            "mac": "the proof of that line",
        },
    ),
    "agenda": Described(
        "What must be done for a case by a day",
        {
            "id": "number in this database",
            "case_id": "the case",
            "kind": "deadline or task",
            "code": "which limit of the law pack it is; empty where somebody at the desk wrote it",
            "owner": "who must do it",
            "state": "where it stands",
            "due": "by which day",
            "source": "the law it rests on",
            "what_sealed": "what must be done, and how the day was counted",
            "made_by": "who noted it: `bot`, or `staff:` with a number",
            "made_at": "when",
            "settled_at": "when it was met, missed or became void; empty while it is open",
        },
    ),
    "referrals": Described(
        "A referral to a service, with the time of each state it reached",
        {
            "id": "number in this database",
            "case_id": "the case",
            "service": "id of the service in the directory, or of a contact of the law pack",
            "kind": "whether details of the person go there",
            "state": "where it stands",
            "reason": "why the service declined",
            "result": "what came of it",
            "shared_sealed": "what the service is told",
            "consent_id": "the person's answer about this referral; empty before they were asked, and once erased",
            "override": "why it went out without consent",
            "made_by": "the paralegal who began it",
            **{f"{state}_at": f"when it became `{state}`" for state in LISTS["referral_state"].titles},
        },
    ),
    "outcomes": Described(
        "How a case ended; a case that is opened again keeps the earlier ones",
        {
            "id": "number, later ones are newer",
            "case_id": "the case",
            "code": "how it ended",
            "how": "how it came to that",
            "mechanism": "who or what brought it about",
            "mechanisms_used": "what else was used while the office helped",
            "service_level": "the most that the office did",
            "benefit": "the main thing the person gained",
            "recovered_lump": "money back, once, in the smallest unit of its currency",
            "recovered_monthly": "more money every month, in the same unit",
            "costs_avoided": "costs or debt avoided, in the same unit",
            "currency": "its currency (ISO 4217)",
            "confirmed_by": "how the office knows",
            "closed_at": "when the case was closed",
        },
    ),
    "efforts": Described(
        "Time and money that somebody at the desk spent on a case",
        {
            "id": "number in this database",
            "case_id": "the case",
            "staff_id": "who",
            "role": "their role at that time",
            "activity": "on what",
            "minutes": "minutes",
            "travel_cost": "travel, in the smallest unit of its currency",
            "out_of_pocket": "paid out of pocket, in the same unit",
            "currency": "its currency (ISO 4217)",
            "at": "when it was noted",
        },
    ),
    "follow_ups": Described(
        "What the person said some time after the end of their case",
        {
            "id": "number in this database",
            "case_id": "the case",
            "outcome_id": "the outcome it asks about",
            "days": "how many days after the case was closed",
            "state": "where it stands",
            "due": "from which day the person is to be asked",
            "still_holds": "whether what was reached still holds",
            "fair": "whether it ended fairly, as the person sees it",
            "alone": "whether they would have managed without help",
            "asked_by": "who asked: `staff:` with a number",
            "answered_at": "when the answer was noted",
        },
    ),
    "imports": Described(
        "A case or a person that came from the office's earlier records",
        {
            "id": "number in this database",
            "source_index": "a keyed digest of the row it came from, so that it comes once",
            "person_id": "the person; empty in the line of a case, and once they are erased",
            "case_id": "the case; empty in the line of a person, and once it is erased",
            "at": "when it came",
        },
    ),
    "broken_glass": Described(
        "Who opened a case that was not theirs, for an hour",
        {
            "id": "number, later ones are newer",
            "case_id": "the case",
            "staff_id": "who opened it",
            "reason": "why: danger, deadline, stand_in, complaint or other",
            "words_sealed": "why, in their words, sealed with the key of the person",
            "at": "when",
            "until": "until when it was open to them",
        },
    ),
    "consents": Described(
        "What a person agreed to, or did not",
        {
            "id": "number, later ones count",
            "person_id": "the person",
            "purpose": "for what",
            "given": "whether they agreed",
            "wording": "the sentence they answered, with its version",
            "language": "the language it was asked in (ISO 639-1)",
            "at": "when",
            "by": "who noted it: `person`, or `staff:` with a number",
            "office_id": "the partner organisation it is about",
        },
        {"purpose": "consent_purpose"},
    ),
}

# What a column of that type holds, in words; the first that fits counts.
_KINDS: tuple[tuple[type[TypeEngine[Any]], str], ...] = (
    (Coded, "code"),
    (CodedList, "codes"),
    (UtcDateTime, "time (UTC)"),
    (Date, "day"),
    (Boolean, "yes or no"),
    (Integer, "number"),
    (Float, "share, 0 to 1"),
    (JSON, "JSON"),
    (LargeBinary, "bytes"),
)


def code_book(content: Iterable[CodeList] = ()) -> CodeBook:
    """The code book of this version; `content` are the lists that come with the content: issues and places.

    Only lists that a column uses are in it.
    """
    tables = tuple(
        Table(id_, about.title, tuple(_column(about, column) for column in Base.metadata.tables[id_].columns))
        for id_, about in RECORD.items()
    )
    used = {column.codes for table in tables for column in table.columns}
    every = {**LISTS, **{each.id: each for each in content}}
    return CodeBook(tables, tuple(each for id_, each in every.items() if id_ in used))


def _column(about: Described, column: "TableColumn[object]") -> Column:
    list_id = column.type.list_id if isinstance(column.type, Coded | CodedList) else about.lists.get(column.name, "")
    meaning = about.columns.get(column.name, "")
    return Column(column.name, _kind(column, list_id), meaning, list_id, optional=bool(column.nullable))


def _kind(column: "TableColumn[object]", list_id: str) -> str:
    if column.name.endswith("_sealed"):
        return "sealed code" if list_id else "sealed"
    kind = next((words for type_, words in _KINDS if isinstance(column.type, type_)), "text")
    return {"text": "code", "JSON": "codes"}.get(kind, kind) if list_id else kind
