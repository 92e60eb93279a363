"""The running instance's end of the socket: what other starts of the program want of this one."""

import logging
import socket
import sys
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QTimer
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from glmdesk.desktop.instance import (
    DONE,
    GREETING,
    MOST_BYTES,
    REFUSED,
    Claim,
    InstanceCommand,
    is_ours,
)

logger = logging.getLogger(__name__)

# Milliseconds. Who connects is a program of ours that has its wish ready.
_PATIENCE_MS = 5000

Take = Callable[[InstanceCommand], bool]


class InstanceServer(QObject):
    """Listens for as long as it lives. `take` is given each wish and returns whether it can be done."""

    def __init__(self, claim: Claim, take: Take) -> None:
        super().__init__()
        self._take = take
        self._server = QLocalServer(self)
        self._server.newConnection.connect(self._welcome)
        if claim.listener is not None:
            # Its own descriptor, because Qt closes what it is given.
            is_listening = self._server.listen(claim.listener.dup().detach())
        else:
            self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
            is_listening = self._server.listen(claim.name)
        if not is_listening:
            logger.error("other starts are not heard: %s", self._server.errorString())

    def close(self) -> None:
        """Hear nobody any more."""
        self._server.close()

    def _welcome(self) -> None:
        while self._server.hasPendingConnections():
            peer = self._server.nextPendingConnection()
            peer.disconnected.connect(partial(QLocalSocket.deleteLater, peer))
            if not _is_owned(peer):
                logger.warning("another user was refused")
                peer.abort()
                continue
            peer.setReadBufferSize(MOST_BYTES)
            peer.readyRead.connect(partial(self._read, peer))
            limit = QTimer(peer, singleShot=True)
            # Through Python: PySide adds no slot to a socket that it did not make.
            limit.timeout.connect(partial(QLocalSocket.abort, peer))
            limit.start(_PATIENCE_MS)
            peer.write(GREETING)

    def _read(self, peer: QLocalSocket) -> None:
        if not peer.canReadLine():
            if peer.bytesAvailable() >= MOST_BYTES:
                logger.warning("a wish was too long")
                peer.abort()
            return
        try:
            command = InstanceCommand.decoded(bytes(peer.readLine().data()))
        except ValueError as error:
            logger.warning("a wish was not understood: %s", error)
            peer.abort()
            return
        peer.write(DONE if self._take(command) else REFUSED)
        peer.disconnectFromServer()


def _is_owned(peer: QLocalSocket) -> bool:
    if sys.platform == "win32":
        return True  # the pipe lets nobody else in
    with socket.socket(fileno=socket.dup(int(peer.socketDescriptor()))) as other:
        return is_ours(other)
