"""Case references that can be read out over a bad line: eight signs, the last one a check."""

import secrets

# 31 signs, a prime number of them, without I, O, U, 0 and 1, which are misread or make words.
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTVWXYZ"
_LENGTH = 7


def new_reference() -> str:
    """A random reference such as `K4M7-2QXC`."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(_LENGTH))
    return f"{body[:4]}-{body[4:]}{check_sign(body)}"


def check_sign(body: str) -> str:
    """The sign that makes any one wrong sign, and any two swapped neighbours, show (weighted sum modulo 31)."""
    total = sum(weight * ALPHABET.index(sign) for weight, sign in enumerate(body, start=2))
    return ALPHABET[-total % len(ALPHABET)]


def read_reference(written: str) -> str | None:
    """The reference somebody wrote, in whatever way; None when it cannot be one."""
    signs = "".join(sign for sign in written.upper() if sign.isalnum())
    if len(signs) != _LENGTH + 1 or any(sign not in ALPHABET for sign in signs):
        return None
    if check_sign(signs[:_LENGTH]) != signs[_LENGTH]:
        return None
    return f"{signs[:4]}-{signs[4:]}"
