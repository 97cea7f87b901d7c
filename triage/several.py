"""Several problems in one message: parts of it are read alone, so that a second problem is not drowned by the first."""

import re
from collections.abc import Sequence

from triage.classifier import IssueClassifier
from triage.meaning import Scored

# Sentence ends, and the words that join two troubles in English, Afrikaans, isiZulu, isiXhosa and Sesotho.
_JOINTS = re.compile(r"[.!?;\n]+|,? (?:and|but|also|plus|en|maar|futhi|kanti|kunye|mme|empa) (?=\w+ )", re.IGNORECASE)
_SHORTEST = 4  # words
_MOST_PARTS = 20
_PROBLEM = 0.7
_SURE_PART = 0.6
_HINTED = 0.5  # of the area in the whole text: words torn out of it may sound like anything
_SECOND = 0.2
_SECOND_AREA = 0.7
_MOST = 2


def parts_of(text: str) -> list[str]:
    """The sentences and clauses that are long enough to tell a problem."""
    parts = [part.strip() for part in _JOINTS.split(text) if part]
    return [part for part in parts if len(part.split()) >= _SHORTEST][:_MOST_PARTS]


def also_told(
    text: str, issues: Sequence[Scored], areas: Sequence[Scored], classifier: IssueClassifier
) -> tuple[str, ...]:
    """Problems told beside the first: a part that is clear by itself, or a strong second of another area."""
    first = issues[0].id
    found: dict[str, float] = {}
    hinted = {area.id for area in areas if area.probability >= _HINTED}
    parts = parts_of(text)
    if len(parts) > 1:
        for reading in classifier.read(parts):
            ranked = reading.issues
            clear = reading.problem >= _PROBLEM and ranked[0].probability >= _SURE_PART
            if clear and ranked[0].id != first and ranked[0].id.split(".", 1)[0] in hinted:
                found[ranked[0].id] = max(ranked[0].probability, found.get(ranked[0].id, 0.0))
    likely = {area.id for area in areas if area.probability >= _SECOND_AREA}
    for second in issues[1:3]:
        area = second.id.split(".", 1)[0]
        if second.probability >= _SECOND and area in likely and area != first.split(".", 1)[0]:
            found.setdefault(second.id, second.probability)
    return tuple(sorted(found, key=lambda issue: -found[issue]))[:_MOST]
