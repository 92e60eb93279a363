"""A desktop of its own for a test: X display, window manager, D-Bus, keyring and accessibility bus, all real.

Nothing of the surrounding session is seen from inside, and nothing of it is left running afterwards.
"""

import os
import select
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import IO, Literal, Self
from xml.sax.saxutils import escape

from tests.support.atspi import Accessibility, Accessible
from tests.support.dbus import Bus
from tests.support.waiting import PATIENCE_S, wait_until

ROOT = Path(__file__).resolve().parents[2]

KeyringState = Literal["unlocked", "locked", "none"]

SECRET_SERVICE = "org.freedesktop.secrets"
PROMPTER = "org.gnome.keyring.SystemPrompter"
_ACCESSIBILITY = "org.a11y.Bus"
_SYSTEM_SERVICES = Path("/usr/share/dbus-1/services")
KEYRING_PASSWORD = "correct horse"
_SCREEN = "1280x900x24"
# Stands in arguments for the number of the descriptor a program reports itself ready on.
_READY_FD = "{ready}"

# Only what is activated on purpose: the system's own list would start portals and a keyring behind our back.
_BUS_CONFIGURATION = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={socket}</listen>
  <servicedir>{services}</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""


class DesktopSession:
    """A private desktop, alive inside its `with` block.

    `env` is the whole environment for programs that belong to it, `home` their empty home folder. `services`
    names further D-Bus services of the system that may be activated, such as PROMPTER. Without a display
    there is no window manager and no accessibility bus; without a bus there is no keyring either.
    """

    def __init__(
        self,
        *,
        display: bool = True,
        bus: bool = True,
        keyring: KeyringState = "unlocked",
        services: Iterable[str] = (),
    ) -> None:
        self.env: dict[str, str] = {}
        self.home = Path()
        self._display = display
        self._bus = bus
        self._keyring = keyring
        self._services = tuple(services)
        self._folder = Path()
        self._cleanup = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as cleanup:
            # Short, because it holds sockets and the path of a socket is limited to 107 bytes.
            self._folder = Path(tempfile.mkdtemp(prefix="desk-"))
            cleanup.callback(shutil.rmtree, self._folder)
            cleanup.callback(self._end_stragglers)
            self._cleanup = cleanup
            self._make_folders()
            if self._display:
                self._start_display()
            if self._bus:
                self._start_bus()
            if self._bus and self._keyring != "none":
                self.start_keyring(locked=self._keyring == "locked")
            if self._bus and self._display:
                self._enable_accessibility()
            self._cleanup = cleanup.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._cleanup.close()

    def start(
        self,
        name: str,
        argv: Sequence[str],
        *,
        env: dict[str, str] | None = None,
        stdin: int | IO[bytes] = subprocess.DEVNULL,
        stdout: int | IO[bytes] | None = None,
        pass_fds: Sequence[int] = (),
    ) -> subprocess.Popen[bytes]:
        """Start a program that ends with the session at the latest, in the root of the project.

        Its output goes to `log(name)`, without standard output when `stdout` says where that goes.
        """
        if shutil.which(argv[0], path=os.environ["PATH"]) is None:
            raise AssertionError(f"{argv[0]} is not installed: see the list of system packages in packaging/")
        with self._log_path(name).open("ab") as log:
            process = subprocess.Popen(
                argv,
                cwd=ROOT,
                env=self.env | (env or {}),
                stdin=stdin,
                stdout=log if stdout is None else stdout,
                stderr=log,
                pass_fds=pass_fds,
                start_new_session=True,
            )
        self._cleanup.callback(_end, process)
        return process

    def run(self, *argv: str, stdin: str = "", timeout_s: float = PATIENCE_S) -> str:
        """Return the standard output of a program that must succeed."""
        finished = subprocess.run(
            argv,
            cwd=ROOT,
            env=self.env,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
        )
        assert finished.returncode == 0, f"{argv[0]} ended with {finished.returncode}: {finished.stderr}"
        return finished.stdout

    def log(self, name: str) -> str:
        """Return what the program started as `name` has written so far."""
        return self._log_path(name).read_text(errors="replace")

    def bus(self) -> Bus:
        """Return a new connection to the session bus; the caller closes it."""
        return Bus(self.env["DBUS_SESSION_BUS_ADDRESS"])

    def accessibility(self) -> Accessibility:
        """Return what assistive technology sees of this desktop; it closes with the session."""
        with self.bus() as bus:
            address = bus.call(_ACCESSIBILITY, "/org/a11y/bus", _ACCESSIBILITY, "GetAddress")
        return self._cleanup.enter_context(Accessibility(address))

    def press(self, *keys: str) -> None:
        """Press keys or combinations, spelt as X11 does: `Return`, `ctrl+k`."""
        self.run("xdotool", "key", "--clearmodifiers", *keys)

    def type_text(self, text: str) -> None:
        """Type characters of the keyboard into whatever has the focus."""
        self.run("xdotool", "type", "--delay", "10", text, timeout_s=PATIENCE_S + 0.1 * len(text))

    def click(self, target: Accessible, *, button: int = 1) -> None:
        """Click the middle of something on the screen."""
        x, y = target.extents.centre
        self.run("xdotool", "mousemove", str(x), str(y), "click", str(button))

    def screenshot(self, path: Path) -> None:
        """Save the whole screen as an image."""
        self.run("import", "-window", "root", str(path))

    def start_keyring(self, *, locked: bool = False) -> None:
        """Start the Secret Service with a login keyring, and lock that when asked."""
        keyring = self.start(
            "keyring",
            ["gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets"],
            stdin=subprocess.PIPE,
        )
        assert keyring.stdin is not None
        with keyring.stdin as password:
            # A line end would become part of the password.
            password.write(KEYRING_PASSWORD.encode())
        with self.bus() as bus:
            wait_until(lambda: bus.has_owner(SECRET_SERVICE), "the keyring to appear on the bus")
        if locked:
            self.lock_keyring()

    def lock_keyring(self) -> None:
        """Lock the login keyring; who needs it next has to give its password."""
        with self.bus() as bus:
            _lock_keyring(bus)

    def _make_folders(self) -> None:
        self.home = self._folder / "home"
        runtime = self._folder / "run"
        for folder in (self.home, runtime, self._folder / "logs", self._folder / "services"):
            folder.mkdir(mode=0o700)
        self.env = {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "HOME": str(self.home),
            "XDG_CONFIG_HOME": str(self.home / ".config"),
            "XDG_DATA_HOME": str(self.home / ".local/share"),
            "XDG_STATE_HOME": str(self.home / ".local/state"),
            "XDG_CACHE_HOME": str(self.home / ".cache"),
            "XDG_RUNTIME_DIR": str(runtime),
            "TMPDIR": str(runtime),
            # The accessibility launcher reads settings; without this it looks for a settings service.
            "GSETTINGS_BACKEND": "memory",
            "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
        }

    def _start_display(self) -> None:
        # It would start anew when its first client leaves before the second has come; and on a busy machine a
        # key is released so late that it would repeat.
        number = self._start_and_read(
            "display",
            ["Xvfb", "-screen", "0", _SCREEN, "-nolisten", "tcp", "-noreset", "-r", "-displayfd", _READY_FD],
        )
        self.env["DISPLAY"] = f":{number}"
        self.env["QT_QPA_PLATFORM"] = "xcb"
        self.start("window manager", ["openbox", "--sm-disable"])
        wait_until(self._has_window_manager, "the window manager to manage the screen")

    def _has_window_manager(self) -> bool:
        return (
            subprocess.run(["wmctrl", "-m"], env=self.env, capture_output=True, check=False).returncode == 0
        )

    def _start_bus(self) -> None:
        services = self._folder / "services"
        for name in (_ACCESSIBILITY, *self._services):
            # Without the line that would hand the start to systemd.
            lines = (_SYSTEM_SERVICES / f"{name}.service").read_text().splitlines()
            kept = [line for line in lines if not line.startswith("SystemdService")]
            (services / f"{name}.service").write_text("\n".join(kept) + "\n")
        configuration = self._folder / "bus.conf"
        socket = f"{self.env['XDG_RUNTIME_DIR']}/bus"
        configuration.write_text(
            _BUS_CONFIGURATION.format(socket=escape(socket), services=escape(str(services)))
        )
        self.env["DBUS_SESSION_BUS_ADDRESS"] = self._start_and_read(
            "bus",
            ["dbus-daemon", "--nofork", f"--config-file={configuration}", f"--print-address={_READY_FD}"],
        )

    def _start_and_read(self, name: str, argv: Sequence[str]) -> str:
        """Start a program and return the line it writes to the descriptor _READY_FD when it is ready."""
        reading, writing = os.pipe()
        with os.fdopen(reading) as ready:
            try:
                self.start(name, [part.replace(_READY_FD, str(writing)) for part in argv], pass_fds=[writing])
            finally:
                os.close(writing)
            readable, _, _ = select.select([ready], [], [], PATIENCE_S)
            line = ready.readline().strip() if readable else ""
        assert line, f"{argv[0]} did not get ready: {self.log(name)}"
        return line

    def _enable_accessibility(self) -> None:
        with self.bus() as bus:
            bus.set_flag(_ACCESSIBILITY, "/org/a11y/bus", "org.a11y.Status", "IsEnabled", value=True)

    def _log_path(self, name: str) -> Path:
        return self._folder / "logs" / f"{name}.log"

    def _end_stragglers(self) -> None:
        """End what the programs of the session started themselves: activated services and their children."""
        for pid in self.process_ids():
            _kill(pid)
        wait_until(lambda: not self.process_ids(), "the processes of the desktop to end")

    def process_ids(self) -> list[int]:
        """Return every process that lives in this session, whoever started it."""
        mark = f"XDG_RUNTIME_DIR={self.env.get('XDG_RUNTIME_DIR', self._folder)}".encode()
        return [int(entry.name) for entry in Path("/proc").iterdir() if mark in _environment(entry)]


def _environment(process: Path) -> list[bytes]:
    try:
        return (process / "environ").read_bytes().split(b"\0") if process.name.isdigit() else []
    except OSError:  # it ended, or belongs to somebody else
        return []


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(timeout=3)
        except subprocess.TimeoutExpired:
            process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe is not None:
            pipe.close()


def _lock_keyring(bus: Bus) -> None:
    service = "org.freedesktop.Secret.Service"
    path = "/org/freedesktop/secrets"
    default = bus.call(SECRET_SERVICE, path, service, "ReadAlias", "s", "default")
    bus.call(SECRET_SERVICE, path, service, "Lock", "ao", [default])
