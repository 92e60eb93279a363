"""The real program, run as a shell runs it: words in, two streams and an exit code out."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
KEY = "0123456789abcdef0123456789abcdef.AbCdEfGhIjKlMn01"

# Seconds. For a process that has nothing to wait for; a busy machine is slow.
PATIENCE_S = 20.0

# Runs a command on a terminal of its own, and passes on what is typed and shown.
_ON_A_TERMINAL = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))"


@dataclass(frozen=True, slots=True)
class Ended:
    """A run that is over."""

    code: int
    stdout: str
    stderr: str


@dataclass(frozen=True, slots=True)
class Program:
    """`glmdesk` with one home and one environment. Nothing of the surrounding session gets in."""

    home: Path
    env: Mapping[str, str] = field(default_factory=dict[str, str])
    watcher: tuple[str, ...] = ()
    """What the program is started by, if not directly."""

    def run(self, *words: str | Path, stdin: bytes = b"", env: Mapping[str, str] | None = None) -> Ended:
        """Run to the end."""
        with self.running(*words, stdin=subprocess.PIPE, env=env) as process:
            stdout, stderr = process.communicate(stdin, timeout=PATIENCE_S)
        return Ended(process.returncode, stdout.decode(), stderr.decode())

    def run_on_terminal(self, *words: str | Path, prompt: str = "", typed: str = "") -> Ended:
        """Run with a person at the terminal, where both streams are one, who types when they are asked."""
        command = [sys.executable, "-c", _ON_A_TERMINAL, *self.command(*words)]
        shown = bytearray()
        with _started(command, self.environment(), stdin=subprocess.PIPE) as process:
            assert process.stdout is not None
            while prompt.encode() not in shown and (piece := process.stdout.read(1)):
                shown += piece
            rest, stderr = process.communicate(typed.encode(), timeout=PATIENCE_S)
        return Ended(process.returncode, (shown + rest).decode().replace("\r\n", "\n"), stderr.decode())

    @contextmanager
    def running(
        self,
        *words: str | Path,
        stdin: int = subprocess.DEVNULL,
        stdout: int = subprocess.PIPE,
        env: Mapping[str, str] | None = None,
    ) -> Iterator[subprocess.Popen[bytes]]:
        """Start it; at the end of the block it is over."""
        environment = self.environment() | dict(env or {})
        with _started(self.command(*words), environment, stdin=stdin, stdout=stdout) as process:
            yield process

    def command(self, *words: str | Path) -> list[str]:
        """Return what starts the program."""
        return [*self.watcher, sys.executable, "-m", "glmdesk", *map(str, words)]

    def environment(self) -> dict[str, str]:
        """Return all variables of the program."""
        surroundings = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "HOME": str(self.home)}
        return {**surroundings, "GLMDESK_HOME": str(self.home / "glmdesk"), **self.env}


@contextmanager
def _started(
    command: list[str], env: Mapping[str, str], *, stdin: int, stdout: int = subprocess.PIPE
) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(command, cwd=ROOT, env=env, stdin=stdin, stdout=stdout, stderr=subprocess.PIPE)
    with process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()
