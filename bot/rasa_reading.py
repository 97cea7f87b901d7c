"""What a Rasa server's answer says, in our terms; an answer that is not in order is refused as a whole."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from triage.confidence import Thresholds, decide
from triage.meaning import Decision, Reading, Scored
from triage.understanding import NO_PROBLEM, TELL, VAGUE

COMPONENT = "doorstep"  # where triage/rasa_component.py puts its reading


@dataclass(frozen=True, slots=True)
class Labels:
    """What Rasa may answer: the issues of the taxonomy, and what is said to the bot."""

    issues: tuple[str, ...]
    said: tuple[str, ...]

    @classmethod
    def of(cls, issues: Iterable[str], said: Iterable[str]) -> "Labels":
        """All of them; chatter and vague trouble are said too."""
        return cls(tuple(issues), tuple({*said, NO_PROBLEM, VAGUE} - {TELL}))


@dataclass(frozen=True, slots=True)
class RasaReading:
    """One text as Rasa read it. `calibrated` says whether its numbers are probabilities, or Rasa's own confidences."""

    problem: float
    decision: Decision
    issues: tuple[Scored, ...]
    areas: tuple[Scored, ...]
    also: tuple[str, ...]
    intent: Scored
    calibrated: bool


def read_answer(answer: Any, labels: Labels, thresholds: Thresholds) -> RasaReading:
    """The answer of `/model/parse`; raises ValueError, which quotes nothing, when it is not in order."""
    try:
        if COMPONENT in answer:
            return _from_component(answer[COMPONENT], labels)
        ranking = {one["name"]: _probability(one["confidence"]) for one in answer["intent_ranking"]}
    except (KeyError, TypeError, AttributeError):
        raise ValueError("not an answer of /model/parse") from None
    if len(ranking) < 2:  # a trained model ranks all; only an intent that was forced stands alone
        raise ValueError("no ranking of intents")
    return _from_ranking(ranking, labels, thresholds)


def _from_component(reading: Any, labels: Labels) -> RasaReading:
    issues, areas = _scores(reading["issues"], labels.issues), _scores(reading["areas"], _areas(labels))
    said = _scores(reading["intents"], (*labels.said, TELL))
    also = tuple(issue for issue in reading["also"] if issue in labels.issues)
    decision = next((one for one in Decision if one == reading["decision"]), None)
    if decision is None:
        raise ValueError("no decision")
    return RasaReading(
        _probability(reading["problem"]),
        decision,
        _ordered(issues),
        _ordered(areas),
        also,
        _ordered(said)[0],
        calibrated=True,
    )


def _from_ranking(ranking: Mapping[str, float], labels: Labels, thresholds: Thresholds) -> RasaReading:
    """Shares of one softmax over everything: the issues' together say how likely a problem is."""
    scores = _scores(ranking, (*labels.issues, *labels.said))
    told = {issue: scores[issue] for issue in labels.issues}
    trouble, all_ = sum(told.values()), sum(scores.values())
    if not trouble or not all_:
        raise ValueError("no confidence in anything")
    areas = {area: sum(p for issue, p in told.items() if issue.startswith(f"{area}.")) for area in _areas(labels)}
    said = {intent: scores[intent] for intent in labels.said} | {TELL: trouble}
    issues = _ordered({issue: share / trouble for issue, share in told.items()})
    problem = min((trouble + scores[VAGUE]) / all_, 1.0)
    decision = decide(Reading(problem, scores[VAGUE] / all_, _ordered(areas), issues), thresholds)
    if decision is Decision.SURE:  # nothing has shown how often such a confidence is right: the person is asked
        decision = Decision.ASK
    return RasaReading(problem, decision, issues, _ordered(areas), (), _ordered(said)[0], calibrated=False)


def _areas(labels: Labels) -> tuple[str, ...]:
    return tuple(dict.fromkeys(issue.split(".", 1)[0] for issue in labels.issues))


def _scores(given: Mapping[Any, Any], known: Iterable[str]) -> dict[str, float]:
    """A score for each known name; what is not named has none. Raises ValueError for a name that is not known."""
    scores = dict.fromkeys(known, 0.0)
    if not given.keys() <= scores.keys():
        raise ValueError("trained on other examples")
    return scores | {name: _probability(value) for name, value in given.items()}


def _probability(value: Any) -> float:
    if not isinstance(value, int | float) or not math.isfinite(value) or not -1e-6 <= value <= 1 + 1e-6:
        raise ValueError("a confidence that is none")
    return min(max(float(value), 0.0), 1.0)


def _ordered(scores: Mapping[str, float]) -> tuple[Scored, ...]:
    return tuple(Scored(name, score) for name, score in sorted(scores.items(), key=lambda pair: -pair[1]))
