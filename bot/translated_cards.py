"""A card in the person's own language, or a kind word about why it is in English."""

from bot.days import say_date
from bot.draft import Draft
from bot.messages import Reply
from triage.card_versions import CardVersion
from triage.cards import HELP, SECTIONS
from triage.guidance import sources_of
from triage.pack import LawPack

_SOURCES_SHOWN = 4


def show(draft: Draft, issue: str) -> bool:
    """Shows the version in the person's language. False when the English card is to be shown: they know why by then."""
    pack, language = draft.book.pack, draft.session.language
    if language == "en":
        return False
    version = draft.book.card_version(issue, language)
    if version is None:
        draft.note_english(f"card:{pack.id}/{pack.card_for(issue).issue}")
        draft.say("guidance.only_english", choices=(draft.human_button,))
        return False
    draft.replies += [Reply(text) for text in _in_their_words(draft, version, pack)]
    return True


def heading_key(heading: str) -> str:
    """The key of the sentence that a section of a card is headed with."""
    return f"card.{heading.lower().replace(' ', '_')}"


def _in_their_words(draft: Draft, version: CardVersion, pack: LawPack) -> list[str]:
    card = pack.card_for(version.issue)
    lines = [draft.contact_line(contact) for contact in pack.contacts_on(card, draft.session.answers.get("place"))]
    if draft.today > card.expires:  # old law does more harm than none, in any language
        return ["\n".join([draft.words("card.too_old"), *lines])]
    said = {heading: version.sections[heading] for heading in SECTIONS if heading in version.sections}
    said[HELP] = "\n".join(filter(None, [said.get(HELP, ""), *lines]))
    blocks = [f"{draft.words(heading_key(heading))}\n{text}" for heading, text in said.items() if text]
    return [*blocks, _origin(draft, version, pack)]


def _origin(draft: Draft, version: CardVersion, pack: LawPack) -> str:
    card = pack.card_for(version.issue)
    titles = sources_of(card, pack)
    lines = [draft.words("card.sources", day=say_date(card.checked, version.language))]
    lines += [f"• {title}" for title in titles[:_SOURCES_SHOWN]]
    if len(titles) > _SOURCES_SHOWN:
        lines.append(draft.words("card.more_sources", count=str(len(titles) - _SOURCES_SHOWN)))
    if card.reviewed_by is None:
        lines.append(draft.words("card.not_reviewed"))
    if version.speaker is None:
        lines.append(draft.words("card.unchecked"))
    return "\n".join(lines)
