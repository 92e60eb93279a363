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

    Nothing is made here: whoever writes the first file into a folder makes it, for its owner only.
    """

    data: Path
    config: Path
    cache: Path
    logs: Path

    @classmethod
    def locate(
        cls, home: Path | None = None, *, demo: bool = False, environ: Mapping[str, str] = os.environ
    ) -> "Paths":
        """Return the folders below `home` (else below GLMDESK_HOME), or the platform's own without either."""
        if home is None and (named := environ.get(HOME_VARIABLE)):
            home = Path(named)
        folders = _platform_folders() if home is None else _portable_folders(home)
        data, *others = folders
        return cls(data / _DEMO if demo else data, *others)


def resources() -> Path:
    """Return the folder of what the program reads and never writes: catalogue, icons, translations."""
    return find_resources(Path(glmdesk.__file__).parent)


def find_resources(package: Path) -> Path:
    """Return the resources that belong to a package folder."""
    return Path(resources_of(str(package)))


def _portable_folders(home: Path) -> tuple[Path, Path, Path, Path]:
    root = home.expanduser().absolute()
    return root / "data", root / "config", root / "cache", root / "logs"


def _platform_folders() -> tuple[Path, Path, Path, Path]:
    import platformdirs  # noqa: PLC0415 - a third of the time a short command has, and not needed with a home

    folders = platformdirs.PlatformDirs(_APPLICATION, appauthor=False)
    return folders.user_data_path, folders.user_config_path, folders.user_cache_path, folders.user_log_path
