"""Proves that somebody is gone: looks for words and keys in every byte that the database and the files keep."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import SQLAlchemyError

from casestore.attachments import AttachmentFiles

_PIECE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Search:
    """What was looked through, and which of the names of the needles were found where."""

    places: tuple[str, ...]
    found: tuple[tuple[str, str], ...]  # name of the needle, place


def needles_of(words: Iterable[str]) -> dict[str, list[bytes]]:
    """Each word in the encodings that a database or a file may keep it in."""
    return {word: [word.encode(how, "surrogatepass") for how in ("utf-8", "utf-16-le", "utf-16-be")] for word in words}


def search(engine: Engine, files: AttachmentFiles, needles: Mapping[str, list[bytes]]) -> Search:
    """Looks through everything; an empty needle is never found."""
    wanted = {name: [each for each in forms if each] for name, forms in needles.items()}
    database = _sqlite(engine, wanted) if engine.dialect.name == "sqlite" else _postgresql(engine, wanted)
    places, found = [], []
    for place, names in [*database, *_attachments(files, wanted)]:
        places.append(place)
        found += [(name, place) for name in names]
    return Search(tuple(places), tuple(found))


_Looked = Iterator[tuple[str, list[str]]]


def _sqlite(engine: Engine, needles: Mapping[str, list[bytes]]) -> _Looked:
    """The file, its write-ahead log and what else lies beside it, byte by byte."""
    path = Path(engine.url.database or "")
    for each in sorted(path.parent.glob(f"{path.name}*")):
        if each.is_file():
            yield f"{each.name} ({each.stat().st_size:,} bytes)", _in_file(each, needles)


def _attachments(files: AttachmentFiles, needles: Mapping[str, list[bytes]]) -> _Looked:
    found: dict[str, None] = {}
    paths = [path for path in sorted(files.folder.rglob("*")) if path.is_file()] if files.folder.exists() else []
    for path in paths:
        found |= dict.fromkeys(_in_file(path, needles))
        found |= dict.fromkeys(_in_bytes(path.name.encode("utf-8", "surrogateescape"), needles))
    yield f"{len(paths):,} attachment files and their names", list(found)


def _postgresql(engine: Engine, needles: Mapping[str, list[bytes]]) -> _Looked:
    """Every column of every table; and the file of the keys itself, where the role may read the server's files."""
    with engine.execution_options(reading=True).connect() as connection:
        for table in sorted(inspect(connection).get_table_names()):
            rows = connection.execute(text(f'SELECT count(*) FROM "{table}"')).scalar()  # noqa: S608 - a table's name
            yield f"{table} ({rows:,} rows, all columns)", _in_table(connection, table, needles)
    with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        try:
            connection.execute(text("CHECKPOINT"))
            path = "pg_relation_filepath('people')"
            content = connection.execute(text(f"SELECT pg_read_binary_file({path})")).scalar()
        except SQLAlchemyError:
            yield "the server's own file of people: no, this role may not read it", []
            return
    yield "the server's own file of people, dead rows too", _in_bytes(bytes(content or b""), needles)


def _in_table(connection: Connection, table: str, needles: Mapping[str, list[bytes]]) -> list[str]:
    """Bytes are compared as bytes, everything else as the text the server shows."""
    found = []
    for name, forms in needles.items():
        conditions = []
        for column in inspect(connection).get_columns(table):
            quoted = f'"{column["name"]}"'
            if column["type"].python_type is bytes:
                conditions += [f"position(:n{number} in {quoted}) > 0" for number in range(len(forms))]
            else:
                conditions.append(f"position(:shown in {quoted}::text) > 0")
        values: dict[str, object] = {f"n{number}": form for number, form in enumerate(forms)}
        values["shown"] = forms[0].decode("utf-8", "replace").replace("\0", "\ufffd") if forms else "\ufffd\ufffd"
        statement = f'SELECT 1 FROM "{table}" WHERE {" OR ".join(conditions)} LIMIT 1'  # noqa: S608 - names only
        if forms and connection.execute(text(statement), values).scalar() is not None:
            found.append(name)
    return found


def _in_file(path: Path, needles: Mapping[str, list[bytes]]) -> list[str]:
    """Read in pieces that overlap, so that nothing hides on an edge."""
    overlap = max((len(form) for forms in needles.values() for form in forms), default=1)
    found: dict[str, None] = {}
    before = b""
    with open(path, "rb") as file:
        while piece := file.read(_PIECE):
            found |= dict.fromkeys(_in_bytes(before + piece, needles))
            before = piece[-overlap:]
    return list(found)


def _in_bytes(content: bytes, needles: Mapping[str, list[bytes]]) -> list[str]:
    return [name for name, forms in needles.items() if any(form in content for form in forms)]
