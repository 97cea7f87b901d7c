"""Holds the examples against each other: none twice, none under two labels, none held out and learnt, and enough."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from triage.errors import ContentError
from triage.examples import Example, held_out_files, read_examples, training_files
from triage.likeness import Likeness, find_alike, words_of
from triage.taxonomy import Taxonomy
from triage.understanding import NO_PROBLEM

_CORE = ("housing", "benefits")
_ENGLISH = {True: 120, False: 60}  # by whether the area is a core one
_OTHER_LANGUAGE = {True: 15, False: 6}
_OTHER_LANGUAGES = ("af", "zu", "xh", "st", "mixed")
_LONG = range(60, 301)  # words, as people write in forums; a quarter of what is promised in English
_NO_PROBLEM = 1_500
_LEAKED, _UNCLEAR = 0.6, 0.7  # shares from which two messages are nearly the same
_FEW_WORDS = 5  # shorter ones are the same only when every word is: "of course" and "of course not" are not


@dataclass(frozen=True, slots=True)
class Written:
    """An example and the file it stands in."""

    path: Path
    example: Example
    held_out: bool

    @property
    def lines(self) -> list[int]:
        """Where in the file it stands, from 1: more than one line when it is there more than once."""
        begins = self.example.text.splitlines()[0]
        numbered = list(enumerate(self.path.read_text(encoding="utf-8").splitlines(), start=1))
        whole = [number for number, line in numbered if line.strip().removeprefix("- ").strip() == begins]
        return whole or [number for number, line in numbered if begins in line] or [1]

    @property
    def place(self) -> str:
        """File and first line."""
        return f"{self.path}:{self.lines[0]}"


def read_written(content: Path) -> list[Written]:
    """Every example to learn from and every one held out, with its file."""
    files = [*((path, False) for path in training_files(content)), *((path, True) for path in held_out_files(content))]
    return [Written(path, example, held) for path, held in files for example in read_examples(path)]


def repeated(written: Sequence[Written]) -> Iterator[ContentError]:
    """Every message that is there twice, means two things, or is learnt from though it is held out."""
    for path in dict.fromkeys(each.path for each in written):
        yield from _twice_in(path)
    pairs = find_alike([each.example.text for each in written], least=_LEAKED)
    for pair in sorted(pairs, key=lambda pair: (pair.second, pair.first)):
        one, other = written[pair.first], written[pair.second]
        if mistake := _mistake(one, other, pair):
            yield ContentError(other.path, f"{mistake} {one.place}; reword or delete one", line=other.lines[-1])


def _twice_in(path: Path) -> Iterator[ContentError]:
    """Messages that stand twice in one file: readers of examples keep the first alone, as Rasa does."""
    seen: dict[str, int] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        message = line.strip()
        if message.startswith("- ") and not message.startswith(("- intent:", "- text:")):
            if message in seen:
                yield ContentError(
                    path, f"the same message as {path}:{seen[message]}; reword or delete one", line=number
                )
            seen.setdefault(message, number)


def _mistake(one: Written, other: Written, pair: Likeness) -> str:
    few = min(len(words_of(each.example.text)) for each in (one, other)) < _FEW_WORDS
    if one.held_out != other.held_out and pair.share >= (1 if few else _LEAKED):
        return f"held out, but {pair.share:.0%} the same as the training example"
    if pair.share == 1 and _plain(one) == _plain(other):
        return "the same message as"
    differ = set(one.example.labels) != set(other.example.labels)
    if differ and pair.share >= (1 if few else _UNCLEAR) and words_of(one.example.text):
        return f"labelled {_labels(other)}, but {pair.share:.0%} the same as an example of {_labels(one)},"
    return ""


def _plain(each: Written) -> str:
    return " ".join(each.example.text.casefold().split())


def _labels(each: Written) -> str:
    return " + ".join(each.example.labels)


def too_few(written: Iterable[Written], taxonomy: Taxonomy, content: Path) -> Iterator[ContentError]:
    """Every issue that lacks examples of a language or a length, and chatter when there is too little of it."""
    learnt: dict[str, list[Example]] = defaultdict(list)
    for each in written:
        if not each.held_out:
            learnt[each.example.intent].append(each.example)
    for issue in taxonomy.issues.values():
        path = content / "issues" / f"{issue.id}.yml"
        for what, there, least in _counted(learnt[issue.id], core=issue.area in _CORE):
            if there < least:
                yield ContentError(path, f"{there} examples {what}, at least {least} are needed")
    if len(learnt[NO_PROBLEM]) < _NO_PROBLEM:
        there = len(learnt[NO_PROBLEM])
        yield ContentError(content / "chatter", f"{there} examples of no problem, at least {_NO_PROBLEM} are needed")


def _counted(examples: Sequence[Example], *, core: bool) -> Iterator[tuple[str, int, int]]:
    """What is counted, how many there are, how many are needed."""
    spoken = Counter(example.language for example in examples)
    long = sum(len(example.text.split()) in _LONG for example in examples if example.language == "en")
    yield "in English", spoken["en"], _ENGLISH[core]
    yield f"in English of {_LONG.start} to {_LONG.stop - 1} words", long, _ENGLISH[core] // 4
    for language in _OTHER_LANGUAGES:
        yield f"in language {language!r}", spoken[language], _OTHER_LANGUAGE[core]
