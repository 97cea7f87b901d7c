"""Tells the language of a message, and hears when two are mixed in it."""

import re
from collections import Counter

from triage.short_classifier import ShortClassifier

MIXED, OTHER = "mixed", "other"
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_HEARD_IN = 300  # characters that tell whether languages are mixed; more of them only take time
_TOGETHER = 3  # words read together: one alone is too often a name or in use in several languages
_CLEAR = 0.9
_LEAST_SHARE = 0.1
_ALIKE = {"xh": "zu"}  # so near to each other that three words seldom tell them apart


def language_of(text: str, classifier: ShortClassifier) -> str:
    """The most probable language of the whole, or `mixed` where some of the words are clearly in another one."""
    if _is_mixed(text[:_HEARD_IN], classifier):
        return MIXED
    return classifier.read([text])[0][0].id


def _is_mixed(text: str, classifier: ShortClassifier) -> bool:
    words = _WORD.findall(text)
    if len(words) <= _TOGETHER:
        return False
    pieces = [" ".join(words[at : at + _TOGETHER]) for at in range(len(words) - _TOGETHER + 1)]
    heard: Counter[str] = Counter()
    for scored in classifier.read(pieces):
        language = _ALIKE.get(scored[0].id, scored[0].id)
        share = sum(one.probability for one in scored if _ALIKE.get(one.id, one.id) == language)
        if share >= _CLEAR and language != OTHER:
            heard[language] += 1
    if len(heard) < 2:
        return False
    (_, first), (_, second) = heard.most_common(2)
    return second >= _LEAST_SHARE * (first + second)
