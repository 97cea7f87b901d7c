"""Letters as files: read back, they say what the letter says; the same letter is the same file."""

import io

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from tests.triage.test_letter_templates import LETTERS, PACKS, named
from tests.triage.test_letters import HOSTILE, examples, filled
from triage.letter_fields import LIMITS, FieldKind
from triage.letter_files import Format, write_file
from triage.letter_templates import Template
from triage.letters import Letter, Paragraph, Style
from triage.pack import LawPack

ZA = next(pack for pack in PACKS if pack.id == "za")


def pdf_of(letter: Letter) -> PdfReader:
    return PdfReader(io.BytesIO(write_file(letter, Format.PDF).content))


def words(text: str) -> str:
    return " ".join(text.split())


def text_of_pdf(letter: Letter) -> str:
    return words(" ".join(page.extract_text() for page in pdf_of(letter).pages))


def paragraphs_of_word(letter: Letter) -> list[str]:
    return [each.text for each in docx.Document(io.BytesIO(write_file(letter, Format.WORD).content)).paragraphs]


@pytest.mark.parametrize(("pack", "template"), LETTERS, ids=named)
def test_every_letter_is_one_page_that_says_all_of_it(pack: LawPack, template: Template) -> None:
    letter = filled(pack, template, examples(template))
    assert len(pdf_of(letter).pages) == 1
    assert text_of_pdf(letter) == words(letter.text)
    assert paragraphs_of_word(letter) == [each.text for each in letter.paragraphs]


@pytest.mark.parametrize(("pack", "template"), LETTERS, ids=named)
def test_the_longest_answers_fill_two_pages_at_most(pack: LawPack, template: Template) -> None:
    longest = {kind: ("wide words " * 100)[: limit - 1] + "x" for kind, limit in LIMITS.items()}
    values = {field.id: longest.get(field.kind, field.example) for field in template.fields}
    assert len(pdf_of(filled(pack, template, values)).pages) <= 2


@pytest.mark.parametrize("kind", list(Format))
def test_the_same_letter_is_the_same_file(kind: Format) -> None:
    template = ZA.letters["repairs"]
    once, again = (write_file(filled(ZA, template, examples(template)), kind) for _ in range(2))
    assert once == again
    assert once.name == f"repairs-2026-11-23.{kind}"
    other = write_file(filled(ZA, template, {**examples(template), "my_name": "Somebody Else"}), kind)
    assert other.content != once.content


def test_the_letters_of_our_languages_are_in_the_font() -> None:
    name = "Ŝimon Tšhepo Kgotšo Ñoño Müller Ngũgĩ ê ô ë ń ṱ ḽ ḓ R2 400 £30 € – “x” ’"
    letter = filled(ZA, ZA.letters["repairs"], {**examples(ZA.letters["repairs"]), "my_name": name})
    assert name in text_of_pdf(letter)
    assert name in paragraphs_of_word(letter)[0]


def test_the_fonts_are_in_the_file_and_nobody_is_named_in_it() -> None:
    letter = filled(ZA, ZA.letters["repairs"], examples(ZA.letters["repairs"]))
    reader = pdf_of(letter)
    fonts = reader.pages[0]["/Resources"]["/Font"]  # type: ignore[index]
    embedded = [font.get_object() for font in fonts.values()]
    descriptors = [font["/FontDescriptor"].get_object() for font in embedded if "/FontDescriptor" in font]
    assert len([each for each in descriptors if "/FontFile2" in each]) == len(embedded) == 2
    assert not (reader.metadata and reader.metadata.author)
    about = docx.Document(io.BytesIO(write_file(letter, Format.WORD).content)).core_properties
    assert (about.author, about.comments, about.last_modified_by or "") == ("", "", "")


@settings(max_examples=25, deadline=None)
@given(st.lists(HOSTILE, min_size=1, max_size=4), st.sampled_from(list(Format)))
def test_hostile_words_break_no_file(values: list[str], kind: Format) -> None:
    """What a field keeps can be printed, whatever it is."""
    field = ZA.letters["repairs"].field("faults")
    assert field.kind is FieldKind.TEXT
    template = ZA.letters["repairs"]
    kept = [field.read(value, today=FILLED.day, order="DMY", currency="ZAR") for value in values]
    letter = filled(ZA, template, {**examples(template), "faults": next(filter(None, kept), "x")})
    if kind is Format.WORD:
        assert paragraphs_of_word(letter) == [each.text for each in letter.paragraphs]
    else:
        assert len(pdf_of(letter).pages) == 1


FILLED = filled(ZA, ZA.letters["repairs"], examples(ZA.letters["repairs"]))


def test_marks_of_other_languages_are_only_signs() -> None:
    letter = Letter("x", "X", "1", FILLED.day, (Paragraph(Style.TEXT, "<b>&amp; </para> <img src='x'/> {y} \\n"),))
    assert text_of_pdf(letter) == "<b>&amp; </para> <img src='x'/> {y} \\n"
    assert paragraphs_of_word(letter) == ["<b>&amp; </para> <img src='x'/> {y} \\n"]
