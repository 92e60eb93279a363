"""The catalogue of models: what comes with the program, and the file in which a user adds to it."""

from pathlib import Path

from glmdesk.domain.catalog import Catalog
from glmdesk.domain.checked_toml import TomlFault
from glmdesk.domain.errors import Problem
from glmdesk.i18n import N_

NAME = "models.toml"


def load_catalog(resources: Path, config: Path) -> Catalog:
    """Return the catalogue. A file of the user that is none leaves the models that come with the program."""
    built_in, own = (resources / NAME).read_text(encoding="utf-8"), config / NAME
    try:
        return Catalog.from_toml(built_in, own.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return Catalog.from_toml(built_in)
    except TomlFault as fault:
        return Catalog.from_toml(built_in, notices=(_broken(own, fault),))
    except (OSError, ValueError) as error:
        return Catalog.from_toml(built_in, notices=(_unreadable(own, error),))


def _broken(path: Path, fault: TomlFault) -> Problem:
    return Problem(
        "models-broken",
        N_("{path}, line {line}: {reason}"),
        N_("Your own models are missing until this is mended; those of glmdesk are there."),
        details={"path": str(path), "line": str(fault.line), "reason": fault.reason},
    )


def _unreadable(path: Path, error: Exception) -> Problem:
    return Problem(
        "models-unreadable",
        N_("{path} could not be read: {reason}."),
        N_("Your own models are missing until this is mended; those of glmdesk are there."),
        details={"path": str(path), "reason": str(error)},
    )
