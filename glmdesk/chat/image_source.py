"""Where images come from: the network, through the proxy of the settings; in the demo from nowhere."""

import asyncio
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Protocol

from glmdesk.domain.errors import ImageNotLoaded, Problem
from glmdesk.i18n import N_
from glmdesk.storage.settings import Settings

if TYPE_CHECKING:
    from glmdesk.api.images import ImageFetcher, Progress
    from glmdesk.domain.address import WebAddress
    from glmdesk.domain.image import Elsewhere, EncodedImage

_SECRET = Problem(
    "image-secret",
    N_("The image was not loaded: its address holds your API key."),
    N_("Nobody needs it there. Be wary of where the image comes from."),
)
_DEMO = Problem(
    "image-demo",
    N_("The image was not loaded: the demo uses no network."),
    N_("Leave the demo to load images."),
)


class ImageSource(Protocol):
    """Where images come from."""

    async def fetch(self, address: "WebAddress", progress: "Progress", /) -> "EncodedImage | Elsewhere":
        """Return the image at an address, or where it is. Raises ImageNotLoaded."""
        ...


class NoImages:
    """The demo uses no network, whatever is clicked."""

    async def fetch(self, _address: "WebAddress", _progress: "Progress", /) -> "EncodedImage | Elsewhere":
        """Raise ImageNotLoaded."""
        raise ImageNotLoaded(_DEMO)


class NetworkImages:
    """Fetches images. What fetches them is loaded with the first.

    `is_secret` tells whether a text holds what nobody else may know. `open_ports` of this computer may be
    asked, which is for tests.
    """

    def __init__(
        self,
        settings: Settings,
        environ: Mapping[str, str],
        is_secret: Callable[[str], bool],
        *,
        open_ports: Collection[int] = (),
    ) -> None:
        self._settings = settings
        self._environ = environ
        self._is_secret = is_secret
        self._open_ports = open_ports
        self._fetcher: ImageFetcher | None = None
        self._opening = asyncio.Lock()

    async def fetch(self, address: "WebAddress", progress: "Progress") -> "EncodedImage | Elsewhere":
        """Return the image at an address, or where it is. Raises ImageNotLoaded."""
        if self._is_secret(address.url):
            raise ImageNotLoaded(_SECRET)
        async with self._opening:
            if self._fetcher is None:
                self._fetcher = await asyncio.to_thread(self._open)
        return await self._fetcher.fetch(address, progress)

    def _open(self) -> "ImageFetcher":
        from glmdesk.api.images import ImageFetcher  # noqa: PLC0415 - brings the HTTP library
        from glmdesk.api.tls import trusted_roots  # noqa: PLC0415

        return ImageFetcher(trusted_roots(), self._proxy, open_ports=self._open_ports)

    def _proxy(self, url: str) -> str | None:
        from glmdesk.api.proxy import choose_proxy  # noqa: PLC0415 - it is there once this is asked

        return choose_proxy(self._settings.proxy, url, self._environ).url
