"""Folds the name of a respondent, so that spellings of one name meet and different names never do."""

import unicodedata

LONGEST = 120  # characters of a name

_DROPPED = str.maketrans("", "", ".'`’‘´")  # S.A.S.S.A. is SASSA, O'Brien is OBrien
# What a company is, behind its name. Only whole words at the end count.
_SUFFIXES = frozenset(
    {
        "pty", "proprietary", "ltd", "limited", "plc", "llp", "llc", "inc", "incorporated", "corp", "corporation", "cc",
        "npc", "npo", "soc", "rf", "edms", "eiendoms", "bpk", "beperk", "bk", "cic", "co", "company", "gmbh",
    }
)  # fmt: skip


def folded(name: str) -> str:
    """The name without case, punctuation and company suffix: `sassa` of `S.A.S.S.A. (Pty) Ltd`.

    Nothing is guessed: names that differ in a letter stay different, and meet only through an alias that somebody
    wrote down. Raises ValueError for a name without a letter or a number, or one that is too long.
    """
    plain = _composed(_composed(tidy(name).translate(_DROPPED)).casefold()).translate(_DROPPED).replace("&", " and ")
    words = "".join(each if _is_written(each) else " " for each in plain).split()
    if not any(each.isalnum() for each in plain):
        raise ValueError("a name needs a letter or a number")
    while len(words) > 1 and words[-1] in _SUFFIXES:
        words.pop()
    key = " ".join(words)
    if len(key) > LONGEST:
        raise ValueError(f"a name has at most {LONGEST} characters")
    return key


def tidy(name: str) -> str:
    """The name as it is kept and shown: on one line, without signs that do not show."""
    return " ".join("".join(_shown(each) for each in name).split())


def _shown(sign: str) -> str:
    category = unicodedata.category(sign)
    return "" if category == "Cf" else " " if category[0] in "CZ" else sign


def _composed(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _is_written(sign: str) -> bool:
    """Whether it is part of a word: vowel signs of Indian scripts are, though they are no letters."""
    return sign.isalnum() or unicodedata.category(sign)[0] == "M"
