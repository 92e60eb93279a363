"""The program's own way to its first paint, in the folder of the argument. Prints the moment and stays."""

import sys
import time
from pathlib import Path

from glmdesk.app.stage import Application
from glmdesk.app.start import first_paint

application = Application()
stage = first_paint(application, Path(sys.argv[1]), is_demo=False)
print(time.monotonic(), flush=True)
sys.exit(application.exec())
