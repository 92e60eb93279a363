#!/usr/bin/env python3
"""The one entry for people who work on glmdesk; `python3 packaging/dev.py help` lists what it can do.

It needs nothing but Python. An older Python must be able to read this file, to be told which one is wanted.
"""

import sys


def main() -> int:
    """Return the exit code of the command that was asked for."""
    if not (3, 11) <= sys.version_info[:2] < (3, 14):
        found = f"{sys.version_info[0]}.{sys.version_info[1]}"
        print(f"glmdesk needs Python 3.11, 3.12 or 3.13; this is Python {found}.", file=sys.stderr)
        print("Start it with one of them, for example: python3.11 packaging/dev.py test", file=sys.stderr)
        return 2
    from devtool import commands  # noqa: PLC0415 - older Pythons cannot read it

    return commands.main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
