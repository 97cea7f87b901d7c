"""Letter templates of a place: what they ask for and the text they fill, read from Markdown.

The text knows three things and runs nothing: `{name}` puts in a field; `{?name}…{/name}` is kept only when the field
was answered, `{?name=choice}…{/name}` only with that choice; `{!name}…{/name}` only when it was left out.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from triage.entries import Entry
from triage.errors import ContentError
from triage.front_matter import read_front_matter
from triage.letter_fields import Field, read_fields
from triage.sections import FOOTNOTE, Line

TODAY = "today"  # the one field that is never asked for
MARK = re.compile(r"\{(?P<sign>[?!/]?)(?P<name>[a-z][a-z0-9_]*)(?:=(?P<choice>[a-z0-9_]+))?\}")
_SOURCE = re.compile(r"[ \t]*" + FOOTNOTE.pattern)


@dataclass(frozen=True, slots=True)
class Template:
    """One letter of a place. `issues` are those it is offered for; `body` is its text, sources taken out.

    `note` is what a person should know before they use it; it is said beside the letter and does not stand in it.
    `statements` are the lines of text and note that rest on a source; `asked_on` is the line of the open `reviews`.
    `approver` is who allows the office to use it; `reviewed_by` the lawyer who has read it. None: nobody yet.
    """

    id: str
    title: str
    to: str
    issues: tuple[str, ...]
    version: str
    owner: str
    approver: str | None
    reviewed_by: str | None
    reviewed_on: date | None
    review_due: date
    expires: date
    checked: date
    reviews: tuple[str, ...]
    asked_on: int | None
    sources: tuple[str, ...]
    statements: tuple[Line, ...]
    fields: tuple[Field, ...]
    note: str
    body: str

    def field(self, id_: str) -> Field:
        """The field with an id; raises KeyError when there is none."""
        for field in self.fields:
            if field.id == id_:
                return field
        raise KeyError(id_)


def read_template(path: Path, shared: Mapping[str, Field]) -> Template:
    """One template file; raises ContentError with file and line for anything missing, unknown or never used."""
    entry, body, above = read_front_matter(path)
    if entry.text("id") != path.stem:
        raise entry.wrong(f"`id: {entry.text('id')}` must be the name of the file, {path.stem}")
    fields = read_fields(entry, shared)
    _check_marks(path, body, above, {field.id: field for field in fields})
    _check_use(path, body, above, {field.id: field for field in fields})
    note = entry.text_or("note", "")
    template = Template(
        id=entry.text("id"),
        title=entry.text("title"),
        to=entry.text("to"),
        issues=entry.texts("for"),
        version=entry.text("version"),
        owner=entry.text("owner"),
        approver=entry.text_or("approver", "") or None,
        reviewed_by=entry.text_or("reviewed_by", "") or None,
        reviewed_on=entry.day_or_none("reviewed_on"),
        review_due=entry.day("review_due"),
        expires=entry.day("expires"),
        checked=entry.day("checked"),
        reviews=entry.texts("reviews"),
        asked_on=entry.line_of("reviews"),
        sources=entry.texts("sources"),
        statements=tuple(_statements(body, above, note, entry.line_of("note"))),
        fields=fields,
        note=_SOURCE.sub("", note),
        body=_SOURCE.sub("", body).strip(),
    )
    if not template.issues:
        raise entry.wrong("needs `for:`, the issues it is offered for")
    _check_sources(entry, path, body, above, template.sources, also=set(FOOTNOTE.findall(note)))
    return template


def _statements(body: str, above: int, note: str, note_on: int | None) -> Iterator[Line]:
    """Every line that rests on a source, with the parts that may be left out in words a lawyer can read."""
    lines = [(note_on or 1, note), *enumerate(body.split("\n"), start=above + 1)]
    return (Line(number, MARK.sub(_in_words, text).strip()) for number, text in lines if FOOTNOTE.search(text))


def _in_words(mark: re.Match[str]) -> str:
    sign, name, choice = mark["sign"], mark["name"], mark["choice"]
    begins = {"?": f"[if {name} is {choice}: " if choice else f"[with {name}: ", "!": f"[without {name}: ", "/": "]"}
    return begins.get(sign, mark[0])


def _check_sources(
    entry: Entry, path: Path, body: str, above: int, sources: tuple[str, ...], *, also: set[str]
) -> None:
    """The head names each source of the text, and no other: a lawyer sees at once what the letter rests on."""
    for found in FOOTNOTE.finditer(body):
        if found.group(1) not in sources:
            problem = f"source {found.group(1)!r} is not in `sources:` above; add it"
            raise ContentError(path, problem, line=_line(body, found.start(), above))
    used = set(FOOTNOTE.findall(body)) | also
    if strange := also - set(sources):
        raise entry.wrong(f"source {min(strange)!r} of the note is not in `sources:`; add it")
    if idle := [code for code in sources if code not in used]:
        raise entry.wrong(f"source {idle[0]!r} is named but no sentence rests on it; remove it or mark the sentence")


def _check_marks(path: Path, body: str, above: int, fields: Mapping[str, Field]) -> None:
    """Raises ContentError for a mark of a field that is not there, and for a part that is not opened and closed."""
    opened: list[tuple[str, int]] = []
    for mark, at in _marks(path, body, above):
        line = _line(body, at, above)
        sign, name, choice = mark["sign"], mark["name"], mark["choice"]
        if name not in fields and not (name == TODAY and not sign):
            raise ContentError(path, f"unknown field {name!r}; add it to `fields:` or correct the name", line=line)
        if choice and (sign != "?" or choice not in [each.id for each in fields[name].choices]):
            raise ContentError(path, f"{name!r} has no choice {choice!r}; correct it or add the choice", line=line)
        if sign == "/":
            if not opened or opened.pop()[0] != name:
                raise ContentError(path, f"{{/{name}}} ends what is not open; close the last one first", line=line)
        elif sign:
            opened.append((name, line))
    if opened:
        name, line = opened[-1]
        raise ContentError(path, f"{{?{name}}} is never closed; write {{/{name}}} where it ends", line=line)


def _check_use(path: Path, body: str, above: int, fields: Mapping[str, Field]) -> None:
    """Raises ContentError for a field that is never used, and for one that would leave a hole when left out."""
    used = {mark["name"] for mark in MARK.finditer(body)}
    if idle := [name for name in fields if name not in used]:
        raise ContentError(path, f"field {idle[0]!r} is asked for but never used; use it or remove it")
    for field in fields.values():
        if field.optional and f"{{{field.id}}}" in MARK.sub(_only_plain, _without_branches(body, field.id)):
            problem = (
                f"field {field.id!r} may be left out: put what needs it between {{?{field.id}}} and {{/{field.id}}}"
            )
            raise ContentError(path, problem, line=_line(body, body.index(f"{{{field.id}}}"), above))


def _marks(path: Path, body: str, above: int) -> Iterator[tuple[re.Match[str], int]]:
    """Every mark in order; raises ContentError for a brace that belongs to none."""
    for found in re.finditer(r"\{[^{}\n]*\}|[{}]", body):
        mark = MARK.fullmatch(found[0])
        if mark is None:
            problem = f"cannot read {found[0]!r}; a field is {{name}}, an optional part {{?name}} … {{/name}}"
            raise ContentError(path, problem, line=_line(body, found.start(), above))
        yield mark, found.start()


def _only_plain(mark: re.Match[str]) -> str:
    return "" if mark["sign"] else mark[0]


def _without_branches(body: str, name: str) -> str:
    return re.sub(rf"\{{\?{name}(?:=\w+)?\}}.*?\{{/{name}\}}", "", body, flags=re.DOTALL)


def _line(body: str, at: int, above: int) -> int:
    return above + body.count("\n", 0, at) + 1
