"""The reading age of every card, oldest reader first, and what textstat says where it is installed.

python bench/readability.py [--cards 10]
"""

import argparse
from datetime import date

from triage.cards import SECTIONS, Card
from triage.coverage import card_reading_age
from triage.guidance import text_of
from triage.pack import LawPack, load_pack, packs_folder, packs_in

try:
    import textstat
except ImportError:
    textstat = None

SCHOOL_AGE = 5


def said(card: Card, pack: LawPack, today: date) -> str:
    """Everything a card can say, as plain text."""
    texts = pack.glossary.explain(text_of(card.sections[heading].lines, pack, today) for heading in SECTIONS)
    return "\n".join(texts).replace("• ", "")


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cards", type=int, default=10, help="how many cards of each pack to list")
    cards = parser.parse_args().cards
    today = date.today()  # noqa: DTZ011 - amounts of today
    apart = []
    for folder in packs_in(packs_folder()).values():
        pack = load_pack(folder)
        ages = {issue: card_reading_age(card, pack, today) for issue, card in pack.cards.items()}
        mean = sum(ages.values()) / len(ages)
        print(f"{pack.name}: {len(ages)} cards, mean {mean:.1f}, oldest {max(ages.values()):.1f}")
        for issue in sorted(ages, key=ages.__getitem__, reverse=True)[:cards]:
            print(f"  {issue:26}{ages[issue]:6.1f}")
        if textstat is not None:
            grades = {
                issue: textstat.flesch_kincaid_grade(said(card, pack, today).replace("\n", " "))
                for issue, card in pack.cards.items()
            }
            apart += [ages[issue] - SCHOOL_AGE - grade for issue, grade in grades.items()]
    if apart:
        mean, most = sum(apart) / len(apart), max(map(abs, apart))
        print(f"ours - textstat {textstat.__version__}: mean {mean:+.2f}, most {most:.2f}")


if __name__ == "__main__":
    main()
