"""Respondents: who people have disputes with, each once, under all the names that somebody wrote down for them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, func, select, update
from sqlalchemy.orm import Session

from casestore.access import BY_NUMBER
from casestore.codes.code_lists import LISTS
from casestore.database import insert_once
from casestore.errors import NameTaken
from casestore.keys.encryption import Keyring
from casestore.keys.folding import folded, tidy
from casestore.tables import CaseRespondentRow, CaseRow, CommunityProblemRow, RespondentNameRow, RespondentRow

NAME = "respondent_names.name"


@dataclass(frozen=True, slots=True)
class Respondent:
    """One respondent. `names` begins with the main one."""

    id: int
    office_id: int
    kind: str
    is_person: bool
    names: tuple[str, ...]

    @property
    def name(self) -> str:
        """The main name."""
        return self.names[0]


@dataclass(frozen=True, slots=True)
class OtherSide:
    """The other side of one case; without a name where nobody has said who it is. `source`: who said so."""

    id: int
    kind: str
    relationship: str | None
    source: str
    respondent: Respondent | None


@dataclass(frozen=True, slots=True)
class Heard:
    """What a conversation told of the other side; `organisation` is its name where that was said."""

    kind: str
    relationship: str | None = None
    organisation: str = ""
    source: str = "person"


class Respondents:
    """Finds, adds and joins respondents, and says who is the other side of a case.

    An organisation is known by its name: the same folded name is the same organisation. Two people may have one name:
    whoever writes it down says whether it is somebody who is known already.
    """

    def __init__(self, session: Session, keyring: Keyring) -> None:
        self._session = session
        self._keyring = keyring

    def organisation(self, office_id: int, name: str, *, kind: str, now: datetime) -> int:
        """The id of an office's organisation of that name, new if need be; two who add it at once add one.

        Raises ValueError for a name without a letter or a number.
        """
        key = folded(name)
        found = self._named(office_id, key)
        if found is None:
            row = self._add(office_id, kind, is_person=False, now=now)
            if self._add_in_clear(row, name, key, main=True):
                return row.id
            self._session.delete(row)
            found = self._named(office_id, key)
        if found is None:  # pragma: no cover - the name was just there
            raise LookupError("the respondent just found is not there")
        return found

    def person(self, office_id: int, name: str, *, kind: str, now: datetime) -> int:
        """The id of a new natural person of that name in an office; look before among `people_named`."""
        key = folded(name)
        row = self._add(office_id, kind, is_person=True, now=now)
        self._add_sealed(row, name, key, main=True)
        return row.id

    def people_named(self, office_id: int, name: str) -> list[Respondent]:
        """The natural persons in the records of an office who have that name, or one that folds to the same."""
        named = select(RespondentNameRow.respondent_id).where(
            RespondentNameRow.office_id == office_id, RespondentNameRow.name_index == self._index(folded(name))
        )
        return self._described(RespondentRow.id.in_(named))

    def get(self, respondent_id: int) -> Respondent:
        """The respondent with that id; raises LookupError."""
        for found in self._described(RespondentRow.id == respondent_id):
            return found
        raise LookupError("there is no such respondent")

    def organisations(self) -> list[Respondent]:
        """Every organisation, by name. Natural persons are found through their cases alone."""
        found = self._described(RespondentRow.is_person.is_(False))
        return sorted(found, key=lambda each: each.name.casefold())

    def cases_of(self, ids: Collection[int]) -> dict[int, int]:
        """In how many cases each of those is the other side, of the cases that are there for whoever looks.

        Cases that were joined are one.
        """
        counted = self._session.execute(
            select(CaseRespondentRow.respondent_id, func.count(func.distinct(CaseRow.id)))
            .join(CaseRow, CaseRow.id == CaseRespondentRow.case_id)
            .where(CaseRespondentRow.respondent_id.in_(ids), CaseRow.merged_into.is_(None))
            .group_by(CaseRespondentRow.respondent_id),
            execution_options=BY_NUMBER,
        )
        return dict.fromkeys(ids, 0) | {id_: count for id_, count in counted if id_ is not None}

    def add_name(self, respondent_id: int, name: str) -> None:
        """One more name of a respondent; raises NameTaken when it is another organisation's, ValueError for no name."""
        row, key = self._session.get_one(RespondentRow, respondent_id), folded(name)
        if row.is_person:
            known = select(RespondentNameRow.id).where(
                RespondentNameRow.respondent_id == row.id, RespondentNameRow.name_index == self._index(key)
            )
            if self._session.scalar(known) is None:
                self._add_sealed(row, name, key, main=False)
        elif not self._add_in_clear(row, name, key, main=False) and self._named(row.office_id, key) != row.id:
            raise NameTaken("that name is already another organisation's: join the two instead")

    def join(self, kept_id: int, other_id: int) -> None:
        """Somebody found that the two are one: names, cases and problems of the other become the kept one's.

        Raises NameTaken when one is a natural person and the other is not, or they are of two offices.
        """
        kept, other = (self._session.get_one(RespondentRow, id_) for id_ in (kept_id, other_id))
        if kept.id == other.id:
            return
        if (kept.is_person, kept.office_id) != (other.is_person, other.office_id):
            raise NameTaken("a person and an organisation are never one, nor respondents of two offices")
        for table, values in (
            (RespondentNameRow, {"respondent_id": kept.id, "main": False}),
            (CaseRespondentRow, {"respondent_id": kept.id}),
            (CommunityProblemRow, {"respondent_id": kept.id}),
        ):
            self._session.execute(update(table).where(table.respondent_id == other.id).values(**values))
        self._session.delete(other)
        self._session.flush()

    def of_case(self, case_id: int) -> list[OtherSide]:
        """The other sides of a case, the first one first."""
        rows = self._session.scalars(
            select(CaseRespondentRow).where(CaseRespondentRow.case_id == case_id).order_by(CaseRespondentRow.id)
        ).all()
        ids = {row.respondent_id for row in rows}
        known = {each.id: each for each in self._described(RespondentRow.id.in_(ids - {None}))}
        return [
            OtherSide(row.id, row.kind, row.relationship, row.source, known.get(row.respondent_id or 0)) for row in rows
        ]

    def put(
        self,
        case_id: int,
        *,
        kind: str,
        relationship: str | None,
        respondent_id: int | None,
        now: datetime,
        id_: int | None = None,
        source: str = "worker",
    ) -> int:
        """Notes the other side of a case, or changes what was noted as `id_`; returns its number."""
        row = None if id_ is None else self._session.get(CaseRespondentRow, id_)
        if row is None or row.case_id != case_id:
            row = CaseRespondentRow(case_id=case_id, at=now)
            self._session.add(row)
        before = row.respondent_id
        row.kind, row.relationship, row.respondent_id, row.source = kind, relationship, respondent_id, source
        self._session.flush()
        if before is not None and before != respondent_id:
            self.forget_unused([before])
        return row.id

    def take_off(self, case_id: int, id_: int) -> None:
        """That was not the other side of this case after all."""
        row = self._session.get(CaseRespondentRow, id_)
        if row is not None and row.case_id == case_id:
            self._session.delete(row)
            self._session.flush()
            self.forget_unused([row.respondent_id or 0])

    def note_heard(self, office_id: int, case_id: int, heard: Iterable[Heard], *, now: datetime) -> None:
        """What the conversation heard of the other side of a case of that office.

        What is known already is not noted twice: a kind alone adds nothing to a case that has somebody of that kind,
        and a name is given to whoever of its kind has none yet.
        """
        for each in heard:
            known = self.of_case(case_id)
            id_ = (
                self.organisation(office_id, each.organisation, kind=each.kind, now=now) if each.organisation else None
            )
            same_kind = [side for side in known if side.kind == each.kind]
            if (id_ is None and same_kind) or any(side.respondent and side.respondent.id == id_ for side in known):
                continue
            unnamed = next((side for side in same_kind if side.respondent is None), None)
            relationship = each.relationship or (unnamed.relationship if unnamed else None)
            self.put(
                case_id,
                kind=each.kind,
                relationship=relationship,
                respondent_id=id_,
                now=now,
                id_=unnamed.id if unnamed else None,
                source=each.source,
            )

    def copy(self, from_: int, to: int, *, now: datetime) -> None:
        """Whoever is the other side of one case is that of another too; nobody twice."""
        known = {(each.kind, each.respondent and each.respondent.id) for each in self.of_case(to)}
        for each in self.of_case(from_):
            id_ = each.respondent.id if each.respondent else None
            if (each.kind, id_) not in known:
                self.put(
                    to,
                    kind=each.kind,
                    relationship=each.relationship,
                    respondent_id=id_,
                    now=now,
                    source=each.source,
                )

    def leave_office(self, case_id: int) -> None:
        """The case goes to another office: what the other side is goes with it, their names stay with this one."""
        named = [each.respondent.id for each in self.of_case(case_id) if each.respondent]
        theirs = update(CaseRespondentRow).where(CaseRespondentRow.case_id == case_id)
        self._session.execute(theirs.values(respondent_id=None))
        self.forget_unused(named)

    def people_of(self, cases: Select[int]) -> list[int]:
        """The ids of the natural persons who are the other side of those cases."""
        sides = select(CaseRespondentRow.respondent_id).where(CaseRespondentRow.case_id.in_(cases))
        return list(
            self._session.scalars(select(RespondentRow.id).where(RespondentRow.is_person, RespondentRow.id.in_(sides)))
        )

    def forget_unused(self, ids: Collection[int]) -> None:
        """Natural persons among those who are nobody's other side any more are not kept."""
        used = select(CaseRespondentRow.id).where(CaseRespondentRow.respondent_id == RespondentRow.id)
        above = select(CommunityProblemRow.id).where(CommunityProblemRow.respondent_id == RespondentRow.id)
        unused = (RespondentRow.id.in_(ids), RespondentRow.is_person, ~used.exists(), ~above.exists())
        self._session.execute(delete(RespondentRow).where(*unused))

    def _add(self, office_id: int, kind: str, *, is_person: bool, now: datetime) -> RespondentRow:
        kind = LISTS["respondent_kind"].check(kind)
        row = RespondentRow(office_id=office_id, kind=kind, is_person=is_person, added_at=now)
        self._session.add(row)
        self._session.flush()
        return row

    def _add_in_clear(self, row: RespondentRow, name: str, key: str, *, main: bool) -> bool:
        values: dict[str, Any] = {"respondent_id": row.id, "main": main, "name": tidy(name), "folded": key}
        unique = ("office_id", "folded")
        return insert_once(self._session, RespondentNameRow, key=unique, office_id=row.office_id, **values)

    def _add_sealed(self, row: RespondentRow, name: str, key: str, *, main: bool) -> None:
        sealed, index = self._keyring.office_box().seal(tidy(name), NAME), self._index(key)
        owner = {"office_id": row.office_id, "respondent_id": row.id}
        self._session.add(RespondentNameRow(**owner, main=main, name_sealed=sealed, name_index=index))
        self._session.flush()

    def _index(self, key: str) -> str:
        return self._keyring.blind_index("respondent", key)

    def _named(self, office_id: int, key: str) -> int | None:
        found = select(RespondentNameRow.respondent_id).where(
            RespondentNameRow.office_id == office_id, RespondentNameRow.folded == key
        )
        return self._session.scalar(found)

    def _described(self, condition: ColumnElement[bool]) -> list[Respondent]:
        rows = self._session.scalars(select(RespondentRow).where(condition).order_by(RespondentRow.id)).all()
        names: dict[int, list[str]] = {row.id: [] for row in rows}
        for name in self._session.scalars(
            select(RespondentNameRow)
            .where(RespondentNameRow.respondent_id.in_(names))
            .order_by(RespondentNameRow.main.desc(), RespondentNameRow.id)
        ):
            names[name.respondent_id].append(self._shown(name))
        return [Respondent(row.id, row.office_id, row.kind, row.is_person, tuple(names[row.id])) for row in rows]

    def _shown(self, row: RespondentNameRow) -> str:
        if row.name_sealed is None:
            return row.name or ""
        return self._keyring.open_office(row.name_sealed, NAME).decode("utf-8", "surrogatepass")
