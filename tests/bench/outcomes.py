"""What is found after kill -9 at random steps of an import, a migration, a backup and an erasure, and after a
bit of the file has changed.

`outcomes.py [COUNT]`: so many kills of each and so many bits, 200 without. A kill may cost nothing that was
stored; that is checked.
"""

import asyncio
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.storage.damage import flips
from tests.storage.kills import table


async def losses(folder: Path, count: int) -> Counter[int]:
    """Return how many messages the change of one bit costs, and how often."""
    return Counter([stored - found async for _place, stored, found in flips(folder, count)])


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
        print(f"a bit changed, {count} times:")
        for lost, times in sorted(asyncio.run(losses(Path(folder), count)).items()):
            print(f"  {times:4}  {lost} messages are lost" if lost else f"  {times:4}  all of it is there")


if __name__ == "__main__":
    main()
