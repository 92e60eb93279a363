"""The program itself with the arguments given. Tells on standard error the most megabytes it had in memory.

The kernel's own figure for a child that has ended begins with what its parent had.
"""

import os
import sys

from glmdesk.__main__ import main
from tests.bench._process import peak_mb

code = main()
print(peak_mb(os.getpid()), file=sys.stderr)
sys.exit(code)
