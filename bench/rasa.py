"""Measures Rasa beside the local engine, on the same examples and this machine: python bench/rasa.py [FILE.tsv ...].

`--sample 30` trains all engines on at most 30 short examples a label, and DIET with Rasa's own defaults. Without it
DIET learns from all examples as nlu_data/rasa/diet.yml says, which takes most of an hour.
FILE.tsv has columns text, labels and perhaps not_labels.
"""

import argparse
import json
import os
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import sklearn
import yaml

from bot.conversation import work_all
from bot.intake import Intake
from bot.messages import Inbound, Kind
from bot.rasa_understanding import RasaUnderstanding
from doorstep.rasa_project import RasaProject
from doorstep.settings import Settings
from doorstep.wiring import make_office, open_store
from tests.emulator import wait_until
from tests.rasa_servers import API_TOKEN, Gateway, Program, free_port
from triage.evaluation import measure, read_labelled
from triage.examples import Example, read_held_out
from triage.meaning import Meaning
from triage.understanding import LocalUnderstanding, load_training_set, load_understanding, train

ROOT = Path(__file__).parents[1]
CONTENT = ROOT / "nlu_data"
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
AREAS = ("housing", "benefits", "work", "money", "family", "immigration", "health")
LOCAL, DIET, ENGINES = "local", "diet", ("local", "doorstep", "light", "diet")
# DIET as Rasa ships it, which only a small set of short examples can be given.
DEFAULT_TOKENIZER, DEFAULT_EPOCHS = "WhitespaceTokenizer", 100
PARSES, CLIENTS, WORDS = 300, 8, 20


@dataclass
class Row:
    """What was measured of one engine, in the order of the table."""

    engine: str
    train_s: float = 0.0
    train_cpu_s: float = 0.0
    train_mb: float = 0.0
    model_mb: float = 0.0
    start_s: float = 0.0
    idle_mb: float = 0.0
    p50_ms: float = 0.0
    p99_ms: float = 0.0
    cpu_ms: float = 0.0
    per_s: float = 0.0
    top1: float = 0.0
    top3: float = 0.0
    areas: tuple[float, ...] = ()


def resident_mb(pid: int | str = "self") -> float:
    """What a process holds in memory (Linux)."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def sampled(folder: Path, most: int) -> Path:
    """Content with at most so many examples a label, English and of at most WORDS words, spread over each file."""
    content = Path(shutil.copytree(CONTENT, folder / "content"))
    training = load_training_set(CONTENT)
    by_label: dict[str, list[Example]] = defaultdict(list)
    for example in (*training.told, *training.said):
        if example.language == "en" and not example.also and len(example.text.split()) <= WORDS:
            by_label[example.intent].append(example)
    for name in ("issues", "chatter", "intents"):
        shutil.rmtree(content / name)
        (content / name).mkdir()
    for label, examples in by_label.items():
        step = max(len(examples) // most, 1)
        texts = [{"text": example.text} for example in examples[::step][:most]]
        place = "issues" if "." in label else "chatter" if label == "no_problem" else "intents"
        path = content / "vague.yml" if label == "vague" else content / place / f"{label}.yml"
        nlu = {"version": "3.1", "nlu": [{"intent": label, "examples": texts}]}
        path.write_text(yaml.safe_dump(nlu, allow_unicode=True), encoding="utf-8")
    config = content / "rasa" / f"{DIET}.yml"
    diet = yaml.safe_load(config.read_text(encoding="utf-8"))
    diet["pipeline"][0] = {"name": DEFAULT_TOKENIZER}
    diet["pipeline"][-1]["epochs"] = DEFAULT_EPOCHS
    config.write_text(yaml.safe_dump(diet), encoding="utf-8")
    return content


def spent_by(pid: int) -> float:
    """Seconds of processor time that a process has had (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def train_one(engine: str, settings: Settings) -> None:
    """Trains in this process, or lets Rasa; prints seconds and the peak of memory. In a process of its own."""
    start = time.perf_counter()
    if engine == LOCAL:
        train(load_training_set(settings.content)).save(settings.model_path)
        used = resource.getrusage(resource.RUSAGE_SELF)
    else:
        RasaProject(settings).train(engine)
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(json.dumps([time.perf_counter() - start, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024]))


def speed_of_local(settings: Settings) -> None:
    """Prints memory and milliseconds of the local engine in a fresh process."""
    understanding = load_understanding(settings.model_path, settings.content)
    texts = parse_texts()
    understanding.read(texts[0], now=NOW)
    print("ready", flush=True)
    before = time.process_time()
    spent = timed(texts, lambda text: understanding.read(text, now=NOW))
    print(json.dumps([resident_mb(), *spent, (time.process_time() - before) / PARSES * 1000]))


def parse_texts() -> list[str]:
    """The held-out messages that every engine is asked to read, long and short."""
    held_out = [example.text for example in read_held_out(CONTENT)]
    return [held_out[place % len(held_out)] for place in range(0, PARSES * 7, 7)]


def timed(texts: list[str], read: Callable[[str], Any]) -> tuple[float, float]:
    """Median and 99th percentile in milliseconds, one after the other."""
    spent = []
    for text in texts:
        start = time.perf_counter()
        read(text)
        spent.append((time.perf_counter() - start) * 1000)
    return float(np.percentile(spent, 50)), float(np.percentile(spent, 99))


def itself(*arguments: str) -> subprocess.Popen[str]:
    """This program once more, as a process of its own."""
    command = [sys.executable, __file__, *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env={**os.environ, **one_thread()})


def one_thread() -> dict[str, str]:
    """Libraries with one thread: the same for all engines, and what two cores shared by many allow."""
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "TF_INTRA_OP_PARALLELISM_THREADS")
    return {**dict.fromkeys((*names, "TF_INTER_OP_PARALLELISM_THREADS"), "1"), "PYTHONPATH": str(ROOT)}


def measure_engine(engine: str, settings: Settings, files: list[Path]) -> Row:
    """Everything about one engine but the whole turns."""
    row = Row(engine)
    where = [str(settings.content), str(settings.data)]
    output, _ = itself("--train", engine, *where).communicate()
    row.train_s, row.train_cpu_s, row.train_mb = json.loads(output.splitlines()[-1])
    local = load_understanding(settings.model_path, settings.content)
    if engine == LOCAL:
        row.model_mb = settings.model_path.stat().st_size / 2**20
        start = time.perf_counter()
        process = itself("--speed", *where)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        row.start_s = time.perf_counter() - start
        row.idle_mb, row.p50_ms, row.p99_ms, row.cpu_ms = json.loads(process.communicate()[0])
        row.per_s = 1000 / row.p50_ms
        judge(row, local, files)
        return row
    row.model_mb = RasaProject(settings).model(engine).stat().st_size / 2**20
    with serving(engine, settings, row) as (url, pid):
        with httpx.Client(base_url=url, params={"token": API_TOKEN}, timeout=60) as client:

            def parse(text: str) -> None:
                client.post("/model/parse", json={"text": text}).raise_for_status()

            parse("hello")
            before = spent_by(pid)
            row.p50_ms, row.p99_ms = timed(parse_texts(), parse)
            row.cpu_ms = (spent_by(pid) - before) / PARSES * 1000
            start = time.perf_counter()
            with ThreadPoolExecutor(CLIENTS) as pool:
                list(pool.map(parse, parse_texts()))
            row.per_s = PARSES / (time.perf_counter() - start)
        understanding = RasaUnderstanding(local, url, API_TOKEN, seconds=60)
        judge(row, understanding, files)
        assert not understanding.failed, "some answers were the local engine's"
    return row


@contextmanager
def serving(engine: str, settings: Settings, row: Row) -> Iterator[tuple[str, int]]:
    """A Rasa server: its address and process; notes how long it took to answer and what it holds."""
    url = f"http://127.0.0.1:{free_port()}"
    given = {"DATA": str(settings.data), "CONTENT": str(settings.content), "RASA_TOKEN": API_TOKEN, "RASA_URL": url}
    program = Program(("rasa", "serve", engine), given, settings.data / f"{engine}.log")
    start = time.perf_counter()
    program.start()
    try:
        wait_until(lambda: answers(url), saying=f"{engine} serves", seconds=300)
        row.start_s = time.perf_counter() - start
        assert program.process is not None
        row.idle_mb = resident_mb(program.process.pid)
        yield url, program.process.pid
    finally:
        program.stop()


def answers(url: str) -> bool:
    """Whether the server is ready."""
    try:
        return httpx.get(f"{url}/status", params={"token": API_TOKEN}, timeout=5).is_success
    except httpx.TransportError:
        return False


def judge(row: Row, understanding: LocalUnderstanding | RasaUnderstanding, files: list[Path]) -> None:
    """Accuracy of issues on held-out, and the mean balanced accuracy of the areas that matter most on each file."""
    held_out = [example for example in read_held_out(CONTENT) if "." in example.intent]
    ranks = []
    for example in held_out:
        issues = [issue.id for issue in understanding.read(example.text, now=NOW).issues]
        ranks.append(issues.index(example.intent) if example.intent in issues else len(issues))
    row.top1, row.top3 = float(np.mean(np.array(ranks) == 0)), float(np.mean(np.array(ranks) < 3))
    means = []
    for path in files:
        texts = read_labelled(path)
        meanings: list[Meaning] = [understanding.read(text.text, now=NOW) for text in texts]
        found = {figures.label: figures.balanced_accuracy for figures in measure(texts, meanings)}
        means.append(float(np.nanmean([found[area] for area in AREAS if area in found])))
    row.areas = tuple(means)


def turns_of_local(settings: Settings, turns: int) -> list[float]:
    """Milliseconds of whole turns of one person: stored, understood, answered, in SQLite, in this process."""
    office = make_office(settings.model_copy(update={"settle_seconds": 0.0}), open_store(settings, create=True))
    intake, spent = Intake(office), []
    for number in range(turns):
        start = time.perf_counter()
        intake.receive("console", "bench", str(number), Inbound(Kind.TEXT, text="thank you"))
        work_all(office)
        with office.store.unit_of_work() as uow:
            letters = uow.outbox.waiting_for("console", "bench", now=office.clock())
            uow.outbox.confirm_up_to("console", "bench", letters[-1].id, now=office.clock())
        spent.append((time.perf_counter() - start) * 1000)
    office.store.engine.dispose()
    return spent


def turns_of_gateway(folder: Path, turns: int) -> tuple[list[float], float]:
    """The same over Rasa's REST channel and the gateway; and what Rasa holds. A person pauses between two turns."""
    spent = []
    with Gateway(folder) as gateway:
        for _ in range(turns):
            start = time.perf_counter()
            assert gateway.says("bench", "thank you")
            spent.append((time.perf_counter() - start) * 1000)
            time.sleep(0.2)
        assert gateway.rasa.process is not None
        return spent, resident_mb(gateway.rasa.process.pid)


def print_rows(rows: list[Row], files: list[Path]) -> None:
    """The table, in Markdown."""
    print(f"| | {' | '.join(row.engine for row in rows)} |\n|---{'|---' * len(rows)}|")
    lines: list[tuple[str, Callable[[Row], str]]] = [
        ("training: time, processor time", lambda row: f"{row.train_s:.0f} s, {row.train_cpu_s:.0f} s"),
        ("peak memory of training", lambda row: f"{row.train_mb:.0f} MB"),
        ("model file", lambda row: f"{row.model_mb:.1f} MB"),
        ("cold start", lambda row: f"{row.start_s:.1f} s"),
        ("resident memory", lambda row: f"{row.idle_mb:.0f} MB"),
        ("parse, p50 / p99", lambda row: f"{row.p50_ms:.1f} / {row.p99_ms:.1f} ms"),
        ("processor time of a parse", lambda row: f"{row.cpu_ms:.1f} ms"),
        ("parses a second, 8 clients (local: one)", lambda row: f"{row.per_s:.0f}"),
        ("held-out issues: first, among three", lambda row: f"{row.top1:.3f}, {row.top3:.3f}"),
    ]
    for place, path in enumerate(files):
        lines.append((f"areas on {path.stem}", lambda row, place=place: f"{row.areas[place]:.3f}"))  # type: ignore[misc]
    for name, shown in lines:
        print(f"| {name} | {' | '.join(shown(row) for row in rows)} |")


def print_turns(folder: Path, turns: int) -> None:
    """The table of whole turns."""
    settings = Settings(data=folder / "turns")
    settings.data.mkdir()
    train(load_training_set(CONTENT)).save(settings.model_path)
    local = turns_of_local(settings, turns)
    gateway, resident = turns_of_gateway(folder / "gateway", turns)
    print(f"\n| a whole turn, p50 / p99 | the first ten | the last ten of {turns} |\n|---|---|---|")
    for name, spent in (("local, in one process", local), ("over Rasa's REST channel and the gateway", gateway)):
        cells = [
            f"{np.percentile(part, 50):.0f} / {np.percentile(part, 99):.0f} ms" for part in (spent[:10], spent[-10:])
        ]
        print(f"| {name} | {' | '.join(cells)} |")
    print(f"\nThe gateway's Rasa server holds {resident:.0f} MB after {turns} turns.")


def main() -> None:
    """Measures and prints."""
    if sys.argv[1:2] in (["--train"], ["--speed"]):
        settings = Settings(content=Path(sys.argv[-2]), data=Path(sys.argv[-1]))
        train_one(sys.argv[2], settings) if sys.argv[1] == "--train" else speed_of_local(settings)
        return
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--turns", type=int, default=300)
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=ENGINES)
    given = parser.parse_args()
    os.environ.update(one_thread())
    print(f"{datetime.now(UTC):%d %B %Y %H:%M} UTC, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start")
    ours = f"Python {platform.python_version()}, scikit-learn {sklearn.__version__}"
    print(f"Rasa 3.6.21 on Python 3.10, scikit-learn 1.1.3, TensorFlow 2.12; local on {ours}")
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work)
        content = sampled(folder, given.sample) if given.sample else CONTENT
        settings = Settings(content=content, data=folder / "data")
        settings.data.mkdir()
        training = load_training_set(content)
        print(f"{len(training.told)} messages and {len(training.said)} short answers to learn from\n", flush=True)
        if LOCAL not in given.engines:  # beside Rasa it hears danger and language
            train(training).save(settings.model_path)
        rows = []
        for engine in given.engines:
            rows.append(measure_engine(engine, settings, given.files))
            print(f"{rows[-1]}", file=sys.stderr, flush=True)
        print_rows(rows, given.files)
        if given.turns and not given.sample:
            print_turns(folder, given.turns)


if __name__ == "__main__":
    main()
