"""A law pack of a made-up country with one card, as somebody who adds a country would begin."""

from pathlib import Path

from bot.dangers import ORDER

_FILES = {
    "pack.yml": """\
id: xx
name: Atlantis
version: "1"
language: en
timezone: Europe/Lisbon
date_order: YMD
currency: EUR
holidays: PT
recesses:
  - {id: summer, first: "08-01", last: "08-31"}
""",
    "places.yml": """\
regions:
  - {id: xx-n, name: North Island, names: [harbour town]}
towns: []
""",
    "sources.yml": """\
LAW1: {title: "Tenancy Act, section 1", address: "https://law.example/1", checked: 2026-11-23, evidence: page}
""",
    "contacts.yml": """\
- id: helpline
  name: Help line
  numbers: {phone: "555 0100"}
  for: [%s]
  evidence: page
  source: LAW1
  checked: 2026-11-23
  publish: true
""",
    "figures.yml": "fee: [{value: 12, unit: EUR, from: 2026-01-01, to: 2026-12-31, source: LAW1}]\n",
    "deadlines.yml": """\
- id: answer
  issues: [housing.eviction]
  counts_from: letter_date
  length: 10
  unit: court_days
  recess: summer
  what: Answer the court.
  late: Go to the court.
  source: LAW1
  review: true
""",
}
_CARD = """\
---
issue: {issue}
title: {title}
owner: law team
reviewed_by: null
reviewed_on: null
review_due: 2027-05-23
expires: 2027-11-23
checked: 2026-11-23
deadlines: [{deadlines}]
contacts: [helpline]
reviews: []
---
## In short
- Read every paper.

## Your rights
- Only a court can put you out. [^LAW1]

## Do this now
{steps}

## Do not
- Do not move out.

## Keep as evidence
- The letter.

## Deadlines
- Look for a date.

## Who can help
- The help line.
"""
_STEPS = """\
### When court is yes
- Go to court. The fee is {figure:fee}. [^LAW1]
### Otherwise
- Ask if there is a court date."""


def write_small_pack(folder: Path) -> Path:
    """Writes the pack `xx` into a folder of packs and returns its own folder."""
    pack = folder / "xx"
    (pack / "cards").mkdir(parents=True)
    for name, text in _FILES.items():
        topics = ", ".join((*ORDER, "human"))
        (pack / name).write_text(text % topics if name == "contacts.yml" else text, encoding="utf-8")
    general = _CARD.format(issue="general", title="What always helps", deadlines="", steps="- Ask for help.")
    (pack / "cards" / "general.md").write_text(general, encoding="utf-8")
    eviction = _CARD.format(issue="housing.eviction", title="Notice to leave", deadlines="answer", steps=_STEPS)
    (pack / "cards" / "housing.eviction.md").write_text(eviction, encoding="utf-8")
    return pack
