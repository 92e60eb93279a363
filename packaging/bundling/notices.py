"""The licences of all that is bundled, and the list of it that machines read (SBOM, CycloneDX)."""

# The decorators of the library hide from pyright what its classes are made with; mypy sees it.
# pyright: reportCallIssue=false, reportArgumentType=false, reportAttributeAccessIssue=false
# pyright: reportUnknownMemberType=false

import shutil
from collections.abc import Sequence
from pathlib import Path

from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component as Entry
from cyclonedx.model.component import ComponentType
from cyclonedx.model.license import DisjunctiveLicense
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

from bundling.contents import Component

_HEAD = """\
glmdesk {version} is under the MIT licence. It contains what others have made, each under its own licence,
whose text is in the folder of its name.

Qt, PySide6 and Shiboken are used under the GNU Lesser General Public License, version 3. They are libraries
in files of their own and can be replaced by other builds of the same version. Their sources are published at
https://download.qt.io/official_releases/QtForPython/ and https://download.qt.io/official_releases/qt/

"""


def write_licences(found: Sequence[Component], version: str, folder: Path) -> None:
    """Write the texts of the licences into a new folder, one folder for each component, and a list of all."""
    shutil.rmtree(folder, ignore_errors=True)
    lines = [_HEAD.format(version=version)]
    for component in found:
        place = folder / component.name
        place.mkdir(parents=True)
        for number, text in enumerate(component.texts):
            # Two folders of one component may have files of the same name.
            name = text.name if not (place / text.name).exists() else f"{number}-{text.name}"
            (place / name).write_text(_read(text), encoding="utf-8")
        lines.append(f"{component.name} {component.version}: {component.licence or 'see its folder'}\n")
    (folder / "README.txt").write_text("".join(lines), encoding="utf-8")


def _read(text: Path) -> str:
    """Return a text; some are older than UTF-8."""
    content = text.read_bytes()
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content.decode("latin-1")


def sbom(found: Sequence[Component], version: str) -> str:
    """Return the list of what is bundled as CycloneDX 1.6, in JSON."""
    program = Entry(
        name="glmdesk",
        version=version,
        type=ComponentType.APPLICATION,
        licenses=[DisjunctiveLicense(id="MIT")],
    )
    entries = [_entry(component) for component in found]
    bom = Bom(components=entries, metadata=BomMetaData(component=program))
    bom.register_dependency(program, entries)
    return JsonV1Dot6(bom).output_as_string(indent=2)


def _entry(component: Component) -> Entry:
    namespace = "debian" if component.origin == "deb" else None
    address = PackageURL(component.origin, namespace, component.name, component.version)
    return Entry(
        name=component.name,
        version=component.version,
        type=ComponentType.LIBRARY,
        purl=address,
        bom_ref=address.to_string(),
        licenses=[DisjunctiveLicense(name=component.licence)] if component.licence else (),
    )
