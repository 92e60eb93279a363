"""Where the program keeps its files: each platform's own folders, or one folder for everything."""

import errno
import os
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import glmdesk
from glmdesk.domain.errors import LocalDataError, Problem
from glmdesk.i18n import N_
from glmdesk.resources import find_resources as resources_of

HOME_VARIABLE = "GLMDESK_HOME"
_APPLICATION = "glmdesk"
_DEMO = "demo"


class Paths(NamedTuple):
    """The folders of one run. The demo has data of its own and shares the rest, first of all the settings."""

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

    def create(self) -> None:
        """Make the folders that are missing, readable for their owner only.

        Raises LocalDataError when one cannot be made or written to.
        """
        for folder in (self.data, self.config, self.cache, self.logs):
            try:
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            except OSError as error:
                raise LocalDataError(_unusable(folder, error.strerror or str(error))) from error
            if not os.access(folder, os.W_OK | os.X_OK):
                raise LocalDataError(_unusable(folder, os.strerror(errno.EACCES)))


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


def _unusable(folder: Path, reason: str) -> Problem:
    return Problem(
        "folder-unusable",
        N_("The folder {folder} cannot be used: {reason}."),
        N_("Make it writable, or choose another place with --home or GLMDESK_HOME."),
        details={"folder": str(folder), "reason": reason},
    )
