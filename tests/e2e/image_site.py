"""A host of images for the whole program, which reaches it as it reaches public hosts: through a proxy."""

import asyncio
import ssl
from collections.abc import Generator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

from tests.api.sockets import listening, tunnel_to
from tests.support.certificates import self_signed, server_tls
from tests.support.image_host import ImageHost, Page

HOST = "images.example"


@dataclass(frozen=True, slots=True)
class ImageSite:
    """The host, and what the program has to be started with to find and to believe it."""

    host: ImageHost
    env: Mapping[str, str]

    def url(self, path: str) -> str:
        """Return the address of a path."""
        return f"https://{HOST}{path}"


@contextmanager
def image_site(folder: Path, pages: dict[str, Page]) -> Generator[ImageSite]:
    """Run a site in a thread with its own loop."""
    certificate = self_signed(folder, HOST)
    started: Future[ImageSite] = Future()
    ending: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = Future()

    async def serve(tls: ssl.SSLContext) -> None:
        end = asyncio.Event()
        ending.set_result((asyncio.get_running_loop(), end))
        async with ImageHost(pages, tls) as host, listening(tunnel_to(host.port)) as proxy:
            env = {"https_proxy": f"http://127.0.0.1:{proxy}", "SSL_CERT_FILE": str(certificate)}
            started.set_result(ImageSite(host, env))
            await end.wait()

    thread = Thread(target=lambda: asyncio.run(serve(server_tls(certificate))))
    thread.start()
    try:
        yield started.result(timeout=10)
    finally:
        loop, end = ending.result(timeout=10)
        loop.call_soon_threadsafe(end.set)
        thread.join()
