"""Trains, tests and serves the Rasa project in nlu_data/rasa with the Rasa of `make rasa`, as a program of its own."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

from doorstep.settings import Settings, SettingsError, environment_with
from triage.content import read_mapping
from triage.errors import ContentError, TriageError
from triage.examples import read_held_out

GATEWAY = "gateway"
_EXAMPLES = ("issues", "chatter", "intents", "vague.yml")
_ROOT = Path(__file__).parent.parent
# Rasa's command, with the token of its API taken out of the environment: as an argument everybody here could read it.
_RUN = """
import os, sys
sys.argv += ["--auth-token", os.environ.pop("RASA_API_TOKEN")]
from rasa.__main__ import main
main()
"""


class RasaError(TriageError):
    """Rasa's own program failed, or its report is missing or too low; the message says what to do."""


@dataclass(frozen=True, slots=True)
class RasaScore:
    """How often Rasa named the right intent of `texts` held-out messages; `floor` is what it must reach."""

    texts: int
    accuracy: float
    floor: float


class RasaProject:
    """The project, the environment that Rasa lives in, and the folder of what it has trained."""

    def __init__(self, settings: Settings) -> None:
        self._python = settings.rasa_environment.absolute() / "bin" / "python"
        self._content = settings.content.resolve()
        self._folder = self._content / "rasa"
        self._models = settings.data.resolve() / "rasa"

    def pipelines(self) -> tuple[str, ...]:
        """The names that can be trained: those with a recorded floor, and the gateway."""
        return (*self._floors(), GATEWAY)

    def model(self, pipeline: str) -> Path:
        """Where the model of a pipeline is kept."""
        return self._models / f"{pipeline}.tar.gz"

    def validate(self, pipeline: str) -> None:
        """Lets Rasa check examples and domain; raises RasaError for anything it warns of."""
        config, *about = self._about(pipeline)
        with tempfile.TemporaryDirectory() as work:
            self._rasa(["data", "validate", "--fail-on-warnings", "--config", config, *about], Path(work))

    def train(self, pipeline: str) -> Path:
        """Trains, and returns the model; raises RasaError with the last words of Rasa when that fails."""
        config, *about = self._about(pipeline)
        with tempfile.TemporaryDirectory() as work:  # Rasa keeps a cache where it runs
            model = ["--fixed-model-name", pipeline, "--out", work]
            self._rasa(["train", "--config", config, *about, *model], Path(work))
            self._models.mkdir(parents=True, exist_ok=True)
            shutil.move(Path(work) / f"{pipeline}.tar.gz", self.model(pipeline))
        return self.model(pipeline)

    def _about(self, pipeline: str) -> list[str]:
        """The configuration, and the arguments that name domain and data."""
        if pipeline == GATEWAY:
            folder = self._folder / GATEWAY
            data = [folder / "nlu.yml", folder / "rules.yml"]
            config, domain = folder / "config.yml", folder / "domain.yml"
        else:
            data = [self._content / name for name in _EXAMPLES]
            config, domain = self._folder / f"{pipeline}.yml", self._folder / "domain.yml"
        return [str(config), "--domain", str(domain), "--data", *map(str, data)]

    def test(self, pipeline: str) -> RasaScore:
        """Lets Rasa judge the held-out messages, and reads its report: its exit code says nothing.

        Raises RasaError when the report is missing, is about other messages, or is below the recorded floor.
        """
        model = self._trained(pipeline)
        held_out = len(read_held_out(self._content))
        with tempfile.TemporaryDirectory() as work:
            told = ["--nlu", str(self._content / "heldout"), "--out", work, "--no-plot"]
            self._rasa(["test", "nlu", "--model", str(model), *told], Path(work))
            report = Path(work) / "intent_report.json"
            score = read_report(report, texts=held_out, floor=self._floors()[pipeline])
        if score.accuracy < score.floor:
            raise RasaError(f"{pipeline}: accuracy {score.accuracy:.3f} is below the floor of {score.floor:.3f}")
        return score

    def serve(self, settings: Settings, pipeline: str, *, show: bool) -> NoReturn:
        """Becomes Rasa's server. What Rasa prints may quote people: it is shown only when asked for."""
        model = self._trained(pipeline)
        token = settings.rasa_token.get_secret_value()
        if not token:
            raise SettingsError("DOORSTEP_RASA_TOKEN is not set: a long random word that guards Rasa's own API")
        port = port_of(settings, pipeline)
        command = ["run", "--enable-api", "-i", "127.0.0.1", "-p", str(port), "--model", str(model)]
        added = {"RASA_API_TOKEN": token}
        if pipeline == GATEWAY:
            folder = self._folder / GATEWAY
            credentials = (settings.rasa_credentials or folder / "credentials.yml").resolve()
            command += ["--endpoints", str(folder / "endpoints.yml"), "--credentials", str(credentials)]
            added["RASA_GATEWAY_URL"] = f"http://127.0.0.1:{settings.rasa_gateway_port}/webhook"
            added["RASA_GATEWAY_TOKEN"] = settings.rasa_gateway_token.get_secret_value()
        program = self._program()
        os.chdir(self._models)
        if not show:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, sys.stdout.fileno())
            os.dup2(nowhere, sys.stderr.fileno())
        os.execve(program, [program, "-c", _RUN, *command], self._environment(**added))  # noqa: S606 - no shell is wanted

    def _trained(self, pipeline: str) -> Path:
        model = self.model(pipeline)
        if not model.exists():
            raise RasaError(f"{model} is missing: run `doorstep rasa train {pipeline}` first")
        return model

    def _rasa(self, arguments: list[str], work: Path) -> None:
        done = subprocess.run(  # noqa: S603 - Rasa's own program
            [self._program(), "-m", "rasa", *arguments],
            cwd=work,
            env=self._environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        if done.returncode:
            said = done.stdout.decode("utf-8", "replace").strip().splitlines()
            # Rasa also warns of every intent without a story, and takes no offence.
            warned = [line for line in said if "UserWarning: " in line and "not used in any story" not in line]
            raise RasaError(f"rasa {' '.join(arguments[:2])} failed: {' / '.join((warned or said)[-3:])}")

    def _program(self) -> str:
        if not self._python.exists():
            raise RasaError(f"Rasa is not installed in {self._python.parent.parent}: run `make rasa`")
        return str(self._python)

    def _environment(self, **added: str) -> dict[str, str]:
        """Without our settings, which hold secrets; our component is found through the path."""
        return environment_with(RASA_TELEMETRY_ENABLED="false", PYTHONPATH=str(_ROOT), **added)

    def _floors(self) -> dict[str, float]:
        path = self._folder / "floors.yml"
        floors = read_mapping(path)
        if not all(isinstance(floor, float) for floor in floors.values()):
            raise ContentError(path, "each pipeline needs a floor between 0 and 1")
        return floors


def port_of(settings: Settings, pipeline: str) -> int:
    """The port on which the server of a pipeline listens: that of its address in the settings."""
    url = settings.rasa_gateway_url if pipeline == GATEWAY else settings.rasa_url
    return urlsplit(url).port or 5005


def read_report(path: Path, *, texts: int, floor: float) -> RasaScore:
    """Rasa's report of intents; raises RasaError when there is none, or when it is about other messages."""
    try:
        report: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        judged, accuracy = int(report["weighted avg"]["support"]), float(report["accuracy"])
    except FileNotFoundError:
        raise RasaError("rasa test wrote no report") from None
    except (ValueError, KeyError, TypeError):
        raise RasaError("Rasa's report cannot be read") from None
    if judged != texts:
        raise RasaError(f"Rasa judged {judged} messages, not the {texts} held-out ones")
    return RasaScore(judged, accuracy, floor)
