"""`doorstep train`: learns from the examples, judges the new model on held-out ones, and keeps the better one."""

from collections.abc import Callable

from doorstep.settings import Settings
from doorstep.wiring import usable_tier
from triage.errors import TriageError
from triage.examples import read_held_out
from triage.held_out import HeldOut, measure_held_out
from triage.understanding import Model, load_training_set, train

Say = Callable[[str], None]


class ModelIsWorse(TriageError):
    """The new model reads the held-out examples worse than the last one, which stays."""


def train_model(settings: Settings, *, anyway: bool, say: Say) -> None:
    """Trains and saves; raises ModelIsWorse, and saves nothing, unless told to save `anyway`."""
    training, tier = load_training_set(settings.content), usable_tier(settings, say)
    say(
        f"{len(training.told)} messages and {len(training.said)} short answers, "
        f"{len(training.taxonomy.issues)} issues, {tier} tier"
    )
    model = train(training, tier, say=say)
    found, last = _measure(settings, model), _measure_last(settings)
    say(f"On held-out examples: {_told(found)}")
    if last is not None:
        say(f"The last model:       {_told(last)}")
        if found.is_worse_than(last) and not anyway:
            raise ModelIsWorse(
                f"the new model reads {found.right:.1%} of the held-out examples rightly, the last one "
                f"{last.right:.1%}: the last one stays. Look at what changed in nlu_data, or save this one with "
                "`doorstep train --anyway`"
            )
    model.save(settings.model_path)
    say(f"Saved {settings.model_path}, fingerprint {model.fingerprint}, sure from {model.thresholds.floor:.2f}")


def _measure(settings: Settings, model: Model) -> HeldOut:
    examples = read_held_out(settings.content)
    readings = model.issues.read([example.text for example in examples]) if examples else []
    return measure_held_out(examples, readings, model.thresholds)


def _measure_last(settings: Settings) -> HeldOut | None:
    """None where there is no last model that could be used or compared."""
    try:
        last = Model.load(settings.model_path)
    except TriageError:
        return None
    issues = {example.intent for example in read_held_out(settings.content) if "." in example.intent}
    return _measure(settings, last) if issues <= set(last.issues.issues) else None


def _told(figures: HeldOut) -> str:
    return (
        f"{figures.right:.1%} right; issue first {figures.first:.1%}, among three {figures.among_three:.1%}; "
        f"sure {figures.sure:.1%}, rightly {figures.sure_right:.1%}; no problem heard as such {figures.nothing:.1%}; "
        f"vague asked about {figures.asked:.1%}"
    )
