"""The end of what chats have in common: cases that were joined as one person's each go on in a chat of their own."""

from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from casestore.log.case_log import CaseLog
from casestore.tables import CaseRow, ConversationRow


def part(session: Session, log: CaseLog, person_id: str, *, actor: str, now: datetime) -> None:
    """No case of another chat is joined with one of that person's any more; the logs of the others' cases say so.

    What was copied from one to the other when they were joined stays.
    """
    own = select(func.coalesce(CaseRow.merged_into, CaseRow.id)).where(CaseRow.person_id == person_id)
    kept_ids = session.scalars(own).all()
    together = or_(CaseRow.id.in_(kept_ids), CaseRow.merged_into.in_(kept_ids))
    rows = {row.id: row for row in session.scalars(select(CaseRow).where(together).with_for_update(key_share=True))}
    people = {row.person_id for row in rows.values()}
    if people <= {person_id}:
        return
    chats = select(ConversationRow.person_id, ConversationRow.id).where(ConversationRow.person_id.in_(people))
    chat_of = {each.person_id: each.id for each in session.execute(chats)}
    for row in rows.values():
        if row.conversation_id is not None:  # which chat it stood in is forgotten: there may be more than two
            row.conversation_id = chat_of.get(row.person_id, row.conversation_id)
        kept = rows.get(row.merged_into or 0)
        if kept is not None and kept.person_id != row.person_id and person_id in (kept.person_id, row.person_id):
            row.merged_into = None
            stays, goes = (row, kept) if kept.person_id == person_id else (kept, row)
            log.note(stays.id, "parted", actor=actor, now=now, case=goes.reference)
    session.flush()
