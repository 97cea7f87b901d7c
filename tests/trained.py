"""The real model for tests: trained once for the same examples and the same code, then kept in a temp folder."""

import hashlib
import tempfile
from functools import cache
from pathlib import Path

from triage.errors import ModelFileError
from triage.safety import load_safety
from triage.understanding import LocalUnderstanding, Model, load_training_set, train

ROOT = Path(__file__).parent.parent
CONTENT = ROOT / "nlu_data"
# What the model is made by: trained anew when one of these changes, as it is when an example does.
_MADE_BY = (
    "understanding",
    "classifier",
    "kinds",
    "linear_heads",
    "short_classifier",
    "danger_heads",
    "text_features",
    "static_vectors",
    "tiers",
    "confidence",
    "model_file",
)


@cache
def model_path() -> Path:
    """A trained model file; training takes about half a minute, the next session finds the file."""
    training = load_training_set(CONTENT)
    made_by = hashlib.sha256(b"".join((ROOT / "triage" / f"{name}.py").read_bytes() for name in _MADE_BY)).hexdigest()
    folder = Path(tempfile.gettempdir()) / "doorstep-tests"
    path = folder / f"model-{training.fingerprint}-{made_by[:12]}.npz"
    try:
        Model.load(path)
    except ModelFileError:
        train(training).save(path)
    return path


@cache
def trained_understanding() -> LocalUnderstanding:
    """The local way of understanding, as an office has it."""
    return LocalUnderstanding(Model.load(model_path()), load_safety(CONTENT / "safety"))
