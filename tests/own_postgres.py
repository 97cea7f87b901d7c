"""A PostgreSQL server of our own, which may be crashed: on a private port, gone afterwards."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_SAFE = "-c fsync=on -c full_page_writes=on -c synchronous_commit=on"


class OwnPostgres:
    """It is never stopped in an orderly way but at the end."""

    def __init__(self, folder: Path, binaries: Path, port: int) -> None:
        self._folder, self._binaries = folder, binaries
        self._options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} {_SAFE}"
        self.url = f"postgresql://postgres@127.0.0.1:{port}/postgres"
        self._run("initdb", "-A", "trust", "-U", "postgres", "-E", "UTF8")
        self.start()

    def start(self) -> None:
        """After a crash it first brings its data in order."""
        self._run("pg_ctl", "-w", "-l", str(self._folder / "log"), "-o", self._options, "start")

    def crash(self) -> None:
        """Every process of the server ends at once, nothing is written; then it starts again."""
        self.stop()
        self.start()

    def stop(self) -> None:
        """Ends it at once."""
        self._run("pg_ctl", "-m", "immediate", "stop")

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._binaries / program), "-D", str(self._folder / "data"), *arguments]
        as_postgres = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []  # it refuses to run as root
        subprocess.run([*as_postgres, *command], check=True, stdout=subprocess.DEVNULL)


@contextmanager
def own_postgres() -> Iterator[OwnPostgres]:
    """Starts one; raises FileNotFoundError where PostgreSQL is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    initdb = str(found[-1]) if found else shutil.which("initdb")
    if initdb is None:
        raise FileNotFoundError("PostgreSQL is not installed: no initdb found")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if os.getuid() == 0:
            shutil.chown(folder, "postgres")
        server = OwnPostgres(folder, Path(initdb).parent, port)
        try:
            yield server
        finally:
            server.stop()
