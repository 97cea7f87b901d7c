"""Reads a message with the trained model and the danger phrases: the local way of understanding."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

from triage.classifier import IssueClassifier
from triage.confidence import Thresholds, decide, thresholds_for
from triage.danger import FLAGS, Safety, hear, load_safety
from triage.danger_heads import LONGEST, DangerHeads
from triage.errors import ContentError, ModelFileError
from triage.examples import Example, read_examples, read_folder
from triage.languages import MIXED, language_of
from triage.linear_heads import SEED
from triage.meaning import Decision, Flag, Meaning, Scored
from triage.model_file import load_model, save_model
from triage.several import also_told
from triage.short_classifier import ShortClassifier
from triage.taxonomy import Taxonomy, load_taxonomy
from triage.text_features import FOR_LANGUAGE, FOR_SHORT, Arrays, part_of

NO_PROBLEM, VAGUE, TELL, CALM = "no_problem", "vague", "tell", "calm"
SURE_PRECISION = 0.95
METHOD = 2  # of learning; another number makes every office train anew
_SHORT_WORDS = 12
_LANGUAGES_KEPT = 3
_READ_CHARACTERS = 8_000
_TOLD_IN = 600  # characters that tell language and intent; more of them only take time
_CONFIRMED_FROM = 0.7
_TOLD_CLEARLY = 0.98  # "no ID" is a problem, whatever "no" may mean
_SETTLED_FROM = 0.1
_ALSO_FROM = 0.2
# Whoever tells of these may be in danger: no material to learn calm from.
_NEAR_DANGER = (
    "crime.",
    "family.children",
    "family.violence",
    "health.",
    "housing.eviction",
    "housing.harassment",
    "housing.homeless",
    "housing.lockout",
    "housing.mortgage",
    "housing.utilities",
    "immigration.",
    "money.court_debt",
    "rights.discrimination",
    "work.treatment",
    VAGUE,
)
_ISSUE_OF_FLAG = {
    "lockout": "housing.lockout",
    "utilities_off": "housing.utilities",
    "homeless_tonight": "housing.homeless",
}


@dataclass(frozen=True, slots=True)
class TrainingSet:
    """Everything the model learns from: problems, vague ones and chatter; what is said to the bot; what danger is."""

    told: tuple[Example, ...]
    said: tuple[Example, ...]
    danger: tuple[Example, ...]
    taxonomy: Taxonomy

    @property
    def fingerprint(self) -> str:
        """The same for the same examples and taxonomy, whatever machine they lie on."""
        digest = hashlib.sha256(self.taxonomy.version.encode())
        for example in (*self.told, *self.said, *self.danger):
            digest.update(f"{example.intent}|{','.join(example.also)}|{example.language}|{example.text}\n".encode())
        return digest.hexdigest()[:16]


def load_training_set(content: Path) -> TrainingSet:
    """Reads all examples below the content folder; raises ContentError for a label that is no issue."""
    taxonomy = load_taxonomy(content / "taxonomy.yml")
    issues = read_folder(content / "issues")
    told = [*issues, *read_folder(content / "chatter"), *read_examples(content / "vague.yml")]
    for example in told:
        for label in example.labels:
            if label not in taxonomy.issues and label not in (NO_PROBLEM, VAGUE):
                raise ContentError(content / "issues", f"unknown issue {label!r} at {example.text[:40]!r}")
    if missing := taxonomy.issues.keys() - {example.intent for example in issues}:
        raise ContentError(content / "issues", f"no examples for {sorted(missing)[0]}")
    danger = read_folder(content / "danger")
    for example in danger:
        for label in example.labels:
            if label not in (*FLAGS, CALM):
                raise ContentError(content / "danger", f"unknown danger {label!r} at {example.text[:40]!r}")
    return TrainingSet(tuple(told), tuple(read_folder(content / "intents")), tuple(danger), taxonomy)


@dataclass(frozen=True, slots=True)
class Model:
    """The four trained classifiers, their thresholds and where they come from."""

    issues: IssueClassifier
    intents: ShortClassifier
    languages: ShortClassifier
    dangers: DangerHeads
    thresholds: Thresholds
    fingerprint: str
    tier: str = "light"

    def save(self, path: Path) -> None:
        """Writes the model file."""
        header = {
            "fingerprint": self.fingerprint,
            "issues": list(self.issues.issues),
            "thresholds": asdict(self.thresholds),
            "tier": self.tier,
        }
        arrays: Arrays = {}
        for name, part in (
            ("issues", self.issues),
            ("intents", self.intents),
            ("languages", self.languages),
            ("dangers", self.dangers),
        ):
            arrays |= {f"{name}.{key}": array for key, array in part.to_arrays().items()}
        save_model(path, header, arrays)

    @classmethod
    def load(cls, path: Path) -> "Model":
        """Reads the model file; raises ModelFileError when it cannot be used."""
        header, arrays = load_model(path)
        try:
            return cls(
                issues=IssueClassifier.from_arrays(header["issues"], part_of(arrays, "issues"), header["tier"]),
                intents=ShortClassifier.from_arrays(FOR_SHORT, part_of(arrays, "intents")),
                languages=ShortClassifier.from_arrays(FOR_LANGUAGE, part_of(arrays, "languages")),
                dangers=DangerHeads.from_arrays(part_of(arrays, "dangers")),
                thresholds=Thresholds(**header["thresholds"]),
                fingerprint=header["fingerprint"],
                tier=header["tier"],
            )
        except (KeyError, TypeError, ValueError):
            raise ModelFileError(
                f"the model file {path} is of another version: run `doorstep train` to make a new one"
            ) from None


def fingerprint_of(training: TrainingSet, tier: str) -> str:
    """Names the model that the examples and this way of learning give."""
    return hashlib.sha256(f"{training.fingerprint}|{tier}|{METHOD}".encode()).hexdigest()[:16]


def train(
    training: TrainingSet, tier: str = "light", *, seed: int = SEED, say: Callable[[str], None] = lambda step: None
) -> Model:
    """Learns from the examples, saying each step; the same examples give the same model.

    Raises EncoderMissing where the tier needs an encoder that is not there.
    """
    told = training.told
    labels = [() if example.intent == NO_PROBLEM else example.labels for example in told]
    issues = IssueClassifier(tuple(training.taxonomy.issues), tier, seed).fit(
        [example.text for example in told], labels, say
    )
    problems = [place for place, example in enumerate(told) if example.intent not in (NO_PROBLEM, VAGUE)]
    unseen = issues.read_unseen()
    thresholds = thresholds_for(
        [unseen[place] for place in problems],
        [labels[place] for place in problems],
        precision=SURE_PRECISION,
    )
    short = [example for example in told if len(example.text.split()) <= _SHORT_WORDS]
    said = [(e.text, e.intent) for e in training.said] + [(e.text, _as_said(e)) for e in short]
    spoken = [(e.text, e.language) for e in (*told, *training.said) if e.language != MIXED]
    say("Learning short answers, languages and danger")
    return Model(
        issues=issues,
        intents=ShortClassifier(FOR_SHORT).fit(*_columns(said)),
        languages=ShortClassifier(FOR_LANGUAGE).fit(*_columns(spoken)),
        dangers=train_dangers(training),
        thresholds=thresholds,
        fingerprint=fingerprint_of(training, tier),
        tier=tier,
    )


def train_dangers(training: TrainingSet) -> DangerHeads:
    """Learns what danger sounds like, from its own examples, from problems far from it and from what is said to us."""
    far = [e for e in training.told if not e.intent.startswith(_NEAR_DANGER) and len(e.text.split()) <= LONGEST]
    calm = [*far, *training.said]
    labels = [() if e.intent == CALM else e.labels for e in training.danger]
    texts = [e.text for e in (*training.danger, *calm)]
    return DangerHeads().fit(texts, [*labels, *(() for _ in calm)])


def _as_said(example: Example) -> str:
    return example.intent if example.intent in (NO_PROBLEM, VAGUE) else TELL


def _columns(pairs: Sequence[tuple[str, str]]) -> tuple[list[str], list[str]]:
    return [text for text, _ in pairs], [label for _, label in pairs]


def _whole_characters(text: str) -> str:
    """Half a character, which JSON may carry, would end the tokenizer."""
    return text.encode("utf-8", "replace").decode()


class LocalUnderstanding:
    """Understanding without any service: the model and the danger phrases."""

    def __init__(self, model: Model, safety: Safety) -> None:
        self.model = model
        self.safety = safety

    def read(self, text: str, *, story: str = "", asked: str = "", now: datetime) -> Meaning:
        """What `text` means. Issues are read from the whole `story` so far, danger and intent from `text` alone."""
        if not text.strip():
            return Meaning(model=self.model.fingerprint)
        text = _whole_characters(text[:_READ_CHARACTERS])
        told = _whole_characters((story or text)[-_READ_CHARACTERS:])
        flags = self._dangers(text, asked, now)
        reading = self.model.issues.read([told])[0]
        areas, issues = reading.areas, reading.issues
        intent = self._intent(text)
        decision = decide(reading, self.model.thresholds)
        several = decision in (Decision.SURE, Decision.ASK)
        meaning = Meaning(
            language=language_of(text[:_TOLD_IN], self.model.languages),
            languages=tuple(self.model.languages.read([text[:_TOLD_IN]])[0][:_LANGUAGES_KEPT]),
            problem=reading.problem,
            decision=decision,
            issues=issues,
            areas=areas,
            also=also_told(told, issues, areas, self.model.issues) if several else (),
            flags=flags,
            intent=intent.id,
            intent_probability=intent.probability,
            model=self.model.fingerprint,
        )
        return settled(meaning, told)

    def _dangers(self, text: str, asked: str, now: datetime) -> tuple[Flag, ...]:
        """What phrases hear; only when that is nothing, what the message resembles."""
        heard = hear(text, self.safety, asked=asked or None, today=now.date())
        return heard or self.model.dangers.hear(text)

    def _intent(self, text: str) -> Scored:
        return self.model.intents.read([text[:_TOLD_IN]])[0][0]


def settled(meaning: Meaning, told: str) -> Meaning:
    """A reading of `told` once danger, and what is said to the bot, have had their say in what is decided."""
    return _settled_by_danger(_tempered(meaning, told))


def _settled_by_danger(meaning: Meaning) -> Meaning:
    """A danger that is heard settles a doubt about the issue it belongs to: nobody is asked twice in an emergency."""
    heard = {_ISSUE_OF_FLAG[flag.id] for flag in meaning.flags if flag.sure and flag.id in _ISSUE_OF_FLAG}
    first = next((s for s in meaning.issues[:3] if s.id in heard and s.probability >= _SETTLED_FROM), None)
    if meaning.decision is not Decision.ASK or first is None:
        return meaning
    others = tuple(scored for scored in meaning.issues if scored is not first)
    also = [scored.id for scored in others[:2] if scored.probability >= _ALSO_FROM]
    also += [issue for issue in meaning.also if issue != first.id]
    return replace(meaning, decision=Decision.SURE, issues=(first, *others), also=tuple(dict.fromkeys(also)))


def _tempered(meaning: Meaning, told: str) -> Meaning:
    """Short words that are said to the bot are no problem; danger always is one; vague trouble needs a question."""
    short = len(told.split()) <= _SHORT_WORDS
    certain = short and meaning.intent_probability >= _CONFIRMED_FROM
    if meaning.flags and meaning.decision is Decision.NONE:
        return replace(meaning, decision=Decision.ASK, problem=max(meaning.problem, _CONFIRMED_FROM))
    if certain and meaning.intent == VAGUE and not meaning.flags:
        return replace(meaning, decision=Decision.HUMAN, problem=max(meaning.problem, 0.5))
    chatter = meaning.intent == NO_PROBLEM and meaning.decision is Decision.HUMAN  # nothing that resembles a problem
    said_to_us = meaning.intent not in (TELL, NO_PROBLEM)
    told_clearly = bool(meaning.issues) and min(meaning.problem, meaning.issues[0].probability) >= _TOLD_CLEARLY
    if certain and (said_to_us or chatter) and not meaning.flags and not told_clearly:
        return replace(meaning, decision=Decision.NONE)
    return meaning


def load_understanding(model_path: Path, content: Path) -> LocalUnderstanding:
    """The trained model and the danger phrases, ready to read."""
    return LocalUnderstanding(Model.load(model_path), load_safety(content / "safety"))
