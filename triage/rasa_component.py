"""What we add to a Rasa 3 pipeline, the embedded classifier first of all: the one module of ours that imports Rasa.

`rasa train` trains and keeps it, `rasa run` loads it, under Python 3.10 (docs/how-to/use-rasa.md).
"""

from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.tokenizers.tokenizer import Token
from rasa.nlu.tokenizers.whitespace_tokenizer import WhitespaceTokenizer
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from triage.confidence import decide
from triage.examples import Example
from triage.meaning import Scored
from triage.several import also_told
from triage.taxonomy import Issue, Taxonomy
from triage.understanding import NO_PROBLEM, TELL, VAGUE, Model, TrainingSet, train

READING = "doorstep"  # the key of the whole reading in Rasa's answer
_FILE = "model.npz"
_SHORT = 12  # words: what is said to the bot is learnt on short messages
_READ = 8_000  # characters


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class DoorstepClassifier(GraphComponent, IntentClassifier):  # type: ignore[misc]
    """Puts the embedded classifier's whole reading into each message; with `intent: true` also Rasa's own intent."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`intent`: whether this component names the intent, or only adds its reading beside another's."""
        return {"intent": True}

    # Rasa reads these annotations: without them it refuses the component.
    def __init__(self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource) -> None:
        self._config, self._storage, self._resource = config, model_storage, resource
        self._model: Model | None = None

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "DoorstepClassifier":
        """A component that has learnt nothing yet."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "DoorstepClassifier":
        """The component as it was trained; raises ModelFileError when the vectors installed here are others."""
        component = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            component._model = Model.load(Path(folder) / _FILE)
        return component

    def train(self, training_data: TrainingData) -> Resource:
        """Learns from the examples as Rasa has read them, and keeps the model."""
        self._model = train(training_set(training_data))
        with self._storage.write_to(self._resource) as folder:
            self._model.save(Path(folder) / _FILE)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Reads each message."""
        for message in messages:
            text = message.get(TEXT)
            if text and text.strip() and self._model is not None:
                self._read(message, text[:_READ], self._model)
        return messages

    def _read(self, message: Message, text: str, model: Model) -> None:
        read, said = model.issues.read([text])[0], model.intents.read([text])[0]
        reading = {
            "problem": read.problem,
            "decision": str(decide(read, model.thresholds)),
            "issues": {one.id: one.probability for one in read.issues},
            "areas": {one.id: one.probability for one in read.areas},
            "also": list(also_told(text, read.issues, read.areas, model.issues)),
            "intents": {one.id: one.probability for one in said},
            "model": model.fingerprint,
        }
        message.set(READING, reading, add_to_output=True)
        if self._config["intent"]:
            if len(text.split()) > _SHORT:
                said = (Scored(TELL, read.problem), Scored(NO_PROBLEM, 1 - read.problem))
            ranking = [{"name": one.id, "confidence": one.probability} for one in as_intents(read.issues, said)]
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Leaves the examples as they are for the components after it."""
        return training_data


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class FirstWords(WhitespaceTokenizer):  # type: ignore[misc]
    """Reads only the first `words` of a message: DIET's time and memory grow with the longest message of a batch."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`words`, beside what Rasa's own tokenizer knows."""
        return {**WhitespaceTokenizer.get_default_config(), "words": 50}

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """The first words, the same in training and in reading."""
        return list(super().tokenize(message, attribute)[: self._config["words"]])


def training_set(training_data: TrainingData) -> TrainingSet:
    """Rasa's reading of the examples as ours: an intent with a dot is an issue, the others are said to the bot."""
    examples = [_example(message) for message in training_data.intent_examples]
    told = tuple(example for example in examples if _is_told(example))
    said = tuple(example for example in examples if not _is_told(example))
    issues = dict.fromkeys(example.intent for example in told if "." in example.intent)
    taxonomy = Taxonomy("as in Rasa", {issue: Issue(issue, issue, "", "") for issue in issues})
    return TrainingSet(told, said, (), taxonomy)  # danger is heard outside of Rasa


def _is_told(example: Example) -> bool:
    return "." in example.intent or example.intent in (NO_PROBLEM, VAGUE)


def _example(message: Message) -> Example:
    metadata = message.get("metadata") or {}
    merged = {**(metadata.get("intent") or {}), **(metadata.get("example") or {})}
    return Example(
        text=message.get(TEXT),
        intent=message.get(INTENT),
        also=tuple(merged.get("also", ())),
        language=merged.get("language", "en"),
    )


def as_intents(issues: tuple[Scored, ...], said: tuple[Scored, ...]) -> list[Scored]:
    """One ranking of all: what is told shares out among the issues what is left by what is said to the bot."""
    ours = [one for one in said if one.id != TELL]
    left = next((one.probability for one in said if one.id == TELL), 0.0)
    ranked = [*ours, *(Scored(one.id, one.probability * left) for one in issues)]
    return sorted(ranked, key=lambda one: -one.probability)
