"""A blocking D-Bus client for tests: one connection, calls and properties, errors by their D-Bus name."""

import time
from types import TracebackType
from typing import Any, Self

from jeepney import DBusAddress, HeaderFields, MessageType, new_method_call
from jeepney.io.blocking import DBusConnection, open_dbus_connection

DAEMON = "org.freedesktop.DBus"
_DAEMON_PATH = "/org/freedesktop/DBus"
_PROPERTIES = "org.freedesktop.DBus.Properties"

# Seconds for one reply; a program that is busy painting answers late.
REPLY_TIMEOUT_S = 10.0


class DBusFailure(Exception):
    """The other side, or the bus, answered with an error."""

    def __init__(self, name: str, text: str) -> None:
        super().__init__(f"{name}: {text}")
        self.name = name


class Bus:
    """A connection to the bus at `address`; use it as a context manager or close it."""

    def __init__(self, address: str) -> None:
        self._connection: DBusConnection = open_dbus_connection(address)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Leave the bus."""
        self._connection.close()

    def call(
        self, owner: str, path: str, interface: str, member: str, signature: str = "", *arguments: Any
    ) -> Any:
        """Return the reply of a method: `None`, its one value, or a tuple of several."""
        address = DBusAddress(path, bus_name=owner, interface=interface)
        message = new_method_call(address, member, signature or None, arguments)
        reply = self._connection.send_and_get_reply(message, timeout=REPLY_TIMEOUT_S)
        if reply.header.message_type is MessageType.error:
            name = reply.header.fields[HeaderFields.error_name]
            raise DBusFailure(name, " ".join(str(part) for part in reply.body))
        match reply.body:
            case ():
                return None
            case (value,):
                return value
            case values:
                return values

    def get(self, owner: str, path: str, interface: str, name: str) -> Any:
        """Return a property's value."""
        return self.call(owner, path, _PROPERTIES, "Get", "ss", interface, name)[1]

    def set_flag(self, owner: str, path: str, interface: str, name: str, *, value: bool) -> None:
        """Set a property that is either true or false."""
        self.call(owner, path, _PROPERTIES, "Set", "ssv", interface, name, ("b", value))

    def next_signal(self, interface: str, member: str, *, timeout_s: float) -> Any:
        """Return the body of the next signal of this kind; those before `listen` was called are not heard.

        Raises:
            TimeoutError: There was none.
        """
        deadline = time.monotonic() + timeout_s
        while True:
            message = self._connection.receive(timeout=max(0.0, deadline - time.monotonic()))
            fields = message.header.fields
            if (fields.get(HeaderFields.interface), fields.get(HeaderFields.member)) == (interface, member):
                return message.body

    def listen(self, interface: str, member: str) -> None:
        """Ask the bus for the signals of this kind."""
        self.ask_daemon("AddMatch", "s", f"type='signal',interface='{interface}',member='{member}'")

    def ask_daemon(self, member: str, signature: str = "", *arguments: Any) -> Any:
        """Return the reply of the bus itself."""
        return self.call(DAEMON, _DAEMON_PATH, DAEMON, member, signature, *arguments)

    def has_owner(self, name: str) -> bool:
        """Whether somebody on this bus answers to `name` now."""
        return bool(self.ask_daemon("NameHasOwner", "s", name))
