"""Opens everything that is sealed in a store, whoever it belongs to."""

from sqlalchemy import text

from casestore.backup.snapshot import snapshot
from casestore.backup.table_rows import shapes
from casestore.keys.encryption import Box
from casestore.unit_of_work import Store

# How one gets from a row to its person; the first that a table has counts.
_TO_PERSON = {
    "person_id": "person_id",
    "conversation_id": "(SELECT person_id FROM conversations WHERE conversations.id = conversation_id)",
    "case_id": "(SELECT person_id FROM cases WHERE cases.id = case_id)",
}
_OF_THE_OFFICE = {"outbox", "respondent_names", "community_problems"}


def open_everything(store: Store) -> int:
    """How many sealed values and files there are; raises SealBroken for one that does not open."""
    count = 0
    with snapshot(store.engine) as look:
        keys = look.execute(text("SELECT id, key_wrapped FROM people")).all()
        boxes = {person: store.keyring.person_box(person, key) for person, key in keys}
        for shape in shapes(look):
            names = {column.name for column in shape.columns}
            to_person = next((way for name, way in _TO_PERSON.items() if name in names), "NULL")
            for column in sorted(name for name in names if name.endswith("_sealed")):
                context = f"{shape.name}.{column.removesuffix('_sealed')}"
                query = f"SELECT {to_person}, {column} FROM {shape.name} WHERE {column} IS NOT NULL"  # noqa: S608
                for person, sealed in look.execute(text(query)):
                    _open(store, None if shape.name in _OF_THE_OFFICE else boxes[person], sealed, context)
                    count += 1
        kept = f"SELECT {_TO_PERSON['conversation_id']}, file_name FROM attachments WHERE status = 'kept'"  # noqa: S608
        for person, name in look.execute(text(kept)):
            boxes[person].open(store.files.read(name), "attachments.content")
            count += 1
    return count


def _open(store: Store, box: Box | None, sealed: bytes, context: str) -> None:
    if box is None:
        store.keyring.open_office(sealed, context)
    else:
        box.open(sealed, context)
