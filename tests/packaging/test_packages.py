"""What the packages are made of, as far as it can be seen without making them."""

import ast
import re
import xml.etree.ElementTree as ET
from configparser import RawConfigParser
from pathlib import Path

import pytest
from PySide6.QtGui import QImageReader

from bundling import icu, windows
from devtool import bundle, debian, linux_files, packages


def test_the_oldest_glibc_is_read_from_what_debian_needs() -> None:
    assert debian.needed_glibc(["libc6 (>= 2.35)", "libgcc-s1 (>= 4.2)"]) == "2.35"


@pytest.mark.parametrize(
    ("item", "is_kept"),
    [
        *(("coll/ucadata.icu", True), ("coll/zh.res", True), ("coll/sv.res", False)),
        *(("zone/zh_Hant.res", True), ("zone/de.res", False), ("lang/en.res", False)),
        *(("gb18030.cnv", True), ("zh.res", True), ("cnvalias.icu", True), ("brkitr/word.brk", False)),
    ],
)
def test_of_icu_stays_what_qt_asks_for(item: str, is_kept: bool) -> None:
    assert (icu._LEFT_OUT.match(item) is None) is is_kept


def test_stores_are_told_of_this_version() -> None:
    root = ET.parse(linux_files.FILES / linux_files.METAINFO).getroot()
    release = root.find("releases/release")

    assert release is not None
    assert release.get("version") == bundle.version()
    assert root.findtext("launchable") == "glmdesk.desktop"


def test_the_entry_in_menus_has_both_languages() -> None:
    entry = RawConfigParser(interpolation=None)
    entry.optionxform = str  # type: ignore[assignment,method-assign]  # its keys are written as they are
    entry.read(linux_files.FILES / "glmdesk.desktop", encoding="utf-8")
    shown = {
        key for section in entry.values() for key in section if key in ("Comment", "GenericName", "Keywords")
    }

    assert shown == {"Comment", "GenericName", "Keywords"}
    assert all(f"{key}[zh_CN]" in entry["Desktop Entry"] for key in shown)


def test_the_icon_of_windows_has_every_size(tmp_path: Path) -> None:
    reader = QImageReader(str(windows.icon(tmp_path)))
    found = [reader.read().width() for number in range(reader.imageCount()) if reader.jumpToImage(number)]

    assert tuple(found) == windows.SIZES


def test_the_version_is_what_pyinstaller_reads(tmp_path: Path) -> None:
    text = windows.version_file("1.2", tmp_path).read_text(encoding="utf-8")

    ast.parse(text, mode="eval")
    assert "filevers=(1, 2, 0, 0)" in text
    assert "StringStruct('ProductVersion', '1.2')" in text


def test_sums_are_written_as_sha256sum_reads_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle, "DIST", tmp_path)
    file = tmp_path / "glmdesk.deb"
    file.write_bytes(b"")
    packages.write_sums([file])

    assert re.fullmatch(r"e3b0c442[0-9a-f]{56}  glmdesk\.deb\n", (tmp_path / packages.SUMS).read_text())
