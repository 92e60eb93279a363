"""What Windows shows of a program: its icon in several sizes, and its version."""

import struct
import subprocess
import sys
from pathlib import Path

SIZES = (16, 20, 24, 32, 40, 48, 64, 128, 256)
"""Pixels: what the taskbar, the desktop and the explorer ask for at 100 to 200 %."""

# As PyInstaller reads it: English, in Unicode.
_VERSION = """\
VSVersionInfo(
    ffi=FixedFileInfo(filevers={numbers}, prodvers={numbers}),
    kids=[
        StringFileInfo([StringTable("040904b0", [{said}])]),
        VarFileInfo([VarStruct("Translation", [0x0409, 1200])]),
    ],
)
"""


def icon(folder: Path) -> Path:
    """Return the icon, drawn below a folder.

    The format is a list of PNG images, as Windows has read it since Vista; Qt writes one image into it.
    """
    script = Path(__file__).with_name("icons.py")
    subprocess.run([sys.executable, script, folder, *map(str, SIZES)], check=True)
    images = [(folder / f"{size}x{size}" / "apps" / "glmdesk.png").read_bytes() for size in SIZES]
    head = struct.pack("<HHH", 0, 1, len(images))
    entries, offset = b"", len(head) + 16 * len(images)
    for size, image in zip(SIZES, images, strict=True):
        side = size % 256  # 256 is written as 0
        entries += struct.pack("<BBBBHHII", side, side, 0, 0, 1, 32, len(image), offset)
        offset += len(image)
    made = folder / "glmdesk.ico"
    made.write_bytes(head + entries + b"".join(images))
    return made


def version_file(version: str, folder: Path) -> Path:
    """Return a file, made in a folder, with what the properties of the program say."""
    said = {
        "CompanyName": "glmdesk contributors",
        "FileDescription": "glmdesk",
        "FileVersion": version,
        "LegalCopyright": "© 2026 glmdesk contributors, MIT licence",
        "ProductName": "glmdesk",
        "ProductVersion": version,
    }
    strings = ", ".join(f"StringStruct({name!r}, {value!r})" for name, value in said.items())
    numbers = (*map(int, version.split(".")), 0, 0, 0)[:4]
    made = folder / "version.txt"
    made.write_text(_VERSION.format(numbers=numbers, said=strings), encoding="utf-8")
    return made
