"""A program wraps and unwraps the keys; whatever it does, it ends with one clear line."""

import sys
import time
from pathlib import Path

import pytest

from casestore.errors import KeyFileError
from casestore.keys.key_command import KeyCommand

PYTHON = {"PATH": "/usr/bin:/bin"}
REVERSE = """
import base64, sys
name, given = sys.stdin.readline().strip(), base64.b64decode(sys.stdin.readline())
print(base64.b64encode(given[::-1] + f"{sys.argv[1]} {name}".encode()).decode())
"""


def a_command(program: str, *, seconds: float = 20.0) -> KeyCommand:
    return KeyCommand((sys.executable, "-c", program), PYTHON, seconds)


def test_it_is_told_what_to_do_with_which_bytes_of_which_key() -> None:
    assert a_command(REVERSE).wrap("k7", b"\0abc") == b"cba\0wrap k7"
    assert a_command(REVERSE).unwrap("k7", b"\0abc") == b"cba\0unwrap k7"


def test_it_sees_none_of_our_own_settings() -> None:
    program = "import base64, os; print(base64.b64encode(' '.join(sorted(os.environ)).encode()).decode())"
    seen = a_command(program).unwrap("k1", b"").decode().split()
    assert "PATH" in seen
    assert not [name for name in seen if name.startswith("DOORSTEP")]


@pytest.mark.parametrize(
    ("program", "said"),
    [
        (
            "import sys; print('SECRET'); print('SECRET', file=sys.stderr); sys.exit(3)",
            r"could not unwrap 'k1' \(code 3\)",
        ),
        ("print('SECRET!')", "printed no base64"),
        ("import time; print('SECRET', flush=True); time.sleep(60)", r"did not unwrap 'k1' within 0\.5 seconds"),
    ],
)
def test_a_program_that_fails_is_named_without_what_it_printed(program: str, said: str) -> None:
    seconds = 0.5 if "sleep" in program else 20.0
    with pytest.raises(KeyFileError, match=said) as raised:
        a_command(program, seconds=seconds).unwrap("k1", b"wrapped")
    assert "SECRET" not in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_program_that_is_not_there_is_named() -> None:
    with pytest.raises(KeyFileError, match="cannot be started .*: /no/such/program"):
        KeyCommand(("/no/such/program",), PYTHON).unwrap("k1", b"")


def test_what_a_hanging_program_has_started_is_ended_with_it(tmp_path: Path) -> None:
    """A shell that waits for another program would otherwise hold our pipe open for as long as that runs."""
    script = tmp_path / "kms.sh"
    script.write_text("#!/bin/sh\nsleep 600\n")
    script.chmod(0o700)
    began = time.monotonic()
    with pytest.raises(KeyFileError, match="within 0.3 seconds"):
        KeyCommand((str(script),), PYTHON, 0.3).unwrap("k1", b"")
    assert time.monotonic() - began < 60
