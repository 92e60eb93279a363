"""What the last run left for the next one. What cannot be read or written is passed over: nothing is lost."""

import base64
import json
import logging
from dataclasses import dataclass
from pathlib import Path

from glmdesk.storage.atomic import replace_text

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LastRun:
    """`geometry` is what the toolkit saved, opaque here; `sidebar_width` is pixels, also of a hidden one.

    `key_host` is the host for which the keyring held a key: the next start need not open the keyring to know.
    """

    geometry: bytes | None = None
    sidebar_width: int | None = None
    key_host: str | None = None
    is_sidebar_shown: bool = True


def load_last_run(path: Path) -> LastRun:
    """Return what is in a file; nothing if there is none."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        geometry, width, host = found["geometry"], found["sidebar_width"], found.get("key_host")
        return LastRun(
            None if geometry is None else base64.b64decode(geometry, validate=True),
            None if width is None else int(width),
            None if host is None else str(host),
            bool(found.get("is_sidebar_shown", True)),
        )
    except FileNotFoundError:
        return LastRun()
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        logger.info("the last run is passed over: %r", error)
        return LastRun()


def save_last_run(path: Path, run: LastRun) -> None:
    """Write it to a file."""
    geometry = None if run.geometry is None else base64.b64encode(run.geometry).decode("ascii")
    entries = {
        "geometry": geometry,
        "sidebar_width": run.sidebar_width,
        "key_host": run.key_host,
        "is_sidebar_shown": run.is_sidebar_shown,
    }
    try:
        replace_text(path, json.dumps(entries))
    except OSError as error:
        logger.info("the last run is not saved: %r", error)
