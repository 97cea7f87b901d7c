"""A content folder with three issues and a few dozen examples, on which a model is trained in a moment."""

from pathlib import Path

TAXONOMY = """\
version: "small"
issues:
  housing.lockout: {title: Locked out, list_parent: HO-02, scope: locks changed}
  benefits.refused: {title: Refused, list_parent: BE-00, scope: claim refused}
  work.pay: {title: Wages, list_parent: WO-00, scope: wages not paid}
"""
_WHO = ("my landlord", "the owner", "he", "she", "they", "the agent", "somebody", "the manager")
_TOLD = {
    "housing.lockout": ("{} changed the locks and i am outside", "{} put a padlock on my door", "{} locked me out"),
    "benefits.refused": ("{} refused my grant", "{} said my application was declined", "grant declined by {}"),
    "work.pay": ("{} did not pay my wages", "no salary this month from {}", "{} keeps my pay"),
}
_CHATTER = ("{} told a good joke", "what a nice match, said {}", "{} likes the weather today")
_VAGUE = ("please help me", "i need advice", "something bad happened", "can you help", "i have a problem", "what now")
_SAID = {
    "affirm": ("yes", "yes please", "ok", "sure thing", "yebo"),
    "deny": ("no", "no thanks", "never", "nope", "rather not"),
}
_DANGER = {
    "violence": "{} hits me",
    "self_harm": "{} wants to die",
    "child_risk": "{} left the baby alone",
    "homeless_tonight": "{} sleeps in the park",
    "lockout": "{} locked us out",
    "utilities_off": "{} cut our water",
    "no_food": "{} has nothing to eat",
    "no_medicine": "{} ran out of pills",
    "court_soon": "{} must be in court tomorrow",
    "detention": "{} is in the cells",
    "calm": "{} waved from the bus",
}
_AFRIKAANS = ("ja asseblief", "ja dankie", "ja dis reg so", "ja natuurlik", "ja graag")


def write_small_content(folder: Path) -> Path:
    """Writes the folder and returns it."""
    for name in ("issues", "chatter", "intents", "danger"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "taxonomy.yml").write_text(TAXONOMY, encoding="utf-8")
    for issue, told in _TOLD.items():
        examples = [pattern.format(who) for pattern in told for who in _WHO]
        write_examples(folder / "issues" / f"{issue}.yml", issue, examples)
    chatter = [pattern.format(who) for pattern in _CHATTER for who in _WHO]
    write_examples(folder / "chatter" / "talk.yml", "no_problem", chatter)
    write_examples(folder / "vague.yml", "vague", _VAGUE)
    for intent, said in _SAID.items():
        write_examples(folder / "intents" / f"{intent}.yml", intent, said)
    for flag, pattern in _DANGER.items():
        write_examples(folder / "danger" / f"{flag}.yml", flag, [pattern.format(who) for who in _WHO])
    write_examples(folder / "intents" / "affirm.af.yml", "affirm", _AFRIKAANS, language="af")
    return folder


def write_examples(path: Path, intent: str, examples: tuple[str, ...] | list[str], *, language: str = "en") -> None:
    """Writes one file of examples."""
    lines = "".join(f"    - {example}\n" for example in examples)
    head = f'version: "3.1"\nnlu:\n- intent: {intent}\n  metadata: {{language: {language}}}\n  examples: |\n'
    path.write_text(head + lines, encoding="utf-8")
