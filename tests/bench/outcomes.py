"""What is found after kill -9 at random steps of an import, a migration, a backup and an erasure.

`outcomes.py [COUNT]`: so many kills of each, 200 without. Nothing stored may be missing; that is checked.
"""

import asyncio
import sys
import tempfile
from pathlib import Path

from tests.storage.kills import table


def main() -> None:
    """Print how often what was found."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    with tempfile.TemporaryDirectory() as folder:
        for what, found in asyncio.run(table(Path(folder), count)).items():
            print(f"{what}, killed {count} times:")
            many = len(found) > 4
            lines = (
                [("somewhere in between, the rest is added by doing it again", count)]
                if many
                else found.items()
            )
            for told, times in lines:
                print(f"  {times:4}  {told}")


if __name__ == "__main__":
    main()
