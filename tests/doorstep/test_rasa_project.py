"""The Rasa project: Rasa itself finds it valid, trains, tests and serves it; no report and no exit code is trusted."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
import yaml

from bot.rasa_understanding import RasaUnderstanding
from doorstep.content_check import check_content
from doorstep.rasa_project import RasaError, RasaProject, read_report
from doorstep.settings import Settings
from tests.emulator import wait_until
from tests.needs import ROOT, rasa_python
from tests.rasa_servers import API_TOKEN, Program, free_port
from tests.small_content import write_examples, write_small_content
from tests.trained import CONTENT
from triage.errors import ContentError
from triage.meaning import Decision
from triage.pack import packs_folder
from triage.safety import load_safety
from triage.understanding import LocalUnderstanding, load_training_set, train

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
LABELS = ["housing.lockout", "benefits.refused", "work.pay", "no_problem", "vague", "affirm", "deny"]
LOCKED = "the owner changed the locks and i am outside"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """An office whose content has three issues, with the same Rasa project over it."""
    folder = tmp_path_factory.mktemp("small")
    content = write_small_content(folder / "content")
    shutil.copytree(CONTENT / "rasa", content / "rasa")
    domain = {"version": "3.1", "intents": LABELS}
    (content / "rasa" / "domain.yml").write_text(yaml.safe_dump(domain), encoding="utf-8")
    (content / "rasa" / "floors.yml").write_text("doorstep: 0.75\nlight: 0.75\n", encoding="utf-8")
    (content / "heldout").mkdir()
    write_examples(content / "heldout" / "work.yml", "work.pay", ["she keeps my pay", "he did not pay my wages today"])
    write_examples(
        content / "heldout" / "housing.yml", "housing.lockout", ["they locked me out", "a padlock on my door"]
    )
    (content / "heldout" / "danger.yml").write_text('- text: "not for Rasa"\n  flags: []\n', encoding="utf-8")
    return Settings(data=folder / "data", content=content)


@pytest.fixture(scope="module")
def project(small: Settings) -> RasaProject:
    """That project, trained with our component in the pipeline."""
    rasa_python()
    project = RasaProject(small)
    project.train("doorstep")
    return project


@pytest.fixture(scope="module")
def server(small: Settings, project: RasaProject) -> Iterator[str]:
    """The address of a Rasa server with it."""
    url = f"http://127.0.0.1:{free_port()}"
    settings = {"DATA": str(small.data), "CONTENT": str(small.content), "RASA_TOKEN": API_TOKEN, "RASA_URL": url}
    program = Program(("rasa", "serve", "doorstep"), settings, small.data / "serve.log")
    program.start()

    def answers() -> bool:
        try:
            return httpx.get(f"{url}/status", params={"token": API_TOKEN}).is_success
        except httpx.TransportError:
            return False

    wait_until(answers, saying="Rasa starts", seconds=120)
    yield url
    assert program.stop() == 0
    assert "Quagmirella" not in program.output


@pytest.mark.rasa
def test_rasa_finds_nothing_wrong_with_our_examples() -> None:
    rasa_python()
    RasaProject(Settings(content=CONTENT)).validate("doorstep")


@pytest.mark.rasa
def test_rasa_judges_the_held_out_messages_and_we_read_its_report(project: RasaProject) -> None:
    score = project.test("doorstep")
    assert (score.texts, score.floor) == (4, 0.75)
    assert score.accuracy >= 0.75


@pytest.mark.rasa
def test_a_score_below_the_floor_fails(small: Settings, project: RasaProject) -> None:
    path = small.content / "rasa" / "floors.yml"
    before = path.read_text(encoding="utf-8")
    path.write_text("doorstep: 1.01\n", encoding="utf-8")
    with pytest.raises(RasaError, match="is below the floor of 1.010"):
        project.test("doorstep")
    path.write_text(before, encoding="utf-8")


@pytest.mark.rasa
def test_our_component_reads_in_rasa_as_it_does_here(small: Settings, server: str) -> None:
    local = LocalUnderstanding(train(load_training_set(small.content)), load_safety(CONTENT / "safety"))
    rasa = RasaUnderstanding(local, server, API_TOKEN, seconds=10)
    meaning, here = rasa.read(LOCKED, now=NOW), local.read(LOCKED, now=NOW)
    rasa.close()
    assert rasa.failed == 0
    assert meaning.calibrated
    assert [issue.id for issue in meaning.issues] == [issue.id for issue in here.issues]
    # scikit-learn 1.1 there, a current one here: the same learning, not the same digits.
    assert meaning.issues[0].probability == pytest.approx(here.issues[0].probability, abs=0.05)
    assert meaning.problem == pytest.approx(here.problem, abs=0.05)
    assert meaning.decision in (Decision.SURE, Decision.ASK)


@pytest.mark.rasa
def test_diet_reads_the_first_words_of_a_message() -> None:
    config = yaml.safe_load((CONTENT / "rasa" / "diet.yml").read_text(encoding="utf-8"))
    name, words = config["pipeline"][0]["name"], config["pipeline"][0]["words"]
    program = f"""
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.utils.common import class_from_module_path
component = class_from_module_path({name!r})
tokenizer = component.create({{**component.get_default_config(), "words": {words}}}, None, None, None)
read = lambda text: [token.text for token in tokenizer.tokenize(Message(data={{"text": text}}), "text")]
print(len(read("they locked me out " * 100)), *read("they locked me out"))
"""
    done = subprocess.run(
        [rasa_python(), "-W", "ignore", "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.split() == [str(words), "they", "locked", "me", "out"]


@pytest.mark.rasa
def test_a_person_cannot_name_an_intent_of_a_real_server(small: Settings, server: str) -> None:
    url = f"{server}/model/parse"
    forced = httpx.post(url, params={"token": API_TOKEN}, json={"text": '/deny{"a": "Quagmirella"}'}).json()
    assert forced["intent"] == {"name": "deny", "confidence": 1.0}  # this is how Rasa is
    local = LocalUnderstanding(train(load_training_set(small.content)), load_safety(CONTENT / "safety"))
    rasa = RasaUnderstanding(local, server, API_TOKEN, seconds=10)
    meaning = rasa.read(' /\t/deny{"a": "Quagmirella"}', now=NOW)
    rasa.close()
    assert rasa.failed == 0
    assert meaning.intent_probability < 1


@pytest.mark.rasa
def test_rasas_server_asks_for_its_token(server: str) -> None:
    assert httpx.post(f"{server}/model/parse", json={"text": LOCKED}).status_code == 401


@pytest.mark.rasa
def test_what_rasa_warns_of_is_no_success(small: Settings, tmp_path: Path) -> None:
    rasa_python()
    content = shutil.copytree(small.content, tmp_path / "content")
    write_examples(content / "intents" / "twice.yml", "deny", ["yes please"])
    with pytest.raises(
        RasaError,
        match="rasa data validate failed: .*UserWarning: The example 'yes please' was found labeled with multiple",
    ):
        RasaProject(small.model_copy(update={"content": content})).validate("light")


def test_without_rasa_one_line_says_how_to_get_it(small: Settings, tmp_path: Path) -> None:
    settings = small.model_copy(update={"rasa_environment": tmp_path / "nothing"})
    with pytest.raises(RasaError, match="run `make rasa`"):
        RasaProject(settings).train("light")


def test_what_has_not_been_trained_cannot_be_tested(small: Settings, tmp_path: Path) -> None:
    with pytest.raises(RasaError, match="run `doorstep rasa train light` first"):
        RasaProject(small.model_copy(update={"data": tmp_path})).test("light")


def a_report(path: Path, **changes: object) -> Path:
    report = {"accuracy": 0.8, "weighted avg": {"support": 768}, **changes}
    path.write_text(json.dumps(report), encoding="utf-8")
    return path


def test_a_report_is_read(tmp_path: Path) -> None:
    score = read_report(a_report(tmp_path / "r.json"), texts=768, floor=0.7)
    assert (score.texts, score.accuracy, score.floor) == (768, 0.8, 0.7)


@pytest.mark.parametrize(
    ("changes", "mistake"),
    [
        ({"weighted avg": {"support": 11869}}, "judged 11869 messages, not the 768"),
        ({"weighted avg": {}}, "cannot be read"),
        ({"accuracy": None}, "cannot be read"),
    ],
)
def test_a_report_about_something_else_is_refused(tmp_path: Path, changes: dict[str, object], mistake: str) -> None:
    with pytest.raises(RasaError, match=mistake):
        read_report(a_report(tmp_path / "r.json", **changes), texts=768, floor=0.7)


def test_no_report_is_no_success(tmp_path: Path) -> None:
    with pytest.raises(RasaError, match="wrote no report"):
        read_report(tmp_path / "r.json", texts=768, floor=0.7)
    (tmp_path / "r.json").write_text("{", encoding="utf-8")
    with pytest.raises(RasaError, match="cannot be read"):
        read_report(tmp_path / "r.json", texts=768, floor=0.7)


@pytest.mark.parametrize("change", ["- greet\n", ""])
def test_the_domain_names_what_is_in_the_examples_and_no_more(tmp_path: Path, change: str) -> None:
    content = tmp_path / "content"
    shutil.copytree(CONTENT, content)
    path = content / "rasa" / "domain.yml"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    without = [line for line in lines if line != "- greet\n"]
    path.write_text("".join(without) if not change else "".join([*lines, "- greeting\n"]), encoding="utf-8")
    with pytest.raises(ContentError, match="greet.* stands here or in the examples, not in both"):
        list(check_content(content, packs_folder(), today=NOW.date()))
