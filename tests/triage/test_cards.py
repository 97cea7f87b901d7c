"""Cards: read strictly, said plainly in chat-sized messages, and never after they are too old."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from triage.cards import SECTIONS, Card, read_card
from triage.errors import ContentError
from triage.guidance import MESSAGE_LIMIT, render
from triage.pack import LawPack, load_pack, packs_folder
from triage.sections import Section

TODAY = date(2026, 11, 23)
PACKS = {folder.name: load_pack(folder) for folder in packs_folder().iterdir() if (folder / "pack.yml").exists()}
CARDS = [(pack, card) for pack in PACKS.values() for card in pack.cards.values()]


def named(value: LawPack | Card) -> str:
    return value.issue if isinstance(value, Card) else value.id


FRONT = """issue: {issue}
title: Locked out
owner: law team
reviewed_by: null
reviewed_on: null
review_due: 2027-05-23
expires: 2027-11-23
checked: 2026-11-23
deadlines: []
contacts: [police, black-sash]
reviews: []
"""
BODY = {heading: f"- Line about {heading.lower()}. [^GUIDE]" for heading in SECTIONS}


@pytest.fixture
def za() -> LawPack:
    return PACKS["za"]


def written(folder: Path, *, front: str = FRONT, name: str = "x.y", **sections: str) -> Path:
    text = BODY | {heading.replace("_", " "): text for heading, text in sections.items()}
    body = "\n\n".join(f"## {heading}\n{lines}" for heading, lines in text.items())
    path = folder / f"{name}.md"
    path.write_text(f"---\n{front.format(issue='x.y')}---\n{body}\n", encoding="utf-8")
    return path


def said(card: Card, pack: LawPack, today: date = TODAY) -> str:
    return "\n\n".join(render(card, pack, today=today))


@pytest.mark.parametrize(("pack", "card"), CARDS, ids=named)
def test_every_card_renders_as_plain_messages(pack: LawPack, card: Card) -> None:
    for today in (TODAY, card.expires, card.expires.replace(year=card.expires.year + 1)):
        messages = render(card, pack, today=today)
        assert messages
        for message in messages:
            assert 0 < len(message) <= MESSAGE_LIMIT
            assert not re.search(r"\[\^|\{figure|\*\*|^#|^- |`", message, flags=re.MULTILINE)


@pytest.mark.parametrize(("pack", "card"), CARDS, ids=named)
def test_every_card_names_somebody_to_call_and_no_hidden_number(pack: LawPack, card: Card) -> None:
    hidden = [number for contact in pack.contacts if not contact.publish for _, number in contact.numbers]
    text = said(card, pack)
    assert any(pack.contact(id_).publish for id_ in card.contacts)
    assert not [number for number in hidden if number in text]


@pytest.mark.parametrize(("pack", "card"), CARDS, ids=named)
def test_numbers_stand_in_contacts_only_and_rights_name_their_law(pack: LawPack, card: Card) -> None:
    for heading, section in card.sections.items():
        text = "\n".join(line.text for line in section.lines)
        assert not re.search(r"\b0\d{2}[\d ]{6,}|\b10111\b|\b10177\b", text), heading
        assert not re.search(r"[R£]\d", re.sub(r"\[\^[^\]]+\]", "", text)), "amounts belong in figures.yml"
    if card.issue != "general":
        for line in card.sections["Your rights"].lines:
            assert re.search(r"\[\^[^\]]+\]$", line.text), line


@pytest.mark.parametrize(("pack", "card"), CARDS, ids=named)
def test_sentences_are_short_enough_to_read(pack: LawPack, card: Card) -> None:
    text = re.sub(
        r"\[\^[^\]]+\]|\{figure:[^}]+\}",
        "",
        " ".join(line.text for section in card.sections.values() for line in section.lines),
    )
    for sentence in re.split(r"(?<=[.?!:])\s+|\s- ", text):
        assert len(sentence.split()) <= 25, sentence


def test_sections_footnotes_figures_and_contacts_become_plain_text(tmp_path: Path, za: LawPack) -> None:
    path = written(tmp_path, In_short="- The grant is **{figure:grant_older}** a month. [^GUIDE] [^PIE8]\n- Two.")
    messages = render(read_card(path), za, today=TODAY)
    assert messages[0].startswith("In short\n• The grant is R2 400 a month.\n• Two.\n\nYour rights\n•")
    assert "Who can help\n• Line about who can help.\n• Police: 10111" in messages[0]
    assert "Black Sash" not in "".join(messages)
    assert messages[-1] == (
        "Where this comes from, checked on 23 November 2026:\n"
        f"• {za.sources['GUIDE'].title}\n"
        f"• {za.sources['PIE8'].title}\n"
        "A lawyer has not reviewed this text yet."
    )


def test_a_figure_that_has_run_out_is_not_shown(tmp_path: Path, za: LawPack) -> None:
    card = read_card(written(tmp_path, In_short="- The grant is {figure:grant_older}."))
    assert "The grant is (please check the current amount)." in said(card, za, date(2027, 4, 1))


def test_a_reviewed_card_no_longer_says_that_nobody_reviewed_it(tmp_path: Path, za: LawPack) -> None:
    signed = FRONT.replace("by: null", "by: N. Dlamini").replace("on: null", "on: 2026-11-20")
    card = read_card(written(tmp_path, front=signed))
    assert card.reviewed_by == "N. Dlamini"
    assert "A lawyer has not" not in said(card, za)


def test_an_expired_card_only_says_who_can_help(tmp_path: Path, za: LawPack) -> None:
    card = read_card(written(tmp_path))
    assert "Line about your rights" in said(card, za, date(2027, 11, 23))
    old = said(card, za, date(2027, 11, 24))
    assert "too old to rely on" in old
    assert "• Line about who can help.\n• Police: 10111" in old
    assert "rights" not in old


def test_a_long_card_is_divided_and_loses_nothing(tmp_path: Path, za: LawPack) -> None:
    lines = "\n".join(f"- Line number {number} of a section." for number in range(15))
    card = read_card(written(tmp_path, **{heading.replace(" ", "_"): lines for heading in SECTIONS}))
    (part,) = card.sections["Who can help"].parts
    long_help = replace(card, sections=card.sections | {"Who can help": Section("Who can help", 1, (part, part, part))})
    messages = render(long_help, za, today=TODAY)
    assert max(map(len, messages)) <= MESSAGE_LIMIT
    assert "".join(messages).count("• Line number") == 15 * (len(SECTIONS) + 2)


def test_a_card_without_footnotes_says_it_is_general_advice(za: LawPack) -> None:
    assert "our own general advice, checked on 23 November 2026" in said(za.cards["general"], za)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda text: text.replace("## Do not\n", "## Never\n"), "section `## Do not` is missing"),
        (lambda text: text + "\n## In short\n- Again.\n", "in this order"),
        (lambda text: text.replace("- Line about do not. [^GUIDE]", ""), r":\d+: section `## Do not` is empty"),
        (lambda text: text.replace("about do not.", "so " * 300), "shorten to 600"),
        (lambda text: text.replace("---\n", "", 1), ":1: must start with front matter"),
        (lambda text: text.replace("expires: 2027-11-23", "expires: soon"), "`expires: soon` is not a date"),
        (lambda text: text.replace("title: Locked out", "title:"), r":3: front matter: needs `title:`"),
        (lambda text: text.replace("reviewed_by: null", "reviewed_by: A. Lawyer"), r":5: .*go together"),
        (lambda text: text.replace("review_due: 2027", "review_due: 2029"), r":7: .*must follow each other"),
        (lambda text: text.replace("title: Locked out", "title: [a"), r":\d+: not valid YAML"),
        (lambda text: text.replace("issue: x.y", "issue: x.z"), "must be the name of the file"),
        (lambda text: text.replace("contacts: [police, black-sash]", "contacts: police"), "must be a list"),
        (lambda text: re.sub(r"(?s)---\n.*?---\n", "---\njust words\n---\n", text, count=1), "must be `key: value`"),
    ],
)
def test_a_mistake_in_a_card_is_named(tmp_path: Path, change: object, problem: str) -> None:
    path = written(tmp_path)
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")  # type: ignore[operator]
    with pytest.raises(ContentError, match=problem):
        read_card(path)


def test_a_card_in_another_encoding_is_named(tmp_path: Path) -> None:
    path = tmp_path / "x.y.md"
    path.write_bytes("---\ntitle: môre\n---\n".encode("latin-1"))
    with pytest.raises(ContentError, match="not UTF-8"):
        read_card(path)
