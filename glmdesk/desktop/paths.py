"""Where the program keeps its files: each platform's own folders, or one folder for everything."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import glmdesk
from glmdesk.resources import find_resources as resources_of

HOME_VARIABLE = "GLMDESK_HOME"
_APPLICATION = "glmdesk"
_DEMO = "demo"


class Paths(NamedTuple):
    """The folders of one run. The demo has data of its own and shares the rest, first of all the settings.

    `home` is the folder that was named for all of them, None for the platform's own.

    Nothing is made here: whoever writes the first file into a folder makes it, for its owner only.
    """

    data: Path
    config: Path
    cache: Path
    logs: Path
    home: Path | None = None

    @classmethod
    def locate(
        cls, home: Path | None = None, *, demo: bool = False, environ: Mapping[str, str] = os.environ
    ) -> "Paths":
        """Return the folders below `home` (else below GLMDESK_HOME), or the platform's own without either."""
        if home is None and (named := environ.get(HOME_VARIABLE)):
            home = Path(named)
        if home is not None:
            home = home.expanduser().absolute()
        folders = _platform_folders() if home is None else _portable_folders(home)
        data, config, cache, logs = folders
        return cls(data / _DEMO if demo else data, config, cache, logs, home)


def resources() -> Path:
    """Return the folder of what the program reads and never writes: catalogue, icons, translations."""
    return find_resources(Path(glmdesk.__file__).parent)


def find_resources(package: Path) -> Path:
    """Return the resources that belong to a package folder."""
    return Path(resources_of(str(package)))


def _portable_folders(home: Path) -> tuple[Path, Path, Path, Path]:
    return home / "data", home / "config", home / "cache", home / "logs"


def _platform_folders() -> tuple[Path, Path, Path, Path]:
    import platformdirs  # noqa: PLC0415 - a third of the time a short command has, and not needed with a home

    folders = platformdirs.PlatformDirs(_APPLICATION, appauthor=False)
    return folders.user_data_path, folders.user_config_path, folders.user_cache_path, folders.user_log_path
