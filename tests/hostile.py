"""Strings that break programs: half characters, NUL, marks that turn text round, templates, SQL, and far too much."""

import random
from collections.abc import Iterator

_PIECES = (
    "\0", "\ud800", "\udfff", "\ud83d\ude00", "\u202e", "\u2066", "\u200b", "\ufeff", "\u0085", "\u2028", "\r\n",
    "\x1b[2J", "'; DROP TABLE cases; --", "' OR '1'='1", "\\'; --", "%s%n%d", "$1", ":name", "{{7*7}}", "{% raw %}",
    "${jndi:ldap://x}", "{0.__class__}", "<script>alert(1)</script>", "&lt;", "]]>", "../../etc/passwd", "C:\\con",
    "|ls", "$(ls)", "`ls`", "=1+1", "@SUM(1)", "NaN", "null", "None", "-1", "1e400", "0x00", "٣", "İ", "ß", "ﷺ",
    "👩‍👩‍👧‍👦", "Z͑ͫ̓a̴l", "مرحبا", "שלום", "𝔘𝔫𝔦", "\u0301" * 50, "/intent{\"a\": 1}", "\x7f", "\uffff", "\U0010ffff",
)  # fmt: skip
_LENGTHS = (1, 1, 1, 2, 3, 5, 8, 40)


def hostile_strings(count: int, *, seed: int = 1) -> Iterator[str]:
    """The same `count` strings for the same seed: every piece alone first, then pieces and random characters mixed."""
    chance = random.Random(seed)
    for number in range(count):
        if number < len(_PIECES):
            yield _PIECES[number]
        else:
            yield "".join(_piece(chance) for _ in range(chance.choice(_LENGTHS)))


def _piece(chance: random.Random) -> str:
    return chance.choice(_PIECES) if chance.random() < 0.7 else chr(chance.randrange(0x110000))
