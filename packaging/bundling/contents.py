"""Whose files the packaged program is made of, and under which licences."""

import re
import subprocess
import sys
import sysconfig
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Literal

Origin = Literal["pypi", "deb", "generic"]
"""As package URLs name them: Python's index, Debian, neither."""

# Texts of those that bring none.
_TEXTS = Path(__file__).parents[1] / "licences"

_LICENCE_NAMES = re.compile(r"(licen[cs]e|copying|notice)[^/]*$|licenses/.+$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Component:
    """Something that others have made, with the files that say its licence."""

    name: str
    version: str
    origin: Origin
    licence: str
    """An SPDX expression, or a name; empty where only the texts say it."""
    texts: tuple[Path, ...]


class UnknownOrigin(Exception):
    """A file comes from nobody who is known, or somebody's licence is unknown; the text says whose."""


def components(sources: Iterable[Path], ours: Path) -> list[Component]:
    """Return whose files these are, by name, without those below `ours`.

    Python's own are always among them, and PyInstaller, of which every executable begins with a piece.
    Raises UnknownOrigin.
    """
    by_file = _files_of_distributions()
    libraries = Path(sysconfig.get_path("stdlib")).resolve()
    found = {"python": _python(), "pyinstaller": _of_distribution(Distribution.from_name("pyinstaller"))}
    system: set[Path] = set()
    for source in {path.resolve() for path in sources}:
        if (owner := by_file.get(source)) is not None:
            found.setdefault(owner.name.lower(), _of_distribution(owner))
        elif not _is_pythons(source, libraries) and not source.is_relative_to(ours):
            system.add(source)
    for component in _of_system(system):
        found.setdefault(component.name, component)
    return sorted(found.values(), key=lambda component: component.name.lower())


def _files_of_distributions() -> dict[Path, Distribution]:
    return {
        Path(str(distribution.locate_file(file))).resolve(): distribution
        for distribution in distributions()
        for file in distribution.files or ()
    }


def _is_pythons(source: Path, libraries: Path) -> bool:
    base = Path(sys.base_prefix).resolve()
    is_library = source.is_relative_to(libraries) and "site-packages" not in source.parts
    # On Debian it is the system's Python, and the rest of /usr is not.
    return is_library or (base != Path("/usr") and source.is_relative_to(base))


def _python() -> Component:
    version = sys.version.split()[0]
    places = (Path(sysconfig.get_path("stdlib"), "LICENSE.txt"), Path(sys.base_prefix, "LICENSE.txt"))
    texts = tuple(path for path in (*places, _TEXTS / "python.txt") if path.is_file())[:1]
    return _known(Component("python", version, "generic", "PSF-2.0", texts))


def _of_distribution(distribution: Distribution) -> Component:
    texts = [
        Path(str(distribution.locate_file(file)))
        for file in distribution.files or ()
        if ".dist-info/" in file.as_posix() and _LICENCE_NAMES.search(file.as_posix())
    ]
    name = distribution.name
    own = _TEXTS / f"{name.lower()}.txt"
    said = distribution.metadata
    named = (*(said.get_all("License-Expression") or ()), *map(_short, said.get_all("License") or ()))
    licence = next(filter(None, named), "") or _classified(said.get_all("Classifier") or ())
    return _known(Component(name, distribution.version, "pypi", licence, tuple(texts) if texts else (own,)))


def _short(licence: str) -> str:
    """Return a licence's name; some put the whole text there."""
    return "" if "\n" in licence or licence == "UNKNOWN" else licence


def _classified(classifiers: Iterable[str]) -> str:
    names = [line.rpartition(" :: ")[2] for line in classifiers if line.startswith("License ::")]
    return " or ".join(names)


def _of_system(sources: Iterable[Path]) -> Iterable[Component]:
    """Yield the packages of Debian that files belong to, by name."""
    packages = sorted({_package_of(source) for source in sources})
    for package in packages:
        version = _run("dpkg-query", "--show", "--showformat=${Version}", package)
        name = package.partition(":")[0]
        yield _known(Component(name, version, "deb", "", (Path("/usr/share/doc", name, "copyright"),)))


def _package_of(source: Path) -> str:
    # What was moved to /usr is still listed without it.
    for path in (source, Path("/", *source.parts[2:])):
        found = subprocess.run(["dpkg", "--search", path], capture_output=True, text=True, check=False)
        if found.returncode == 0:
            return found.stdout.partition(": ")[0]
    raise UnknownOrigin(f"Nobody is known whose file {source} is.")


def _known(component: Component) -> Component:
    if not component.texts or not all(text.is_file() for text in component.texts):
        place = _TEXTS / f"{component.name.lower()}.txt"
        raise UnknownOrigin(f"{component.name} brings no text of its licence: put it into {place}")
    return component


def _run(*command: str) -> str:
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
