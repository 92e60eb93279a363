"""The data of ICU: 32 MB in Qt's wheels for Linux, more than half of it for what Qt never asks.

Qt calls ICU for encodings, for the order of words, for upper and lower case and for the names of time zones.
Left out are names of languages, regions, currencies and units, numbers as words, transliteration and the
borders of words, for which Qt has tables of its own; the time zones' names in languages that the program does
not speak, and the order of words in those that are not written in Chinese or Latin letters.
"""

import re
import subprocess
from pathlib import Path

_LEFT_OUT = re.compile(
    r"(brkitr|curr|lang|rbnf|region|translit|unit)/"
    r"|zone/(?!(en|pool|res_index|root|tzdbNames|zh(_Han[st])?)\.)"
    r"|coll/(?!(en|ja|ko|res_index|root|ucadata|zh(_Han[st])?)\.)"
)

# Library and symbol are named by the version: libicudata.so.73 has icudt73_dat.
_VERSION = re.compile(r"libicudata\.so\.(\d+)")

_LIBRARY = """\
    .section .rodata
    .balign 16
    .globl {symbol}
    .type {symbol}, @object
{symbol}:
    .incbin "{data}"
    .size {symbol}, . - {symbol}
    .section .note.GNU-stack,"",@progbits
"""


def is_data(name: str) -> bool:
    """Return whether a file is the library of the data."""
    return _VERSION.fullmatch(Path(name).name) is not None


def trimmed(library: Path, folder: Path) -> Path:
    """Return a library with what Qt asks for, made in `folder`.

    Needs binutils, and `icupkg` of ICU, of any version.
    """
    found = _VERSION.fullmatch(library.name)
    assert found is not None
    symbol = f"icudt{found[1]}_dat"
    # icupkg reads version and byte order in the file's name.
    whole, small = folder / f"icudt{found[1]}l.dat", folder / f"small-icudt{found[1]}l.dat"
    made = folder / library.name
    _run("objcopy", "--dump-section", f".rodata={whole}", library, folder / "unused")
    items = _run("icupkg", "--list", whole).split()
    unwanted = folder / "unwanted.txt"
    unwanted.write_text("".join(f"{item}\n" for item in items if _LEFT_OUT.match(item)), encoding="ascii")
    _run("icupkg", "--remove", unwanted, whole, small)
    source = folder / "data.s"
    source.write_text(_LIBRARY.format(symbol=symbol, data=small), encoding="utf-8")
    _run("as", source, "-o", folder / "data.o")
    _run(
        "ld",
        "-shared",
        "--strip-all",
        "-soname",
        library.name,
        "--hash-style=gnu",
        "-o",
        made,
        folder / "data.o",
    )
    return made


def _run(*command: str | Path) -> str:
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
