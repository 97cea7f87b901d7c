"""How well the language of a message is told, beside lingua where it is installed: python bench/language.py.

Each language is measured on held-out messages, mixtures on the training examples marked `mixed`, which the language
model never learns from. For the second table: pip install lingua-language-detector (100 MB, not needed otherwise).
"""

import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.trained import CONTENT, trained_understanding
from triage.examples import Example, read_folder, read_held_out
from triage.languages import MIXED, language_of

TOLD = ("en", "af", "zu", "xh", "st", MIXED)


def lingua() -> Callable[[str], str] | None:
    """What lingua says; `mixed` where it finds stretches in several languages."""
    try:
        from lingua import Language, LanguageDetectorBuilder
    except ImportError:
        return None
    names = {"ENGLISH": "en", "AFRIKAANS": "af", "ZULU": "zu", "XHOSA": "xh", "SOTHO": "st"}
    languages = [getattr(Language, name) for name in names]
    detector = LanguageDetectorBuilder.from_languages(*languages).with_preloaded_language_models().build()

    def told(text: str) -> str:
        if len({each.language for each in detector.detect_multiple_languages_of(text)}) > 1:
            return MIXED
        found = detector.detect_language_of(text)
        return names[found.name] if found else "other"

    return told


def table(title: str, way: Callable[[str], str], examples: Sequence[Example]) -> None:
    """Prints how each language was told, and the time a message."""
    start = time.perf_counter()
    told = Counter((example.language, way(example.text)) for example in examples)
    spent = (time.perf_counter() - start) / len(examples) * 1000
    print(f"{title}, {spent:.2f} ms a message")
    for language in TOLD:
        row = {other: count for (own, other), count in told.items() if own == language}
        print(f"  {language:6} {row.get(language, 0) / sum(row.values()):.3f} of {sum(row.values()):4}  {row}")


def main() -> None:
    """Prints a table a way."""
    mixed = [example for example in read_folder(CONTENT / "issues") if example.language == MIXED]
    examples = [*(example for example in read_held_out(CONTENT) if example.language in TOLD), *mixed]
    model = trained_understanding().model
    table("ours", lambda text: language_of(text, model.languages), examples)
    if (theirs := lingua()) is not None:
        table("lingua", theirs, examples)


if __name__ == "__main__":
    main()
