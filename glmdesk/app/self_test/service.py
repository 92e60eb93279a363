"""The way to the service, tried with one of our own on this computer; the keyring; and whom TLS trusts."""

# ruff: noqa: PLC0415 - what cannot be loaded fails its own part, and no other

import asyncio
import contextlib
import json
import ssl
import sys
import threading
from collections.abc import Generator
from contextlib import aclosing, contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final

from glmdesk.app.self_test.part import NotHere, Scene, require
from glmdesk.chat.backends import SharedGates, service_loader
from glmdesk.desktop.paths import resources
from glmdesk.desktop.secrets import Secrets
from glmdesk.domain.endpoint import Endpoint
from glmdesk.domain.errors import KeyringProblem
from glmdesk.domain.events import TextDelta
from glmdesk.domain.request import ChatRequest, PromptMessage
from glmdesk.i18n import _
from glmdesk.storage.models_file import load_catalog
from glmdesk.typed import override

_KEY: Final = "self-test.key"
_HOST: Final = "self-test.glmdesk.invalid"
_WORDS: Final = ("龙", "井", " tea")
_ENDLESS: Final = "endless"


class _Service(ThreadingHTTPServer):
    """Answers every question with a few words, or with words without end."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.hung_up = threading.Event()
        """Set when somebody has not waited for the end of an answer."""


class _Answer(BaseHTTPRequestHandler):
    @property
    def _hung_up(self) -> threading.Event:
        assert isinstance(self.server, _Service)
        return self.server.hung_up

    def do_POST(self) -> None:
        """Answer a question. The name is of the library."""
        question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        try:
            if question["model"] == _ENDLESS:
                while not self._hung_up.wait(0.05):
                    self._say(delta={"content": "…"})
            for word in _WORDS:
                self._say(delta={"content": word})
            self._say(delta={}, finish_reason="stop")
            self.wfile.write(b"data: [DONE]\n\n")
        except OSError:
            self._hung_up.set()

    def _say(self, **choice: object) -> None:
        event = {"id": "1", "created": 1, "model": "self-test", "choices": [{"index": 0, **choice}]}
        self.wfile.write(f"data: {json.dumps(event)}\n\n".encode())

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Tell nobody."""


@contextmanager
def _service() -> Generator[tuple[_Service, str]]:
    """Yield a service and its base URL."""
    with _Service() as service:
        thread = threading.Thread(target=service.serve_forever, name="self-test service", daemon=True)
        thread.start()
        try:
            yield service, f"http://127.0.0.1:{service.server_port}/api/paas/v4"
        finally:
            service.shutdown()
            thread.join()


async def look_at_answers(scene: Scene) -> str:
    """Ask a question and read the answer as it comes; ask another, and stop in the middle of the answer."""
    with _service() as (service, address):
        endpoint, settings = Endpoint.parse(address), scene.stage.settings
        gates = SharedGates(settings, partial(load_catalog, resources(), scene.home))
        # Whatever proxy there is, it does not lead to this computer.
        backend = await asyncio.to_thread(service_loader(settings, {}, gates), endpoint)
        async with backend.make_client(_KEY) as client:
            said = ""
            question = PromptMessage("user", "?")
            async with aclosing(
                client.stream_chat(ChatRequest("whole", (question,)), _tell_nobody)
            ) as events:
                async for event in events:
                    said += event.text if isinstance(event, TextDelta) else ""
            require(said == "".join(_WORDS), _("the answer was {text}").format(text=repr(said)))
            async with aclosing(
                client.stream_chat(ChatRequest(_ENDLESS, (question,)), _tell_nobody)
            ) as events:
                async for event in events:
                    if isinstance(event, TextDelta):
                        break
        require(await asyncio.to_thread(service.hung_up.wait, 5.0), _("the service did not hear of the stop"))
    return endpoint.host


def _tell_nobody(_progress: object) -> None:
    pass


async def look_at_keyring(scene: Scene) -> str:
    """Put a key into the keyring, read it, and take it out."""
    secrets = Secrets(scene.redactor, "", environ={})
    try:
        name = await secrets.describe()
        await secrets.store(_HOST, _KEY)
        try:
            # Asked by another one, which has not kept it in memory.
            stored = await Secrets(scene.redactor, "", environ={}).read(_HOST)
        finally:
            with contextlib.suppress(KeyringProblem):
                await secrets.delete(_HOST)
        require(stored == _KEY, _("what was stored is not found"))
        require(await Secrets(scene.redactor, "", environ={}).read(_HOST) is None, _("it was not removed"))
    except KeyringProblem as error:
        raise NotHere(str(error)) from error
    return name


async def look_at_roots(_scene: Scene) -> str:
    """Ask whom the system trusts."""
    count = await asyncio.to_thread(_trusted)
    if sys.platform.startswith("linux"):
        require(count, _("the system trusts nobody (Debian: ca-certificates)"))
    return ssl.OPENSSL_VERSION


def _trusted() -> int:
    """Return how many authorities are trusted, with those in a folder, which are read when asked for."""
    from glmdesk.api.tls import trusted_roots

    # Elsewhere than on Linux the system itself is asked, for each connection.
    trusted_roots()
    folder = ssl.get_default_verify_paths().capath
    loaded = ssl.create_default_context().get_ca_certs()
    return len(loaded) + (len(list(Path(folder).iterdir())) if folder else 0)
