"""Whom to call, on one line, in the person's language."""

from bot.wording import FALLBACK, Wording
from triage.pack import Contact


def contact_line(contact: Contact, wording: Wording, language: str) -> str:
    """The line of a contact; its name and hours as far as they are translated."""
    if language == FALLBACK:
        return contact.line

    def translated(key: str, english: str) -> str:
        return wording.say(key, language) if wording.has(key) else english

    name = translated(f"contact.{contact.id}", contact.name)
    hours = translated(f"hours.{contact.hours.lower().replace(' ', '_')}", contact.hours)
    numbers = " / ".join(number for _, number in contact.numbers)
    return f"• {name}: {numbers}" + (f" ({hours})" if hours else "")
