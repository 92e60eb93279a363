"""What a desktop offers on D-Bus, played by a test: it answers calls, keeps them, and emits signals."""

import queue
import socket
import threading
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, NamedTuple, Self

from jeepney import DBusAddress, HeaderFields, MessageType, new_error, new_method_return, new_signal
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import DBusConnection, Proxy, open_dbus_connection

from tests.support.waiting import PATIENCE_S


class Call(NamedTuple):
    """A call that was made."""

    member: str
    arguments: tuple[Any, ...]
    sender: str


class Reply(NamedTuple):
    """What is answered: a signature, and values for it."""

    signature: str = ""
    values: tuple[Any, ...] = ()


Answer = Callable[[Call], Reply | None]


class BusService:
    """Owns a name on the bus at `address` inside its `with` block.

    `answers` are by the names of methods; of a method that is not among them the caller hears an error, and
    so it does where one answers None.
    """

    def __init__(self, address: str, name: str, path: str, answers: Mapping[str, Answer]) -> None:
        self._name = name
        self._path = path
        self._answers = answers
        self._connection: DBusConnection = open_dbus_connection(address, enable_fds=True)
        self._calls: queue.SimpleQueue[Call] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        Proxy(message_bus, self._connection).RequestName(self._name)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.sock.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._connection.close()

    def next_call(self, member: str) -> tuple[Any, ...]:
        """Return the arguments of the next call of a method, passing others over."""
        while True:
            call = self._calls.get(timeout=PATIENCE_S)
            if call.member == member:
                return call.arguments

    @property
    def was_called(self) -> bool:
        """Whether there are calls that nobody has asked for yet."""
        return not self._calls.empty()

    def emit(self, interface: str, member: str, signature: str = "", *values: Any, path: str = "") -> None:
        """Send a signal to all who listen, as an object of another path if that is given."""
        address = DBusAddress(path or self._path, interface=interface)
        self._connection.send(new_signal(address, member, signature or None, values))

    def _serve(self) -> None:
        while True:
            try:
                message = self._connection.receive()
            except (OSError, ValueError):
                return
            if message.header.message_type is not MessageType.method_call:
                continue
            fields = message.header.fields
            call = Call(fields[HeaderFields.member], message.body, fields[HeaderFields.sender])
            answer = self._answers.get(call.member)
            reply = answer(call) if answer is not None else None
            if reply is None:
                self._connection.send(new_error(message, "org.freedesktop.DBus.Error.UnknownMethod"))
            else:
                signature = reply.signature or None
                self._connection.send(new_method_return(message, signature, reply.values))
                for handed_over in reply.values:
                    if isinstance(handed_over, socket.socket):
                        handed_over.close()
            self._calls.put(call)


NOTIFICATIONS = "org.freedesktop.Notifications"


def notification_server(address: str) -> BusService:
    """Return a server that shows notes nowhere, and numbers them as servers do."""
    numbers = iter(range(1, 1000))

    def notify(call: Call) -> Reply:
        return Reply("u", (call.arguments[1] or next(numbers),))

    return BusService(
        address,
        NOTIFICATIONS,
        "/org/freedesktop/Notifications",
        {
            "GetCapabilities": lambda _call: Reply("as", (["actions", "body", "body-markup"],)),
            "Notify": notify,
            "CloseNotification": lambda _call: Reply(),
        },
    )


LOGIN = "org.freedesktop.login1"
LOGIN_MANAGER = f"{LOGIN}.Manager"


def login_service(address: str, locks: "queue.SimpleQueue[socket.socket]") -> BusService:
    """Return a logind; for every lock that it gives away it puts the other end into `locks`."""

    def inhibit(_call: Call) -> Reply:
        ours, theirs = socket.socketpair()
        locks.put(ours)
        return Reply("h", (theirs,))

    return BusService(address, LOGIN, "/org/freedesktop/login1", {"Inhibit": inhibit})


STATUS_WATCHER = "org.kde.StatusNotifierWatcher"


class Played:
    """A part of a desktop that is played by one service, inside its `with` block."""

    _service: BusService

    def __enter__(self) -> Self:
        self._service.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._service.__exit__(kind, error, trace)


class StatusPanel(Played):
    """A panel that shows status icons: StatusNotifierWatcher and host in one, on the bus at `address`."""

    def __init__(self, address: str) -> None:
        self.items: list[str] = []
        """What has registered."""
        self.has_host = True
        self._service = BusService(
            address,
            STATUS_WATCHER,
            "/StatusNotifierWatcher",
            {"RegisterStatusNotifierItem": self._register, "Get": self._get, "GetAll": self._get_all},
        )

    def _register(self, call: Call) -> Reply:
        (item,) = call.arguments
        self.items.append(item)
        self._service.emit(STATUS_WATCHER, "StatusNotifierItemRegistered", "s", item)
        return Reply()

    def _get(self, call: Call) -> Reply:
        return Reply("v", (self._properties[call.arguments[1]],))

    def _get_all(self, _call: Call) -> Reply:
        return Reply("a{sv}", (self._properties,))

    @property
    def _properties(self) -> dict[str, tuple[str, Any]]:
        return {
            "IsStatusNotifierHostRegistered": ("b", self.has_host),
            "RegisteredStatusNotifierItems": ("as", self.items),
            "ProtocolVersion": ("i", 0),
        }
