"""Draws the program's icon: `icons.py FOLDER SIZE…`, in pixels, below FOLDER as icon themes have it."""

import os
import sys
from pathlib import Path

from PySide6.QtGui import QGuiApplication, QIcon

SVG = Path(__file__).parents[2] / "resources" / "icons" / "glmdesk.svg"


def main() -> None:
    """Draw them."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    _application = QGuiApplication()
    icon = QIcon(str(SVG))
    for size in map(int, sys.argv[2:]):
        folder = Path(sys.argv[1], f"{size}x{size}", "apps")
        folder.mkdir(parents=True, exist_ok=True)
        if not icon.pixmap(size, size).save(str(folder / "glmdesk.png")):
            sys.exit(f"{folder} could not be written.")


if __name__ == "__main__":
    main()
