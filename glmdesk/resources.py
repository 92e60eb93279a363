"""Where the files are that the program reads and never writes."""

# ruff: noqa: PTH112, PTH118, PTH120 - `pathlib` takes longer to import than `--help` may take

import os


def find_resources(package: str) -> str:
    """Return the resources that belong to a package folder.

    An installed package and a frozen bundle hold them inside it, a checkout beside it.
    """
    inside = os.path.join(package, "resources")
    return inside if os.path.isdir(inside) else os.path.join(os.path.dirname(package), "resources")


def own_catalogues() -> str:
    """Return the folder of the translations."""
    return os.path.join(find_resources(os.path.dirname(__file__)), "locale")
