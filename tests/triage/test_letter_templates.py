"""Letter templates: every one of both packs is whole, and a mistake in one is named by file and line."""

import re
from datetime import date
from pathlib import Path

import pytest

from triage.errors import ContentError
from triage.letter_templates import Template, read_template
from triage.pack import LawPack, load_pack, packs_folder
from triage.taxonomy import load_taxonomy

TAXONOMY = load_taxonomy(Path(__file__).parents[2] / "nlu_data" / "taxonomy.yml")
PACKS = [load_pack(folder) for folder in sorted(packs_folder().iterdir()) if (folder / "pack.yml").exists()]
LETTERS = [(pack, letter) for pack in PACKS for letter in pack.letters.values()]

HEAD = """id: plea
title: Let me in
to: your landlord
for: [housing.lockout]
version: "1"
owner: law team
approver: null
reviewed_by: null
reviewed_on: null
review_due: 2027-05-23
expires: 2027-11-23
checked: 2026-11-23
sources: [GUIDE]
reviews: []
fields:
  - {id: my_name, kind: name, label: Your name, ask: "What is your name?", example: Nomsa Dlamini}
  - {id: phone, kind: name, optional: true, label: Your phone, ask: "Which number?", example: 073 000 0000}
  - id: why
    kind: choice
    label: Why
    ask: "Why?"
    example: lock
    choices: [{id: lock, label: Lock, words: a new lock}, {id: other, label: Other, words: something else}]
"""
BODY = """| {my_name}
| {?phone}{phone}{/phone}

| {today}

Nobody may be put out without an order. [^GUIDE] It was {why}.

{?why=lock}Give me a key.{/why}
"""


def named(value: LawPack | Template) -> str:
    return value.id


def written(folder: Path, head: str = HEAD, body: str = BODY) -> Path:
    path = folder / "plea.md"
    path.write_text(f"---\n{head}---\n{body}", encoding="utf-8")
    return path


@pytest.mark.parametrize("pack", PACKS, ids=named)
def test_a_place_has_at_least_eight_letters(pack: LawPack) -> None:
    assert len(pack.letters) >= 8


@pytest.mark.parametrize(("pack", "letter"), LETTERS, ids=named)
def test_letters_are_for_known_issues_and_rest_on_sources(pack: LawPack, letter: Template) -> None:
    assert set(letter.issues) <= TAXONOMY.issues.keys()
    assert letter.statements
    assert letter.sources
    assert all(pack.sources[code].evidence != "knowledge-low" for code in letter.sources)


@pytest.mark.parametrize(("pack", "letter"), LETTERS, ids=named)
def test_what_a_letter_takes_over_is_asked_in_the_interview(pack: LawPack, letter: Template) -> None:
    script = (Path(__file__).parents[2] / "nlu_data" / "script" / "interview.yml").read_text(encoding="utf-8")
    for field in letter.fields:
        assert field.known_from in ("", "amount") or f"\n  {field.known_from}:" in script


@pytest.mark.parametrize(("pack", "letter"), LETTERS, ids=named)
def test_nobody_has_approved_what_no_lawyer_has_read(pack: LawPack, letter: Template) -> None:
    assert letter.reviewed_by or not letter.approver


def test_a_template_is_read(tmp_path: Path) -> None:
    template = read_template(written(tmp_path), {})
    assert (template.id, template.sources, len(template.statements)) == ("plea", ("GUIDE",), 1)
    assert [field.id for field in template.fields] == ["my_name", "phone", "why"]
    assert "[^" not in template.body


def test_a_shared_field_is_taken_by_its_name(tmp_path: Path) -> None:
    shared = {field.id: field for field in read_template(written(tmp_path), {}).fields}
    head = re.sub(r"fields:.*", "fields: [my_name, phone, why]\n", HEAD, flags=re.DOTALL)
    assert read_template(written(tmp_path, head), shared).fields == tuple(shared.values())


@pytest.mark.parametrize(
    ("head", "body", "problem"),
    [
        (HEAD, BODY + "{landlord}\n", r"plea\.md:34: unknown field 'landlord'"),
        (HEAD, BODY + "{my_name.__class__}\n", r":34: cannot read '\{my_name\.__class__\}'"),
        (HEAD, BODY + "{my_name!r}\n", r":34: cannot read"),
        (HEAD, BODY + "{}\n", r":34: cannot read"),
        (HEAD, BODY + "{% if x %}\n", r":34: cannot read"),
        (HEAD, BODY + "a } alone\n", r":34: cannot read '\}'"),
        (HEAD, BODY + "{?phone}never closed\n", r":34: \{\?phone\} is never closed"),
        (HEAD, BODY + "{/phone}\n", r":34: \{/phone\} ends what is not open"),
        (HEAD, BODY + "{?phone}{?why}x{/phone}{/why}\n", r":34: \{/phone\} ends what is not open"),
        (HEAD, BODY + "{?why=never}x{/why}\n", r":34: 'why' has no choice 'never'"),
        (HEAD, BODY + "{?today}x{/today}\n", r":34: unknown field 'today'"),
        (HEAD, BODY + "{phone}\n", r"plea\.md:\d+: field 'phone' may be left out"),
        (HEAD, BODY + "True. [^NEW]\n", r":34: source 'NEW' is not in `sources:`"),
        (HEAD, BODY.replace("[^GUIDE]", ""), r"source 'GUIDE' is named but no sentence rests on it"),
        (HEAD, BODY.replace("| {my_name}\n", ""), r"field 'my_name' is asked for but never used"),
        (HEAD.replace("plea", "other"), BODY, r"`id: other` must be the name of the file, plea"),
        (HEAD.replace("example: lock", "example: key"), BODY, r"field 'why': `example: key` is no choice"),
        (HEAD.replace("kind: choice", "kind: wish"), BODY, r"field 'why': `kind: wish` is not one of"),
        (HEAD.replace("id: why", "id: Why?"), BODY, r"field 'Why\?': an id is small letters"),
        (HEAD.replace("for: [housing.lockout]", "for: []"), BODY, r"needs `for:`"),
        (re.sub(r"fields:.*", "fields: []\n", HEAD, flags=re.DOTALL), BODY, r"needs `fields:`"),
        (HEAD + "  - {id: why, kind: name, label: Why, ask: Why, example: X}\n", BODY, r"field 'why' is there twice"),
        (HEAD.replace("label: Your phone,", f"label: {'x' * 41},"), BODY, r"`label` has 41 characters; shorten to 40"),
        (re.sub(r"choices: .*", "choices: []", HEAD), BODY, r"field 'why': needs `choices:`"),
        (HEAD + "  - my_address\n", BODY, r"unknown field 'my_address'"),
        (HEAD.replace("title: Let me in", "title: [a"), BODY, r"plea\.md:\d+: not valid YAML"),
        (HEAD.replace("reviews: []", 'note: "So it is. [^NEW]"\nreviews: []'), BODY, r"'NEW' of the note"),
    ],
)
def test_a_mistake_is_named_with_its_place(tmp_path: Path, head: str, body: str, problem: str) -> None:
    path = written(tmp_path, head, body)
    with pytest.raises(ContentError, match=problem):
        read_template(path, {})


def test_the_letter_for_money_taken_from_a_grant_comes_before_the_one_for_a_bank_account() -> None:
    za = next(pack for pack in PACKS if pack.id == "za")
    offered = za.letters_for("benefits.deductions", today=date(2026, 11, 23))
    assert [letter.id for letter in offered] == ["stop-deductions", "bank-debit-order"]
    assert {"war_veteran", "in_aid"} <= {choice.id for choice in offered[0].field("grant").choices}
