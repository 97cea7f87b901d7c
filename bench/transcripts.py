"""Four conversations from the first message to a letter, as a page: python bench/transcripts.py."""

import re
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.channels.console import Console
from doorstep.settings import Settings
from doorstep.wiring import ensure_model, make_office, open_store

# Whoever speaks, where, and what they write; what stands in [brackets] is a button.
TALKS: Sequence[tuple[str, str, Sequence[str]]] = (
    (
        "South Africa: a tenant",
        "za",
        (
            "my landlord changed the locks today while i was at work, all my things are inside",
            "soweto",
            "[Write a letter for me]",
            "[Let me back into my home]",
            "Nomsa Dlamini",
            "c/o Grace Dlamini, 4 Zola Street, Soweto",
            "[Skip]",
            "Mr P. Botha",
            "[Skip]",
            "Room 3, 12 Vilakazi Street, Orlando West",
            "today",
            "He changed the locks at noon. My bed and my papers are inside.",
            "[Skip]",
            "[Send me the PDF]",
        ),
    ),
    (
        "South Africa: a grandmother",
        "za",
        (
            "sassa paid me today but R420 is gone, they say it is a funeral policy, i never signed for that",
            "[Money is taken from my grant or benefit]",
            "Mthatha",
            "[Older person's grant or pension]",
            "[Funeral policy]",
            "[Write a letter for me]",
            "[Stop money being taken from my grant]",
            "Nosipho Mabaso",
            "PO Box 12, Mthatha",
            "[Skip]",
            "Ubuhle Funeral Plan",
            "[No, never]",
            "[Skip]",
            "[Send me the PDF]",
        ),
    ),
    (
        "England: a tenant",
        "gb-eng",
        (
            "there is black mould on every wall and my little girl coughs all night, i told the landlord in september",
            "Leeds",
            "[Landlord or agent]",
            "in september",
            "[No]",
            "[A child]",
            "[Write a letter for me]",
            "[Ask the landlord for repairs]",
            "Amy Clarke",
            "Flat 2, 9 Hill Road, Leeds",
            "[Skip]",
            "[Skip]",
            "[Skip]",
            "[The same address]",
            "Black mould on the walls of both bedrooms and around the window in the kitchen.",
            "I told him by WhatsApp in September.",
            "My daughter coughs all night.",
            "in two weeks",
            "[Skip]",
            "[Skip]",
            "[Send me the PDF]",
        ),
    ),
    (
        "England: a claimant",
        "gb-eng",
        (
            "they turned down my PIP, the letter came on 9 november and says no points for anything",
            "[My application was refused]",
            "Manchester",
            "[Disability benefit or grant]",
            "[Write a letter for me]",
            "[Ask DWP to look at its decision again]",
            "Joe Adams",
            "14 Mill Street, Manchester",
            "[Skip]",
            "[PIP]",
            "They gave me no points at all.",
            "I cannot cook or wash without help. The report says that I can.",
            "[Skip]",
            "[Skip]",
            "[Send me the PDF]",
        ),
    ),
)
_BUTTON = re.compile(r"^  (\d+)\. (.+)$", re.MULTILINE)


def transcript(place: str, says: Sequence[str], model: Path) -> Iterator[str]:
    """The lines of one conversation, in an office of its own. A button that is not offered is not pressed."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(
            data=Path(folder), jurisdiction=place, model_file=model, settle_seconds=0, log_level="ERROR"
        )
        office = make_office(settings, open_store(settings, create=True))
        console = Console(office, "somebody")
        offered: dict[str, str] = {}
        for words in ("/start", *says):
            pressed = words[1:-1] if words.startswith("[") else ""
            if pressed and pressed not in offered:
                continue
            if words != "/start":
                yield f"**Person:** {'*' + pressed + '*' if pressed else words}\n"
            lines = console.says(offered[pressed] if pressed else words)
            offered = {label: number for number, label in _BUTTON.findall(lines[-1])} if lines else {}
            for line in lines:
                buttons = [label for _, label in _BUTTON.findall(line)]
                text = " · ".join(f"`{label}`" for label in buttons) if buttons else line
                yield "\n".join(f"> {part}" if part else ">" for part in text.split("\n")) + "\n"


def main() -> None:
    """Prints the page; trains a model first, which takes about half a minute."""
    print("# From the first message to a letter\n")
    print("Made by `python bench/transcripts.py`: what people write, what Doorstep says, and its buttons.\n")
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data=Path(folder))
        ensure_model(settings, lambda line: None)
        for title, place, says in TALKS:
            print(f"## {title}\n")
            for line in transcript(place, says, settings.model_path):
                print(line)


if __name__ == "__main__":
    main()
