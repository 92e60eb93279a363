"""A message bus of the desktop, from the event loop: read when something arrives, never polled.

Linux and the BSDs have one of the session, and one of the system.
"""

import asyncio
import logging
from collections.abc import Callable
from functools import partial
from typing import Any, Final, Literal, NamedTuple, Self

logger = logging.getLogger(__name__)

_REPLY_S: Final = 10.0
"""Seconds. Whoever has not answered by then is as good as absent."""

DAEMON: Final = "org.freedesktop.DBus"


class BusProblem(Exception):
    """There is no bus, nobody on it who answers, or the answer was an error."""


class Peer(NamedTuple):
    """Who is spoken with: the owner of a name, an object of it, and which of its interfaces."""

    name: str
    path: str
    interface: str


class Bus:
    """One connection to a bus. Replies and signals come through the event loop that opened it."""

    def __init__(self, connection: Any) -> None:
        """`open` makes one."""
        self._connection = connection
        self._replies: dict[int, asyncio.Future[Any]] = {}
        self._listeners: list[tuple[Any, Callable[[tuple[Any, ...]], None]]] = []
        self._socket: int = connection.sock.fileno()
        asyncio.get_running_loop().add_reader(self._socket, self._read)
        self._is_open = True

    @classmethod
    async def open(cls, which: Literal["SESSION", "SYSTEM"]) -> Self:
        """Connect. Descriptors can be received. Raises BusProblem."""
        try:
            return cls(await asyncio.to_thread(_connect, which))
        except (OSError, KeyError, ValueError, RuntimeError, StopIteration, ImportError) as error:
            raise BusProblem(f"no {which.lower()} bus: {error!r}") from error

    @property
    def own_name(self) -> str:
        """What others on the bus call this connection."""
        return str(self._connection.unique_name)

    @property
    def is_open(self) -> bool:
        """Whether the other side is still there."""
        return self._is_open

    async def call(self, peer: Peer, member: str, signature: str = "", *arguments: object) -> tuple[Any, ...]:
        """Return what a method returns. Raises BusProblem."""
        jeepney = _jeepney()
        address = jeepney.DBusAddress(peer.path, bus_name=peer.name, interface=peer.interface)
        message = jeepney.new_method_call(address, member, signature or None, arguments)
        serial = next(self._connection.outgoing_serial)
        self._send(message, serial)
        reply: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._replies[serial] = reply
        try:
            async with asyncio.timeout(_REPLY_S):
                answer = await reply
        except TimeoutError as error:
            raise BusProblem(f"{peer.name} does not answer") from error
        finally:
            self._replies.pop(serial, None)
        if answer.header.message_type is jeepney.MessageType.error:
            raise BusProblem(f"{peer.name}: {member}: {answer.body}")
        return tuple(answer.body)

    async def get(self, peer: Peer, name: str) -> Any:
        """Return the value of a property. Raises BusProblem."""
        properties = peer._replace(interface="org.freedesktop.DBus.Properties")
        ((_signature, value),) = await self.call(properties, "Get", "ss", peer.interface, name)
        return value

    async def listen(
        self, peer: Peer, member: str, heard: Callable[[tuple[Any, ...]], None]
    ) -> Callable[[], None]:
        """Let `heard` have what signals of that name say, until what is returned is called.

        Raises BusProblem.
        """
        match_rule = _jeepney().MatchRule
        rule = match_rule(
            type="signal", sender=peer.name, path=peer.path, interface=peer.interface, member=member
        )
        # Signals carry the unique name of their sender, which the daemon has compared with this one.
        local = match_rule(type="signal", path=peer.path, interface=peer.interface, member=member)
        listener = (local, heard)
        self._listeners.append(listener)
        await self.call(_DAEMON, "AddMatch", "s", rule.serialise())
        return partial(self._listen_no_more, listener, rule.serialise())

    async def follow_owner(self, name: str, heard: Callable[[bool], None]) -> bool:
        """Return whether a name has an owner, and let `heard` know when one comes or goes.

        Raises BusProblem.
        """

        def pass_on(body: tuple[Any, ...]) -> None:
            if body[0] == name:
                heard(bool(body[2]))

        await self.listen(_DAEMON, "NameOwnerChanged", pass_on)
        (has_owner,) = await self.call(_DAEMON, "NameHasOwner", "s", name)
        return bool(has_owner)

    async def process_of(self, name: str) -> int:
        """Return the id of the process that owns a name. Raises BusProblem."""
        (process,) = await self.call(_DAEMON, "GetConnectionUnixProcessID", "s", name)
        return int(process)

    def close(self) -> None:
        """Leave the bus. Who still waits for a reply hears that there is none."""
        if not self._is_open:
            return
        self._is_open = False
        asyncio.get_running_loop().remove_reader(self._socket)
        self._connection.close()
        for reply in self._replies.values():
            if not reply.done():
                reply.set_exception(BusProblem("the bus is gone"))

    def _listen_no_more(self, listener: tuple[Any, Callable[[tuple[Any, ...]], None]], rule: str) -> None:
        self._listeners.remove(listener)
        if self._is_open:
            address = _jeepney().DBusAddress(_DAEMON.path, bus_name=_DAEMON.name, interface=_DAEMON.interface)
            message = _jeepney().new_method_call(address, "RemoveMatch", "s", (rule,))
            message.header.flags |= _jeepney().MessageFlag.no_reply_expected
            self._send(message, next(self._connection.outgoing_serial))

    def _send(self, message: Any, serial: int) -> None:
        if not self._is_open:
            raise BusProblem("the bus is gone")
        try:
            self._connection.send(message, serial=serial)
        except OSError as error:
            self.close()
            raise BusProblem(f"the bus is gone: {error!r}") from error

    def _read(self) -> None:
        """Take all that has arrived."""
        while self._is_open:
            try:
                message = self._connection.receive(timeout=0)
            except TimeoutError:
                return
            except (OSError, RuntimeError) as error:
                logger.info("a bus is gone: %r", error)
                self.close()
                return
            self._take(message)

    def _take(self, message: Any) -> None:
        reply = self._replies.get(message.header.fields.get(_jeepney().HeaderFields.reply_serial, -1))
        if reply is not None and not reply.done():
            reply.set_result(message)
            return
        for rule, heard in tuple(self._listeners):
            if rule.matches(message):
                # After whoever waits for a reply that came before it.
                asyncio.get_running_loop().call_soon(heard, tuple(message.body))


_DAEMON: Final = Peer(DAEMON, "/org/freedesktop/DBus", DAEMON)


def _jeepney() -> Any:
    """Return the library, which has no types, and is not on every system."""
    import jeepney  # noqa: PLC0415

    return jeepney


def _connect(which: Literal["SESSION", "SYSTEM"]) -> Any:
    from jeepney.io.blocking import open_dbus_connection  # noqa: PLC0415 - not on every system

    return open_dbus_connection(which, enable_fds=True)
