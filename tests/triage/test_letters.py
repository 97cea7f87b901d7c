"""Filling a letter: all of them work with their examples, and nothing that a person writes can break out."""

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.triage.test_letter_templates import LETTERS, PACKS, named, written
from triage.letter_fields import Field, FieldKind
from triage.letter_templates import Template, read_template
from triage.letters import FieldsMissing, Letter, Style, fill, known, missing
from triage.pack import LawPack

TODAY = date(2026, 11, 23)
ZA = next(pack for pack in PACKS if pack.id == "za")
FREE = (FieldKind.NAME, FieldKind.ADDRESS, FieldKind.TEXT)
HOSTILE = st.one_of(
    st.text(min_size=1, max_size=80),
    st.sampled_from(
        [
            "{my_name}",
            "{?x}",
            "{/x}",
            "{today}",
            "# Subject",
            "| line",
            "- point",
            "</para><b>",
            "<script>",
            "%s",
            "[^GUIDE]",
        ]
    ),
    st.text(alphabet="{}?!/|#-\n\\<>&'\"[]^=x ", min_size=1, max_size=80),
)


def examples(template: Template) -> dict[str, str]:
    return {field.id: field.example for field in template.fields}


def filled(pack: LawPack, template: Template, values: dict[str, str]) -> Letter:
    return fill(template, values, currency=pack.currency, today=TODAY)


def alternatives(field: Field) -> list[str]:
    return [choice.id for choice in field.choices] or [field.example]


@pytest.mark.parametrize(("pack", "template"), LETTERS, ids=named)
def test_every_letter_is_filled_from_its_examples(pack: LawPack, template: Template) -> None:
    for field in template.fields:
        for value in alternatives(field):
            letter = filled(pack, template, {**examples(template), field.id: value})
            _well_made(letter)
            assert field.say(value, pack.currency).split("\n")[0] in letter.text or field.choices


@pytest.mark.parametrize(("pack", "template"), LETTERS, ids=named)
def test_every_letter_reads_well_without_what_may_be_left_out(pack: LawPack, template: Template) -> None:
    values = {field.id: field.example for field in template.fields if not field.optional}
    letter = filled(pack, template, values)
    _well_made(letter)
    assert not re.search(r" [.,;:]|  |\(\)|, ,|\bon \.", letter.text)


def _well_made(letter: Letter) -> None:
    assert letter.paragraphs[0].style is Style.LINES
    assert [each.style for each in letter.paragraphs].count(Style.SUBJECT) == 1
    assert letter.paragraphs[-2].text == "Yours faithfully"
    assert "23 November 2026" in letter.text
    assert not re.search(r"[{}]|\[\^", letter.text)
    assert all(each.text.strip() == each.text for each in letter.paragraphs)


@pytest.mark.parametrize(("pack", "template"), LETTERS, ids=named)
def test_a_letter_without_something_needed_is_not_written(pack: LawPack, template: Template) -> None:
    for field in template.fields:
        values = examples(template)
        del values[field.id]
        assert missing(template, values) == (() if field.optional else (field.id,))
        if not field.optional:
            with pytest.raises(FieldsMissing, match=field.id):
                filled(pack, template, values)


@given(st.sampled_from(LETTERS), st.data())
def test_whatever_is_written_appears_as_it_is_and_changes_nothing_else(
    place: tuple[LawPack, Template], data: st.DataObject
) -> None:
    """Hostile values never raise, never become marks or paragraphs, and stand in the letter sign by sign."""
    pack, template = place
    values, plain = examples(template), examples(template)
    for field in template.fields:
        if field.kind in FREE:
            words = data.draw(HOSTILE, label=field.id)
            kept = field.read(words, today=TODAY, order=pack.date_order, currency=pack.currency)
            values[field.id] = kept or field.example
    letter, usual = filled(pack, template, values), filled(pack, template, plain)
    assert [each.style for each in letter.paragraphs] == [each.style for each in usual.paragraphs]
    for field in template.fields:
        if field.kind in FREE:
            value = values[field.id]
            assert value in letter.text or value.replace("\n", ", ") in letter.text


def test_a_value_that_looks_like_a_mark_is_only_text(tmp_path: Path) -> None:
    template = read_template(written(tmp_path), {})
    letter = filled(ZA, template, {"my_name": "{why} {/phone}", "why": "other"})
    assert letter.text.startswith("{why} {/phone}\n\n23 November 2026")
    assert "key" not in letter.text


def test_parts_hold_only_when_they_should(tmp_path: Path) -> None:
    template = read_template(written(tmp_path), {})
    with_phone = filled(ZA, template, {"my_name": "N", "phone": "073", "why": "lock"})
    assert [each.text for each in with_phone.paragraphs] == [
        "N\n073",
        "23 November 2026",
        "Nobody may be put out without an order. It was a new lock.",
        "Give me a key.",
    ]
    without = filled(ZA, template, {"my_name": "N", "phone": "", "why": "other"})
    assert [each.text for each in without.paragraphs][0] == "N"
    assert len(without.paragraphs) == 3


def test_points_and_addresses_are_set_as_they_should_be(tmp_path: Path) -> None:
    body = "| {my_name}\n\nAt {my_name}:\n\n- one\n  more\n- two [^GUIDE]\n\n{?phone}{phone}{/phone}\n\n{why}"
    template = read_template(written(tmp_path, body=body), {})
    letter = filled(ZA, template, {"my_name": "N", "why": "lock"})
    assert [(each.style, each.text) for each in letter.paragraphs][2:4] == [
        (Style.POINT, "one more"),
        (Style.POINT, "two"),
    ]
    assert letter.text == "N\n\nAt N:\n\n• one more\n• two\n\na new lock"


def test_what_is_known_is_taken_over_only_where_it_fits() -> None:
    template = ZA.letters["deposit-refund"]
    answers = {"moved_out": "2026-10-31", "amount": "4500", "event_date": "2026-01-01"}
    assert known(template, answers) == {"deposit": "4500", "left_on": "2026-10-31"}
    assert known(template, {"moved_out": "skipped", "amount": ""}) == {}


def test_a_letter_that_is_too_old_is_not_offered() -> None:
    letter = ZA.letters["restore-access"]
    assert letter in ZA.letters_for("housing.lockout", today=letter.expires)
    assert letter not in ZA.letters_for("housing.lockout", today=date(letter.expires.year + 1, 1, 1))
