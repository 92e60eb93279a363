"""What the last run left for the next one. What cannot be read or written is passed over: nothing is lost."""

import base64
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Final

from glmdesk.storage.atomic import replace_text

logger = logging.getLogger(__name__)

_PLACES: Final = 8
"""Sets of screens for which the place of the window is kept: at home, at work, at some projectors."""


@dataclass(frozen=True, slots=True)
class LastRun:
    """`places` is what the toolkit saved, opaque here, by the set of screens; the one used last is the last.

    `sidebar_width` is pixels, also of a hidden one. `key_host` is the host for which the keyring held a key:
    the next start need not open the keyring to know. `is_tray_explained` says that it was said once what
    closing the window means. `quick_places` say where the quick ask window was moved to on a screen, by its
    name: pixels from its top left.
    """

    places: Mapping[str, bytes] = field(default_factory=lambda: MappingProxyType({}))
    sidebar_width: int | None = None
    key_host: str | None = None
    is_sidebar_shown: bool = True
    is_tray_explained: bool = False
    quick_places: Mapping[str, tuple[int, int]] = field(default_factory=lambda: MappingProxyType({}))

    def place(self, screens: str) -> bytes | None:
        """Return the place with these screens, or else the one used last; None if there is none."""
        return self.places.get(screens) or next(reversed([*self.places.values()]), None)

    def places_with(self, screens: str, place: bytes) -> Mapping[str, bytes]:
        """Return the places with one more, or another one, used last."""
        kept = [one for one in self.places.items() if one[0] != screens]
        return dict([*kept, (screens, place)][-_PLACES:])


def load_last_run(path: Path) -> LastRun:
    """Return what is in a file; nothing if there is none."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        width, host = found["sidebar_width"], found.get("key_host")
        places = found.get("places", {})
        return LastRun(
            {str(name): base64.b64decode(one, validate=True) for name, one in places.items()},
            None if width is None else int(width),
            None if host is None else str(host),
            bool(found.get("is_sidebar_shown", True)),
            bool(found.get("is_tray_explained", False)),
            {str(screen): (int(x), int(y)) for screen, (x, y) in found.get("quick_places", {}).items()},
        )
    except FileNotFoundError:
        return LastRun()
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        logger.info("the last run is passed over: %r", error)
        return LastRun()


def save_last_run(path: Path, run: LastRun) -> None:
    """Write it to a file."""
    entries = {
        "places": {name: base64.b64encode(one).decode("ascii") for name, one in run.places.items()},
        "sidebar_width": run.sidebar_width,
        "key_host": run.key_host,
        "is_sidebar_shown": run.is_sidebar_shown,
        "is_tray_explained": run.is_tray_explained,
        "quick_places": dict(run.quick_places),
    }
    try:
        replace_text(path, json.dumps(entries))
    except OSError as error:
        logger.info("the last run is not saved: %r", error)
