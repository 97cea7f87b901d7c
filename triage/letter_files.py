"""A letter as a file to print and send: PDF and Word, the same bytes for the same letter."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from triage.letters import Letter, Style

_FONTS = Path(__file__).parent / "fonts"
_PLAIN, _BOLD = "DejaVuSansCondensed", "DejaVuSansCondensed-Bold"
_SIZES = (11.0, 10.5, 10.0, 9.5, 9.0, 8.5)  # points: the first at which the letter fits on one page
_MARGIN = 56.7  # points: two centimetres
_LEADING = 1.32  # line height in sizes
_ROOM_TO_SIGN = 3  # sizes, above the name at the end


class Format(StrEnum):
    """The kinds of file there are."""

    PDF = "pdf"
    WORD = "docx"


@dataclass(frozen=True, slots=True)
class LetterFile:
    """A file with its name and its media type."""

    name: str
    media_type: str
    content: bytes


def file_name(letter: Letter, kind: Format) -> str:
    """Such as `repairs-2026-11-23.pdf`: what it is and of which day, nothing about the person."""
    return f"{letter.id}-{letter.day.isoformat()}.{kind}"


def write_file(letter: Letter, kind: Format) -> LetterFile:
    """The letter as a file."""
    media_type, write = _WRITERS[kind]
    return LetterFile(file_name(letter, kind), media_type, write(letter))


def _as_pdf(letter: Letter) -> bytes:
    """On one A4 page where it fits; the fonts are in the file."""
    for size in _SIZES:
        content, pages = _set_pdf(letter, size)
        if pages == 1:
            break
    return content


def _set_pdf(letter: Letter, size: float) -> tuple[bytes, int]:
    # Imported here: a process that writes no letter need not load them.
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Paragraph as Flowing
    from reportlab.platypus import SimpleDocTemplate

    _load_fonts()
    plain = ParagraphStyle(
        "text", fontName=_PLAIN, bulletFontName=_PLAIN, fontSize=size, leading=size * _LEADING, spaceBefore=size * 0.8
    )
    styles = {
        Style.TEXT: plain,
        Style.LINES: plain,
        Style.SUBJECT: ParagraphStyle("subject", plain, fontName=_BOLD),
        Style.POINT: ParagraphStyle("point", plain, leftIndent=1.4 * size, bulletIndent=0.3 * size, spaceBefore=3),
    }
    signed = ParagraphStyle("signed", plain, spaceBefore=size * _ROOM_TO_SIGN)
    story: list[Any] = []
    for each in letter.paragraphs:
        marked = escape(each.text).replace("\n", "<br/>")
        style = signed if each is letter.paragraphs[-1] else styles[each.style]
        story.append(Flowing(marked, style, bulletText="•" if each.style is Style.POINT else None))
    file = io.BytesIO()
    page = SimpleDocTemplate(
        file,
        pagesize=A4,
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=_MARGIN,
        bottomMargin=_MARGIN,
        title=letter.title,
        author="",
        lang="en",
        initialFontName=_PLAIN,
        invariant=1,  # no time and no random id: the same letter is the same file
    )
    page.build(story)
    return file.getvalue(), page.page


@cache
def _load_fonts() -> None:
    """Once a process: several threads write letters at the same time."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    for name in (_PLAIN, _BOLD):
        pdfmetrics.registerFont(TTFont(name, _FONTS / f"{name}.ttf"))


def _as_word(letter: Letter) -> bytes:
    import docx
    from docx.shared import Mm, Pt

    document = docx.Document()
    for style in ("Normal", "List Bullet"):
        document.styles[style].font.name, document.styles[style].font.size = "Arial", Pt(11)
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(20)
    for each in letter.paragraphs:
        added = document.add_paragraph(style="List Bullet" if each.style is Style.POINT else None)
        added.add_run(each.text).bold = True if each.style is Style.SUBJECT else None
        added.paragraph_format.space_after = Pt(3 if each.style is Style.POINT else 8)
        if each is letter.paragraphs[-1]:
            added.paragraph_format.space_before = Pt(11 * _ROOM_TO_SIGN)
    about = document.core_properties
    about.title, about.author, about.comments, about.language = letter.title, "", "", "en"
    about.created = about.modified = datetime.combine(letter.day, time(), UTC)
    file = io.BytesIO()
    document.save(file)
    return _same_every_time(file.getvalue())


def _same_every_time(content: bytes) -> bytes:
    """The same parts without the time at which they were put into the file."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as parts, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        for name in sorted(parts.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            info = zipfile.ZipInfo(name)  # dated 1980
            info.compress_type = zipfile.ZIP_DEFLATED
            file.writestr(info, parts.read(name))
    return packed.getvalue()


_WRITERS: dict[Format, tuple[str, Callable[[Letter], bytes]]] = {
    Format.PDF: ("application/pdf", _as_pdf),
    Format.WORD: ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", _as_word),
}
