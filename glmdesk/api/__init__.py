"""The BigModel v4 service: bytes on the wire to and from domain values."""

import sys
from types import ModuleType

# httpx has a command line, which it loads where what that takes is installed, and does without where it is
# not: click and rich are five megabytes, and three quarters of the time.
sys.modules.setdefault("httpx._main", ModuleType("httpx._main"))
